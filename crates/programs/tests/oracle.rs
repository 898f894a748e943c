//! The scripts in `tests/cases` give what bash and the real programs give.
//!
//! Each file holds many scripts: a line `### name` begins one. Those in `shell/` are about bash, and a name may
//! end in `[c]` (run with `-c`) or `[stdin]`; the others are about programs. What bash 5.2 and Debian 12's
//! programs give is kept beside it in a file `.expected`; where they are installed it is checked to be true.
//! `UPDATE=1 cargo test -p podground-programs --test oracle` writes it anew, `CASE=name` runs few.
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
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use support::{FOLDER, Outcome};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    File,
    CommandString,
    Input,
}

struct Case {
    name: String,
    mode: Mode,
    script: String,
}

impl Case {
    fn args(&self) -> Vec<&str> {
        match self.mode {
            Mode::File => vec!["bash", "script"],
            Mode::CommandString => vec!["bash", "-c", &self.script],
            Mode::Input => vec!["bash"],
        }
    }

    fn input(&self) -> &str {
        if self.mode == Mode::Input { &self.script } else { "" }
    }
}

fn cases(text: &str) -> Vec<Case> {
    let mut all: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            let mode = if name.ends_with("[c]") {
                Mode::CommandString
            } else if name.ends_with("[stdin]") {
                Mode::Input
            } else {
                Mode::File
            };
            all.push(Case { name: name.to_owned(), mode, script: String::new() });
        } else if let Some(case) = all.last_mut() {
            case.script.push_str(line);
            case.script.push('\n');
        }
    }
    for case in all.iter_mut().filter(|case| case.mode == Mode::CommandString) {
        case.script.truncate(case.script.trim_end_matches('\n').len());
    }
    all
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();
    files.sort();
    files
}

fn ours(case: &Case) -> Outcome {
    let host = support::host();
    if case.mode == Mode::File {
        host.files.write(&format!("{FOLDER}/script"), case.script.as_bytes()).unwrap();
    }
    support::run(&host, &case.args(), case.input())
}

fn theirs(case: &Case) -> Outcome {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("podground-oracle-{}-{run}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    if case.mode == Mode::File {
        fs::write(folder.join("script"), &case.script).unwrap();
    }
    let args = case.args();
    let mut child = Command::new(args[0])
        .args(&args[1..])
        .env_clear()
        .env("PATH", "/bin")
        .env("HOME", "/root")
        .env("LANG", "C.UTF-8")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A script may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(case.input().as_bytes());
    let output = child.wait_with_output().unwrap();
    let real = fs::canonicalize(&folder).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(real.to_str().unwrap(), FOLDER);
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
        } else if kind.is_symlink() {
            found.insert(name, format!("-> {}\n", fs::read_link(entry.path()).unwrap().display()));
        } else if kind.is_file() {
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
    for how in [" Killed ", " Terminated ", " Hangup ", " User defined signal 1 "] {
        if let Some((head, tail)) = line.split_once(how) {
            let head = head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
            return format!("{head} PID{how}{tail}");
        }
    }
    line.to_owned()
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

fn says(script: &str, text: &str) -> bool {
    let output = Command::new("bash").args(["-c", script]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(text))
}

fn same_bash() -> bool {
    says("echo $BASH_VERSION", "5.2.")
}

/// Whether the programs here are those that were recorded: Debian 12's.
fn same_programs() -> bool {
    same_bash()
        && says("ls --version", "coreutils) 9.1")
        && says("awk -W version 2>&1", "mawk 1.3.4 20200120")
        && says("find --version", "4.9.0")
        && says("sed --version", "4.9")
        && says("grep --version", "3.8")
        && says("jq --version", "jq-1.6")
}

/// Runs a folder's scripts here, and compares with what is kept.
fn compare(folder: &str, at_least: usize) {
    let only = std::env::var("CASE").ok();
    let mut failures = Vec::new();
    let mut count = 0;
    for file in files(folder) {
        let expected = sections(&fs::read_to_string(file.with_extension("expected")).unwrap_or_default());
        let mut names = Vec::new();
        for case in cases(&fs::read_to_string(&file).unwrap()) {
            assert!(!names.contains(&case.name), "{}: two scripts of that name", case.name);
            names.push(case.name.clone());
            if only.as_ref().is_some_and(|only| !case.name.contains(only)) {
                continue;
            }
            count += 1;
            let got = render(&case.name, &ours(&case));
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
    assert!(only.is_some() || count >= at_least, "only {count} scripts");
}

/// Runs a folder's scripts by the real ones, and compares with what is kept, or keeps it.
fn check_expectations(folder: &str) {
    let update = std::env::var("UPDATE").is_ok();
    for file in files(folder) {
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

#[test]
fn scripts_give_what_bash_gives() {
    compare("cases/shell", 420);
}

#[test]
fn scripts_give_what_the_real_programs_give() {
    compare("cases", 260);
}

#[test]
fn expectations_are_those_of_bash() {
    if same_bash() {
        check_expectations("cases/shell");
    }
}

#[test]
fn expectations_are_those_of_the_real_programs() {
    if same_programs() {
        check_expectations("cases");
    }
}
