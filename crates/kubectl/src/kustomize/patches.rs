//! `patches`, `patchesStrategicMerge` and `patchesJson6902`
//!
//! Upstream: `api/internal/builtins/Patch*Transformer.go`

use podground_api::object::{self, array_at, bool_at, set_at, str_at};
use podground_api::{patch, yaml};
use serde_json::{Value, json};

use super::merge::merge;
use super::resource::Resource;
use super::resources::{self, Resources};
use super::target::Target;

/// `patchesStrategicMerge`: files, or the patches themselves.
pub(super) fn strategic_merges(target: &Target<'_>, found: &mut Resources) -> Result<(), String> {
    let sources = array_at(&target.fields, "/patchesStrategicMerge");
    let mut all = Vec::new();
    for source in sources.iter().filter_map(Value::as_str) {
        let patches = load_strategic(target, source);
        let paths = json!({"paths": sources});
        all.push(patches.map_err(|why| misconfigured("PatchStrategicMergeTransformer", &paths, &why))?);
    }
    for patches in all {
        for patch in &patches {
            let at = unique(found, patch)?;
            apply(&mut found.0[at], patch, &Value::Null);
        }
        drop_deleted(found);
    }
    Ok(())
}

fn load_strategic(target: &Target<'_>, source: &str) -> Result<Vec<Resource>, String> {
    if let Ok(patches) = resources::parse(source)
        && !patches.is_empty()
    {
        return Ok(patches);
    }
    let bytes = target.loader.load(source)?;
    resources::parse(&String::from_utf8_lossy(&bytes)).map_err(|why| {
        if why.starts_with("MalformedYAMLError") { format!("{why} in File: {source}") } else { why }
    })
}

/// What kustomize says where a part of a kustomization makes no sense.
fn misconfigured(part: &str, entry: &Value, why: &str) -> String {
    format!("trouble configuring builtin {part} with config: `\n{}`: {why}", yaml::print(entry))
}

/// `patches`
pub(super) fn patches(target: &Target<'_>, found: &mut Resources) -> Result<(), String> {
    for entry in array_at(&target.fields, "/patches") {
        let read = text_of(target, entry)
            .and_then(|(text, source)| parse(&text, &source).map(|patch| (patch, source)));
        let (patch, source) = read.map_err(|why| misconfigured("PatchTransformer", entry, &why))?;
        match patch {
            Patch::Strategic(patches) => strategic(entry, &patches, &source, found)?,
            Patch::Json(operations) => {
                let Some(wanted) = entry.get("target") else {
                    return Err(format!("must specify a target for JSON patch {source}"));
                };
                apply_json(wanted, &operations, found)?;
            }
        }
        drop_deleted(found);
    }
    Ok(())
}

/// `patchesJson6902`
pub(super) fn json_patches(target: &Target<'_>, found: &mut Resources) -> Result<(), String> {
    for entry in array_at(&target.fields, "/patchesJson6902") {
        let read = text_of(target, entry).and_then(|(text, source)| match parse(&text, &source)? {
            Patch::Json(operations) => Ok((operations, source)),
            Patch::Strategic(_) => Err(format!("unable to parse SM or JSON patch from {source}")),
        });
        let (operations, source) =
            read.map_err(|why| misconfigured("PatchJson6902Transformer", entry, &why))?;
        let Some(wanted) = entry.get("target") else {
            return Err(format!("must specify a target for patch {source}"));
        };
        apply_json(wanted, &operations, found)?;
    }
    Ok(())
}

enum Patch {
    Strategic(Vec<Resource>),
    Json(Value),
}

/// The text of an entry, and what messages call it.
fn text_of(target: &Target<'_>, entry: &Value) -> Result<(String, String), String> {
    let (text, path) = (str_at(entry, "/patch").trim(), str_at(entry, "/path"));
    match (text.is_empty(), path.is_empty()) {
        (true, true) => Err(format!("must specify one of patch and path in\n{}", yaml::print(entry))),
        (false, false) => {
            Err(format!("patch and path can't be set at the same time\n{}", yaml::print(entry)))
        }
        (false, true) => Ok((text.to_owned(), format!("[patch: {text:?}]"))),
        (true, false) => {
            let bytes = target
                .loader
                .load(path)
                .map_err(|why| format!("failed to get the patch file from path({path}): {why}"))?;
            Ok((String::from_utf8_lossy(&bytes).into_owned(), format!("[path: {path:?}]")))
        }
    }
}

fn parse(text: &str, source: &str) -> Result<Patch, String> {
    if let Ok(value @ Value::Array(_)) = yaml::load(text)
        && let Some(items) = value.as_array()
        && items.iter().all(|item| item.get("op").is_some())
    {
        return Ok(Patch::Json(value));
    }
    match resources::parse(text) {
        Ok(patches) if !patches.is_empty() => Ok(Patch::Strategic(patches)),
        _ => Err(format!("unable to parse SM or JSON patch from {source}")),
    }
}

/// The one object that a patch without a target is about.
fn unique(found: &Resources, patch: &Resource) -> Result<usize, String> {
    let id = patch.id();
    let word = match found.by_any_id(&id).as_slice() {
        [at] => return Ok(*at),
        [] => "no",
        _ => "multiple",
    };
    let text = id.text();
    Err(format!("{word} matches for Id {text}; failed to find unique target for patch {text}"))
}

fn strategic(entry: &Value, patches: &[Resource], source: &str, found: &mut Resources) -> Result<(), String> {
    let options = entry.get("options").unwrap_or(&Value::Null);
    if let Some(wanted) = entry.get("target") {
        let [patch] = patches else {
            return Err(format!(
                "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` \
                 field: {source}"
            ));
        };
        for at in found.select(wanted)? {
            let mut patch = patch.clone();
            let api_version = found.0[at].gvk().api_version();
            set_at(&mut patch.value, "/apiVersion", api_version.into());
            apply(&mut found.0[at], &patch, options);
        }
        return Ok(());
    }
    for patch in patches {
        let at = unique(found, patch).map_err(|why| {
            format!("no resource matches strategic merge patch {:?}: {why}", patch.id().text())
        })?;
        apply(&mut found.0[at], patch, options);
    }
    Ok(())
}

/// Merges a patch; name, namespace and kind stay unless the options let them change.
///
/// Upstream: `resource.go ApplySmPatch`
fn apply(resource: &mut Resource, patch: &Resource, options: &Value) {
    let (may_rename, may_retype) =
        (bool_at(options, "/allowNameChange"), bool_at(options, "/allowKindChange"));
    let id = resource.id();
    if may_rename || may_retype {
        resource.remember_id();
    }
    let Some(merged) = merge(&resource.value, &patch.value) else {
        resource.value = Value::Null;
        return;
    };
    resource.value = merged;
    if !may_retype {
        set_at(&mut resource.value, "/kind", id.gvk.kind.into());
    }
    if !may_rename {
        resource.set_name(id.name);
    }
    if id.namespace.is_empty() {
        object::remove_at(&mut resource.value, "/metadata/namespace");
    } else {
        set_at(&mut resource.value, "/metadata/namespace", id.namespace.into());
    }
}

fn apply_json(wanted: &Value, operations: &Value, found: &mut Resources) -> Result<(), String> {
    for at in found.select(wanted)? {
        let resource = &mut found.0[at];
        resource.remember_id();
        resource.value = patch::apply_json_patch(&resource.value, operations)?;
    }
    Ok(())
}

fn drop_deleted(found: &mut Resources) {
    found.0.retain(|resource| !resource.value.is_null());
}
