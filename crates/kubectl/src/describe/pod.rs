//! Pods.

use podground_api::object::{array_at, at, is_deleting, map_at, str_at};
use serde_json::Value;

use super::Describer;
use super::containers::{containers, tolerations};
use super::text::{Writer, number, rfc1123};
use super::volumes::volumes;
use crate::error::Result;

pub(super) async fn describe(d: &Describer, pod: &Value, w: &mut Writer) -> Result<()> {
    w.name(pod);
    if !at(pod, "/spec/priority").is_null() {
        w.field(0, "Priority", number(pod, "/spec/priority"));
    }
    for (name, pointer) in [
        ("Priority Class Name", "/spec/priorityClassName"),
        ("Runtime Class Name", "/spec/runtimeClassName"),
        ("Service Account", "/spec/serviceAccountName"),
    ] {
        let value = str_at(pod, pointer);
        if !value.is_empty() {
            w.field(0, name, value);
        }
    }
    match str_at(pod, "/spec/nodeName") {
        "" => w.field(0, "Node", "<none>"),
        node => w.field(0, "Node", format_args!("{node}/{}", str_at(pod, "/status/hostIP"))),
    }
    let start = str_at(pod, "/status/startTime");
    if !start.is_empty() {
        w.field(0, "Start Time", rfc1123(start));
    }
    w.labels("Labels", pod, "/metadata/labels");
    w.annotations("Annotations", pod);
    let phase = str_at(pod, "/status/phase");
    if is_deleting(pod) && !matches!(phase, "Failed" | "Succeeded") {
        let since = d.since(str_at(pod, "/metadata/deletionTimestamp"));
        w.field(0, "Status", format_args!("Terminating (lasts {since})"));
        let grace = number(pod, "/metadata/deletionGracePeriodSeconds");
        w.field(0, "Termination Grace Period", format_args!("{grace}s"));
    } else {
        w.field(0, "Status", phase);
    }
    for (name, pointer) in [
        ("Reason", "/status/reason"),
        ("Message", "/status/message"),
        ("SeccompProfile", "/spec/securityContext/seccompProfile/type"),
    ] {
        let value = str_at(pod, pointer);
        if !value.is_empty() {
            w.field(0, name, value);
        }
    }
    w.field(0, "IP", str_at(pod, "/status/podIP"));
    let ips = array_at(pod, "/status/podIPs");
    if ips.is_empty() {
        w.field(0, "IPs", "<none>");
    } else {
        w.line(0, "IPs:");
        for ip in ips {
            w.field(1, "IP", str_at(ip, "/ip"));
        }
    }
    if let Some(owner) = podground_api::object::controller_of(pod) {
        w.field(0, "Controlled By", format_args!("{}/{}", str_at(owner, "/kind"), str_at(owner, "/name")));
    }
    let nominated = str_at(pod, "/status/nominatedNodeName");
    if !nominated.is_empty() {
        w.field(0, "NominatedNodeName", nominated);
    }
    for (title, spec, status) in [
        ("Init Containers", "/spec/initContainers", "/status/initContainerStatuses"),
        ("Containers", "/spec/containers", "/status/containerStatuses"),
        ("Ephemeral Containers", "/spec/ephemeralContainers", "/status/ephemeralContainerStatuses"),
    ] {
        let list = array_at(pod, spec);
        if !list.is_empty() || title == "Containers" {
            containers(w, title, list, array_at(pod, status), Some(pod), "");
        }
    }
    let gates = array_at(pod, "/spec/readinessGates");
    if !gates.is_empty() {
        w.line(0, "Readiness Gates:\n  Type\tStatus");
        for gate in gates {
            let kind = str_at(gate, "/conditionType");
            let status =
                podground_api::object::condition(pod, kind).map_or("<none>", |c| str_at(c, "/status"));
            w.line(1, format_args!("{kind} \t{status} "));
        }
    }
    let conditions = array_at(pod, "/status/conditions");
    if !conditions.is_empty() {
        w.line(0, "Conditions:\n  Type\tStatus");
        for condition in conditions {
            w.line(1, format_args!("{} \t{} ", str_at(condition, "/type"), str_at(condition, "/status")));
        }
    }
    volumes(w, array_at(pod, "/spec/volumes"), "");
    let qos = str_at(pod, "/status/qosClass");
    w.field(0, "QoS Class", if qos.is_empty() { "BestEffort" } else { qos });
    w.labels("Node-Selectors", pod, "/spec/nodeSelector");
    w.values("Tolerations", tolerations(array_at(pod, "/spec/tolerations")));
    spread(w, pod);
    d.events(pod, w).await;
    Ok(())
}

fn spread(w: &mut Writer, pod: &Value) {
    let constraints = array_at(pod, "/spec/topologySpreadConstraints");
    if constraints.is_empty() {
        return;
    }
    let texts = constraints.iter().map(|constraint| {
        let mut text = format!(
            "{}:{} when max skew {} is exceeded",
            str_at(constraint, "/topologyKey"),
            str_at(constraint, "/whenUnsatisfiable"),
            number(constraint, "/maxSkew")
        );
        if map_at(constraint, "/labelSelector").is_some() {
            text.push_str(&format!(" for selector {}", super::text::selector(constraint, "/labelSelector")));
        }
        text
    });
    w.values("Topology Spread Constraints", texts);
}
