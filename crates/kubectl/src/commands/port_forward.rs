//! `kubectl port-forward`
//!
//! Upstream: `kubectl/pkg/cmd/portforward/portforward.go`, `client-go/tools/portforward`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use podground_api::object::{self, array_at, i64_at, str_at};
use podground_api::{Body, Method, Request, Upgrade};
use podground_shell::{Connection, Listener, NetworkError};
use podground_sim::Task;
use serde_json::Value;

use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let [target, ports @ ..] = args.words.as_slice() else {
        return Err(args.usage("TYPE/NAME and list of ports are required for port-forward"));
    };
    if ports.is_empty() {
        return Err(args.usage("TYPE/NAME and list of ports are required for port-forward"));
    }
    let info = pods::target(cx, &args, std::slice::from_ref(target)).await?;
    let pod = pods::pod_of(cx, &info, args.duration("pod-running-timeout"), false).await?;
    let pairs = ports.iter().map(|port| pair(port, &info, &pod)).collect::<Result<Vec<_>>>()?;
    if str_at(&pod, "/status/phase") != "Running" {
        return Err(Error::Local(format!(
            "unable to forward port because pod is not running. Current status={}",
            str_at(&pod, "/status/phase")
        )));
    }
    let addresses = addresses(&args)?;
    let mut listeners = Vec::new();
    let mut failures = Vec::new();
    for (local, remote) in pairs {
        let mut bound = false;
        for address in &addresses {
            match cx.io.0.host.network.listen(SocketAddr::new(*address, local)) {
                Ok(listener) => {
                    let port = listener.local.port();
                    cx.io
                        .line(format!("Forwarding from {} -> {remote}", SocketAddr::new(*address, port)))
                        .await;
                    bound = true;
                    listeners.push((listener, remote));
                }
                Err(error) => failures.push(listen_error(*address, local, error)),
            }
        }
        if !bound {
            let text = failures.join(" ");
            cx.io.err_line(format!("Unable to listen on port {local}: Listeners failed to create with the following errors: [{text}]")).await;
        }
    }
    if listeners.is_empty() {
        return Err(Error::Local(format!(
            "unable to listen on any of the requested ports: [{}]",
            port_list(&args)
        )));
    }
    serve(cx, &pods::path(&pod), listeners).await;
    Ok(())
}

fn port_list(args: &Args) -> String {
    let pairs = args.words[1..].iter().map(|word| {
        let (local, remote) = word.split_once(':').unwrap_or((word, word));
        format!("{{{local} {remote}}}")
    });
    pairs.collect::<Vec<_>>().join(" ")
}

fn listen_error(address: IpAddr, port: u16, error: NetworkError) -> String {
    let why = match error {
        NetworkError::AddressInUse => "bind: address already in use",
        NetworkError::PermissionDenied => "bind: permission denied",
        _ => "bind: cannot assign requested address",
    };
    let family = if address.is_ipv4() { "tcp4" } else { "tcp6" };
    format!("unable to create listener: Error listen {family} {}: {why}", SocketAddr::new(address, port))
}

fn addresses(args: &Args) -> Result<Vec<IpAddr>> {
    let mut addresses = Vec::new();
    let given = args.list("address");
    let defaults = ["localhost".to_owned()];
    for address in if given.is_empty() { &defaults } else { given } {
        if address == "localhost" {
            addresses.extend([IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]);
        } else {
            addresses
                .push(address.parse().map_err(|_| Error::Local(format!("{address} is not a valid IP")))?);
        }
    }
    Ok(addresses)
}

/// `8888:8080`, `8080`, `:8080`; the remote port may be a name.
fn pair(word: &str, info: &Info, pod: &Value) -> Result<(u16, u16)> {
    let (local, remote) = match word.split_once(':') {
        Some(("", remote)) => ("0", remote),
        Some(parts) => parts,
        None => (word, word),
    };
    let remote_port = remote_port(remote, info, pod)?;
    let local_port = match local.parse::<u16>() {
        Ok(port) => port,
        Err(_) if local == remote => remote_port,
        Err(_) => {
            return Err(Error::Local(format!(
                "error parsing local port '{local}': strconv.ParseUint: parsing {local:?}: invalid syntax"
            )));
        }
    };
    Ok((local_port, remote_port))
}

