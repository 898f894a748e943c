//! Kustomize: from a directory with a kustomization to the objects that it makes.
//!
//! Upstream: `sigs.k8s.io/kustomize/api/krusty/kustomizer.go`

mod fields;
mod files;
mod generators;
mod hash;
mod images;
mod kustomization;
mod labels;
mod merge;
mod names;
mod order;
mod patches;
mod references;
mod replacements;
mod replicas;
mod resource;
mod resources;
mod target;
mod words;

use podground_api::object::{array_at, at, set_at, str_at};
use podground_vfs::FileSystem;
use serde_json::Value;

pub use kustomization::UNSUPPORTED;

use files::Loader;
use resources::Resources;
use target::Target;

/// Builds the kustomization of a directory. What is deprecated in it is added to `warnings`, whatever comes of it.
///
/// # Errors
/// Kustomize's sentence.
pub(crate) fn build(
    files: &FileSystem,
    cwd: &str,
    directory: &str,
    free: bool,
    warnings: &mut Vec<String>,
) -> Result<Vec<Value>, String> {
    let target = Target::load(Loader::start(files, cwd, directory, free)?, warnings)?;
    let mut found = target.accumulate(Resources::default(), warnings)?;
    names::hashes(&mut found);
    references::follow(&mut found)?;
    found.0.retain(|resource| !target::is_local(&resource.value));
    sort(&target.fields, &mut found)?;
    for option in array_at(&target.fields, "/buildMetadata") {
        match option.as_str().unwrap_or_default() {
            "managedByLabel" => {
                for resource in &mut found.0 {
                    let label = "/metadata/labels/app.kubernetes.io~1managed-by";
                    set_at(&mut resource.value, label, MANAGED_BY.into());
                }
            }
            other => {
                return Err(format!("podground does not support {other:?} of buildMetadata yet"));
            }
        }
    }
    Ok(found.0.into_iter().map(|resource| resource.value).collect())
}

const MANAGED_BY: &str = "kustomize-v5.8.1";

fn sort(fields: &Value, found: &mut Resources) -> Result<(), String> {
    let options = at(fields, "/sortOptions");
    if options.is_null() {
        order::legacy(&mut found.0, None);
        return Ok(());
    }
    let lists = options.get("legacySortOptions").map(|lists| {
        let list = |field: &str| -> Vec<String> {
            let items = lists.get(field).and_then(Value::as_array);
            items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        (list("orderFirst"), list("orderLast"))
    });
    match (str_at(options, "/order"), lists) {
        ("legacy", lists) => {
            order::legacy(&mut found.0, lists);
            Ok(())
        }
        ("fifo", None) => Ok(()),
        ("fifo", Some(_)) => {
            Err("the field 'sortOptions.legacySortOptions' is set but the selected sort order is \
             'fifo', not 'legacy'"
                .to_owned())
        }
        _ => Err("the field 'sortOptions.order' must be one of [fifo, legacy]".to_owned()),
    }
}
