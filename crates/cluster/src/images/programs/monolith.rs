//! `monolith`, `auth`, `hello`: the lab's app, whole and in its two halves.
//!
//! What it answers and logs is what the Go programs of googlecodelabs/orchestrate-with-kubernetes do.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use podground_programs::http::{self, Headers, MessageError, Request, Response};
use podground_shell::{Connection, NetworkError, Process, Signal};
use podground_sim::Time;

use super::node::http_date;
use super::serving::{Connections, accept_loop};
use super::token;

/// Where the image says which version of the app it holds.
pub(crate) const VERSION_FILE: &str = "/etc/app-version";

/// What tokens are verified with, whatever they were signed with: so it is in the app.
pub(super) const SECRET: &str = "secret";

pub(super) const USER: (&str, &str) = ("user", "password");

struct App {
    process: Process,
    /// Whether it has more to say than who one is: `auth` has not.
    greets: bool,
    version: String,
    secret: String,
    healthy: Cell<u16>,
    ready: Cell<u16>,
}

/// The program, under any of its names.
pub(super) async fn main(process: Process) -> u8 {
    let greets = process.name() != "auth";
    let flags = match flags(&process) {
        Ok(flags) => flags,
        Err((text, status)) => {
            process.eprint(&text).await;
            return status;
        }
    };
    let version = process.host.files.read_to_string(VERSION_FILE).unwrap_or_default();
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let [http, health, secret] = flags;
    let name = if greets { "server" } else { "Auth service" };
    log(&process, &format!("Starting {name}...")).await;
    log(&process, &format!("Health service listening on {health}")).await;
    log(&process, &format!("HTTP service listening on {http}")).await;
    let mut listeners = Vec::new();
    for address in [&http, &health] {
        match bind(&process, address) {
            Ok(listener) => listeners.push(listener),
            Err(reason) => {
                log(&process, &format!("listen tcp {address}: {reason}")).await;
                return 1;
            }
        }
    }
    let app = Rc::new(App {
        greets,
        version: version.trim().to_owned(),
        secret,
        healthy: Cell::new(200),
        ready: Cell::new(200),
        process,
    });
    let mut connections = Connections::new(app.process.host.sim.clone());
    let signal = accept_loop(listeners, signals, &mut connections, |index, connection| {
        serve(app.clone(), connection, index == 1)
    })
    .await;
    let word = if signal == Signal::Int { "interrupt" } else { "terminated" };
    log(&app.process, &format!("Captured {word}. Exiting...")).await;
    app.ready.set(503);
    0
}

/// Reads the flags as Go's package `flag` does: `-http=ADDRESS` or `-http ADDRESS`.
fn flags(process: &Process) -> Result<[String; 3], (String, u8)> {
    const NAMES: [(&str, &str); 3] = [
        ("http", "HTTP service address."),
        ("health", "Health service address."),
        ("secret", "JWT signing secret."),
    ];
    let mut values = ["0.0.0.0:80".to_owned(), "0.0.0.0:81".to_owned(), SECRET.to_owned()];
    let usage = |message: &str| {
        let mut text = format!("{message}Usage of {}:\n", process.args[0]);
        for (index, default) in [(1, "0.0.0.0:81"), (0, "0.0.0.0:80"), (2, SECRET)] {
            let (name, what) = NAMES[index];
            text.push_str(&format!("  -{name} string\n    \t{what} (default \"{default}\")\n"));
        }
        text
    };
    let mut words = process.args.iter().skip(1);
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).filter(|f| !f.is_empty())
        else {
            break;
        };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        let Some(index) = NAMES.iter().position(|(known, _)| *known == name) else {
            let help = matches!(name, "h" | "help");
            let message =
                if help { String::new() } else { format!("flag provided but not defined: -{name}\n") };
            return Err((usage(&message), 2));
        };
        match value.or_else(|| words.next().cloned()) {
            Some(value) => values[index] = value,
            None => return Err((usage(&format!("flag needs an argument: -{name}\n")), 2)),
        }
    }
    Ok(values)
}