/// The port of the container that a word means: of a service, what its port leads to.
fn remote_port(word: &str, info: &Info, pod: &Value) -> Result<u16> {
    let missing = || Error::Local(format!("Service {} does not have a service port {word}", info.name));
    let number = |value: i64| u16::try_from(value).map_err(|_| Error::Local(format!("invalid port {value}")));
    if info.mapping.kind != "Service" {
        if let Ok(port) = word.parse::<u16>().map(i64::from) {
            return if port == 0 { Err(Error::local("remote port must be > 0")) } else { number(port) };
        }
        return named_port(pod, word)
            .ok_or_else(|| {
                Error::Local(format!("Pod '{}' does not have a named port '{word}'", object::name(pod)))
            })
            .and_then(number);
    }
    let wanted = word.parse::<i64>().ok();
    let port = array_at(&info.object, "/spec/ports")
        .iter()
        .find(|port| i64_at(port, "/port") == wanted || str_at(port, "/name") == word)
        .ok_or_else(missing)?;
    if str_at(&info.object, "/spec/clusterIP") == "None" {
        return number(i64_at(port, "/port").unwrap_or_default());
    }
    match object::at(port, "/targetPort") {
        Value::Number(target) => number(target.as_i64().unwrap_or_default()),
        Value::String(name) => named_port(pod, name).ok_or_else(missing).and_then(number),
        _ => number(i64_at(port, "/port").unwrap_or_default()),
    }
}

fn named_port(pod: &Value, name: &str) -> Option<i64> {
    array_at(pod, "/spec/containers")
        .iter()
        .flat_map(|container| array_at(container, "/ports"))
        .find(|port| str_at(port, "/name") == name)
        .and_then(|port| i64_at(port, "/containerPort"))
}

/// Takes connections until the command is interrupted.
async fn serve(cx: &Context, path: &str, listeners: Vec<(Listener, u16)>) {
    let (sender, receiver) = podground_sim::channel::unbounded();
    let sim = &cx.io.0.host.sim;
    let mut tasks: Vec<Task<()>> = Vec::new();
    for (listener, remote) in listeners {
        let sender = sender.clone();
        tasks.push(sim.spawn(async move {
            while let Some(connection) = listener.accept().await {
                if sender.send((connection, remote)).await.is_err() {
                    return;
                }
            }
        }));
    }
    drop(sender);
    while let Ok((connection, remote)) = receiver.recv().await {
        let local = connection.local.port();
        cx.io.line(format!("Handling connection for {local}")).await;
        let request =
            Request::new(Method::Post, format!("{path}/portforward")).with_query("ports", remote.to_string());
        let Ok(client) = cx.client() else { return };
        match client.send(request).await.map(|response| response.body) {
            Ok(Body::Upgrade(upgrade)) => {
                let io = cx.io.clone();
                tasks.push(sim.spawn(async move {
                    if let Some(why) = carry(connection, upgrade).await {
                        let text = format!(
                            "E0000 portforward.go:424] \"Unhandled Error\" err=\"an error occurred forwarding {local} -> {remote}: {why}\""
                        );
                        io.err_line(text).await;
                    }
                }));
            }
            Ok(_) => {}
            Err(error) => {
                cx.io.err_line(format!("error: lost connection to pod: {}", error.bare())).await;
                return;
            }
        }
    }
}

/// Carries the bytes of one connection; gives the error that the other side tells of.
async fn carry(connection: Connection, upgrade: Upgrade) -> Option<String> {
    let Upgrade { to_server, from_server } = upgrade;
    let Connection { reader, writer, .. } = connection;
    let upload = async move {
        loop {
            let bytes = reader.read(16 * 1024).await;
            let is_end = bytes.is_empty();
            if to_server.send((0, bytes)).await.is_err() || is_end {
                // Held open until the answer has come.
                return to_server;
            }
        }
    };
    let download = async move {
        let mut error = None;
        while let Ok((channel, bytes)) = from_server.recv().await {
            match channel {
                0 if bytes.is_empty() => break,
                0 => {
                    if writer.write_all(&bytes).await.is_err() {
                        break;
                    }
                }
                _ => error = Some(String::from_utf8_lossy(&bytes).into_owned()),
            }
        }
        error
    };
    join(upload, download).await
}

/// Polls both; done when the second is.
async fn join<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> B {
    let mut first = Box::pin(first);
    let mut second = Box::pin(second);
    let mut kept = None;
    std::future::poll_fn(move |context| {
        if kept.is_none()
            && let std::task::Poll::Ready(value) = first.as_mut().poll(context)
        {
            kept = Some(value);
        }
        second.as_mut().poll(context)
    })
    .await
}
