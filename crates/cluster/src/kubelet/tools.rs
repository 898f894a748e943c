//! What one finds on a node: `docker` and `crictl` to look at its containers, and what switches it off.
//!
//! The nodes' runtime is containerd, for which `crictl` is the tool. Study notes look at containers by
//! `docker ps` and `docker logs`, as on nodes of their time: `docker` is there too and shows the same
//! containers, named as the kubelet named them for docker.

mod crictl;
mod docker;
pub(crate) mod listing;
pub(crate) mod options;
mod power;

use std::rc::Weak;

use podground_shell::{Process, ProgramTable};
use podground_sim::LocalBoxFuture;

use super::{Inner, Kubelet};

type Tool = fn(Kubelet, Process) -> LocalBoxFuture<'static, u8>;

const TOOLS: &[(&str, Tool)] = &[
    ("crictl", |kubelet, process| Box::pin(crictl::main(kubelet, process))),
    ("docker", |kubelet, process| Box::pin(docker::main(kubelet, process))),
    ("halt", |kubelet, process| Box::pin(power::main(kubelet, process))),
    ("poweroff", |kubelet, process| Box::pin(power::main(kubelet, process))),
    ("reboot", |kubelet, process| Box::pin(power::main(kubelet, process))),
    ("shutdown", |kubelet, process| Box::pin(power::main(kubelet, process))),
    ("systemctl", |kubelet, process| Box::pin(power::main(kubelet, process))),
];

/// Adds the tools to the programs of nodes.
pub(super) fn register(kubelet: &Weak<Inner>, table: &mut ProgramTable) {
    for (name, main) in TOOLS {
        let (kubelet, main) = (kubelet.clone(), *main);
        let program = move |process: Process| -> LocalBoxFuture<'static, u8> {
            match kubelet.upgrade() {
                Some(inner) => main(Kubelet(inner), process),
                None => Box::pin(async { 1 }),
            }
        };
        table.insert(*name, std::rc::Rc::new(program));
    }
}

/// Prints a container's log: standard output and error to where they were written to.
pub(crate) async fn listing_logs(
    process: &Process,
    container: &crate::container::Container,
    follow: bool,
    tail: Option<usize>,
    timestamps: bool,
) {
    let mut sequence = 0;
    let mut first = true;
    loop {
        let generation = container.log.changed.generation();
        let closed = container.log.is_closed();
        let entries = container.log.since(sequence);
        let start = tail.filter(|_| first).map_or(0, |tail| entries.len().saturating_sub(tail));
        first = false;
        for entry in &entries[start..] {
            let mut line = Vec::new();
            if timestamps {
                line.extend(super::logs::rfc3339_nano(entry.time).bytes());
                line.push(b' ');
            }
            line.extend(&entry.bytes);
            let fd = if entry.stream == crate::container::LogStream::Stderr { 2 } else { 1 };
            if process.write(fd, &line).await.is_err() {
                return;
            }
        }
        sequence = entries.last().map_or(sequence, |entry| entry.sequence);
        if !follow || closed {
            return;
        }
        container.log.changed.wait_after(generation).await;
    }
}
