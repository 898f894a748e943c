//! `kubectl explain`
//!
//! Upstream: `kubectl/pkg/cmd/explain`, `kubectl/pkg/explain/v2/templates/plaintext.tmpl`

mod layout;
mod v2;
mod wrap;

use std::rc::Rc;

use podground_api::object::{array_at, at, str_at};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::{Mapper, Mapping};

/// `kubectl explain`
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let [word] = args.words.as_slice() else {
        return Err(Error::local(if args.words.is_empty() {
            "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.\n"
        } else {
            "We accept only this format: explain RESOURCE\n"
        }));
    };
    match args.text("output") {
        "plaintext" | "plaintext-openapiv2" => {}
        other => return Err(Error::Local(format!("unrecognized format: {other}"))),
    }
    let mapper = cx.mapper().await?;
    let api_version = args.text("api-version");
    let (mapping, path) = split(&mapper, word, api_version.is_empty())?;
    let (group, version) = match api_version.rsplit_once('/') {
        _ if api_version.is_empty() => (mapping.group.as_str(), mapping.version.as_str()),
        Some((group, _)) if group.contains('/') => {
            return Err(Error::Local(format!("unexpected GroupVersion string: {api_version}")));
        }
        Some(pair) => pair,
        None => ("", api_version),
    };
    let resource = &mapping.resource;
    let client = cx.client()?;
    let prefix = if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") };
    let index = client.get("/openapi/v3").await?;
    let Some(entry) = index["paths"].get(&prefix) else {
        let name = format!("{group}/{version}, Resource={resource}");
        return Err(Error::Local(format!("couldn't find resource for \"{name}\"")));
    };
    let address = str_at(entry, "/serverRelativeURL");
    let document = client.get(address.split('?').next().unwrap_or(address)).await?;
    let Some(kind) = kind_of(&document, &prefix, resource) else {
        let name = format!("{group}/{version}, Resource={resource}");
        return Err(Error::Local(format!("GVR ({name}) not found in OpenAPI schema")));
    };
    if args.text("output") == "plaintext-openapiv2" {
        let Some(schema) = schema_of(&document, &kind) else {
            return Err(Error::Local(format!("couldn't find resource for \"{kind}\"")));
        };
        let fields: Vec<&str> = path.iter().map(String::as_str).collect();
        let page = layout::Page { document: &document, recursive: args.is("recursive") };
        let Some(body) = v2::output(&page, schema, &fields) else {
            let field = path.last().map_or("", String::as_str);
            return Err(Error::Local(format!("field \"{field}\" does not exist")));
        };
        let version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        let head = format!("KIND:     {}\nVERSION:  {version}\n\n", str_at(&kind, "/kind"));
        cx.io.out(&(head + &body)).await;
        return Ok(());
    }
    let mut text = String::new();
    if !group.is_empty() {
        text.push_str(&format!("GROUP:      {group}\n"));
    }
    text.push_str(&format!("KIND:       {}\nVERSION:    {version}\n\n", str_at(&kind, "/kind")));
    let body = schema_of(&document, &kind).map(|schema| {
        let fields: Vec<&str> = path.iter().map(String::as_str).collect();
        layout::Page { document: &document, recursive: args.is("recursive") }.output(schema, &fields)
    });
    match body.as_deref() {
        None => {
            cx.io.out(&text).await;
            Err(Error::Local(format!("GVK {kind} not found in OpenAPI schema")))
        }
        Some("") => {
            cx.io.out(&text).await;
            let field = path.last().map_or("", String::as_str);
            Err(Error::Local(format!("field \"{field}\" does not exist")))
        }
        Some(body) => {
            cx.io.line(text + body).await;
            Ok(())
        }
    }
}

/// The resource and the path of fields that a word means; with a group after the resource if `with_group`.
///
/// Upstream: `kubectl/pkg/explain/explain.go SplitAndParseResourceRequestWithMatchingPrefix`
fn split(mapper: &Mapper, word: &str, with_group: bool) -> Result<(Rc<Mapping>, Vec<String>)> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let (resource, rest) = word.split_once('.').unwrap_or((word, ""));
    let fields = |rest: &str| rest.split('.').filter(|_| !rest.is_empty()).map(str::to_owned).collect();
    if with_group {
        let groups =
            mapper.groups().iter().map(|(group, _)| group.as_str()).filter(|group| !group.is_empty());
        for group in groups {
            let Some(after) = rest.strip_prefix(group) else { continue };
            let after = match after.strip_prefix('.') {
                Some(after) => after,
                None if after.is_empty() => "",
                None => continue,
            };
            if let Ok(mapping) = mapper.for_argument(&format!("{resource}.{group}")) {
                return Ok((mapping, fields(after)));
            }
        }
    }
    let mapping = mapper.for_argument(resource).map_err(|error| Error::Plain(error.bare()))?;
    Ok((mapping, fields(rest)))
}

/// The group, version and kind that the operations on a resource name.
fn kind_of(document: &Value, prefix: &str, resource: &str) -> Option<Value> {
    let places = ["", "namespaces/{namespace}/"]
        .into_iter()
        .flat_map(|scope| ["", "/{name}"].map(|name| format!("/{prefix}/{scope}{resource}{name}")));
    for place in places {
        let Some(operations) = document["paths"].get(&place) else { continue };
        for method in ["get", "post", "put", "patch", "delete"] {
            let kind = &operations[method]["x-kubernetes-group-version-kind"];
            if kind.is_object() {
                return Some(json!({
                    "group": str_at(kind, "/group"),
                    "version": str_at(kind, "/version"),
                    "kind": str_at(kind, "/kind"),
                }));
            }
        }
    }
    None
}

fn schema_of<'a>(document: &'a Value, kind: &Value) -> Option<&'a Value> {
    let schemas = at(document, "/components/schemas").as_object()?;
    schemas.values().find(|schema| array_at(schema, "/x-kubernetes-group-version-kind").contains(kind))
}
