//! `pwd`, `basename`, `dirname`, `realpath`, `readlink`, `which`, `mktemp`

use podground_shell::Process;
use podground_shell::exec::{DEFAULT_PATH, find_in_path};
use podground_vfs::{Error, base_name, parent};

use crate::files;
use crate::options::{self, Syntax};
use crate::stream::Output;
use crate::text::curly;

const PWD: Syntax =
    Syntax::new("LP", &[("logical", 'L'), ("physical", 'P')], "[OPTION]...", "Show the working directory.");

pub(crate) async fn pwd(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &PWD).await?;
    let mut folder = process.cwd.clone();
    if parsed.last_of("LP") != Some('L') {
        folder = process.host.files.canonicalize(&folder).unwrap_or(folder);
    }
    let mut out = Output::new(process);
    out.push(folder + "\n");
    Ok(out.finish(0).await)
}

const BASENAME: Syntax = Syntax::new(
    "+as:z",
    &[("multiple", 'a'), ("suffix=", 's'), ("zero", 'z')],
    "NAME [SUFFIX]",
    "Print a name without the directories before it.",
);

pub(crate) async fn basename(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &BASENAME).await?;
    let mut names = parsed.operands.clone();
    if names.is_empty() {
        return Err(options::refuse(process, &BASENAME, "missing operand").await);
    }
    let mut suffix = parsed.value('s').map(str::to_owned);
    if !parsed.has('a') && suffix.is_none() {
        if names.len() > 2 {
            let message = format!("extra operand {}", curly(&names[2]));
            return Err(options::refuse(process, &BASENAME, &message).await);
        }
        suffix = (names.len() == 2).then(|| names.remove(1));
    }
    let mut out = Output::new(process);
    for name in names {
        let base =
            if !name.is_empty() && name.trim_end_matches('/').is_empty() { "/" } else { base_name(&name) };
        let short =
            suffix.as_deref().and_then(|suffix| base.strip_suffix(suffix)).filter(|short| !short.is_empty());
        out.push(short.unwrap_or(base));
        out.push(if parsed.has('z') { "\0" } else { "\n" });
    }
    Ok(out.finish(0).await)
}

const DIRNAME: Syntax =
    Syntax::new("z", &[("zero", 'z')], "[OPTION] NAME...", "Print names without their last part.");

pub(crate) async fn dirname(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &DIRNAME).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &DIRNAME, "missing operand").await);
    }
    let mut out = Output::new(process);
    for name in &parsed.operands {
        let trimmed = name.trim_end_matches('/');
        let folder = match trimmed.rfind('/') {
            _ if trimmed.is_empty() && !name.is_empty() => "/",
            None => ".",
            Some(at) => {
                let folder = trimmed[..at].trim_end_matches('/');
                if folder.is_empty() { "/" } else { folder }
            }
        };
        out.push(folder);
        out.push(if parsed.has('z') { "\0" } else { "\n" });
    }
    Ok(out.finish(0).await)
}

const REALPATH: Syntax = Syntax::new(
    "emsqzLP",
    &[
        ("canonicalize-existing", 'e'),
        ("canonicalize-missing", 'm'),
        ("no-symlinks", 's'),
        ("quiet", 'q'),
        ("zero", 'z'),
    ],
    "[OPTION]... FILE...",
    "Print the absolute names of files.",
);

pub(crate) async fn realpath(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &REALPATH).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &REALPATH, "missing operand").await);
    }
    let mut out = Output::new(process);
    let mut status = 0;
    for name in &parsed.operands {
        let path = if parsed.has('s') {
            Ok(process.path(name))
        } else {
            real(process, name, parsed.has('m'), parsed.has('e'))
        };
        match path {
            Ok(path) => out.push(path + if parsed.has('z') { "\0" } else { "\n" }),
            Err(error) => {
                if !parsed.has('q') {
                    out.complain(format_args!("{name}: {error}")).await;
                }
                status = 1;
            }
        }
    }
    Ok(out.finish(status).await)
}

/// The name without links; only the last part may be missing, or all parts, or none.
fn real(process: &Process, name: &str, missing: bool, existing: bool) -> Result<String, Error> {
    let path = process.path(name);
    let fs = &process.host.files;
    match fs.canonicalize(&path) {
        Err(Error::NotFound) if missing => {
            let folder =
                if path == "/" { "/".to_owned() } else { real(process, parent(&path), true, false)? };
            Ok(podground_vfs::join(&folder, base_name(&path)))
        }
        Err(Error::NotFound) if !existing && fs.is_directory(parent(&path)) => {
            Ok(podground_vfs::join(&fs.canonicalize(parent(&path))?, base_name(&path)))
        }
        result => result,
    }
}

