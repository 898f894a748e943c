//! `ls`

mod layout;

use podground_shell::Process;
use podground_vfs::{DirectoryEntry, FileType, Metadata};

use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use crate::text::quote;
use crate::{files, flavor};

const SYNTAX: Syntax = Syntax::new(
    "1aAbcCdFfghHiklLmnopqrRsStTuUvw:xXZ",
    &[
        ("all", 'a'),
        ("almost-all", 'A'),
        ("directory", 'd'),
        ("classify=?", 'F'),
        ("human-readable", 'h'),
        ("inode", 'i'),
        ("numeric-uid-gid", 'n'),
        ("no-group", 'G'),
        ("reverse", 'r'),
        ("recursive", 'R'),
        ("color=?", '2'),
        ("full-time", '3'),
        ("group-directories-first", '4'),
        ("time-style=", '5'),
        ("size", 's'),
        ("dereference", 'L'),
    ],
    "[OPTION]... [FILE]...",
    "List files, or what is in directories.",
)
.failing_with(2);

/// A file that is listed.
pub(crate) struct Item {
    name: String,
    metadata: Metadata,
    /// Where a symbolic link leads to, and what is there.
    target: Option<(String, Option<Metadata>)>,
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    for letter in ['x', 'm', 'Z', 's'] {
        if parsed.has(letter) {
            let message = format!("podground does not support -{letter} of \"ls\" yet");
            return Err(options::refuse(process, &SYNTAX, &message).await);
        }
    }
    let mut out = Output::new(process);
    let mut status = 0;
    let here = [".".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &here } else { &parsed.operands };
    let long = is_long(&parsed);
    let (mut singles, mut folders) = (Vec::new(), Vec::new());
    for name in names {
        // Of a link to a directory the directory is listed, unless the link itself is asked for.
        let found = match files::symlink_metadata(process, name) {
            Ok(metadata) if metadata.file_type == FileType::Symlink && !parsed.has('d') => {
                let target = files::metadata(process, name);
                match target {
                    Ok(target) if !(long || parsed.has('F')) || parsed.has('L') || parsed.has('H') => {
                        Ok(target)
                    }
                    _ => Ok(metadata),
                }
            }
            found => found,
        };
        match found {
            Err(error) => {
                let what = if flavor::is_busybox(process) {
                    format!("{name}: {error}")
                } else {
                    format!("cannot access {}: {error}", quote(name))
                };
                out.complain(what).await;
                status = if flavor::is_busybox(process) { 1 } else { 2 };
            }
            Ok(metadata) if metadata.file_type == FileType::Directory && !parsed.has('d') => {
                folders.push((name.clone(), metadata));
            }
            Ok(metadata) => singles.push(item(process, &parsed, name, name, metadata)),
        }
    }
    let headers = names.len() > 1 || parsed.has('R');
    let mut first = singles.is_empty();
    sort(&parsed, &mut singles);
    layout::print(&parsed, &mut out, &singles, false);
    let mut roots: Vec<Item> =
        folders.into_iter().map(|(name, metadata)| Item { name, metadata, target: None }).collect();
    sort(&parsed, &mut roots);
    let mut queue: Vec<String> = roots.into_iter().rev().map(|item| item.name).collect();
    while let Some(folder) = queue.pop() {
        if !files::may(process, &folder, 4) {
            out.complain(format_args!("cannot open directory {}: Permission denied", quote(&folder))).await;
            status = 2;
            continue;
        }
        let entries = match process.host.files.read_directory(&process.path(&folder)) {
            Ok(entries) => entries,
            Err(error) => {
                out.complain(format_args!("cannot open directory {}: {error}", quote(&folder))).await;
                status = 2;
                continue;
            }
        };
        let mut items = listed(process, &parsed, &folder, entries);
        sort(&parsed, &mut items);
        if headers {
            out.push(format!("{}{folder}:\n", if first { "" } else { "\n" }));
        }
        first = false;
        layout::print(&parsed, &mut out, &items, true);
        out.write("").await;
        if parsed.has('R') {
            let below = items.iter().filter(|item| {
                item.metadata.file_type == FileType::Directory && !matches!(item.name.as_str(), "." | "..")
            });
            let below: Vec<String> = below.map(|item| files::in_folder(&folder, &item.name)).collect();
            queue.extend(below.into_iter().rev());
        }
    }
    Ok(out.finish(status).await)
}

fn is_long(parsed: &Parsed) -> bool {
    parsed.options.iter().any(|(letter, _)| "lgno3".contains(*letter))
}

fn listed(process: &Process, parsed: &Parsed, folder: &str, entries: Vec<DirectoryEntry>) -> Vec<Item> {
    let all = parsed.last_of("aA");
    let mut items = Vec::new();
    if all == Some('a') || parsed.has('f') {
        for name in [".", ".."] {
            let path = files::in_folder(folder, "") + name;
            if let Ok(metadata) = files::metadata(process, &path) {
                items.push(Item { name: name.to_owned(), metadata, target: None });
            }
        }
    }
    for entry in entries {
        if all.is_some() || parsed.has('f') || !entry.name.starts_with('.') {
            let path = files::in_folder(folder, &entry.name);
            items.push(item(process, parsed, &path, &entry.name, entry.metadata));
        }
    }
    items
}

fn item(process: &Process, parsed: &Parsed, path: &str, name: &str, metadata: Metadata) -> Item {
    let mut item = Item { name: name.to_owned(), metadata, target: None };
    if metadata.file_type == FileType::Symlink {
        let at = files::metadata(process, path).ok();
        if let (true, Some(at)) = (parsed.has('L'), at) {
            item.metadata = at;
        } else if let Ok(target) = process.host.files.read_link(&process.path(path)) {
            item.target = Some((target, at));
        }
    }
    item
}

fn sort(parsed: &Parsed, items: &mut [Item]) {
    if parsed.last_of("Uf").is_some() {
        return;
    }
    items.sort_by(|a, b| match parsed.last_of("tSXv") {
        Some('t') => b.metadata.modified.cmp(&a.metadata.modified).then_with(|| a.name.cmp(&b.name)),
        Some('S') => b.metadata.size.cmp(&a.metadata.size).then_with(|| a.name.cmp(&b.name)),
        Some('X') => {
            let extension =
                |name: &str| name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_owned());
            extension(&a.name).cmp(&extension(&b.name)).then_with(|| a.name.cmp(&b.name))
        }
        _ => a.name.cmp(&b.name),
    });
    if parsed.has('r') {
        items.reverse();
    }
    if parsed.has('4') {
        items.sort_by_key(|item| item.metadata.file_type != FileType::Directory);
    }
}
