//! The files that the kubelet manages in every container: hosts, resolv.conf, hostname.

use podground_api::Value;
use podground_api::object::{array_at, str_at};

use super::spec;

/// The cluster's domain.
const DOMAIN: &str = "cluster.local";
/// The address of the cluster's name server.
const NAME_SERVER: &str = "10.96.0.10";
/// The nodes' own, which `dnsPolicy: Default` takes over.
pub(crate) const NODE_RESOLV_CONF: &str = "nameserver 127.0.0.11\noptions ndots:0\n";

/// `/etc/hosts`
// Upstream: pkg/kubelet/kubelet_pods.go managedHostsFileContent
pub(crate) fn hosts(pod: &Value, address: &str, hostname: &str) -> String {
    let mut text = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n\
                    fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n"
        .to_owned();
    let subdomain = str_at(pod, "/spec/subdomain");
    if subdomain.is_empty() {
        text.push_str(&format!("{address}\t{hostname}\n"));
    } else {
        let namespace = str_at(pod, "/metadata/namespace");
        text.push_str(&format!("{address}\t{hostname}.{subdomain}.{namespace}.svc.{DOMAIN}\t{hostname}\n"));
    }
    let aliases = array_at(pod, "/spec/hostAliases");
    if !aliases.is_empty() {
        text.push_str("\n# Entries added by HostAliases.\n");
        for alias in aliases {
            let names: Vec<&str> = array_at(alias, "/hostnames").iter().filter_map(Value::as_str).collect();
            text.push_str(&format!("{}\t{}\n", str_at(alias, "/ip"), names.join("\t")));
        }
    }
    text
}

/// `/etc/resolv.conf`
// Upstream: pkg/kubelet/network/dns/dns.go GetPodDNS
pub(crate) fn resolv_conf(pod: &Value) -> String {
    let namespace = str_at(pod, "/metadata/namespace");
    let policy = str_at(pod, "/spec/dnsPolicy");
    let cluster = match policy {
        "Default" | "None" => false,
        "ClusterFirst" | "" => !spec::host_network(pod),
        _ => true,
    };
    let (mut servers, mut search, mut options) = (Vec::new(), Vec::new(), Vec::new());
    if cluster {
        servers.push(NAME_SERVER.to_owned());
        search = vec![format!("{namespace}.svc.{DOMAIN}"), format!("svc.{DOMAIN}"), DOMAIN.to_owned()];
        options.push("ndots:5".to_owned());
    } else if policy != "None" {
        servers.push("127.0.0.11".to_owned());
        options.push("ndots:0".to_owned());
    }
    let texts = |pointer: &str| {
        array_at(pod, pointer).iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    servers.extend(texts("/spec/dnsConfig/nameservers"));
    search.extend(texts("/spec/dnsConfig/searches"));
    for option in array_at(pod, "/spec/dnsConfig/options") {
        let name = str_at(option, "/name");
        options.retain(|known: &String| known.split(':').next() != Some(name));
        match str_at(option, "/value") {
            "" => options.push(name.to_owned()),
            value => options.push(format!("{name}:{value}")),
        }
    }
    let mut text = String::new();
    if !search.is_empty() {
        text.push_str(&format!("search {}\n", search.join(" ")));
    }
    for server in servers {
        text.push_str(&format!("nameserver {server}\n"));
    }
    if !options.is_empty() {
        text.push_str(&format!("options {}\n", options.join(" ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn resolver_follows_the_policy() {
        let pod = |policy: &str| {
            json!({"metadata": {"namespace": "shop"}, "spec": {"dnsPolicy": policy,
                "dnsConfig": {"options": [{"name": "ndots", "value": "2"}]}}})
        };
        assert_eq!(
            resolv_conf(&pod("ClusterFirst")),
            "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:2\n"
        );
        assert_eq!(resolv_conf(&pod("Default")), "nameserver 127.0.0.11\noptions ndots:2\n");
        assert!(hosts(&pod(""), "10.1.1.1", "web").ends_with("10.1.1.1\tweb\n"));
    }
}
