//! The API server's port in the cluster's network: what `https://kubernetes` in a pod and `kubectl proxy`'s
//! callers reach.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use podground_api::object::{label, name};
use podground_api::{Body, Method, Request, Response, Value, go_order};
use podground_programs::http::{self, Stream, percent_decode, tls};
use podground_shell::Connection;

use crate::Cluster;
use crate::network::API_PORT;

/// Starts to listen on the control plane; does nothing where there is none.
pub(crate) fn start(cluster: &Cluster) {
    let control_plane = cluster.with_informers(|informers| {
        let mut nodes = informers.list("nodes");
        nodes
            .find(|node| label(node, "node-role.kubernetes.io/control-plane").is_some())
            .map(|node| name(node).to_owned())
    });
    let network = control_plane.and_then(|node| cluster.kubelet().fabric().node(&node));
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), API_PORT);
    let Some(listener) = network.and_then(|network| network.listen(address).ok()) else { return };
    let (sim, cluster) = (cluster.sim().clone(), cluster.clone());
    let accept = async move {
        while let Some(connection) = listener.accept().await {
            cluster.sim().spawn(serve(cluster.clone(), connection)).detach();
        }
    };
    sim.spawn(accept).detach();
}

async fn serve(cluster: Cluster, connection: Connection) {
    let mut stream = Stream::new(connection);
    match stream.peek().await {
        Some(tls::HANDSHAKE) => {
            let address = cluster.kubelet().fabric().state().control_plane().map(|node| node.address());
            let certificate = crate::pki::server(cluster.sim(), address.into_iter().collect());
            if tls::accept(&mut stream, &certificate).await.is_err() {
                return;
            }
        }
        Some(_) => {
            let text = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
            stream.write(text.as_bytes()).await;
            return;
        }
        None => return,
    }
    while let Ok(request) = stream.read_request().await {
        let pretty = wants_pretty(&request);
        let keep = !request.headers.has_token("Connection", "close");
        let Some(call) = translate(&request) else {
            stream.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n").await;
            continue;
        };
        cluster.sim().sleep(std::time::Duration::from_millis(2)).await;
        let response = cluster.api().handle(call.clone());
        let response = crate::proxy::follow(&cluster, &call, response).await;
        if !answer(&stream, response, pretty).await || !keep {
            return;
        }
    }
}

/// Whether JSON is printed for people: the server does so for tools that people use.
// Upstream: apiserver/pkg/endpoints/handlers/negotiation isPrettyPrint
fn wants_pretty(request: &http::Request) -> bool {
    let agent = request.headers.get("User-Agent").unwrap_or_default();
    request.target.contains("pretty=1")
        || request.target.contains("pretty=true")
        || ["curl", "Wget", "Mozilla/5.0"].iter().any(|tool| agent.starts_with(tool))
}

fn translate(request: &http::Request) -> Option<Request> {
    let method = match request.method.as_str() {
        "GET" | "HEAD" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return None,
    };
    let mut call = Request::new(method, percent_decode(request.path()));
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text: &str| percent_decode(&text.replace('+', " "));
        call = call.with_query(&decode(key), decode(value));
    }
    for (name, value) in &request.headers.0 {
        let name = name.to_ascii_lowercase();
        // Identities are proved here, not claimed.
        if !name.starts_with("x-podground-") {
            call = call.with_header(&name, value.as_str());
        }
    }
    if call.header("authorization").is_none() {
        // A token that nobody has: the caller is anonymous.
        call = call.with_header("authorization", "Bearer -");
    }
    if !request.body.is_empty() {
        let text = String::from_utf8_lossy(&request.body).into_owned();
        let raw = request.path().contains("/proxy");
        let body = if raw { Value::String(text) } else { read_body(text) };
        call = call.with_body(body);
    }
    Some(call)
}

/// JSON, YAML, or the text itself.
fn read_body(text: String) -> Value {
    let read = serde_json::from_str(&text).ok().or_else(|| podground_api::yaml::load(&text).ok());
    read.unwrap_or(Value::String(text))
}

/// Writes an answer; `false` if the connection is to be closed after it.
async fn answer(stream: &Stream, response: Response, pretty: bool) -> bool {
    let status = response.status;
    let mut warnings = String::new();
    for (_, place) in response.headers.iter().filter(|(name, _)| name == "location") {
        warnings.push_str(&format!("Location: {place}\r\n"));
    }
    for (_, text) in response.headers.iter().filter(|(name, _)| name == "warning") {
        warnings.push_str(&format!("Warning: 299 - \"{text}\"\r\n"));
    }
    let head = |kind: &str, framing: &str| {
        format!(
            "HTTP/1.1 {status} {}\r\nAudit-Id: -\r\nCache-Control: no-cache, private\r\nContent-Type: {kind}\r\n{warnings}{framing}\r\n",
            http::reason(status)
        )
    };
    let whole = |kind: &str, text: String| {
        format!("{}{text}", head(kind, &format!("Content-Length: {}\r\n", text.len())))
    };
    match response.body {
        Body::Json(value) => {
            let text =
                if pretty { go_order::pretty(&value) } else { format!("{}\n", go_order::compact(&value)) };
            stream.write(whole("application/json", text).as_bytes()).await
        }
        Body::Text(text) => {
            let named = response.headers.iter().find(|(name, _)| name == "content-type");
            let kind = named.map_or("text/plain; charset=utf-8", |(_, kind)| kind);
            stream.write(whole(kind, text).as_bytes()).await
        }
        Body::Events(events) => {
            if !stream.write(head("application/json", "Transfer-Encoding: chunked\r\n").as_bytes()).await {
                return false;
            }
            while let Ok(event) = events.recv().await {
                if !chunk(stream, format!("{}\n", go_order::compact(&event)).as_bytes()).await {
                    return false;
                }
            }
            stream.write(b"0\r\n\r\n").await
        }
        Body::Bytes(bytes) => {
            if !stream.write(head("text/plain", "Transfer-Encoding: chunked\r\n").as_bytes()).await {
                return false;
            }
            while let Ok(bytes) = bytes.recv().await {
                if !bytes.is_empty() && !chunk(stream, &bytes).await {
                    return false;
                }
            }
            stream.write(b"0\r\n\r\n").await
        }
        Body::Upgrade(_) => {
            let text = "podground does not support streams over a plain connection to the API server yet\n";
            stream.write(whole("text/plain; charset=utf-8", text.to_owned()).as_bytes()).await
        }
    }
}

async fn chunk(stream: &Stream, bytes: &[u8]) -> bool {
    let head = format!("{:x}\r\n", bytes.len());
    stream.write(&[head.as_bytes(), bytes, b"\r\n"].concat()).await
}
