//! `cargo xtask setup`: installs what is missing, once.

use std::{fs, time::Instant};

use super::Command;
use crate::{
    Failure, paths,
    process::{command, exists, output, run},
    tools::{TOOLS, locked_version},
};

pub(super) const COMMAND: Command = Command {
    name: "setup",
    usage: "[--tests]",
    about: "Install what is missing for build and serve (others do it by themselves).",
    help: "\
Into the user's cache (~/.cache/podground/tools), so that every clone finds them: trunk and wasm-bindgen.
Into the Rust toolchain: the target wasm32-unknown-unknown.
Into node_modules: the packages of package-lock.json.

  --tests   also what the tests need: Chromium, its driver and a font with Hangul
            (installed by apt-get where one is root on Debian or Ubuntu, else the message says what to install)
",
    run: |mut args| {
        let tests = args.flag("--tests");
        args.finish()?;
        for_build()?;
        if tests { for_tests() } else { Ok(()) }
    },
};

/// All that `build` and `serve` need.
pub(crate) fn for_build() -> Result<(), Failure> {
    wasm_target()?;
    node()?;
    npm_packages()?;
    matching_wasm_bindgen()?;
    for (index, tool) in TOOLS.iter().enumerate() {
        if !tool.is_installed() {
            let started = Instant::now();
            eprintln!(
                "Installing {} {} ({} of {}; it is compiled here, once, in two to five minutes)",
                tool.package,
                tool.version,
                index + 1,
                TOOLS.len()
            );
            tool.install()?;
            eprintln!("Installed {} in {} s", tool.package, started.elapsed().as_secs());
        }
    }
    Ok(())
}

/// All that `test` needs besides.
pub(crate) fn for_tests() -> Result<(), Failure> {
    let mut wanted = Vec::new();
    if !exists("chromium") && !exists("google-chrome") {
        wanted.push("chromium");
    }
    if !exists("chromedriver") {
        wanted.push("chromium-driver");
    }
    // Without it every Hangul glyph in a screenshot is a box.
    if !output(command("fc-list").arg(":lang=ko")).is_ok_and(|fonts| !fonts.trim().is_empty()) {
        wanted.push("fonts-noto-cjk");
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let root = output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root || !exists("apt-get") {
        return Err(format!(
            "the browser tests need Chromium (or Chrome), chromedriver and a font with Hangul.\n\
             On Debian or Ubuntu: sudo apt-get install {}\n\
             Elsewhere: install them so that `chromium` (or `google-chrome`) and `chromedriver` are on PATH.",
            wanted.join(" ")
        ));
    }
    eprintln!("Installing {}", wanted.join(", "));
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run(apt().args(["update", "-qq"]))?;
    run(apt().args(["install", "-qq", "-y", "--no-install-recommends"]).args(&wanted))
}

fn wasm_target() -> Result<(), Failure> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let has_it = || {
        output(command("rustc").args(["--print", "target-libdir", "--target", TARGET]))
            .is_ok_and(|dir| fs::exists(dir.trim()).unwrap_or(false))
    };
    if has_it() {
        return Ok(());
    }
    if !exists("rustup") {
        return Err(format!(
            "this Rust toolchain lacks the target {TARGET} and is not managed by rustup: \
             install the target with what installed Rust (Debian: apt-get install libstd-rust-dev-wasm32)"
        ));
    }
    eprintln!("Installing the Rust target {TARGET}");
    run(command("rustup").args(["target", "add", TARGET]))
}

fn node() -> Result<(), Failure> {
    const MEND: &str =
        "install Node.js 20 or newer, with npm (https://nodejs.org, or your system's packages)";
    let version =
        output(command("node").arg("--version")).map_err(|_| format!("no Node.js on PATH: {MEND}"))?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!("Node.js {} is too old: {MEND}", version.trim()));
    }
    if exists("npm") { Ok(()) } else { Err(format!("Node.js is there, npm is not: {MEND}")) }
}

/// `npm ci`, unless node_modules already holds what package-lock.json says.
fn npm_packages() -> Result<(), Failure> {
    let root = paths::root();
    let lock = fs::read(root.join("package-lock.json"))
        .map_err(|error| format!("package-lock.json: {error}; it belongs to the repository: restore it"))?;
    let stamp = root.join("node_modules/.podground-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("Installing the npm packages");
    run(command("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])).map_err(
        |failure| {
            format!("{failure}\nThe packages come from the npm registry: check that this machine reaches it (npm ping)")
        },
    )?;
    fs::write(&stamp, lock).map_err(|error| format!("{}: {error}", stamp.display()))
}

fn matching_wasm_bindgen() -> Result<(), Failure> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    match locked_version(&lock, "wasm-bindgen") {
        Some(version) if version != TOOLS[0].version => Err(format!(
            "Cargo.lock has wasm-bindgen {version}, crates/xtask/src/tools.rs has {}: they must be the same. \
             Mend: cargo update -p wasm-bindgen --precise {0}",
            TOOLS[0].version
        )),
        _ => Ok(()),
    }
}

/// The browser that the tests drive.
pub(crate) fn chromium() -> Result<String, Failure> {
    found(&["chromium", "google-chrome"])
}

/// What tests of a crate drive it by.
pub(crate) fn chromedriver() -> Result<String, Failure> {
    found(&["chromedriver"])
}

fn found(names: &[&str]) -> Result<String, Failure> {
    let name = names.iter().find(|name| exists(name));
    let name = name.ok_or_else(|| format!("no {} on PATH: `cargo xtask setup --tests`", names[0]))?;
    let path = output(command("sh").args(["-c", &format!("command -v {name}")]))?;
    Ok(path.trim().to_owned())
}
