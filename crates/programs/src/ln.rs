//! `ln`

use podground_shell::Process;
use podground_vfs::FileType;

use crate::files;
use crate::options::{self, Syntax};
use crate::stream::Output;
use crate::text::quote;

const SYNTAX: Syntax = Syntax::new(
    "fnsTrvt:",
    &[
        ("force", 'f'),
        ("no-dereference", 'n'),
        ("symbolic", 's'),
        ("no-target-directory", 'T'),
        ("verbose", 'v'),
        ("target-directory=", 't'),
    ],
    "[OPTION]... TARGET... LINK",
    "Make links between files.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut targets = parsed.operands.clone();
    let place = match parsed.value('t') {
        Some(place) => place.to_owned(),
        None if targets.len() > 1 => targets.pop().unwrap_or_default(),
        None => ".".to_owned(),
    };
    if targets.is_empty() {
        return Err(options::refuse(process, &SYNTAX, "missing file operand").await);
    }
    let mut out = Output::new(process);
    let is_link = files::symlink_metadata(process, &place).is_ok_and(|m| m.file_type == FileType::Symlink);
    let into = files::is_directory(process, &place) && !parsed.has('T') && !(parsed.has('n') && is_link);
    if targets.len() > 1 && !into {
        let there = files::symlink_metadata(process, &place).is_ok();
        let reason = if there { "Not a directory" } else { "No such file or directory" };
        out.complain(format_args!("target {}: {reason}", quote(&place))).await;
        return Err(1);
    }
    let symbolic = parsed.has('s');
    let kind = if symbolic { "symbolic" } else { "hard" };
    let mut status = 0;
    for target in &targets {
        let link = if into { files::in_folder(&place, target) } else { place.clone() };
        let link = link.strip_prefix("./").unwrap_or(&link).to_owned();
        if !symbolic {
            let problem = match files::symlink_metadata(process, target) {
                Err(error) => Some(format!("failed to access {}: {error}", quote(target))),
                Ok(metadata) if metadata.file_type == FileType::Directory => {
                    Some(format!("{target}: hard link not allowed for directory"))
                }
                Ok(_) => None,
            };
            if let Some(problem) = problem {
                out.complain(problem).await;
                status = 1;
                continue;
            }
        }
        if parsed.has('f') {
            let _ = files::remove(process, &link);
        }
        let result = if symbolic {
            files::symlink(process, target, &link)
        } else {
            files::hard_link(process, target, &link)
        };
        match result {
            Ok(()) if parsed.has('v') => {
                out.push(format!("{} -> {}\n", quote(&link), quote(target)));
            }
            Ok(()) => {}
            Err(error) => {
                let arrow = if symbolic { String::new() } else { format!(" => {}", quote(target)) };
                out.complain(format_args!("failed to create {kind} link {}{arrow}: {error}", quote(&link)))
                    .await;
                status = 1;
            }
        }
    }
    Ok(out.finish(status).await)
}
