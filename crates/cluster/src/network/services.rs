//! What kube-proxy does on every node: from a service's address to one of its endpoints.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{array_at, bool_at, i64_at, label, name, namespace, str_at};
use podground_sim::Time;

/// Namespace and name of a service.
pub(crate) type ServiceKey = (String, String);

/// One endpoint of a service's port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// The node it is on, `""` if unknown.
    pub node: String,
    /// The host name that headless services give it.
    pub hostname: String,
    /// Whether it takes new connections.
    pub ready: bool,
    /// Whether it still works while it terminates.
    pub serving: bool,
}

/// The services and endpoint slices that the proxies know.
#[derive(Default)]
pub struct ServiceTable {
    services: BTreeMap<ServiceKey, Rc<Value>>,
    slices: BTreeMap<ServiceKey, BTreeMap<String, Rc<Value>>>,
    by_address: BTreeMap<IpAddr, ServiceKey>,
    by_node_port: BTreeMap<u16, ServiceKey>,
    turns: RefCell<BTreeMap<(ServiceKey, String), usize>>,
    affinity: RefCell<BTreeMap<(ServiceKey, IpAddr), (IpAddr, Time)>>,
}

/// A service's port that a destination address names.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) key: ServiceKey,
    pub(crate) port_name: String,
    /// `externalTrafficPolicy: Local` and the like: only endpoints of the node take part.
    pub(crate) local_only: bool,
}

impl ServiceTable {
    /// Takes in a service as it is now; `None` when it is gone.
    pub fn set_service(&mut self, namespace: &str, name: &str, service: Option<Rc<Value>>) {
        let key = (namespace.to_owned(), name.to_owned());
        self.by_address.retain(|_, service| *service != key);
        self.by_node_port.retain(|_, service| *service != key);
        let Some(service) = service else {
            self.services.remove(&key);
            return;
        };
        for address in virtual_addresses(&service) {
            self.by_address.insert(address, key.clone());
        }
        for port in array_at(&service, "/spec/ports") {
            if let Some(port) = port_number(port, "/nodePort") {
                self.by_node_port.insert(port, key.clone());
            }
        }
        self.services.insert(key, service);
    }

    /// Takes in an endpoint slice as it is now; with `gone`, it is taken away.
    pub fn set_slice(&mut self, slice: &Rc<Value>, gone: bool) {
        let Some(service) = label(slice, "kubernetes.io/service-name") else { return };
        let key = (namespace(slice).to_owned(), service.to_owned());
        let slices = self.slices.entry(key.clone()).or_default();
        if gone {
            slices.remove(name(slice));
        } else {
            slices.insert(name(slice).to_owned(), slice.clone());
        }
        if slices.is_empty() {
            self.slices.remove(&key);
        }
    }

    /// A service.
    pub fn get(&self, namespace: &str, name: &str) -> Option<&Rc<Value>> {
        self.service(namespace, name)
    }

    /// The services of a namespace, by name.
    pub fn in_namespace<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Rc<Value>> {
        let from = (namespace.to_owned(), String::new());
        self.services.range(from..).take_while(move |(key, _)| key.0 == namespace).map(|(_, service)| service)
    }

