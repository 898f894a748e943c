//! `wc`

use podground_shell::{Fd, Process};
use podground_vfs::FileType;

use crate::flavor;
use crate::options::{self, Syntax};
use crate::stream::{Input, Output};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "clmwL",
    &[("bytes", 'c'), ("chars", 'm'), ("lines", 'l'), ("words", 'w'), ("max-line-length", 'L')],
    "[OPTION]... [FILE]...",
    "Count lines, words and bytes.",
);

#[derive(Clone, Copy, Default)]
struct Counts {
    lines: usize,
    words: usize,
    chars: usize,
    bytes: usize,
    longest: usize,
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let letters: Vec<char> = if parsed.options.is_empty() {
        vec!['l', 'w', 'c']
    } else {
        ['l', 'w', 'm', 'c', 'L'].into_iter().filter(|letter| parsed.has(*letter)).collect()
    };
    let mut out = Output::new(process);
    let mut status = 0;
    let mut total = Counts::default();
    let standard = ["-".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &standard } else { &parsed.operands };
    let width = width(process, names, letters.len());
    for name in names {
        let counts = match Input::open(process, name) {
            Ok(input) => count(&mut out, input).await,
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                status = 1;
                continue;
            }
        };
        let (counts, error) = counts;
        if let Some(error) = error {
            out.complain(format_args!("{name}: {error}")).await;
            status = 1;
        }
        total.lines += counts.lines;
        total.words += counts.words;
        total.chars += counts.chars;
        total.bytes += counts.bytes;
        total.longest = total.longest.max(counts.longest);
        print(&mut out, &letters, width, counts, if parsed.operands.is_empty() { "" } else { name });
    }
    if names.len() > 1 {
        print(&mut out, &letters, width, total, "total");
    }
    Ok(out.finish(status).await)
}

/// The width of numbers: as wide as the sum of the sizes may be; 7 where sizes are not known before.
fn width(process: &Process, names: &[String], columns: usize) -> usize {
    if names.len() == 1 && columns == 1 {
        return 1;
    }
    if flavor::is_busybox(process) {
        return 9;
    }
    let mut sum = 0;
    let mut least = 1;
    for name in names {
        let size = if name == "-" {
            match process.fds.get(&0) {
                Some(Fd::File(file)) => Some(file.files.metadata(&file.path).map_or(0, |file| file.size)),
                _ => None,
            }
        } else {
            match process.host.files.metadata(&process.path(name)) {
                Ok(file) if file.file_type == FileType::File => Some(file.size),
                Ok(_) => None,
                Err(_) => Some(0),
            }
        };
        match size {
            Some(size) => sum += size,
            None => least = 7,
        }
    }
    sum.to_string().len().max(least)
}

async fn count(out: &mut Output<'_>, mut input: Input) -> (Counts, Option<podground_shell::ReadError>) {
    let mut counts = Counts::default();
    loop {
        match input.line(out).await {
            Ok(Some(line)) => {
                counts.lines += usize::from(line.ends_with(b"\n"));
                counts.bytes += line.len();
                let text = text::decode(&line);
                counts.words += text.split_whitespace().count();
                counts.chars += text.chars().count();
                let width = podground_shell::width::text_width(text.trim_end_matches('\n'));
                counts.longest = counts.longest.max(width);
            }
            Ok(None) => return (counts, None),
            Err(error) => return (counts, Some(error)),
        }
    }
}

fn print(out: &mut Output<'_>, letters: &[char], width: usize, counts: Counts, name: &str) {
    let numbers: Vec<String> = letters
        .iter()
        .map(|letter| {
            let number = match letter {
                'l' => counts.lines,
                'w' => counts.words,
                'm' => counts.chars,
                'c' => counts.bytes,
                _ => counts.longest,
            };
            format!("{number:width$}")
        })
        .collect();
    out.push(numbers.join(" "));
    out.push(if name.is_empty() { String::new() } else { format!(" {name}") });
    out.push("\n");
}
