//! `dd`

use podground_shell::{Fd, OpenOptions, Process};

use crate::flavor;
use crate::options::{self, Syntax};
use crate::stream::{Input, Output};
use crate::text;

const SYNTAX: Syntax =
    Syntax::new("", &[], "[OPERAND]...", "Copy a file, converting it as the operands say.");

/// What the operands ask for.
struct Request {
    input: String,
    output: Option<String>,
    input_block: usize,
    output_block: usize,
    count: Option<u64>,
    skip: u64,
    seek: u64,
    truncate: bool,
    append: bool,
    quiet: bool,
    no_transfer: bool,
}

/// Whole and partial blocks.
#[derive(Default)]
struct Records {
    whole: u64,
    partial: u64,
}

impl Records {
    fn count(&mut self, bytes: usize, block: usize) {
        self.whole += (bytes / block) as u64;
        self.partial += u64::from(bytes % block != 0);
    }
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let request = match request(&parsed.operands) {
        Ok(request) => request,
        Err(message) => {
            out.complain(message).await;
            return Err(1);
        }
    };
    let mut input = match Input::open(process, &request.input) {
        Ok(input) => input,
        Err(error) => {
            out.complain(format_args!("failed to open '{}': {error}", request.input)).await;
            return Err(1);
        }
    };
    let target = match &request.output {
        None => process.fds.get(&1).cloned(),
        Some(path) => {
            let mut options = if request.append { OpenOptions::APPEND } else { OpenOptions::WRITE };
            options.truncate = request.truncate && !request.append && request.seek == 0;
            match process.open(path, options) {
                Ok(fd) => Some(fd),
                Err(error) => {
                    out.complain(format_args!("failed to open '{path}': {error}")).await;
                    return Err(1);
                }
            }
        }
    };
    let Some(target) = target else { return Err(1) };
    if let (Fd::File(file), Some(path)) = (&target, &request.output)
        && request.seek > 0
    {
        let start = usize::try_from(request.seek).unwrap_or(usize::MAX).saturating_mul(request.output_block);
        file.offset.set(start);
        let (files, path) = (&process.host.files, process.path(path));
        if let Ok(kept) = files.read(&path)
            && request.truncate
            && kept.len() > start
        {
            // The file was opened for writing: this is the same right.
            let _ = files.write(&path, &kept[..start]);
        }
    }
    let begun = process.host.sim.now();
    let (mut read, mut written, mut total, mut status) = (Records::default(), Records::default(), 0u64, 0);
    let mut pending = Vec::new();
    let mut skip = request.skip;
    while request.count.is_none_or(|count| read.whole + read.partial < count) {
        let block = match input.block(&mut out, request.input_block).await {
            Ok(block) => block,
            Err(error) => {
                out.complain(format_args!("error reading '{}': {error}", request.input)).await;
                status = 1;
                break;
            }
        };
        if block.is_empty() {
            break;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        read.count(block.len(), request.input_block);
        total += block.len() as u64;
        pending.extend(block);
        let whole = pending.len() / request.output_block * request.output_block;
        if whole > 0 && write(&mut out, &target, &pending[..whole], &request, &mut status).await {
            written.count(whole, request.output_block);
        }
        pending.drain(..whole);
        if status != 0 {
            break;
        }
    }
    if status == 0 && !pending.is_empty() && write(&mut out, &target, &pending, &request, &mut status).await {
        written.count(pending.len(), request.output_block);
    }
    out.flush().await;
    if !request.quiet {
        let mut report = format!(
            "{}+{} records in\n{}+{} records out\n",
            read.whole, read.partial, written.whole, written.partial
        );
        if !request.no_transfer {
            let seconds = process.host.sim.now().since(begun).as_secs_f64().max(0.000_03);
            report.push_str(&transfer(total, seconds, flavor::is_busybox(process)));
        }
        process.eprint(&report).await;
    }
    Ok(status)
}

async fn write(out: &mut Output<'_>, target: &Fd, bytes: &[u8], request: &Request, status: &mut u8) -> bool {
    match target.write(bytes).await {
        Ok(()) => true,
        Err(error) => {
            let name = request.output.as_deref().unwrap_or("standard output");
            out.complain(format_args!("error writing '{name}': {error}")).await;
            *status = 1;
            false
        }
    }
}

/// The last line of the report: `52428800 bytes (52 MB, 50 MiB) copied, 0.05 s, 1.0 GB/s`.
// Upstream: coreutils src/dd.c print_xfer_stats; busybox coreutils/dd.c dd_output_status
fn transfer(bytes: u64, seconds: f64, busybox: bool) -> String {
    let rate = bytes as f64 / seconds;
    if busybox {
        let scaled = |value: f64| scale(value, 1024.0, &["", "K", "M", "G", "T"], "", f64::INFINITY);
        return format!(
            "{bytes} bytes ({}B) copied, {seconds:.6} seconds, {}B/s\n",
            scaled(bytes as f64),
            scaled(rate)
        );
    }
    let decimal = |value: f64| scale(value, 1000.0, &["B", "kB", "MB", "GB", "TB"], " ", 10.0);
    let binary = |value: f64| scale(value, 1024.0, &["B", "KiB", "MiB", "GiB", "TiB"], " ", 10.0);
    let unit = if bytes == 1 { "byte" } else { "bytes" };
    let amount = match bytes {
        0..1000 => format!("{bytes} {unit}"),
        1000..1024 => format!("{bytes} {unit} ({})", decimal(bytes as f64)),
        _ => format!("{bytes} {unit} ({}, {})", decimal(bytes as f64), binary(bytes as f64)),
    };
    format!("{amount} copied, {} s, {}/s\n", general(seconds), decimal(rate))
}

/// A value in the largest unit that leaves a number before the point, with a decimal below `exact`.
fn scale(mut value: f64, base: f64, units: &[&str], space: &str, exact: f64) -> String {
    let mut unit = 0;
    while value >= base && unit + 1 < units.len() {
        value /= base;
        unit += 1;
    }
    let number = if value < exact && unit > 0 { format!("{value:.1}") } else { format!("{value:.0}") };
    format!("{number}{space}{}", units.get(unit).unwrap_or(&""))
}

/// `%g` of C with six digits.
fn general(value: f64) -> String {
    let digits = if value >= 1.0 { value.log10().floor() as usize + 1 } else { 0 };
    let leading = if value < 1.0 && value > 0.0 { (-value.log10()).floor() as usize } else { 0 };
    let text = format!("{value:.*}", 6usize.saturating_sub(digits) + leading);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn request(operands: &[String]) -> Result<Request, String> {
    let mut request = Request {
        input: "-".to_owned(),
        output: None,
        input_block: 512,
        output_block: 512,
        count: None,
        skip: 0,
        seek: 0,
        truncate: true,
        append: false,
        quiet: false,
        no_transfer: false,
    };
    for operand in operands {
        let Some((name, value)) = operand.split_once('=') else {
            return Err(format!(
                "unrecognized operand {}\nTry 'dd --help' for more information.",
                text::curly(operand)
            ));
        };
        let number = || text::size(value).ok_or_else(|| format!("invalid number: {}", text::curly(value)));
        let block = || match number()? {
            0 => Err(format!("invalid number: {}", text::curly(value))),
            bytes => Ok(usize::try_from(bytes).unwrap_or(usize::MAX)),
        };
        match name {
            "if" => value.clone_into(&mut request.input),
            "of" => request.output = Some(value.to_owned()),
            "ibs" => request.input_block = block()?,
            "obs" => request.output_block = block()?,
            "bs" => (request.input_block, request.output_block) = (block()?, block()?),
            "count" => request.count = Some(number()?),
            "skip" | "iseek" => request.skip = number()?,
            "seek" | "oseek" => request.seek = number()?,
            "status" => match value {
                "none" => request.quiet = true,
                "noxfer" => request.no_transfer = true,
                "progress" => {}
                _ => return Err(format!("invalid status level: {}", text::curly(value))),
            },
            "conv" | "oflag" | "iflag" => {
                for word in value.split(',') {
                    match (name, word) {
                        ("conv", "notrunc") => request.truncate = false,
                        ("oflag", "append") => request.append = true,
                        // There is no disk whose caches could matter, and a block is always read whole.
                        ("conv", "fsync" | "fdatasync") | (_, "direct" | "sync" | "dsync" | "fullblock") => {}
                        ("conv", _) => return Err(format!("invalid conversion: {}", text::curly(word))),
                        _ => {
                            return Err({
                                let direction = if name == "oflag" { "output" } else { "input" };
                                format!("invalid {direction} flag: {}", text::curly(word))
                            });
                        }
                    }
                }
            }
            _ => {
                return Err(format!(
                    "unrecognized operand {}\nTry 'dd --help' for more information.",
                    text::curly(operand)
                ));
            }
        }
    }
    Ok(request)
}