    pub(crate) fn service(&self, namespace: &str, name: &str) -> Option<&Rc<Value>> {
        self.services.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// The service that has a virtual address (cluster IP, external IP, load balancer's).
    pub(crate) fn by_address(&self, address: IpAddr) -> Option<&ServiceKey> {
        self.by_address.get(&address)
    }

    pub(crate) fn is_cluster_ip(&self, address: IpAddr) -> bool {
        self.by_address(address)
            .and_then(|key| self.services.get(key))
            .is_some_and(|service| cluster_ips(service).contains(&address))
    }

    /// The TCP port of a service with a virtual address.
    pub(crate) fn target(&self, key: &ServiceKey, port: u16, external: bool) -> Option<Target> {
        let service = self.services.get(key)?;
        let spec = array_at(service, "/spec/ports")
            .iter()
            .find(|spec| is_tcp(spec) && port_number(spec, "/port") == Some(port))?;
        let policy = if external { "/spec/externalTrafficPolicy" } else { "/spec/internalTrafficPolicy" };
        Some(Target {
            key: key.clone(),
            port_name: str_at(spec, "/name").to_owned(),
            local_only: str_at(service, policy) == "Local",
        })
    }

    /// The service's port that a node port leads to.
    pub(crate) fn node_port(&self, port: u16) -> Option<Target> {
        let key = self.by_node_port.get(&port)?;
        let service = self.services.get(key)?;
        let spec = array_at(service, "/spec/ports")
            .iter()
            .find(|spec| is_tcp(spec) && port_number(spec, "/nodePort") == Some(port))?;
        Some(Target {
            key: key.clone(),
            port_name: str_at(spec, "/name").to_owned(),
            local_only: str_at(service, "/spec/externalTrafficPolicy") == "Local",
        })
    }

    /// All endpoints of a service's port, ready or not, each address once.
    pub fn backends(&self, namespace: &str, service: &str, port_name: &str) -> Vec<Backend> {
        let key = (namespace.to_owned(), service.to_owned());
        let mut backends: Vec<Backend> = Vec::new();
        for slice in self.slices.get(&key).into_iter().flat_map(BTreeMap::values) {
            let port = array_at(slice, "/ports")
                .iter()
                .find(|port| is_tcp(port) && str_at(port, "/name") == port_name)
                .and_then(|port| port_number(port, "/port"));
            let Some(port) = port else { continue };
            for endpoint in array_at(slice, "/endpoints") {
                let Some(backend) = backend(endpoint, port) else { continue };
                if !backends.iter().any(|known| known.address == backend.address) {
                    backends.push(backend);
                }
            }
        }
        backends
    }

    /// All endpoint addresses of a service, whatever its ports, for DNS.
    pub(crate) fn addresses(&self, key: &ServiceKey) -> Vec<Backend> {
        let mut backends: Vec<Backend> = Vec::new();
        for slice in self.slices.get(key).into_iter().flat_map(BTreeMap::values) {
            for endpoint in array_at(slice, "/endpoints") {
                let Some(backend) = backend(endpoint, 0) else { continue };
                if backend.ready && !backends.iter().any(|known| known.address == backend.address) {
                    backends.push(backend);
                }
            }
        }
        backends
    }

    /// Chooses an endpoint for a new connection: each in turn, or the client's own by session affinity.
    pub(crate) fn choose(&self, target: &Target, client: IpAddr, node: &str, now: Time) -> Option<Backend> {
        let (namespace, name) = &target.key;
        let mut backends = self.backends(namespace, name, &target.port_name);
        if target.local_only {
            backends.retain(|backend| backend.node == node);
        }
        // Upstream: pkg/proxy/topology.go CategorizeEndpoints: those that terminate serve if no other does.
        if backends.iter().any(|backend| backend.ready) {
            backends.retain(|backend| backend.ready);
        } else {
            backends.retain(|backend| backend.serving);
        }
        if backends.is_empty() {
            return None;
        }
        let service = self.services.get(&target.key)?;
        let sticky = str_at(service, "/spec/sessionAffinity") == "ClientIP";
        let seconds =
            i64_at(service, "/spec/sessionAffinityConfig/clientIP/timeoutSeconds").unwrap_or(10_800);
        let client_key = (target.key.clone(), client);
        if sticky
            && let Some((address, last)) = self.affinity.borrow().get(&client_key)
            && now.since(*last) < Duration::from_secs(seconds.max(0) as u64)
            && let Some(backend) = backends.iter().find(|backend| backend.address == *address)
        {
            let backend = backend.clone();
            self.remember(client_key.clone(), &backend, now);
            return Some(backend);
        }
        let mut turns = self.turns.borrow_mut();
        let turn = turns.entry((target.key.clone(), target.port_name.clone())).or_insert(0);
        let backend = backends.swap_remove(*turn % backends.len());
        *turn += 1;
        drop(turns);
        if sticky {
            self.remember(client_key, &backend, now);
        }
        Some(backend)
    }

    fn remember(&self, client: (ServiceKey, IpAddr), backend: &Backend, now: Time) {
        // The map is read in the caller's `if let`; a failed borrow only costs one refresh.
        if let Ok(mut affinity) = self.affinity.try_borrow_mut() {
            affinity.insert(client, (backend.address, now));
        }
    }
}

fn backend(endpoint: &Value, port: u16) -> Option<Backend> {
    let address = array_at(endpoint, "/addresses").first()?.as_str()?.parse().ok()?;
    let flag =
        |pointer: &str, absent: bool| endpoint.pointer(pointer).and_then(Value::as_bool).unwrap_or(absent);
    let ready = flag("/conditions/ready", true);
    Some(Backend {
        address,
        port,
        node: str_at(endpoint, "/nodeName").to_owned(),
        hostname: str_at(endpoint, "/hostname").to_owned(),
        ready,
        serving: flag("/conditions/serving", ready),
    })
}

/// The cluster IPs of a service; none for a headless one.
pub(crate) fn cluster_ips(service: &Value) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = array_at(service, "/spec/clusterIPs")
        .iter()
        .filter_map(|address| address.as_str()?.parse().ok())
        .collect();
    if addresses.is_empty() {
        addresses.extend(str_at(service, "/spec/clusterIP").parse::<IpAddr>());
    }
    addresses
}

