//! Endpoints, ingresses, network policies.

use podground_api::object::{array_at, at, map_at, name, namespace, str_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, number, scalar_or, selector};
use crate::error::Result;

pub(super) async fn endpoints(d: &Describer, endpoints: &Value, w: &mut Writer) -> Result<()> {
    w.head(endpoints);
    w.line(0, "Subsets:");
    for subset in array_at(endpoints, "/subsets") {
        for (title, pointer) in [("Addresses", "/addresses"), ("NotReadyAddresses", "/notReadyAddresses")] {
            let addresses: Vec<&str> =
                array_at(subset, pointer).iter().map(|address| str_at(address, "/ip")).collect();
            let text = if addresses.is_empty() { "<none>".to_owned() } else { addresses.join(",") };
            w.field(1, title, text);
        }
        let ports = array_at(subset, "/ports");
        if !ports.is_empty() {
            w.line(1, "Ports:\n    Name\tPort\tProtocol\n    ----\t----\t--------");
            for port in ports {
                let name = scalar_or(at(port, "/name"), "<unset>");
                w.line(2, format_args!("{name}\t{}\t{}", number(port, "/port"), str_at(port, "/protocol")));
            }
        }
        w.line(0, "");
    }
    d.events(endpoints, w).await;
    Ok(())
}

pub(super) async fn endpoint_slice(d: &Describer, slice: &Value, w: &mut Writer) -> Result<()> {
    w.head(slice);
    w.field(0, "AddressType", str_at(slice, "/addressType"));
    let ports = array_at(slice, "/ports");
    if ports.is_empty() {
        w.field(0, "Ports", "<unset>");
    } else {
        w.line(0, "Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------");
        for port in ports {
            let name = scalar_or(at(port, "/name"), "<unset>");
            w.line(1, format_args!("{name}\t{}\t{}", number(port, "/port"), str_at(port, "/protocol")));
        }
    }
    let all = array_at(slice, "/endpoints");
    if all.is_empty() {
        w.field(0, "Endpoints", "<none>");
    } else {
        w.line(0, "Endpoints:");
    }
    for endpoint in all {
        let addresses: Vec<&str> =
            array_at(endpoint, "/addresses").iter().filter_map(Value::as_str).collect();
        w.field(1, "- Addresses", addresses.join(", "));
        w.line(2, "Conditions:");
        w.field(3, "Ready", scalar_or(at(endpoint, "/conditions/ready"), "<unset>").to_lowercase());
        let target = at(endpoint, "/targetRef");
        if target.is_object() {
            w.field(2, "TargetRef", format_args!("{}/{}", str_at(target, "/kind"), str_at(target, "/name")));
        }
        w.field(2, "NodeName", scalar_or(at(endpoint, "/nodeName"), "<unset>"));
        w.field(2, "Zone", scalar_or(at(endpoint, "/zone"), "<unset>"));
    }
    d.events(slice, w).await;
    Ok(())
}

/// `web:80 (10.244.1.59:80)`
async fn backend(d: &Describer, ingress: &Value, backend: &Value) -> String {
    if map_at(backend, "/resource").is_some() {
        return format!("{}/{}", str_at(backend, "/resource/kind"), str_at(backend, "/resource/name"));
    }
    let service_name = str_at(backend, "/service/name");
    let port = match str_at(backend, "/service/port/name") {
        "" => number(backend, "/service/port/number").to_string(),
        name => name.to_owned(),
    };
    let space = namespace(ingress);
    let found = match d.client.get(&format!("/api/v1/namespaces/{space}/services/{service_name}")).await {
        Err(error) => format!("<error: {}>", error.bare()),
        Ok(service) => {
            let path = format!("/apis/discovery.k8s.io/v1/namespaces/{space}/endpointslices");
            let query = [("labelSelector", format!("kubernetes.io/service-name={service_name}"))];
            let slices = d.list(&path, &query).await;
            let wanted = array_at(&service, "/spec/ports").iter().find(|candidate| {
                str_at(candidate, "/name") == port || number(candidate, "/port").to_string() == port
            });
            wanted.map_or_else(String::new, |port| super::service::endpoints(&slices, str_at(port, "/name")))
        }
    };
    format!("{service_name}:{port} ({found})")
}

