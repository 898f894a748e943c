//! `dist/` from what Trunk left there: the engine in two parts, the policy, and one build name for all files without a
//! hash in theirs.

use std::{fs, path::Path};

use crate::{Failure, csp, paths, process, split};

/// Makes the folder ready for any static host.
pub(crate) fn finish(dist: &Path) -> Result<(), Failure> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    minify(dist)?;
    split::engine(dist)?;
    let build = build_name(dist)?;
    add_build_to_references(dist, &build)?;
    let page = csp::apply(&add_build_name(&html, &build)?)?;
    for (name, text) in &page.scripts {
        fs::write(dist.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    fs::write(&index, page.html).map_err(|error| format!("{}: {error}", index.display()))
}

/// Shortens the scripts at the top: wasm-bindgen writes its glue for people.
fn minify(dist: &Path) -> Result<(), Failure> {
    let scripts =
        top_files(dist)?.into_iter().filter(|name| paths::is_a("js", name)).map(|name| dist.join(name));
    let mut node = process::command("node");
    node.arg("node_modules/esbuild/bin/esbuild").args(scripts).arg(format!("--outdir={}", dist.display()));
    node.args(["--allow-overwrite", "--minify", "--format=esm", "--target=es2022", "--charset=utf8"]);
    node.args(["--legal-comments=none", "--log-level=warning"]);
    process::output(&mut node).map(drop)
}

fn top_files(dist: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    Ok(files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// A fingerprint over all files. The worker, the vendor bundles and the lessons keep their names from build to
/// build, so the app asks for them as `name?v=BUILD`: a host's cache never mixes two builds.
fn build_name(dist: &Path) -> Result<String, Failure> {
    let mut all = Vec::new();
    for file in paths::files_below(dist) {
        let bytes = fs::read(dist.join(&file)).map_err(|error| format!("{file}: {error}"))?;
        all.extend_from_slice(file.as_bytes());
        all.extend_from_slice(&csp::fingerprint(&bytes).to_le_bytes());
    }
    Ok(format!("{:016x}", csp::fingerprint(&all)))
}

/// The app reads it from `<meta name="build">`.
fn add_build_name(html: &str, build: &str) -> Result<String, Failure> {
    let end = html.find("</head").ok_or("index.html has no </head>")?;
    Ok(format!("{}<meta name=\"build\" content=\"{build}\">{}", &html[..end], &html[end..]))
}

/// Files that keep their names name each other: those names get the build's too.
fn add_build_to_references(dist: &Path, build: &str) -> Result<(), Failure> {
    let stable: Vec<String> = top_files(dist)?
        .into_iter()
        .filter(|name| !name.contains('-') && (paths::is_a("js", name) || paths::is_a("wasm", name)))
        .collect();
    for script in stable.iter().filter(|name| paths::is_a("js", name)) {
        let file = dist.join(script);
        let text = fs::read_to_string(&file).map_err(|error| format!("{script}: {error}"))?;
        fs::write(&file, with_build(&text, &stable, build)).map_err(|error| format!("{script}: {error}"))?;
    }
    Ok(())
}

fn with_build(text: &str, names: &[String], build: &str) -> String {
    let mut text = text.to_owned();
    for name in names {
        for (open, close) in [("'", "'"), ("\"", "\""), ("`", "`")] {
            for dot in ["", "./"] {
                let found = format!("{open}{dot}{name}{close}");
                text = text.replace(&found, &format!("{open}{dot}{name}?v={build}{close}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{add_build_name, with_build};

    #[test]
    fn stable_names_carry_the_build() {
        let names = ["worker.js".to_owned(), "engine_bg.wasm".to_owned()];
        let text = "import i from './worker.js';fetch(new URL(\"engine_bg.wasm\",u));x('other.js')";
        assert_eq!(
            with_build(text, &names, "b1"),
            "import i from './worker.js?v=b1';fetch(new URL(\"engine_bg.wasm?v=b1\",u));x('other.js')"
        );
    }

    #[test]
    fn the_page_tells_its_build() {
        let html = add_build_name("<html><head></head></html>", "b1").expect("a page");
        assert_eq!(html, "<html><head><meta name=\"build\" content=\"b1\"></head></html>");
    }
}
