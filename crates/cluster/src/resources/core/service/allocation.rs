//! Cluster IPs and node ports: handed out by the server, kept by the service.
//!
//! Upstream: `pkg/registry/core/service/storage/alloc.go`.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use podground_api::object::{array_at, at, bool_at, i64_at, name, str_at};
use podground_api::{Map, Status, Value, json};

use crate::apiserver::context::Context;
use crate::apiserver::errors;
use crate::apiserver::field::{Errors, Path};

/// The range of cluster IPs, 10.96.0.0/12: the network, and how many addresses are in it.
const NETWORK: u32 = u32::from_be_bytes([10, 96, 0, 0]);
const SIZE: u32 = 1 << 20;
/// The lowest addresses are left to those who ask for one.
const RESERVED: u32 = 256;
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30000..=32767;
/// The lowest node ports are left to those who ask for one.
const RESERVED_PORTS: i64 = 86;

fn has_ip(service: &Value) -> bool {
    str_at(service, "/spec/type") != "ExternalName"
}

fn has_node_ports(service: &Value) -> bool {
    match str_at(service, "/spec/type") {
        "NodePort" => true,
        "LoadBalancer" => {
            at(service, "/spec/allocateLoadBalancerNodePorts").is_null()
                || bool_at(service, "/spec/allocateLoadBalancerNodePorts")
        }
        _ => false,
    }
}

fn spec(service: &mut Value) -> Option<&mut Map<String, Value>> {
    service.get_mut("spec")?.as_object_mut()
}

/// An update that says nothing of what was handed out keeps it; one that changes the type gives it back.
pub(super) fn prepare_update(_cx: &Context, service: &mut Value, old: &Value) {
    let same_type = at(service, "/spec/type") == at(old, "/spec/type");
    if has_ip(service) && has_ip(old) {
        if str_at(service, "/spec/clusterIP").is_empty() {
            keep(service, old, &["clusterIP", "clusterIPs"]);
        } else if at(service, "/spec/clusterIPs").is_null()
            || at(service, "/spec/clusterIPs") == at(old, "/spec/clusterIPs")
                && at(service, "/spec/clusterIP") != at(old, "/spec/clusterIP")
        {
            let ip = at(service, "/spec/clusterIP").clone();
            if let Some(spec) = spec(service) {
                spec.insert("clusterIPs".to_owned(), json!([ip]));
            }
        }
        if at(service, "/spec/ipFamilies").is_null() {
            keep(service, old, &["ipFamilies"]);
        }
        if at(service, "/spec/ipFamilyPolicy").is_null() {
            keep(service, old, &["ipFamilyPolicy"]);
        }
    } else if !has_ip(service) && has_ip(old) {
        let unchanged = ["clusterIP", "clusterIPs"]
            .iter()
            .all(|field| at(service, &format!("/spec/{field}")) == at(old, &format!("/spec/{field}")));
        if let Some(spec) = spec(service).filter(|_| unchanged) {
            for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]
            {
                spec.remove(field);
            }
        }
    }
    if has_node_ports(service) && has_node_ports(old) {
        keep_node_ports(service, old);
    } else if !has_node_ports(service) && has_node_ports(old) {
        // Ports that nobody has changed go with the type.
        if let Some(spec) = spec(service) {
            let ports = spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten();
            ports.filter_map(Value::as_object_mut).for_each(|port| {
                port.remove("nodePort");
            });
        }
    }
    if !same_type && let Some(spec) = spec(service) {
        let kind = spec.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !["NodePort", "LoadBalancer"].contains(&kind.as_str()) {
            spec.remove("externalTrafficPolicy");
        }
        if kind != "LoadBalancer" {
            spec.remove("allocateLoadBalancerNodePorts");
        }
    }
}

fn keep(service: &mut Value, old: &Value, fields: &[&str]) {
    let Some(spec) = spec(service) else { return };
    for field in fields {
        if let Some(value) = at(old, "/spec").get(field) {
            spec.insert((*field).to_owned(), value.clone());
        }
    }
}

