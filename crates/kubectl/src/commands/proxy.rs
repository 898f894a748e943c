//! `kubectl proxy`
//!
//! Upstream: `kubectl/pkg/cmd/proxy/proxy.go`, `kubectl/pkg/proxy/proxy_server.go`

mod filter;
mod message;

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use podground_api::{Body, Method, Response, go_order};
use podground_shell::{Connection, NetworkError};
use podground_sim::{PipeWriter, Task};

use crate::client::Client;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::io::Io;
use crate::url::request;

use filter::Filter;
use message::Message;

/// What all connections share.
struct Server {
    client: Rc<Client>,
    io: Io,
    filter: Option<Filter>,
    /// `--api-prefix`, with a slash at its end.
    prefix: String,
    /// `--www` and `--www-prefix`.
    files: Option<(String, String)>,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unknown command {:?}", args.words.join(" "))));
    }
    if args.is("disable-filter") {
        let text = "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious";
        cx.klog_warning("proxy.go:177", text).await;
    }
    let slashed = |text: &str| if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
    let www = args.text("www");
    if !www.is_empty() && !cx.io.0.host.files.is_directory(&cx.io.path(www)) {
        let text = format!("Failed to stat static file directory: stat {www}: no such file or directory");
        cx.klog_warning("proxy.go:164", &text).await;
    }
    let server = Rc::new(Server {
        client: cx.client()?,
        io: cx.io.clone(),
        filter: if args.is("disable-filter") { None } else { Some(Filter::from_args(&args)?) },
        prefix: slashed(args.text("api-prefix")),
        files: (!www.is_empty()).then(|| (cx.io.path(www), slashed(args.text("www-prefix")))),
    });
    let host = args.text("address");
    let address: IpAddr = match host {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        host => host.parse().map_err(|_| Error::Local(format!("listen tcp: lookup {host}: no such host")))?,
    };
    let port = u16::try_from(args.number("port"))
        .map_err(|_| Error::Local(format!("listen tcp: address {}: invalid port", args.number("port"))))?;
    let listener = cx.io.0.host.network.listen(SocketAddr::new(address, port)).map_err(|error| {
        let why = match error {
            NetworkError::AddressInUse => "bind: address already in use",
            NetworkError::PermissionDenied => "bind: permission denied",
            _ => "bind: cannot assign requested address",
        };
        Error::Local(format!("listen tcp {}: {why}", SocketAddr::new(address, port)))
    })?;
    cx.io.line(format!("Starting to serve on {}", listener.local)).await;
    let mut tasks: Vec<Task<()>> = Vec::new();
    while let Some(connection) = listener.accept().await {
        let server = server.clone();
        tasks.push(cx.io.0.host.sim.spawn(async move { serve(&server, connection).await }));
    }
    Ok(())
}

/// Answers the requests of a connection, one after the other.
async fn serve(server: &Server, connection: Connection) {
    let Connection { reader, writer, .. } = connection;
    let mut rest = Vec::new();
    while let Some(message) = Message::read(&reader, &mut rest).await {
        let keep = !message.is("connection", "close") && !message.old;
        if !answer(server, &message, &writer).await || !keep {
            return;
        }
    }
}

/// Answers one request; `false` if the connection is to be closed.
async fn answer(server: &Server, message: &Message, to: &PipeWriter) -> bool {
    if let Some((folder, prefix)) = &server.files
        && let Some(name) = message.path().strip_prefix(prefix.as_str())
    {
        let path = podground_vfs::normalize(&format!("{folder}/{name}"));
        return match server.io.0.host.files.read(&path) {
            Ok(bytes) => message::whole(to, 200, "application/octet-stream", &bytes).await,
            Err(_) => message::plain(to, 404, "404 page not found").await,
        };
    }
    let path = match message.path().strip_prefix(server.prefix.as_str()) {
        Some(path) => format!("/{path}"),
        None => return message::plain(to, 404, "404 page not found").await,
    };
    if let Some(filter) = &server.filter
        && !filter.accepts(&message.method, &path, message.host())
    {
        return message::plain(to, 403, "Forbidden").await;
    }
    let method = match message.method.as_str() {
        "GET" | "HEAD" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return message::plain(to, 405, "Method Not Allowed").await,
    };
    let query = message.target.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    let mut call = request(method, &format!("{path}{query}"));
    for (name, value) in &message.headers {
        if !matches!(name.as_str(), "host" | "connection" | "content-length" | "authorization") {
            call = call.with_header(name, value.as_str());
        }
    }
    if !message.body.is_empty() {
        let text = String::from_utf8_lossy(&message.body).into_owned();
        let read = || serde_json::from_str(&text).ok().or_else(|| podground_api::yaml::load(&text).ok());
        // What is meant for a pod or a service goes there as it is.
        let read = if path.contains("/proxy/") { None } else { read() };
        call = call.with_body(read.unwrap_or(serde_json::Value::String(text)));
    }
    match server.client.raw(call).await {
        Ok(response) => pass_on(response, wants_pretty(message), to).await,
        Err(error) => message::plain(to, 500, &error.bare()).await,
    }
}

/// Whether the server is to answer for people's eyes: to their tools, or where it is asked.
// Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go isPrettyPrint
fn wants_pretty(message: &Message) -> bool {
    let query = message.target.split_once('?').map_or("", |(_, query)| query);
    match query.split('&').find_map(|pair| pair.strip_prefix("pretty=")) {
        Some(value) => !matches!(value, "" | "0" | "false"),
        None => {
            let agent = message.header("user-agent").unwrap_or_default();
            ["curl", "Wget", "Mozilla/5.0"].iter().any(|tool| agent.starts_with(tool))
        }
    }
}

async fn pass_on(response: Response, pretty: bool, to: &PipeWriter) -> bool {
    let status = response.status;
    let kind = response.headers.iter().find(|(name, _)| name == "content-type").map(|(_, kind)| kind.clone());
    let kind = |default: &str| kind.clone().unwrap_or_else(|| default.to_owned());
    match response.body {
        Body::Json(value) => {
            let text =
                if pretty { go_order::pretty(&value) } else { format!("{}\n", go_order::compact(&value)) };
            message::whole(to, status, &kind("application/json"), text.as_bytes()).await
        }
        Body::Text(text) if (300..400).contains(&status) => {
            let place = response.headers.iter().find(|(name, _)| name == "location");
            message::elsewhere(to, status, place.map_or("", |(_, place)| place), &text).await
        }
        Body::Text(text) => {
            message::whole(to, status, &kind("text/plain; charset=utf-8"), text.as_bytes()).await
        }
        Body::Events(events) => {
            let mut open = message::chunked(to, status, &kind("application/json")).await;
            while open && let Ok(event) = events.recv().await {
                open = message::chunk(to, format!("{}\n", go_order::compact(&event)).as_bytes()).await;
            }
            open && message::chunk(to, b"").await
        }
        Body::Bytes(bytes) => {
            let mut open = message::chunked(to, status, &kind("text/plain")).await;
            while open && let Ok(part) = bytes.recv().await {
                open = part.is_empty() || message::chunk(to, &part).await;
            }
            open && message::chunk(to, b"").await
        }
        Body::Upgrade(_) => {
            message::plain(to, 501, "podground does not support streams through \"kubectl proxy\" yet").await
        }
    }
}
