//! Pods stay five minutes on a node that is not ready or cannot be reached.
//!
//! Upstream: `plugin/pkg/admission/defaulttolerationseconds/admission.go`.

use podground_api::object::str_at;
use podground_api::{Status, Value, json};

use super::Plugin;
use crate::apiserver::context::Context;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "DefaultTolerationSeconds", mutate: Some(mutate), validate: None };

fn mutate(cx: &Context, pod: &mut Value, _old: Option<&Value>) -> Result<(), Status> {
    if cx.resource.key != "pods" {
        return Ok(());
    }
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return Ok(()) };
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    let Some(tolerations) = tolerations.as_array_mut() else { return Ok(()) };
    let before = tolerations.len();
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerated = tolerations[..before].iter().any(|toleration| {
            let (own, effect) = (str_at(toleration, "/key"), str_at(toleration, "/effect"));
            (own == key || own.is_empty()) && (effect == "NoExecute" || effect.is_empty())
        });
        if !tolerated {
            tolerations.push(
                json!({ "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 }),
            );
        }
    }
    Ok(())
}
