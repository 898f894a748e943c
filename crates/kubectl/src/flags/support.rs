//! Which commands and flags are refused, and which are taken although they change nothing that can be seen here.

/// Commands that are known by name alone.
pub const COMMANDS: &[&str] = &["kuberc set", "kuberc view"];

/// Flags that are not simulated: command (`""` for all), flag, and the value that asks for nothing.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    ("", "as-uid", ""),
    ("", "as-user-extra", ""),
    ("", "kuberc", "off"),
    ("", "match-server-version", "false"),
    ("apply", "overwrite", "true"),
    ("attach", "detach-keys", ""),
    ("config set", "set-raw-bytes", "false"),
    ("config set-credentials", "auth-provider", ""),
    ("config set-credentials", "auth-provider-arg", ""),
    ("config set-credentials", "exec-api-version", ""),
    ("config set-credentials", "exec-arg", ""),
    ("config set-credentials", "exec-command", ""),
    ("config set-credentials", "exec-env", ""),
    ("config set-credentials", "exec-interactive-mode", ""),
    ("config set-credentials", "exec-provide-cluster-info", "false"),
    ("kustomize", "as-current-user", "false"),
    ("kustomize", "enable-alpha-plugins", "false"),
    ("kustomize", "enable-helm", "false"),
    ("kustomize", "env", ""),
    ("kustomize", "helm-api-versions", ""),
    ("kustomize", "helm-command", "helm"),
    ("kustomize", "helm-debug", "false"),
    ("kustomize", "helm-kube-version", ""),
    ("kustomize", "mount", ""),
    ("kustomize", "network", "false"),
    ("kustomize", "network-name", "bridge"),
    ("proxy", "append-server-path", "false"),
    ("proxy", "unix-socket", ""),
    ("run", "detach-keys", ""),
    ("top node", "show-swap", "false"),
    ("top pod", "show-swap", "false"),
];

/// Flags about what does not exist here: command (`""` for all), flag, and why nothing is left to do.
pub const WITHOUT_EFFECT: &[(&str, &str, &str)] = &[
    ("", "cache-dir", "discovery is not cached between calls"),
    ("", "certificate-authority", "kubectl takes the server's certificate as it is"),
    ("", "disable-compression", "the connection to the server is not compressed"),
    ("", "insecure-skip-tls-verify", "kubectl takes the server's certificate as it is"),
    ("", "log-flush-frequency", "log lines are written at once"),
    ("", "profile-output", "there is no profile to write"),
    ("", "tls-server-name", "kubectl takes the server's certificate as it is"),
    ("", "vmodule", "kubectl logs its requests alone, by -v"),
    ("api-resources", "cached", "discovery is not cached between calls"),
    ("api-resources", "show-managed-fields", "what it lists has none"),
    ("apply", "openapi-patch", "patches are made by the schema either way"),
    ("diff", "concurrency", "objects are compared one after the other"),
    ("logs", "insecure-skip-tls-verify-backend", "the server reaches the kubelets without TLS"),
    ("proxy", "keepalive", "connections in the simulated network do not time out"),
    ("replace", "wait", "`--force` waits either way"),
    ("run", "filename", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("run", "force", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("run", "grace-period", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("run", "kustomize", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("run", "recursive", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("run", "timeout", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("run", "wait", "of what `--rm` deletes, kubectl 1.36 itself heeds `--cascade` alone"),
    ("top node", "use-protocol-buffers", "metrics come as JSON"),
    ("top pod", "use-protocol-buffers", "metrics come as JSON"),
];

/// The first flag of a call that is not simulated, as the error names it.
pub(super) fn refused(command: &str, args: &super::Args) -> Option<String> {
    let name = command.strip_prefix("kubectl").unwrap_or(command).trim();
    let (of, flag, _) = UNSUPPORTED.iter().find(|(of, flag, nothing)| {
        (of.is_empty() || *of == name) && args.changed(flag) && args.text(flag) != *nothing
    })?;
    let command = if of.is_empty() { "kubectl" } else { command };
    Some(format!("--{flag} of \"{command}\""))
}
