//! `xargs`

use podground_shell::{Child, ExitStatus, Fd, Process};

use crate::options::{self, Parsed, Syntax};
use crate::stream::{Output, complain};
use crate::{files, text};

const SYNTAX: Syntax = Syntax::new(
    "+0a:d:E:I:i::L:l::n:P:prs:tx",
    &[
        ("null", '0'),
        ("arg-file=", 'a'),
        ("delimiter=", 'd'),
        ("replace=?", 'i'),
        ("max-lines=?", 'l'),
        ("max-args=", 'n'),
        ("max-procs=", 'P'),
        ("no-run-if-empty", 'r'),
        ("verbose", 't'),
        ("exit", 'x'),
    ],
    "[OPTION]... COMMAND [INITIAL-ARGS]...",
    "Run a command with the words of standard input as arguments.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    if parsed.has('p') {
        complain(process, "podground does not support the option -p yet").await;
        return Err(1);
    }
    let content = match files::read(process, parsed.value('a').unwrap_or("-")).await {
        Ok(content) => content,
        Err(error) => {
            complain(
                process,
                format_args!(
                    "Cannot open input file {}: {error}",
                    text::quote(parsed.value('a').unwrap_or("-"))
                ),
            )
            .await;
            return Err(1);
        }
    };
    let content = text::decode(&content).into_owned();
    let mut command = parsed.operands.clone();
    if command.is_empty() {
        command.push("echo".to_owned());
    }
    let number = |letter: char| -> Result<Option<usize>, String> {
        match parsed.value(letter).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(0) if letter != 'P' => Err(format!("value {text} for -{letter} option should be >= 1")),
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(format!("invalid number \"{text}\" for -{letter} option")),
            },
        }
    };
    let (per_command, lines, parallel) = match (number('n'), number('L').or(number('l')), number('P')) {
        (Ok(n), Ok(lines), Ok(parallel)) => (n, lines, parallel.unwrap_or(1)),
        (Err(message), ..) | (_, Err(message), _) | (.., Err(message)) => {
            let number = message.starts_with("invalid number");
            complain(process, message).await;
            if number {
                process.eprint("Try 'xargs --help' for more information.\n").await;
            }
            return Err(1);
        }
    };
    let placeholder = match parsed.last_of("Ii") {
        Some('i') => Some(parsed.value('i').filter(|text| !text.is_empty()).unwrap_or("{}")),
        Some(_) => parsed.value('I'),
        None => None,
    };
    let groups = match groups(&parsed, &content, placeholder.is_some(), per_command, lines) {
        Ok(groups) => groups,
        Err(message) => {
            complain(process, message).await;
            return Err(1);
        }
    };
    let mut commands = Vec::new();
    for group in groups {
        commands.push(match placeholder {
            Some(placeholder) => {
                let with = group.first().map_or("", String::as_str);
                command.iter().map(|word| word.replace(placeholder, with)).collect()
            }
            None => command.iter().cloned().chain(group).collect::<Vec<String>>(),
        });
    }
    if commands.is_empty() && placeholder.is_none() && !parsed.has('r') && !crate::flavor::is_busybox(process)
    {
        commands.push(command);
    }
    run_all(process, &parsed, commands, if parallel == 0 { usize::MAX } else { parallel }).await
}

async fn run_all(
    process: &Process,
    parsed: &Parsed,
    commands: Vec<Vec<String>>,
    parallel: usize,
) -> Result<u8, u8> {
    let mut out = Output::new(process);
    let mut status = 0;
    let mut running: Vec<(String, Child)> = Vec::new();
    for words in commands {
        if running.len() >= parallel {
            let (name, child) = running.remove(0);
            status = status.max(ended(&mut out, &name, child).await?);
        }
        if parsed.has('t') {
            process.eprint(&format!("{}\n", words.join(" "))).await;
        }
        let name = words.first().cloned().unwrap_or_default();
        let mut command = process.command(words);
        if !parsed.has('a') {
            command.fds.insert(0, Fd::null());
        }
        match process.spawn(command) {
            Ok(child) => running.push((name, child)),
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                return Err(error.code());
            }
        }
    }
    for (name, child) in running {
        status = status.max(ended(&mut out, &name, child).await?);
    }
    Ok(status)
}

