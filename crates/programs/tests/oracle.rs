//! The scripts in `tests/cases` give what the real programs give.
//!
//! Each file holds many scripts: a line `### name` begins one. What Debian 12's programs give is kept beside it
//! in a file `.expected`; where the real programs are of the versions that were recorded it is checked to be
//! true. `UPDATE=1 cargo test -p podground-programs --test oracle` writes it anew, `CASE=name` runs few.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    unreachable_pub,
    dead_code,
    reason = "tests read files, and share a module of which each uses a part"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::Outcome;

struct Case {
    name: String,
    script: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            all.push(Case { name: name.to_owned(), script: String::new() });
        } else if let Some(case) = all.last_mut() {
            case.script.push_str(line);
            case.script.push('\n');
        }
    }
    all
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();
    files.sort();
    files
}

fn theirs(case: &Case) -> Outcome {
    let folder = std::env::temp_dir().join(format!("podground-programs-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("script"), &case.script).unwrap();
    let output = Command::new("bash")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/root")
        .env("LANG", "C.UTF-8")
        .current_dir(&folder)
        .arg("script")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let real = fs::canonicalize(&folder).unwrap();
    let text =
        |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(real.to_str().unwrap(), support::FOLDER);
    let mut found = BTreeMap::new();
    walk(&folder, "", &mut found);
    fs::remove_dir_all(&folder).unwrap();
    Outcome {
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        status: output.status.code().unwrap_or(-1),
        files: found,
    }
}

fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else if !kind.is_symlink() {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

/// An outcome as it is kept; the script itself is no result.
fn render(name: &str, outcome: &Outcome) -> String {
    let mut text = format!("### {name}\nstatus {}\n", outcome.status);
    let mut block = |title: &str, content: &str| {
        if !content.is_empty() {
            text.push_str(&format!("{title}\n"));
            for line in content.split_inclusive('\n') {
                text.push_str(&format!("|{}\n", line.strip_suffix('\n').unwrap_or(&format!("{line}\\"))));
            }
        }
    };
    block("stdout", &outcome.stdout);
    block("stderr", &outcome.stderr);
    for (file, content) in outcome.files.iter().filter(|(name, _)| *name != "script") {
        block(&format!("file {file}"), content);
    }
    text
}

fn sections(text: &str) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(found) = line.strip_prefix("### ") {
            found.clone_into(&mut name);
        }
        let section = all.entry(name.clone()).or_default();
        section.push_str(line);
        section.push('\n');
    }
    all
}

/// Whether the programs here are those that were recorded: Debian 12's.
fn same_programs() -> bool {
    let says = |script: &str, text: &str| {
        let output = Command::new("bash").args(["-c", script]).output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(text))
    };
    says("ls --version", "coreutils) 9.1")
        && says("awk -W version 2>&1", "mawk 1.3.4 20200120")
        && says("find --version", "4.9.0")
        && says("sed --version", "4.9")
        && says("grep --version", "3.8")
        && says("jq --version", "jq-1.6")
}

#[test]
fn scripts_give_what_the_real_programs_give() {
    let only = std::env::var("CASE").ok();
    let mut failures = Vec::new();
    let mut count = 0;
    for file in files() {
        let expected = sections(&fs::read_to_string(file.with_extension("expected")).unwrap_or_default());
        for case in cases(&fs::read_to_string(&file).unwrap()) {
            if only.as_ref().is_some_and(|only| !case.name.contains(only)) {
                continue;
            }
            count += 1;
            let got = render(&case.name, &support::run(&case.script));
            match expected.get(&case.name) {
                None => failures.push(format!("{}: no expectation, run with UPDATE=1", case.name)),
                Some(wanted) if got != *wanted => {
                    failures.push(format!("script:\n{}--- theirs:\n{wanted}--- ours:\n{got}", case.script))
                }
                Some(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} differ\n{}", failures.len(), failures.join("\n==========\n"));
}

#[test]
fn expectations_are_those_of_the_real_programs() {
    if !same_programs() {
        return;
    }
    let update = std::env::var("UPDATE").is_ok();
    for file in files() {
        let text: String = cases(&fs::read_to_string(&file).unwrap())
            .iter()
            .map(|case| render(&case.name, &theirs(case)))
            .collect();
        let path = file.with_extension("expected");
        if update {
            fs::write(path, text).unwrap();
        } else {
            let kept = sections(&fs::read_to_string(path).unwrap_or_default());
            for (name, section) in sections(&text) {
                assert_eq!(kept.get(&name), Some(&section), "{name}");
            }
        }
    }
}
