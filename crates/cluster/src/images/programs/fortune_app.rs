//! `fortune-app`, `auth-service`, `fortune-service`: the app of the lab since 2025, whole and in its two halves.
//!
//! Its source is not public. Paths, ports, the login and the form of token and version are as the lab's text tells
//! them; the fortunes and the wording of the log are our own.

use std::net::SocketAddr;
use std::rc::Rc;

use podground_programs::http::{self, Headers, Request, Response};
use podground_shell::{Connection, Process, Signal};

use super::monolith::{SECRET, USER, VERSION_FILE, log};
use super::node::http_date;
use super::serving::{Connections, accept_loop, listen};
use super::{fortune, token};

const PORT: u16 = 8080;

/// The program, under any of its names.
pub(super) async fn main(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let name = process.name().to_owned();
    let Ok(listener) = listen(&process, PORT) else {
        log(&process, &format!("listen tcp :{PORT}: bind: address already in use")).await;
        return 1;
    };
    log(&process, &format!("{name} {} listening on :{PORT}", version(&process))).await;
    let process = Rc::new(process);
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        serve(process.clone(), connection)
    })
    .await;
    log(&process, "shutting down").await;
    0
}

/// What the environment says, or the image.
fn version(process: &Process) -> String {
    let image = || process.host.files.read_to_string(VERSION_FILE).unwrap_or_default().trim().to_owned();
    process.env("APP_VERSION").map_or_else(image, str::to_owned)
}

async fn serve(process: Rc<Process>, connection: Connection) {
    http::serve(connection, |request, peer| {
        let process = process.clone();
        async move {
            match request {
                Ok(request) => respond(&process, &request, peer).await,
                Err(_) => Response::new(400, "400 Bad Request").with_header("Connection", "close"),
            }
        }
    })
    .await;
}

async fn respond(process: &Process, request: &Request, peer: SocketAddr) -> Response {
    let (status, kind, body) = answer(process, request);
    log(process, &format!("{peer} \"{} {}\" {status}", request.method, request.path())).await;
    let mut response = Response::new(status, body);
    response.headers = Headers::default();
    response.headers.set("Content-Type", kind);
    response.headers.set("Date", http_date(process));
    response.headers.set("Content-Length", response.body.len().to_string());
    response
}

fn answer(process: &Process, request: &Request) -> (u16, &'static str, String) {
    const TEXT: &str = "text/plain; charset=utf-8";
    const JSON: &str = "application/json";
    let (tells, logs_in) = match process.name() {
        "auth-service" => (false, true),
        "fortune-service" => (true, false),
        _ => (true, true),
    };
    let now = process.host.sim.now();
    let refused = (401, TEXT, "Unauthorized\n".to_owned());
    match request.path() {
        "/version" => (200, JSON, format!("{{\"version\":\"{}\"}}", version(process))),
        "/login" if logs_in => match token::basic(request) {
            Some((user, password)) if (user.as_str(), password.as_str()) == USER => {
                (200, JSON, format!("{{\"token\":\"{}\"}}\n", token::issue(SECRET, now)))
            }
            _ => refused,
        },
        "/secure" if tells && !token::verify(request, SECRET, now) => refused,
        "/" | "/secure" if tells => (200, TEXT, format!("{}\n", fortune::saying(process))),
        _ => (404, TEXT, "404 page not found\n".to_owned()),
    }
}
