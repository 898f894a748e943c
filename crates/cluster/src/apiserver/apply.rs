//! Server-side apply.
//!
//! Upstream: `apiserver/pkg/endpoints/handlers/patch.go applyPatcher`, `structured-merge-diff/v6/merge/update.go Apply`.

use std::rc::Rc;

use podground_api::managed::{self as fields, Set, compare, fields_of};
use podground_api::object::{at, name, set_at, str_at};
use podground_api::status::{StatusCause, StatusDetails};
use podground_api::{Response, Status, Value};

use super::context::Context;
use super::managed::Entry;
use super::{create, decode, errors, handler, managed, update};

/// The annotation in which client-side apply remembers what it was given.
const LAST_APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// `PATCH …/configmaps/settings` with what one manager wants.
pub(super) fn apply(cx: &Context) -> Result<Response, Status> {
    let manager = cx.request.query_value("fieldManager").unwrap_or_default();
    if manager.is_empty() {
        let mut status = errors::unprocessable();
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
            .clone_into(&mut status.message);
        return Err(status);
    }
    let body = handler::body(cx)?;
    if !at(&body, "/metadata/managedFields").is_null() {
        return Err(errors::bad_request("metadata.managedFields must be nil"));
    }
    let mut applied = decode::object(cx, body)?;
    update::check_name(cx, &applied)?;
    create::namespace(cx, &mut applied)?;
    let shape = managed::shape(cx);
    let mut own = fields_of(&shape, &applied);
    managed::strip(cx, &mut own);
    let own_entry = managed::entry(cx, "Apply");
    let live = cx.store().get(cx.resource.key, &cx.namespace, &cx.name).cloned();
    let Some(live) = live else {
        return create_applied(cx, applied, own_entry, own);
    };
    let mut entries: Vec<(Entry, Set)> =
        managed::present(cx, &cx.name).iter().map(|entry| (entry.clone(), entry.set())).collect();
    let is_own = |entry: &Entry| {
        entry.operation == "Apply"
            && entry.manager == own_entry.manager
            && entry.subresource == own_entry.subresource
    };
    let last = entries.iter().find(|(entry, _)| is_own(entry)).map(|(_, set)| set.clone());
    entries.retain(|(entry, _)| !is_own(entry));
    let mut kept = own.clone();
    for (_, set) in &entries {
        kept.extend(set);
    }
    // What this manager has applied before and nobody wants any more, goes.
    let mut wanted = fields::merge(&shape, &live, &applied);
    if let Some(last) = &last {
        wanted = fields::remove(&shape, &wanted, last, &kept).unwrap_or_default();
        for field in ["apiVersion", "kind", "metadata"] {
            if wanted.get(field).is_none() {
                wanted[field] = live[field].clone();
            }
        }
    }
    let mut change = compare(&shape, &live, &wanted);
    managed::strip(cx, &mut change.changed);
    managed::strip(cx, &mut change.removed);
    let conflicts: Vec<(&Entry, Set)> = entries
        .iter()
        .map(|(entry, set)| (entry, set.intersection(&change.changed)))
        .filter(|(_, set)| !set.is_empty())
        .collect();
    if !conflicts.is_empty() && cx.request.query_value("force") != Some("true") {
        return Err(conflict(&conflicts));
    }
    for (_, set) in &mut entries {
        let taken = set.intersection(&change.changed);
        set.subtract(&taken);
        let gone = set.intersection(&change.removed);
        set.subtract(&gone);
    }
    let unchanged = last.as_ref() == Some(&own);
    let time = match managed::present(cx, &cx.name).iter().find(|entry| is_own(entry)) {
        Some(old) if unchanged => old.time.clone(),
        _ => own_entry.time.clone(),
    };
    entries.push((Entry { time, ..own_entry }, own));
    if manager == "kubectl" && !str_at(&live, LAST_APPLIED).is_empty() {
        // Upstream: managedfields/internal/lastappliedupdater.go
        let mut remembered = applied;
        podground_api::object::remove_at(&mut remembered, LAST_APPLIED);
        set_at(&mut wanted, LAST_APPLIED, format!("{remembered}\n").into());
    }
    let object = update::replace_unrecorded(cx, wanted, &live)?;
    if !cx.dry_run {
        managed::set(cx, &cx.name, entries);
    }
    Ok(handler::respond(cx, 200, object))
}

/// The object is new: it is what was applied.
fn create_applied(cx: &Context, applied: Value, entry: Entry, own: Set) -> Result<Response, Status> {
    if !cx.subresource.is_empty() {
        return Err(errors::not_found(cx.resource, &cx.name));
    }
    let uid = str_at(&applied, "/metadata/uid");
    if !uid.is_empty() {
        let why = format!(
            "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        );
        return Err(errors::conflict(cx.resource, &cx.name, &why));
    }
    let object: Rc<Value> = create::insert_unrecorded(cx, applied)?;
    if !cx.dry_run {
        managed::set(cx, name(&object), vec![(entry, own)]);
    }
    Ok(handler::respond(cx, 201, object))
}

/// Upstream: `managedfields/internal/conflict.go`
fn conflict(conflicts: &[(&Entry, Set)]) -> Status {
    let mut sorted: Vec<(String, Vec<String>)> =
        conflicts.iter().map(|(entry, set)| (name_of(entry), set.paths())).collect();
    sorted.sort();
    let count: usize = sorted.iter().map(|(_, paths)| paths.len()).sum();
    let message = match sorted.as_slice() {
        [(manager, paths)] if count == 1 => {
            format!("Apply failed with 1 conflict: conflict with {manager}: {}", paths[0])
        }
        many => {
            let lines: Vec<String> = many
                .iter()
                .flat_map(|(manager, paths)| {
                    let head = format!("conflicts with {manager}:");
                    std::iter::once(head).chain(paths.iter().map(|path| format!("- {path}")))
                })
                .collect();
            format!("Apply failed with {count} conflicts: {}", lines.join("\n"))
        }
    };
    let causes = sorted.iter().flat_map(|(manager, paths)| {
        paths.iter().map(move |path| StatusCause {
            reason: "FieldManagerConflict".to_owned(),
            message: format!("conflict with {manager}"),
            field: path.clone(),
        })
    });
    Status {
        status: "Failure".to_owned(),
        message,
        reason: "Conflict".to_owned(),
        details: Some(StatusDetails { causes: causes.collect(), ..StatusDetails::default() }),
        code: 409,
    }
}

fn name_of(entry: &Entry) -> String {
    let mut text = format!("{:?}", &*entry.manager);
    if !entry.subresource.is_empty() {
        text.push_str(&format!(" with subresource {:?}", &*entry.subresource));
    }
    if entry.operation == "Update" {
        text.push_str(&format!(" using {}", entry.api_version));
    }
    text
}
