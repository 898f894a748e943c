//! Objects of the server: by selector and by name.

use std::rc::Rc;

use podground_api::object::{array_at, str_at};
use podground_api::{Method, Request, Status, object};
use serde_json::{Value, json};

use super::names::Selection;
use super::{Found, Info, NO_RESOURCE, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::mapper::Mapping;

/// Finds what the words select.
pub(crate) async fn find(cx: &Context, query: &Query, selection: Selection) -> Result<Found> {
    if query.labels.is_some() || !query.fields.is_empty() || selection.everything || query.all {
        return by_selector(cx, query, selection).await;
    }
    if !selection.pairs.is_empty() {
        return by_pairs(cx, query, &selection.pairs).await;
    }
    if !selection.names.is_empty() {
        return by_names(cx, query, selection).await;
    }
    if selection.types.is_empty() {
        return Err(Error::local(NO_RESOURCE));
    }
    mappings(cx, query, &selection.types).await?;
    Err(Error::local("resource(s) were provided, but no name was specified"))
}

async fn mappings(cx: &Context, query: &Query, types: &[String]) -> Result<Vec<Rc<Mapping>>> {
    if types.len() > 1 && query.single_type {
        return Err(Error::local("you may only specify a single resource type"));
    }
    let mapper = cx.mapper().await?;
    let mut mappings: Vec<Rc<Mapping>> = Vec::new();
    for word in types {
        let mapping = mapper.for_argument(word)?;
        if !mappings.contains(&mapping) {
            mappings.push(mapping);
        }
    }
    Ok(mappings)
}

async fn by_selector(cx: &Context, query: &Query, selection: Selection) -> Result<Found> {
    if !selection.names.is_empty() {
        return Err(Error::local("name cannot be provided when a selector is specified"));
    }
    if !selection.pairs.is_empty() {
        return Err(Error::local(
            "selectors and the all flag cannot be used when passing resource/name arguments",
        ));
    }
    if selection.types.is_empty() {
        return Err(Error::local("at least one resource must be specified to use a selector"));
    }
    if !query.subresource.is_empty() {
        return Err(Error::local("subresource cannot be used when bulk resources are specified"));
    }
    let mut found = Found::default();
    for mapping in mappings(cx, query, &selection.types).await? {
        let namespace = if query.all_namespaces { "" } else { &query.namespace };
        match list(cx, query, &mapping, namespace).await {
            Ok(answer) if object::kind(&answer) == "Table" => found.items.push(Ok(Info {
                mapping,
                namespace: namespace.to_owned(),
                name: String::new(),
                source: String::new(),
                object: answer,
            })),
            Ok(answer) => found.items.extend(flatten(&answer, &mapping).map(Ok)),
            Err(error) => found.items.push(Err(error)),
        }
    }
    Ok(found)
}

/// Lists a resource, page by page.
async fn list(cx: &Context, query: &Query, mapping: &Mapping, namespace: &str) -> Result<Rc<Value>> {
    let namespace = if mapping.namespaced { namespace } else { "" };
    let mut pages: Option<Value> = None;
    let mut next = String::new();
    loop {
        let mut request = Request::new(Method::Get, mapping.path(namespace));
        if let Some(labels) = &query.labels {
            request = request.with_query("labelSelector", labels);
        }
        if !query.fields.is_empty() {
            request = request.with_query("fieldSelector", &query.fields);
        }
        if query.chunk > 0 {
            request = request.with_query("limit", query.chunk.to_string());
        }
        if !next.is_empty() {
            request = request.with_query("continue", &next);
        }
        if query.table {
            request = request.with_header("accept", crate::client::TABLE);
            // Upstream: kubectl/pkg/cmd/get/get.go transformRequests: sorting looks at all fields.
            if query.whole {
                request = request.with_query("includeObject", "Object");
            }
        }
        let answer =
            cx.client()?.json(request).await.map_err(|error| explain_list_error(error, query, mapping))?;
        str_at(&answer, "/metadata/continue").clone_into(&mut next);
        let field = if object::kind(&answer) == "Table" { "rows" } else { "items" };
        match &mut pages {
            None if next.is_empty() => return Ok(answer),
            None => pages = Some(Rc::unwrap_or_clone(answer)),
            Some(pages) => {
                let mut answer = Rc::unwrap_or_clone(answer);
                let more = answer.get_mut(field).map(Value::take);
                if let (Some(items), Some(Value::Array(more))) =
                    (pages.get_mut(field).and_then(Value::as_array_mut), more)
                {
                    items.extend(more);
                }
                pages["metadata"] = json!({"resourceVersion": str_at(&answer, "/metadata/resourceVersion")});
            }
        }
        if next.is_empty() {
            return Ok(Rc::new(pages.unwrap_or_default()));
        }
    }
}

/// Upstream: `cli-runtime/pkg/resource/selector.go Visit`
fn explain_list_error(error: Error, query: &Query, mapping: &Mapping) -> Error {
    if !error.has_reason("BadRequest") && !error.is_not_found() {
        return error;
    }
    let resource = format!("{}/{}, Resource={}", mapping.group, mapping.version, mapping.resource);
    let labels = query.labels.as_deref().unwrap_or_default();
    let Error::Server(status) = error else { return error };
    let message = if labels.is_empty() && query.fields.is_empty() {
        format!("Unable to list {resource:?}: {}", status.message)
    } else {
        format!(
            "Unable to find {resource:?} that match label selector {labels:?}, field selector {:?}: {}",
            query.fields, status.message
        )
    };
    Status { message, ..*status }.into()
}

/// The items of a list as objects of their own, with the kind that lists leave out.
pub(crate) fn flatten<'a>(list: &'a Value, mapping: &'a Rc<Mapping>) -> impl Iterator<Item = Info> + 'a {
    array_at(list, "/items").iter().map(|item| {
        let mut item = item.clone();
        if object::kind(&item).is_empty() {
            item["kind"] = json!(mapping.kind);
            item["apiVersion"] = json!(mapping.api_version());
        }
        let mut info = Info {
            mapping: mapping.clone(),
            namespace: String::new(),
            name: String::new(),
            source: String::new(),
            object: Rc::new(Value::Null),
        };
        info.set(Rc::new(item));
        info
    })
}

fn namespace_for(query: &Query, mapping: &Mapping) -> Result<String> {
    if !mapping.namespaced {
        return Ok(String::new());
    }
    if query.all_namespaces {
        return Err(Error::local("a resource cannot be retrieved by name across all namespaces"));
    }
    Ok(query.namespace.clone())
}

async fn named(cx: &Context, query: &Query, mapping: &Rc<Mapping>, name: &str) -> Result<Info> {
    let mut info = Info {
        mapping: mapping.clone(),
        namespace: namespace_for(query, mapping)?,
        name: name.to_owned(),
        source: String::new(),
        object: Rc::new(Value::Null),
    };
    if query.fetch {
        query.fetch(cx, &mut info).await?;
    }
    Ok(info)
}

async fn by_pairs(cx: &Context, query: &Query, pairs: &[(String, String)]) -> Result<Found> {
    let mapper = cx.mapper().await?;
    let mut targets = Vec::new();
    for (kind, name) in pairs {
        let mapping = mapper.for_argument(kind)?;
        namespace_for(query, &mapping)?;
        targets.push((mapping, name));
    }
    if query.single_type && targets.iter().any(|(mapping, _)| *mapping != targets[0].0) {
        return Err(Error::local("you may only specify a single resource type"));
    }
    let mut found = Found { single: pairs.len() == 1, ..Found::default() };
    for (mapping, name) in targets {
        found.items.push(named(cx, query, &mapping, name).await);
    }
    Ok(found)
}

async fn by_names(cx: &Context, query: &Query, selection: Selection) -> Result<Found> {
    if selection.types.len() > 1 {
        return Err(Error::local("you must specify only one resource"));
    }
    let mapping = mappings(cx, query, &selection.types).await?.swap_remove(0);
    namespace_for(query, &mapping)?;
    let mut found = Found { single: selection.names.len() == 1, ..Found::default() };
    for name in &selection.names {
        found.items.push(named(cx, query, &mapping, name).await);
    }
    Ok(found)
}
