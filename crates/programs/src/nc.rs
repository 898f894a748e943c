//! `nc`: bytes to a port and back.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use podground_shell::{Connection, NetworkError, Process};

use crate::options::{self, Syntax};
use crate::stream::complain;
use crate::{flavor, text};

const SYNTAX: Syntax = Syntax::new(
    "46hi:klNnp:q:s:uvw:z",
    &[],
    "[-klNnuvz] [-p PORT] [-w SECONDS] [HOST] [PORT]",
    "Connect to a port, or listen at one.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    if let Some(letter) = parsed.last_of("u6") {
        complain(process, format_args!("podground does not support the option -{letter} yet")).await;
        return Err(1);
    }
    let limit = parsed.value('w').and_then(text::duration);
    if parsed.has('l') {
        return listen(process, &parsed).await;
    }
    let (host, ports) = match parsed.operands.as_slice() {
        [host, ports] => (host, ports),
        [_] => {
            process.eprint("nc: missing port number\n").await;
            return Err(1);
        }
        _ => {
            process.eprint("usage: nc [-46klNnuvz] [-i interval] [-p source_port] [-w timeout] [destination] [port]\n").await;
            return Err(1);
        }
    };
    let range = match ports.split_once('-') {
        Some((first, last)) => first.parse::<u16>().ok().zip(last.parse::<u16>().ok()),
        None => ports.parse::<u16>().ok().map(|port| (port, port)),
    };
    let Some((first, last)) = range else {
        complain(process, format_args!("port number invalid: {ports}")).await;
        return Err(1);
    };
    let busybox = flavor::is_busybox(process);
    let address = match host.parse::<IpAddr>() {
        Ok(address) => address,
        Err(_) => {
            match process.host.network.resolve(host).await.ok().and_then(|list| list.first().copied()) {
                Some(address) => address,
                None if busybox => {
                    complain(process, format_args!("bad address '{host}'")).await;
                    return Err(1);
                }
                None => {
                    let why = "Name or service not known";
                    complain(process, format_args!("getaddrinfo for host \"{host}\" port {ports}: {why}"))
                        .await;
                    return Err(1);
                }
            }
        }
    };
    let mut status = 1;
    for port in first..=last {
        match connect(process, (address, port).into(), limit).await {
            Ok(connection) => {
                status = 0;
                if parsed.has('v') {
                    let line = if busybox {
                        format!("{host} ({address}:{port}) open\n")
                    } else {
                        let shown = if host.parse::<IpAddr>().is_ok() {
                            host.clone()
                        } else {
                            format!("{host} ({address})")
                        };
                        format!("Connection to {shown} {port} port [tcp/{}] succeeded!\n", service(port))
                    };
                    process.eprint(&line).await;
                }
                if !parsed.has('z') {
                    exchange(process, connection, limit).await;
                }
            }
            Err(error) if busybox => {
                let line = match error {
                    None => "nc: timed out\n".to_owned(),
                    Some(error) => format!("nc: {host} ({address}:{port}): {error}\n"),
                };
                process.eprint(&line).await;
            }
            Err(error) if parsed.has('v') => {
                let why = error.unwrap_or("Operation now in progress");
                let verb = if error.is_some() { "failed" } else { "timed out" };
                complain(
                    process,
                    format_args!("connect to {host} ({address}) port {port} (tcp) {verb}: {why}"),
                )
                .await;
            }
            Err(_) => {}
        }
    }
    Ok(status)
}

/// The name of a well-known port, `*` of others.
fn service(port: u16) -> &'static str {
    match port {
        22 => "ssh",
        53 => "domain",
        80 => "http",
        443 => "https",
        3306 => "mysql",
        5432 => "postgresql",
        6379 => "redis",
        8080 => "http-alt",
        _ => "*",
    }
}

/// Opens a connection; an error without words is that the time was over.
async fn connect(
    process: &Process,
    address: SocketAddr,
    limit: Option<Duration>,
) -> Result<Connection, Option<&'static str>> {
    let attempt = process.host.network.connect(address);
    let result = match limit {
        Some(limit) => process.host.sim.timeout(limit, attempt).await.ok_or(None)?,
        None => attempt.await,
    };
    result.map_err(|error| {
        Some(match error {
            NetworkError::ConnectionRefused => "Connection refused",
            NetworkError::TimedOut => "Connection timed out",
            NetworkError::HostUnreachable => "No route to host",
            NetworkError::NetworkUnreachable => "Network is unreachable",
            NetworkError::ConnectionReset => "Connection reset by peer",
            _ => "Connection failed",
        })
    })
}

async fn listen(process: &Process, parsed: &options::Parsed) -> Result<u8, u8> {
    let port = parsed.value('p').or_else(|| parsed.operands.last().map(String::as_str));
    let Some(port) = port.and_then(|port| port.parse::<u16>().ok()) else {
        process.eprint("nc: missing port with option -l\n").await;
        return Err(1);
    };
    let listener = match process.host.network.listen((Ipv4Addr::UNSPECIFIED, port).into()) {
        Ok(listener) => listener,
        Err(NetworkError::AddressInUse) => {
            complain(process, "Address already in use").await;
            return Err(1);
        }
        Err(_) => {
            complain(process, "Permission denied").await;
            return Err(1);
        }
    };
    if parsed.has('v') {
        process.eprint(&format!("Listening on 0.0.0.0 {port}\n")).await;
    }
    while let Some(connection) = listener.accept().await {
        if parsed.has('v') {
            let peer = connection.peer;
            process.eprint(&format!("Connection received on {} {}\n", peer.ip(), peer.port())).await;
        }
        exchange(process, connection, None).await;
        if !parsed.has('k') {
            break;
        }
    }
    Ok(0)
}

/// Copies in both directions, until the other side ends or nothing moves for the limit.
async fn exchange(process: &Process, connection: Connection, limit: Option<Duration>) {
    let Connection { reader, writer, .. } = connection;
    let receive = async {
        loop {
            let read = reader.read(64 * 1024);
            let bytes = match limit {
                Some(limit) => process.host.sim.timeout(limit, read).await.unwrap_or_default(),
                None => read.await,
            };
            if bytes.is_empty() || process.write(1, &bytes).await.is_err() {
                return;
            }
        }
    };
    let send = async {
        while let Ok(bytes) = process.read(0, 64 * 1024).await {
            if bytes.is_empty() || writer.write_all(&bytes).await.is_err() {
                break;
            }
        }
        // Our end stays open for what the other side still sends.
        std::future::pending::<()>().await;
    };
    futures_lite::future::or(receive, send).await;
}
