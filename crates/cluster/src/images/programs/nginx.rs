//! `nginx`: a small real interpreter of its configuration; serves files, passes requests on, logs, ends when
//! asked to.

mod config;
mod entrypoint;
mod gzip;
mod model;
mod respond;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use podground_programs::http::{self, Stream, tls};
use podground_shell::{Connection, Listener, NetworkError, Process, Signal};
use podground_sim::channel::Receiver;

use super::serving::{Connections, accept_loop};
use model::Config;
use respond::Running;

pub(super) use entrypoint::entrypoint;

/// How often nginx tries to bind a port that is taken.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(500);
const MAIN: &str = "/etc/nginx/nginx.conf";

/// `nginx [-c FILE] [-g DIRECTIVES] [-s SIGNAL] [-t] [-T] [-v]`
pub(super) async fn nginx(process: Process) -> u8 {
    let version = process.env("NGINX_VERSION").unwrap_or("1.29.1").to_owned();
    let option = |name: &str| {
        process.args.iter().position(|arg| arg == name).and_then(|index| process.args.get(index + 1)).cloned()
    };
    let has = |name: &str| process.args.iter().any(|arg| arg == name);
    if has("-v") || has("-V") {
        process.eprint(&format!("nginx version: nginx/{version}\n")).await;
        return 0;
    }
    if let Some(signal) = option("-s") {
        return send(&process, &signal).await;
    }
    let path = option("-c").map_or_else(|| MAIN.to_owned(), |path| podground_vfs::join("/etc/nginx", &path));
    let global = option("-g").unwrap_or_default();
    let testing = has("-t") || has("-T");
    let loaded = match Config::load(&process.host.files, &path, &global) {
        Ok(config) => resolve(&process, &config).await.map(|addresses| (config, addresses)),
        Err(error) => Err(error),
    };
    let (config, addresses) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            if !testing {
                notice(&process, "emerg", &error).await;
            }
            process.eprint(&format!("nginx: [emerg] {error}\n")).await;
            if testing {
                process.eprint(&format!("nginx: configuration file {path} test failed\n")).await;
            }
            return 1;
        }
    };
    if testing {
        process
            .eprint(&format!(
                "nginx: the configuration file {path} syntax is ok\nnginx: configuration file {path} test is successful\n"
            ))
            .await;
        return 0;
    }
    serve(process, version, config, addresses, (path, global)).await
}

/// `nginx -s quit`: tells the running server by its process number.
async fn send(process: &Process, word: &str) -> u8 {
    let signal = match word {
        "quit" => Signal::Quit,
        "stop" => Signal::Term,
        "reload" => Signal::Hup,
        "reopen" => Signal::Usr1,
        other => {
            process.eprint(&format!("nginx: invalid option: \"-s {other}\"\n")).await;
            return 1;
        }
    };
    let text = process.host.files.read_to_string("/run/nginx.pid").unwrap_or_default();
    let Ok(pid) = text.trim().parse() else {
        process.eprint("nginx: [error] invalid PID number \"\" in \"/run/nginx.pid\"\n").await;
        return 1;
    };
    notice(process, "notice", "signal process started").await;
    if process.kill(pid, signal).is_err() {
        let number = signal.number();
        process.eprint(&format!("nginx: [alert] kill({pid}, {number}) failed (3: No such process)\n")).await;
        return 1;
    }
    0
}

/// The addresses of all hosts to which requests are passed on: nginx wants to know them at the start.
async fn resolve(
    process: &Process,
    config: &Config,
) -> Result<BTreeMap<String, Vec<std::net::IpAddr>>, String> {
    let mut addresses = BTreeMap::new();
    let scopes = config
        .servers
        .iter()
        .flat_map(|server| std::iter::once(&server.scope).chain(server.locations.iter().map(|l| &l.scope)));
    for proxy in scopes.filter_map(|scope| scope.proxy.clone()) {
        for target in &proxy.upstream.targets {
            let host = &target.host;
            // Names with variables are looked up for each request, which needs a `resolver`.
            if addresses.contains_key(host) || host.contains('$') {
                continue;
            }
            match process.host.network.resolve(host).await {
                Ok(found) => drop(addresses.insert(host.clone(), found)),
                Err(_) => return Err(format!("host not found in upstream \"{host}\" {}", target.place)),
            }
        }
    }
    Ok(addresses)
}

