//! What `find` asks of files.

use std::cmp::Ordering;
use std::rc::Rc;

use podground_shell::Process;
use podground_vfs::{FileType, glob_matches};

use super::Found;
use super::parse::number;
use crate::regex::{self, Regex, Syntax};
use crate::{files, users};

/// A question.
#[derive(Clone, Debug)]
pub(super) enum Test {
    False,
    Name {
        pattern: String,
        ignore_case: bool,
    },
    Path {
        pattern: String,
        ignore_case: bool,
    },
    Regex(Rc<Regex>),
    Link(String),
    Type(String),
    /// The unit in bytes.
    Size(Ordering, u64, u64),
    Empty,
    /// Older than the time in nanoseconds is less.
    Newer(u64),
    /// Age in units of so many seconds.
    Age(Ordering, u64, u64),
    Perm {
        bits: u32,
        mode: Perm,
    },
    User(u32),
    Group(u32),
    Inode(Ordering, u64),
    May(u32),
}

/// How permission bits are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Perm {
    Exact,
    All,
    Any,
}

/// The sign of a number: more than, less than, just.
pub(super) fn compare(text: &str) -> (Ordering, &str) {
    match text.as_bytes().first() {
        Some(b'+') => (Ordering::Greater, &text[1..]),
        Some(b'-') => (Ordering::Less, &text[1..]),
        _ => (Ordering::Equal, text),
    }
}

/// Reads a test of that name.
pub(super) fn read_test(
    process: &Process,
    name: &str,
    mut argument: impl FnMut() -> Result<String, String>,
) -> Result<Test, String> {
    let ignore_case = name.starts_with("-i") && !matches!(name, "-inum");
    let invalid = |text: &str| format!("invalid argument `{text}' to `{name}'");
    Ok(match name {
        "-false" => Test::False,
        "-name" | "-iname" => Test::Name { pattern: argument()?, ignore_case },
        "-path" | "-wholename" | "-ipath" | "-iwholename" => Test::Path { pattern: argument()?, ignore_case },
        "-regex" | "-iregex" => {
            let pattern = argument()?;
            let regex =
                regex::compile(&format!("^\\({}\\)$", from_emacs(&pattern)), Syntax::Basic, ignore_case)?;
            Test::Regex(Rc::new(regex))
        }
        "-lname" => Test::Link(argument()?),
        "-type" | "-xtype" => {
            let types = argument()?;
            for part in types.split(',') {
                if !matches!(part, "f" | "d" | "l" | "c" | "b" | "p" | "s") {
                    return Err(format!(
                        "Unknown argument to {name}: {}",
                        part.chars().next().unwrap_or(' ')
                    ));
                }
            }
            Test::Type(types)
        }
        "-size" => size(&argument()?)?,
        "-empty" => Test::Empty,
        "-newer" | "-anewer" | "-cnewer" | "-mnewer" => {
            let file = argument()?;
            let metadata = files::metadata(process, &file).map_err(|error| format!("‘{file}’: {error}"))?;
            Test::Newer(metadata.modified)
        }
        "-newermt" => {
            let text = argument()?;
            let now = process.host.sim.now();
            let time = crate::date::parse(&text, now)
                .ok_or_else(|| format!("I cannot figure out how to interpret ‘{text}’ as a date or time"))?;
            Test::Newer(time.0)
        }
        "-mtime" | "-atime" | "-ctime" | "-mmin" | "-amin" | "-cmin" => {
            let text = argument()?;
            let (order, count) = number(&text).ok_or_else(|| invalid(&text))?;
            Test::Age(order, count, if name.ends_with("min") { 60 } else { 86_400 })
        }
        "-perm" => {
            let text = argument()?;
            let (mode, bits) = match text.as_bytes().first() {
                Some(b'-') => (Perm::All, &text[1..]),
                Some(b'/') => (Perm::Any, &text[1..]),
                _ => (Perm::Exact, text.as_str()),
            };
            let bits =
                files::change_mode(bits, 0, false, 0).ok_or_else(|| format!("invalid mode ‘{text}’"))?;
            Test::Perm { bits, mode }
        }
        "-user" | "-uid" => {
            let text = argument()?;
            let uid = users::uid(process, &text);
            Test::User(uid.ok_or_else(|| format!("‘{text}’ is not the name of a known user"))?)
        }
        "-group" | "-gid" => {
            let text = argument()?;
            let gid = users::gid(process, &text);
            Test::Group(gid.ok_or_else(|| format!("‘{text}’ is not the name of an existing group"))?)
        }
        "-inum" => {
            let text = argument()?;
            let (order, inode) = number(&text).ok_or_else(|| invalid(&text))?;
            Test::Inode(order, inode)
        }
        "-readable" => Test::May(4),
        "-writable" => Test::May(2),
        "-executable" => Test::May(1),
        _ => return Err(format!("unknown predicate `{name}'")),
    })
}