fn bind(process: &Process, address: &str) -> Result<podground_shell::Listener, String> {
    let full = if address.starts_with(':') { format!("0.0.0.0{address}") } else { address.to_owned() };
    let Ok(address) = full.parse::<SocketAddr>() else {
        return Err(format!("address {address}: missing port in address"));
    };
    process.host.network.listen(address).map_err(|error| {
        let reason = match error {
            NetworkError::PermissionDenied => "permission denied",
            NetworkError::AddressNotAvailable => "cannot assign requested address",
            _ => "address already in use",
        };
        format!("bind: {reason}")
    })
}

/// A line of Go's package `log`, on standard error.
pub(super) async fn log(process: &Process, text: &str) {
    let c = process.host.sim.now().civil();
    process
        .eprint(&format!(
            "{:04}/{:02}/{:02} {:02}:{:02}:{:02} {text}\n",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        ))
        .await;
}

async fn serve(app: Rc<App>, connection: Connection, health: bool) {
    http::serve(connection, |request, peer| {
        let app = app.clone();
        async move {
            match request {
                Ok(request) => app.respond(&request, peer, health).await,
                Err(error) => bad_request(error),
            }
        }
    })
    .await;
}

fn bad_request(_: MessageError) -> Response {
    Response::new(400, "400 Bad Request")
        .with_header("Content-Type", "text/plain; charset=utf-8")
        .with_header("Connection", "close")
}

impl App {
    async fn respond(&self, request: &Request, peer: SocketAddr, health: bool) -> Response {
        let now = self.process.host.sim.now();
        let date = http_date(&self.process);
        let agent = request.headers.get("User-Agent").unwrap_or_default();
        let line = format!(
            "{peer} - - [{} UTC] \"{} {} {}\" {agent}\n",
            date.trim_end_matches(" GMT"),
            request.method,
            request.path(),
            request.version
        );
        self.process.print(&line).await;
        let (status, body) = if health { self.health(request.path()) } else { self.answer(request, now) };
        let mut response = Response::new(status, body);
        response.headers = Headers::default();
        if status >= 400 && !health {
            response.headers.set("Content-Type", "text/plain; charset=utf-8");
            response.headers.set("X-Content-Type-Options", "nosniff");
        }
        response.headers.set("Date", date);
        response.headers.set("Content-Length", response.body.len().to_string());
        if !response.body.is_empty() && status < 400 {
            response.headers.set("Content-Type", "text/plain; charset=utf-8");
        }
        response
    }

    fn answer(&self, request: &Request, now: Time) -> (u16, String) {
        let refused = (401, "authorization failed\n".to_owned());
        match request.path() {
            "/version" => (200, format!("{{\"version\":\"{}\"}}\n", self.version)),
            "/login" => match token::basic(request) {
                Some((user, password)) if (user.as_str(), password.as_str()) == USER => {
                    (200, format!("{{\"token\":\"{}\"}}\n", token::issue(&self.secret, now)))
                }
                _ => refused,
            },
            "/secure" if self.greets && !token::verify(request, SECRET, now) => refused,
            _ if self.greets => (200, "{\"message\":\"Hello\"}\n".to_owned()),
            _ => (404, "404 page not found\n".to_owned()),
        }
    }

    fn health(&self, path: &str) -> (u16, String) {
        let toggle = |status: &Cell<u16>| status.set(if status.get() == 200 { 503 } else { 200 });
        match path {
            "/healthz" => (self.healthy.get(), String::new()),
            "/readiness" => (self.ready.get(), String::new()),
            "/healthz/status" => {
                toggle(&self.healthy);
                (200, String::new())
            }
            "/readiness/status" => {
                toggle(&self.ready);
                (200, String::new())
            }
            _ => (404, "404 page not found\n".to_owned()),
        }
    }
}
