//! `watch`

use std::time::Duration;

use podground_shell::{Fd, Process};

use crate::calendar::{self, Zone};

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let mut interval = 2.0;
    let mut title = true;
    let mut words = process.args.iter().skip(1).peekable();
    while let Some(word) = words.peek() {
        match word.as_str() {
            "-t" | "--no-title" => title = false,
            "-d" | "--differences" | "-c" | "--color" => {}
            "-n" | "--interval" => {
                words.next();
                interval = words.peek().and_then(|text| text.parse().ok()).unwrap_or(interval);
            }
            option if option.starts_with("-n") => interval = option[2..].parse().unwrap_or(interval),
            option if option.starts_with('-') => {
                process
                    .eprint(&format!("watch: invalid option -- '{}'\n", option.trim_start_matches('-')))
                    .await;
                return Err(1);
            }
            _ => break,
        }
        words.next();
    }
    let command: Vec<String> = words.cloned().collect();
    if command.is_empty() {
        process.eprint("Usage:\n watch [options] command\n").await;
        return Err(1);
    }
    let line = command.join(" ");
    let pause = Duration::try_from_secs_f64(interval)
        .unwrap_or(Duration::from_secs(2))
        .max(Duration::from_millis(100));
    loop {
        let text = output_of(process, &line).await;
        let size = process.terminal().map(|terminal| terminal.size());
        let (columns, rows) =
            size.map_or((80, 24), |size| (usize::from(size.columns), usize::from(size.rows)));
        let mut screen = String::from("\x1b[H\x1b[2J");
        let mut left = rows;
        if title {
            let head = format!("Every {interval:.1}s: {line}");
            let clock = format!(
                "{}: {}",
                process.host.hostname.borrow(),
                calendar::format(process.host.sim.now(), &Zone::utc(), "%a %b %e %H:%M:%S %Y")
            );
            let gap = columns.saturating_sub(head.chars().count() + clock.chars().count()).max(1);
            screen.push_str(&format!("{head}{}{clock}\n\n", " ".repeat(gap)));
            left = left.saturating_sub(2);
        }
        let lines: Vec<&str> = text.lines().take(left).collect();
        screen.push_str(&lines.join("\n"));
        process.print(&screen).await;
        process.host.sim.sleep(pause).await;
    }
}

async fn output_of(process: &Process, line: &str) -> String {
    let (reader, writer) = podground_sim::pipe(1 << 20);
    let output = Fd::PipeWriter(writer);
    let mut command = process.command(["sh", "-c", line]);
    command.fds.insert(0, Fd::null());
    command.fds.insert(1, output.clone());
    command.fds.insert(2, output);
    let child = match process.spawn(command) {
        Ok(child) => child,
        Err(error) => return format!("watch: {error}"),
    };
    let mut bytes = Vec::new();
    loop {
        let chunk = reader.read(1 << 16).await;
        if chunk.is_empty() {
            break;
        }
        bytes.extend(chunk);
    }
    child.wait().await;
    String::from_utf8_lossy(&bytes).into_owned()
}
