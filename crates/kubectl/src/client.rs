//! The REST client: adds identity, prints warnings, turns refusals into errors.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use podground_api::object::str_at;
use podground_api::{Body, Method, Request, Response, Status, Transport};
use podground_sim::Time;
use podground_sim::channel::Receiver;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::io::Io;
use crate::kubeconfig::Target;
use crate::verbose::Verbose;

/// A client of one API server.
pub(crate) struct Client {
    target: Rc<Target>,
    transport: Option<Rc<dyn Transport>>,
    io: Io,
    warnings_are_errors: bool,
    verbosity: i64,
    timeout: Option<Duration>,
    warned: RefCell<BTreeSet<String>>,
}

/// The media type of tables, with plain objects as the second choice.
pub(crate) const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

impl Client {
    /// A client.
    pub(crate) fn new(
        target: Rc<Target>,
        transport: Option<Rc<dyn Transport>>,
        io: Io,
        warnings_are_errors: bool,
        verbosity: i64,
        timeout: Option<Duration>,
    ) -> Self {
        Self { target, transport, io, warnings_are_errors, verbosity, timeout, warned: RefCell::default() }
    }

    /// How many different warnings the server gave, if they count as errors.
    pub(crate) fn counted_warnings(&self) -> usize {
        if self.warnings_are_errors { self.warned.borrow().len() } else { 0 }
    }

    /// Sends a request; a refusal is an error.
    pub(crate) async fn send(&self, request: Request) -> Result<Response> {
        let mut response = self.raw(request.clone()).await?;
        if matches!(response.status, 301 | 302 | 307 | 308)
            && request.method == Method::Get
            && let Some((_, place)) = response.headers.iter().find(|(name, _)| name == "location")
        {
            let again = Request { path: place.clone(), ..request };
            response = self.raw(again).await?;
        }
        if response.status >= 400 {
            return Err(refusal(&response));
        }
        Ok(response)
    }

    /// Sends a request and gives what comes back, be it a refusal.
    pub(crate) async fn raw(&self, request: Request) -> Result<Response> {
        let url = self.url(&request);
        let request = self.identify(request);
        let shown = url.clone();
        let verbose =
            Verbose { io: &self.io, level: self.verbosity, verb: request.method.as_str(), url: &shown };
        verbose.request(&request).await;
        let start = self.io.now();
        let Some(transport) = &self.transport else {
            let address = dial_address(&self.target.server);
            return Err(Error::Connection(format!("dial tcp {address}: connect: connection refused"), url));
        };
        let deadline = self.timeout.map(|timeout| start + timeout);
        let sent = transport.send(request);
        let sent = match self.timeout {
            None => Some(sent.await),
            Some(timeout) => self.io.0.host.sim.timeout(timeout, sent).await,
        };
        let late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
        let mut response =
            sent.unwrap_or_else(|| Err(late.to_owned())).map_err(|text| Error::Connection(text, url))?;
        if let Some(deadline) = deadline {
            self.end_at(deadline, &mut response.body);
        }
        verbose.response(&response, self.io.now().since(start)).await;
        for (name, text) in &response.headers {
            if name == "warning" && self.warned.borrow_mut().insert(text.clone()) {
                self.io.err_line(format!("Warning: {text}")).await;
            }
        }
        Ok(response)
    }

    /// `--request-timeout` ends what is still being read, too.
    fn end_at(&self, deadline: Time, body: &mut Body) {
        match body {
            Body::Events(events) => *events = self.until(deadline, events.clone()),
            Body::Bytes(bytes) => *bytes = self.until(deadline, bytes.clone()),
            _ => {}
        }
    }

