//! The parts of `cargo xtask test`: each runs alone too (`--only NAME`).

use std::{fs, process::Command};

use crate::{
    Failure,
    commands::{build, codegen, setup, size},
    http::Server,
    paths, process,
    tally::{Runner, Tally},
};

/// A part of the tests.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// An error counts as one failed test.
    pub(crate) run: fn() -> Result<Tally, Failure>,
}

/// All of them: quick ones first, and what needs dist/ after what makes it.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "setup", about: "install what is missing", run: set_up },
    Step { name: "format", about: "cargo fmt --check", run: format },
    Step { name: "lint", about: "clippy, warnings are errors; the app for wasm", run: lint },
    Step { name: "native", about: "all crates' own tests, transcripts, determinism, tidiness", run: native },
    Step { name: "doc", about: "examples and links in the documentation", run: doc },
    Step { name: "codegen", about: "generated files are up to date", run: generated },
    Step {
        name: "lessons",
        about: "every lesson: the start fails its goals, the solution passes",
        run: lessons,
    },
    Step { name: "wasm", about: "tests of crates that need a browser", run: wasm },
    Step { name: "build", about: "dist/, with its Content-Security-Policy", run: build_page },
    Step { name: "e2e", about: "the page in Chromium (node scripts in tests/e2e)", run: e2e },
    Step { name: "size", about: "download to the first prompt, against size-budget.toml", run: size_budget },
];

fn set_up() -> Result<Tally, Failure> {
    setup::for_build()?;
    setup::for_tests()?;
    Ok(Tally::default())
}

fn format() -> Result<Tally, Failure> {
    checked(process::cargo().args(["fmt", "--all", "--check"]))
}

fn lint() -> Result<Tally, Failure> {
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    let mut tally = checked(
        cargo(&["clippy", "--workspace", "--exclude", "podground-web", "--all-targets"]).args(STRICT),
    )?;
    let mut app = cargo(&["clippy", "-p", "podground-web", "--all-targets", "--target", WASM]);
    tally.add(checked(app.args(STRICT))?);
    Ok(tally)
}

fn native() -> Result<Tally, Failure> {
    const ALL: [&str; 4] = ["--workspace", "--exclude", "podground-web", "--no-fail-fast"];
    // nextest runs the tests of all crates side by side; it is not required.
    let nextest = process::output(process::cargo().args(["nextest", "--version"])).is_ok();
    let mut command = if nextest { cargo(&["nextest", "run"]) } else { cargo(&["test", "--all-targets"]) };
    command.args(ALL);
    if nextest {
        command.args(["--no-tests=pass", "--status-level=slow", "--final-status-level=fail"]);
    }
    counted(if nextest { Runner::Nextest } else { Runner::Libtest }, &mut command)
}

fn doc() -> Result<Tally, Failure> {
    const ALL: [&str; 3] = ["--workspace", "--exclude", "podground-web"];
    let mut tally = counted(Runner::Libtest, cargo(&["test", "--doc", "--no-fail-fast"]).args(ALL))?;
    let mut links = cargo(&["doc", "--no-deps", "--document-private-items", "--keep-going"]);
    links.args(ALL).env("RUSTDOCFLAGS", "-D warnings");
    tally.add(checked(&mut links)?);
    Ok(tally)
}

fn generated() -> Result<Tally, Failure> {
    codegen::check_all()
}

fn lessons() -> Result<Tally, Failure> {
    if !paths::root().join("lessons").is_dir() {
        return Ok(Tally::default());
    }
    counted(
        Runner::Ours,
        &mut cargo(&["run", "--quiet", "-p", "podground", "--", "lesson", "check", "lessons"]),
    )
}

fn wasm() -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for package in packages_with_wasm_tests() {
        let mut test = cargo(&["test", "--target", WASM, "--no-fail-fast", "-p", &package]);
        test.env("CHROMEDRIVER", setup::chromedriver()?);
        tally.add(counted(Runner::Libtest, &mut test)?);
    }
    Ok(tally)
}

fn build_page() -> Result<Tally, Failure> {
    build::page("./")?;
    Ok(Tally::one(true))
}

fn e2e() -> Result<Tally, Failure> {
    let files = paths::files_below(&paths::root().join("tests/e2e"));
    let tests: Vec<String> = files
        .iter()
        .filter(|file| file.ends_with(".test.mjs"))
        .map(|file| format!("tests/e2e/{file}"))
        .collect();
    if tests.is_empty() {
        return Ok(Tally::default());
    }
    if !paths::dist().join("index.html").is_file() {
        return Err("there is no dist/: `cargo xtask build` makes it".into());
    }
    // The same files at the top of a host and in a folder.
    let mut node = process::command("node");
    node.args(["--test", "--test-reporter=spec", "--test-timeout=180000"])
        .args(tests)
        .env("CHROMIUM", setup::chromium()?);
    for (variable, base) in [("PODGROUND_URL", "/"), ("PODGROUND_SUB_URL", "/some/folder/")] {
        let server = Server::bind(paths::dist(), 0, base)?;
        node.env(variable, server.url()?);
        std::thread::spawn(move || server.run());
    }
    counted(Runner::Node, &mut node)
}

fn size_budget() -> Result<Tally, Failure> {
    size::report()?;
    Ok(Tally::one(true))
}

const WASM: &str = "wasm32-unknown-unknown";

fn cargo(args: &[&str]) -> Command {
    let (subcommand, rest) = args.split_at(if args[0] == "nextest" { 2 } else { 1 });
    let mut cargo = process::cargo();
    cargo.args(subcommand);
    // In CI a Cargo.lock that lags behind is an error; at the desk cargo mends it.
    if std::env::var_os("CI").is_some() {
        cargo.arg("--locked");
    }
    cargo.args(rest);
    cargo
}

fn checked(command: &mut Command) -> Result<Tally, Failure> {
    process::tee(command).map(|(ok, _)| Tally::one(ok))
}

fn counted(runner: Runner, command: &mut Command) -> Result<Tally, Failure> {
    let (ok, text) = process::tee(command)?;
    Ok(Tally::read(runner, &text, ok))
}

/// Packages with a `#[wasm_bindgen_test]` somewhere.
fn packages_with_wasm_tests() -> Vec<String> {
    let root = paths::root();
    let mut folders = vec![root.join("web"), root.join("tests")];
    folders
        .extend(fs::read_dir(root.join("crates")).into_iter().flatten().flatten().map(|entry| entry.path()));
    let mut packages: Vec<String> = folders
        .into_iter()
        .filter(|folder| !folder.ends_with("xtask"))
        .filter(|folder| {
            paths::files_below(folder).iter().filter(|file| paths::is_a("rs", file)).any(|file| {
                fs::read_to_string(folder.join(file)).is_ok_and(|text| text.contains("#[wasm_bindgen_test"))
            })
        })
        .filter_map(|folder| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            let name = manifest.lines().find_map(|line| line.strip_prefix("name = "))?;
            Some(name.trim_matches('"').to_owned())
        })
        .collect();
    packages.sort();
    packages
}
