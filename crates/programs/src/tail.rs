//! `tail`

use std::time::Duration;

use podground_shell::{Process, ReadError};

use crate::options::{self, Syntax};
use crate::stream::{HeldInput, Input, Output};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "c:n:fFqvs:z",
    &[
        ("bytes=", 'c'),
        ("lines=", 'n'),
        ("follow=?", 'f'),
        ("retry", 'R'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("verbose", 'v'),
        ("sleep-interval=", 's'),
        ("pid=", 'p'),
        ("zero-terminated", 'z'),
    ],
    "[OPTION]... [FILE]...",
    "Print the last 10 lines of each file.",
);

/// How often a followed file is looked at.
const INTERVAL: Duration = Duration::from_millis(200);

/// Which part of a file is shown.
#[derive(Clone, Copy)]
struct Part {
    count: usize,
    from_start: bool,
    by_bytes: bool,
    delimiter: u8,
}

impl Part {
    fn of(self, all: &[u8]) -> &[u8] {
        let start = if self.by_bytes {
            if self.from_start { self.count.saturating_sub(1) } else { all.len().saturating_sub(self.count) }
        } else {
            let lines: Vec<&[u8]> = all.split_inclusive(|byte| *byte == self.delimiter).collect();
            let skip = if self.from_start {
                self.count.saturating_sub(1)
            } else {
                lines.len().saturating_sub(self.count)
            };
            lines.iter().take(skip).map(|line| line.len()).sum()
        };
        all.get(start..).unwrap_or_default()
    }
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse_with_number(process, &SYNTAX, 'n').await?;
    let mut operands = parsed.operands.clone();
    let mut out = Output::new(process);
    let by_bytes = parsed.last_of("cn") == Some('c');
    let mut text = parsed.value(if by_bytes { 'c' } else { 'n' }).unwrap_or("10").to_owned();
    // The old form `tail +5`.
    if parsed.last_of("cn").is_none()
        && operands.first().is_some_and(|word| word.starts_with('+') && text::size(&word[1..]).is_some())
    {
        text = operands.remove(0);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let Some(count) = text::size(digits) else {
        let what = if by_bytes { "bytes" } else { "lines" };
        out.complain(format_args!("invalid number of {what}: {}", text::curly(&text))).await;
        return Err(1);
    };
    let part = Part {
        count: usize::try_from(count).unwrap_or(usize::MAX),
        from_start: text.starts_with('+'),
        by_bytes,
        delimiter: if parsed.has('z') { 0 } else { b'\n' },
    };
    let names = if operands.is_empty() { vec!["-".to_owned()] } else { operands };
    let headers = match parsed.last_of("qv") {
        Some(letter) => letter == 'v',
        None => names.len() > 1,
    };
    let by_name = parsed.has('F') || parsed.value('f') == Some("name");
    let follow = parsed.has('f') || parsed.has('F');
    let mut status = 0;
    let mut followed = Vec::new();
    let mut last = None;
    for (index, name) in names.iter().enumerate() {
        let shown = if name == "-" { "standard input" } else { name };
        let mut input = match Input::open(process, name) {
            Ok(input) => input,
            Err(error) => {
                out.complain(format_args!("cannot open '{name}' for reading: {error}")).await;
                status = 1;
                if by_name {
                    followed.push((name.clone(), 0));
                }
                continue;
            }
        };
        if headers {
            out.push(format!("{}==> {shown} <==\n", if last.is_some() { "\n" } else { "" }));
        }
        last = Some(index);
        match show(&mut out, &mut input, part).await {
            Ok(size) if name != "-" => followed.push((name.clone(), size)),
            Ok(_) => {}
            Err(error) => {
                out.complain(format_args!("error reading '{shown}': {error}")).await;
                status = 1;
            }
        }
    }
    if follow && !followed.is_empty() {
        out.flush().await;
        follow_files(&mut out, followed, headers, by_name, last.map(|index| names[index].clone())).await;
    } else if follow && status != 0 && names.iter().all(|name| name != "-") {
        out.complain("no files remaining").await;
    }
    Ok(out.finish(status).await)
}

/// Shows the part of an input; gives the size of the whole.
async fn show(out: &mut Output<'_>, input: &mut Input, part: Part) -> Result<usize, ReadError> {
    if part.from_start && !part.by_bytes {
        let (mut index, mut size) = (1, 0);
        while let Some(line) = input.record(out, part.delimiter).await? {
            size += line.len();
            if index >= part.count {
                out.write(line).await;
            }
            index += 1;
        }
        return Ok(size);
    }
    let mut size = 0;
    let mut kept = Vec::new();
    let mut held = HeldInput::default();
    let mut most = 1 << 20;
    loop {
        let chunk = input.chunk(out).await?;
        if chunk.is_empty() {
            break;
        }
        size += chunk.len();
        kept.extend(chunk);
        // An endless input must not fill the memory: what is too far back goes.
        if !part.from_start && kept.len() > most {
            kept = part.of(&kept).to_vec();
            // A line without an end stays whole: looking again at each chunk would take longer and longer.
            most = most.max(2 * kept.len());
        }
        held.set(out.process, kept.len()).await?;
    }
    out.write(part.of(&kept)).await;
    Ok(size)
}

/// Prints what is added to the files, until the process is killed.
async fn follow_files(
    out: &mut Output<'_>,
    mut files: Vec<(String, usize)>,
    headers: bool,
    by_name: bool,
    mut last: Option<String>,
) {
    while !out.failed() && !files.is_empty() {
        out.process.host.sim.sleep(INTERVAL).await;
        let mut gone = Vec::new();
        for (name, size) in &mut files {
            let Ok(content) = out.process.host.files.read(&out.process.path(name)) else {
                // Without a name the open file would go on; nothing is added to it any more.
                if by_name && *size > 0 {
                    out.complain(format_args!("'{name}' has become inaccessible: No such file or directory"))
                        .await;
                    *size = 0;
                } else if !by_name {
                    gone.push(name.clone());
                }
                continue;
            };
            if content.len() < *size {
                out.complain(format_args!("{name}: file truncated")).await;
                *size = 0;
            }
            if content.len() > *size {
                if headers && last.as_ref() != Some(name) {
                    out.push(format!("\n==> {name} <==\n"));
                    last = Some(name.clone());
                }
                out.push(&content[*size..]);
                *size = content.len();
                out.flush().await;
            }
        }
        files.retain(|(name, _)| !gone.contains(name));
        if files.is_empty() {
            // The deleted file stays open: wait to be killed, as tail does.
            std::future::pending::<()>().await;
        }
    }
}
