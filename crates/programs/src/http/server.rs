//! Answering the requests of one connection.

use std::net::SocketAddr;

use podground_shell::Connection;

use super::{MessageError, Request, Response, Stream};

/// Reads requests and writes what `handler` answers, until either side wants no more.
///
/// A response without `Content-Length` and `Transfer-Encoding` gets a length, unless it answers HEAD without a body;
/// the answer to HEAD is sent without its body.
/// What is no request is handed to `handler` as an error: servers differ there.
pub async fn serve<F, Answer>(connection: Connection, handler: F)
where
    F: FnMut(Result<Request, MessageError>, SocketAddr) -> Answer,
    Answer: Future<Output = Response>,
{
    serve_stream(Stream::new(connection), handler).await;
}

/// The same over a connection of which something was read already.
pub async fn serve_stream<F, Answer>(mut stream: Stream, mut handler: F)
where
    F: FnMut(Result<Request, MessageError>, SocketAddr) -> Answer,
    Answer: Future<Output = Response>,
{
    let peer = stream.connection.peer;
    loop {
        let request = match stream.read_request().await {
            Err(MessageError::Closed) => return,
            other => other,
        };
        let (mut keep, head, old) = match &request {
            Ok(request) => {
                let old = request.version == "HTTP/1.0";
                let asked = request.headers.has_token("Connection", "keep-alive");
                let keep = if old { asked } else { !request.headers.has_token("Connection", "close") };
                (keep, request.method == "HEAD", old)
            }
            Err(_) => (false, false, false),
        };
        let mut response = handler(request, peer).await;
        let bodiless = matches!(response.status, 100..=199 | 204 | 304);
        if response.headers.get("Content-Length").is_none()
            && response.headers.get("Transfer-Encoding").is_none()
            && !bodiless
            && !(head && response.body.is_empty())
        {
            let length = response.body.len().to_string();
            response.headers.set("Content-Length", length);
        }
        keep &= !response.headers.has_token("Connection", "close");
        if !keep && !old {
            response.headers.set("Connection", "close");
        }
        let mut bytes = response.encode_head();
        if !head && !bodiless {
            bytes.extend(&response.body);
        }
        if !stream.write(&bytes).await || !keep {
            return;
        }
    }
}
