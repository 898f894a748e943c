//! Programs about processes: `ps`, `kill`, `pgrep`, `pkill`, `killall`, `top`, `uptime`.

use std::time::Duration;

use podground_shell::{Modes, Process, ProcessEntry, Signal};
use podground_vfs::base_name;

use crate::calendar::{self, Zone};
use crate::options::{self, Syntax};
use crate::stream::{Output, complain};
use crate::{flavor, users};

/// How a process is shown: the line of its command.
fn line(entry: &ProcessEntry) -> String {
    entry.command.join(" ")
}

fn name(entry: &ProcessEntry) -> String {
    entry.command.first().map_or("", |word| base_name(word)).trim_start_matches('-').to_owned()
}

fn tty(entry: &ProcessEntry) -> String {
    entry.terminal.clone().unwrap_or_else(|| "?".to_owned())
}

/// `S`, `R` and so on.
fn state(process: &Process, entry: &ProcessEntry) -> String {
    let letter = if entry.stopped {
        'T'
    } else if entry.pid == process.pid {
        'R'
    } else {
        'S'
    };
    let mut text = String::from(letter);
    if entry.parent == 0 {
        text.push('s');
    }
    let foreground = process.terminal().and_then(|terminal| terminal.foreground());
    if entry.terminal.is_some() && foreground == Some(entry.group) {
        text.push('+');
    }
    text
}

pub(crate) async fn ps(process: &Process) -> Result<u8, u8> {
    let entries = process.host.processes.list();
    let mut out = Output::new(process);
    if flavor::is_busybox(process) {
        out.push("PID   USER     TIME  COMMAND\n");
        for entry in &entries {
            let user = users::user(process, entry.uid);
            out.push(format!("{:5} {user:<8}  0:00 {}\n", entry.pid, line(entry)));
        }
        return Ok(out.finish(0).await);
    }
    let (mut all, mut full, mut user_format) = (false, false, false);
    let mut columns: Vec<String> = Vec::new();
    let mut pids: Option<Vec<u32>> = None;
    let (mut with_header, mut command) = (true, None);
    let mut words = process.args.iter().skip(1);
    while let Some(word) = words.next() {
        let letters = word.trim_start_matches('-');
        match word.as_str() {
            "--no-headers" | "--no-heading" => with_header = false,
            "-o" | "o" | "--format" => {
                columns.extend(words.next().into_iter().flat_map(|list| list.split(',').map(str::to_owned)));
            }
            "-p" | "p" | "--pid" => {
                let list = words.next().cloned().unwrap_or_default();
                pids = Some(list.split([',', ' ']).filter_map(|pid| pid.parse().ok()).collect());
            }
            "-C" => command = words.next().cloned(),
            _ if word.chars().all(|c| c.is_ascii_digit()) => {
                pids.get_or_insert_default().extend(word.parse::<u32>());
            }
            _ if word.starts_with("-o") => columns.extend(word[2..].split(',').map(str::to_owned)),
            _ => {
                for letter in letters.chars() {
                    match letter {
                        'a' | 'e' | 'A' | 'x' => all = true,
                        'f' => full = true,
                        'u' if !word.starts_with('-') || letters.contains('a') => user_format = true,
                        'u' | 'w' | 'H' | 'l' => {}
                        _ => {
                            process.eprint(&unsupported(word)).await;
                            return Err(1);
                        }
                    }
                }
            }
        }
    }
    let own = process.terminal().map(|terminal| terminal.name());
    let chosen: Vec<&ProcessEntry> = entries
        .iter()
        .filter(|entry| match (&pids, &command) {
            (Some(pids), _) => pids.contains(&entry.pid),
            (_, Some(command)) => name(entry) == *command,
            _ => all || (entry.uid == process.uid && entry.terminal == own),
        })
        .collect();
    let started = |entry: &ProcessEntry| calendar::format(entry.started, &Zone::utc(), "%H:%M");
    if with_header && columns.is_empty() {
        out.push(if user_format {
            "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
        } else if full {
            "UID          PID    PPID  C STIME TTY          TIME CMD\n"
        } else if all && !process.args.iter().any(|word| word.starts_with('-')) {
            "    PID TTY      STAT   TIME COMMAND\n"
        } else {
            "    PID TTY          TIME CMD\n"
        });
    } else if with_header {
        let heads: Vec<String> = columns.iter().map(|column| cell(process, column, None)).collect();
        // `-o pid=` asks for no heads.
        if heads.iter().any(|head| !head.trim().is_empty()) {
            out.push(format!("{}\n", heads.join(" ").trim_end()));
        }
    }
    for entry in &chosen {
        let user = users::user(process, entry.uid);
        out.push(if !columns.is_empty() {
            let cells: Vec<String> =
                columns.iter().map(|column| cell(process, column, Some(entry))).collect();
            format!("{}\n", cells.join(" ").trim_end())
        } else if user_format {
            format!(
                "{user:<8} {:7}  0.0  0.0      0     0 {:<8} {:<4} {:>5}   0:00 {}\n",
                entry.pid,
                tty(entry),
                state(process, entry),
                started(entry),
                line(entry)
            )
        } else if full {
            format!(
                "{user:<8} {:7} {:7}  0 {} {:<8} 00:00:00 {}\n",
                entry.pid,
                entry.parent,
                started(entry),
                tty(entry),
                line(entry)
            )
        } else if all && !process.args.iter().any(|word| word.starts_with('-')) {
            format!("{:7} {:<8} {:<4}   0:00 {}\n", entry.pid, tty(entry), state(process, entry), line(entry))
        } else {
            format!("{:7} {:<8} 00:00:00 {}\n", entry.pid, tty(entry), name(entry))
        });
    }
    Ok(out.finish(u8::from(chosen.is_empty())).await)
}

