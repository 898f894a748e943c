//! The cluster's machines as hosts of processes, and what the workstation shares with it.

use std::rc::Rc;

use podground_shell::{Host, Network, ProgramTable};
use podground_vfs::FileSystem;

use crate::Cluster;

/// What every machine can run: the shell and the programs of `/bin`.
pub(crate) fn programs() -> ProgramTable {
    let mut table = ProgramTable::new();
    for name in ["bash", "sh"] {
        table.insert(name, Rc::new(podground_shell::bash));
    }
    podground_programs::register(&mut table);
    table
}

/// What the programs around the cluster can do on the learner's machine: each with its commands.
pub fn workstation_tools() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("gcloud", crate::cloud::gcloud_commands()),
        ("gsutil", vec!["cat", "cp", "ls", "mb", "rm"]),
        ("git", vec!["clone"]),
        ("docker", crate::docker::commands()),
        ("minikube", vec!["addons", "dashboard", "ip", "service", "ssh", "start", "status", "version"]),
    ]
}

impl Cluster {
    /// Adds what the learner's machine can run: the shell, the programs of `/bin`, and `ssh` to the nodes.
    pub fn register_programs(&self, table: &mut ProgramTable) {
        *table = programs();
        let cluster = self.clone();
        crate::cloud::register(self, table);
        crate::docker::register(self, table);
        crate::minikube::register(self, table);
        for (program, commands) in workstation_tools() {
            table.insert_completer(program, crate::complete::by_paths(commands));
        }
        table.insert("ssh", Rc::new(move |process| Box::pin(crate::ssh::ssh(cluster.clone(), process))));
    }

    /// The machine of a node; `None` if there is no such node or it is switched off.
    pub fn node_host(&self, name: &str) -> Option<Rc<Host>> {
        self.kubelet().node_host(name)
    }

    /// The inside of a running container; the first container if none is named.
    pub fn container_host(&self, namespace: &str, pod: &str, container: Option<&str>) -> Option<Rc<Host>> {
        self.kubelet().container_host(namespace, pod, container)
    }

    /// Whether a server's URL is another name of this cluster's API server.
    pub fn is_endpoint(&self, server: &str) -> bool {
        self.cloud().is_endpoint(server)
    }

    /// The network of the learner's machine, whose files hold `/etc/hosts`.
    pub fn workstation_network(&self, files: FileSystem) -> Rc<dyn Network> {
        let fabric = self.kubelet().fabric();
        Rc::new(fabric.view(fabric.workstation(), files))
    }
}
