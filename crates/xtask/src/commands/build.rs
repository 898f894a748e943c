//! `cargo xtask build`: the page as files for any static host.

use std::fs;

use super::{Command, setup};
use crate::{Failure, dist, paths, process};

pub(super) const COMMAND: Command = Command {
    name: "build",
    usage: "[--public-url URL]",
    about: "Build the page into dist/, for any static host.",
    help: "\
Installs what is missing first (see setup).

  --public-url URL   the path that the page will live under, as /x/ (default ./: any path, the same files
                     work at the top of a host and in a folder)
",
    run: |mut args| {
        let public_url = args.value("--public-url")?;
        args.finish()?;
        setup::for_build()?;
        page(public_url.as_deref().unwrap_or("./"))
    },
};

/// Builds dist/.
pub(crate) fn page(public_url: &str) -> Result<(), Failure> {
    // Trunk keeps JS snippets of modules that are no more.
    for kind in ["web", "release", "debug"] {
        for side in ["app", "worker", "."] {
            let _ = fs::remove_dir_all(
                paths::target().join("wasm-bindgen").join(kind).join(side).join("snippets"),
            );
        }
    }
    // And what failed builds left.
    let _ = fs::remove_dir_all(paths::dist());
    fetch_crates()?;
    let mut trunk = process::command("trunk");
    trunk.args(["build", "--release", "--cargo-profile", "web", "--public-url", public_url]);
    process::run(&mut trunk)?;
    dist::finish(&paths::dist())
}

/// Trunk builds offline, so that it takes wasm-bindgen from PATH and not from a release page: crates must be here.
fn fetch_crates() -> Result<(), Failure> {
    let about = process::output(process::command("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc -vV names no host")?;
    let targets = ["--target", "wasm32-unknown-unknown", "--target", host];
    process::output(process::cargo().args(["fetch", "--quiet", "--locked"]).args(targets)).map(drop)
}
