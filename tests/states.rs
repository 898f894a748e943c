//! Each manifest of the book reaches the state that its text promises: `manifests/states.txt` names them all.
//!
//! `cargo test -p podground-tests --test states NAME` runs some of them.
#![expect(clippy::disallowed_methods, reason = "a test reads its data from the disk")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use podground_core::{Session, SessionConfig};

const FILES: &str = "manifests/files/kia-curated";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = fs::read_to_string(here.join("manifests/states.txt")).unwrap_or_default();
    let trials: Vec<Trial> = rows
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<String> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
            let files = here.join(FILES);
            let number = rows.lines().position(|other| other == line).unwrap_or_default() + 1;
            Trial::test(format!("{number}: {}", cells[0]), move || check(&files, &cells))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(files: &Path, cells: &[String]) -> Result<(), Failed> {
    let [file, before, seconds, expected] = cells else { return Err("four cells are expected".into()) };
    let mut session = Session::new(SessionConfig::default());
    for path in all(files)? {
        let name = path.strip_prefix(files)?.to_string_lossy().into_owned();
        session.put_file(&name, modern(&fs::read_to_string(&path)?).as_bytes())?;
    }
    let says = expected.strip_prefix("says ");
    let after = if says.is_some() {
        String::new()
    } else {
        "kubectl get pods --no-headers 2> /dev/null | awk '{print $3, $2}' | sort | uniq -c | awk '{print $1, $2, $3}'"
            .to_owned()
    };
    let told = if says.is_some() { "" } else { "> /dev/null 2>&1" };
    let script = format!(
        "{{ {}\n}} > /dev/null\nkubectl create -f {file} {told}\nsleep {seconds}\n{after}\n",
        if before.is_empty() { ":" } else { before }
    );
    let (output, _) = session.run_script(&script, Duration::from_secs(7200));
    let fits = match says {
        Some(part) => output.contains(part),
        None => output.trim().lines().collect::<Vec<_>>().join("; ") == *expected,
    };
    if fits { Ok(()) } else { Err(format!("expected {expected:?}, found {output:?}").into()) }
}

/// All files below a folder.
fn all(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(all(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A manifest with the API groups of today, and with the selector that they ask for: the labels of the template.
fn modern(text: &str) -> String {
    let documents = text.split("\n---").map(|document| {
        let workload = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"]
            .iter()
            .any(|kind| document.lines().any(|line| line == format!("kind: {kind}")));
        if !workload {
            return document.replace("batch/v1beta1", "batch/v1");
        }
        let mut document = document
            .replace("extensions/v1beta1", "apps/v1")
            .replace("apps/v1beta1", "apps/v1")
            .replace("apps/v1beta2", "apps/v1");
        if !document.contains("\n  selector:") {
            let labels: Vec<&str> = document
                .lines()
                .skip_while(|line| *line != "  template:")
                .skip_while(|line| line.trim() != "labels:")
                .skip(1)
                .take_while(|line| line.starts_with("        "))
                .collect();
            let selector = format!(
                "  selector:\n    matchLabels:\n{}\n  template:",
                labels.join("\n").replace("        ", "      ")
            );
            document = document.replacen("  template:", &selector, 1);
        }
        document
    });
    documents.collect::<Vec<_>>().join("\n---")
}