/// The status of `xargs` after a command, or what ends it at once.
async fn ended(out: &mut Output<'_>, name: &str, child: Child) -> Result<u8, u8> {
    match child.wait().await {
        ExitStatus::Exited(0) => Ok(0),
        ExitStatus::Exited(255) => {
            out.complain(format_args!("{name}: exited with status 255; aborting")).await;
            Err(124)
        }
        ExitStatus::Exited(_) => Ok(123),
        ExitStatus::Signaled(signal) => {
            out.complain(format_args!("{name}: terminated by signal {}", signal.number())).await;
            Err(125)
        }
    }
}

/// The words of each command.
fn groups(
    parsed: &Parsed,
    content: &str,
    by_line: bool,
    per_command: Option<usize>,
    lines: Option<usize>,
) -> Result<Vec<Vec<String>>, String> {
    let delimiter = match parsed.value('d') {
        Some("\\n") => Some('\n'),
        Some("\\t") => Some('\t'),
        Some("\\0") => Some('\0'),
        Some(text) => text.chars().next(),
        None => parsed.has('0').then_some('\0'),
    };
    if let Some(delimiter) = delimiter {
        let content = content.strip_suffix(delimiter).unwrap_or(content);
        if content.is_empty() {
            return Ok(Vec::new());
        }
        let words: Vec<String> = content.split(delimiter).map(str::to_owned).collect();
        let size = if by_line { 1 } else { per_command.or(lines).unwrap_or(usize::MAX) };
        return Ok(words.chunks(size).map(<[String]>::to_vec).collect());
    }
    let all = words(content, by_line)?;
    if by_line {
        let kept = all.into_iter().map(|line| line.join(" "));
        return Ok(kept.filter(|line| !line.is_empty()).map(|line| vec![line]).collect());
    }
    if let (Some(lines), None) = (lines, per_command) {
        let full: Vec<Vec<String>> = all.into_iter().filter(|line| !line.is_empty()).collect();
        return Ok(full.chunks(lines).map(<[Vec<String>]>::concat).collect());
    }
    let words = all.concat();
    // An argument list must not get too long.
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut bytes = 0;
    for word in words {
        let full = groups.last().is_none_or(|group| group.len() >= per_command.unwrap_or(usize::MAX));
        if full || bytes + word.len() > 120_000 {
            groups.push(Vec::new());
            bytes = 0;
        }
        bytes += word.len() + 1;
        if let Some(group) = groups.last_mut() {
            group.push(word);
        }
    }
    Ok(groups)
}

/// The words of each line, quotes and backslashes taken away; a whole line is one word with `-I`.
fn words(content: &str, whole_lines: bool) -> Result<Vec<Vec<String>>, String> {
    let mut lines = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = content.chars();
    let finish = |lines: &mut Vec<Vec<String>>, word: &mut Option<String>| {
        if let (Some(word), Some(line)) = (word.take(), lines.last_mut()) {
            line.push(word);
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '\n' => {
                finish(&mut lines, &mut word);
                lines.push(Vec::new());
            }
            ' ' | '\t' if whole_lines => {
                // Blanks at the start of a line are left out.
                if let Some(word) = &mut word {
                    word.push(c);
                }
            }
            ' ' | '\t' => finish(&mut lines, &mut word),
            '\\' => word.get_or_insert_default().extend(chars.next()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some(inner) if inner == c => break,
                        Some('\n') | None => {
                            let kind = if c == '"' { "double" } else { "single" };
                            return Err(format!(
                                "unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"
                            ));
                        }
                        Some(inner) => word.push(inner),
                    }
                }
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    finish(&mut lines, &mut word);
    Ok(lines)
}
