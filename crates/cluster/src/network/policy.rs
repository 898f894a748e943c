//! NetworkPolicy: who may speak to which pod.
//!
//! A pod that no policy selects is open. Once one selects it for a direction, only what some policy of that
//! direction allows goes through; the rest is dropped without a word. The pod's own node always reaches it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, name, namespace, str_at};
use podground_api::selector::Selector;

use super::Peer;
use super::ipam::{cidr_contains, parse_cidr};
use super::services::v4;

type Key = (String, String);

/// The policies, and the labels that they speak of.
#[derive(Default)]
pub(crate) struct Policies {
    policies: BTreeMap<Key, Rc<Value>>,
    pods: BTreeMap<Key, Rc<Value>>,
    namespaces: BTreeMap<String, Rc<Value>>,
}

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End<'a> {
    pub(crate) peer: &'a Peer,
    /// The address as the other end sees it.
    pub(crate) address: IpAddr,
}

/// The way that a policy looks at a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ingress,
    Egress,
}

impl Policies {
    /// Takes in an object as it is now; `None` when it is gone.
    pub(crate) fn set(&mut self, resource: &str, object: &Rc<Value>, gone: bool) {
        let key = (namespace(object).to_owned(), name(object).to_owned());
        let map = match resource {
            "pods" => &mut self.pods,
            "namespaces" => {
                if gone {
                    self.namespaces.remove(name(object));
                } else {
                    self.namespaces.insert(name(object).to_owned(), object.clone());
                }
                return;
            }
            _ => &mut self.policies,
        };
        if gone {
            map.remove(&key);
        } else {
            map.insert(key, object.clone());
        }
    }

    /// Whether a packet may go from one end to the other; `port` is `None` for an echo.
    pub(crate) fn admit(&self, from: End<'_>, to: End<'_>, protocol: &str, port: Option<u16>) -> bool {
        if self.policies.is_empty() || from.address == to.address {
            return true;
        }
        self.admit_one(Direction::Egress, from, to, to, protocol, port)
            && (matches!(from.peer, Peer::Node(_))
                || self.admit_one(Direction::Ingress, to, from, to, protocol, port))
    }

    fn pod(&self, end: End<'_>) -> Option<&Rc<Value>> {
        match end.peer {
            Peer::Pod { namespace, name, .. } => self.pods.get(&(namespace.clone(), name.clone())),
            _ => None,
        }
    }

    /// What the policies of one end say of the other. `to` is where the port belongs to.
    fn admit_one(
        &self,
        direction: Direction,
        own: End<'_>,
        other: End<'_>,
        to: End<'_>,
        protocol: &str,
        port: Option<u16>,
    ) -> bool {
        let Some(pod) = self.pod(own) else { return true };
        let mut isolated = false;
        for policy in self.policies.values() {
            let selected = namespace(policy) == namespace(pod)
                && applies(policy, direction)
                && selects(at(policy, "/spec/podSelector"), pod);
            if !selected {
                continue;
            }
            isolated = true;
            let (rules, peers) = match direction {
                Direction::Ingress => ("/spec/ingress", "/from"),
                Direction::Egress => ("/spec/egress", "/to"),
            };
            let allowed = array_at(policy, rules).iter().any(|rule| {
                let peers = array_at(rule, peers);
                let ports = array_at(rule, "/ports");
                (peers.is_empty() || peers.iter().any(|peer| self.is_peer(peer, policy, other)))
                    && (ports.is_empty()
                        || ports.iter().any(|spec| is_port(spec, protocol, port, self.pod(to))))
            });
            if allowed {
                return true;
            }
        }
        !isolated
    }

    fn is_peer(&self, peer: &Value, policy: &Value, other: End<'_>) -> bool {
        let block = at(peer, "/ipBlock");
        if !block.is_null() {
            let inside = |cidr: &str| {
                parse_cidr(cidr)
                    .zip(v4(other.address))
                    .is_some_and(|(range, address)| cidr_contains(range, address))
            };
            let except = array_at(block, "/except").iter().filter_map(Value::as_str);
            return inside(str_at(block, "/cidr")) && !except.into_iter().any(inside);
        }
        let Some(pod) = self.pod(other) else { return false };
        let spaces = at(peer, "/namespaceSelector");
        let right_space = if spaces.is_null() {
            namespace(pod) == namespace(policy)
        } else {
            self.namespaces.get(namespace(pod)).is_some_and(|space| selects(spaces, space))
        };
        let pods = at(peer, "/podSelector");
        right_space && (pods.is_null() || selects(pods, pod))
    }
}

