//! What the repository promises of itself: who imports whom, how long files are, that links lead somewhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

mod dependencies;
mod files;
mod links;
mod modules;
mod page_strings;

/// The top of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies below the top").to_owned()
}

/// Files of ours whose names end in `.extension`, as paths from the top, sorted.
fn sources(extension: &str) -> Vec<String> {
    const NOT_OURS: [&str; 6] = ["target", "node_modules", "dist", "generated", ".git", "screenshots"];
    fn walk(dir: &Path, prefix: &str, extension: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(dir).expect("a readable folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.path().is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    walk(&entry.path(), &format!("{path}/"), extension, found);
                }
            } else if Path::new(&name).extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), "", extension, &mut found);
    found.sort();
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What cargo knows of the workspace.
fn metadata(options: &[&str]) -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1"])
        .args(options)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// The array `key` of `value`, or nothing.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The string `key` of `value`, or nothing.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Fails with all complaints at once.
pub(crate) fn no_complaints(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
