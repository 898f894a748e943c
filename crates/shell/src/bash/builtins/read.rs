//! `read`.

use std::time::Duration;

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};
use crate::terminal::Modes;

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "ersa:d:i:n:N:p:t:u:") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("read", bad).await,
        };
        for name in options.rest.iter().map(String::as_str).chain(options.value('a')) {
            let base = name.split('[').next().unwrap_or_default();
            if !crate::bash::parser::is_name(base) {
                return shell.complain("read", &format!("`{name}': not a valid identifier"), 1).await;
            }
        }
        let fd = match options.value('u').map(str::parse::<u32>) {
            None => 0,
            Some(Ok(fd)) => fd,
            Some(Err(_)) => {
                let text = options.value('u').unwrap_or_default();
                return shell
                    .complain("read", &format!("{text}: invalid file descriptor specification"), 1)
                    .await;
            }
        };
        let mut limit = None;
        for letter in ['n', 'N'] {
            if let Some(text) = options.value(letter) {
                match text.parse::<usize>() {
                    Ok(count) => limit = Some(count),
                    Err(_) => return shell.complain("read", &format!("{text}: invalid number"), 1).await,
                }
            }
        }
        let timeout = match options.value('t').map(str::parse::<f64>) {
            None => None,
            Some(Ok(seconds)) if (0.0..1e9).contains(&seconds) => Some(Duration::from_secs_f64(seconds)),
            Some(_) => {
                let text = options.value('t').unwrap_or_default();
                return shell.complain("read", &format!("{text}: invalid timeout specification"), 1).await;
            }
        };
        if !shell.process.fds.contains_key(&fd) {
            let message = if options.has('u') {
                format!("{fd}: invalid file descriptor: Bad file descriptor")
            } else {
                format!("read error: {fd}: Bad file descriptor")
            };
            return shell.complain("read", &message, 1).await;
        }
        let terminal = shell.process.is_terminal(fd).then(|| shell.process.terminal()).flatten();
        if let (Some(prompt), Some(_)) = (options.value('p'), &terminal) {
            shell.process.eprint(prompt).await;
        }
        let raw = options.has('s') || limit.is_some() || options.has('d');
        let guard = terminal.filter(|_| raw).map(|terminal| {
            let before = terminal.modes();
            let canonical = limit.is_none() && !options.has('d');
            terminal.set_modes(Modes { echo: before.echo && !options.has('s'), canonical, ..before })
        });
        let request = Request {
            fd,
            delimiter: match (options.has('N'), options.value('d')) {
                (true, _) => None,
                (false, Some(text)) => Some(text.bytes().next().unwrap_or(0)),
                (false, None) => Some(b'\n'),
            },
            limit,
            raw: options.has('r') || options.has('N'),
        };
        let mut line = Line::default();
        let status = match timeout {
            None => interruptible(shell, &request, &mut line).await?,
            Some(duration) => {
                let sim = shell.process.host.sim.clone();
                let future = collect(shell, &request, &mut line);
                sim.timeout(duration.max(Duration::from_nanos(1)), future).await.unwrap_or(142)
            }
        };
        drop(guard);
        store(shell, &options, line, status).await
    })
}

struct Request {
    fd: u32,
    /// What ends the line; nothing with `-N`.
    delimiter: Option<u8>,
    limit: Option<usize>,
    /// Whether backslashes are plain characters.
    raw: bool,
}

/// What was read, and which of it was escaped.
#[derive(Default)]
struct Line {
    chars: Vec<(char, bool)>,
    /// Bytes of a character that is not complete.
    partial: Vec<u8>,
}

impl Line {
    fn push(&mut self, byte: u8, escaped: bool) {
        self.partial.push(byte);
        match std::str::from_utf8(&self.partial) {
            Ok(text) => {
                self.chars.extend(text.chars().map(|c| (c, escaped)));
                self.partial.clear();
            }
            Err(error) if error.error_len().is_some() => {
                self.chars.push((char::REPLACEMENT_CHARACTER, escaped));
                self.partial.clear();
            }
            Err(_) => {}
        }
    }
}

