//! No file lies about that nothing compiles or runs.

use std::{collections::BTreeSet, path::Path};

use super::{no_complaints, read, root, sources};

/// `mod name;`, whatever stands before it on its line.
fn declared(line: &str) -> Option<&str> {
    let (before, name) = line.trim().strip_suffix(';')?.rsplit_once("mod ")?;
    let visible =
        before.is_empty() || before.ends_with("pub ") || before.ends_with(") ") || before.ends_with("] ");
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    (visible && plain).then_some(name)
}

/// Files that cargo starts from: they are not declared by another.
fn is_start(file: &str) -> bool {
    let parts: Vec<&str> = file.split('/').collect();
    let name = parts[parts.len() - 1];
    matches!(name, "lib.rs" | "main.rs" | "build.rs")
        || file == "tests/runner.rs"
        || parts.len() >= 2
            && ["bin", "benches", "examples", "tests"].contains(&parts[parts.len() - 2])
            && parts[0] != "tests"
}

#[test]
fn every_rust_file_is_compiled() {
    let files = sources("rs");
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut next: Vec<String> = files.iter().filter(|file| is_start(file)).cloned().collect();
    while let Some(file) = next.pop() {
        if !reached.insert(file.clone()) {
            continue;
        }
        let path = Path::new(&file);
        let folder = path.parent().expect("a file lies in a folder").display().to_string();
        let stem = path.file_stem().expect("a file has a name").to_string_lossy();
        let below = if is_start(&file) || stem == "mod" { folder } else { format!("{folder}/{stem}") };
        for name in read(&file).lines().filter_map(declared) {
            for child in [format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs")] {
                if root().join(&child).is_file() {
                    next.push(child);
                }
            }
        }
    }
    let forgotten: Vec<String> = files
        .into_iter()
        .filter(|file| !reached.contains(file))
        .map(|file| format!("{file}: no `mod` line leads to it"))
        .collect();
    no_complaints(&forgotten);
}

#[test]
fn every_browser_script_is_run() {
    let scripts: Vec<String> =
        sources("mjs").into_iter().filter(|file| file.starts_with("tests/e2e/")).collect();
    let forgotten: Vec<String> = scripts
        .iter()
        .filter(|file| !file.ends_with(".test.mjs") && !file.ends_with("/bench.mjs"))
        .filter(|file| {
            let name = file.rsplit('/').next().unwrap_or_default();
            !scripts.iter().any(|other| other != *file && read(other).contains(&format!("/{name}'")))
        })
        .map(|file| format!("{file}: neither *.test.mjs nor imported by another"))
        .collect();
    no_complaints(&forgotten);
}
