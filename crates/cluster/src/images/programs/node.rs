//! `node`: runs scripts in the part of JavaScript that small servers are written in.
//!
//! A script runs to its end at once; then servers, timers and signal handlers make events, each of which is a call
//! that runs to its end too. What the language has and this does not is refused with the line it stands in.

mod builtins;
mod lexer;
mod machine;
mod parser;
mod syntax;
mod value;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use podground_programs::http::{self, Headers, Request, Response};
use podground_shell::{Listener, NetworkError, Process, Signal};
use podground_sim::Time;

use super::serving::{Connections, accept_loop, listen};
use machine::Machine;
use value::{Reply, Thrown, Value};

type Shared = Rc<RefCell<Machine>>;

/// `node FILE`
pub(super) async fn node(process: Process) -> u8 {
    let version = process.env("NODE_VERSION").unwrap_or("22.19.0").to_owned();
    let file = match process.args.get(1).map(String::as_str) {
        Some("-v" | "--version") => {
            process.print(&format!("v{version}\n")).await;
            return 0;
        }
        None => {
            process.eprint("node: podground does not support an interactive session of \"node\" yet\n").await;
            return 1;
        }
        Some(flag) if flag.starts_with('-') => {
            process.eprint(&format!("node: podground does not support {flag} of \"node\" yet\n")).await;
            return 9;
        }
        Some(file) => process.path(file),
    };
    let Ok(text) = process.host.files.read_to_string(&file) else {
        process
            .eprint(&format!(
                "node:internal/modules/cjs/loader:1227\n  throw err;\n  ^\n\nError: Cannot find module '{file}'\n\nNode.js \
                 v{version}\n"
            ))
            .await;
        return 1;
    };
    // Apps that need more of the language than there is are parts of this program, named in their first line.
    let first = text.lines().next().unwrap_or_default();
    match first.trim_start_matches("//").trim().strip_prefix("podground-app:").map(str::trim) {
        Some("pet") => return super::pet::pet(process, false).await,
        Some("pet-peers") => return super::pet::pet(process, true).await,
        Some(app) if app.starts_with("kiada ") => {
            let version = app["kiada ".len()..].to_owned();
            return super::kiada::kiada(process, version).await;
        }
        _ => {}
    }
    run(process, &file, &text, &version).await
}

async fn run(process: Process, file: &str, text: &str, version: &str) -> u8 {
    let statements = match parser::parse(text) {
        Ok(statements) => statements,
        Err((line, message)) => {
            let message = format!("SyntaxError: {message}");
            process.eprint(&trace(file, text, line, &message, version)).await;
            return 1;
        }
    };
    let process = Rc::new(process);
    let shared: Shared = Rc::new(RefCell::new(Machine::new(process.clone())));
    let script = Script { process, shared, file: file.into(), text: text.into(), version: version.into() };
    let result = script.shared.borrow_mut().script(&statements);
    script.settle(result.map(|()| Value::Undefined)).await;
    script.live().await
}

/// What Node says of an error that nobody has caught.
fn trace(file: &str, text: &str, line: usize, message: &str, version: &str) -> String {
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    format!("{file}:{line}\n{source}\n\n{message}\n    at {file}:{line}\n\nNode.js v{version}\n")
}

struct Script {
    process: Rc<Process>,
    shared: Shared,
    file: Rc<str>,
    text: Rc<str>,
    version: Rc<str>,
}

impl Script {
    /// Shows what an event has printed, and what it has thrown.
    async fn settle(&self, result: Result<Value, Thrown>) {
        let out = std::mem::take(&mut self.shared.borrow_mut().out);
        for (fd, text) in out {
            // Who has closed the output does not want it.
            let _ = self.process.write(fd, text.as_bytes()).await;
        }
        match result {
            Ok(_) => {}
            Err(Thrown::Exit(code)) => self.end(code),
            Err(Thrown::Value(value, line)) => {
                let message = match &value {
                    Value::Object(_) => value.text(),
                    other => format!("Uncaught {}", other.shown(1)),
                };
                self.process.eprint(&trace(&self.file, &self.text, line, &message, &self.version)).await;
                self.end(1);
            }
        }
    }

    fn end(&self, code: u8) {
        let mut machine = self.shared.borrow_mut();
        machine.exit.get_or_insert(code);
        machine.changed.notify();
    }

    async fn event(&self, function: &Value, arguments: &[Value]) {
        let result = self.shared.borrow_mut().event(function, arguments);
        self.settle(result).await;
    }

