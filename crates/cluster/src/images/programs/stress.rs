//! `stress`: takes memory and cores, as far as it is told to. Two programs of that name are in use: the classic one
//! with `--vm-bytes`, and the one of `vish/stress` with `-mem-total`.

use std::time::Duration;

use podground_api::quantity::Quantity;
use podground_shell::{Process, Taken};

/// Filling memory takes a second per so many bytes.
const BYTES_PER_SECOND: u64 = 1 << 30;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Hogs {
    cpu: u64,
    io: u64,
    vm: u64,
    hdd: u64,
    vm_bytes: u64,
    timeout: Option<u64>,
    quiet: bool,
    dry_run: bool,
}

/// The classic program.
// Upstream: stress 1.0.4, stress.c
pub(super) async fn stress(process: Process) -> u8 {
    let name = process.name().to_owned();
    if process.args.len() < 2 || process.args.iter().any(|arg| arg == "--help" || arg == "-?") {
        process.print(&format!("Usage: {name} [OPTION [ARG]] ...\n -?, --help         show this help statement\n     --version      show version statement\n -v, --verbose      be verbose\n -q, --quiet        be quiet\n -n, --dry-run      show what would have been done\n -t, --timeout N    timeout after N seconds\n -c, --cpu N        spawn N workers that keep a core busy\n -i, --io N         spawn N workers that call sync()\n -m, --vm N         spawn N workers that take memory\n     --vm-bytes B   so many bytes each (default is 256MB)\n     --vm-hang N    sleep N seconds before giving them back\n     --vm-keep      keep the memory\n -d, --hdd N        spawn N workers that write files\n\nNumbers may be suffixed with s,m,h,d,y (time) or B,K,M,G (size).\n")).await;
        return 0;
    }
    if process.args.iter().any(|arg| arg == "--version") {
        process.print(&format!("{name} 1.0.4\n")).await;
        return 0;
    }
    let pid = process.pid;
    let hogs = match parse(&process.args[1..]) {
        Ok(hogs) => hogs,
        Err(message) => {
            process.eprint(&format!("{name}: FAIL: [{pid}] {message}\n")).await;
            return 1;
        }
    };
    if !hogs.quiet {
        let Hogs { cpu, io, vm, hdd, .. } = hogs;
        let text =
            format!("{name}: info: [{pid}] dispatching hogs: {cpu} cpu, {io} io, {vm} vm, {hdd} hdd\n");
        process.print(&text).await;
    }
    if !hogs.dry_run {
        let workers = [(hogs.cpu, 1, 0), (hogs.io + hogs.hdd, 0, 0), (hogs.vm, 1, hogs.vm_bytes)];
        let workers = workers.iter().flat_map(|(count, cores, bytes)| {
            (0..*count).map(|_| {
                let (cores, bytes) = (*cores, *bytes);
                let command = process.command(process.args.clone());
                process.fork(command, move |worker| Box::pin(work(worker, cores, bytes)))
            })
        });
        let workers: Vec<_> = workers.collect();
        match hogs.timeout {
            Some(seconds) => process.host.sim.sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
        for worker in workers {
            worker.signal(podground_shell::Signal::Kill);
        }
    }
    if !hogs.quiet {
        let seconds = hogs.timeout.filter(|_| !hogs.dry_run).unwrap_or(0);
        process.print(&format!("{name}: info: [{pid}] successful run completed in {seconds}s\n")).await;
    }
    0
}

async fn work(process: Process, cores: u64, bytes: u64) -> u8 {
    let taken = process.take(cores);
    fill(&process, &taken, bytes).await;
    std::future::pending().await
}

async fn fill(process: &Process, taken: &Taken, bytes: u64) {
    let mut filled = 0;
    while filled < bytes {
        let step = (bytes - filled).min(BYTES_PER_SECOND / 8);
        process.host.sim.sleep(Duration::from_secs(1) * u32::try_from(step >> 20).unwrap_or(0) / 1024).await;
        filled += step;
        taken.set_memory(filled);
    }
}

fn parse(args: &[String]) -> Result<Hogs, String> {
    let mut hogs = Hogs {
        cpu: 0,
        io: 0,
        vm: 0,
        hdd: 0,
        vm_bytes: 256 << 20,
        timeout: None,
        quiet: false,
        dry_run: false,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut number = |units: &[(char, u64)]| {
            let text = args.next().ok_or_else(|| format!("(394) missing argument to option '{arg}'"))?;
            let unit = text.chars().last().and_then(|last| units.iter().find(|(unit, _)| *unit == last));
            let digits = if unit.is_some() { &text[..text.len() - 1] } else { text };
            let number = digits.parse::<u64>().map_err(|_| format!("(402) not a number: {text}"))?;
            Ok::<_, String>(number.saturating_mul(unit.map_or(1, |(_, factor)| *factor)))
        };
        let sizes = [('B', 1), ('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30)];
        let times = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400), ('y', 31_536_000)];
        match arg.as_str() {
            "-v" | "--verbose" | "--vm-keep" => {}
            "-q" | "--quiet" => hogs.quiet = true,
            "-n" | "--dry-run" => hogs.dry_run = true,
            "-t" | "--timeout" => hogs.timeout = Some(number(&times)?),
            "-c" | "--cpu" => hogs.cpu = number(&[])?,
            "-i" | "--io" => hogs.io = number(&[])?,
            "-m" | "--vm" => hogs.vm = number(&[])?,
            "-d" | "--hdd" => hogs.hdd = number(&[])?,
            "--vm-bytes" => hogs.vm_bytes = number(&sizes)?,
            // What is taken stays taken: how long and in what steps does not show.
            "--vm-hang" | "--backoff" => drop(number(&times)?),
            "--vm-stride" | "--hdd-bytes" => drop(number(&sizes)?),
            _ => return Err(format!("(244) unrecognized option: {arg}")),
        }
    }
    Ok(hogs)
}

/// `memoryhog BYTES`
pub(super) async fn memoryhog(process: Process) -> u8 {
    let Some(bytes) = process.args.get(1).and_then(|text| text.parse().ok()) else {
        process.eprint("usage: memoryhog BYTES\n").await;
        return 1;
    };
    let taken = process.take(0);
    fill(&process, &taken, bytes).await;
    std::future::pending().await
}

/// The program of `vish/stress`: `-cpus N`, `-mem-total SIZE`, which it takes in steps.
// Upstream: github.com/vishh/stress main.go
pub(super) async fn vish_stress(process: Process) -> u8 {
    let flag = |name: &str, default: &str| {
        let mut args = process.args.iter().map(|arg| arg.trim_start_matches('-'));
        args.find_map(|arg| arg.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
            .or_else(|| {
                let at = process.args.iter().position(|arg| arg.trim_start_matches('-') == name)?;
                process.args.get(at + 1).cloned()
            })
            .unwrap_or_else(|| default.to_owned())
    };
    let (total, step) = (flag("mem-total", "0"), flag("mem-alloc-size", "4Ki"));
    let (pause, cpus) = (flag("mem-alloc-sleep", "1ms"), flag("cpus", "0").parse().unwrap_or(0));
    let bytes = |text: &str| Quantity::parse(text).map(|quantity| quantity.units().unsigned_abs());
    let (Ok(total_bytes), Ok(step_bytes), Some(interval)) =
        (bytes(&total), bytes(&step), podground_api::duration::parse_go(&pause))
    else {
        process.eprint("panic: cannot parse '-mem-total', '-mem-alloc-size' or '-mem-alloc-sleep'\n").await;
        return 2;
    };
    log(
        &process,
        26,
        &format!("Allocating {total:?} memory, in {step:?} chunks, with a {pause} sleep between allocations"),
    )
    .await;
    for _ in 0..cpus {
        log(&process, 39, "Spawning a thread to consume CPU").await;
    }
    let taken = process.take(cpus);
    let mut filled = 0;
    while filled < total_bytes {
        // Small steps are taken many at once: what matters is how fast it grows.
        let steps = (Duration::from_millis(100).as_nanos() / interval.as_nanos().max(1)).max(1);
        process.host.sim.sleep(interval * u32::try_from(steps).unwrap_or(1)).await;
        filled =
            filled.saturating_add(step_bytes.max(1) * u64::try_from(steps).unwrap_or(1)).min(total_bytes);
        taken.set_memory(filled);
    }
    log(&process, 29, &format!("Allocated {total:?} memory")).await;
    std::future::pending().await
}

async fn log(process: &Process, line: u32, message: &str) {
    let c = process.host.sim.now().civil();
    let (time, pid) = (process.host.sim.now().rfc3339_micro(), process.pid);
    let clock = time.get(11..26).unwrap_or_default();
    process
        .eprint(&format!("I{:02}{:02} {clock} {pid:>7} main.go:{line}] {message}\n", c.month, c.day))
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_two() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let hogs = parse(&words("--vm 1 --vm-bytes 250M --vm-hang 1 -t 2m"));
        assert_eq!(
            hogs.as_ref().map(|hogs| (hogs.vm, hogs.vm_bytes, hogs.timeout)),
            Ok((1, 250 << 20, Some(120)))
        );
        assert_eq!(parse(&words("--cpu x")), Err("(402) not a number: x".to_owned()));
    }
}