fn unsupported(word: &str) -> String {
    format!("error: podground does not support {word} of \"ps\" yet\n")
}

/// A column of `ps -o`, or its head.
fn cell(process: &Process, column: &str, entry: Option<&ProcessEntry>) -> String {
    let (column, head) = match column.split_once('=') {
        Some((column, head)) => (column, Some(head.to_owned())),
        None => (column, None),
    };
    let (default, width, right) = match column {
        "pid" => ("PID", 7, true),
        "ppid" => ("PPID", 7, true),
        "pgid" => ("PGID", 7, true),
        "user" | "euser" => ("USER", 8, false),
        "uid" => ("UID", 5, true),
        "comm" | "ucmd" => ("COMMAND", 15, false),
        "cmd" => ("CMD", 27, false),
        "args" | "command" => ("COMMAND", 27, false),
        "tty" | "tt" => ("TT", 8, false),
        "stat" => ("STAT", 4, false),
        "s" | "state" => ("S", 1, false),
        "time" => ("TIME", 8, true),
        "stime" | "start" => ("STIME", 5, true),
        "pcpu" | "%cpu" => ("%CPU", 4, true),
        "pmem" | "%mem" => ("%MEM", 4, true),
        "rss" => ("RSS", 5, true),
        "vsz" => ("VSZ", 6, true),
        _ => ("?", 4, true),
    };
    let text = match entry {
        None => head.unwrap_or_else(|| default.to_owned()),
        Some(entry) => match column {
            "pid" => entry.pid.to_string(),
            "ppid" => entry.parent.to_string(),
            "pgid" => entry.group.to_string(),
            "user" | "euser" => users::user(process, entry.uid),
            "uid" => entry.uid.to_string(),
            "comm" | "ucmd" => name(entry),
            "cmd" | "args" | "command" => line(entry),
            "tty" | "tt" => tty(entry),
            "stat" => state(process, entry),
            "s" | "state" => state(process, entry)[..1].to_owned(),
            "time" => "00:00:00".to_owned(),
            "stime" | "start" => calendar::format(entry.started, &Zone::utc(), "%H:%M"),
            "pcpu" | "%cpu" | "pmem" | "%mem" => "0.0".to_owned(),
            "rss" | "vsz" => "0".to_owned(),
            _ => "-".to_owned(),
        },
    };
    if right { format!("{text:>width$}") } else { format!("{text:<width$}") }
}

