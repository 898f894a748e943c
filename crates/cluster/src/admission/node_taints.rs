//! New nodes are tainted until the node lifecycle controller has seen that they are ready.
//!
//! Upstream: `plugin/pkg/admission/nodetaint/admission.go`.

use podground_api::object::{array_at, set_at, str_at};
use podground_api::{Status, Value, json};

use super::Plugin;
use crate::apiserver::context::Context;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "TaintNodesByCondition", mutate: Some(mutate), validate: None };

const NOT_READY: &str = "node.kubernetes.io/not-ready";

fn mutate(cx: &Context, node: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    if cx.resource.key != "nodes" || old.is_some() {
        return Ok(());
    }
    let mut taints = array_at(node, "/spec/taints").to_vec();
    let there =
        |taint: &Value| str_at(taint, "/key") == NOT_READY && str_at(taint, "/effect") == "NoSchedule";
    if !taints.iter().any(there) {
        taints.push(json!({"effect": "NoSchedule", "key": NOT_READY}));
        set_at(node, "/spec/taints", taints.into());
    }
    Ok(())
}
