//! `chmod`, `chown`, `chgrp`

use podground_shell::Process;
use podground_vfs::{Error, FileType};

use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use crate::text::{curly, quote};
use crate::{files, users};

const LONG: &[(&str, char)] = &[
    ("recursive", 'R'),
    ("verbose", 'v'),
    ("changes", 'c'),
    ("silent", 'f'),
    ("quiet", 'f'),
    ("reference=", '1'),
    ("no-dereference", 'h'),
];

const CHMOD: Syntax =
    Syntax::new("Rvcf", LONG, "[OPTION]... MODE[,MODE]... FILE...", "Change the permission bits of files.");

/// What is done to each file.
enum Change {
    Mode(String),
    Owner(Option<u32>, Option<u32>),
}

pub(crate) async fn chmod(process: &Process) -> Result<u8, u8> {
    // `-x` and the like are modes, no options.
    let mut words = process.args.get(1..).unwrap_or_default().to_vec();
    let is_mode = |word: &String| {
        word.len() > 1 && word.starts_with('-') && word[1..].chars().all(|c| "rwxXst,ugo=+-".contains(c))
    };
    let mode = words.iter().take_while(|word| *word != "--").position(is_mode);
    let mode = mode.map(|at| words.remove(at));
    let parsed = options::parse_words(process, &CHMOD, &words).await?;
    let mut names = parsed.operands.clone();
    let mode = match (mode, parsed.value('1')) {
        (Some(mode), _) => mode,
        (None, Some(reference)) => match files::metadata(process, reference) {
            Ok(metadata) => format!("{:o}", metadata.mode & 0o7777),
            Err(error) => {
                let mut out = Output::new(process);
                out.complain(format_args!("failed to get attributes of {}: {error}", quote(reference))).await;
                return Err(1);
            }
        },
        (None, None) if names.is_empty() => {
            return Err(options::refuse(process, &CHMOD, "missing operand").await);
        }
        (None, None) => names.remove(0),
    };
    if names.is_empty() {
        let message = format!("missing operand after {}", curly(&mode));
        return Err(options::refuse(process, &CHMOD, &message).await);
    }
    if files::change_mode(&mode, 0, false, process.umask).is_none() {
        return Err(options::refuse(process, &CHMOD, &format!("invalid mode: {}", curly(&mode))).await);
    }
    apply(process, &parsed, &Change::Mode(mode), &names).await
}

const CHOWN: Syntax = Syntax::new(
    "Rvcfh",
    LONG,
    "[OPTION]... [OWNER][:[GROUP]] FILE...",
    "Change the owner and the group of files.",
);

pub(crate) async fn chown(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &CHOWN).await?;
    let Some((owner, names)) = parsed.operands.split_first() else {
        return Err(options::refuse(process, &CHOWN, "missing operand").await);
    };
    if names.is_empty() {
        let message = format!("missing operand after {}", curly(owner));
        return Err(options::refuse(process, &CHOWN, &message).await);
    }
    let only_group = process.name() == "chgrp";
    let (user, group) = match owner.split_once([':', '.']) {
        _ if only_group => ("", owner.as_str()),
        Some((user, group)) => (user, group),
        None => (owner.as_str(), ""),
    };
    let mut out = Output::new(process);
    let uid = if user.is_empty() { None } else { users::uid(process, user) };
    if uid.is_none() && !user.is_empty() {
        out.complain(format_args!("invalid user: {}", curly(owner))).await;
        return Err(1);
    }
    let gid = if group.is_empty() { None } else { users::gid(process, group) };
    if gid.is_none() && !group.is_empty() {
        out.complain(format_args!("invalid group: {}", curly(owner))).await;
        return Err(1);
    }
    apply(process, &parsed, &Change::Owner(uid, gid), names).await
}

async fn apply(process: &Process, parsed: &Parsed, change: &Change, names: &[String]) -> Result<u8, u8> {
    let mut out = Output::new(process);
    let mut status = 0;
    let mut queue: Vec<String> = names.iter().rev().cloned().collect();
    while let Some(name) = queue.pop() {
        match change_one(process, &name, change) {
            Ok(Some((old, new))) if parsed.has('v') || (parsed.has('c') && old != new) => {
                let shown = quote(&name);
                out.push(if old == new {
                    format!("mode of {shown} retained as {new}\n")
                } else {
                    format!("mode of {shown} changed from {old} to {new}\n")
                });
            }
            Ok(_) => {}
            Err(error) => {
                status = 1;
                if !parsed.has('f') {
                    let what = match (change, error) {
                        (_, Error::NotFound) => "cannot access",
                        (Change::Mode(_), _) => "changing permissions of",
                        (Change::Owner(..), _) => "changing ownership of",
                    };
                    out.complain(format_args!("{what} {}: {error}", quote(&name))).await;
                }
                continue;
            }
        }
        if parsed.has('R') && files::symlink_metadata(process, &name).is_ok_and(is_folder) {
            let entries = process.host.files.read_directory(&process.path(&name)).unwrap_or_default();
            let below = entries.iter().filter(|entry| entry.metadata.file_type != FileType::Symlink);
            let below: Vec<String> = below.map(|entry| files::in_folder(&name, &entry.name)).collect();
            queue.extend(below.into_iter().rev());
        }
    }
    Ok(out.finish(status).await)
}

fn is_folder(metadata: podground_vfs::Metadata) -> bool {
    metadata.file_type == FileType::Directory
}

/// The modes before and after, where they may be told.
fn change_one(process: &Process, name: &str, change: &Change) -> Result<Option<(String, String)>, Error> {
    let metadata = files::metadata(process, name)?;
    let path = process.path(name);
    if process.uid != 0 && (process.uid != metadata.uid || matches!(change, Change::Owner(Some(_), _))) {
        return Err(Error::NotPermitted);
    }
    match change {
        Change::Mode(mode) => {
            let old = metadata.mode & 0o7777;
            let new =
                files::change_mode(mode, old, is_folder(metadata), process.umask).unwrap_or(metadata.mode);
            process.host.files.set_mode(&path, new)?;
            let shown = |mode| {
                let text = files::mode_string(&podground_vfs::Metadata { mode, ..metadata });
                format!("{mode:04o} ({})", &text[1..])
            };
            Ok(Some((shown(old), shown(new))))
        }
        Change::Owner(uid, gid) => {
            let (uid, gid) = (uid.unwrap_or(metadata.uid), gid.unwrap_or(metadata.gid));
            process.host.files.set_owner(&path, uid, gid)?;
            Ok(None)
        }
    }
}
