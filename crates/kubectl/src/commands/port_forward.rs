//! `kubectl port-forward`
//!
//! Upstream: `kubectl/pkg/cmd/portforward/portforward.go`, `client-go/tools/portforward`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::{Body, Method, Request};
use podground_shell::{Connection, Listener};

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;

/// A local port and the port of the pod that it leads to.
#[derive(Clone, Copy, Debug)]
struct Pair {
    local: u16,
    remote: u16,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let Some((word, ports)) = args.words.split_first().filter(|(_, ports)| !ports.is_empty()) else {
        return Err(args.usage("TYPE/NAME and list of ports are required for port-forward"));
    };
    let named = if word.contains('/') { vec![word.clone()] } else { vec!["pods".to_owned(), word.clone()] };
    let query = Query::from_args(cx, &args, &named)?.with_latest();
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    let Some(info) = infos.into_iter().next() else { return Err(Error::local("no resources found")) };
    let pod = pods::one_of(cx, info.clone()).await?;
    let pairs = ports.iter().map(|port| pair(port, &info, &pod)).collect::<Result<Vec<Pair>>>()?;
    let phase = str_at(&pod.object, "/status/phase");
    if phase != "Running" {
        return Err(Error::Local(format!(
            "unable to forward port because pod is not running. Current status={phase}"
        )));
    }
    let mut listeners = Vec::new();
    for pair in pairs {
        listeners.extend(listen(cx, &args, pair).await?);
    }
    let mut running: Vec<podground_sim::LocalBoxFuture<'_, ()>> = Vec::new();
    for (listener, pair) in &listeners {
        running.push(Box::pin(accept(cx, &pod, listener, *pair)));
    }
    std::future::poll_fn(|poll| {
        for future in &mut running {
            // They end only with the process.
            let _ = future.as_mut().poll(poll);
        }
        std::task::Poll::<()>::Pending
    })
    .await;
    Ok(())
}

/// `8888:8080`, `8080`, `:8080`; the pod's port may be named, and a service's port leads to its target.
fn pair(text: &str, info: &Info, pod: &Info) -> Result<Pair> {
    let (local, remote) = text.split_once(':').unwrap_or((text, text));
    let wrong = |part: &str| {
        Error::Local(format!(
            "error parsing {} port '{part}': strconv.ParseUint: parsing {part:?}: invalid syntax",
            if part == remote { "remote" } else { "local" }
        ))
    };
    let remote_port = remote_port(remote, info, pod).ok_or_else(|| wrong(remote))?;
    let local_port = match local {
        "" => 0,
        local if text.contains(':') => local.parse().map_err(|_| wrong(local))?,
        local => local.parse().unwrap_or(remote_port),
    };
    if remote_port == 0 {
        return Err(Error::local("remote port must be > 0"));
    }
    Ok(Pair { local: local_port, remote: remote_port })
}

fn remote_port(text: &str, info: &Info, pod: &Info) -> Option<u16> {
    if info.mapping.kind == "Service" {
        let port = array_at(&info.object, "/spec/ports").iter().find(|port| {
            str_at(port, "/name") == text
                || i64_at(port, "/port").is_some_and(|port| port.to_string() == text)
        })?;
        return match at(port, "/targetPort") {
            serde_json::Value::String(name) => named_port(name, pod),
            target => target.as_u64().and_then(|port| u16::try_from(port).ok()),
        };
    }
    text.parse().ok().or_else(|| named_port(text, pod))
}

fn named_port(name: &str, pod: &Info) -> Option<u16> {
    array_at(&pod.object, "/spec/containers")
        .iter()
        .flat_map(|container| array_at(container, "/ports"))
        .find(|port| str_at(port, "/name") == name)
        .and_then(|port| u16::try_from(i64_at(port, "/containerPort")?).ok())
}

