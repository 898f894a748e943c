//! `node`: runs the scripts that images bring, which name themselves in their first line.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;

use podground_programs::http::{self, Headers, Response};
use podground_shell::{NetworkError, Process};
use podground_sim::Time;

use super::serving::{Connections, accept_loop, listen};

/// The port of the book's apps.
const PORT: u16 = 8080;

/// `node FILE`
pub(super) async fn node(process: Process) -> u8 {
    match process.args.get(1).map(String::as_str) {
        Some("-v" | "--version") => {
            let version = process.env("NODE_VERSION").unwrap_or("7.10.1").to_owned();
            process.print(&format!("v{version}\n")).await;
            return 0;
        }
        None => {
            process.eprint("node: podground does not support an interactive session of \"node\" yet\n").await;
            return 1;
        }
        Some(_) => {}
    }
    let file = process.path(&process.args[1]);
    let Ok(text) = process.host.files.read_to_string(&file) else {
        process
            .eprint(&format!(
                "module.js:471\n    throw err;\n    ^\n\nError: Cannot find module '{file}'\n    at Function.Module._resolveFilename (module.js:469:15)\n"
            ))
            .await;
        return 1;
    };
    let first = text.lines().next().unwrap_or_default();
    match first.trim_start_matches("//").trim().strip_prefix("podground-app:").map(str::trim) {
        Some("pet") => super::pet::pet(process, false).await,
        Some("pet-peers") => super::pet::pet(process, true).await,
        Some(variant) => match variant.strip_prefix("kiada ") {
            Some(version) => {
                let version = version.to_owned();
                super::kiada::kiada(process, version).await
            }
            None => {
                let variant = variant.to_owned();
                kubia(process, variant).await
            }
        },
        None => {
            process
                .eprint("node: podground does not support JavaScript other than its own images' yet\n")
                .await;
            1
        }
    }
}

/// One of the apps.
async fn kubia(process: Process, variant: String) -> u8 {
    // Node has no handler for SIGTERM: process 1 of a container then only ends by SIGKILL.
    let signals = process.catch_all(&[]);
    process.print("Kubia server starting...\n").await;
    let listener = match listen(&process, PORT) {
        Ok(listener) => listener,
        Err(error) => return crash(&process, error, PORT).await,
    };
    let requests = Rc::new(Cell::new(0_u32));
    let process = Rc::new(process);
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        let (process, requests, variant) = (process.clone(), requests.clone(), variant.clone());
        async move {
            http::serve(connection, |request, peer| {
                let (process, requests, variant) = (process.clone(), requests.clone(), variant.clone());
                async move {
                    if request.is_err() {
                        return Response::new(400, Vec::new()).with_header("Connection", "close");
                    }
                    let address = match peer.ip() {
                        IpAddr::V4(address) => format!("::ffff:{address}"),
                        IpAddr::V6(address) => address.to_string(),
                    };
                    process.print(&format!("Received request from {address}\n")).await;
                    requests.set(requests.get() + 1);
                    let hostname = process.host.hostname.borrow().clone();
                    answer(&variant, requests.get(), &hostname, &process)
                }
            })
            .await;
        }
    })
    .await;
    0
}

fn answer(variant: &str, request: u32, hostname: &str, process: &Process) -> Response {
    let (status, body) = match variant {
        "unhealthy" if request > 5 => (500, "I'm not well. Please restart me!".to_owned()),
        "v3" if request >= 5 => (500, format!("Some internal error has occurred! This is pod {hostname}\n")),
        "plain" | "unhealthy" => (200, format!("You've hit {hostname}\n")),
        version => (200, format!("This is {version} running in pod {hostname}\n")),
    };
    node_response(process, status, body)
}

/// A response with what Node's server adds to each.
pub(super) fn node_response(process: &Process, status: u16, body: String) -> Response {
    let mut response = Response::new(status, body);
    response.headers = Headers::default();
    response.headers.set("Date", http_date(process));
    response.headers.set("Connection", "keep-alive");
    response
}

/// The present time as HTTP writes it.
pub(super) fn http_date(process: &Process) -> String {
    http_date_of(process.host.sim.now())
}

/// A time as HTTP writes it.
pub(super) fn http_date_of(time: Time) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let c = time.civil();
    let (day, month) = (DAYS[c.weekday as usize % 7], MONTHS[(c.month as usize + 11) % 12]);
    format!("{day}, {:02} {month} {} {:02}:{:02}:{:02} GMT", c.day, c.year, c.hour, c.minute, c.second)
}

/// What Node says when it cannot listen.
pub(super) async fn crash(process: &Process, error: NetworkError, port: u16) -> u8 {
    let name = match error {
        NetworkError::PermissionDenied => "EACCES",
        NetworkError::AddressNotAvailable => "EADDRNOTAVAIL",
        _ => "EADDRINUSE",
    };
    process
        .eprint(&format!(
            "events.js:160\n      throw er; // Unhandled 'error' event\n      ^\n\nError: listen {name} :::{port}\n    \
             at Object.exports._errnoException (util.js:1022:11)\n    at exports._exceptionWithHostPort (util.js:1045:20)\n    \
             at Server._listen2 (net.js:1259:14)\n    at listen (net.js:1295:10)\n    at Server.listen (net.js:1391:5)\n    \
             at Object.<anonymous> (/app.js:13:4)\n"
        ))
        .await;
    1
}
