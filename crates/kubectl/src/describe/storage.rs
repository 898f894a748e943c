//! Persistent volumes, claims, storage classes.

use podground_api::object::{array_at, at, map_at, name, namespace, str_at, strings_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, access_modes, go_list, scalar_or, title};
use super::volumes::source;
use crate::error::Result;

pub(super) async fn persistent_volume(d: &Describer, volume: &Value, w: &mut Writer) -> Result<()> {
    w.head(volume);
    w.field(0, "Finalizers", go_list(array_at(volume, "/metadata/finalizers")));
    w.field(0, "StorageClass", str_at(volume, "/spec/storageClassName"));
    w.field(0, "Status", str_at(volume, "/status/phase"));
    let claim = at(volume, "/spec/claimRef");
    match claim {
        Value::Null => w.field(0, "Claim", ""),
        claim => {
            w.field(0, "Claim", format_args!("{}/{}", str_at(claim, "/namespace"), str_at(claim, "/name")));
        }
    }
    w.field(0, "Reclaim Policy", str_at(volume, "/spec/persistentVolumeReclaimPolicy"));
    w.field(0, "Access Modes", access_modes(array_at(volume, "/spec/accessModes")));
    w.field(0, "VolumeMode", scalar_or(at(volume, "/spec/volumeMode"), "Filesystem"));
    w.field(0, "Capacity", str_at(volume, "/spec/capacity/storage"));
    node_affinity(w, volume);
    w.field(0, "Message", str_at(volume, "/status/message"));
    w.line(0, "Source:");
    source(w, at(volume, "/spec"));
    d.events(volume, w).await;
    Ok(())
}

fn node_affinity(w: &mut Writer, volume: &Value) {
    let terms = array_at(volume, "/spec/nodeAffinity/required/nodeSelectorTerms");
    if terms.is_empty() {
        w.field(0, "Node Affinity", "<none>");
        return;
    }
    w.line(0, "Node Affinity:");
    w.line(1, "Required Terms:");
    for (index, term) in terms.iter().enumerate() {
        let expressions: Vec<String> = array_at(term, "/matchExpressions")
            .iter()
            .map(|expression| {
                format!(
                    "{} {} {}",
                    str_at(expression, "/key"),
                    str_at(expression, "/operator").to_lowercase(),
                    go_list(array_at(expression, "/values"))
                )
            })
            .collect();
        w.field(2, &format!("Term {index}"), expressions.join("\n\t"));
    }
}

pub(super) async fn claim(d: &Describer, claim: &Value, w: &mut Writer) -> Result<()> {
    w.name(claim);
    w.field(0, "StorageClass", str_at(claim, "/spec/storageClassName"));
    let deleting = podground_api::object::is_deleting(claim);
    w.field(0, "Status", if deleting { "Terminating" } else { str_at(claim, "/status/phase") });
    w.field(0, "Volume", str_at(claim, "/spec/volumeName"));
    w.labels("Labels", claim, "/metadata/labels");
    w.annotations("Annotations", claim);
    w.field(0, "Finalizers", go_list(array_at(claim, "/metadata/finalizers")));
    let bound = !str_at(claim, "/spec/volumeName").is_empty();
    let (capacity, modes) = if bound {
        (str_at(claim, "/status/capacity/storage"), access_modes(array_at(claim, "/status/accessModes")))
    } else {
        ("", String::new())
    };
    w.field(0, "Capacity", capacity);
    w.field(0, "Access Modes", modes);
    w.field(0, "VolumeMode", scalar_or(at(claim, "/spec/volumeMode"), "Filesystem"));
    let data_source = at(claim, "/spec/dataSource");
    if !data_source.is_null() {
        w.line(0, "DataSource:");
        for (title, pointer) in [("APIGroup", "/apiGroup"), ("Kind", "/kind"), ("Name", "/name")] {
            w.field(1, title, str_at(data_source, pointer));
        }
    }
    let path = format!("/api/v1/namespaces/{}/pods", namespace(claim));
    let users = d.list(&path, &[]).await.into_iter().filter(|pod| {
        array_at(pod, "/spec/volumes")
            .iter()
            .any(|volume| str_at(volume, "/persistentVolumeClaim/claimName") == name(claim))
    });
    w.values("Used By", users.map(|pod| name(&pod).to_owned()));
    d.events(claim, w).await;
    Ok(())
}

pub(super) async fn storage_class(d: &Describer, class: &Value, w: &mut Writer) -> Result<()> {
    w.field(0, "Name", name(class));
    let default = podground_api::object::annotation(class, "storageclass.kubernetes.io/is-default-class");
    w.field(0, "IsDefaultClass", if default == Some("true") { "Yes" } else { "No" });
    let map = |pointer: &str| {
        let entries: Vec<String> = strings_at(class, pointer).map(|(k, v)| format!("{k}={v}")).collect();
        if entries.is_empty() { "<none>".to_owned() } else { entries.join(",") }
    };
    w.field(0, "Annotations", map("/metadata/annotations"));
    w.field(0, "Provisioner", str_at(class, "/provisioner"));
    w.field(0, "Parameters", map("/parameters"));
    let expansion = at(class, "/allowVolumeExpansion");
    w.field(0, "AllowVolumeExpansion", expansion.as_bool().map_or_else(|| "<unset>".to_owned(), title));
    let options = array_at(class, "/mountOptions");
    if options.is_empty() {
        w.field(0, "MountOptions", "<none>");
    } else {
        w.line(0, "MountOptions:");
        for option in options.iter().filter_map(Value::as_str) {
            w.line(1, option);
        }
    }
    w.field(0, "ReclaimPolicy", str_at(class, "/reclaimPolicy"));
    w.field(0, "VolumeBindingMode", str_at(class, "/volumeBindingMode"));
    if map_at(class, "/allowedTopologies").is_some() {
        w.line(0, "AllowedTopologies:");
    }
    d.events(class, w).await;
    Ok(())
}