async fn listen(cx: &Context, args: &Args, pair: Pair) -> Result<Vec<(Listener, Pair)>> {
    let mut listeners = Vec::new();
    let mut failures = Vec::new();
    let addresses: Vec<String> = match args.list("address") {
        [] => vec!["localhost".to_owned()],
        given => given.to_vec(),
    };
    let mut pair = pair;
    for address in &addresses {
        let ips: Vec<IpAddr> = match address.as_str() {
            "localhost" => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            other => vec![other.parse().map_err(|_| Error::Local(format!("{other} is not a valid IP")))?],
        };
        for ip in ips {
            match cx.io.0.host.network.listen(SocketAddr::new(ip, pair.local)) {
                Ok(listener) => {
                    pair.local = listener.local.port();
                    let shown = SocketAddr::new(ip, pair.local);
                    cx.io.line(format!("Forwarding from {shown} -> {}", pair.remote)).await;
                    listeners.push((listener, pair));
                }
                Err(_) => {
                    let shown = SocketAddr::new(ip, pair.local);
                    let family = if ip.is_ipv4() { "tcp4" } else { "tcp6" };
                    failures.push(format!(
                        "unable to create listener: Error listen {family} {shown}: bind: address already in use"
                    ));
                }
            }
        }
    }
    if listeners.is_empty() {
        let text = format!(
            "Unable to listen on port {}: Listeners failed to create with the following errors: [{}]",
            pair.local,
            failures.join(" ")
        );
        cx.io.err_line(text).await;
        let pairs = format!("[{{{} {}}}]", pair.local, pair.remote);
        return Err(Error::Local(format!("unable to listen on any of the requested ports: {pairs}")));
    }
    Ok(listeners)
}

async fn accept(cx: &Context, pod: &Info, listener: &Listener, pair: Pair) {
    while let Some(connection) = listener.accept().await {
        cx.io.line(format!("Handling connection for {}", pair.local)).await;
        let request = Request::new(Method::Post, format!("{}/portforward", pod.path()))
            .with_query("ports", pair.remote.to_string());
        let Ok(client) = cx.client() else { return };
        let io = cx.io.clone();
        let sim = cx.io.0.host.sim.clone();
        sim.spawn(async move {
            match client.send(request).await {
                Ok(response) => {
                    if let Body::Upgrade(upgrade) = response.body {
                        carry(&io, connection, upgrade, pair).await;
                    }
                }
                Err(error) => io.err_line(format!("E portforward.go] {}", error.bare())).await,
            }
        })
        .detach();
    }
}

/// Carries bytes both ways until both sides have ended.
async fn carry(io: &crate::io::Io, connection: Connection, upgrade: podground_api::Upgrade, pair: Pair) {
    let Connection { reader, writer, .. } = connection;
    let up = async {
        loop {
            let bytes = reader.read(16 * 1024).await;
            let end = bytes.is_empty();
            if upgrade.to_server.send((0, bytes)).await.is_err() || end {
                break;
            }
        }
    };
    let down = async {
        let mut writer = Some(writer);
        while let Ok((channel, bytes)) = upgrade.from_server.recv().await {
            match (channel, &writer) {
                (1, _) if !bytes.is_empty() => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let head = format!("an error occurred forwarding {} -> {}", pair.local, pair.remote);
                    let stamp = io.now().rfc3339_micro();
                    let (month, day, clock) = (&stamp[5..7], &stamp[8..10], &stamp[11..26]);
                    let line = format!(
                        "E{month}{day} {clock} {:>7} portforward.go:424] \"Unhandled Error\" err=\"{head}: {text}\"",
                        io.0.pid
                    );
                    io.err_line(line).await;
                    io.err_line("error: lost connection to pod").await;
                    writer = None;
                }
                (0, Some(open)) if !bytes.is_empty() => {
                    if open.write_all(&bytes).await.is_err() {
                        break;
                    }
                }
                (0, _) if bytes.is_empty() => writer = None,
                _ => {}
            }
        }
    };
    futures_lite::future::zip(up, down).await;
}
