//! Programs of a few lines each: `hostname`, `whoami`, `id`, `uname`, `which`, `clear`, `tee`, `nano`, `man`,
//! `yes`.

use podground_shell::{OpenOptions, Process, Signal};

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output, complain};
use crate::users;

pub(crate) async fn hostname(process: &Process) -> Result<u8, u8> {
    let operands: Vec<&String> = process.args.iter().skip(1).collect();
    match operands.as_slice() {
        [] => process.print(&format!("{}\n", process.host.hostname.borrow())).await,
        [option] if matches!(option.as_str(), "-i" | "-I") => {
            let addresses: Vec<String> = process
                .host
                .network
                .interfaces()
                .iter()
                .filter(|interface| interface.name != "lo")
                .map(|interface| interface.address.to_string())
                .collect();
            process.print(&format!("{}\n", addresses.join(" "))).await;
        }
        [option] if matches!(option.as_str(), "-f" | "-s") => {
            process.print(&format!("{}\n", process.host.hostname.borrow())).await;
        }
        _ => {
            complain(process, "you must be root to change the host name").await;
            return Err(1);
        }
    }
    Ok(0)
}

/// `groups`
pub(crate) async fn groups(process: &Process) -> Result<u8, u8> {
    let name = users::group_name(process, process.gid).unwrap_or_else(|| process.gid.to_string());
    process.print(&format!("{name}\n")).await;
    Ok(0)
}

pub(crate) async fn whoami(process: &Process) -> Result<u8, u8> {
    if let Some(extra) = process.args.get(1) {
        complain(process, format_args!("extra operand ‘{extra}’")).await;
        process.eprint("Try 'whoami --help' for more information.\n").await;
        return Err(1);
    }
    match process.host.user_name(process.uid) {
        Some(name) => process.print(&format!("{name}\n")).await,
        None => {
            complain(process, format_args!("cannot find name for user ID {}", process.uid)).await;
            return Err(1);
        }
    }
    Ok(0)
}

const ID: Syntax = Syntax::new(
    "uGgnrz",
    &[("user", 'u'), ("group", 'g'), ("groups", 'G'), ("name", 'n'), ("real", 'r'), ("zero", 'z')],
    "[OPTION]... [USER]...",
    "Tell who a user is.",
);

pub(crate) async fn id(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &ID).await?;
    let (mut uid, mut gid) = (process.uid, process.gid);
    if let Some(name) = parsed.operands.first() {
        let entry = users::passwd(process, name);
        let ids = entry.and_then(|fields| Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?)));
        let Some(ids) = ids else {
            let shown = if crate::flavor::is_busybox(process) {
                format!("unknown user {name}")
            } else {
                format!("‘{name}’: no such user")
            };
            complain(process, shown).await;
            return Err(1);
        };
        (uid, gid) = ids;
    }
    let only = parsed.last_of("ugG");
    if parsed.has('n') && only.is_none() {
        complain(process, "cannot print only names or real IDs in default format").await;
        return Err(1);
    }
    let names = parsed.has('n');
    let show = |name: Option<String>, number: u32| match name {
        Some(name) => format!("{number}({name})"),
        None => number.to_string(),
    };
    let (user_name, group_name) = (process.host.user_name(uid), users::group_name(process, gid));
    let text = match only {
        Some('u') if names => users::user(process, uid),
        Some('u') => uid.to_string(),
        Some(_) if names => users::group(process, gid),
        Some(_) => gid.to_string(),
        None => format!(
            "uid={} gid={} groups={}",
            show(user_name, uid),
            show(group_name.clone(), gid),
            show(group_name, gid)
        ),
    };
    process.print(&format!("{text}\n")).await;
    Ok(0)
}

const UNAME: Syntax = Syntax::new(
    "asnrvmpio",
    &[
        ("all", 'a'),
        ("kernel-name", 's'),
        ("nodename", 'n'),
        ("kernel-release", 'r'),
        ("kernel-version", 'v'),
        ("machine", 'm'),
        ("operating-system", 'o'),
    ],
    "[OPTION]...",
    "Tell about the system.",
);

pub(crate) async fn uname(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &UNAME).await?;
    let host = process.host.hostname.borrow().clone();
    let parts = [
        ('s', "Linux"),
        ('n', host.as_str()),
        ('r', "6.1.0-33-amd64"),
        ('v', "#1 SMP PREEMPT_DYNAMIC Debian 6.1.133-1 (2025-04-10)"),
        ('m', "x86_64"),
        ('p', "unknown"),
        ('i', "unknown"),
        ('o', if crate::flavor::is_busybox(process) { "Linux" } else { "GNU/Linux" }),
    ];
    let wanted = |letter: char| match parsed.options.len() {
        0 => letter == 's',
        // All but what is not known.
        _ => parsed.has(letter) || (parsed.has('a') && !matches!(letter, 'p' | 'i')),
    };
    let shown: Vec<&str> =
        parts.iter().filter(|(letter, _)| wanted(*letter)).map(|(_, text)| *text).collect();
    process.print(&format!("{}\n", shown.join(" "))).await;
    Ok(0)
}

pub(crate) async fn clear(process: &Process) -> Result<u8, u8> {
    process.print("\x1b[H\x1b[2J\x1b[3J").await;
    Ok(0)
}

const TEE: Syntax = Syntax::new(
    "aip",
    &[("append", 'a'), ("ignore-interrupts", 'i'), ("output-error=?", 'p')],
    "[OPTION]... [FILE]...",
    "Copy standard input to files and to standard output.",
);

pub(crate) async fn tee(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &TEE).await?;
    let mut out = Output::new(process);
    let mut status = 0;
    let mut files = Vec::new();
    if parsed.has('i') {
        process.ignore(Signal::Int);
    }
    let how = if parsed.has('a') { OpenOptions::APPEND } else { OpenOptions::WRITE };
    for name in &parsed.operands {
        match process.open(name, how) {
            Ok(file) => files.push((name, file)),
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                status = 1;
            }
        }
    }
    let mut inputs = Inputs::new(&[]);
    while let Some(bytes) = inputs.chunk(&mut out).await {
        for (name, file) in &files {
            if let Err(error) = file.write(&bytes).await {
                out.complain(format_args!("{name}: {error}")).await;
                status = 1;
            }
        }
        out.push(bytes);
        out.flush().await;
    }
    Ok(out.finish(status).await)
}

pub(crate) async fn nano(process: &Process) -> Result<u8, u8> {
    complain(process, "podground does not simulate nano: use vi, or the editor beside the terminal").await;
    Err(1)
}

pub(crate) async fn man(process: &Process) -> Result<u8, u8> {
    let Some(name) = process.args.get(1) else {
        process.eprint("What manual page do you want?\nFor example, try 'man ls'.\n").await;
        return Err(1);
    };
    process.eprint(&format!("podground has no manual pages: try '{name} --help'\n")).await;
    Err(16)
}

pub(crate) async fn yes(process: &Process) -> Result<u8, u8> {
    let words = process.args.get(1..).unwrap_or_default();
    let line = if words.is_empty() { "y\n".to_owned() } else { format!("{}\n", words.join(" ")) };
    let mut out = Output::new(process);
    while !out.failed() {
        out.write(&line).await;
        out.spend(line.len()).await;
    }
    Ok(out.finish(0).await)
}
