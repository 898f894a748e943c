//! `cargo xtask bench`: how fast it is.

use super::Command;
use crate::{http::Server, paths, process};

pub(super) const COMMAND: Command = Command {
    name: "bench",
    usage: "[ARGS of podground bench]",
    about: "Measure start-up, listings and roll-outs, natively and in the browser.",
    help: "\
Runs `podground bench` in release mode, then tests/e2e/bench.mjs over dist/ (where both are there).
Numbers depend on the machine: nothing fails by being slow.
",
    run: |args| {
        let mut native = process::cargo();
        native.args(["run", "--quiet", "--release", "-p", "podground", "--", "bench"]).args(args.rest());
        let (ok, text) = process::tee(&mut native)?;
        if !ok || text.trim().is_empty() {
            return Err(
                "`podground bench` measured nothing: it is not there yet, or it failed (see above)".into()
            );
        }
        if !paths::root().join("tests/e2e/bench.mjs").is_file() {
            return Ok(());
        }
        if !paths::dist().join("index.html").is_file() {
            return Err("there is no dist/ to measure in the browser: `cargo xtask build` makes it".into());
        }
        let server = Server::bind(paths::dist(), 0, "/")?;
        let mut browser = process::command("node");
        browser.arg("tests/e2e/bench.mjs").env("PODGROUND_URL", server.url()?);
        browser.env("CHROMIUM", super::setup::chromium()?);
        std::thread::spawn(move || server.run());
        process::run(&mut browser)
    },
};
