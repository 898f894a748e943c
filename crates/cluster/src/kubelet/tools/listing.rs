//! The containers of a node, and tables of them.

use std::rc::Rc;
use std::time::Duration;

use podground_sim::Time;

use crate::container::Container;
use crate::kubelet::Kubelet;
use crate::kubelet::worker::{Sandbox, Worker};

/// A container on the node.
pub(crate) struct Listed {
    pub(crate) worker: Rc<Worker>,
    pub(crate) container: Rc<Container>,
}

impl Listed {
    /// As the kubelet named containers for docker.
    pub(crate) fn name(&self) -> String {
        let Worker { name, namespace, uid, .. } = &*self.worker;
        format!("k8s_{}_{name}_{namespace}_{uid}_{}", self.container.name(), self.container.spec.attempt)
    }
}

/// The sandbox of a pod on the node.
pub(crate) struct ListedSandbox {
    pub(crate) worker: Rc<Worker>,
    pub(crate) sandbox: Sandbox,
}

impl ListedSandbox {
    /// As the kubelet named sandboxes for docker.
    pub(crate) fn name(&self) -> String {
        let Worker { name, namespace, uid, .. } = &*self.worker;
        format!("k8s_POD_{name}_{namespace}_{uid}_0")
    }
}

/// The sandbox that an ID's beginning or a name means.
pub(crate) fn find_sandbox(kubelet: &Kubelet, node: &str, wanted: &str) -> Option<ListedSandbox> {
    sandboxes(kubelet, node).into_iter().find(|listed| {
        (!wanted.is_empty() && listed.sandbox.id.starts_with(wanted)) || listed.name() == wanted
    })
}

/// All containers of a node, newest first.
pub(crate) fn containers(kubelet: &Kubelet, node: &str) -> Vec<Listed> {
    let mut listed = Vec::new();
    for worker in workers(kubelet, node) {
        let state = worker.state();
        for record in state.records.values() {
            for container in [&record.container, &record.previous].into_iter().flatten() {
                listed.push(Listed { worker: worker.clone(), container: container.clone() });
            }
        }
    }
    listed.sort_by_key(|listed| {
        std::cmp::Reverse((listed.container.created, listed.container.spec.id.clone()))
    });
    listed
}

/// The sandboxes of a node, newest first.
pub(crate) fn sandboxes(kubelet: &Kubelet, node: &str) -> Vec<ListedSandbox> {
    let mut listed: Vec<ListedSandbox> = workers(kubelet, node)
        .into_iter()
        .filter_map(|worker| {
            let sandbox = worker.state().sandbox.clone()?;
            Some(ListedSandbox { worker, sandbox })
        })
        .collect();
    listed.sort_by_key(|listed| std::cmp::Reverse(listed.worker.state().start_time));
    listed
}

fn workers(kubelet: &Kubelet, node: &str) -> Vec<Rc<Worker>> {
    let node = kubelet.0.nodes.borrow().get(node).cloned();
    node.map(|node| node.workers.borrow().values().filter_map(std::rc::Weak::upgrade).collect())
        .unwrap_or_default()
}

/// The container that an ID's beginning or a name means.
pub(crate) fn find(listed: Vec<Listed>, wanted: &str) -> Option<Listed> {
    listed.into_iter().find(|listed| {
        (!wanted.is_empty() && listed.container.spec.id.starts_with(wanted)) || listed.name() == wanted
    })
}

/// `5 minutes`, as docker's tools say it.
// Upstream: github.com/docker/go-units HumanDuration
pub(crate) fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours) = (seconds / 60, (seconds as f64 / 3600.0).round() as u64);
    match seconds {
        0 => "Less than a second".to_owned(),
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".to_owned(),
        _ if minutes < 60 => format!("{minutes} minutes"),
        _ if hours == 1 => "About an hour".to_owned(),
        _ if hours < 48 => format!("{hours} hours"),
        _ if hours < 24 * 14 => format!("{} days", hours / 24),
        _ if hours < 24 * 60 => format!("{} weeks", hours / 24 / 7),
        _ => format!("{} months", hours / 24 / 30),
    }
}

/// `5 minutes ago`
pub(crate) fn ago(then: Time, now: Time) -> String {
    format!("{} ago", human(now.since(then)))
}

/// `12.3MB`
pub(crate) fn human_size(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["B", "kB", "MB"] {
        if size < 1000.0 {
            return trim(size, unit);
        }
        size /= 1000.0;
    }
    trim(size, "GB")
}

fn trim(size: f64, unit: &str) -> String {
    let digits = if size < 10.0 { 2 } else { usize::from(size < 100.0) };
    format!("{size:.digits$}{unit}")
}

/// A table: columns as wide as their widest cell and three blanks, at least `minimum`.
pub(crate) fn table(rows: &[Vec<String>], minimum: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let widest = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
            (widest.unwrap_or(0) + 3).max(minimum)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                let pad = widths[column].saturating_sub(cell.chars().count());
                text.extend(std::iter::repeat_n(' ', pad));
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_as_dockers() {
        let human = |seconds| human(Duration::from_secs(seconds));
        assert_eq!(human(45), "45 seconds");
        assert_eq!(human(61), "About a minute");
        assert_eq!(human(300), "5 minutes");
        assert_eq!(human(3700), "About an hour");
        assert_eq!(human_size(72_324_501), "72.3MB");
    }
}
