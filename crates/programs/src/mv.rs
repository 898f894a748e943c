//! `mv`

use podground_shell::Process;
use podground_vfs::{Error, FileType};

use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use crate::text::quote;
use crate::{cp, files};

const SYNTAX: Syntax = Syntax::new(
    "finuvt:T",
    &[
        ("force", 'f'),
        ("interactive", 'i'),
        ("no-clobber", 'n'),
        ("update", 'u'),
        ("verbose", 'v'),
        ("target-directory=", 't'),
        ("no-target-directory", 'T'),
    ],
    "[OPTION]... SOURCE... DEST",
    "Rename or move files.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let (sources, target) = cp::sources_and_target(process, &SYNTAX, &parsed).await?;
    let into = files::is_directory(process, &target) && !parsed.has('T');
    let mut out = Output::new(process);
    let mut status = 0;
    for source in &sources {
        let to = if into { files::in_folder(&target, source) } else { target.clone() };
        match rename(&parsed, &mut out, source, &to).await {
            Ok(true) if parsed.has('v') => out.push(format!("renamed {} -> {}\n", quote(source), quote(&to))),
            Ok(_) => {}
            Err(message) => {
                if !message.is_empty() {
                    out.complain(message).await;
                }
                status = 1;
            }
        }
    }
    Ok(out.finish(status).await)
}

/// Moves one file; `Ok(false)` if it was to stay.
async fn rename(parsed: &Parsed, out: &mut Output<'_>, from: &str, to: &str) -> Result<bool, String> {
    let process = out.process;
    let source = files::symlink_metadata(process, from)
        .map_err(|error| format!("cannot stat {}: {error}", quote(from)))?;
    if process.path(from) == process.path(to) {
        return Err(format!("{} and {} are the same file", quote(from), quote(to)));
    }
    if let Ok(existing) = files::symlink_metadata(process, to) {
        let is_directory = existing.file_type == FileType::Directory;
        match parsed.last_of("fin") {
            Some('n') => return Ok(false),
            Some('i') if !crate::rm::confirm(out, &format!("overwrite {}?", quote(to))).await => {
                return Err(String::new());
            }
            _ => {}
        }
        if parsed.has('u') && existing.modified >= source.modified {
            return Ok(false);
        }
        if is_directory && source.file_type != FileType::Directory {
            return Err(format!("cannot overwrite directory {} with non-directory", quote(to)));
        }
        if !is_directory && source.file_type == FileType::Directory {
            return Err(format!(
                "cannot overwrite non-directory {} with directory {}",
                quote(to),
                quote(from)
            ));
        }
    }
    match files::rename(process, from, to) {
        Ok(()) => Ok(true),
        Err(Error::InvalidArgument) => {
            Err(format!("cannot move {} to a subdirectory of itself, {}", quote(from), quote(to)))
        }
        // Another file system: copy, then remove.
        Err(Error::CrossDevice) => {
            let archive = Parsed { options: vec![('a', String::new())], operands: Vec::new() };
            if !cp::copy(&archive, out, from, to, true).await {
                return Err(String::new());
            }
            let removed = process.host.files.remove_all(&process.path(from));
            removed.map(|()| true).map_err(|error| format!("cannot remove {}: {error}", quote(from)))
        }
        Err(error) => Err(format!("cannot move {} to {}: {error}", quote(from), quote(to))),
    }
}
