//! `dd`

use podground_shell::{Fd, OpenOptions, Process};

use crate::flavor::is_busybox;
use crate::stream::complain;
use crate::text::quote;

/// What the operands ask for.
struct Plan {
    input: Option<String>,
    output: Option<String>,
    block: usize,
    count: Option<u64>,
    skip: u64,
    seek: u64,
    keep: bool,
    status: bool,
}

/// `512`, `4K`, `1M`, `2kB`.
fn number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match &text[end..] {
        "" | "c" => 1,
        "w" => 2,
        "b" => 512,
        "kB" => 1000,
        "k" | "K" | "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        _ => return None,
    };
    text[..end].parse::<u64>().ok()?.checked_mul(factor)
}

fn plan(words: &[String]) -> Result<Plan, String> {
    let mut plan = Plan {
        input: None,
        output: None,
        block: 512,
        count: None,
        skip: 0,
        seek: 0,
        keep: false,
        status: true,
    };
    for word in words {
        let (name, value) =
            word.split_once('=').ok_or_else(|| format!("unrecognized operand {}", quote(word)))?;
        let size = || number(value).ok_or_else(|| format!("invalid number: {}", quote(value)));
        match name {
            "if" => plan.input = Some(value.to_owned()),
            "of" => plan.output = Some(value.to_owned()),
            "bs" | "ibs" | "obs" => match size()? {
                0 => return Err(format!("invalid number: {}", quote(value))),
                block => plan.block = usize::try_from(block).unwrap_or(1 << 30).min(1 << 30),
            },
            "count" => plan.count = Some(size()?),
            "skip" => plan.skip = size()?,
            "seek" => plan.seek = size()?,
            "conv" if value.split(',').all(|conv| matches!(conv, "notrunc" | "fsync" | "fdatasync")) => {
                plan.keep = value.split(',').any(|conv| conv == "notrunc");
            }
            "status" if value == "none" => plan.status = false,
            "status" if value == "noxfer" => {}
            "conv" | "status" | "iflag" | "oflag" | "cbs" => {
                return Err(format!("podground does not support {word} yet"));
            }
            _ => return Err(format!("unrecognized operand {}", quote(word))),
        }
    }
    Ok(plan)
}

/// How long a piece of endless input takes, and its bytes.
const TICK: std::time::Duration = std::time::Duration::from_millis(100);
const BYTES_PER_TICK: u64 = 100 << 20;

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let plan = match plan(&process.args[1..]) {
        Ok(plan) => plan,
        Err(message) => {
            complain(process, message).await;
            return Err(1);
        }
    };
    if plan.seek > 0 || plan.keep {
        complain(process, "podground does not support writing into a file that is there yet").await;
        return Err(1);
    }
    let failed = async |name: &str, error: podground_vfs::Error| {
        let message = if is_busybox(process) {
            format!("can't open '{name}': {error}")
        } else {
            format!("failed to open {}: {error}", quote(name))
        };
        complain(process, message).await;
        1
    };
    let standard = |number: u32| process.fds.get(&number).cloned().unwrap_or_else(Fd::null);
    let input = match &plan.input {
        Some(name) => match process.open(name, OpenOptions::READ) {
            Ok(fd) => fd,
            Err(error) => return Err(failed(name, error).await),
        },
        None => standard(0),
    };
    let output = match &plan.output {
        Some(name) => match process.open(name, OpenOptions::WRITE) {
            Ok(fd) => fd,
            Err(error) => return Err(failed(name, error).await),
        },
        None => standard(1),
    };
    let started = process.host.sim.now();
    let (mut whole, mut part, mut bytes, mut block_number) = (0_u64, 0_u64, 0_u64, 0_u64);
    let nowhere = input.is_endless() && matches!(output, Fd::Device(_));
    if nowhere {
        // Nothing but time passes.
        let speed = BYTES_PER_TICK / plan.block as u64;
        while plan.count.is_none_or(|count| whole < count) {
            process.host.sim.sleep(TICK).await;
            whole += speed.max(1).min(plan.count.map_or(u64::MAX, |count| count - whole));
        }
        bytes = whole * plan.block as u64;
    }
    while !nowhere && plan.count.is_none_or(|count| whole + part < count) {
        let mut block = Vec::new();
        while block.len() < plan.block {
            let more = input.read(plan.block - block.len()).await.unwrap_or_default();
            if more.is_empty() {
                break;
            }
            block.extend(more);
        }
        if block.is_empty() {
            break;
        }
        if input.is_endless() {
            process.host.sim.sleep(std::time::Duration::from_micros(500)).await;
        }
        block_number += 1;
        if block_number <= plan.skip {
            continue;
        }
        if block.len() == plan.block {
            whole += 1;
        } else {
            part += 1;
        }
        bytes += block.len() as u64;
        if let Err(error) = output.write(&block).await {
            complain(process, format_args!("error writing: {error}")).await;
            return Err(1);
        }
    }
    if plan.status {
        let seconds = process.host.sim.now().since(started).as_secs_f64();
        let text = format!(
            "{whole}+{part} records in\n{whole}+{part} records out\n{}\n",
            summary(bytes, seconds, is_busybox(process))
        );
        process.eprint(&text).await;
    }
    Ok(0)
}

/// `1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.5 s, 2.1 MB/s`
fn summary(bytes: u64, seconds: f64, busybox: bool) -> String {
    let rate = bytes as f64 / seconds.max(0.000_001);
    if busybox {
        let size = scaled(bytes as f64, 1024.0, &["B", "KB", "MB", "GB"]).replace(' ', "");
        let rate = scaled(rate, 1024.0, &["B", "KB", "MB", "GB"]).replace(' ', "");
        return format!("{bytes} bytes ({size}) copied, {seconds:.6} seconds, {rate}/s");
    }
    let decimal = scaled(bytes as f64, 1000.0, &["B", "kB", "MB", "GB"]);
    let binary = scaled(bytes as f64, 1024.0, &["B", "KiB", "MiB", "GiB"]);
    let size = match bytes {
        0..1000 => String::new(),
        1000..1024 => format!(" ({decimal})"),
        _ => format!(" ({decimal}, {binary})"),
    };
    let noun = if bytes == 1 { "byte" } else { "bytes" };
    format!("{bytes} {noun}{size} copied, {seconds} s, {}/s", scaled(rate, 1000.0, &["B", "kB", "MB", "GB"]))
}

fn scaled(mut value: f64, step: f64, units: &[&str]) -> String {
    let mut units = units.iter();
    let mut unit = units.next().unwrap_or(&"");
    while value >= step
        && let Some(next) = units.next()
    {
        (value, unit) = (value / step, next);
    }
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_suffixes() {
        assert_eq!(number("4K"), Some(4096));
        assert_eq!(number("2kB"), Some(2000));
        assert_eq!(number("x"), None);
        assert_eq!(scaled(1_048_576.0, 1024.0, &["B", "KiB", "MiB"]), "1.0 MiB");
        assert!(plan(&["conv=ucase".to_owned()]).is_err());
    }
}