/// Emacs' expressions are basic ones in which `+` and `?` repeat.
fn from_emacs(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    let mut in_bracket = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '[' => in_bracket = true,
            ']' => in_bracket = false,
            '+' | '?' if !in_bracket => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

fn size(text: &str) -> Result<Test, String> {
    let (order, rest) = compare(text);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let unit = match &rest[end..] {
        "" | "b" => 512,
        "c" => 1,
        "w" => 2,
        "k" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err(format!("invalid -size type `{}'", rest[end..].chars().next().unwrap_or(' '))),
    };
    let count = rest[..end].parse().map_err(|_| format!("invalid argument `{text}' to `-size'"))?;
    Ok(Test::Size(order, count, unit))
}

/// Whether a file is what a test asks for.
pub(super) fn holds(process: &Process, test: &Test, found: &Found) -> bool {
    let metadata = &found.metadata;
    let fits = |pattern: &str, text: &str, ignore_case: bool| {
        if ignore_case {
            glob_matches(&pattern.to_lowercase(), &text.to_lowercase())
        } else {
            glob_matches(pattern, text)
        }
    };
    match test {
        Test::False => false,
        Test::Name { pattern, ignore_case } => fits(pattern, shown_name(&found.path), *ignore_case),
        Test::Path { pattern, ignore_case } => fits(pattern, &found.path, *ignore_case),
        Test::Regex(regex) => regex.is_match(&found.path),
        Test::Link(pattern) => {
            let target = process.host.files.read_link(&process.path(&found.path));
            target.is_ok_and(|target| glob_matches(pattern, &target))
        }
        Test::Type(types) => types.split(',').any(|letter| letter == type_letter(metadata.file_type)),
        Test::Size(order, count, unit) => metadata.size.div_ceil(*unit).cmp(count) == *order,
        Test::Empty => match metadata.file_type {
            FileType::File => metadata.size == 0,
            FileType::Directory => {
                let entries = process.host.files.read_directory(&process.path(&found.path));
                entries.is_ok_and(|entries| entries.is_empty())
            }
            _ => false,
        },
        Test::Newer(time) => metadata.modified > *time,
        Test::Age(order, count, unit) => {
            let age = process.host.sim.now().0.saturating_sub(metadata.modified);
            (age / (unit * 1_000_000_000)).cmp(count) == *order
        }
        Test::Perm { bits, mode } => match mode {
            Perm::Exact => metadata.mode & 0o7777 == *bits,
            Perm::All => metadata.mode & bits == *bits,
            Perm::Any => *bits == 0 || metadata.mode & bits != 0,
        },
        Test::User(uid) => metadata.uid == *uid,
        Test::Group(gid) => metadata.gid == *gid,
        Test::Inode(order, inode) => metadata.inode.cmp(inode) == *order,
        Test::May(bit) => files::may(process, &found.path, *bit),
    }
}

/// The last part of a path, `/` of the root.
pub(super) fn shown_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed.rsplit('/').next().unwrap_or(trimmed) }
}

/// `f`, `d` and so on.
pub(super) fn type_letter(file_type: FileType) -> &'static str {
    match file_type {
        FileType::File => "f",
        FileType::Directory => "d",
        FileType::Symlink => "l",
        FileType::Device(_) => "c",
    }
}
