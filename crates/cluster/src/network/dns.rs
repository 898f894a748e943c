//! Names: the hosts file, search domains, and what the cluster's name server answers.
//!
//! The name server works as long as the service at its address (`kube-dns`) has a ready endpoint:
//! scale CoreDNS to zero and names stop to resolve, as in life.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{array_at, i64_at, str_at};
use podground_shell::{DnsAnswer, DnsData, DnsQuery, DnsRecord, DnsType, NetworkError};

use super::fabric::{Fabric, State};
use super::hop::{HopKind, HopResult, ServiceHop};
use super::internet;
use super::services::{Backend, ServiceKey, cluster_ips, publishes_not_ready};
use super::{Namespace, Peer};

/// The cluster's domain.
const DOMAIN: &str = "cluster.local";
/// The TTL of CoreDNS' kubernetes plug-in.
const TTL: u32 = 30;
/// The name server of the nodes' own network, as docker's.
const NODE_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11));
/// How long a resolver waits for an answer, both attempts together.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The address of the cluster's name server.
const CLUSTER_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 96, 0, 10));

/// Who answers a question.
#[derive(Default)]
struct NameServer {
    /// The CoreDNS pod, if it is one.
    pod: Option<Rc<Namespace>>,
    service: Option<ServiceHop>,
    /// Whether it knows the cluster's names.
    cluster: bool,
}

/// `/etc/resolv.conf`, as far as it matters here.
struct ResolverConfig {
    server: Option<IpAddr>,
    search: Vec<String>,
    ndots: usize,
}

impl ResolverConfig {
    fn parse(text: &str) -> Self {
        let mut config = Self { server: None, search: Vec::new(), ndots: 1 };
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") if config.server.is_none() => {
                    config.server = words.next().and_then(|server| server.parse().ok());
                }
                Some("search" | "domain") => config.search = words.map(str::to_owned).collect(),
                Some("options") => {
                    for option in words {
                        if let Some(count) = option.strip_prefix("ndots:") {
                            config.ndots = count.parse().unwrap_or(1);
                        }
                    }
                }
                _ => {}
            }
        }
        config
    }

    /// The full names to try for a name, in order.
    fn candidates(&self, name: &str) -> Vec<String> {
        if let Some(full) = name.strip_suffix('.') {
            return vec![full.to_owned()];
        }
        let mut names: Vec<String> =
            self.search.iter().map(|domain| format!("{name}.{}", domain.trim_end_matches('.'))).collect();
        if name.matches('.').count() >= self.ndots {
            names.insert(0, name.to_owned());
        } else {
            names.push(name.to_owned());
        }
        names
    }
}

impl Fabric {
    pub(crate) async fn resolve(
        self,
        from: Rc<Namespace>,
        hosts: String,
        resolver: String,
        name: String,
    ) -> Result<Vec<IpAddr>, NetworkError> {
        if let Ok(address) = name.trim_matches(['[', ']']).parse() {
            return Ok(vec![address]);
        }
        let found = from_hosts_file(&hosts, &name);
        if !found.is_empty() {
            return Ok(found);
        }
        let config = ResolverConfig::parse(&resolver);
        for full in config.candidates(&name) {
            let query = DnsQuery { server: config.server, name: full, record_type: DnsType::A };
            let answer = self.ask(&from, query).await?;
            let addresses: Vec<IpAddr> = answer
                .records
                .iter()
                .filter_map(|record| match record.data {
                    DnsData::Address(address) => Some(address),
                    _ => None,
                })
                .collect();
            if !addresses.is_empty() {
                return Ok(addresses);
            }
        }
        Err(NetworkError::NameNotFound)
    }

    pub(crate) async fn query(
        self,
        from: Rc<Namespace>,
        resolver: String,
        mut query: DnsQuery,
    ) -> Result<DnsAnswer, NetworkError> {
        query.server = query.server.or(ResolverConfig::parse(&resolver).server);
        query.name = query.name.trim_end_matches('.').to_owned();
        self.ask(&from, query).await
    }

