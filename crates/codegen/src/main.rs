//! Makes the schema tables of crate `api` from the source of the crate k8s-openapi, which is itself generated
//! from Kubernetes' OpenAPI document: `cargo run -p podground-codegen`.
//!
//! Writes `crates/api/schema/types.txt` (kinds, fields, types, merge keys; format in `api::schema`)
//! and `crates/api/schema/descriptions.txt` (what `kubectl explain` prints; loaded only when asked for).
//! Which fields have a closed set of values, k8s-openapi does not tell: that is in `enums.txt`.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a native tool, not part of the core")]

mod emit;
mod enums;
mod source;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder of k8s-openapi's source that holds the simulated version.
const VERSION_FOLDER: &str = "v1_36";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut types = source::read(&k8s_openapi(&root)?.join("src").join(VERSION_FOLDER))?;
    types.retain(|_, t| is_stable(&emit::short(&t.name)));
    let enums = enums::Enums::parse(include_str!("../enums.txt"))?;
    for (owner, field) in enums.fields() {
        let known = types.values().find(|t| emit::short(&t.name) == owner);
        if !known.is_some_and(|t| t.schema["properties"][field].is_object()) {
            return Err(format!("enums.txt: {owner} has no field {field}").into());
        }
    }
    let folder = root.join("crates/api/schema");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("types.txt"), emit::types(&types))?;
    std::fs::write(folder.join("descriptions.txt"), emit::descriptions(&types, &enums))?;
    println!("{} types written to {}", types.len(), folder.display());
    Ok(())
}

/// Whether a type, `resource.v1beta1.Device`, is of a version that an API server serves without being told to.
fn is_stable(name: &str) -> bool {
    !name.split('.').any(|part| {
        let version =
            part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        version && (part.contains("alpha") || part.contains("beta"))
    })
}

/// Where cargo keeps the source of k8s-openapi.
fn k8s_openapi(root: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let output =
        Command::new("cargo").args(["metadata", "--format-version", "1"]).current_dir(root).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata gave no packages")?;
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "k8s-openapi")
        .and_then(|package| package["manifest_path"].as_str())
        .ok_or("k8s-openapi is not in Cargo.lock")?;
    Ok(Path::new(manifest).parent().ok_or("no folder")?.to_owned())
}
