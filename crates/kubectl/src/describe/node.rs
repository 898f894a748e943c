//! Nodes.

use podground_api::Quantity;
use podground_api::object::{array_at, bool_at, labels, map_at, name, str_at, strings_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, created, rfc1123};
use crate::error::Result;

pub(super) async fn describe(d: &Describer, node: &Value, w: &mut Writer) -> Result<()> {
    w.field(0, "Name", name(node));
    let roles: Vec<&str> = labels(node)
        .into_iter()
        .flatten()
        .filter_map(|(key, _)| key.strip_prefix("node-role.kubernetes.io/"))
        .collect();
    w.field(0, "Roles", if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") });
    w.labels("Labels", node, "/metadata/labels");
    w.annotations("Annotations", node);
    w.field(0, "CreationTimestamp", created(node));
    let mut taints: Vec<String> = array_at(node, "/spec/taints")
        .iter()
        .map(|taint| {
            let value = str_at(taint, "/value");
            let value = if value.is_empty() { String::new() } else { format!("={value}") };
            format!("{}{value}:{}", str_at(taint, "/key"), str_at(taint, "/effect"))
        })
        .collect();
    taints.sort();
    w.values("Taints", taints);
    w.field(0, "Unschedulable", bool_at(node, "/spec/unschedulable"));
    lease(d, node, w).await;
    let conditions = array_at(node, "/status/conditions");
    if !conditions.is_empty() {
        w.line(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
        w.line(0, "  ----\t------\t-----------------\t------------------\t------\t-------");
        for condition in conditions {
            w.line(
                1,
                format_args!(
                    "{} \t{} \t{} \t{} \t{} \t{} ",
                    str_at(condition, "/type"),
                    str_at(condition, "/status"),
                    rfc1123(str_at(condition, "/lastHeartbeatTime")),
                    rfc1123(str_at(condition, "/lastTransitionTime")),
                    str_at(condition, "/reason"),
                    str_at(condition, "/message")
                ),
            );
        }
    }
    w.line(0, "Addresses:");
    for address in array_at(node, "/status/addresses") {
        w.field(1, str_at(address, "/type"), str_at(address, "/address"));
    }
    for (title, pointer) in [("Capacity", "/status/capacity"), ("Allocatable", "/status/allocatable")] {
        if map_at(node, pointer).is_some_and(|map| !map.is_empty()) {
            w.line(0, format_args!("{title}:"));
            for (resource, quantity) in strings_at(node, pointer) {
                w.field(1, resource, quantity);
            }
        }
    }
    w.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ] {
        w.field(1, title, str_at(node, &format!("/status/nodeInfo/{field}")));
    }
    for (title, value) in [("PodCIDR", str_at(node, "/spec/podCIDR").to_owned()), ("PodCIDRs", cidrs(node))] {
        if !value.is_empty() {
            w.field(0, title, value);
        }
    }
    let provider = str_at(node, "/spec/providerID");
    if !provider.is_empty() {
        w.field(0, "ProviderID", provider);
    }
    pods(d, node, w).await;
    d.events(node, w).await;
    Ok(())
}

fn cidrs(node: &Value) -> String {
    let cidrs: Vec<&str> = array_at(node, "/spec/podCIDRs").iter().filter_map(Value::as_str).collect();
    cidrs.join(",")
}

async fn lease(d: &Describer, node: &Value, w: &mut Writer) {
    let path = format!("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{}", name(node));
    w.line(0, "Lease:");
    match d.client.get(&path).await {
        Ok(lease) => {
            w.field(1, "HolderIdentity", str_at(&lease, "/spec/holderIdentity"));
            for (title, pointer) in [("AcquireTime", "/spec/acquireTime"), ("RenewTime", "/spec/renewTime")] {
                let time = rfc1123(str_at(&lease, pointer));
                w.field(1, title, if time.is_empty() { "<unset>".to_owned() } else { time });
            }
        }
        Err(error) => w.line(1, format_args!("Failed to get lease: {}", error.bare())),
    }
}

/// CPU in thousandths and memory in bytes.
#[derive(Clone, Copy, Default)]
struct Amounts {
    cpu: i64,
    memory: i64,
}

/// What a pod's containers ask for or may use; an init container counts where it asks for more than all.
fn amounts(pod: &Value, which: &str) -> Amounts {
    let of = |container: &Value| {
        let quantity = |resource: &str| {
            Quantity::parse(str_at(container, &format!("/resources/{which}/{resource}"))).ok()
        };
        Amounts {
            cpu: quantity("cpu").map_or(0, Quantity::millis),
            memory: quantity("memory").map_or(0, Quantity::units),
        }
    };
    let mut sum = Amounts::default();
    for container in array_at(pod, "/spec/containers") {
        let one = of(container);
        sum = Amounts { cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory };
    }
    for container in array_at(pod, "/spec/initContainers") {
        let one = of(container);
        sum = if str_at(container, "/restartPolicy") == "Always" {
            Amounts { cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }
        } else {
            Amounts { cpu: sum.cpu.max(one.cpu), memory: sum.memory.max(one.memory) }
        };
    }
    sum
}

async fn pods(d: &Describer, node: &Value, w: &mut Writer) {
    let fields = format!("spec.nodeName={},status.phase!=Succeeded,status.phase!=Failed", name(node));
    let pods = d.list("/api/v1/pods", &[("fieldSelector", fields), ("limit", "500".to_owned())]).await;
    let allocatable = if map_at(node, "/status/allocatable").is_some() { "allocatable" } else { "capacity" };
    let total =
        |resource: &str| Quantity::parse(str_at(node, &format!("/status/{allocatable}/{resource}"))).ok();
    let all = Amounts {
        cpu: total("cpu").map_or(0, Quantity::millis),
        memory: total("memory").map_or(0, Quantity::units),
    };
    let percent = |part: i64, whole: i64| if whole == 0 { 0 } else { part * 100 / whole };
    let cpu = |millis: i64| format!("{} ({}%)", cpu_text(millis), percent(millis, all.cpu));
    let memory = |bytes: i64| format!("{} ({}%)", memory_text(bytes), percent(bytes, all.memory));
    w.field(0, "Non-terminated Pods", format_args!("({} in total)", pods.len()));
    w.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
    w.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
    let (mut requests, mut limits) = (Amounts::default(), Amounts::default());
    for pod in &pods {
        let (request, limit) = (amounts(pod, "requests"), amounts(pod, "limits"));
        requests = Amounts { cpu: requests.cpu + request.cpu, memory: requests.memory + request.memory };
        limits = Amounts { cpu: limits.cpu + limit.cpu, memory: limits.memory + limit.memory };
        w.line(
            1,
            format_args!(
                "{}\t{}\t\t{}\t{}\t{}\t{}\t{}",
                str_at(pod, "/metadata/namespace"),
                name(pod),
                cpu(request.cpu),
                cpu(limit.cpu),
                memory(request.memory),
                memory(limit.memory),
                d.since(str_at(pod, "/metadata/creationTimestamp"))
            ),
        );
    }
    w.line(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)");
    w.line(1, "Resource\tRequests\tLimits\n  --------\t--------\t------");
    w.line(1, format_args!("cpu\t{}\t{}", cpu(requests.cpu), cpu(limits.cpu)));
    w.line(1, format_args!("memory\t{}\t{}", memory(requests.memory), memory(limits.memory)));
    w.line(1, "ephemeral-storage\t0 (0%)\t0 (0%)");
    for (resource, _) in strings_at(node, "/status/allocatable").filter(|(r, _)| r.starts_with("hugepages-"))
    {
        w.line(1, format_args!("{resource}\t0 (0%)\t0 (0%)"));
    }
}

fn cpu_text(millis: i64) -> String {
    Quantity::from_millis(millis).to_string()
}

fn memory_text(bytes: i64) -> String {
    Quantity::from_units(bytes, podground_api::quantity::Format::BinarySi).to_string()
}