    fn until<T: 'static>(&self, deadline: Time, from: Receiver<T>) -> Receiver<T> {
        let (sender, receiver) = podground_sim::channel::unbounded();
        let sim = self.io.0.host.sim.clone();
        let clock = sim.clone();
        sim.spawn(async move {
            let pump = async {
                while let Ok(item) = from.recv().await {
                    if sender.send(item).await.is_err() {
                        return;
                    }
                }
            };
            clock.timeout(deadline.since(clock.now()), pump).await;
        })
        .detach();
        receiver
    }

    /// Sends a request and gives the JSON of the answer.
    pub(crate) async fn json(&self, request: Request) -> Result<Rc<Value>> {
        Ok(self.send(request).await?.into_json())
    }

    /// Reads a path.
    pub(crate) async fn get(&self, path: &str) -> Result<Rc<Value>> {
        self.json(Request::new(Method::Get, path)).await
    }

    /// The server's URL.
    pub(crate) fn server(&self) -> &str {
        &self.target.server
    }

    fn url(&self, request: &Request) -> String {
        let mut url = format!("{}{}", self.target.server, request.path);
        for (index, (name, value)) in request.query.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(&format!("{}={}", escape(name), escape(value)));
        }
        url
    }

    fn identify(&self, mut request: Request) -> Request {
        let user = &self.target.user;
        let token = str_at(user, "/token");
        let name = str_at(user, "/username");
        if !token.is_empty() {
            request = request.with_header("authorization", format!("Bearer {token}"));
        } else if !name.is_empty() {
            let pair = format!("{name}:{}", str_at(user, "/password"));
            let text = base64::engine::general_purpose::STANDARD.encode(pair);
            request = request.with_header("authorization", format!("Basic {text}"));
        } else if let Some((name, groups)) = certificate_identity(&self.io, user) {
            request = request.with_header("x-podground-user", name);
            for group in groups {
                request = request.with_header("x-podground-group", group);
            }
        }
        if !self.target.impersonate.is_empty() {
            request = request.with_header("impersonate-user", &self.target.impersonate);
            for group in &self.target.impersonate_groups {
                request = request.with_header("impersonate-group", group);
            }
        }
        if request.header("accept").is_none() {
            request = request.with_header("accept", "application/json");
        }
        request.with_header("user-agent", "kubectl/v1.36.4 (linux/amd64)")
    }
}

/// Percent-encodes what a query cannot hold.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn dial_address(server: &str) -> String {
    let host = server.split("://").nth(1).unwrap_or(server);
    let host = host.split('/').next().unwrap_or(host);
    let host = host.replace("localhost", "127.0.0.1");
    match (host.contains(':'), server.starts_with("https")) {
        (true, _) => host,
        (false, true) => format!("{host}:443"),
        (false, false) => format!("{host}:80"),
    }
}

/// The error of an answer with a status of 400 or more.
///
/// Upstream: `apimachinery/pkg/api/errors/errors.go NewGenericServerResponse`
fn refusal(response: &Response) -> Error {
    if let Body::Json(value) = &response.body
        && str_at(value, "/kind") == "Status"
        && let Ok(status) = serde_json::from_value::<Status>((**value).clone())
    {
        return status.into();
    }
    let (reason, message) = match response.status {
        401 => ("Unauthorized", "the server has asked for the client to provide credentials"),
        403 => ("Forbidden", "the server does not allow access to the requested resource"),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        409 => ("Conflict", "the server reported a conflict"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        500.. => ("InternalError", "an error on the server has prevented the request from succeeding"),
        _ => ("BadRequest", "the server rejected our request for an unknown reason"),
    };
    Status {
        status: "Failure".to_owned(),
        message: message.to_owned(),
        reason: reason.to_owned(),
        details: None,
        code: response.status,
    }
    .into()
}

/// The words after a status code.
pub(crate) fn reason_phrase(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        201 => "Created",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        422 => "Unprocessable Entity",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "",
    }
}

/// The common name and the organisations of the user's client certificate.
///
/// Stands in for TLS: the certificate's subject is read where a server would read it.
fn certificate_identity(io: &Io, user: &Value) -> Option<(String, Vec<String>)> {
    let engine = base64::engine::general_purpose::STANDARD;
    let data = str_at(user, "/client-certificate-data");
    let pem = if data.is_empty() {
        let file = str_at(user, "/client-certificate");
        if file.is_empty() {
            return None;
        }
        io.read(file).ok()?
    } else {
        engine.decode(data).ok()?
    };
    let pem = String::from_utf8_lossy(&pem).into_owned();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = engine.decode(body.trim()).ok()?;
    // The object identifiers of commonName and organizationName; the last name is the subject's.
    let name = attribute_values(&der, &[0x55, 0x04, 0x03]).pop()?;
    Some((name, attribute_values(&der, &[0x55, 0x04, 0x0a])))
}

fn attribute_values(der: &[u8], identifier: &[u8]) -> Vec<String> {
    let mut values = Vec::new();
    for start in 0..der.len().saturating_sub(identifier.len() + 2) {
        let rest = &der[start..];
        if rest.starts_with(&[0x06, 0x03]) && rest[2..].starts_with(identifier) {
            let value = &rest[2 + identifier.len()..];
            if let Some((&length, text)) = value.get(1).zip(value.get(2..))
                && let Some(text) = text.get(..length as usize)
            {
                values.push(String::from_utf8_lossy(text).into_owned());
            }
        }
    }
    values
}