// Upstream: pkg/apis/networking/v1/defaults.go SetDefaults_NetworkPolicy writes the types into the object.
fn applies(policy: &Value, direction: Direction) -> bool {
    let word = if direction == Direction::Ingress { "Ingress" } else { "Egress" };
    array_at(policy, "/spec/policyTypes").iter().any(|kind| kind.as_str() == Some(word))
}

fn selects(selector: &Value, object: &Value) -> bool {
    Selector::from_label_selector(selector).is_some_and(|selector| selector.matches_object(object))
}

fn is_port(spec: &Value, protocol: &str, port: Option<u16>, target: Option<&Rc<Value>>) -> bool {
    let wanted = match str_at(spec, "/protocol") {
        "" => "TCP",
        protocol => protocol,
    };
    let Some(port) = port.filter(|_| wanted == protocol) else { return false };
    let port = i64::from(port);
    match (at(spec, "/port"), i64_at(spec, "/endPort")) {
        (Value::Null, _) => true,
        (Value::String(name), _) => target.is_some_and(|pod| {
            let containers = array_at(pod, "/spec/containers").iter();
            containers
                .flat_map(|container| array_at(container, "/ports"))
                .any(|known| str_at(known, "/name") == name && i64_at(known, "/containerPort") == Some(port))
        }),
        (first, end) => {
            let first = first.as_i64().unwrap_or(-1);
            (first..=end.unwrap_or(first)).contains(&port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    fn pod(space: &str, name: &str, app: &str) -> Rc<Value> {
        Rc::new(json!({
            "metadata": {"namespace": space, "name": name, "labels": {"app": app}},
            "spec": {"containers": [{"ports": [{"name": "http", "containerPort": 8080}]}]},
        }))
    }

    fn peer(space: &str, name: &str) -> Peer {
        Peer::Pod { namespace: space.to_owned(), name: name.to_owned(), node: "node-1".to_owned() }
    }

    fn policy(name: &str, spec: Value) -> Rc<Value> {
        Rc::new(json!({"metadata": {"namespace": "default", "name": name}, "spec": spec}))
    }

    fn policies() -> Policies {
        let mut policies = Policies::default();
        for pod in [pod("default", "web", "web"), pod("default", "db", "db"), pod("other", "web", "web")] {
            policies.set("pods", &pod, false);
        }
        let space = Rc::new(json!({"metadata": {"name": "other", "labels": {"team": "x"}}}));
        policies.set("namespaces", &space, false);
        policies
    }

    fn admit(policies: &Policies, from: &Peer, to: &Peer, port: Option<u16>) -> bool {
        let end = |peer, last| End { peer, address: IpAddr::from([10, 244, 1, last]) };
        policies.admit(end(from, 2), end(to, 3), if port.is_some() { "TCP" } else { "ICMP" }, port)
    }

    #[test]
    fn a_selected_pod_is_shut_but_for_what_is_allowed() {
        let mut policies = policies();
        let (web, db, stranger) = (peer("default", "web"), peer("default", "db"), peer("other", "web"));
        assert!(admit(&policies, &stranger, &db, Some(8080)));
        let from = json!([{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": "http"}]}]);
        let spec = json!({"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"], "ingress": from});
        let object = policy("db", spec);
        policies.set("networkpolicies.networking.k8s.io", &object, false);
        assert!(admit(&policies, &web, &db, Some(8080)));
        assert!(!admit(&policies, &web, &db, Some(80)) && !admit(&policies, &web, &db, None));
        assert!(!admit(&policies, &stranger, &db, Some(8080)));
        assert!(admit(&policies, &db, &web, Some(80)));
        assert!(admit(&policies, &Peer::Node("node-1".to_owned()), &db, Some(80)));
        policies.set("networkpolicies.networking.k8s.io", &object, true);
        assert!(admit(&policies, &stranger, &db, Some(80)));
    }

    #[test]
    fn the_way_out_and_other_namespaces() {
        let mut policies = policies();
        let (web, db, stranger) = (peer("default", "web"), peer("default", "db"), peer("other", "web"));
        let block = json!([{"to": [{"ipBlock": {"cidr": "10.244.1.0/24", "except": ["10.244.1.3/32"]}}]}]);
        let out = json!({"podSelector": {}, "policyTypes": ["Egress"], "egress": block});
        policies.set("networkpolicies.networking.k8s.io", &policy("out", out), false);
        assert!(!admit(&policies, &web, &db, Some(80)));
        let spaces = json!([{"from": [{"namespaceSelector": {"matchLabels": {"team": "x"}}}]}]);
        let inside = json!({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": spaces});
        policies.set("networkpolicies.networking.k8s.io", &policy("in", inside), false);
        assert!(admit(&policies, &stranger, &db, Some(80)));
        assert!(!admit(&policies, &Peer::Workstation, &db, Some(80)));
    }
}
