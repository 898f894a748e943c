//! `ping`, in busybox's form or in that of iputils.

use std::net::IpAddr;
use std::time::Duration;

use podground_shell::{Process, Signal};

use crate::flavor;
use crate::options::{self, Syntax};

const SYNTAX: Syntax =
    Syntax::new("c:i:W:w:q46", &[], "[OPTIONS] HOST", "Send ICMP echo requests to a host.");

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let busybox = flavor::is_busybox(process);
    let Some(name) = parsed.operands.first() else {
        if !busybox {
            process.eprint("ping: usage error: Destination address required\n").await;
            return Err(1);
        }
        return Err(options::refuse(process, &SYNTAX, "missing host").await);
    };
    let Some(address) = address_of(process, name).await else {
        if busybox {
            process.eprint(&format!("ping: bad address '{name}'\n")).await;
            return Err(1);
        }
        process.eprint(&format!("ping: {name}: Name or service not known\n")).await;
        return Err(2);
    };
    let seconds = |letter: char, default: f64| {
        let value = parsed.value(letter).and_then(|text| text.parse().ok()).unwrap_or(default);
        Duration::try_from_secs_f64(value).unwrap_or(Duration::from_secs(1))
    };
    let count: u64 = parsed.value('c').and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    let interval = seconds('i', 1.0);
    let head = if busybox {
        format!("PING {name} ({address}): 56 data bytes\n")
    } else {
        format!("PING {name} ({address}) 56(84) bytes of data.\n")
    };
    process.print(&head).await;
    let interrupts = process.catch(Signal::Int);
    let started = process.host.sim.now();
    let deadline = parsed.value('w').map(|_| seconds('w', 1.0));
    let (mut sent, mut times): (u64, Vec<f64>) = (0, Vec::new());
    while sent < count {
        let echo = process.host.network.ping(address);
        let answer = process.host.sim.timeout(seconds('W', 10.0), echo).await;
        if let Some(Ok(time)) = answer {
            let millis = time.as_secs_f64() * 1000.0;
            times.push(millis);
            if !parsed.has('q') {
                let line = if busybox {
                    format!("64 bytes from {address}: seq={sent} ttl=64 time={millis:.3} ms\n")
                } else {
                    let shown = if *name == address.to_string() {
                        name.clone()
                    } else {
                        format!("{name} ({address})")
                    };
                    let digits = if millis < 1.0 { 3 } else { 2 };
                    format!("64 bytes from {shown}: icmp_seq={} ttl=64 time={millis:.digits$} ms\n", sent + 1)
                };
                process.print(&line).await;
            }
        }
        sent += 1;
        let passed = Duration::from_nanos(process.host.sim.now().0 - started.0);
        if deadline.is_some_and(|deadline| passed >= deadline) {
            break;
        }
        if sent < count && process.host.sim.timeout(interval, interrupts.recv()).await.is_some() {
            break;
        }
    }
    let passed = (process.host.sim.now().0 - started.0) / 1_000_000;
    process.print(&summary(name, busybox, sent, &times, passed)).await;
    Ok(u8::from(times.is_empty()))
}

/// What is said at the end.
fn summary(name: &str, busybox: bool, sent: u64, times: &[f64], passed: u64) -> String {
    let loss = 100 - times.len() as u64 * 100 / sent.max(1);
    let received = times.len();
    let mut text = format!("\n--- {name} ping statistics ---\n{sent} packets transmitted, ");
    text.push_str(&if busybox {
        format!("{received} packets received, {loss}% packet loss\n")
    } else {
        format!("{received} received, {loss}% packet loss, time {passed}ms\n")
    });
    if !times.is_empty() {
        let min = times.iter().copied().fold(f64::INFINITY, f64::min);
        let max = times.iter().copied().fold(0.0, f64::max);
        let average = times.iter().sum::<f64>() / times.len() as f64;
        let deviation = times.iter().map(|time| (time - average).abs()).sum::<f64>() / times.len() as f64;
        text.push_str(&if busybox {
            format!("round-trip min/avg/max = {min:.3}/{average:.3}/{max:.3} ms\n")
        } else {
            format!("rtt min/avg/max/mdev = {min:.3}/{average:.3}/{max:.3}/{deviation:.3} ms\n")
        });
    } else if !busybox {
        text.push('\n');
    }
    text
}

async fn address_of(process: &Process, name: &str) -> Option<IpAddr> {
    if let Ok(address) = name.parse() {
        return Some(address);
    }
    process.host.network.resolve(name).await.ok()?.first().copied()
}
