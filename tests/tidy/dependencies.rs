//! The table of ARCHITECTURE.md: which crate of ours may import which.

use std::collections::BTreeSet;

use super::{list, metadata, no_complaints, read, text};

/// A new line here, or a new name on a line, is a decision about the architecture.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("sim", &[]),
    ("api", &[]),
    ("vfs", &[]),
    ("shell", &["sim", "vfs"]),
    ("programs", &["sim", "vfs", "shell"]),
    ("cluster", &["sim", "api", "vfs", "shell", "programs"]),
    ("kubectl", &["sim", "api", "vfs", "shell"]),
    ("lessons", &["api"]),
    ("core", &["sim", "api", "vfs", "shell", "programs", "cluster", "kubectl", "lessons"]),
    ("cli", &["core"]),
    ("web", &["core"]),
    // It drives what users drive; what is inside a crate is tested there.
    ("tests", &["core"]),
    // Native tools of the build.
    ("codegen", &["api"]),
    ("wasm-split", &[]),
    ("xtask", &[]),
];

/// What only the app may name: the rest runs natively too.
const BROWSER: &[&str] = &["gloo", "js-sys", "wasm-bindgen", "web-sys", "yew"];

/// The name in the table: `podground` is the crate `cli`.
fn short(package: &str) -> &str {
    if package == "podground" { "cli" } else { package.strip_prefix("podground-").unwrap_or(package) }
}

/// `gloo` and all of `gloo-…`.
fn is_browser(name: &str) -> bool {
    BROWSER
        .iter()
        .any(|family| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let metadata = metadata(&["--no-deps"]);
    let mut complaints = Vec::new();
    for package in list(&metadata, "packages") {
        let name = short(text(package, "name"));
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == name) else {
            complaints.push(format!("{name}: not in the table"));
            continue;
        };
        for dependency in list(package, "dependencies") {
            let imported = text(dependency, "name");
            if dependency["source"].is_null() && !allowed.contains(&short(imported)) {
                complaints.push(format!("{name} may not import {imported}"));
            }
            if is_browser(imported) && name != "web" {
                complaints.push(format!("{name} may not import {imported}: browsers are the app's business"));
            }
            if imported == "tokio" && name != "cli" {
                complaints.push(format!("{name} may not import tokio: time is virtual, see sim"));
            }
        }
        if name == "xtask" && !list(package, "dependencies").is_empty() {
            complaints
                .push("xtask stands on the standard library alone, so that it is built in seconds".into());
        }
    }
    no_complaints(&complaints);
}

#[test]
fn the_architecture_page_has_the_same_table() {
    let page = read("ARCHITECTURE.md");
    let mut complaints = Vec::new();
    for (name, allowed) in MAY_IMPORT {
        let Some(row) = page.lines().find(|line| line.starts_with(&format!("| `{name}` |"))) else {
            complaints.push(format!("{name}: no row"));
            continue;
        };
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let told: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        if told != *allowed {
            complaints.push(format!("{name}: the page says {told:?}, the table {allowed:?}"));
        }
    }
    no_complaints(&complaints);
}

#[test]
fn no_crate_of_the_engine_brings_a_runtime_or_a_network() {
    const NOT_IN_THE_PAGE: &[&str] =
        &["tokio", "async-std", "mio", "hyper", "reqwest", "k8s-openapi", "schemars"];
    let metadata = metadata(&["--filter-platform", "wasm32-unknown-unknown"]);
    let resolve = list(&metadata["resolve"], "nodes");
    let name_of = |id: &str| {
        let package = list(&metadata, "packages").iter().find(|package| text(package, "id") == id);
        package.map_or("", |package| text(package, "name"))
    };
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> =
        resolve.iter().map(|node| text(node, "id")).filter(|id| name_of(id) == "podground-core").collect();
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = resolve.iter().find(|node| text(node, "id") == id).expect("every dependency is a node");
        next.extend(
            list(node, "deps")
                .iter()
                .filter(|dependency| list(dependency, "dep_kinds").iter().any(|kind| kind["kind"].is_null()))
                .map(|dependency| text(dependency, "pkg")),
        );
    }
    let names: BTreeSet<&str> = seen.into_iter().map(name_of).collect();
    let complaints: Vec<String> = NOT_IN_THE_PAGE
        .iter()
        .filter(|name| names.contains(*name))
        .map(|name| format!("the engine depends on {name}: cargo tree --target all -i {name}"))
        .collect();
    no_complaints(&complaints);
}

#[test]
fn everything_comes_from_the_one_registry() {
    let lock = read("Cargo.lock");
    let others: Vec<String> = lock
        .lines()
        .filter(|line| line.starts_with("source = "))
        .filter(|line| !line.contains("registry+https://github.com/rust-lang/crates.io-index"))
        .map(str::to_owned)
        .collect();
    no_complaints(&others);
}
