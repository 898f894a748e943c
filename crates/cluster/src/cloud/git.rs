//! `git clone` of the repositories that the cloud knows.

use podground_shell::Process;
use podground_vfs::{join, parent};

use super::lab;
use crate::Cluster;

/// The repositories that can be had.
const REPOSITORIES: &[&str] = &["github.com/googlecodelabs/orchestrate-with-kubernetes"];

/// The program.
pub(super) async fn main(_cluster: Cluster, process: Process) -> u8 {
    match process.args.get(1).map(String::as_str) {
        Some("--version" | "version") => {
            process.print("git version 2.47.2\n").await;
            0
        }
        Some("clone") => clone(&process).await,
        other => {
            let what = other.unwrap_or("without a command");
            process.eprint(&format!("error: podground does not support \"git {what}\" yet\n")).await;
            1
        }
    }
}

async fn clone(process: &Process) -> u8 {
    if let Some(flag) = process.args[2..].iter().find(|word| word.starts_with('-')) {
        process.eprint(&format!("error: podground does not support {flag} of \"git clone\" yet\n")).await;
        return 129;
    }
    let Some(url) = process.args.get(2) else {
        process.eprint("fatal: You must specify a repository to clone.\n").await;
        return 128;
    };
    let address = url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let address = address.trim_end_matches(".git");
    let name = podground_vfs::base_name(address).to_owned();
    let folder = process.args.get(3).unwrap_or(&name);
    let target = process.path(folder);
    let files = &process.host.files;
    if files.read_directory(&target).is_ok_and(|entries| !entries.is_empty()) || files.is_file(&target) {
        process
            .eprint(&format!(
                "fatal: destination path '{folder}' already exists and is not an empty directory.\n"
            ))
            .await;
        return 128;
    }
    if !REPOSITORIES.contains(&address) {
        process.eprint(&format!("error: podground does not support cloning {url} yet\n")).await;
        return 128;
    }
    process.eprint(&format!("Cloning into '{folder}'...\n")).await;
    process.host.sim.sleep(std::time::Duration::from_millis(900)).await;
    let all = lab::files(&process.host.sim);
    for file in &all {
        let path = join(&target, &file.path);
        let written = files.create_directories(parent(&path)).and_then(|()| files.write(&path, &file.bytes));
        if let Err(error) = written {
            process.eprint(&format!("fatal: could not write '{path}': {error}\n")).await;
            return 128;
        }
        if file.executable {
            let _ = files.set_mode(&path, 0o755);
        }
    }
    let count = all.len();
    process
        .eprint(&format!(
            "remote: Enumerating objects: {count}, done.\nremote: Total {count} (delta 0), reused 0 (delta 0), \
             pack-reused {count} (from 1)\nReceiving objects: 100% ({count}/{count}), done.\n"
        ))
        .await;
    0
}