async fn bind(process: &Process, address: SocketAddr) -> Option<Listener> {
    let sim = process.host.sim.clone();
    for attempt in 0..TRIES {
        if attempt > 0 {
            sim.sleep(PAUSE).await;
        }
        match process.host.network.listen(address) {
            Ok(listener) => return Some(listener),
            Err(error) => {
                let (number, text) = match error {
                    NetworkError::PermissionDenied => (13, "Permission denied"),
                    NetworkError::AddressNotAvailable => (99, "Cannot assign requested address"),
                    _ => (98, "Address already in use"),
                };
                let text = format!("bind() to {address} failed ({number}: {text})");
                notice(process, "emerg", &text).await;
                process.eprint(&format!("nginx: [emerg] {text}\n")).await;
                if number != 98 {
                    return None;
                }
            }
        }
    }
    sim.sleep(PAUSE).await;
    notice(process, "emerg", "still could not bind()").await;
    process.eprint("nginx: [emerg] still could not bind()\n").await;
    None
}

/// Binds every port that the configuration names, each once.
async fn bind_all(process: &Process, config: &Config) -> Option<Vec<Listener>> {
    let mut ports: Vec<SocketAddr> = Vec::new();
    for listen in config.servers.iter().flat_map(|server| &server.listens) {
        // A port on IPv6 comes along with the one on IPv4: no container has IPv6 here.
        let known = ports.iter().any(|known| known.port() == listen.address.port());
        if !known {
            ports.push(listen.address);
        }
    }
    let mut listeners = Vec::new();
    for address in ports {
        listeners.push(bind(process, address).await?);
    }
    Some(listeners)
}

/// A line of the error log.
async fn notice(process: &Process, level: &str, text: &str) {
    let c = process.host.sim.now().civil();
    let pid = process.pid;
    process
        .eprint(&format!(
            "{:04}/{:02}/{:02} {:02}:{:02}:{:02} [{level}] {pid}#{pid}: {text}\n",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        ))
        .await;
}

async fn serve(
    process: Process,
    version: String,
    config: Config,
    addresses: BTreeMap<String, Vec<std::net::IpAddr>>,
    (path, global): (String, String),
) -> u8 {
    let signals: Receiver<Signal> =
        process.catch_all(&[Signal::Term, Signal::Int, Signal::Quit, Signal::Hup, Signal::Usr1]);
    let Some(mut listeners) = bind_all(&process, &config).await else { return 1 };
    let _ = process.host.files.create_directories("/run");
    let _ = process.host.files.write("/run/nginx.pid", format!("{}\n", process.pid).as_bytes());
    for line in [
        "using the \"epoll\" event method",
        &format!("nginx/{version}"),
        "built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1)",
        "OS: Linux 6.1.0-37-amd64",
        "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        "start worker processes",
        "start worker process 29",
    ] {
        notice(&process, "notice", line).await;
    }
    let process = Rc::new(process);
    let new = |config, addresses| {
        Rc::new(Running {
            process: process.clone(),
            version: version.as_str().into(),
            config,
            addresses,
            turns: Cell::new(0),
            busy: RefCell::default(),
            requests: Cell::new(0),
        })
    };
    let mut running = new(config, addresses);
    let mut connections = Connections::new(process.host.sim.clone());
    loop {
        let served = std::mem::take(&mut listeners);
        let current = running.clone();
        let signal = accept_loop(served, signals.clone(), &mut connections, move |_, connection| {
            handle(current.clone(), connection)
        })
        .await;
        let what = match signal {
            Signal::Quit => "shutting down",
            Signal::Hup => "reconfiguring",
            Signal::Usr1 => "reopening logs",
            _ => "exiting",
        };
        let (number, name) = (signal.number(), signal.short_name());
        notice(&process, "notice", &format!("signal {number} (SIG{name}) received from 1, {what}")).await;
        if !matches!(signal, Signal::Hup | Signal::Usr1) {
            notice(&process, "notice", "exit").await;
            return 0;
        }
        if signal == Signal::Hup {
            match Config::load(&process.host.files, &path, &global) {
                Ok(config) => match resolve(&process, &config).await {
                    Ok(addresses) => running = new(config, addresses),
                    Err(error) => notice(&process, "emerg", &error).await,
                },
                Err(error) => notice(&process, "emerg", &error).await,
            }
        }
        match bind_all(&process, &running.config).await {
            Some(bound) => listeners = bound,
            None => return 1,
        }
    }
}

async fn handle(running: Rc<Running>, connection: Connection) {
    let (local, peer) = (connection.local, connection.peer);
    let mut stream = Stream::new(connection);
    let server = running.server(local.port(), "");
    let tls_port = server.is_some_and(|server| {
        server.listens.iter().any(|listen| listen.address.port() == local.port() && listen.tls)
    });
    let mut encrypted = false;
    if tls_port && stream.peek().await == Some(tls::HANDSHAKE) {
        let certificates = server.and_then(|server| server.certificates.clone()).unwrap_or_default();
        if tls::accept(&mut stream, &certificates).await.is_err() {
            return;
        }
        encrypted = true;
    }
    http::serve_stream(stream, |request, _| {
        let running = running.clone();
        async move { running.respond(request, local, peer, encrypted).await }
    })
    .await;
}
