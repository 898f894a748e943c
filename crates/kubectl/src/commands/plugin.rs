//! `kubectl plugin list`, and programs `kubectl-NAME` as subcommands.
//!
//! Upstream: `kubectl/pkg/cmd/plugin/plugin.go`, `kubectl/pkg/cmd/cmd.go HandlePluginCommand`

use podground_vfs::FileType;

use crate::command::{self, Command};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] =
    &[Command::new("list", "List all visible plugin executables on a user's PATH", |cx, args| {
        Box::pin(list(cx, args))
    })];

/// The folders of `PATH`, each once.
fn folders(cx: &Context) -> Vec<&str> {
    let mut folders: Vec<&str> = Vec::new();
    for folder in cx.io.env("PATH").unwrap_or_default().split(':') {
        if !folder.trim().is_empty() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

async fn list(cx: &Context, args: Args) -> Result<()> {
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut warnings = 0;
    for folder in folders(cx) {
        let Ok(entries) = cx.io.0.host.files.read_directory(folder) else {
            let text = format!(
                "Unable to read directory {folder:?} from your PATH: open {folder}: no such file or directory. Skipping..."
            );
            cx.io.err_line(text).await;
            continue;
        };
        for entry in entries {
            if entry.metadata.file_type == FileType::Directory || !entry.name.starts_with("kubectl-") {
                continue;
            }
            if seen.is_empty() {
                cx.io.line("The following compatible plugins are available:\n").await;
            }
            let path = format!("{}/{}", folder.trim_end_matches('/'), entry.name);
            cx.io.line(if args.is("name-only") { &entry.name } else { &path }).await;
            for text in faults(cx, &path, &entry.name, &seen) {
                cx.io.err_line(format!("  - {text}")).await;
                warnings += 1;
            }
            seen.push((entry.name, path));
        }
    }
    match (seen.is_empty(), warnings) {
        (true, _) => Err(Error::local("unable to find any kubectl plugins in your PATH")),
        (false, 0) => Ok(()),
        (false, 1) => Err(Error::local("one plugin warning was found")),
        (false, count) => Err(Error::Local(format!("{count} plugin warnings were found"))),
    }
}

/// What keeps a plugin from being called.
fn faults(cx: &Context, path: &str, name: &str, seen: &[(String, String)]) -> Vec<String> {
    let mut faults = Vec::new();
    if !is_executable(cx, path) {
        faults.push(format!("warning: {path} identified as a kubectl plugin, but it is not executable"));
    }
    if let Some((_, other)) = seen.iter().find(|(known, _)| known == name) {
        faults.push(format!("warning: {path} is overshadowed by a similarly named plugin: {other}"));
    }
    let words: Vec<String> = name.split('-').skip(1).map(str::to_owned).collect();
    let (found, _) = command::find(&words);
    if !found.is_empty() {
        let full = command::full_name(&found);
        faults.push(format!("warning: {name} overwrites existing command: \"kubectl {full}\""));
    }
    faults
}

fn is_executable(cx: &Context, path: &str) -> bool {
    cx.io.0.host.files.metadata(path).is_ok_and(|metadata| metadata.mode & 0o111 != 0)
}

/// Runs `kubectl-A-B` for `kubectl a b`: the longest name that there is. `None` if there is none.
pub(crate) async fn run(cx: &Context, words: &[String]) -> Option<Result<()>> {
    let count = words.iter().take_while(|word| !word.starts_with('-')).count();
    for length in (1..=count).rev() {
        let names: Vec<String> = words[..length].iter().map(|word| word.replace('-', "_")).collect();
        let name = format!("kubectl-{}", names.join("-"));
        let found = folders(cx)
            .into_iter()
            .map(|folder| format!("{}/{name}", folder.trim_end_matches('/')))
            .find(|path| is_executable(cx, path));
        let Some(path) = found else { continue };
        let process = &cx.io.0;
        let command = process.command(std::iter::once(path.clone()).chain(words[length..].iter().cloned()));
        return Some(match process.spawn(command) {
            Ok(child) => match child.wait().await.code() {
                0 => Ok(()),
                status => Err(Error::Exit(status)),
            },
            Err(_) => Err(Error::Local(format!("fork/exec {path}: exec format error"))),
        });
    }
    None
}
