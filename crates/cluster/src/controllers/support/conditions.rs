//! Conditions in `status.conditions`.

use podground_api::{Value, json, object};

/// A condition as most kinds have it.
pub fn condition(condition_type: &str, status: &str, reason: &str, message: &str, now: &str) -> Value {
    json!({
        "type": condition_type, "status": status, "reason": reason, "message": message,
        "lastTransitionTime": now,
    })
}

/// Puts a condition at the end of the list, in place of the one of its type.
/// If that has the same status, its time of transition stays; if it also has the same reason, so does all of it.
/// Returns whether something has changed.
pub fn set(status: &mut Value, mut new: Value) -> bool {
    let condition_type = object::str_at(&new, "/type").to_owned();
    let conditions = list(status);
    let old = conditions.iter().position(|condition| object::str_at(condition, "/type") == condition_type);
    if let Some(index) = old {
        let old = &conditions[index];
        if old.get("status") == new.get("status") {
            if old.get("reason") == new.get("reason") {
                return false;
            }
            new["lastTransitionTime"] = object::at(old, "/lastTransitionTime").clone();
        }
        conditions.remove(index);
    }
    conditions.push(new);
    true
}

/// Changes a condition in its place, or adds it.
/// If its status stays, so does its time of transition.
pub fn replace(status: &mut Value, mut new: Value) {
    let condition_type = object::str_at(&new, "/type").to_owned();
    let conditions = list(status);
    let old = conditions.iter_mut().find(|condition| object::str_at(condition, "/type") == condition_type);
    match old {
        Some(old) => {
            if old.get("status") == new.get("status") {
                new["lastTransitionTime"] = object::at(old, "/lastTransitionTime").clone();
            }
            *old = new;
        }
        None => conditions.push(new),
    }
}

/// Takes a condition out.
pub fn remove(status: &mut Value, condition_type: &str) {
    let conditions = list(status);
    conditions.retain(|condition| object::str_at(condition, "/type") != condition_type);
    if conditions.is_empty() {
        object::remove_at(status, "/conditions");
    }
}

/// The condition of a type in a status.
pub fn find<'a>(status: &'a Value, condition_type: &str) -> Option<&'a Value> {
    object::array_at(status, "/conditions")
        .iter()
        .find(|condition| object::str_at(condition, "/type") == condition_type)
}

fn list(status: &mut Value) -> &mut Vec<Value> {
    if !status.is_object() {
        *status = json!({});
    }
    let place = &mut status["conditions"];
    if !place.is_array() {
        *place = json!([]);
    }
    match place {
        Value::Array(conditions) => conditions,
        _ => unreachable!("it was made an array above"),
    }
}
