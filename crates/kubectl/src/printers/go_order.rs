//! JSON with the fields in the order in which Go's API structs declare them: how typed objects are written.

use serde_json::Value;

/// Field names in an order that agrees with that of every struct that holds two of them.
const ORDER: &[&str] = &[
    "kind",
    "apiVersion",
    "metadata",
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
    "immutable",
    "data",
    "binaryData",
    "stringData",
    "type",
    "secrets",
    "imagePullSecrets",
    "automountServiceAccountToken",
    "rules",
    "aggregationRule",
    "subjects",
    "roleRef",
    "value",
    "globalDefault",
    "description",
    "preemptionPolicy",
    "spec",
    "image",
    "command",
    "args",
    "workingDir",
    "ports",
    "envFrom",
    "env",
    "valueFrom",
    "resources",
    "limits",
    "requests",
    "volumeMounts",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "imagePullPolicy",
    "securityContext",
    "stdin",
    "stdinOnce",
    "tty",
    "protocol",
    "appProtocol",
    "port",
    "targetPort",
    "nodePort",
    "hostPort",
    "containerPort",
    "hostIP",
    "parallelism",
    "completions",
    "schedule",
    "concurrencyPolicy",
    "suspend",
    "jobTemplate",
    "replicas",
    "selector",
    "matchLabels",
    "matchExpressions",
    "minAvailable",
    "maxUnavailable",
    "volumes",
    "initContainers",
    "containers",
    "ephemeralContainers",
    "strategy",
    "template",
    "restartPolicy",
    "terminationGracePeriodSeconds",
    "activeDeadlineSeconds",
    "dnsPolicy",
    "nodeSelector",
    "serviceAccountName",
    "serviceAccount",
    "nodeName",
    "hostNetwork",
    "affinity",
    "schedulerName",
    "tolerations",
    "clusterIP",
    "clusterIPs",
    "externalIPs",
    "sessionAffinity",
    "loadBalancerIP",
    "externalName",
    "hard",
    "scopes",
    "ingressClassName",
    "defaultBackend",
    "tls",
    "verbs",
    "apiGroups",
    "resourceNames",
    "nonResourceURLs",
    "items",
    "status",
];

/// Indented JSON.
pub(crate) fn print(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), "", &mut out);
    out.push('\n');
    out
}

/// JSON on one line.
pub(crate) fn compact(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, "", &mut out);
    out
}

/// Maps with free keys stay sorted.
const FREE: &[&str] = &[
    "labels",
    "annotations",
    "data",
    "binaryData",
    "stringData",
    "matchLabels",
    "nodeSelector",
    "limits",
    "requests",
    "hard",
];

fn write(value: &Value, indent: Option<usize>, field: &str, out: &mut String) {
    let line = |out: &mut String, depth: usize| {
        if indent.is_some() {
            out.push('\n');
            out.push_str(&"    ".repeat(depth));
        }
    };
    let depth = indent.unwrap_or(0);
    let deeper = indent.map(|depth| depth + 1);
    match value {
        Value::Object(map) if !map.is_empty() => {
            let is_selector = field == "selector" && map.values().all(Value::is_string);
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            if !FREE.contains(&field) && !is_selector {
                let place =
                    |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len() - 2);
                entries.sort_by_key(|(key, _)| place(key));
            }
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                out.push_str(&podground_api::json::compact(&Value::String(key.clone())));
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write(value, deeper, key, out);
            }
            line(out, depth);
            out.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                write(item, deeper, "", out);
            }
            line(out, depth);
            out.push(']');
        }
        other => out.push_str(&podground_api::json::compact(other)),
    }
}