    async fn ask(&self, from: &Rc<Namespace>, query: DnsQuery) -> Result<DnsAnswer, NetworkError> {
        let server = query.server.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let address = SocketAddr::new(server, 53);
        let reached = self.name_server(from, server).filter(|found| {
            let Some(pod) = &found.pod else { return true };
            self.admits(from, from.address(), (pod, pod.address()), "UDP", Some(53))
        });
        let Some(NameServer { pod, service, cluster }) = reached else {
            self.hop(from, None, 53, None, HopKind::Dns, HopResult::Lost);
            self.sim().sleep(TIMEOUT).await;
            return Err(NetworkError::NameServerUnreachable);
        };
        self.sim().sleep(Duration::from_micros(600)).await;
        if let Some(pod) = &pod {
            self.hop(from, Some(pod), 53, service, HopKind::Dns, HopResult::Delivered);
        }
        let state = self.state();
        if server == NODE_SERVER
            && let Some(found) = state.docker_record(from.address(), &query)
        {
            return Ok(DnsAnswer { server: address, exists: true, records: vec![found] });
        }
        let (exists, records) = if cluster && in_domain(&query.name) {
            state.cluster_records(&query.name, query.record_type)
        } else {
            state.outer_records(&query.name, query.record_type)
        };
        // The target of a CNAME outside of the cluster is looked up by the name server itself.
        let mut records = records;
        if let Some(DnsData::Name(target)) = records.last().map(|record| record.data.clone())
            && query.record_type != DnsType::Cname
            && query.record_type != DnsType::Ptr
        {
            let (_, more) = if in_domain(&target) {
                state.cluster_records(&target, query.record_type)
            } else {
                state.outer_records(&target, query.record_type)
            };
            records.extend(more);
        }
        Ok(DnsAnswer { server: address, exists, records })
    }

    /// Who answers at a server's address.
    fn name_server(&self, from: &Rc<Namespace>, server: IpAddr) -> Option<NameServer> {
        if from.is_down() {
            return None;
        }
        let outer =
            server == NODE_SERVER || super::services::v4(server).and_then(internet::by_address).is_some();
        if outer {
            return Some(NameServer::default());
        }
        let state = self.state();
        let Some(key) = state.services.by_address(server) else {
            // A cluster without the add-on has names all the same: the bare one, that is.
            if server == CLUSTER_SERVER && from.peer != Peer::Workstation {
                return Some(NameServer { cluster: true, ..NameServer::default() });
            }
            // A CoreDNS pod that is asked directly.
            let pod = state.pods.get(&server)?;
            let works = !pod.is_down() && pod.listens(server, 53);
            return works.then(|| NameServer { pod: Some(pod.clone()), service: None, cluster: true });
        };
        if from.peer == Peer::Workstation {
            return None;
        }
        let service = state.services.service(&key.0, &key.1)?;
        let port = array_at(service, "/spec/ports").iter().find(|port| i64_at(port, "/port") == Some(53))?;
        let hop = ServiceHop { namespace: key.0.clone(), name: key.1.clone(), node_port_of: None };
        let named = str_at(port, "/name");
        // Questions go by UDP; the TCP port stands for both.
        let tcp = array_at(service, "/spec/ports")
            .iter()
            .find(|port| i64_at(port, "/port") == Some(53) && str_at(port, "/protocol") == "TCP")
            .map_or(named, |port| str_at(port, "/name"));
        state
            .services
            .backends(&key.0, &key.1, tcp)
            .into_iter()
            .filter(|backend| backend.ready)
            .find_map(|backend| state.namespace_at(backend.address))
            .filter(|pod| !pod.is_down())
            .map(|pod| NameServer { pod: Some(pod), service: Some(hop), cluster: true })
    }
}

fn in_domain(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == DOMAIN || name.ends_with(".cluster.local") || name.ends_with(".in-addr.arpa")
}

/// The addresses of a name in a hosts file.
fn from_hosts_file(text: &str, name: &str) -> Vec<IpAddr> {
    let mut found: Vec<IpAddr> = Vec::new();
    for line in text.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let Some(address) = words.next().and_then(|address| address.parse().ok()) else { continue };
        if words.any(|word| word.eq_ignore_ascii_case(name)) && !found.contains(&address) {
            found.push(address);
        }
    }
    // A name with both families resolves to IPv4 here: nothing speaks IPv6 but loopback.
    if found.iter().any(IpAddr::is_ipv4) {
        found.retain(IpAddr::is_ipv4);
    }
    found
}

