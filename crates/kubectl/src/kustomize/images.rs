//! `images`
//!
//! Upstream: `api/filters/imagetag`, `api/internal/image/image.go`

use podground_api::object::{kind, str_at};
use regex_lite::Regex;
use serde_json::Value;

use super::fields::{self, IMAGES};
use super::resources::Resources;

/// Changes the images of a name, wherever containers are listed.
pub(super) fn set(image: &Value, found: &mut Resources) {
    let tail = "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$";
    let Ok(pattern) = Regex::new(&format!("^{}{tail}", str_at(image, "/name"))) else { return };
    let mut change = |field: &mut Value| {
        if let Some(old) = field.as_str().filter(|old| pattern.is_match(old)) {
            *field = changed(old, image).into();
        }
    };
    for resource in &mut found.0 {
        if kind(&resource.value) != "CustomResourceDefinition" {
            containers(&mut resource.value, &mut change);
        }
        fields::change(&mut resource.value, IMAGES, &Value::Null, &mut change);
    }
}

fn containers(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| containers(item, change)),
        Value::Object(map) => {
            for (key, item) in map {
                match item {
                    Value::Array(list) if key == "containers" || key == "initContainers" => {
                        list.iter_mut().filter_map(|one| one.get_mut("image")).for_each(&mut *change);
                    }
                    item => containers(item, change),
                }
            }
        }
        _ => {}
    }
}

fn changed(old: &str, image: &Value) -> String {
    let field = |name: &str| image.get(name).and_then(Value::as_str).unwrap_or_default();
    let (name, mut tag, mut digest) = split(old);
    let mut result = if field("newName").is_empty() { name } else { field("newName").to_owned() };
    let (new_tag, new_digest) = (field("newTag"), field("digest"));
    if !new_tag.is_empty() || !new_digest.is_empty() {
        (tag, digest) = (new_tag.to_owned(), new_digest.to_owned());
    } else if !field("tagSuffix").is_empty() {
        tag.push_str(field("tagSuffix"));
        digest.clear();
    }
    if !tag.is_empty() {
        result.push_str(&format!(":{tag}"));
    }
    if !digest.is_empty() {
        result.push_str(&format!("@{digest}"));
    }
    result
}

/// Name, tag and digest.
fn split(image: &str) -> (String, String, String) {
    let (rest, digest) = image.split_once('@').unwrap_or((image, ""));
    // A colon before the slash belongs to the registry's port.
    let start = rest.find('/').unwrap_or(0);
    match rest[start..].find(':') {
        Some(colon) => {
            let colon = start + colon;
            (rest[..colon].to_owned(), rest[colon + 1..].to_owned(), digest.to_owned())
        }
        None => (rest.to_owned(), String::new(), digest.to_owned()),
    }
}
