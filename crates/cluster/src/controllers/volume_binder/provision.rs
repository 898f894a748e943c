//! Making volumes for claims, as the provisioner of a class would.

use std::rc::Rc;

use podground_api::{Value, json, object};

use super::{CLASSES, RESYNC, VOLUMES};
use crate::client::{PatchKind, is_already_exists};
use crate::controllers::support::volumes::NO_PROVISIONER;
use crate::controllers::{Context, Requeue, SyncError};

/// Names the provisioner on a volume that was made by one.
pub(super) const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";

/// Makes a volume in a directory of the node, whatever the provisioner is called.
// Upstream: rancher/local-path-provisioner; pv_controller.go provisionClaim for the failures
pub(super) fn provision(
    cx: &Context<'_>,
    claim: &Rc<Value>,
    class: &str,
    node: Option<&str>,
) -> Result<Requeue, SyncError> {
    let Some(class) = cx.informers.get(CLASSES, "", class) else {
        let text = format!("storageclass.storage.k8s.io \"{class}\" not found");
        cx.warning(claim, "ProvisioningFailed", &text);
        return Ok(Requeue::After(RESYNC));
    };
    let provisioner = object::str_at(class, "/provisioner");
    if provisioner == NO_PROVISIONER {
        let text = "storageclass.storage.k8s.io does not have a provisioner: no persistent volumes available";
        if node.is_none() {
            let text = "no volume plugin matched name: kubernetes.io/no-provisioner";
            cx.warning(claim, "ProvisioningFailed", text);
        } else {
            cx.warning(claim, "ProvisioningFailed", text);
        }
        return Ok(Requeue::After(RESYNC));
    }
    name_provisioner(cx, claim, provisioner)?;
    if !is_simulated(provisioner) {
        let text = format!(
            "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by \
             the system administrator. If volume creation is delayed, please verify that the provisioner is running \
             and correctly registered."
        );
        cx.normal(claim, "ExternalProvisioning", &text);
        return Ok(Requeue::After(RESYNC));
    }
    let name = format!("pvc-{}", object::uid(claim));
    let path =
        format!("/var/local-path-provisioner/{name}_{}_{}", object::namespace(claim), object::name(claim));
    let mut volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: provisioner}},
        "spec": {
            "accessModes": object::at(claim, "/spec/accessModes").clone(),
            "capacity": {"storage": object::at(claim, "/spec/resources/requests/storage").clone()},
            "claimRef": {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": object::name(claim),
                "namespace": object::namespace(claim), "uid": object::uid(claim),
                "resourceVersion": object::str_at(claim, "/metadata/resourceVersion"),
            },
            "hostPath": {"path": path, "type": "DirectoryOrCreate"},
            "persistentVolumeReclaimPolicy": match object::str_at(class, "/reclaimPolicy") {
                "" => "Delete",
                policy => policy,
            },
            "storageClassName": object::name(class),
            "volumeMode": match object::str_at(claim, "/spec/volumeMode") {
                "" => "Filesystem",
                mode => mode,
            },
        },
    });
    if let Some(node) = node {
        let expression = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": [node]});
        let terms = json!({"nodeSelectorTerms": [{"matchExpressions": [expression]}]});
        object::set_at(&mut volume, "/spec/nodeAffinity/required", terms);
    }
    match cx.client.create(VOLUMES, volume) {
        Ok(_) => {
            let text = format!("Successfully provisioned volume {name}");
            cx.normal(claim, "ProvisioningSucceeded", &text);
        }
        Err(status) if is_already_exists(&status) => {}
        Err(status) => {
            cx.warning(claim, "ProvisioningFailed", &status.message);
            return Err(status.into());
        }
    }
    Ok(Requeue::Done)
}

/// Notes on a claim who is to make its volume.
// Upstream: pv_controller.go setClaimProvisioner
fn name_provisioner(cx: &Context<'_>, claim: &Value, provisioner: &str) -> Result<(), SyncError> {
    let [beta, stable] =
        ["volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner"];
    if object::annotation(claim, stable) == Some(provisioner) {
        return Ok(());
    }
    let patch = json!({"metadata": {"annotations": {beta: provisioner, stable: provisioner}}});
    cx.client.patch_object(super::CLAIMS, claim, PatchKind::Merge, patch)?;
    Ok(())
}

/// Whether somebody in this cluster makes the volumes.
fn is_simulated(provisioner: &str) -> bool {
    matches!(provisioner, "rancher.io/local-path" | "k8s.io/minikube-hostpath" | "podground.dev/local-path")
}
