//! The health of the control plane's parts: computed, deprecated, still asked for by books.

use podground_api::object::{array_at, str_at};
use podground_api::{Value, json};

use crate::resource::{NAME, Resource, Strategy, column};
use crate::resources::name_cell;

/// What each answer about components warns of.
pub(crate) const DEPRECATED: &str = "v1 ComponentStatus is deprecated in v1.19+";

/// `componentstatuses`.
pub static COMPONENT_STATUS: Resource = Resource {
    short_names: &["cs"],
    verbs: &["get", "list"],
    strategy: Strategy { computed: Some(all), ..Strategy::GENERIC },
    columns: &[NAME, column("Status"), column("Message"), column("Error")],
    row: |object, _| {
        let condition = array_at(object, "/conditions").iter().find(|c| str_at(c, "/type") == "Healthy");
        let text = |field: &str| condition.map_or("", |condition| str_at(condition, field)).to_owned();
        let status = if text("/status") == "True" { "Healthy" } else { "Unhealthy" };
        vec![name_cell(object), status.into(), text("/message").into(), text("/error").into()]
    },
    ..Resource::cluster("", "v1", "ComponentStatus").named(
        "componentstatuses",
        "componentstatus",
        "componentstatuses",
    )
};

fn all(_: &crate::apiserver::ApiServer) -> Vec<Value> {
    ["controller-manager", "scheduler", "etcd-0"]
        .iter()
        .map(|name| {
            json!({
                "apiVersion": "v1",
                "kind": "ComponentStatus",
                "metadata": { "name": name },
                "conditions": [{ "type": "Healthy", "status": "True", "message": "ok" }],
            })
        })
        .collect()
}
