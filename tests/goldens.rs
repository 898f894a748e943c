//! Golden transcripts: each is run again, twice, and compared with what was recorded from a real cluster, or, for
//! whole labs, with what a session like the page's has shown.
//!
//! One test a file in `transcripts/`, `manifests/` and `labs/`, and one a folder in `kustomize/`; `cargo test -p podground-tests --test goldens NAME` runs some of them.
#![expect(clippy::disallowed_methods, reason = "a test reads its data from the disk")]

#[path = "goldens/compare.rs"]
mod compare;
#[path = "goldens/mask.rs"]
mod mask;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use podground_core::transcript::{HomeFiles, Transcript, run};
use podground_core::{Session, SessionConfig};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = ["transcripts", "manifests", "labs"]
        .iter()
        .flat_map(|folder| fs::read_dir(here.join(folder)).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let mut trials: Vec<Trial> = files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || check(&path))
        })
        .collect();
    let mut cases: Vec<PathBuf> = fs::read_dir(here.join("kustomize"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    cases.sort();
    trials.extend(cases.into_iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(format!("kustomize::{name}"), move || build_kustomization(&path))
    }));
    trials.push(Trial::test("compare::masks", mask::masks_what_a_cluster_makes_up));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(path: &Path) -> Result<(), Failed> {
    let expected = Transcript::parse(&fs::read_to_string(path)?)?;
    let home: HomeFiles = match expected.front_matter("home") {
        Some(folder) => read_folder(&path.with_file_name(folder), "")?,
        None => HomeFiles::new(),
    };
    // Recordings were made on a bare cluster; the labs are played in the cluster that the page has.
    let config = SessionConfig {
        bare: expected.front_matter("profile") != Some("default"),
        descriptions: Some(include_str!("../crates/api/schema/descriptions.txt")),
        ..SessionConfig::default()
    };
    let (text, hash) = run(&expected, config.clone(), &home);
    let differences = compare::differences(&expected, &Transcript::parse(&text)?);
    if !differences.is_empty() {
        return Err(differences.join("\n").into());
    }
    let (again, hash_again) = run(&expected, config, &home);
    if (&text, hash) == (&again, hash_again) { Ok(()) } else { Err("two runs differ".into()) }
}

/// A folder `in`, of which `overlay` is built if there is one, and what kustomize says to that: the objects, or its
/// warnings and errors.
fn build_kustomization(folder: &Path) -> Result<(), Failed> {
    let expected = fs::read_to_string(folder.join("expected.yaml"))?;
    let files = read_folder(&folder.join("in"), "in/")?;
    let has_overlay = files.iter().any(|(name, _)| name.starts_with("in/overlay/"));
    let mut session = Session::new(SessionConfig { bare: true, ..SessionConfig::default() });
    for (name, bytes) in &files {
        session.put_file(name, bytes)?;
    }
    let directory = if has_overlay { "in/overlay" } else { "in" };
    let (text, _) = session.run_script(&format!("kubectl kustomize {directory}"), Duration::from_secs(60));
    if text == expected { Ok(()) } else { Err(format!("expected\n{expected}\nbut got\n{text}").into()) }
}

fn read_folder(folder: &Path, prefix: &str) -> Result<HomeFiles, Failed> {
    let mut files = HomeFiles::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            files.extend(read_folder(&entry.path(), &format!("{name}/"))?);
        } else {
            files.push((name, fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}
