//! What a pod gets where its author said nothing.
//!
//! Upstream: `pkg/apis/core/v1/defaults.go`, `pkg/apis/core/v1/conversion.go`.

use podground_api::{Map, Value, json};

/// Sets a field that is absent.
pub(crate) fn absent(map: &mut Map<String, Value>, field: &str, value: impl Into<Value>) {
    if map.get(field).is_none_or(Value::is_null) {
        map.insert(field.to_owned(), value.into());
    }
}

/// The map in a field, made if it is absent.
pub(crate) fn child<'a>(map: &'a mut Map<String, Value>, field: &str) -> Option<&'a mut Map<String, Value>> {
    absent(map, field, json!({}));
    present(map, field)
}

/// The map in a field, if it is there.
pub(crate) fn present<'a>(
    map: &'a mut Map<String, Value>,
    field: &str,
) -> Option<&'a mut Map<String, Value>> {
    map.get_mut(field).and_then(Value::as_object_mut)
}

/// The maps in a list.
pub(crate) fn items<'a>(
    map: &'a mut Map<String, Value>,
    field: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let list = map.get_mut(field).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Defaults of a pod, beyond those that templates have too.
pub(super) fn pod(pod: &mut Value) {
    let Some(pod) = pod.as_object_mut() else { return };
    if let Some(status) = present(pod, "status") {
        for condition in items(status, "conditions") {
            // Not `omitempty` upstream.
            absent(condition, "lastProbeTime", Value::Null);
        }
    }
    let Some(spec) = child(pod, "spec") else { return };
    spec_of_template(spec);
    absent(spec, "enableServiceLinks", true);
    let on_host = spec.get("hostNetwork").and_then(Value::as_bool) == Some(true);
    for field in &CONTAINERS[..2] {
        for container in items(spec, field) {
            limits_are_requests(container);
            if on_host {
                for port in items(container, "ports") {
                    let number = port.get("containerPort").cloned().unwrap_or_default();
                    absent(port, "hostPort", number);
                }
            }
        }
    }
}

/// What is limited and not requested is requested up to its limit.
fn limits_are_requests(container: &mut Map<String, Value>) {
    let Some(resources) = present(container, "resources") else { return };
    let Some(Value::Object(limits)) = resources.get("limits").cloned() else { return };
    let Some(requests) = child(resources, "requests") else { return };
    for (name, limit) in limits {
        absent(requests, &name, limit);
    }
}

/// Defaults of a pod template: its pod's spec, within an object at `spec.template`.
pub(crate) fn template(owner_spec: &mut Map<String, Value>) {
    let Some(template) = child(owner_spec, "template") else { return };
    absent(template, "metadata", json!({}));
    if let Some(spec) = child(template, "spec") {
        spec_of_template(spec);
    }
}

/// Defaults that a pod's spec and a template's have in common.
pub(crate) fn spec_of_template(spec: &mut Map<String, Value>) {
    absent(spec, "dnsPolicy", "ClusterFirst");
    absent(spec, "restartPolicy", "Always");
    absent(spec, "schedulerName", "default-scheduler");
    absent(spec, "securityContext", json!({}));
    absent(spec, "terminationGracePeriodSeconds", 30);
    // The old name of the field and the new one say the same.
    let account = ["serviceAccountName", "serviceAccount"]
        .iter()
        .find_map(|field| spec.get(*field).and_then(Value::as_str).filter(|name| !name.is_empty()))
        .map(str::to_owned);
    if let Some(account) = account {
        spec.insert("serviceAccount".to_owned(), account.as_str().into());
        spec.insert("serviceAccountName".to_owned(), account.into());
    }
    for field in CONTAINERS {
        items(spec, field).for_each(container);
    }
    items(spec, "volumes").for_each(volume);
}

fn container(container: &mut Map<String, Value>) {
    let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
    let policy = if is_latest(image) { "Always" } else { "IfNotPresent" };
    absent(container, "imagePullPolicy", policy);
    absent(container, "resources", json!({}));
    absent(container, "terminationMessagePath", "/dev/termination-log");
    absent(container, "terminationMessagePolicy", "File");
    items(container, "ports").for_each(|port| absent(port, "protocol", "TCP"));
    for variable in items(container, "env") {
        if let Some(from) = present(variable, "valueFrom") {
            field_ref(from);
        }
    }
    for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = present(container, field) {
            let numbers = [
                ("timeoutSeconds", 1),
                ("periodSeconds", 10),
                ("successThreshold", 1),
                ("failureThreshold", 3),
            ];
            for (field, number) in numbers {
                if probe.get(field).and_then(Value::as_i64) == Some(0) {
                    probe.remove(field);
                }
                absent(probe, field, number);
            }
            http_get(probe);
            if let Some(grpc) = present(probe, "grpc") {
                absent(grpc, "service", "");
            }
        }
    }
    if let Some(lifecycle) = present(container, "lifecycle") {
        for hook in ["postStart", "preStop"] {
            if let Some(hook) = present(lifecycle, hook) {
                http_get(hook);
            }
        }
    }
}

