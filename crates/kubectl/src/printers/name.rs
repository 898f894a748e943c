//! `-o name` and the sentences that most commands end with.

use podground_api::object;
use serde_json::Value;

/// `pod/web`, `deployment.apps/web`; of a list, each item.
pub(crate) fn print(value: &Value) -> String {
    if object::kind(value).ends_with("List")
        && let Some(items) = value.get("items").and_then(Value::as_array)
    {
        return items.iter().map(print).collect();
    }
    format!("{}\n", of(value))
}

/// `deployment.apps/web`
pub(crate) fn of(value: &Value) -> String {
    let name = match object::name(value) {
        "" => "<unknown>",
        name => name,
    };
    format!("{}/{name}", kind_group(value))
}

/// `deployment.apps`
pub(crate) fn kind_group(value: &Value) -> String {
    let kind = object::kind(value).to_lowercase();
    match object::api_version(value).split_once('/') {
        Some((group, _)) => format!("{kind}.{group}"),
        None => kind,
    }
}