/// The signal of options such as `-9`, `-s TERM`, `-SIGINT`, and the words behind them.
fn signal_of(words: &[String]) -> Result<(Option<Signal>, &[String]), String> {
    let parse = |text: &str| {
        if text == "0" { Ok(None) } else { Signal::parse(text).map(Some).ok_or_else(|| text.to_owned()) }
    };
    match words {
        [option, name, rest @ ..] if matches!(option.as_str(), "-s" | "-n" | "--signal") => {
            Ok((parse(name)?, rest))
        }
        [dashes, rest @ ..] if dashes == "--" => Ok((Some(Signal::Term), rest)),
        [option, rest @ ..] if option.len() > 1 && option.starts_with('-') => match parse(&option[1..]) {
            Ok(signal) => Ok((signal, rest)),
            Err(name) if name.starts_with(|c: char| c.is_ascii_lowercase()) => {
                Ok((Some(Signal::Term), words))
            }
            Err(name) => Err(name),
        },
        _ => Ok((Some(Signal::Term), words)),
    }
}

pub(crate) async fn kill(process: &Process) -> Result<u8, u8> {
    let words = process.args.get(1..).unwrap_or_default();
    if words.first().is_some_and(|word| word == "-l" || word == "-L") {
        if let Some(word) = words.get(1) {
            let shown = match word.parse::<u8>() {
                Ok(number) => Signal::from_number(number & 0x7f).map(|signal| signal.short_name().to_owned()),
                Err(_) => Signal::parse(word).map(|signal| signal.number().to_string()),
            };
            let Some(shown) = shown else {
                complain(process, format_args!("unknown signal name {word}")).await;
                return Err(1);
            };
            process.print(&format!("{shown}\n")).await;
            return Ok(0);
        }
        let names: Vec<&str> = Signal::ALL.iter().map(|signal| signal.short_name()).collect();
        process.print(&format!("{}\n", names.join(" "))).await;
        return Ok(0);
    }
    let (signal, pids) = match signal_of(words) {
        Ok(found) => found,
        Err(name) => {
            complain(process, format_args!("unknown signal name {name}")).await;
            return Err(1);
        }
    };
    if pids.is_empty() {
        process.eprint("\nUsage:\n kill [options] <pid> [...]\n").await;
        return Err(1);
    }
    let mut status = 0;
    for word in pids {
        let Ok(pid) = word.parse::<u32>() else {
            complain(process, format_args!("failed to parse argument: '{word}'")).await;
            status = 1;
            continue;
        };
        status = status.max(send(process, pid, signal).await);
    }
    Ok(status)
}

async fn send(process: &Process, pid: u32, signal: Option<Signal>) -> u8 {
    let Some(entry) = process.host.processes.get(pid) else {
        if flavor::is_busybox(process) {
            complain(process, format_args!("can't kill pid {pid}: No such process")).await;
        } else {
            complain(process, format_args!("({pid}): No such process")).await;
        }
        return 1;
    };
    if process.uid != 0 && process.uid != entry.uid {
        complain(process, format_args!("({pid}): Operation not permitted")).await;
        return 1;
    }
    match signal {
        Some(signal) => u8::from(process.kill(pid, signal).is_err()),
        None => 0,
    }
}

const PGREP: Syntax = Syntax::new(
    "flnxvau:",
    &[
        ("full", 'f'),
        ("list-name", 'l'),
        ("newest", 'n'),
        ("exact", 'x'),
        ("inverse", 'v'),
        ("list-full", 'a'),
    ],
    "[options] <pattern>",
    "Find processes by name.",
)
.failing_with(2);

/// `pgrep`, `pkill` and `killall`, told apart by their names.
pub(crate) async fn by_name(process: &Process) -> Result<u8, u8> {
    let words = process.args.get(1..).unwrap_or_default();
    let own = process.name().to_owned();
    let (signal, rest) = if own == "pgrep" {
        (None, words)
    } else {
        match signal_of(words) {
            Ok(found) => found,
            Err(name) => {
                complain(process, format_args!("{name}: unknown signal")).await;
                return Err(1);
            }
        }
    };
    let parsed = options::parse_words(process, &PGREP, rest).await?;
    if parsed.operands.is_empty() {
        let message =
            if own == "killall" { "no process name given" } else { "no matching criteria specified" };
        return Err(options::refuse(process, &PGREP, message).await);
    }
    let mut out = Output::new(process);
    let mut status = 1;
    for pattern in &parsed.operands {
        let regex = match crate::regex::compile(pattern, crate::regex::Syntax::Extended, false) {
            Ok(regex) => regex,
            Err(error) => {
                out.complain(error).await;
                return Err(2);
            }
        };
        let fits = |entry: &ProcessEntry| {
            let text = if parsed.has('f') { line(entry) } else { name(entry) };
            let found =
                if parsed.has('x') || own == "killall" { text == *pattern } else { regex.is_match(&text) };
            found != parsed.has('v') && entry.pid != process.pid
        };
        let found: Vec<ProcessEntry> = process.host.processes.list().into_iter().filter(fits).collect();
        if found.is_empty() && own == "killall" {
            out.flush().await;
            out.process.eprint(&format!("{pattern}: no process found\n")).await;
        }
        for entry in found {
            status = 0;
            if own == "pgrep" {
                out.push(match parsed.last_of("la") {
                    Some('l') => format!("{} {}\n", entry.pid, name(&entry)),
                    Some(_) => format!("{} {}\n", entry.pid, line(&entry)),
                    None => format!("{}\n", entry.pid),
                });
            } else {
                send(process, entry.pid, signal).await;
            }
        }
    }
    Ok(out.finish(status).await)
}

