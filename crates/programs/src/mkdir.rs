//! `mkdir` and `rmdir`

use podground_shell::Process;
use podground_vfs::Error;

use crate::files;
use crate::options::{self, Syntax};
use crate::stream::Output;
use crate::text::{curly, quote};

const MKDIR: Syntax = Syntax::new(
    "m:pv",
    &[("mode=", 'm'), ("parents", 'p'), ("verbose", 'v')],
    "[OPTION]... DIRECTORY...",
    "Make directories.",
);

const RMDIR: Syntax = Syntax::new(
    "pv",
    &[("parents", 'p'), ("verbose", 'v'), ("ignore-fail-on-non-empty", '1')],
    "[OPTION]... DIRECTORY...",
    "Take empty directories away.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &MKDIR).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &MKDIR, "missing operand").await);
    }
    let mut out = Output::new(process);
    let mode = match parsed.value('m') {
        None => None,
        Some(text) => match files::change_mode(text, 0o777, true, process.umask) {
            Some(mode) => Some(mode),
            None => {
                out.complain(format_args!("invalid mode {}", curly(text))).await;
                return Err(1);
            }
        },
    };
    let mut status = 0;
    for name in &parsed.operands {
        let mut steps = vec![name.clone()];
        if parsed.has('p') {
            steps.clear();
            let parts: Vec<&str> = name.split('/').collect();
            for end in 1..=parts.len() {
                let path = parts[..end].join("/");
                if !path.is_empty() && !path.ends_with('/') {
                    steps.push(path);
                }
            }
        }
        let last = steps.len().saturating_sub(1);
        for (index, step) in steps.iter().enumerate() {
            if parsed.has('p') && files::is_directory(process, step) {
                continue;
            }
            match files::create_directory(process, step, mode.filter(|_| index == last)) {
                Ok(()) => {
                    if parsed.has('v') {
                        out.push(format!("{}: created directory {}\n", process.name(), quote(step)));
                    }
                }
                Err(error) => {
                    // A file in the way of a folder that is to lie below it is no folder.
                    let error =
                        if error == Error::Exists && index != last { Error::NotADirectory } else { error };
                    let shown = if error == Error::NotADirectory { step } else { name };
                    out.complain(format_args!("cannot create directory {}: {error}", curly(shown))).await;
                    status = 1;
                    break;
                }
            }
        }
    }
    Ok(out.finish(status).await)
}

pub(crate) async fn rmdir(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &RMDIR).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &RMDIR, "missing operand").await);
    }
    let mut out = Output::new(process);
    let mut status = 0;
    for name in &parsed.operands {
        let mut path = name.trim_end_matches('/').to_owned();
        loop {
            if parsed.has('v') {
                out.push(format!("{}: removing directory, {}\n", process.name(), quote(&path)));
            }
            let result = match files::symlink_metadata(process, &path) {
                Ok(metadata) if metadata.file_type != podground_vfs::FileType::Directory => {
                    Err(Error::NotADirectory)
                }
                Ok(_) => files::remove(process, &path),
                Err(error) => Err(error),
            };
            if let Err(error) = result {
                if !(parsed.has('1') && error == Error::NotEmpty) {
                    out.complain(format_args!("failed to remove {}: {error}", quote(&path))).await;
                    status = 1;
                }
                break;
            }
            match path.rfind('/') {
                Some(end) if parsed.has('p') && end > 0 => path.truncate(end),
                _ => break,
            }
        }
    }
    Ok(out.finish(status).await)
}
