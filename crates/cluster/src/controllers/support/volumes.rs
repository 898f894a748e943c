//! Claims and volumes: what fits what.
//!
//! Upstream: `component-helpers/storage/volume`

use podground_api::{Quantity, Selector, Value, object};

use crate::informer::Informers;

/// Set on a claim once its binding is complete.
pub const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// Set where the controller, not the user, chose the other side.
pub const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
/// Set on a claim by the scheduler: where its volume shall be made.
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// The provisioner of classes whose volumes are made by hand.
pub const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// The storage class of a claim or volume.
pub fn class(object: &Value) -> &str {
    let legacy = object::annotation(object, "volume.beta.kubernetes.io/storage-class");
    legacy.unwrap_or_else(|| object::str_at(object, "/spec/storageClassName"))
}

/// Whether a claim is bound only once a pod needs it.
pub fn waits_for_consumer(claim: &Value, informers: &Informers) -> bool {
    let class = informers.get("storageclasses.storage.k8s.io", "", class(claim));
    class.is_some_and(|class| object::str_at(class, "/volumeBindingMode") == "WaitForFirstConsumer")
}

/// Whether volumes of the claim's class are made when needed.
pub fn is_provisioned(claim: &Value, informers: &Informers) -> bool {
    let class = informers.get("storageclasses.storage.k8s.io", "", class(claim));
    class.is_some_and(|class| object::str_at(class, "/provisioner") != NO_PROVISIONER)
}

/// An amount of storage in bytes.
pub fn bytes(object: &Value, pointer: &str) -> i64 {
    let text = object::at(object, pointer);
    let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
    Quantity::parse(&text).map_or(0, Quantity::units)
}

/// Whether a free volume (or one that is reserved for the claim) can serve it.
// Upstream: component-helpers storage/volume/pv_helpers.go FindMatchingVolume
pub fn fits(claim: &Value, volume: &Value) -> bool {
    if object::is_deleting(volume) || class(claim) != class(volume) {
        return false;
    }
    let reference = object::at(volume, "/spec/claimRef");
    if !reference.is_null() {
        let is_ours = object::str_at(reference, "/namespace") == object::namespace(claim)
            && object::str_at(reference, "/name") == object::name(claim);
        let uid = object::str_at(reference, "/uid");
        if !is_ours || !uid.is_empty() && uid != object::uid(claim) {
            return false;
        }
    } else if !matches!(object::str_at(volume, "/status/phase"), "" | "Available" | "Pending") {
        return false;
    }
    let mode = |object: &Value| match object::str_at(object, "/spec/volumeMode") {
        "Block" => "Block",
        _ => "Filesystem",
    };
    let modes = object::array_at(volume, "/spec/accessModes");
    let selector = claim.pointer("/spec/selector").and_then(Selector::from_label_selector);
    mode(claim) == mode(volume)
        && object::array_at(claim, "/spec/accessModes").iter().all(|mode| modes.contains(mode))
        && selector.is_none_or(|selector| selector.matches_object(volume))
        && bytes(volume, "/spec/capacity/storage") >= bytes(claim, "/spec/resources/requests/storage")
}
