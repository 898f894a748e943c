//! `envoy` as `luksa/kiada-ssl-proxy` has it: TLS at 8443 for what listens at 8080, and its administration at 9901.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use podground_programs::http::{Request, Response, Stream, tls};
use podground_programs::x509::{Certificate, Name, PrivateKey, Template};
use podground_shell::{Connection, Process, Signal};
use podground_sim::{Notify, Time};

use super::node::http_date;
use super::serving::{Connections, accept_loop, listen};

const TLS_PORT: u16 = 8443;
const ADMIN_PORT: u16 = 9901;
const UPSTREAM: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
/// Where the image keeps its certificate.
const CERTIFICATE: &str = "/etc/certs/example-com.crt";

struct Envoy {
    process: Process,
    certificate: String,
    asked_to_quit: Cell<bool>,
    quit: Notify,
    requests: Cell<u64>,
}

/// The program.
pub(super) async fn main(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let certificate = certificate(&process);
    let _ = process.host.files.write(CERTIFICATE, certificate.as_bytes());
    log(&process, "main", "server.cc:413", "initializing epoch 0 (base id=0, hot restart version=11.104)")
        .await;
    let mut listeners = Vec::new();
    for port in [TLS_PORT, ADMIN_PORT] {
        match listen(&process, port) {
            Ok(listener) => listeners.push(listener),
            Err(_) => {
                let text = format!("cannot bind '0.0.0.0:{port}': Address already in use");
                log(&process, "main", "server.cc:117", &text).await;
                return 1;
            }
        }
    }
    log(&process, "upstream", "cluster_manager_impl.cc:205", "cm init: all clusters initialized").await;
    log(&process, "main", "server.cc:946", "all clusters initialized. initializing init manager").await;
    log(&process, "config", "listener_manager_impl.cc:834", "all dependencies initialized. starting workers")
        .await;
    log(&process, "main", "server.cc:966", "starting main dispatch loop").await;
    let sim = process.host.sim.clone();
    let envoy = Rc::new(Envoy {
        process,
        certificate,
        asked_to_quit: Cell::new(false),
        quit: Notify::new(),
        requests: Cell::new(0),
    });
    let mut connections = Connections::new(sim);
    let serving = async {
        accept_loop(listeners, signals, &mut connections, |index, connection| {
            serve(envoy.clone(), connection, index == 1)
        })
        .await;
        "caught ENVOY_SIGTERM"
    };
    let quitting = async {
        loop {
            let generation = envoy.quit.generation();
            if envoy.asked_to_quit.get() {
                return "shutting down admin due to /quitquitquit";
            }
            envoy.quit.wait_after(generation).await;
        }
    };
    let why = futures_lite::future::or(serving, quitting).await;
    // The answer to who has asked is still to be sent.
    envoy.process.host.sim.sleep(std::time::Duration::from_millis(5)).await;
    log(&envoy.process, "main", "server.cc:985", why).await;
    log(&envoy.process, "main", "server.cc:970", "main dispatch loop exited").await;
    log(&envoy.process, "main", "server.cc:1013", "exiting").await;
    0
}

async fn log(process: &Process, component: &str, place: &str, text: &str) {
    let now = process.host.sim.now();
    let c = now.civil();
    let line = format!(
        "[{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}][{}][info][{component}] [source/server/{place}] {text}\n",
        c.year,
        c.month,
        c.day,
        c.hour,
        c.minute,
        c.second,
        now.0 / 1_000_000 % 1000,
        process.pid,
    );
    process.eprint(&line).await;
}

/// A certificate for example.com that it has signed itself.
fn certificate(process: &Process) -> String {
    let sim = &process.host.sim;
    let mut rng = sim.rng("kiada-ssl-proxy", &[]);
    let key = PrivateKey::generate(&mut rng, 2048);
    let template = Template {
        subject: Name::parse("/CN=example.com").unwrap_or_default(),
        dns: vec!["example.com".to_owned()],
        authority: true,
        not_before: Time::from_unix_seconds(1_577_836_800),
        lifetime: std::time::Duration::from_secs(20 * 365 * 86_400),
        ..Template::default()
    };
    Certificate::issue(&mut rng, &template, &key, None).map(|made| made.to_pem()).unwrap_or_default()
}

async fn serve(envoy: Rc<Envoy>, connection: Connection, admin: bool) {
    let peer = connection.peer;
    let mut stream = Stream::new(connection);
    if !admin && tls::accept(&mut stream, &envoy.certificate).await.is_err() {
        return;
    }
    while let Ok(request) = stream.read_request().await {
        envoy.requests.set(envoy.requests.get() + 1);
        let mut response = if admin { envoy.admin(&request) } else { envoy.pass(&request, peer).await };
        response.headers.set("Date", http_date(&envoy.process));
        response.headers.set("Server", "envoy");
        response.headers.set("Content-Length", response.body.len().to_string());
        let keep = !request.headers.has_token("Connection", "close");
        if !stream.write(&[response.encode_head().as_slice(), &response.body].concat()).await || !keep {
            return;
        }
    }
}

impl Envoy {
    async fn pass(&self, request: &Request, peer: SocketAddr) -> Response {
        let mut passed = request.clone();
        passed.headers.set("X-Forwarded-Proto", "https");
        passed
            .headers
            .set("X-Request-Id", self.process.host.sim.rng("x-request-id", &[&peer.to_string()]).uuid());
        passed.headers.set("Connection", "close");
        let failed = Response::new(
            503,
            "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
        )
        .with_header("Content-Type", "text/plain");
        let Ok(connection) = self.process.host.network.connect(UPSTREAM).await else { return failed };
        let started = self.process.host.sim.now();
        let mut stream = Stream::new(connection);
        stream.write(&passed.encode()).await;
        match stream.read_response(&request.method).await {
            Ok(mut response) => {
                for name in ["Connection", "Keep-Alive", "Transfer-Encoding"] {
                    response.headers.remove(name);
                }
                let took = self.process.host.sim.now().since(started).as_millis();
                response.headers.set("X-Envoy-Upstream-Service-Time", took.to_string());
                response
            }
            Err(_) => failed,
        }
    }

    fn admin(&self, request: &Request) -> Response {
        let text =
            |status: u16, text: String| Response::new(status, text).with_header("Content-Type", "text/plain");
        match (request.path(), request.method.as_str()) {
            ("/ready", _) => text(200, "LIVE\n".to_owned()),
            ("/quitquitquit", "POST") => {
                self.asked_to_quit.set(true);
                self.quit.notify();
                text(200, "OK\n".to_owned())
            }
            ("/quitquitquit", _) => text(405, "Method GET not allowed, POST required.".to_owned()),
            ("/listeners", _) => text(200, format!("listener_0::0.0.0.0:{TLS_PORT}\n")),
            ("/stats", _) => text(200, format!("http.ingress_http.downstream_rq_total: {}\n", self.requests.get())),
            ("/" | "/help", _) => text(
                200,
                "admin commands are:\n  /: Admin home page\n  /help: print out list of admin commands\n  /listeners: print \
                 listener info\n  /quitquitquit (POST): exit the server\n  /ready: print server state, return 200 if LIVE, \
                 otherwise return 503\n  /stats: print server stats\n"
                    .to_owned(),
            ),
            _ => text(404, "invalid path. admin commands are:\n  /help\n".to_owned()),
        }
    }
}