    /// Serves until nothing is left that could happen.
    async fn live(&self) -> u8 {
        // Without a handler process 1 of a container ends by SIGKILL only.
        let handled = |name: &str| self.shared.borrow().handlers.iter().any(|(known, _)| known == name);
        let caught: Vec<Signal> =
            [("SIGTERM", Signal::Term), ("SIGINT", Signal::Int), ("SIGHUP", Signal::Hup)]
                .into_iter()
                .filter(|(name, _)| handled(name))
                .map(|(_, signal)| signal)
                .collect();
        let signals = self.process.catch_all(&caught);
        let mut listeners: Vec<(usize, Listener)> = Vec::new();
        let ports: Vec<(usize, u16)> = {
            let machine = self.shared.borrow();
            machine
                .servers
                .iter()
                .enumerate()
                .filter_map(|(index, server)| Some((index, server.port?)))
                .collect()
        };
        for (index, port) in ports {
            match listen(&self.process, port) {
                Ok(listener) => listeners.push((index, listener)),
                Err(error) => return crash(&self.process, error, port).await,
            }
            let ready = self.shared.borrow_mut().servers[index].ready.take();
            if let Some(ready) = ready {
                self.event(&ready, &[]).await;
            }
        }
        let mut connections = Connections::new(self.process.host.sim.clone());
        let (indexes, sockets): (Vec<usize>, Vec<Listener>) = listeners.into_iter().unzip();
        let serve = async {
            if sockets.is_empty() {
                std::future::pending::<()>().await;
            }
            // Signals are waited for elsewhere: this one never comes.
            let (_keep, none) = podground_sim::channel::unbounded();
            accept_loop(sockets, none, &mut connections, |at, connection| {
                let script = self.share();
                let server = indexes[at];
                async move {
                    http::serve(connection, |request, peer| {
                        let script = script.share();
                        async move { script.respond(server, request.ok(), peer).await }
                    })
                    .await;
                }
            })
            .await;
        };
        let signalled = async {
            loop {
                let Ok(signal) = signals.recv().await else { return std::future::pending().await };
                let name = format!("SIG{}", signal.short_name());
                let handler = {
                    let machine = self.shared.borrow();
                    machine
                        .handlers
                        .iter()
                        .find(|(known, _)| *known == name)
                        .map(|(_, handler)| handler.clone())
                };
                if let Some(handler) = handler {
                    self.event(&handler, &[Value::from(name)]).await;
                }
            }
        };
        let over = self.until_over();
        futures_lite::future::or(
            over,
            futures_lite::future::or(signalled, async {
                serve.await;
                0
            }),
        )
        .await
    }

    fn share(&self) -> Self {
        Self {
            process: self.process.clone(),
            shared: self.shared.clone(),
            file: self.file.clone(),
            text: self.text.clone(),
            version: self.version.clone(),
        }
    }

    /// Runs timers; the answer is the exit status, once there is one.
    async fn until_over(&self) -> u8 {
        let sim = self.process.host.sim.clone();
        let changed = self.shared.borrow().changed.clone();
        loop {
            let generation = changed.generation();
            let (exit, next, serving) = {
                let machine = self.shared.borrow();
                let next = machine.timers.iter().map(|timer| (timer.due, timer.id)).min();
                let serving = machine.servers.iter().any(|server| server.port.is_some() && !server.closed);
                (machine.exit, next, serving)
            };
            if let Some(exit) = exit {
                return exit;
            }
            let Some((due, id)) = next else {
                if !serving {
                    return 0;
                }
                changed.wait_after(generation).await;
                continue;
            };
            if sim.now() < due {
                futures_lite::future::or(changed.wait_after(generation), sim.sleep_until(due)).await;
                continue;
            }
            let call = {
                let mut machine = self.shared.borrow_mut();
                let found = machine.timers.iter().position(|timer| timer.id == id);
                found.map(|at| {
                    let call = machine.timers[at].call.clone();
                    match machine.timers[at].period {
                        Some(period) => machine.timers[at].due = due + period,
                        None => drop(machine.timers.remove(at)),
                    }
                    call
                })
            };
            if let Some(call) = call {
                self.event(&call, &[]).await;
            }
        }
    }

    async fn respond(&self, server: usize, request: Option<Request>, peer: SocketAddr) -> Response {
        let Some(request) = request else {
            return Response::new(400, Vec::new()).with_header("Connection", "close");
        };
        let handler = self.shared.borrow().servers.get(server).map(|server| server.handler.clone());
        let reply = Rc::new(Reply::default());
        let arguments = [builtins::request(&request, peer), builtins::response(&reply)];
        if let Some(handler) = handler.filter(|handler| handler.kind() == "function") {
            self.event(&handler, &arguments).await;
        }
        while !reply.ended.get() {
            let generation = reply.changed.generation();
            if reply.ended.get() {
                break;
            }
            reply.changed.wait_after(generation).await;
        }
        let headers = reply.headers.borrow().clone();
        let status =
            headers.iter().find(|(name, _)| name == ":status").and_then(|(_, text)| text.parse().ok());
        let body = reply.body.borrow().clone();
        let mut response = node_response(&self.process, status.unwrap_or(200), body);
        for (index, (name, value)) in
            headers.into_iter().filter(|(name, _)| !name.starts_with(':')).enumerate()
        {
            response.headers.0.insert(index, (name, value));
        }
        response
    }
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
