//! The programs of the control plane's own pods: what they are for is done by the simulator, they report health.

use podground_programs::http::{self, Response};
use podground_shell::{Process, Signal};

use super::serving::{Connections, accept_loop, listen};

/// The ports at which the parts report health.
const PORTS: &[(&str, &[u16])] = &[
    ("etcd", &[2379, 2380, 2381]),
    ("kube-controller-manager", &[10257]),
    ("kube-proxy", &[10256]),
    ("kube-scheduler", &[10259]),
];

/// `kube-scheduler` and the like.
pub(super) async fn control_plane_part(process: Process) -> u8 {
    let ports = PORTS.iter().find(|(name, _)| *name == process.name()).map_or(&[][..], |(_, ports)| ports);
    healthy(process, ports, "ok").await
}

/// `coredns`
pub(super) async fn coredns(process: Process) -> u8 {
    process.print(".:53\n[INFO] plugin/reload: Running configuration SHA512 = 1b226df79860026c6a52e67daa10d7f0\nCoreDNS-1.12.4\nlinux/amd64, go1.24.2, \n").await;
    healthy(process, &[53, 8080, 8181, 9153], "OK").await
}

async fn healthy(process: Process, ports: &[u16], body: &'static str) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let mut listeners = Vec::new();
    for port in ports {
        match listen(&process, *port) {
            Ok(listener) => listeners.push(listener),
            Err(_) => {
                process.eprint(&format!("listen tcp :{port}: bind: address already in use\n")).await;
                return 1;
            }
        }
    }
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(listeners, signals, &mut connections, |_, connection| {
        http::serve(connection, move |_, _| async move { Response::new(200, body) })
    })
    .await;
    0
}
