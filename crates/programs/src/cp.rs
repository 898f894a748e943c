//! `cp`

use podground_shell::{OpenOptions, Process};
use podground_vfs::{Error, FileType};

use crate::files;
use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use crate::text::quote;

const SYNTAX: Syntax = Syntax::new(
    "abdfHilLnpPrRst:Tuvx",
    &[
        ("archive", 'a'),
        ("force", 'f'),
        ("interactive", 'i'),
        ("link", 'l'),
        ("dereference", 'L'),
        ("no-clobber", 'n'),
        ("no-dereference", 'P'),
        ("preserve=?", 'p'),
        ("recursive", 'r'),
        ("symbolic-link", 's'),
        ("target-directory=", 't'),
        ("no-target-directory", 'T'),
        ("update", 'u'),
        ("verbose", 'v'),
        ("parents", '1'),
    ],
    "[OPTION]... SOURCE... DEST",
    "Copy files.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    for letter in ['l', 's', '1', 'b'] {
        if parsed.has(letter) {
            let message = format!("podground does not support this option of \"cp\" yet: {letter}");
            return Err(options::refuse(process, &SYNTAX, &message).await);
        }
    }
    let (sources, target) = sources_and_target(process, &SYNTAX, &parsed).await?;
    let into = files::is_directory(process, &target) && !parsed.has('T');
    let mut out = Output::new(process);
    let mut status = 0;
    for source in &sources {
        let to = if into { files::in_folder(&target, source) } else { target.clone() };
        if !copy(&parsed, &mut out, source, &to, true).await {
            status = 1;
        }
    }
    Ok(out.finish(status).await)
}

/// The operands of `cp` and `mv`, the target last.
pub(crate) async fn sources_and_target(
    process: &Process,
    syntax: &Syntax,
    parsed: &Parsed,
) -> Result<(Vec<String>, String), u8> {
    let mut operands = parsed.operands.clone();
    let target = match parsed.value('t') {
        Some(target) => Some(target.to_owned()),
        None if operands.len() >= 2 => operands.pop(),
        None => None,
    };
    if operands.is_empty() {
        return Err(options::refuse(process, syntax, "missing file operand").await);
    }
    let Some(target) = target else {
        let message = format!("missing destination file operand after {}", quote(&operands[0]));
        return Err(options::refuse(process, syntax, &message).await);
    };
    let needs_folder = operands.len() > 1 || parsed.has('t');
    if needs_folder && !files::is_directory(process, &target) {
        let shown = quote(&target);
        let error = match files::metadata(process, &target) {
            Ok(_) => format!("target {shown}: Not a directory"),
            Err(error) => format!("target {shown}: {error}"),
        };
        crate::stream::complain(process, error).await;
        return Err(1);
    }
    Ok((operands, target))
}

