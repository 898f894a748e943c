//! Tables: what `kubectl get` prints is computed here, as upstream.
//!
//! Upstream: `pkg/printers/tablegenerator.go`, `meta.k8s.io/v1 Table`.

use podground_api::{Map, Request, Value, json};

use super::context::Context;
use super::list::{Found, list_meta};
use crate::resource::RowContext;

/// Whether the client asked for a table.
pub(super) fn is_wanted(request: &Request) -> bool {
    request.header("accept").is_some_and(|accept| {
        let first = accept.split(',').next().unwrap_or_default();
        first.contains("as=Table")
    })
}

/// The table of one object.
pub(super) fn of_object(cx: &Context, object: &Value) -> Value {
    let revision = object.pointer("/metadata/resourceVersion").cloned().unwrap_or_default();
    table(cx, json!({ "resourceVersion": revision }), std::iter::once(object), true)
}

/// The table of a list.
pub(super) fn of_list(cx: &Context, found: &Found) -> Value {
    table(cx, list_meta(found), found.objects.iter().map(|object| &**object), true)
}

/// The table of an event of a watch: the columns come with the first one only.
pub(super) fn of_event(cx: &TableContext, object: &Value, columns: bool) -> Value {
    let revision = object.pointer("/metadata/resourceVersion").cloned().unwrap_or_default();
    build(cx, json!({ "resourceVersion": revision }), std::iter::once(object), columns)
}

/// What a table is made with.
pub(super) struct TableContext {
    pub(super) resource: &'static crate::resource::Resource,
    pub(super) include: Include,
    pub(super) row: RowContext,
}

/// What each row holds beside its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Include {
    None,
    Metadata,
    Object,
}

/// What a request's rows are to hold.
pub(super) fn include(request: &Request) -> Include {
    match request.query_value("includeObject") {
        Some("None") => Include::None,
        Some("Object") => Include::Object,
        _ => Include::Metadata,
    }
}

fn table<'a>(cx: &Context, meta: Value, objects: impl Iterator<Item = &'a Value>, columns: bool) -> Value {
    let row = RowContext { now: cx.now(), custom: cx.resource.custom };
    let table = TableContext { resource: cx.resource, include: include(cx.request), row };
    build(&table, meta, objects, columns)
}

fn build<'a>(
    cx: &TableContext,
    meta: Value,
    objects: impl Iterator<Item = &'a Value>,
    columns: bool,
) -> Value {
    let rows = objects.map(|object| row(cx, object)).collect();
    let mut table = Map::new();
    table.insert("kind".to_owned(), "Table".into());
    table.insert("apiVersion".to_owned(), "meta.k8s.io/v1".into());
    table.insert("metadata".to_owned(), meta);
    let definitions = if columns { definitions(cx) } else { Value::Null };
    table.insert("columnDefinitions".to_owned(), definitions);
    table.insert("rows".to_owned(), Value::Array(rows));
    Value::Object(table)
}

fn definitions(cx: &TableContext) -> Value {
    let columns = crate::resources::columns(cx.resource);
    let define = |column: &(String, String, String, u8)| json!({ "name": column.0, "type": column.1, "format": column.2, "description": "", "priority": column.3 });
    columns.iter().map(define).collect()
}

fn row(cx: &TableContext, object: &Value) -> Value {
    let mut row = Map::new();
    row.insert("cells".to_owned(), Value::Array((cx.resource.row)(object, &cx.row)));
    let included = match cx.include {
        Include::None => Value::Null,
        Include::Object => object.clone(),
        Include::Metadata => {
            let mut partial = Map::new();
            partial.insert("kind".to_owned(), "PartialObjectMetadata".into());
            partial.insert("apiVersion".to_owned(), "meta.k8s.io/v1".into());
            partial.insert("metadata".to_owned(), object.get("metadata").cloned().unwrap_or_default());
            Value::Object(partial)
        }
    };
    row.insert("object".to_owned(), included);
    Value::Object(row)
}
