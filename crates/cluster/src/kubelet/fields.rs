//! The downward API: fields of a pod and resources of its containers, as text.

use podground_api::Value;
use podground_api::object::{str_at, strings_at};
use podground_api::quantity::Quantity;

use super::spec;

/// What the API object does not tell yet when a container starts.
pub(crate) struct PodFacts<'a> {
    pub(crate) pod: &'a Value,
    pub(crate) pod_ip: &'a str,
    pub(crate) host_ip: &'a str,
    /// What the node can give, for limits that are not set.
    pub(crate) node_cpu_millis: i64,
    pub(crate) node_memory: i64,
}

/// The value of a `fieldRef`; the error is the kubelet's sentence.
// Upstream: pkg/fieldpath/fieldpath.go, pkg/kubelet/kubelet_pods.go podFieldSelectorRuntimeValue
pub(crate) fn field(facts: &PodFacts<'_>, path: &str) -> Result<String, String> {
    let pod = facts.pod;
    let subscript = |map: &str| {
        let key = path.strip_prefix(map)?.strip_prefix("['")?.strip_suffix("']")?;
        let pointer = format!("/{}", map.replace('.', "/"));
        Some(
            strings_at(pod, &pointer)
                .find(|(name, _)| *name == key)
                .map_or("", |(_, value)| value)
                .to_owned(),
        )
    };
    if let Some(value) = subscript("metadata.labels").or_else(|| subscript("metadata.annotations")) {
        return Ok(value);
    }
    let value = match path {
        "metadata.labels" => format_map(pod, "/metadata/labels"),
        "metadata.annotations" => format_map(pod, "/metadata/annotations"),
        "metadata.name" => str_at(pod, "/metadata/name").to_owned(),
        "metadata.namespace" => str_at(pod, "/metadata/namespace").to_owned(),
        "metadata.uid" => str_at(pod, "/metadata/uid").to_owned(),
        "spec.nodeName" => str_at(pod, "/spec/nodeName").to_owned(),
        "spec.serviceAccountName" => str_at(pod, "/spec/serviceAccountName").to_owned(),
        "status.hostIP" | "status.hostIPs" => facts.host_ip.to_owned(),
        "status.podIP" | "status.podIPs" => facts.pod_ip.to_owned(),
        other => return Err(format!("unsupported fieldPath: {other}")),
    };
    Ok(value)
}

/// `key="value"` lines, sorted.
fn format_map(pod: &Value, pointer: &str) -> String {
    strings_at(pod, pointer).map(|(key, value)| format!("{key}={value:?}")).collect::<Vec<_>>().join("\n")
}

/// The value of a `resourceFieldRef`.
pub(crate) fn resource(facts: &PodFacts<'_>, reference: &Value, own: &str) -> Result<String, String> {
    let name = match str_at(reference, "/containerName") {
        "" => own,
        name => name,
    };
    let Some(container) = spec::container(facts.pod, name) else {
        return Err(format!("container {name} not found"));
    };
    let path = str_at(reference, "/resource");
    let Some((list, resource)) = path.split_once('.') else {
        return Err(format!("unsupported container resource : {path}"));
    };
    let pointer = format!("/resources/{list}/{}", resource.replace('/', "~1"));
    let set = Quantity::parse(str_at(container, &pointer)).ok();
    let divisor = Quantity::parse(str_at(reference, "/divisor")).ok();
    let divide = |value: i64, by: i64| if by <= 0 { value } else { (value + by - 1) / by };
    Ok(match (resource, set) {
        ("cpu", set) => {
            // A limit that is not set is what the node has; a request is nothing.
            let millis =
                set.map_or(if list == "limits" { facts.node_cpu_millis } else { 0 }, Quantity::millis);
            let by = divisor.filter(|divisor| !divisor.is_zero()).map_or(1000, Quantity::millis);
            divide(millis, by).to_string()
        }
        (_, set) => {
            let missing = if list == "limits" && resource == "memory" { facts.node_memory } else { 0 };
            let by = divisor.filter(|divisor| !divisor.is_zero()).map_or(1, Quantity::units);
            divide(set.map_or(missing, Quantity::units), by).to_string()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn fields_and_resources() {
        let pod = json!({"metadata": {"name": "a", "labels": {"b": "2", "a": "x\"y"}},
            "spec": {"containers": [{"name": "m", "resources": {"limits": {"cpu": "250m", "memory": "64Mi"}}}]}});
        let facts = PodFacts {
            pod: &pod,
            pod_ip: "10.1.1.1",
            host_ip: "h",
            node_cpu_millis: 4000,
            node_memory: 1024,
        };
        assert_eq!(field(&facts, "metadata.labels").unwrap(), "a=\"x\\\"y\"\nb=\"2\"");
        assert_eq!(field(&facts, "metadata.labels['b']").unwrap(), "2");
        assert_eq!(field(&facts, "status.podIP").unwrap(), "10.1.1.1");
        assert!(field(&facts, "spec.nonsense").is_err());
        let resource = |path: &str, divisor: &str| {
            super::resource(&facts, &json!({"resource": path, "divisor": divisor}), "m").unwrap()
        };
        assert_eq!(resource("limits.cpu", "0"), "1");
        assert_eq!(resource("limits.cpu", "1m"), "250");
        assert_eq!(resource("limits.memory", "1Mi"), "64");
        assert_eq!(resource("requests.memory", "1"), "0");
    }
}
