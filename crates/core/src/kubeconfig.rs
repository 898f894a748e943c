//! The kubeconfig that the workstation starts with.

/// The API server's addresses that lead to the cluster.
pub(crate) const SERVERS: [&str; 3] =
    ["https://127.0.0.1:6443", "https://172.18.0.2:6443", "https://control-plane:6443"];

/// The file's text. The certificates are placeholders: the simulated TLS does not read them.
pub(crate) const TEXT: &str = "apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: cG9kZ3JvdW5k
    server: https://127.0.0.1:6443
  name: playground
contexts:
- context:
    cluster: playground
    user: playground
  name: playground
current-context: playground
kind: Config
users:
- name: playground
  user:
    client-certificate-data: cG9kZ3JvdW5k
    client-key-data: cG9kZ3JvdW5k
";
