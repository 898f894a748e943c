//! The engine in two parts: what runs before the first prompt, and the rest (see `crates/wasm-split`).

use std::{fs, path::Path};

use crate::{Failure, paths, process};

/// The second part, beside the first.
const REST: &str = "engine_rest.wasm";

/// The export of the engine that has the second part loaded (web/src/worker/rest.rs).
const LOAD: &str = "load_rest_of_engine";

/// Texts that no first visit needs: they are read where kubectl runs.
const LATE: &[&str] = &["crates/kubectl/assets"];

/// Where sources lie, as the compiler writes it into what a panic tells.
fn sources() -> impl Iterator<Item = String> {
    let home =
        std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    home.ok()
        .map(|home| format!("{home}/registry/src/"))
        .into_iter()
        .chain(["/rustc/", "crates/", "web/src/"].map(str::to_owned))
}

/// Splits `dist/worker_engine_bg.wasm`: runs it in Node to see which functions a first visit needs.
pub(crate) fn engine(dist: &Path) -> Result<(), Failure> {
    let work = paths::target().join("wasm-split");
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let [whole, glue] = ["worker_engine_bg.wasm", "worker_engine.js"].map(|name| dist.join(name));
    let [instrumented, profile, glue_copy] =
        ["instrumented.wasm", "profile.txt", "worker_engine.mjs"].map(|name| work.join(name));
    fs::copy(&glue, &glue_copy).map_err(|error| format!("{}: {error}", glue.display()))?;

    let tool = || {
        let mut cargo = process::cargo();
        cargo.args(["run", "--quiet", "--locked", "-p", "podground-wasm-split", "--"]);
        cargo
    };
    process::output(tool().arg("instrument").args([&whole, &instrumented]))?;
    let mut node = process::command("node");
    node.arg("web/js/profile.mjs").args([&glue_copy, &instrumented]).arg(dist);
    let ran = process::output(&mut node)?;
    fs::write(&profile, ran).map_err(|error| format!("{}: {error}", profile.display()))?;
    let late = LATE.iter().flat_map(|folder| {
        let folder = paths::root().join(folder);
        paths::files_below(&folder).into_iter().map(move |file| folder.join(file))
    });
    let mut split = tool();
    split.arg("split").args([&whole, &profile]).arg(LOAD).args([&whole, &dist.join(REST)]).args(late);
    split.args(sources().map(|prefix| format!("paths:{prefix}")));
    process::output(&mut split).map(drop)
}
