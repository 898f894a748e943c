//! No file lies about that nothing compiles or runs.

use std::collections::BTreeSet;

use super::{list, metadata, no_complaints, read, root, sources, text};

/// `mod name;`, whatever stands before it on its line.
fn declared(line: &str) -> Option<&str> {
    let (before, name) = line.trim().strip_suffix(';')?.rsplit_once("mod ")?;
    let visible =
        before.is_empty() || before.ends_with("pub ") || before.ends_with(") ") || before.ends_with("] ");
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    (visible && plain).then_some(name)
}

/// Files that cargo starts from: they are not declared by another.
fn starts() -> BTreeSet<String> {
    let metadata = metadata(&["--no-deps"]);
    let targets = list(&metadata, "packages").iter().flat_map(|package| list(package, "targets"));
    let top = format!("{}/", text(&metadata, "workspace_root"));
    targets.filter_map(|target| text(target, "src_path").strip_prefix(&top)).map(str::to_owned).collect()
}

/// The files that `file` declares as its modules, where they may lie.
fn children(file: &str, is_start: bool) -> Vec<String> {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let stem = name.trim_end_matches(".rs");
    let below = if is_start || stem == "mod" { folder.to_owned() } else { format!("{folder}/{stem}") };
    let mut found = Vec::new();
    let mut path = None;
    for line in read(file).lines() {
        if let Some(name) = declared(line) {
            found.extend([format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs")]);
            found.extend(path.take().map(|path: String| format!("{folder}/{path}")));
        }
        let attribute = line.trim().strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]"));
        path = attribute.map(str::to_owned);
    }
    found
}

#[test]
fn every_rust_file_is_compiled() {
    let starts = starts();
    let files = sources("rs");
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = starts.iter().cloned().collect();
    while let Some(file) = next.pop() {
        if root().join(&file).is_file() && reached.insert(file.clone()) {
            next.extend(children(&file, starts.contains(&file)));
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
