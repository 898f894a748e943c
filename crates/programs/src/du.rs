//! `du` and `df`

use podground_shell::Process;
use podground_vfs::FileType;

use crate::files;
use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use crate::text::{curly, human, quote};

const DU: Syntax = Syntax::new(
    "abcd:hkmsx",
    &[
        ("all", 'a'),
        ("bytes", 'b'),
        ("total", 'c'),
        ("max-depth=", 'd'),
        ("human-readable", 'h'),
        ("summarize", 's'),
        ("one-file-system", 'x'),
        ("apparent-size", '1'),
    ],
    "[OPTION]... [FILE]...",
    "Tell how much room files take.",
);

pub(crate) async fn du(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &DU).await?;
    let depth = match parsed.value('d') {
        _ if parsed.has('s') => 0,
        None => usize::MAX,
        Some(text) => match text.parse() {
            Ok(depth) => depth,
            Err(_) => {
                let message = format!("invalid maximum depth {}", curly(text));
                return Err(options::refuse(process, &DU, &message).await);
            }
        },
    };
    let mut out = Output::new(process);
    let mut status = 0;
    let here = [".".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &here } else { &parsed.operands };
    let mut total = 0;
    for name in names {
        if let Err(error) = files::symlink_metadata(process, name) {
            out.complain(format_args!("cannot access {}: {error}", quote(name))).await;
            status = 1;
            continue;
        }
        let mut lines = Vec::new();
        total += measure(process, &parsed, name, 0, depth, &mut lines);
        for (size, name) in lines {
            out.write(format!("{}\t{name}\n", shown(&parsed, size))).await;
        }
    }
    if parsed.has('c') {
        out.push(format!("{}\ttotal\n", shown(&parsed, total)));
    }
    Ok(out.finish(status).await)
}

fn shown(parsed: &Parsed, bytes: u64) -> String {
    match parsed.last_of("bhkm") {
        Some('b') => bytes.to_string(),
        Some('h') => human(bytes),
        Some('m') => bytes.div_ceil(1 << 20).to_string(),
        _ => bytes.div_ceil(1024).to_string(),
    }
}

/// The bytes of a file and all below it; adds the lines to be printed.
fn measure(
    process: &Process,
    parsed: &Parsed,
    name: &str,
    level: usize,
    depth: usize,
    lines: &mut Vec<(u64, String)>,
) -> u64 {
    let Ok(metadata) = files::symlink_metadata(process, name) else { return 0 };
    let apparent = parsed.has('b') || parsed.has('1');
    let mut size = match metadata.file_type {
        FileType::Directory => 4096,
        FileType::File if apparent => metadata.size,
        FileType::File => metadata.size.div_ceil(4096) * 4096,
        FileType::Symlink if apparent => metadata.size,
        _ => 0,
    };
    let folder = metadata.file_type == FileType::Directory;
    if folder {
        for entry in process.host.files.read_directory(&process.path(name)).unwrap_or_default() {
            let below = files::in_folder(name, &entry.name);
            size += measure(process, parsed, &below, level + 1, depth, lines);
        }
    }
    if level <= depth && (folder || level == 0 || parsed.has('a')) {
        lines.push((size, name.to_owned()));
    }
    size
}

const DF: Syntax = Syntax::new(
    "ahikPTt:",
    &[("all", 'a'), ("human-readable", 'h'), ("portability", 'P'), ("print-type", 'T')],
    "[OPTION]... [FILE]...",
    "Tell how full file systems are.",
);

/// The size of every simulated disk, in kilobytes.
const DISK: u64 = 61_255_492;

pub(crate) async fn df(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &DF).await?;
    if let Some(letter) = parsed.last_of("it") {
        crate::stream::complain(process, format_args!("podground does not support the option -{letter} yet"))
            .await;
        return Err(1);
    }
    let mut out = Output::new(process);
    let mut rows = Vec::new();
    let mounts = process.host.files.mounts();
    for mount in &mounts {
        let mut lines = Vec::new();
        let used = if mount.path == "/" {
            0
        } else {
            measure(process, &parsed, &mount.path, 0, 0, &mut lines) / 1024
        };
        let source = if mount.source.is_empty() { "overlay" } else { &mount.source };
        rows.push((source.to_owned(), used, mount.path.clone()));
    }
    let mut status = 0;
    if !parsed.operands.is_empty() {
        let mut chosen = Vec::new();
        for name in &parsed.operands {
            match process.host.files.canonicalize(&process.path(name)) {
                Ok(path) => {
                    let inside = |folder: &str| {
                        folder == "/" || path == folder || path.starts_with(&format!("{folder}/"))
                    };
                    chosen.extend(
                        rows.iter().filter(|row| inside(&row.2)).max_by_key(|row| row.2.len()).cloned(),
                    );
                }
                Err(error) => {
                    out.complain(format_args!("{name}: {error}")).await;
                    status = 1;
                }
            }
        }
        rows = chosen;
        if rows.is_empty() {
            return Ok(out.finish(status).await);
        }
    }
    let by_human = parsed.has('h');
    let size = |kilobytes: u64| if by_human { human(kilobytes * 1024) } else { kilobytes.to_string() };
    let mut table = vec![
        [
            "Filesystem",
            if by_human { "Size" } else { "1K-blocks" },
            "Used",
            if by_human { "Avail" } else { "Available" },
            "Use%",
            "Mounted on",
        ]
        .map(str::to_owned),
    ];
    for (source, used, path) in rows {
        let percent = (used * 100).div_ceil(DISK);
        table.push([
            source,
            size(DISK),
            size(used),
            size(DISK - used.min(DISK)),
            format!("{percent}%"),
            path,
        ]);
    }
    let width = |column: usize| table.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (first, w1, w2, w3, w4) =
        (width(0).max(14), width(1).max(5), width(2).max(5), width(3).max(5), width(4));
    for row in &table {
        out.push(format!(
            "{:<first$} {:>w1$} {:>w2$} {:>w3$} {:>w4$} {}\n",
            row[0], row[1], row[2], row[3], row[4], row[5]
        ));
    }
    Ok(out.finish(status).await)
}