fn keep_node_ports(service: &mut Value, old: &Value) {
    let Some(spec) = spec(service) else { return };
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten();
    let ports: Vec<&mut Value> = ports.collect();
    let mut taken: BTreeSet<i64> = ports.iter().filter_map(|port| i64_at(port, "/nodePort")).collect();
    for port in ports {
        if i64_at(port, "/nodePort").unwrap_or(0) != 0 {
            continue;
        }
        let before = array_at(old, "/spec/ports").iter().find(|before| {
            at(before, "/port") == at(port, "/port") && at(before, "/protocol") == at(port, "/protocol")
        });
        let number = before.and_then(|before| i64_at(before, "/nodePort"));
        if let Some(number) = number.filter(|number| taken.insert(*number)) {
            port["nodePort"] = number.into();
        }
    }
}

/// Hands out what the service needs.
pub(super) fn allocate(cx: &Context, service: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    let mut wrong = Errors::new();
    families(service, &mut wrong);
    if has_ip(service) && wrong.is_empty() {
        cluster_ip(cx, service, old, &mut wrong);
    }
    if has_node_ports(service) {
        node_ports(cx, service, &mut wrong);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(errors::invalid(cx.resource, name(service), &wrong.into_vec()))
}

/// The cluster has one family of addresses.
fn families(service: &Value, wrong: &mut Errors) {
    let spec = Path::new("spec");
    let list = spec.child("ipFamilies");
    let headless = str_at(service, "/spec/clusterIP") == "None" && at(service, "/spec/selector").is_null();
    for (index, family) in array_at(service, "/spec/ipFamilies").iter().enumerate() {
        if family == "IPv6" && !headless {
            wrong.invalid(&list.index(index), "IPv6", "not configured on this cluster");
        }
    }
}

fn cluster_ip(cx: &Context, service: &mut Value, old: Option<&Value>, wrong: &mut Errors) {
    let service_name = name(service).to_owned();
    let listed = array_at(service, "/spec/clusterIPs").first().and_then(Value::as_str);
    let asked = Some(str_at(service, "/spec/clusterIP")).filter(|ip| !ip.is_empty()).or(listed);
    let asked = asked.unwrap_or_default().to_owned();
    let kept = old.is_some_and(|old| !asked.is_empty() && str_at(old, "/spec/clusterIP") == asked);
    let ip = if asked == "None" || kept {
        asked
    } else {
        let store = cx.store();
        let taken: BTreeSet<Ipv4Addr> = store
            .list("services", None)
            .filter_map(|other| str_at(other, "/spec/clusterIP").parse().ok())
            .collect();
        drop(store);
        if asked.is_empty() {
            let mut rng = cx.api.sim().rng("cluster ip", &[&cx.namespace, &service_name]);
            loop {
                let offset = RESERVED + rng.below(u64::from(SIZE - RESERVED - 1)) as u32;
                let ip = Ipv4Addr::from(NETWORK + offset);
                if !taken.contains(&ip) {
                    break ip.to_string();
                }
            }
        } else {
            let path = Path::new("spec");
            let path = path.child("clusterIPs");
            let failed = |detail: &str| format!("failed to allocate IP {asked}: {detail}");
            match asked.parse::<Ipv4Addr>() {
                Ok(ip) if !(NETWORK + 1..NETWORK + SIZE - 1).contains(&u32::from(ip)) => {
                    let detail = format!(
                        "the provided IP ({asked}) is not in the valid range. The range of valid IPs is 10.96.0.0/12"
                    );
                    wrong.invalid(&path, json!([asked]), failed(&detail));
                }
                Ok(ip) if taken.contains(&ip) => {
                    wrong.invalid(&path, json!([asked]), failed("provided IP is already allocated"));
                }
                _ => {}
            }
            asked
        }
    };
    let Some(spec) = spec(service) else { return };
    spec.insert("clusterIP".to_owned(), ip.as_str().into());
    spec.insert("clusterIPs".to_owned(), json!([ip]));
    let selectorless = spec.get("selector").and_then(Value::as_object).is_none_or(Map::is_empty);
    let headless_selectorless = ip == "None" && selectorless;
    if spec.get("ipFamilyPolicy").is_none() {
        let policy = if headless_selectorless { "RequireDualStack" } else { "SingleStack" };
        spec.insert("ipFamilyPolicy".to_owned(), policy.into());
    }
    if spec.get("ipFamilies").is_none() {
        let families = if headless_selectorless { json!(["IPv4", "IPv6"]) } else { json!(["IPv4"]) };
        spec.insert("ipFamilies".to_owned(), families);
    }
}

fn node_ports(cx: &Context, service: &mut Value, wrong: &mut Errors) {
    let service_name = name(service).to_owned();
    let checked = str_at(service, "/spec/type") == "LoadBalancer"
        && str_at(service, "/spec/externalTrafficPolicy") == "Local"
        && i64_at(service, "/spec/healthCheckNodePort").unwrap_or(0) == 0;
    // Dry runs count up from the end of the range.
    let mut imagined = *NODE_PORTS.end() + 1;
    if checked && cx.dry_run {
        let ports = array_at(service, "/spec/ports").iter();
        let wanted = ports.filter(|port| i64_at(port, "/nodePort").unwrap_or(0) == 0).count();
        podground_api::object::set_at(
            service,
            "/spec/healthCheckNodePort",
            (imagined + wanted as i64 + 1).into(),
        );
    } else if checked {
        let count = (NODE_PORTS.end() - NODE_PORTS.start() + 1 - RESERVED_PORTS).unsigned_abs();
        let mut rng = cx.api.sim().rng("health check port", &[&cx.namespace, &service_name]);
        let port = NODE_PORTS.start() + RESERVED_PORTS + rng.below(count).cast_signed();
        podground_api::object::set_at(service, "/spec/healthCheckNodePort", port.into());
    }
    let store = cx.store();
    let mut taken: BTreeSet<(i64, String)> = BTreeSet::new();
    for other in store.list("services", None) {
        if name(other) == service_name && podground_api::object::namespace(other) == cx.namespace {
            continue;
        }
        for port in array_at(other, "/spec/ports") {
            if let Some(number) = i64_at(port, "/nodePort") {
                taken.insert((number, str_at(port, "/protocol").to_owned()));
            }
        }
    }
    drop(store);
    let Some(spec) = spec(service) else { return };
    let spec_path = Path::new("spec");
    let list = spec_path.child("ports");
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten();
    for (index, port) in ports.enumerate() {
        let protocol = str_at(port, "/protocol").to_owned();
        let number = i64_at(port, "/nodePort").unwrap_or(0);
        let port_path = list.index(index);
        let path = port_path.child("nodePort");
        if number == 0 && cx.dry_run {
            imagined += 1;
            port["nodePort"] = imagined.into();
        } else if number == 0 {
            let target = at(port, "/port").to_string();
            let mut rng = cx.api.sim().rng("node port", &[&cx.namespace, &service_name, &target]);
            let count = (NODE_PORTS.end() - NODE_PORTS.start() + 1 - RESERVED_PORTS).unsigned_abs();
            for _ in 0..100_000 {
                let candidate = NODE_PORTS.start() + RESERVED_PORTS + rng.below(count).cast_signed();
                if taken.insert((candidate, protocol.clone())) {
                    port["nodePort"] = candidate.into();
                    break;
                }
            }
        } else if !NODE_PORTS.contains(&number) {
            let sentence = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            wrong.invalid(&path, number, sentence);
        } else if !taken.insert((number, protocol)) {
            wrong.invalid(&path, number, "provided port is already allocated");
        }
    }
}
