//! The claims of a pod must be bound, or be such as can be bound where the pod will run.
//!
//! Upstream: `pkg/scheduler/framework/plugins/volumebinding`

use std::rc::Rc;

use podground_api::{Value, object};

use super::{Verdict, node_affinity};
use crate::controllers::support::volumes;
use crate::informer::Informers;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

/// The claims of a pod, looked up once per cycle.
#[derive(Default)]
pub(in crate::scheduler) struct Claims {
    /// The volumes of the claims that are bound.
    bound: Vec<Rc<Value>>,
    /// The claims that wait for their first consumer: this pod.
    pub(in crate::scheduler) waiting: Vec<Rc<Value>>,
}

impl Claims {
    /// The claims, or why the pod cannot run on any node yet.
    // Upstream: volume_binding.go PreFilter
    pub(in crate::scheduler) fn new(pod: &Value, informers: &Informers) -> Result<Self, String> {
        let mut claims = Self::default();
        let namespace = object::namespace(pod);
        let mut is_immediate = false;
        for volume in object::array_at(pod, "/spec/volumes") {
            let name = match object::str_at(volume, "/persistentVolumeClaim/claimName") {
                "" if volume.get("ephemeral").is_some() => {
                    [object::name(pod), "-", object::str_at(volume, "/name")].concat()
                }
                "" => continue,
                name => name.to_owned(),
            };
            let Some(claim) = informers.get("persistentvolumeclaims", namespace, &name) else {
                return Err(format!("persistentvolumeclaim \"{name}\" not found"));
            };
            if object::is_deleting(claim) {
                return Err(format!("persistentvolumeclaim \"{name}\" is being deleted"));
            }
            let volume = object::str_at(claim, "/spec/volumeName");
            if !volume.is_empty() && object::annotation(claim, volumes::BIND_COMPLETED).is_some() {
                match informers.get("persistentvolumes", "", volume) {
                    Some(volume) => claims.bound.push(volume.clone()),
                    None => {
                        return Err(format!(
                            "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""
                        ));
                    }
                }
            } else if volumes::waits_for_consumer(claim, informers) {
                claims.waiting.push(claim.clone());
            } else {
                is_immediate = true;
            }
        }
        if is_immediate {
            return Err("pod has unbound immediate PersistentVolumeClaims".to_owned());
        }
        Ok(claims)
    }
}

// Upstream: volume_binding.go Filter, binder.go FindPodVolumes
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    let reaches = |volume: &Value| {
        node_affinity::terms_match(
            object::at(volume, "/spec/nodeAffinity/required/nodeSelectorTerms"),
            &node.node,
        )
    };
    if !cycle.claims.bound.iter().all(|volume| reaches(volume)) {
        return Verdict::unresolvable("node(s) had volume node affinity conflict");
    }
    for claim in &cycle.claims.waiting {
        let has_volume = cycle
            .informers
            .list("persistentvolumes")
            .any(|volume| volumes::fits(claim, volume) && reaches(volume));
        if !has_volume && !volumes::is_provisioned(claim, cycle.informers) {
            return Verdict::unresolvable("node(s) didn't find available persistent volumes to bind");
        }
    }
    Verdict::Fit
}
