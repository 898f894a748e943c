//! Kiada, the app of the book's second edition: a page from a template, a status message from standard input.

use std::cell::RefCell;
use std::rc::Rc;

use podground_programs::http::{self, Request, Response};
use podground_shell::{Process, Signal};

use super::node::{crash, node_response};
use super::serving::{Connections, accept_loop, listen};

const PORT: u16 = 8080;

/// The app in a version.
pub(super) async fn kiada(process: Process, version: String) -> u8 {
    let number: u32 = version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0);
    // Versions before 0.3 have no handler for SIGTERM.
    let handled: &[Signal] = if number >= 3 { &[Signal::Term] } else { &[] };
    let signals = process.catch_all(handled);
    let hostname = process.host.hostname.borrow().clone();
    process
        .print(&format!(
            "Kiada - Kubernetes in Action Demo Application\n---------------------------------------------\n\
             Kiada {version} starting...\nLocal hostname is {hostname}\nListening on port {PORT}\n"
        ))
        .await;
    let listener = match listen(&process, PORT) {
        Ok(listener) => listener,
        Err(error) => return crash(&process, error, PORT).await,
    };
    let process = Rc::new(process);
    let message = Rc::new(RefCell::new(process.env("INITIAL_STATUS_MESSAGE").unwrap_or_default().to_owned()));
    let reader = async {
        while number >= 2
            && let Ok(Some(line)) = process.read_line(0).await
        {
            let line = line.trim_end_matches('\n').to_owned();
            if line.trim().is_empty() {
                process.eprint("Enter new status message and press ENTER.\n").await;
            } else {
                process.print(&format!("Status message set to: {line}\n")).await;
                *message.borrow_mut() = line;
            }
        }
        std::future::pending().await
    };
    let mut connections = Connections::new(process.host.sim.clone());
    let server = accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        let (process, message, version) = (process.clone(), message.clone(), version.clone());
        async move {
            http::serve(connection, |request, peer| {
                let (process, message, version) = (process.clone(), message.clone(), version.clone());
                async move {
                    let Ok(request) = request else {
                        return Response::new(400, Vec::new()).with_header("Connection", "close");
                    };
                    let client = format!("::ffff:{}", peer.ip());
                    process.print(&format!("Received request for {} from {client}\n", request.target)).await;
                    let message = message.borrow().clone();
                    answer(&process, &request, &[("version", &version), ("clientIP", &client)], &message)
                }
            })
            .await;
        }
    });
    futures_lite::future::or(server, reader).await;
    process.print("Received SIGTERM. Server shutting down...\n").await;
    0
}

fn answer(process: &Process, request: &Request, values: &[(&str, &str)], message: &str) -> Response {
    let graphical = request.headers.get("Accept").is_some_and(|accept| accept.starts_with("text/html"));
    let file = match request.target.as_str() {
        "/" if graphical => {
            let text = "Redirecting to the html version...".to_owned();
            return node_response(process, 302, text).with_header("Location", "html");
        }
        "/" | "/text" => "index.txt",
        "/html" => "index.html",
        _ => "",
    };
    let path = process.path(&format!("html/{file}"));
    let Ok(template) = process.host.files.read_to_string(&path) else {
        return node_response(process, 404, format!("{} not found", request.target))
            .with_header("Content-Type", "text/plain");
    };
    let hostname = process.host.hostname.borrow().clone();
    let message = if message.is_empty() { String::new() } else { format!("{message}\n") };
    let mut body = template.replace("{{hostname}}", &hostname).replace("{{statusMessage}}", &message);
    for (name, value) in values {
        body = body.replace(&format!("{{{{{name}}}}}"), value);
    }
    let kind = if file.ends_with("html") { "text/html" } else { "text/plain" };
    node_response(process, 200, body).with_header("Content-Type", kind)
}
