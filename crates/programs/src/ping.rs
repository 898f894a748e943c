//! `ping`, in busybox's form.

use std::net::IpAddr;
use std::time::Duration;

use podground_shell::{Process, Signal};

use crate::options::{self, Syntax};

const SYNTAX: Syntax =
    Syntax::new("c:i:W:w:q46", &[], "[OPTIONS] HOST", "Send ICMP echo requests to a host.");

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let Some(name) = parsed.operands.first() else {
        return Err(options::refuse(process, &SYNTAX, "missing host").await);
    };
    let Some(address) = address_of(process, name).await else {
        process.eprint(&format!("ping: bad address '{name}'\n")).await;
        return Err(1);
    };
    let seconds = |letter: char, default: f64| {
        let value = parsed.value(letter).and_then(|text| text.parse().ok()).unwrap_or(default);
        Duration::try_from_secs_f64(value).unwrap_or(Duration::from_secs(1))
    };
    let count: u64 = parsed.value('c').and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    let interval = seconds('i', 1.0);
    process.print(&format!("PING {name} ({address}): 56 data bytes\n")).await;
    let interrupts = process.catch(Signal::Int);
    let (mut sent, mut times): (u64, Vec<f64>) = (0, Vec::new());
    while sent < count {
        let echo = process.host.network.ping(address);
        let answer = process.host.sim.timeout(seconds('W', 10.0), echo).await;
        if let Some(Ok(time)) = answer {
            let millis = time.as_secs_f64() * 1000.0;
            times.push(millis);
            if !parsed.has('q') {
                process
                    .print(&format!("64 bytes from {address}: seq={sent} ttl=64 time={millis:.3} ms\n"))
                    .await;
            }
        }
        sent += 1;
        if sent < count && process.host.sim.timeout(interval, interrupts.recv()).await.is_some() {
            break;
        }
    }
    let loss = 100 - times.len() as u64 * 100 / sent.max(1);
    let mut text = format!(
        "\n--- {name} ping statistics ---\n{sent} packets transmitted, {} packets received, {loss}% packet loss\n",
        times.len()
    );
    if !times.is_empty() {
        let min = times.iter().copied().fold(f64::INFINITY, f64::min);
        let max = times.iter().copied().fold(0.0, f64::max);
        let average = times.iter().sum::<f64>() / times.len() as f64;
        text.push_str(&format!("round-trip min/avg/max = {min:.3}/{average:.3}/{max:.3} ms\n"));
    }
    process.print(&text).await;
    Ok(u8::from(times.is_empty()))
}

async fn address_of(process: &Process, name: &str) -> Option<IpAddr> {
    if let Ok(address) = name.parse() {
        return Some(address);
    }
    process.host.network.resolve(name).await.ok()?.first().copied()
}
