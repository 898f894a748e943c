//! The scripts in `tests/cases` give what bash gives.
//!
//! Each file holds many scripts: a line `### name` begins one. A name may end in `[c]` (run with `-c`) or
//! `[stdin]`. What bash 5.2 gives is kept beside it in a file `.expected`; where a bash 5.2 is installed it is
//! checked to be true. `UPDATE=1 cargo test -p podground-shell --test oracle` writes it anew.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::Outcome;

struct Case {
    name: String,
    mode: &'static str,
    script: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            let mode = if name.ends_with("[c]") {
                "c"
            } else if name.ends_with("[stdin]") {
                "stdin"
            } else {
                "file"
            };
            all.push(Case { name: name.to_owned(), mode, script: String::new() });
        } else if let Some(case) = all.last_mut() {
            case.script.push_str(line);
            case.script.push('\n');
        }
    }
    for case in &mut all {
        if case.mode == "c" {
            case.script.truncate(case.script.trim_end_matches('\n').len());
        }
    }
    all
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "sh"))
        .collect();
    files.sort();
    files
}

fn ours(case: &Case) -> Outcome {
    let host = support::host();
    match case.mode {
        "c" => support::run(&host, &["bash", "-c", &case.script], ""),
        "stdin" => support::run(&host, &["bash"], &case.script),
        _ => {
            host.files.create_directories(support::FOLDER).unwrap();
            host.files.write(&format!("{}/script", support::FOLDER), case.script.as_bytes()).unwrap();
            support::run(&host, &["bash", "script"], "")
        }
    }
}

fn theirs(case: &Case) -> Outcome {
    use std::io::Write;
    let folder = std::env::temp_dir().join(format!("podground-oracle-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("script"), &case.script).unwrap();
    if case.mode != "file" {
        fs::remove_file(folder.join("script")).unwrap();
    }
    let mut command = Command::new("bash");
    command.env_clear().env("PATH", "/bin").env("HOME", "/root").env("LANG", "C.UTF-8").current_dir(&folder);
    match case.mode {
        "c" => drop(command.args(["-c", &case.script])),
        "stdin" => {}
        _ => drop(command.arg("script")),
    }
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if case.mode == "stdin" {
        child.stdin.as_mut().unwrap().write_all(case.script.as_bytes()).unwrap();
    }
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
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
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(
                name,
                fs::read(entry.path()).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default(),
            );
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
                let line = &without_pid(line);
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

/// A message about a process that was killed, without its number.
fn without_pid(line: &str) -> String {
    match line.split_once(" Killed ") {
        Some((head, tail)) => {
            format!("{} PID Killed {tail}", head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end())
        }
        None => line.to_owned(),
    }
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

fn bash_is_there() -> bool {
    let output = Command::new("bash").args(["-c", "echo $BASH_VERSION"]).output();
    output.is_ok_and(|output| output.stdout.starts_with(b"5.2."))
}

#[test]
fn scripts_give_what_bash_gives() {
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
            let got = render(&case.name, &ours(&case));
            let Some(wanted) = expected.get(&case.name) else {
                failures.push(format!("{}: no expectation, run with UPDATE=1", case.name));
                continue;
            };
            if got != *wanted {
                failures.push(format!("script:\n{}--- bash:\n{wanted}--- ours:\n{got}", case.script));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} differ\n{}", failures.len(), failures.join("\n==========\n"));
}

#[test]
fn expectations_are_those_of_bash() {
    if !bash_is_there() {
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