/// Copies what is at a path to another; whether that succeeded.
pub(crate) async fn copy(parsed: &Parsed, out: &mut Output<'_>, from: &str, to: &str, top: bool) -> bool {
    let process = out.process;
    let recursive = parsed.last_of("rRa").is_some();
    let keep_links = match parsed.last_of("LPdaH") {
        Some('L') => false,
        Some('H') => !top,
        Some(_) => true,
        None => recursive && !top,
    };
    let found =
        if keep_links { files::symlink_metadata(process, from) } else { files::metadata(process, from) };
    let metadata = match found {
        Ok(metadata) => metadata,
        Err(error) => {
            out.complain(format_args!("cannot stat {}: {error}", quote(from))).await;
            return false;
        }
    };
    let here = process.path(to);
    if metadata.file_type == FileType::Directory {
        if !recursive {
            out.complain(format_args!("-r not specified; omitting directory {}", quote(from))).await;
            return false;
        }
        if format!("{here}/").starts_with(&format!("{}/", process.path(from))) {
            out.complain(format_args!(
                "cannot copy a directory, {}, into itself, {}",
                quote(from),
                quote(to)
            ))
            .await;
            return false;
        }
        return copy_directory(parsed, out, from, to, metadata.mode).await;
    }
    if process.host.files.canonicalize(&process.path(from)).ok()
        == process.host.files.canonicalize(&here).ok()
        && metadata.file_type != FileType::Symlink
    {
        out.complain(format_args!("{} and {} are the same file", quote(from), quote(to))).await;
        return false;
    }
    if let Ok(existing) = files::metadata(process, to) {
        if parsed.has('n') || parsed.has('u') && existing.modified >= metadata.modified {
            return true;
        }
        if existing.file_type == FileType::Directory {
            out.complain(format_args!("cannot overwrite directory {} with non-directory", quote(to))).await;
            return false;
        }
        if parsed.last_of("fi") == Some('i')
            && !crate::rm::confirm(out, &format!("overwrite {}?", quote(to))).await
        {
            return true;
        }
    }
    let result = if metadata.file_type == FileType::Symlink {
        let _ = files::remove(process, to);
        let target = process.host.files.read_link(&process.path(from));
        let linked = target.and_then(|target| files::symlink(process, &target, to));
        linked.map_err(|error| format!("cannot create symbolic link {}: {error}", quote(to)))
    } else {
        copy_file(process, from, to, metadata.mode).await
    };
    match result {
        Ok(()) => {
            if parsed.last_of("pa").is_some() && metadata.file_type == FileType::File {
                let files = &process.host.files;
                let _ = files.set_mode(&here, metadata.mode);
                let _ = files.set_owner(&here, metadata.uid, metadata.gid);
                let _ = files.set_modified(&here, metadata.modified);
            }
            if parsed.has('v') {
                out.push(format!("{} -> {}\n", quote(from), quote(to)));
            }
            true
        }
        Err(message) => {
            out.complain(message).await;
            false
        }
    }
}

async fn copy_file(process: &Process, from: &str, to: &str, mode: u32) -> Result<(), String> {
    let cannot = |what: &str, name: &str, error: &dyn std::fmt::Display| {
        format!("cannot {what} {}: {error}", quote(name))
    };
    let source = process
        .open(from, OpenOptions::READ)
        .map_err(|error| cannot("open", from, &error).replacen(": ", " for reading: ", 1))?;
    let is_new = files::metadata(process, to) == Err(Error::NotFound);
    let target = process.open(to, OpenOptions::WRITE).map_err(|error| {
        let error =
            if error == Error::IsADirectory && to.ends_with('/') { Error::NotADirectory } else { error };
        cannot("create regular file", to, &error)
    })?;
    loop {
        let bytes = source
            .read(64 * 1024)
            .await
            .map_err(|error| format!("error reading {}: {error}", quote(from)))?;
        if bytes.is_empty() {
            break;
        }
        target.write(&bytes).await.map_err(|error| format!("error writing {}: {error}", quote(to)))?;
    }
    if is_new {
        let _ = process.host.files.set_mode(&process.path(to), mode & !process.umask);
    }
    Ok(())
}

async fn copy_directory(parsed: &Parsed, out: &mut Output<'_>, from: &str, to: &str, mode: u32) -> bool {
    let process = out.process;
    match files::metadata(process, to) {
        Ok(existing) if existing.file_type != FileType::Directory => {
            out.complain(format_args!(
                "cannot overwrite non-directory {} with directory {}",
                quote(to),
                quote(from)
            ))
            .await;
            return false;
        }
        Ok(_) => {}
        Err(_) => {
            if let Err(error) = files::create_directory(process, to, Some(mode & !process.umask)) {
                out.complain(format_args!("cannot create directory {}: {error}", quote(to))).await;
                return false;
            }
            if parsed.has('v') {
                out.push(format!("{} -> {}\n", quote(from), quote(to)));
            }
        }
    }
    let mut good = true;
    for entry in process.host.files.read_directory(&process.path(from)).unwrap_or_default() {
        let (from, to) = (files::in_folder(from, &entry.name), files::in_folder(to, &entry.name));
        good &= Box::pin(copy(parsed, out, &from, &to, false)).await;
    }
    good
}