fn http_get(handler: &mut Map<String, Value>) {
    if let Some(get) = present(handler, "httpGet") {
        absent(get, "path", "/");
        absent(get, "scheme", "HTTP");
    }
}

fn field_ref(holder: &mut Map<String, Value>) {
    if let Some(reference) = present(holder, "fieldRef") {
        absent(reference, "apiVersion", "v1");
    }
    if let Some(reference) = present(holder, "resourceFieldRef") {
        absent(reference, "divisor", "0");
    }
}

/// Whether an image has no tag, or the tag `latest`.
fn is_latest(image: &str) -> bool {
    if image.contains('@') {
        return false;
    }
    let (path, name) = image.rsplit_once('/').unwrap_or(("", image));
    let (name, tag) = name.split_once(':').unwrap_or((name, "latest"));
    // What is no reference has no tag.
    tag == "latest" && is_repository(name) && path.split('/').skip(1).all(is_repository)
}

/// Whether a part of a reference may name a repository.
fn is_repository(part: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.chars().all(|c| plain(c) || "._-".contains(c)) && part.starts_with(plain) && part.ends_with(plain)
}

fn volume(volume: &mut Map<String, Value>) {
    if volume.keys().all(|field| field == "name") {
        volume.insert("emptyDir".to_owned(), json!({}));
    }
    for source in ["secret", "configMap"] {
        if let Some(source) = present(volume, source) {
            absent(source, "defaultMode", 0o644);
        }
    }
    if let Some(path) = present(volume, "hostPath") {
        absent(path, "type", "");
    }
    if let Some(api) = present(volume, "downwardAPI") {
        absent(api, "defaultMode", 0o644);
        items(api, "items").for_each(field_ref);
    }
    if let Some(projected) = present(volume, "projected") {
        absent(projected, "defaultMode", 0o644);
        for source in items(projected, "sources") {
            // Behind feature gates that are off.
            source.remove("clusterTrustBundle");
            source.remove("podCertificate");
            if let Some(token) = present(source, "serviceAccountToken") {
                absent(token, "expirationSeconds", 3600);
            }
            if let Some(api) = present(source, "downwardAPI") {
                items(api, "items").for_each(field_ref);
            }
        }
    }
    if let Some(ephemeral) = present(volume, "ephemeral")
        && let Some(template) = present(ephemeral, "volumeClaimTemplate")
    {
        absent(template, "metadata", json!({}));
        if let Some(spec) = child(template, "spec") {
            absent(spec, "volumeMode", "Filesystem");
            absent(spec, "resources", json!({}));
        }
    }
    if let Some(image) = present(volume, "image") {
        let reference = image.get("reference").and_then(Value::as_str).unwrap_or_default();
        let policy = if is_latest(reference) { "Always" } else { "IfNotPresent" };
        absent(image, "pullPolicy", policy);
    }
    legacy_volume(volume);
}

/// The sources that clusters had before drivers.
fn legacy_volume(volume: &mut Map<String, Value>) {
    let defaults: [(&str, &[(&str, Value)]); 4] = [
        ("iscsi", &[("iscsiInterface", "default".into())]),
        ("rbd", &[("pool", "rbd".into()), ("user", "admin".into()), ("keyring", "/etc/ceph/keyring".into())]),
        (
            "azureDisk",
            &[
                ("cachingMode", "ReadWrite".into()),
                ("kind", "Shared".into()),
                ("fsType", "ext4".into()),
                ("readOnly", false.into()),
            ],
        ),
        ("scaleIO", &[("storageMode", "ThinProvisioned".into()), ("fsType", "xfs".into())]),
    ];
    for (source, fields) in defaults {
        if let Some(source) = present(volume, source) {
            for (field, value) in fields {
                absent(source, field, value.clone());
            }
        }
    }
}
