//! The columns and lines of `ls`.

use podground_shell::width::text_width;
use podground_sim::Time;
use podground_vfs::{FileType, Metadata};

use super::{Item, is_long};
use crate::calendar::{self, Zone};
use crate::options::Parsed;
use crate::stream::Output;
use crate::text::{human, quote};
use crate::{files, users};

/// Half a year in seconds: older files show their year.
const HALF_YEAR: u64 = 15_778_476;

/// Prints files; `total` is printed for what is in a directory.
pub(super) fn print(parsed: &Parsed, out: &mut Output<'_>, items: &[Item], in_folder: bool) {
    let terminal = out.process.is_terminal(1);
    let color = match parsed.value('2') {
        Some("always" | "yes" | "force") => true,
        Some("auto" | "" | "tty" | "if-tty") => terminal,
        _ => false,
    };
    let style = Style { parsed, color, quotes: terminal };
    if is_long(parsed) {
        if in_folder {
            let blocks: u64 = items.iter().map(|item| blocks(&item.metadata)).sum();
            let total = if parsed.has('h') { human(blocks * 1024) } else { blocks.to_string() };
            out.push(format!("total {total}\n"));
        }
        long(&style, out, items);
    } else if parsed.has('C') || terminal && !parsed.has('1') {
        columns(&style, out, items);
    } else {
        for item in items {
            out.push(format!("{}{}\n", style.inode(item), style.name(item)));
        }
    }
}

/// Kilobytes that a file takes on the disk.
fn blocks(metadata: &Metadata) -> u64 {
    match metadata.file_type {
        FileType::File => metadata.size.div_ceil(4096) * 4,
        FileType::Directory => 4,
        FileType::Symlink | FileType::Device(_) => 0,
    }
}

struct Style<'a> {
    parsed: &'a Parsed,
    color: bool,
    quotes: bool,
}

impl Style<'_> {
    fn inode(&self, item: &Item) -> String {
        if self.parsed.has('i') { format!("{} ", item.metadata.inode) } else { String::new() }
    }

    /// The name as it is shown, without color.
    fn plain(&self, item: &Item) -> String {
        let special = |c: char| c.is_whitespace() || "'\"$&;|<>()*?[]`\\!#~".contains(c);
        let name =
            if self.quotes && item.name.contains(special) { quote(&item.name) } else { item.name.clone() };
        name + self.mark(&item.metadata)
    }

    fn mark(&self, metadata: &Metadata) -> &'static str {
        if !self.parsed.has('F') && !self.parsed.has('p') {
            return "";
        }
        match metadata.file_type {
            FileType::Directory => "/",
            FileType::Symlink if self.parsed.has('F') && !is_long(self.parsed) => "@",
            FileType::File if self.parsed.has('F') && metadata.mode & 0o111 != 0 => "*",
            _ => "",
        }
    }

    fn name(&self, item: &Item) -> String {
        let plain = self.plain(item);
        if !self.color {
            return plain;
        }
        let color =
            color_of(&item.metadata, item.target.as_ref().is_some_and(|(_, at)| at.is_none()), &item.name);
        if color.is_empty() { plain } else { format!("\x1b[0m\x1b[{color}m{plain}\x1b[0m") }
    }
}

fn color_of(metadata: &Metadata, dangling: bool, name: &str) -> &'static str {
    let archive = [".tar", ".gz", ".tgz", ".zip"].iter().any(|end| name.ends_with(end));
    match metadata.file_type {
        FileType::Directory if metadata.mode & 0o1002 == 0o1002 => "30;42",
        FileType::Directory => "01;34",
        FileType::Symlink if dangling => "40;31;01",
        FileType::Symlink => "01;36",
        FileType::Device(_) => "40;33;01",
        FileType::File if metadata.mode & 0o111 != 0 => "01;32",
        FileType::File if archive => "01;31",
        FileType::File => "",
    }
}

fn columns(style: &Style<'_>, out: &mut Output<'_>, items: &[Item]) {
    let available = match (style.parsed.value('w'), out.process.terminal()) {
        (Some(text), _) => text.parse().unwrap_or(80),
        (None, Some(terminal)) if out.process.is_terminal(1) => usize::from(terminal.size().columns),
        _ => 80,
    };
    let widths: Vec<usize> =
        items.iter().map(|item| style.inode(item).len() + text_width(&style.plain(item))).collect();
    // The fewest lines whose columns fit.
    let mut rows = 1;
    let chosen = loop {
        let columns: Vec<usize> =
            widths.chunks(rows).map(|chunk| chunk.iter().max().copied().unwrap_or(0) + 2).collect();
        if columns.iter().sum::<usize>() <= available + 2 || rows >= items.len().max(1) {
            break columns;
        }
        rows += 1;
    };
    for row in 0..rows.min(items.len()) {
        let mut line = String::new();
        for (column, width) in chosen.iter().enumerate() {
            let index = column * rows + row;
            let Some(item) = items.get(index) else { break };
            line.push_str(&style.inode(item));
            line.push_str(&style.name(item));
            if index + rows < items.len() {
                line.push_str(&" ".repeat(width - widths[index]));
            }
        }
        out.push(line);
        out.push("\n");
    }
}

fn long(style: &Style<'_>, out: &mut Output<'_>, items: &[Item]) {
    let process = out.process;
    let parsed = style.parsed;
    let zone = Zone::of(process.env("TZ"));
    let now = process.host.sim.now().unix_seconds();
    let rows: Vec<[String; 6]> = items
        .iter()
        .map(|item| {
            let metadata = &item.metadata;
            let links = if metadata.file_type == FileType::Directory { 2 } else { 1 };
            let (user, group) = if parsed.has('n') {
                (metadata.uid.to_string(), metadata.gid.to_string())
            } else {
                (users::user(process, metadata.uid), users::group(process, metadata.gid))
            };
            let size = match metadata.file_type {
                FileType::Device(_) => "1, 3".to_owned(),
                _ if parsed.has('h') => human(metadata.size),
                _ => metadata.size.to_string(),
            };
            let seconds = metadata.modified / 1_000_000_000;
            let recent = seconds <= now && now - seconds < HALF_YEAR;
            let format = match (parsed.has('3'), parsed.value('5')) {
                (true, _) | (_, Some("full-iso")) => "%Y-%m-%d %H:%M:%S.%N %z",
                (_, Some("long-iso")) => "%Y-%m-%d %H:%M",
                (_, Some(custom)) if custom.starts_with('+') => &custom[1..],
                _ if recent => "%b %e %H:%M",
                _ => "%b %e  %Y",
            };
            let time = calendar::format(Time(metadata.modified), &zone, format);
            [files::mode_string(metadata), links.to_string(), user, group, size, time]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| text_width(&row[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let inodes = items.iter().map(|item| style.inode(item).len()).max().unwrap_or(0);
    for (row, item) in rows.iter().zip(items) {
        let [mode, links, user, group, size, time] = row;
        let mut line = format!("{:>inodes$}{mode} {links:>1$}", style.inode(item), widths[1]);
        if !parsed.has('g') {
            line.push_str(&format!(" {user:<0$}", widths[2]));
        }
        if !parsed.has('o') && !parsed.has('G') {
            line.push_str(&format!(" {group:<0$}", widths[3]));
        }
        line.push_str(&format!(" {size:>0$} {time} {1}", widths[4], style.name(item)));
        if let Some((target, at)) = &item.target {
            let mark = at.map_or("", |at| style.mark(&at));
            line.push_str(&format!(" -> {target}{mark}"));
        }
        out.push(line);
        out.push("\n");
    }
}
