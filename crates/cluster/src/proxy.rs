//! Carrying a request on to the backend that the API server has named.
//!
//! Upstream: `apimachinery/pkg/util/proxy/upgradeaware.go ServeHTTP`

use podground_api::{Body, Request, Response, Value};
use podground_programs::http::{self, HttpError, Trust, Url};
use podground_shell::NetworkError;

use crate::Cluster;

/// The header by which the server names the backend; it never leaves the cluster.
pub(crate) const BACKEND: &str = "x-podground-backend";

/// The answer itself, or what the backend says that it names.
pub(crate) async fn follow(cluster: &Cluster, request: &Request, response: Response) -> Response {
    let backend = response.headers.iter().find(|(name, _)| name == BACKEND).map(|(_, url)| url.clone());
    match backend {
        Some(url) => ask(cluster, request, &url).await,
        None => response,
    }
}

async fn ask(cluster: &Cluster, request: &Request, url: &str) -> Response {
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(name, value)| if value.is_empty() { name.clone() } else { format!("{name}={value}") })
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let Ok(url) = Url::parse(&format!("{url}{query}")) else {
        return unreachable(&format!("invalid URL {url:?}"));
    };
    let fabric = cluster.kubelet().fabric();
    let Some(namespace) = fabric.state().control_plane().cloned() else {
        return unreachable("there is no control plane");
    };
    let mut call = http::Request::new(request.method.as_str(), &url.target())
        .with_header("Host", url.authority())
        .with_header("X-Forwarded-Uri", request.path.as_str());
    for (name, value) in &request.headers {
        let stays = name.starts_with("x-podground-")
            || name.starts_with("impersonate-")
            || matches!(name.as_str(), "authorization" | "host" | "connection" | "content-length");
        if !stays {
            call.headers.set(name, value.as_str());
        }
    }
    call.headers.set("Connection", "close");
    if let Some(body) = &request.body {
        call.body = match &**body {
            Value::String(text) => text.clone().into_bytes(),
            value => value.to_string().into_bytes(),
        };
        call.headers.set("Content-Length", call.body.len().to_string());
    }
    let network = fabric
        .view(namespace, podground_vfs::FileSystem::new(podground_vfs::Tree::new(), std::rc::Rc::new(|| 0)));
    let trust = Trust { insecure: true, roots: Vec::new() };
    let mut stream = match http::open(&network, &url, None, &trust, cluster.sim().now()).await {
        Ok((stream, _)) => stream,
        Err(error) => return unreachable(&words(&url, &error)),
    };
    stream.write(&call.encode()).await;
    match stream.read_response(&call.method).await {
        Ok(answer) => {
            let headers = answer
                .headers
                .0
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .filter(|(name, _)| {
                    !matches!(
                        name.as_str(),
                        "connection" | "transfer-encoding" | "content-length" | "keep-alive"
                    )
                })
                .collect();
            let body = match String::from_utf8(answer.body) {
                Ok(text) => Body::Text(text),
                Err(error) => {
                    let (sender, receiver) = podground_sim::channel::unbounded();
                    // The receiver is at hand: there is somebody to take it.
                    let _ = sender.try_send(error.into_bytes());
                    Body::Bytes(receiver)
                }
            };
            Response { status: answer.status, headers, body }
        }
        Err(_) => unreachable("EOF"),
    }
}

fn words(url: &Url, error: &HttpError) -> String {
    let dial = |why: &str| format!("dial tcp {}:{}: {why}", url.host, url.port);
    match error {
        HttpError::Connect(NetworkError::ConnectionRefused) => dial("connect: connection refused"),
        HttpError::Connect(NetworkError::HostUnreachable) => dial("connect: no route to host"),
        HttpError::Connect(NetworkError::TimedOut) => dial("i/o timeout"),
        HttpError::Tls(_) => "tls: first record does not look like a TLS handshake".to_owned(),
        _ => dial("connect: connection reset by peer"),
    }
}

fn unreachable(why: &str) -> Response {
    let message = format!("error trying to reach service: {why}");
    Response::json(
        503,
        podground_api::json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
            "reason": "ServiceUnavailable", "code": 503,
        }),
    )
}
