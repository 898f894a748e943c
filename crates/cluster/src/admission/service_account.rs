//! Every pod runs as a service account and gets its token as a volume.
//!
//! Upstream: `plugin/pkg/admission/serviceaccount/admission.go`.

use podground_api::object::{array_at, at, name, str_at};
use podground_api::{Map, Status, Value, json};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin = Plugin { name: "ServiceAccount", mutate: Some(mutate), validate: None };

const MOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

fn mutate(cx: &Context, pod: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    if cx.resource.key != "pods" || old.is_some() {
        return Ok(());
    }
    if !at(pod, "/metadata/annotations/kubernetes.io~1config.mirror").is_null() {
        return Ok(());
    }
    let pod_name = name(pod).to_owned();
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return Ok(()) };
    let text = |spec: &Map<String, Value>, field: &str| {
        spec.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut account = text(spec, "serviceAccountName");
    if account.is_empty() {
        "default".clone_into(&mut account);
        spec.insert("serviceAccountName".to_owned(), "default".into());
        spec.insert("serviceAccount".to_owned(), "default".into());
    }
    let found = cx.store().get("serviceaccounts", &cx.namespace, &account).cloned();
    let Some(found) = found else {
        let why = format!(
            "error looking up service account {}/{account}: serviceaccount {account:?} not found",
            cx.namespace
        );
        return Err(errors::forbidden(cx.resource, &pod_name, &why));
    };
    let automount = spec
        .get("automountServiceAccountToken")
        .and_then(Value::as_bool)
        .or_else(|| at(&found, "/automountServiceAccountToken").as_bool())
        .unwrap_or(true);
    if automount {
        mount_token(cx, spec, &pod_name);
    }
    let secrets = array_at(&found, "/imagePullSecrets");
    if !secrets.is_empty() && spec.get("imagePullSecrets").is_none() {
        spec.insert("imagePullSecrets".to_owned(), secrets.to_vec().into());
    }
    Ok(())
}

/// Gives the token's volume to the pod and mounts it in each container that has nothing in its place.
fn mount_token(cx: &Context, spec: &mut Map<String, Value>, pod: &str) {
    let volumes = spec.get("volumes").and_then(Value::as_array);
    let present = volumes.into_iter().flatten().map(|volume| str_at(volume, "/name"));
    let present = present.filter(|name| name.starts_with("kube-api-access-")).map(str::to_owned).next();
    let is_new = present.is_none();
    let volume = present.unwrap_or_else(|| {
        let now = cx.now().0.to_string();
        let unnamed = cx.store().revision().to_string();
        let key = [cx.namespace.as_str(), pod, if pod.is_empty() { &unnamed } else { &now }];
        format!("kube-api-access-{}", cx.api.sim().rng("token volume", &key).name_suffix(5))
    });
    let mut needed = false;
    for field in ["initContainers", "containers"] {
        let containers = spec.get_mut(field).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
            let mounts = container.entry("volumeMounts").or_insert_with(|| json!([]));
            let Some(mounts) = mounts.as_array_mut() else { continue };
            if mounts.iter().any(|mount| str_at(mount, "/mountPath") == MOUNT) {
                continue;
            }
            mounts.push(json!({ "name": volume, "readOnly": true, "mountPath": MOUNT }));
            needed = true;
        }
    }
    if !is_new || !needed {
        return;
    }
    let source = json!({
        "name": volume,
        "projected": { "defaultMode": 0o644, "sources": [
            { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } },
            { "configMap": { "name": "kube-root-ca.crt", "items": [{ "key": "ca.crt", "path": "ca.crt" }] } },
            { "downwardAPI": { "items": [
                { "path": "namespace", "fieldRef": { "apiVersion": "v1", "fieldPath": "metadata.namespace" } }] } },
        ] },
    });
    if let Some(volumes) = spec.entry("volumes").or_insert_with(|| json!([])).as_array_mut() {
        volumes.push(source);
    }
}
