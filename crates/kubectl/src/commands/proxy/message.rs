//! HTTP/1.1 as far as a proxy needs it.

use podground_sim::{PipeReader, PipeWriter};

/// A request.
pub(super) struct Message {
    pub(super) method: String,
    /// The path with the query.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether it is of HTTP/1.0, whose connections end with the answer.
    pub(super) old: bool,
}

/// The longest head that is read.
const LIMIT: usize = 64 * 1024;

impl Message {
    /// Reads a request; `rest` is what was read beyond the one before.
    pub(super) async fn read(from: &PipeReader, rest: &mut Vec<u8>) -> Option<Self> {
        let end = loop {
            if let Some(end) = rest.windows(4).position(|part| part == b"\r\n\r\n") {
                break end;
            }
            let bytes = from.read(16 * 1024).await;
            if bytes.is_empty() || rest.len() > LIMIT {
                return None;
            }
            rest.extend(bytes);
        };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target, version) = (first.next()?, first.next()?, first.next()?);
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut message = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: Vec::new(),
            old: version == "HTTP/1.0",
        };
        let length =
            message.header("content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        while rest.len() < length {
            let bytes = from.read(16 * 1024).await;
            if bytes.is_empty() {
                return None;
            }
            rest.extend(bytes);
        }
        message.body = rest.drain(..length).collect();
        Some(message)
    }

    /// The first header of that name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a header has that value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.header(name).is_some_and(|text| text.eq_ignore_ascii_case(value))
    }

    /// The path without the query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or(&self.target)
    }

    /// The host that is asked, without its port.
    pub(super) fn host(&self) -> &str {
        let host = self.header("host").unwrap_or_default();
        match host.rsplit_once(':') {
            Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
            _ => host,
        }
    }
}

async fn send(to: &PipeWriter, bytes: &[u8]) -> bool {
    to.write_all(bytes).await.is_ok()
}

fn head(status: u16, kind: &str, framing: &str) -> String {
    let reason = crate::client::reason_phrase(status);
    format!("HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\n{framing}\r\n")
}

/// Sends an answer whose length is known.
pub(super) async fn whole(to: &PipeWriter, status: u16, kind: &str, body: &[u8]) -> bool {
    let head = head(status, kind, &format!("Content-Length: {}\r\n", body.len()));
    send(to, &[head.as_bytes(), body].concat()).await
}

/// Sends an answer that says where to ask instead.
pub(super) async fn elsewhere(to: &PipeWriter, status: u16, place: &str, body: &str) -> bool {
    let framing = format!("Location: {place}\r\nContent-Length: {}\r\n", body.len());
    let head = head(status, "text/html; charset=utf-8", &framing);
    send(to, &[head.as_bytes(), body.as_bytes()].concat()).await
}

/// Sends a line of text.
pub(super) async fn plain(to: &PipeWriter, status: u16, text: &str) -> bool {
    whole(to, status, "text/plain; charset=utf-8", format!("{text}\n").as_bytes()).await
}

/// Begins an answer that comes in pieces.
pub(super) async fn chunked(to: &PipeWriter, status: u16, kind: &str) -> bool {
    send(to, head(status, kind, "Transfer-Encoding: chunked\r\n").as_bytes()).await
}

/// Sends one piece; an empty one is the last.
pub(super) async fn chunk(to: &PipeWriter, bytes: &[u8]) -> bool {
    let head = format!("{:x}\r\n", bytes.len());
    send(to, &[head.as_bytes(), bytes, b"\r\n"].concat()).await
}