/// Reads until a signal comes that the shell must see to.
async fn interruptible(shell: &mut Shell, request: &Request, line: &mut Line) -> Run {
    let signals = shell.signals.clone();
    let sender = shell.signal_sender.clone();
    loop {
        let outcome = futures_lite::future::or(async { Ok(collect(shell, request, line).await) }, async {
            match signals.recv().await {
                Ok(signal) => Err(signal),
                Err(_) => std::future::pending().await,
            }
        })
        .await;
        match outcome {
            Ok(status) => return Ok(status),
            Err(signal) => {
                let _ = sender.try_send(signal);
                shell.check_signals().await?;
            }
        }
    }
}

async fn collect(shell: &Shell, request: &Request, line: &mut Line) -> u8 {
    let mut escaped = false;
    loop {
        if request.limit.is_some_and(|limit| line.chars.len() >= limit) {
            return 0;
        }
        // Without a limit, whole lines are taken at once.
        let bytes = match (request.delimiter, request.limit) {
            (Some(delimiter), None) if request.raw || delimiter == b'\n' => {
                shell.process.read_until(request.fd, delimiter).await
            }
            _ => shell.process.read(request.fd, 1).await,
        };
        let Ok(bytes) = bytes else { return 1 };
        if bytes.is_empty() {
            return 1;
        }
        for byte in bytes {
            if std::mem::take(&mut escaped) {
                if byte != b'\n' {
                    line.push(byte, true);
                }
            } else if byte == b'\\' && !request.raw {
                escaped = true;
            } else if Some(byte) == request.delimiter {
                return 0;
            } else if byte != 0 {
                line.push(byte, false);
            }
        }
    }
}

async fn store(shell: &mut Shell, options: &super::Options<'_>, line: Line, status: u8) -> Run {
    let separators = shell.separators();
    let text = |chars: &[(char, bool)]| chars.iter().map(|(c, _)| *c).collect::<String>();
    if let Some(array) = options.value('a') {
        let words = split(&line.chars, &separators, usize::MAX);
        let values: Vec<String> = words.iter().map(|word| text(word)).collect();
        if let Err(message) = shell.set_array(array, values) {
            return shell.complain("read", &message, 1).await;
        }
        return Ok(status);
    }
    let mut values = if options.rest.is_empty() || options.has('N') {
        vec![text(&line.chars)]
    } else {
        split(&line.chars, &separators, options.rest.len()).iter().map(|word| text(word)).collect()
    };
    let reply = ["REPLY".to_owned()];
    let names = if options.rest.is_empty() { &reply } else { options.rest };
    values.resize(names.len(), String::new());
    for (name, value) in names.iter().zip(values) {
        let result = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((base, index)) => match shell.subscript(base, index, 0) {
                Ok(key) => shell.assign_element(base, &key, value, false),
                Err(error) => Err(error.message),
            },
            None => {
                let name = shell.referred(name);
                shell.assign_text(&name, value, false)
            }
        };
        if let Err(message) = result {
            shell.error(&message).await;
            return Ok(1);
        }
    }
    Ok(status)
}

/// Splits a line into at most `most` words; the last takes the rest.
fn split(line: &[(char, bool)], separators: &[char], most: usize) -> Vec<Vec<(char, bool)>> {
    let is_blank =
        |(c, escaped): &(char, bool)| !escaped && c.is_ascii_whitespace() && separators.contains(c);
    let is_separator = |(c, escaped): &(char, bool)| !escaped && separators.contains(c);
    let mut rest = line;
    let trim = |rest: &mut &[(char, bool)]| {
        while rest.first().is_some_and(is_blank) {
            *rest = &rest[1..];
        }
    };
    trim(&mut rest);
    let mut words = Vec::new();
    while !rest.is_empty() {
        if words.len() + 1 == most {
            let mut last = rest;
            while last.last().is_some_and(is_blank) {
                last = &last[..last.len() - 1];
            }
            // A single separator at the very end belongs to no word.
            if let Some(end) = last.iter().position(is_separator)
                && end + 1 == last.len()
            {
                last = &last[..end];
            }
            words.push(last.to_vec());
            return words;
        }
        let end = rest.iter().position(is_separator).unwrap_or(rest.len());
        words.push(rest[..end].to_vec());
        rest = &rest[end..];
        trim(&mut rest);
        if rest.first().is_some_and(|c| is_separator(c) && !is_blank(c)) {
            rest = &rest[1..];
            trim(&mut rest);
        }
    }
    words
}
