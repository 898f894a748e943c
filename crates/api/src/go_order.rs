//! JSON with the fields in the order in which Go's API structs declare them: how typed objects are written.

use serde_json::Value;

/// Field names in an order that agrees with that of every struct that holds two of them.
const ORDER: &[&str] = &[
    "kind",
    "apiVersion",
    "groupVersion",
    "metadata",
    "name",
    "singularName",
    "namespaced",
    "versions",
    "preferredVersion",
    "serverAddressByClientCIDRs",
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
    "template",
    "strategy",
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
    "shortNames",
    "categories",
    "storageVersionHash",
    "apiGroups",
    "resourceNames",
    "nonResourceURLs",
    "items",
    "status",
];

/// Structs whose order is another: the field that they are in, a field that they have, their order.
const SPECIAL: &[(&str, &str, &[&str])] = &[
    ("rules", "verbs", &["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"]),
    (
        "resources",
        "singularName",
        &["name", "singularName", "namespaced", "group", "version", "kind", "verbs"],
    ),
    ("ownerReferences", "uid", &["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"]),
    ("ports", "containerPort", &["name", "hostPort", "containerPort", "protocol", "hostIP"]),
    ("spec", "ports", SERVICE),
    ("spec", "externalName", SERVICE),
    (
        "conditions",
        "status",
        &[
            "type",
            "observedGeneration",
            "status",
            "lastProbeTime",
            "lastUpdateTime",
            "lastTransitionTime",
            "reason",
            "message",
        ],
    ),
    ("subjects", "kind", &["kind", "apiGroup", "name", "namespace"]),
    ("roleRef", "kind", &["apiGroup", "kind", "name"]),
    ("", "code", &["kind", "apiVersion", "metadata", "status", "message", "reason", "details", "code"]),
    ("strategy", "type", &["type", "rollingUpdate"]),
    ("versions", "groupVersion", &["groupVersion", "version"]),
    ("preferredVersion", "groupVersion", &["groupVersion", "version"]),
];

const SERVICE: &[&str] = &[
    "ports",
    "selector",
    "clusterIP",
    "clusterIPs",
    "type",
    "externalIPs",
    "sessionAffinity",
    "loadBalancerIP",
    "loadBalancerSourceRanges",
    "externalName",
    "externalTrafficPolicy",
    "healthCheckNodePort",
    "publishNotReadyAddresses",
    "sessionAffinityConfig",
    "ipFamilies",
    "ipFamilyPolicy",
    "allocateLoadBalancerNodePorts",
    "loadBalancerClass",
    "internalTrafficPolicy",
];

/// Indented JSON, as clients print it.
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), "    ", "", &mut out);
    out.push('\n');
    out
}

/// Indented JSON, as the server writes it for people.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), "  ", "", &mut out);
    out
}

/// JSON on one line.
pub fn compact(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, "", "", &mut out);
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

fn write(value: &Value, indent: Option<usize>, step: &str, field: &str, out: &mut String) {
    let line = |out: &mut String, depth: usize| {
        if indent.is_some() {
            out.push('\n');
            out.push_str(&step.repeat(depth));
        }
    };
    let depth = indent.unwrap_or(0);
    let deeper = indent.map(|depth| depth + 1);
    match value {
        Value::Object(map) if !map.is_empty() => {
            let is_selector = field == "selector" && map.values().all(Value::is_string);
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            if !FREE.contains(&field) && !is_selector {
                let special = SPECIAL.iter().find(|(of, mark, _)| *of == field && map.contains_key(*mark));
                let order = special.map_or(ORDER, |(.., order)| order);
                let place = |key: &str| {
                    order.iter().position(|known| *known == key).unwrap_or(order.len().saturating_sub(2))
                };
                entries.sort_by_key(|(key, _)| place(key));
            }
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                out.push_str(&crate::json::compact(&Value::String(key.clone())));
                out.push_str(if indent.is_some() { ": " } else { ":" });
                write(value, deeper, step, key, out);
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
                write(item, deeper, step, field, out);
            }
            line(out, depth);
            out.push(']');
        }
        other => out.push_str(&crate::json::compact(other)),
    }
}