const READLINK: Syntax = Syntax::new(
    "femnqsvz",
    &[
        ("canonicalize", 'f'),
        ("canonicalize-existing", 'e'),
        ("canonicalize-missing", 'm'),
        ("no-newline", 'n'),
        ("quiet", 'q'),
        ("silent", 's'),
        ("verbose", 'v'),
        ("zero", 'z'),
    ],
    "[OPTION]... FILE...",
    "Print where symbolic links lead to.",
);

pub(crate) async fn readlink(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &READLINK).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &READLINK, "missing operand").await);
    }
    let mut out = Output::new(process);
    let mut status = 0;
    for name in &parsed.operands {
        let result = match parsed.last_of("fem") {
            Some(letter) => real(process, name, letter == 'm', letter == 'e'),
            None => process.host.files.read_link(&process.path(name)),
        };
        match result {
            Ok(target) => {
                out.push(target);
                if !(parsed.has('n') && parsed.operands.len() == 1) {
                    out.push(if parsed.has('z') { "\0" } else { "\n" });
                }
            }
            Err(error) => {
                if parsed.has('v') {
                    out.complain(format_args!("{name}: {error}")).await;
                }
                status = 1;
            }
        }
    }
    Ok(out.finish(status).await)
}

const WHICH: Syntax =
    Syntax::new("as", &[], "[-as] COMMAND...", "Show which files commands run.").failing_with(2);

pub(crate) async fn which(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &WHICH).await?;
    let mut out = Output::new(process);
    let path = process.env("PATH").unwrap_or(DEFAULT_PATH);
    let mut status = u8::from(parsed.operands.is_empty());
    for name in &parsed.operands {
        let mut found = false;
        let folders: Vec<&str> = if name.contains('/') { vec![""] } else { path.split(':').collect() };
        for folder in folders {
            let file = if name.contains('/') {
                files::may(process, name, 1).then(|| name.clone())
            } else {
                find_in_path(&process.host, folder, &process.cwd, name, process.uid, process.gid)
                    .filter(|file| files::may(process, file, 1))
            };
            if let Some(file) = file {
                found = true;
                if !parsed.has('s') {
                    out.push(file + "\n");
                }
                if !parsed.has('a') {
                    break;
                }
            }
        }
        if !found {
            status = 1;
        }
    }
    Ok(out.finish(status).await)
}

const MKTEMP: Syntax = Syntax::new(
    "dp:qtu",
    &[("directory", 'd'), ("tmpdir=?", 'p'), ("quiet", 'q'), ("dry-run", 'u'), ("suffix=", '1')],
    "[OPTION]... [TEMPLATE]",
    "Make a file or directory with a name of its own.",
);

pub(crate) async fn mktemp(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &MKTEMP).await?;
    let mut out = Output::new(process);
    let template = parsed.operands.first().map_or("tmp.XXXXXXXXXX", String::as_str);
    let in_tmp = parsed.operands.is_empty() || parsed.has('p') || parsed.has('t');
    let stem = template.trim_end_matches('X');
    let count = template.len() - stem.len();
    if count < 3 {
        out.complain(format_args!("too few X's in template {}", curly(template))).await;
        return Err(1);
    }
    let folder =
        parsed.value('p').filter(|text| !text.is_empty()).or(process.env("TMPDIR")).unwrap_or("/tmp");
    let mut attempt = 0;
    let path = loop {
        let key = [process.host.hostname.borrow().clone(), process.pid.to_string(), attempt.to_string()];
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        let mut rng = process.host.sim.rng("mktemp", &key);
        let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let random: String = (0..count).map(|_| char::from(letters[rng.below(62) as usize])).collect();
        let name = format!("{stem}{random}{}", parsed.value('1').unwrap_or_default());
        let path = if in_tmp { files::in_folder(folder, "") + &name } else { name };
        if files::symlink_metadata(process, &path).is_err() {
            break path;
        }
        attempt += 1;
    };
    let (what, result) = if parsed.has('u') {
        ("file", Ok(()))
    } else if parsed.has('d') {
        ("directory", files::create_directory(process, &path, Some(0o700)))
    } else {
        let made = files::create_file(process, &path);
        ("file", made.and_then(|()| process.host.files.set_mode(&process.path(&path), 0o600)))
    };
    if let Err(error) = result {
        if !parsed.has('q') {
            let shown = if in_tmp { files::in_folder(folder, "") + template } else { template.to_owned() };
            out.complain(format_args!("failed to create {what} via template {}: {error}", curly(&shown)))
                .await;
        }
        return Err(1);
    }
    out.push(path + "\n");
    Ok(out.finish(0).await)
}
