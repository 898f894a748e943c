//! `kubectl proxy`: HTTP on a port of this machine, passed on to the API server as the user of the kubeconfig.
//!
//! Upstream: `kubectl/pkg/proxy/proxy_server.go`

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use podground_api::{Body, Method, Request, Response, go_order};
use podground_shell::{Connection, NetworkError};
use podground_sim::Task;
use serde_json::Value;

use crate::client::{Client, reason_phrase};
use crate::commands::get::unescape;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Flags that change what is let through or served besides.
const UNSUPPORTED: &[&str] = &[
    "accept-hosts",
    "accept-paths",
    "api-prefix",
    "append-server-path",
    "disable-filter",
    "keepalive",
    "reject-methods",
    "reject-paths",
    "unix-socket",
    "www",
    "www-prefix",
];

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if let Some(flag) = UNSUPPORTED.iter().find(|flag| args.changed(flag)) {
        return Err(Error::unsupported(format!("--{flag} of \"kubectl proxy\"")));
    }
    let address: IpAddr = match args.text("address") {
        "localhost" => [127, 0, 0, 1].into(),
        text => text.parse().map_err(|_| Error::Local(format!("listen tcp: lookup {text}: no such host")))?,
    };
    let port =
        args.text("port").parse::<u16>().map_err(|_| args.usage("invalid argument for \"-p, --port\""))?;
    let wanted = SocketAddr::new(address, port);
    let listener = cx.io.0.host.network.listen(wanted).map_err(|error| {
        let why = match error {
            NetworkError::AddressInUse => "address already in use",
            NetworkError::PermissionDenied => "permission denied",
            _ => "cannot assign requested address",
        };
        Error::Local(format!("listen tcp {wanted}: bind: {why}"))
    })?;
    cx.io.line(format!("Starting to serve on {}", listener.local)).await;
    let client = cx.client()?;
    let sim = cx.io.0.host.sim.clone();
    let mut tasks: Vec<Task<()>> = Vec::new();
    while let Some(connection) = listener.accept().await {
        tasks.retain(|task| !task.is_finished());
        tasks.push(sim.spawn(serve(client.clone(), connection)));
    }
    Ok(())
}

/// Answers the requests of one connection.
async fn serve(client: Rc<Client>, connection: Connection) {
    let mut read = Vec::new();
    while let Some((head, body)) = next_request(&connection, &mut read).await {
        let (response, pretty) = match translate(&head, &body) {
            Some((request, _)) if is_rejected(&request.path) => (plain(403, "Forbidden\n"), false),
            Some((request, pretty)) => {
                let answer = client.pass(request).await;
                (answer.unwrap_or_else(|error| plain(502, &format!("{error}\n"))), pretty)
            }
            None => (plain(405, "Method Not Allowed\n"), false),
        };
        if !answer(&connection, response, pretty).await {
            return;
        }
    }
}

/// Head and body of the next request; `None` at the end.
async fn next_request(connection: &Connection, read: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let end = loop {
        if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end;
        }
        more(connection, read).await?;
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    read.drain(..end + 4);
    let length = header(&head, "content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    while read.len() < length {
        more(connection, read).await?;
    }
    Some((head, read.drain(..length).collect()))
}

async fn more(connection: &Connection, read: &mut Vec<u8>) -> Option<()> {
    let bytes = connection.reader.read(16 * 1024).await;
    read.extend(&bytes);
    (!bytes.is_empty()).then_some(())
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

/// The request to the API server, and whether its JSON is to be printed for people.
fn translate(head: &str, body: &[u8]) -> Option<(Request, bool)> {
    let mut words = head.lines().next()?.split_whitespace();
    let method = match words.next()? {
        "GET" | "HEAD" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return None,
    };
    let (path, query) = words.next()?.split_once('?').unwrap_or_default();
    let path = if path.is_empty() { head.split_whitespace().nth(1)? } else { path };
    let mut request = Request::new(method, unescape(path));
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request = request.with_query(&unescape(name), unescape(value));
    }
    for name in ["accept", "content-type"] {
        if let Some(value) = header(head, name) {
            request = request.with_header(name, value);
        }
    }
    if !body.is_empty() {
        let text = String::from_utf8_lossy(body).into_owned();
        let read = || serde_json::from_slice(body).ok().or_else(|| podground_api::yaml::load(&text).ok());
        // What is meant for a pod goes there as it is.
        let value: Option<Value> = if path.contains("/proxy") { None } else { read() };
        request = request.with_body(value.unwrap_or(Value::String(text)));
    }
    // Upstream: apiserver/pkg/endpoints/handlers/negotiation isPrettyPrint
    let agent = header(head, "user-agent").unwrap_or_default();
    let pretty = ["curl", "Wget", "Mozilla/5.0"].iter().any(|tool| agent.starts_with(tool));
    Some((request, pretty))
}

/// What the default of `--reject-paths` keeps out.
fn is_rejected(path: &str) -> bool {
    let parts = path.split_once("/pods/").map(|(_, rest)| rest);
    path.starts_with("/api/") && parts.is_some_and(|rest| rest.contains("/exec") || rest.contains("/attach"))
}

fn plain(status: u16, text: &str) -> Response {
    Response { status, headers: Vec::new(), body: Body::Text(text.to_owned()) }
}

/// Writes an answer; `false` if the connection is over.
async fn answer(connection: &Connection, response: Response, pretty: bool) -> bool {
    let status = response.status;
    let head = |kind: &str, framing: &str| {
        format!("HTTP/1.1 {status} {}\r\nContent-Type: {kind}\r\n{framing}\r\n", reason_phrase(status))
    };
    let whole = |kind: &str, text: &str| {
        format!("{}{text}", head(kind, &format!("Content-Length: {}\r\n", text.len()))).into_bytes()
    };
    let write = async |bytes: &[u8]| connection.writer.write_all(bytes).await.is_ok();
    match response.body {
        Body::Json(value) => {
            let text =
                if pretty { go_order::pretty(&value) } else { format!("{}\n", go_order::compact(&value)) };
            write(&whole("application/json", &text)).await
        }
        Body::Text(text) => write(&whole("text/plain; charset=utf-8", &text)).await,
        Body::Events(events) => {
            let mut open = write(head("application/json", "Connection: close\r\n").as_bytes()).await;
            while open && let Ok(event) = events.recv().await {
                open = write(format!("{}\n", go_order::compact(&event)).as_bytes()).await;
            }
            false
        }
        Body::Bytes(bytes) => {
            let mut open = write(head("text/plain", "Connection: close\r\n").as_bytes()).await;
            while open && let Ok(bytes) = bytes.recv().await {
                open = write(&bytes).await;
            }
            false
        }
        Body::Upgrade(_) => {
            let text = "podground does not support streams over \"kubectl proxy\" yet\n";
            write(&whole("text/plain; charset=utf-8", text)).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_from_their_heads() {
        let head =
            "GET /api/v1/pods?labelSelector=app%3Dweb&watch=1 HTTP/1.1\r\nHost: x\r\nUser-Agent: curl/8";
        let (request, pretty) = translate(head, b"").unwrap();
        assert_eq!(request.path, "/api/v1/pods");
        assert_eq!(request.query_value("labelSelector"), Some("app=web"));
        assert!(pretty);
        assert_eq!(translate("GET / HTTP/1.1", b"").unwrap().0.path, "/");
        assert!(translate("BREW / HTTP/1.1", b"").is_none());
        assert!(is_rejected("/api/v1/namespaces/default/pods/web/exec"));
        assert!(!is_rejected("/api/v1/namespaces/default/pods/web/log"));
    }
}