/// The line that `top` and `uptime` begin with.
fn uptime_line(process: &Process) -> String {
    let now = process.host.sim.now();
    let first = process.host.processes.list().first().map_or(now, |entry| entry.started);
    let minutes = now.0.saturating_sub(first.0) / 60_000_000_000;
    let up = match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours:2}:{minutes:02}"),
        (days, hours, minutes) => {
            format!("{days} day{}, {hours:2}:{minutes:02}", if days == 1 { "" } else { "s" })
        }
    };
    let clock = calendar::format(now, &Zone::utc(), "%H:%M:%S");
    format!("{clock} up {up},  0 users,  load average: 0.00, 0.00, 0.00")
}

pub(crate) async fn uptime(process: &Process) -> Result<u8, u8> {
    process.print(&format!(" {}\n", uptime_line(process))).await;
    Ok(0)
}

const TOP: Syntax = Syntax::new(
    "bn:d:p:",
    &[],
    "[-b] [-n COUNT] [-d SECONDS]",
    "Show the processes again and again; q ends.",
);

pub(crate) async fn top(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &TOP).await?;
    let terminal = process.terminal().filter(|_| process.is_terminal(1) && !parsed.has('b'));
    let mut rounds = parsed.value('n').and_then(|count| count.parse::<u32>().ok()).unwrap_or(u32::MAX);
    let pause = parsed.value('d').and_then(crate::text::duration).unwrap_or(Duration::from_secs(3));
    let _modes = terminal.as_ref().map(|terminal| terminal.set_modes(Modes::KEYS));
    while rounds > 0 {
        let rows = terminal.as_ref().map_or(usize::MAX, |terminal| usize::from(terminal.size().rows));
        let text = top_page(process, rows.saturating_sub(1));
        let clear = if terminal.is_some() { "\x1b[H\x1b[2J" } else { "" };
        process.print(&format!("{clear}{text}")).await;
        rounds -= 1;
        if rounds == 0 {
            break;
        }
        if terminal.is_none() {
            process.host.sim.sleep(pause).await;
            process.print("\n").await;
            continue;
        }
        let key = futures_lite::future::or(async { process.read(0, 16).await.ok() }, async {
            process.host.sim.sleep(pause).await;
            Some(b" ".to_vec())
        })
        .await;
        match key {
            Some(keys) if keys.iter().any(|key| matches!(key, b'q' | 3)) || keys.is_empty() => break,
            None => break,
            Some(_) => {}
        }
    }
    if terminal.is_some() {
        process.print("\n").await;
    }
    Ok(0)
}

fn top_page(process: &Process, rows: usize) -> String {
    let entries = process.host.processes.list();
    let stopped = entries.iter().filter(|entry| entry.stopped).count();
    let mut lines = vec![
        format!("top - {}", uptime_line(process)),
        format!(
            "Tasks: {:3} total, {:3} running, {:3} sleeping, {:3} stopped,   0 zombie",
            entries.len(),
            1,
            entries.len().saturating_sub(stopped + 1),
            stopped
        ),
        String::new(),
        "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND".to_owned(),
    ];
    for entry in &entries {
        lines.push(format!(
            "{:7} {:<8}  20   0       0      0      0 {}   0.0   0.0   0:00.00 {}",
            entry.pid,
            users::user(process, entry.uid),
            &state(process, entry)[..1],
            name(entry)
        ));
    }
    lines.truncate(rows);
    lines.join("\n") + "\n"
}