fn record(name: &str, record_type: DnsType, data: DnsData) -> DnsRecord {
    DnsRecord { name: name.to_owned(), ttl: TTL, record_type, data }
}

fn address_records(name: &str, asked: DnsType, addresses: impl Iterator<Item = IpAddr>) -> Vec<DnsRecord> {
    addresses
        .filter(|address| match asked {
            DnsType::A => address.is_ipv4(),
            DnsType::Aaaa => address.is_ipv6(),
            _ => false,
        })
        .map(|address| record(name, asked, DnsData::Address(address)))
        .collect()
}

fn dashed(address: IpAddr) -> String {
    address.to_string().replace(['.', ':'], "-")
}

impl State {
    /// What docker's own name server knows: the containers of the asker's network.
    fn docker_record(&self, from: IpAddr, query: &DnsQuery) -> Option<DnsRecord> {
        let range = |address: &IpAddr| super::services::v4(*address).map(|address| address.octets()[1]);
        let (address, _) = self.docker_names.iter().find(|(address, name)| {
            query.record_type == DnsType::A
                && **name == query.name
                && range(address) == range(&from)
                && self.docker.contains_key(&from)
        })?;
        Some(DnsRecord {
            name: query.name.clone(),
            ttl: 600,
            record_type: DnsType::A,
            data: DnsData::Address(*address),
        })
    }

    /// Names that the nodes' network knows: the nodes themselves and a few of the internet.
    fn outer_records(&self, name: &str, asked: DnsType) -> (bool, Vec<DnsRecord>) {
        if let Some(node) = self.nodes.get(name) {
            return (true, address_records(name, asked, std::iter::once(node.address())));
        }
        match internet::by_name(name) {
            Some(host) => (true, address_records(name, asked, std::iter::once(IpAddr::V4(host.address)))),
            None => (false, Vec::new()),
        }
    }

    /// What CoreDNS' kubernetes plug-in answers.
    fn cluster_records(&self, name: &str, asked: DnsType) -> (bool, Vec<DnsRecord>) {
        let lower = name.to_ascii_lowercase();
        if let Some(reversed) = lower.strip_suffix(".in-addr.arpa") {
            return self.reverse_records(name, reversed, asked);
        }
        let parts: Vec<&str> = lower.trim_end_matches(DOMAIN).trim_end_matches('.').split('.').collect();
        match parts.as_slice() {
            ["" | "svc"] | [_, "svc"] => (true, Vec::new()),
            [service, namespace, "svc"] => self.service_records(name, service, namespace, asked),
            [host, service, namespace, "svc"] => {
                let key = ((*namespace).to_owned(), (*service).to_owned());
                let found = self.headless_backends(&key).into_iter().filter(|backend| {
                    backend.hostname == *host
                        || (backend.hostname.is_empty() && dashed(backend.address) == *host)
                });
                let addresses: Vec<IpAddr> = found.map(|backend| backend.address).collect();
                (!addresses.is_empty(), address_records(name, asked, addresses.into_iter()))
            }
            [port, protocol, service, namespace, "svc"] => {
                let records = self.port_records(name, port, protocol, service, namespace);
                (!records.is_empty(), if asked == DnsType::Srv { records } else { Vec::new() })
            }
            [address, _, "pod"] => match address.replace('-', ".").parse::<Ipv4Addr>() {
                Ok(address) => (true, address_records(name, asked, std::iter::once(IpAddr::V4(address)))),
                Err(_) => (false, Vec::new()),
            },
            _ => (false, Vec::new()),
        }
    }

    fn service_records(
        &self,
        name: &str,
        service: &str,
        namespace: &str,
        asked: DnsType,
    ) -> (bool, Vec<DnsRecord>) {
        let Some(object) = self.services.service(namespace, service) else { return (false, Vec::new()) };
        let external = str_at(object, "/spec/externalName");
        if str_at(object, "/spec/type") == "ExternalName" {
            let data = DnsData::Name(external.trim_end_matches('.').to_owned());
            return (true, vec![record(name, DnsType::Cname, data)]);
        }
        if asked == DnsType::Srv {
            let records = array_at(object, "/spec/ports")
                .iter()
                .flat_map(|port| {
                    let protocol = str_at(port, "/protocol").to_ascii_lowercase();
                    self.port_records(
                        name,
                        &format!("_{}", str_at(port, "/name")),
                        &format!("_{protocol}"),
                        service,
                        namespace,
                    )
                })
                .collect();
            return (true, records);
        }
        let addresses = cluster_ips(object);
        if !addresses.is_empty() {
            return (true, address_records(name, asked, addresses.into_iter()));
        }
        let key = (namespace.to_owned(), service.to_owned());
        let backends = self.headless_backends(&key);
        // A headless service without endpoints does not exist for CoreDNS.
        (!backends.is_empty(), address_records(name, asked, backends.into_iter().map(|b| b.address)))
    }

