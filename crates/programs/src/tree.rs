//! `tree` and `file`

use podground_shell::{Host, Process};
use podground_vfs::FileType;

use crate::files;
use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;

const TREE: Syntax = Syntax::new(
    "adfL:I:",
    &[("noreport", '1')],
    "[-adf] [-L LEVEL] [-I PATTERN] [DIRECTORY]...",
    "Show folders as a tree.",
);

pub(crate) async fn tree(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &TREE).await?;
    let mut out = Output::new(process);
    let here = [".".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &here } else { &parsed.operands };
    let (mut folders, mut others, mut status) = (0, 0, 0);
    for name in names {
        if !files::is_directory(process, name) {
            out.push(format!("{name}  [error opening dir]\n"));
            status = 2;
            continue;
        }
        out.push(format!("{name}\n"));
        folders += 1;
        let mut text = String::new();
        branch(process, &parsed, name, "", 1, &mut text, &mut folders, &mut others);
        out.write(text).await;
    }
    if !parsed.has('1') {
        let plural =
            |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let mut report = plural(folders.max(usize::from(status > 0)), "directory", "directories");
        if status > 0 && folders == 0 {
            "0 directories".clone_into(&mut report);
        }
        if !parsed.has('d') {
            report.push_str(&format!(", {}", plural(others, "file", "files")));
        }
        out.push(format!("\n{report}\n"));
    }
    Ok(out.finish(status).await)
}

#[expect(clippy::too_many_arguments, reason = "what a recursive walk carries along")]
fn branch(
    process: &Process,
    parsed: &Parsed,
    folder: &str,
    indent: &str,
    level: usize,
    text: &mut String,
    folders: &mut usize,
    others: &mut usize,
) {
    let limit = parsed.value('L').and_then(|level| level.parse().ok()).unwrap_or(64);
    if level > limit {
        return;
    }
    let mut entries = process.host.files.read_directory(&process.path(folder)).unwrap_or_default();
    entries.retain(|entry| {
        (parsed.has('a') || !entry.name.starts_with('.'))
            && (!parsed.has('d') || entry.metadata.file_type == FileType::Directory)
            && !parsed.values('I').any(|pattern| podground_vfs::glob_matches(pattern, &entry.name))
    });
    let last = entries.len().saturating_sub(1);
    for (index, entry) in entries.iter().enumerate() {
        let path = files::in_folder(folder, &entry.name);
        let shown = if parsed.has('f') { &path } else { &entry.name };
        let (mark, next) =
            if index == last { ("└── ", "    ") } else { ("├── ", "│\u{a0}\u{a0} ") };
        text.push_str(&format!("{indent}{mark}{shown}"));
        if entry.metadata.file_type == FileType::Symlink {
            let target = process.host.files.read_link(&process.path(&path)).unwrap_or_default();
            text.push_str(&format!(" -> {target}"));
        }
        text.push('\n');
        if entry.metadata.file_type == FileType::Directory {
            *folders += 1;
            branch(process, parsed, &path, &format!("{indent}{next}"), level + 1, text, folders, others);
        } else {
            *others += 1;
        }
    }
}

const FILE: Syntax = Syntax::new(
    "biL",
    &[("brief", 'b'), ("mime", 'i'), ("dereference", 'L')],
    "[OPTION]... FILE...",
    "Tell what files are.",
);

pub(crate) async fn file(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &FILE).await?;
    if parsed.operands.is_empty() {
        process.eprint("Usage: file [-bL] [file ...]\n").await;
        return Err(1);
    }
    let mut out = Output::new(process);
    let width = parsed.operands.iter().map(String::len).max().unwrap_or(0) + 1;
    for name in &parsed.operands {
        let kind = kind(process, name, parsed.has('L'));
        out.push(if parsed.has('b') {
            format!("{kind}\n")
        } else {
            format!("{:<width$} {kind}\n", format!("{name}:"))
        });
    }
    Ok(out.finish(0).await)
}

fn kind(process: &Process, name: &str, follow: bool) -> String {
    let metadata =
        if follow { files::metadata(process, name) } else { files::symlink_metadata(process, name) };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) => return format!("cannot open `{name}' ({error})"),
    };
    match metadata.file_type {
        FileType::Directory => return "directory".to_owned(),
        FileType::Symlink => {
            let target = process.host.files.read_link(&process.path(name)).unwrap_or_default();
            let broken = if files::metadata(process, name).is_err() {
                "broken symbolic link to"
            } else {
                "symbolic link to"
            };
            return format!("{broken} {target}");
        }
        FileType::Device(_) => return "character special".to_owned(),
        FileType::File => {}
    }
    let Ok(bytes) = process.host.files.read(&process.path(name)) else {
        return "regular file, no read permission".to_owned();
    };
    if bytes.is_empty() {
        return "empty".to_owned();
    }
    if Host::is_program_file(&bytes) {
        return "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, stripped"
            .to_owned();
    }
    if bytes.starts_with(&crate::tar::gzip::MAGIC) {
        return "gzip compressed data".to_owned();
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return "POSIX tar archive (GNU)".to_owned();
    }
    if bytes.len() == 1 {
        return "very short file (no magic)".to_owned();
    }
    let Ok(text) = std::str::from_utf8(&bytes) else { return "data".to_owned() };
    if text.contains('\0') {
        return "data".to_owned();
    }
    let encoding = if text.is_ascii() { "ASCII text" } else { "Unicode text, UTF-8 text" };
    let first = text.lines().next().unwrap_or_default();
    if let Some(interpreter) = first.strip_prefix("#!") {
        let interpreter = interpreter.trim();
        let name = match interpreter.split('/').next_back().unwrap_or_default() {
            "bash" => "Bourne-Again shell".to_owned(),
            "sh" => "POSIX shell".to_owned(),
            _ => format!("a {interpreter}"),
        };
        return format!("{name} script, {encoding} executable");
    }
    if first.starts_with("-----BEGIN CERTIFICATE-----") {
        return "PEM certificate".to_owned();
    }
    if (text.starts_with('{') || text.starts_with('['))
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
    {
        return "JSON text data".to_owned();
    }
    if text.ends_with('\n') { encoding.to_owned() } else { format!("{encoding}, with no line terminators") }
}
