//! Programs of a few lines each: `hostname`, `whoami`, `id`, `uname`, `which`, `clear`, `tee`, `seq`, `nano`, `man`,
//! `yes`.

use podground_shell::Process;

use crate::stream::{Inputs, Output, complain};

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

pub(crate) async fn whoami(process: &Process) -> Result<u8, u8> {
    match process.host.user_name(process.uid) {
        Some(name) => process.print(&format!("{name}\n")).await,
        None => {
            complain(process, format_args!("cannot find name for user ID {}", process.uid)).await;
            return Err(1);
        }
    }
    Ok(0)
}

pub(crate) async fn id(process: &Process) -> Result<u8, u8> {
    let name = process.host.user_name(process.uid);
    let shown = name.as_ref().map(|name| format!("({name})")).unwrap_or_default();
    let text = match process.args.get(1).map(String::as_str) {
        Some("-u") => process.uid.to_string(),
        Some("-g") => process.gid.to_string(),
        Some("-un") => name.unwrap_or_else(|| process.uid.to_string()),
        _ => format!("uid={}{shown} gid={}{shown} groups={}{shown}", process.uid, process.gid, process.gid),
    };
    process.print(&format!("{text}\n")).await;
    Ok(0)
}

pub(crate) async fn uname(process: &Process) -> Result<u8, u8> {
    let host = process.host.hostname.borrow().clone();
    let text = match process.args.get(1).map(String::as_str) {
        None | Some("-s") => "Linux".to_owned(),
        Some("-n") => host,
        Some("-r") => "6.1.0-33-amd64".to_owned(),
        Some("-m") => "x86_64".to_owned(),
        Some(_) => {
            format!("Linux {host} 6.1.0-33-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.133-1 x86_64 GNU/Linux")
        }
    };
    process.print(&format!("{text}\n")).await;
    Ok(0)
}

pub(crate) async fn clear(process: &Process) -> Result<u8, u8> {
    process.print("\x1b[H\x1b[2J\x1b[3J").await;
    Ok(0)
}

pub(crate) async fn tee(process: &Process) -> Result<u8, u8> {
    let append = process.args.iter().any(|word| word == "-a" || word == "--append");
    let files: Vec<String> = process
        .args
        .iter()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .map(|file| process.path(file))
        .collect();
    let mut out = Output::new(process);
    let mut status = 0;
    if !append {
        for file in &files {
            if let Err(error) = process.host.files.write(file, b"") {
                out.complain(format_args!("{file}: {error}")).await;
                status = 1;
            }
        }
    }
    let mut inputs = Inputs::new(&[]);
    while let Some(bytes) = inputs.chunk(&mut out).await {
        for file in &files {
            // What could not be opened was told above.
            let _ = process.host.files.append(file, &bytes);
        }
        out.push(bytes);
        out.flush().await;
    }
    Ok(out.finish(status).await)
}

pub(crate) async fn seq(process: &Process) -> Result<u8, u8> {
    let mut separator = "\n".to_owned();
    let mut numbers: Vec<String> = Vec::new();
    let (mut pad, mut words) = (false, process.args.iter().skip(1));
    while let Some(word) = words.next() {
        match word.as_str() {
            "-s" => separator = words.next().cloned().unwrap_or_default(),
            "-w" => pad = true,
            other => numbers.push(other.to_owned()),
        }
    }
    let mut values = Vec::new();
    for text in &numbers {
        let Ok(value) = text.parse::<f64>() else {
            complain(process, format_args!("invalid floating point argument: ‘{text}’")).await;
            return Err(1);
        };
        values.push(value);
    }
    let (first, step, last) = match values.as_slice() {
        [last] => (1.0, 1.0, *last),
        [first, last] => (*first, 1.0, *last),
        [first, step, last] if *step != 0.0 => (*first, *step, *last),
        _ => {
            complain(process, "missing operand").await;
            return Err(1);
        }
    };
    let digits =
        numbers.iter().filter_map(|text| text.split_once('.')).map(|(_, rest)| rest.len()).max().unwrap_or(0);
    let width = if pad { format!("{last:.digits$}").len().max(format!("{first:.digits$}").len()) } else { 0 };
    let mut out = Output::new(process);
    let mut index = 0_u32;
    loop {
        let value = first + f64::from(index) * step;
        if (step > 0.0 && value > last) || (step < 0.0 && value < last) {
            break;
        }
        if index > 0 {
            out.push(&separator);
        }
        out.write(format!("{value:0width$.digits$}")).await;
        if out.failed() {
            break;
        }
        index += 1;
    }
    if index > 0 {
        out.push("\n");
    }
    Ok(out.finish(0).await)
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
