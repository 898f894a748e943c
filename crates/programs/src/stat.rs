//! `stat`

use podground_shell::Process;
use podground_sim::Time;
use podground_vfs::{FileType, Metadata};

use crate::calendar::{self, Zone};
use crate::options::{self, Syntax};
use crate::stream::Output;
use crate::text::quote;
use crate::{files, users};

const SYNTAX: Syntax = Syntax::new(
    "Lc:ft",
    &[("dereference", 'L'), ("format=", 'c'), ("printf=", '1'), ("terse", 't'), ("file-system", 'f')],
    "[OPTION]... FILE...",
    "Show what is known of files.",
);

const DEFAULT: &str = "  File: %R\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: 0,57\tInode: %-11i Links: %h\n\
                       Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w";

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &SYNTAX, "missing operand").await);
    }
    if let Some(letter) = parsed.last_of("ft") {
        crate::stream::complain(process, format_args!("podground does not support the option -{letter} yet"))
            .await;
        return Err(1);
    }
    let mut out = Output::new(process);
    let mut status = 0;
    for name in &parsed.operands {
        let metadata = if parsed.has('L') {
            files::metadata(process, name)
        } else {
            files::symlink_metadata(process, name)
        };
        match metadata {
            Ok(metadata) => {
                let text = match (parsed.value('1'), parsed.value('c')) {
                    (Some(format), _) => {
                        let format = format.replace("\\n", "\n").replace("\\t", "\t");
                        write(process, &format, name, &metadata)
                    }
                    (None, format) => write(process, format.unwrap_or(DEFAULT), name, &metadata) + "\n",
                };
                out.push(text);
            }
            Err(error) => {
                out.complain(format_args!("cannot statx {}: {error}", quote(name))).await;
                status = 1;
            }
        }
    }
    Ok(out.finish(status).await)
}

/// Writes a file by a format.
fn write(process: &Process, format: &str, name: &str, metadata: &Metadata) -> String {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let left = chars.next_if_eq(&'-').is_some();
        let zero = chars.next_if_eq(&'0').is_some();
        let mut width = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            width.push(digit);
        }
        let Some(letter) = chars.next() else {
            out.push('%');
            break;
        };
        let text = field(process, letter, name, metadata);
        let width: usize = width.parse().unwrap_or(0);
        out.push_str(&if left {
            format!("{text:<width$}")
        } else if zero {
            format!("{text:0>width$}")
        } else {
            format!("{text:>width$}")
        });
    }
    out
}

fn field(process: &Process, letter: char, name: &str, metadata: &Metadata) -> String {
    let time = Time(metadata.modified);
    let blocks = match metadata.file_type {
        FileType::File => metadata.size.div_ceil(4096) * 8,
        FileType::Directory => 8,
        _ => 0,
    };
    match letter {
        '%' => "%".to_owned(),
        'n' => name.to_owned(),
        'N' if metadata.file_type == FileType::Symlink => {
            let target = process.host.files.read_link(&process.path(name)).unwrap_or_default();
            format!("{} -> {}", quote(name), quote(&target))
        }
        'N' => quote(name),
        // Only the usual picture shows names without quotes.
        'R' => match process.host.files.read_link(&process.path(name)) {
            Ok(target) => format!("{name} -> {target}"),
            Err(_) => name.to_owned(),
        },
        's' => metadata.size.to_string(),
        'b' => blocks.to_string(),
        'B' => "512".to_owned(),
        'o' => "4096".to_owned(),
        'i' => metadata.inode.to_string(),
        'h' => if metadata.file_type == FileType::Directory { "2" } else { "1" }.to_owned(),
        'a' => format!("{:o}", metadata.mode & 0o7777),
        'A' => files::mode_string(metadata),
        'f' => format!("{:x}", metadata.mode & 0o7777 | type_bits(metadata.file_type)),
        'F' => match metadata.file_type {
            FileType::File if metadata.size == 0 => "regular empty file",
            FileType::File => "regular file",
            FileType::Directory => "directory",
            FileType::Symlink => "symbolic link",
            FileType::Device(_) => "character special file",
        }
        .to_owned(),
        'u' => metadata.uid.to_string(),
        'U' => users::user(process, metadata.uid),
        'g' => metadata.gid.to_string(),
        'G' => users::group(process, metadata.gid),
        'x' | 'y' | 'z' => calendar::format(time, &Zone::utc(), "%Y-%m-%d %H:%M:%S.%N %z"),
        'X' | 'Y' | 'Z' => time.unix_seconds().to_string(),
        'w' => "-".to_owned(),
        'W' => "0".to_owned(),
        other => format!("%{other}"),
    }
}

fn type_bits(file_type: FileType) -> u32 {
    match file_type {
        FileType::File => 0o100_000,
        FileType::Directory => 0o040_000,
        FileType::Symlink => 0o120_000,
        FileType::Device(_) => 0o020_000,
    }
}
