//! Who called whom, as the picture shows it.

use podground_cluster::network::{Hop, HopKind, HopResult, Peer};
use serde::Serialize;

use crate::session::Session;

/// No more than the latest of these are told at a time.
const MOST: usize = 12;

/// One end of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HopEnd {
    /// `pod`, `node`, `workstation`, `internet`; empty if nobody was reached.
    pub kind: &'static str,
    /// The pod's namespace.
    pub namespace: String,
    /// The pod's, the node's or the host's name.
    pub name: String,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HopView {
    /// Counts all calls.
    pub sequence: u64,
    /// Who called.
    pub from: HopEnd,
    /// `namespace/name` of the service in between; empty if there is none.
    pub service: String,
    /// Who was reached.
    pub to: HopEnd,
    /// The port that was called.
    pub port: u16,
    /// `delivered`, `refused`, `unreachable`, `lost`, `forbidden`
    pub result: &'static str,
}

impl Session {
    /// The latest calls after the one with this number, and the number of the last call of all. Name servers'
    /// work and the kubelets' probes are not among them.
    pub fn hops_since(&self, sequence: u64) -> (Vec<HopView>, u64) {
        let hops = self.cluster().kubelet().fabric().hops_since(sequence);
        let last = hops.last().map_or(sequence, |hop| hop.sequence);
        let shown: Vec<&Hop> = hops.iter().filter(|hop| is_shown(hop)).collect();
        let latest = &shown[shown.len().saturating_sub(MOST)..];
        (latest.iter().map(|hop| view(hop)).collect(), last)
    }
}

fn is_shown(hop: &Hop) -> bool {
    hop.kind == HopKind::Tcp && !matches!(hop.from, Peer::Node(_)) && hop.to.as_ref() != Some(&hop.from)
}

fn view(hop: &Hop) -> HopView {
    HopView {
        sequence: hop.sequence,
        from: end(&hop.from),
        service: hop
            .service
            .as_ref()
            .map(|service| format!("{}/{}", service.namespace, service.name))
            .unwrap_or_default(),
        to: hop.to.as_ref().map(end).unwrap_or_default(),
        port: hop.port,
        result: match hop.result {
            HopResult::Delivered => "delivered",
            HopResult::Refused => "refused",
            HopResult::Unreachable => "unreachable",
            HopResult::Lost => "lost",
            HopResult::Forbidden => "forbidden",
        },
    }
}

fn end(peer: &Peer) -> HopEnd {
    let (kind, namespace, name) = match peer {
        Peer::Pod { namespace, name, .. } => ("pod", namespace.as_str(), name.as_str()),
        Peer::Node(name) => ("node", "", name.as_str()),
        Peer::Workstation => ("workstation", "", ""),
        Peer::Internet(name) => ("internet", "", name.as_str()),
    };
    HopEnd { kind, namespace: namespace.to_owned(), name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionConfig;

    #[test]
    fn a_call_through_a_service_names_the_service_and_the_pod() {
        let mut session = Session::new(SessionConfig::default());
        let script = "kubectl run web --image=nginx --expose --port=80 && kubectl run ask --image=busybox -- sleep 100 \
                      && kubectl wait pod web ask --for=condition=Ready && sleep 2 && kubectl exec ask -- wget -q -O - http://web";
        session.run_script(script, std::time::Duration::from_secs(600));
        let (hops, last) = session.hops_since(0);
        let hop = hops.last().expect("a call");
        assert_eq!(
            (hop.from.name.as_str(), hop.service.as_str(), hop.to.name.as_str()),
            ("ask", "default/web", "web")
        );
        assert_eq!((hop.port, hop.result), (80, "delivered"));
        assert!(session.hops_since(last).0.is_empty());
    }
}