fn virtual_addresses(service: &Value) -> Vec<IpAddr> {
    let mut addresses = cluster_ips(service);
    let external = array_at(service, "/spec/externalIPs").iter().filter_map(Value::as_str);
    let balancers =
        array_at(service, "/status/loadBalancer/ingress").iter().map(|ingress| str_at(ingress, "/ip"));
    addresses.extend(external.chain(balancers).filter_map(|address| address.parse::<IpAddr>().ok()));
    addresses
}

fn is_tcp(port: &Value) -> bool {
    matches!(str_at(port, "/protocol"), "" | "TCP")
}

fn port_number(port: &Value, pointer: &str) -> Option<u16> {
    i64_at(port, pointer).and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0)
}

/// Whether a service gives names to endpoints that are not ready.
pub(crate) fn publishes_not_ready(service: &Value) -> bool {
    bool_at(service, "/spec/publishNotReadyAddresses")
}

/// An IPv4 address, if it is one.
pub(crate) fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(address) => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    fn table() -> ServiceTable {
        let mut table = ServiceTable::default();
        let service = json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {
            "clusterIP": "10.96.1.1", "clusterIPs": ["10.96.1.1"],
            "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP", "nodePort": 30123}]}});
        let slice = json!({"metadata": {"name": "web-x", "namespace": "default",
            "labels": {"kubernetes.io/service-name": "web"}},
            "ports": [{"name": "", "port": 8080, "protocol": "TCP"}],
            "endpoints": [
                {"addresses": ["10.244.1.2"], "conditions": {"ready": true}, "nodeName": "node-1"},
                {"addresses": ["10.244.1.3"], "conditions": {"ready": false}, "nodeName": "node-1"},
                {"addresses": ["10.244.2.2"], "conditions": {"ready": true}, "nodeName": "node-2"}]});
        table.set_service("default", "web", Some(Rc::new(service)));
        table.set_slice(&Rc::new(slice), false);
        table
    }

    #[test]
    fn takes_ready_endpoints_in_turn() {
        let table = table();
        let key = table.by_address("10.96.1.1".parse().unwrap()).unwrap().clone();
        let target = table.target(&key, 80, false).unwrap();
        let client = "10.244.3.2".parse().unwrap();
        let chosen: Vec<String> = (0..3)
            .map(|_| table.choose(&target, client, "node-3", Time(0)).unwrap().address.to_string())
            .collect();
        assert_eq!(chosen, ["10.244.1.2", "10.244.2.2", "10.244.1.2"]);
        assert!(table.target(&key, 81, false).is_none());
        assert_eq!(table.node_port(30123).unwrap().key, key);
    }

    #[test]
    fn what_is_gone_is_forgotten() {
        let mut table = table();
        table.set_service("default", "web", None);
        assert!(table.by_address("10.96.1.1".parse().unwrap()).is_none());
        assert!(table.node_port(30123).is_none());
    }
}
