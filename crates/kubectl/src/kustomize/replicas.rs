//! `replicas`
//!
//! Upstream: `api/internal/builtins/ReplicaCountTransformer.go`

use podground_api::object::{at, str_at};
use serde_json::Value;

use super::fields::{self, REPLICAS};
use super::resources::Resources;

/// Sets the number of replicas of what is or was called so.
pub(super) fn set(replica: &Value, found: &mut Resources) -> Result<(), String> {
    let name = str_at(replica, "/name");
    let count = match at(replica, "/count") {
        Value::Null => Value::from(0),
        count => count.clone(),
    };
    let mut any = false;
    for resource in &mut found.0 {
        let is_meant = resource.ids().iter().any(|id| {
            id.name == name && REPLICAS.iter().any(|spec| id.gvk.is_selected(&fields::pattern(spec)))
        });
        if is_meant {
            any = true;
            fields::change(&mut resource.value, REPLICAS, &count, &mut |field| *field = count.clone());
        }
    }
    if any {
        return Ok(());
    }
    let kinds: Vec<String> = REPLICAS.iter().map(|spec| fields::pattern(spec).text()).collect();
    Err(format!(
        "resource with name {name} does not match a config with the following GVK [{}]",
        kinds.join(" ")
    ))
}