pub(super) async fn ingress(d: &Describer, ingress: &Value, w: &mut Writer) -> Result<()> {
    w.field(0, "Name", name(ingress));
    w.labels("Labels", ingress, "/metadata/labels");
    w.field(0, "Namespace", namespace(ingress));
    let addresses: Vec<&str> = array_at(ingress, "/status/loadBalancer/ingress")
        .iter()
        .map(|entry| match str_at(entry, "/ip") {
            "" => str_at(entry, "/hostname"),
            ip => ip,
        })
        .collect();
    w.field(0, "Address", addresses.join(","));
    w.field(0, "Ingress Class", scalar_or(at(ingress, "/spec/ingressClassName"), "<none>"));
    let default = at(ingress, "/spec/defaultBackend");
    let default_text =
        if default.is_null() { "<default>".to_owned() } else { backend(d, ingress, default).await };
    w.field(0, "Default backend", &default_text);
    let tls = array_at(ingress, "/spec/tls");
    if !tls.is_empty() {
        w.line(0, "TLS:");
        for entry in tls {
            let hosts: Vec<&str> = array_at(entry, "/hosts").iter().filter_map(Value::as_str).collect();
            match str_at(entry, "/secretName") {
                "" => w.line(1, format_args!("SNI routes {}", hosts.join(","))),
                secret => w.line(1, format_args!("{secret} terminates {}", hosts.join(","))),
            }
        }
    }
    w.line(0, "Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------");
    let rules = array_at(ingress, "/spec/rules");
    for rule in rules.iter().filter(|rule| map_at(rule, "/http").is_some()) {
        w.line(1, format_args!("{}\t", scalar_or(at(rule, "/host"), "*")));
        for path in array_at(rule, "/http/paths") {
            let target = backend(d, ingress, at(path, "/backend")).await;
            w.line(1, format_args!("\t{} \t{target}", str_at(path, "/path")));
        }
    }
    if rules.is_empty() {
        w.line(1, format_args!("*\t*\t{default_text}"));
    }
    w.annotations("Annotations", ingress);
    d.events(ingress, w).await;
    Ok(())
}

pub(super) async fn ingress_class(d: &Describer, class: &Value, w: &mut Writer) -> Result<()> {
    w.head(class);
    w.field(0, "Controller", str_at(class, "/spec/controller"));
    d.events(class, w).await;
    Ok(())
}

pub(super) async fn network_policy(_: &Describer, policy: &Value, w: &mut Writer) -> Result<()> {
    w.name(policy);
    let created = str_at(policy, "/metadata/creationTimestamp").replace('T', " ");
    // As Go prints a time.
    w.field(0, "Created on", created.replace('Z', " +0000 UTC"));
    w.labels("Labels", policy, "/metadata/labels");
    w.annotations("Annotations", policy);
    w.line(0, "Spec:");
    let pods = selector(policy, "/spec/podSelector");
    if pods == "<none>" {
        w.line(1, "PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)");
    } else {
        w.line(1, format_args!("PodSelector:     {pods}"));
    }
    let types: Vec<&str> = array_at(policy, "/spec/policyTypes").iter().filter_map(Value::as_str).collect();
    for (kind, direction, rules, peers, peer_title) in [
        ("Ingress", "ingress", "/spec/ingress", "/from", "From"),
        ("Egress", "egress", "/spec/egress", "/to", "To"),
    ] {
        if types.contains(&kind) {
            w.line(1, format_args!("Allowing {direction} traffic:"));
            traffic(w, array_at(policy, rules), direction, peers, peer_title);
        } else {
            w.line(1, format_args!("Not affecting {direction} traffic"));
        }
    }
    w.line(1, format_args!("Policy Types: {}", types.join(", ")));
    Ok(())
}

fn traffic(w: &mut Writer, rules: &[Value], direction: &str, peers: &str, peer_title: &str) {
    if rules.is_empty() {
        w.line(2, format_args!("<none> (Selected pods are isolated for {direction} connectivity)"));
        return;
    }
    for (index, rule) in rules.iter().enumerate() {
        let ports = array_at(rule, "/ports");
        if ports.is_empty() {
            w.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            let protocol = scalar_or(at(port, "/protocol"), "TCP");
            w.line(2, format_args!("To Port: {}/{protocol}", scalar_or(at(port, "/port"), "<any>")));
        }
        let all = array_at(rule, peers);
        if all.is_empty() {
            let side = if direction == "ingress" { "source" } else { "destination" };
            w.line(2, format_args!("{peer_title}: <any> (traffic not restricted by {side})"));
        }
        for peer in all {
            w.line(2, format_args!("{peer_title}:"));
            for (title, pointer) in
                [("NamespaceSelector", "/namespaceSelector"), ("PodSelector", "/podSelector")]
            {
                if map_at(peer, pointer).is_some() {
                    w.line(3, format_args!("{title}: {}", selector(peer, pointer)));
                }
            }
            if map_at(peer, "/ipBlock").is_some() {
                w.line(3, "IPBlock:");
                w.line(4, format_args!("CIDR: {}", str_at(peer, "/ipBlock/cidr")));
                let except: Vec<&str> =
                    array_at(peer, "/ipBlock/except").iter().filter_map(Value::as_str).collect();
                w.line(4, format_args!("Except: {}", except.join(", ")));
            }
        }
        if index + 1 < rules.len() {
            w.line(2, "----------");
        }
    }
}
