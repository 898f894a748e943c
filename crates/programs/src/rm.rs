//! `rm`

use podground_shell::Process;
use podground_vfs::{Error, FileType, base_name};

use crate::files;
use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use crate::text::quote;

const SYNTAX: Syntax = Syntax::new(
    "dfiIrRv",
    &[
        ("dir", 'd'),
        ("force", 'f'),
        ("interactive=?", 'i'),
        ("recursive", 'r'),
        ("verbose", 'v'),
        ("no-preserve-root", '1'),
        ("preserve-root", '2'),
    ],
    "[OPTION]... [FILE]...",
    "Remove files.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let force = parsed.last_of("fi") == Some('f');
    if parsed.operands.is_empty() {
        if force {
            return Ok(0);
        }
        return Err(options::refuse(process, &SYNTAX, "missing operand").await);
    }
    let mut out = Output::new(process);
    let mut status = 0;
    for name in &parsed.operands {
        if matches!(base_name(name), "." | "..") {
            out.complain(format_args!("refusing to remove '.' or '..' directory: skipping {}", quote(name)))
                .await;
            status = 1;
            continue;
        }
        if process.path(name) == "/" && !parsed.has('1') && parsed.last_of("rR").is_some() {
            out.complain("it is dangerous to operate recursively on '/'").await;
            out.complain("use --no-preserve-root to override this failsafe").await;
            status = 1;
            continue;
        }
        match files::symlink_metadata(process, name) {
            Err(Error::NotFound | Error::NotADirectory) if force => {}
            Err(error) => {
                out.complain(format_args!("cannot remove {}: {error}", quote(name))).await;
                status = 1;
            }
            Ok(metadata) => {
                if !remove(&parsed, &mut out, name, metadata.file_type == FileType::Directory).await {
                    status = 1;
                }
            }
        }
    }
    Ok(out.finish(status).await)
}

/// Removes what is at a path; whether that succeeded.
async fn remove(parsed: &Parsed, out: &mut Output<'_>, name: &str, is_directory: bool) -> bool {
    let process = out.process;
    let recursive = parsed.last_of("rR").is_some();
    if is_directory && !recursive && !parsed.has('d') {
        out.complain(format_args!("cannot remove {}: Is a directory", quote(name))).await;
        return false;
    }
    let mut good = true;
    if is_directory && recursive {
        let entries = process.host.files.read_directory(&process.path(name)).unwrap_or_default();
        if !entries.is_empty()
            && asks(parsed)
            && !confirm(out, &format!("descend into directory {}?", quote(name))).await
        {
            return true;
        }
        for entry in entries {
            let below = files::in_folder(name, &entry.name);
            let is_directory = entry.metadata.file_type == FileType::Directory;
            good &= Box::pin(remove(parsed, out, &below, is_directory)).await;
        }
    }
    if asks(parsed) {
        let metadata = files::symlink_metadata(process, name);
        let what = match metadata.map(|metadata| (metadata.file_type, metadata.size)) {
            Ok((FileType::Directory, _)) => "directory",
            Ok((FileType::Symlink, _)) => "symbolic link",
            Ok((FileType::File, 0)) => "regular empty file",
            _ => "regular file",
        };
        if !confirm(out, &format!("remove {what} {}?", quote(name))).await {
            return good;
        }
    }
    if !good {
        // What is left below keeps the folder; the first complaint is enough.
        return false;
    }
    match files::remove(process, name) {
        Ok(()) => {
            if parsed.has('v') {
                let what = if is_directory { "removed directory" } else { "removed" };
                out.push(format!("{what} {}\n", quote(name)));
            }
            true
        }
        Err(error) => {
            out.complain(format_args!("cannot remove {}: {error}", quote(name))).await;
            false
        }
    }
}

fn asks(parsed: &Parsed) -> bool {
    parsed.last_of("fi") == Some('i') && !matches!(parsed.value('i'), Some("never" | "no"))
}

/// Asks and reads the answer.
pub(crate) async fn confirm(out: &mut Output<'_>, question: &str) -> bool {
    out.flush().await;
    out.process.eprint(&format!("{}: {question} ", out.process.name())).await;
    let answer = out.process.read_line(0).await;
    matches!(answer, Ok(Some(line)) if line.starts_with(['y', 'Y']))
}