    fn headless_backends(&self, key: &ServiceKey) -> Vec<Backend> {
        let headless = |service: &Rc<Value>| cluster_ips(service).is_empty();
        match self.services.service(&key.0, &key.1) {
            // With publishNotReadyAddresses the endpoints controller marks all of them ready.
            Some(service) if headless(service) || publishes_not_ready(service) => {
                self.services.addresses(key)
            }
            _ => Vec::new(),
        }
    }

    fn port_records(
        &self,
        name: &str,
        port: &str,
        protocol: &str,
        service: &str,
        namespace: &str,
    ) -> Vec<DnsRecord> {
        let Some(object) = self.services.service(namespace, service) else { return Vec::new() };
        let wanted = (port.trim_start_matches('_'), protocol.trim_start_matches('_'));
        let Some(spec) = array_at(object, "/spec/ports").iter().find(|spec| {
            str_at(spec, "/name") == wanted.0 && str_at(spec, "/protocol").eq_ignore_ascii_case(wanted.1)
        }) else {
            return Vec::new();
        };
        let base = format!("{service}.{namespace}.svc.{DOMAIN}");
        let srv = |port: u16, target: String| {
            record(name, DnsType::Srv, DnsData::Service { priority: 0, weight: 100, port, target })
        };
        let key = (namespace.to_owned(), service.to_owned());
        if cluster_ips(object).is_empty() {
            let named = self.services.backends(namespace, service, wanted.0);
            return self
                .headless_backends(&key)
                .into_iter()
                .filter_map(|backend| {
                    let port = named.iter().find(|known| known.address == backend.address)?.port;
                    let host =
                        if backend.hostname.is_empty() { dashed(backend.address) } else { backend.hostname };
                    Some(srv(port, format!("{host}.{base}")))
                })
                .collect();
        }
        let port = i64_at(spec, "/port").and_then(|port| u16::try_from(port).ok()).unwrap_or_default();
        vec![srv(port, base)]
    }

    fn reverse_records(&self, name: &str, reversed: &str, asked: DnsType) -> (bool, Vec<DnsRecord>) {
        let address: String = reversed.rsplit('.').collect::<Vec<_>>().join(".");
        let Ok(address) = address.parse::<IpAddr>() else { return (false, Vec::new()) };
        let target = if let Some((namespace, service)) = self.services.by_address(address) {
            Some(format!("{service}.{namespace}.svc.{DOMAIN}"))
        } else {
            match self.pods.get(&address).map(|pod| &pod.peer) {
                Some(Peer::Pod { namespace, .. }) => {
                    Some(format!("{}.{namespace}.pod.{DOMAIN}", dashed(address)))
                }
                _ => None,
            }
        };
        let records: Vec<DnsRecord> =
            target.into_iter().map(|target| record(name, DnsType::Ptr, DnsData::Name(target))).collect();
        (!records.is_empty(), if asked == DnsType::Ptr { records } else { Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_domains_come_first_below_ndots() {
        let text =
            "search default.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n";
        let config = ResolverConfig::parse(text);
        assert_eq!(config.server, Some("10.96.0.10".parse().unwrap()));
        assert_eq!(
            config.candidates("kubia"),
            ["kubia.default.svc.cluster.local", "kubia.svc.cluster.local", "kubia"]
        );
        assert_eq!(config.candidates("a.b."), ["a.b"]);
        let found = from_hosts_file("127.0.0.1 localhost\n::1 localhost # six\n", "localhost");
        assert_eq!(found, ["127.0.0.1".parse::<IpAddr>().unwrap()]);
    }
}
