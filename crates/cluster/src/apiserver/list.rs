//! Reading many objects.

use std::rc::Rc;

use podground_api::{Map, Response, Status, Value, json};

use super::context::Context;
use super::selection::{Selection, position};
use super::{errors, managed, table};

/// The objects that a list has found.
pub(super) struct Found {
    pub(super) objects: Vec<Rc<Value>>,
    /// Where the next chunk starts.
    pub(super) next: Option<String>,
    /// How many objects follow, if that is known.
    pub(super) remaining: Option<usize>,
    pub(super) revision: u64,
}

/// `GET …/pods`
pub(super) fn list(cx: &Context) -> Result<Response, Status> {
    let found = find(cx)?;
    let value = if table::is_wanted(cx.request) {
        table::of_list(cx, &found)
    } else {
        let items = found.objects.iter().map(|object| item(cx, object)).collect();
        list_value(cx, &found, items)
    };
    Ok(Response::json(200, value))
}

/// The objects that a request selects, at most as many as it wants.
pub(super) fn find(cx: &Context) -> Result<Found, Status> {
    let selection = Selection::new(cx)?;
    let limit = match cx.request.query_value("limit") {
        None | Some("") => 0,
        Some(text) => text.parse::<usize>().map_err(|_| {
            errors::bad_request(format!("strconv.ParseInt: parsing {text:?}: invalid syntax"))
        })?,
    };
    let start = cx.request.query_value("continue").filter(|token| !token.is_empty());
    let start = match start {
        None => None,
        Some(token) => Some(decode_token(token).ok_or_else(|| {
            errors::bad_request("continue key is not valid: illegal base64 data at input byte 0")
        })?),
    };
    if let Some(computed) = cx.resource.strategy.computed {
        let objects =
            computed(cx.api).into_iter().filter(|object| selection.matches(object)).map(Rc::new).collect();
        return Ok(Found { objects, next: None, remaining: None, revision: cx.store().revision() });
    }
    let store = cx.store();
    let revision = store.revision();
    if let (Some(name), true) =
        (selection.single_name(), !cx.resource.namespaced || selection.namespace.is_some())
    {
        let namespace = selection.namespace.as_deref().unwrap_or_default();
        let found = store.get(cx.resource.key, namespace, name);
        let objects = found.filter(|object| selection.matches(object)).cloned().into_iter().collect();
        return Ok(Found { objects, next: None, remaining: None, revision });
    }
    let scope = selection.namespace.as_deref();
    let (from_namespace, from_name) = start.unwrap_or_default();
    let everything = selection.is_everything();
    let mut objects: Vec<Rc<Value>> = Vec::new();
    let mut next = None;
    let mut remaining = None;
    let mut rest = store
        .list_after(cx.resource.key, scope, &from_namespace, &from_name)
        .filter(|object| everything || selection.matches(object));
    for object in rest.by_ref() {
        if limit > 0 && objects.len() == limit {
            next = objects.last().map(|last| encode_token(revision, position(last)));
            remaining = everything.then(|| rest.count() + 1);
            break;
        }
        objects.push(object.clone());
    }
    Ok(Found { objects, next, remaining, revision })
}

/// An object as an item of a list: built-in kinds go without kind and version there.
fn item(cx: &Context, object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(conversion) = cx.resource.conversion {
        (conversion.from_stored)(&mut object);
    }
    if managed::are_wanted(cx) {
        managed::add(cx, &mut object);
    }
    if let (Value::Object(map), None) = (&mut object, cx.resource.custom) {
        map.remove("kind");
        map.remove("apiVersion");
    }
    object
}

fn list_value(cx: &Context, found: &Found, items: Vec<Value>) -> Value {
    json!({
        "kind": format!("{}List", cx.resource.kind),
        "apiVersion": cx.resource.group_version(),
        "metadata": list_meta(found),
        "items": items,
    })
}

/// The metadata of a list or of a table.
pub(super) fn list_meta(found: &Found) -> Value {
    let mut meta = Map::new();
    meta.insert("resourceVersion".to_owned(), found.revision.to_string().into());
    if let Some(next) = &found.next {
        meta.insert("continue".to_owned(), next.as_str().into());
    }
    if let Some(remaining) = found.remaining {
        meta.insert("remainingItemCount".to_owned(), remaining.into());
    }
    Value::Object(meta)
}

// A token is opaque to clients; hexadecimal digits need no escaping in a query.
fn encode_token(revision: u64, (namespace, name): (&str, &str)) -> String {
    let text = format!("{revision}\n{namespace}\n{name}");
    let digit = |value: u8| char::from_digit(u32::from(value & 15), 16).unwrap_or('0');
    text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte)]).collect()
}

fn decode_token(token: &str) -> Option<(String, String)> {
    let digits: Option<Vec<u8>> =
        token.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits?;
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('\n').skip(1);
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}
