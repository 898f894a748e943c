//! `find -printf`

use podground_shell::Process;
use podground_sim::Time;

use super::Found;
use super::tests::{shown_name, type_letter};
use crate::calendar::{self, Zone};
use crate::{files, users};

/// Writes a file by a format.
pub(super) fn write(process: &Process, format: &str, found: &Found) -> String {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some('\\') => out.push('\\'),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            '%' => {
                let left = chars.next_if_eq(&'-').is_some();
                let mut width = String::new();
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    width.push(digit);
                }
                let Some(letter) = chars.next() else {
                    out.push('%');
                    break;
                };
                let second = if matches!(letter, 'T' | 'A' | 'C') { chars.next() } else { None };
                let text = field(process, letter, second, found);
                let width = width.parse().unwrap_or(0);
                out.push_str(&if left { format!("{text:<width$}") } else { format!("{text:>width$}") });
            }
            c => out.push(c),
        }
    }
    out
}

fn field(process: &Process, letter: char, second: Option<char>, found: &Found) -> String {
    let metadata = &found.metadata;
    let path = &found.path;
    let time = || {
        let time = Time(metadata.modified);
        match second {
            Some('@') => format!("{}.{:09}0", time.unix_seconds(), time.0 % 1_000_000_000),
            Some('+') => calendar::format(time, &Zone::utc(), "%Y-%m-%d+%H:%M:%S.%N0"),
            Some(letter) => calendar::format(time, &Zone::utc(), &format!("%{letter}")),
            None => calendar::format(time, &Zone::utc(), "%a %b %e %H:%M:%S.%N0 %Y"),
        }
    };
    match letter {
        '%' => "%".to_owned(),
        'p' => path.clone(),
        'P' => path[found.start..].trim_start_matches('/').to_owned(),
        'H' => path[..found.start].to_owned(),
        'f' => shown_name(path).to_owned(),
        'h' => match path.trim_end_matches('/').rfind('/') {
            Some(0) => String::new(),
            Some(at) => path[..at].to_owned(),
            None => ".".to_owned(),
        },
        'd' => found.depth.to_string(),
        's' => metadata.size.to_string(),
        'k' => metadata.size.div_ceil(4096).saturating_mul(4).to_string(),
        'b' => metadata.size.div_ceil(4096).saturating_mul(8).to_string(),
        'm' => format!("{:o}", metadata.mode & 0o7777),
        'M' => files::mode_string(metadata),
        'y' | 'Y' => type_letter(metadata.file_type).to_owned(),
        'u' => users::user(process, metadata.uid),
        'U' => metadata.uid.to_string(),
        'g' => users::group(process, metadata.gid),
        'G' => metadata.gid.to_string(),
        'i' => metadata.inode.to_string(),
        'n' => "1".to_owned(),
        'l' => process.host.files.read_link(&process.path(path)).unwrap_or_default(),
        'T' | 'A' | 'C' => time(),
        't' | 'a' | 'c' => time(),
        other => format!("%{other}"),
    }
}
