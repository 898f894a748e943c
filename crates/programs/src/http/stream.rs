//! Reading messages from a connection.

use podground_shell::Connection;

use super::{Headers, Request, Response};

/// The longest head that is read.
const MAX_HEAD: usize = 64 * 1024;

/// Why no message could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageError {
    /// The other side closed before the first byte.
    Closed,
    /// The other side closed in the middle.
    Truncated,
    /// What came is not HTTP.
    Malformed,
}

/// A connection with what was read of it too far.
pub struct Stream {
    /// The connection.
    pub connection: Connection,
    buffer: Vec<u8>,
}

impl Stream {
    /// A stream over a connection.
    pub fn new(connection: Connection) -> Self {
        Self { connection, buffer: Vec::new() }
    }

    /// Writes bytes; `false` if the other side does not read any more.
    pub async fn write(&self, bytes: &[u8]) -> bool {
        self.connection.writer.write_all(bytes).await.is_ok()
    }

    /// Reads a request.
    pub async fn read_request(&mut self) -> Result<Request, MessageError> {
        let (first, headers) = self.read_head().await?;
        let mut words = first.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(MessageError::Malformed);
        };
        if !version.starts_with("HTTP/") {
            return Err(MessageError::Malformed);
        }
        let mut request = Request::new(method, target);
        version.clone_into(&mut request.version);
        if headers.get("Expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        }
        request.body = self.read_body(&headers, false).await?;
        request.headers = headers;
        Ok(request)
    }

    /// Reads the head of a response; interim ones are skipped.
    pub async fn read_response_head(&mut self) -> Result<Response, MessageError> {
        loop {
            let (first, headers) = self.read_head().await?;
            let mut words = first.splitn(3, ' ');
            let (Some(version), Some(status)) = (words.next(), words.next()) else {
                return Err(MessageError::Malformed);
            };
            let status: u16 = status.parse().map_err(|_| MessageError::Malformed)?;
            if !version.starts_with("HTTP/") {
                return Err(MessageError::Malformed);
            }
            if status != 100 {
                let mut response = Response::new(status, Vec::new());
                version.clone_into(&mut response.version);
                words.next().unwrap_or_default().clone_into(&mut response.reason);
                response.headers = headers;
                return Ok(response);
            }
        }
    }

    /// Reads a whole response; `method` is that of the request: the answer to HEAD has no body.
    pub async fn read_response(&mut self, method: &str) -> Result<Response, MessageError> {
        let mut response = self.read_response_head().await?;
        if method != "HEAD" && !matches!(response.status, 204 | 304) {
            response.body = self.read_body(&response.headers, true).await?;
        }
        Ok(response)
    }

    /// Some bytes of a body that ends with the connection; empty at the end.
    pub async fn read_some(&mut self) -> Vec<u8> {
        if self.buffer.is_empty() {
            return self.connection.reader.read(16 * 1024).await;
        }
        std::mem::take(&mut self.buffer)
    }

    /// The next byte, which stays to be read; `None` at the end.
    pub async fn peek(&mut self) -> Option<u8> {
        if self.buffer.is_empty() {
            self.fill().await;
        }
        self.buffer.first().copied()
    }

    /// The bytes up to the next line feed, without it; `None` if the connection ends before.
    pub async fn read_line_bytes(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                return Some(line);
            }
            if self.buffer.len() > MAX_HEAD || !self.fill().await {
                return None;
            }
        }
    }

    async fn fill(&mut self) -> bool {
        let bytes = self.connection.reader.read(16 * 1024).await;
        self.buffer.extend_from_slice(&bytes);
        !bytes.is_empty()
    }

    async fn read_line(&mut self) -> Result<String, MessageError> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(MessageError::Malformed);
            }
            let empty = self.buffer.is_empty();
            if !self.fill().await {
                return Err(if empty { MessageError::Closed } else { MessageError::Truncated });
            }
        }
    }

    async fn read_head(&mut self) -> Result<(String, Headers), MessageError> {
        let mut first = self.read_line().await?;
        if first.is_empty() {
            first = self.read_line().await?;
        }
        let mut headers = Headers::default();
        loop {
            let line = self.read_line().await.map_err(|_| MessageError::Truncated)?;
            if line.is_empty() {
                return Ok((first, headers));
            }
            let (name, value) = line.split_once(':').ok_or(MessageError::Malformed)?;
            headers.add(name.trim(), value.trim());
        }
    }

    async fn read_body(&mut self, headers: &Headers, until_close: bool) -> Result<Vec<u8>, MessageError> {
        if headers.has_token("Transfer-Encoding", "chunked") {
            return self.read_chunks().await;
        }
        if let Some(length) = headers.get("Content-Length") {
            let length = length.parse().map_err(|_| MessageError::Malformed)?;
            return self.take(length).await;
        }
        while until_close && self.fill().await {}
        Ok(if until_close { std::mem::take(&mut self.buffer) } else { Vec::new() })
    }

    async fn read_chunks(&mut self) -> Result<Vec<u8>, MessageError> {
        let mut body = Vec::new();
        loop {
            let line = self.read_line().await.map_err(|_| MessageError::Truncated)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| MessageError::Malformed)?;
            if size == 0 {
                while !self.read_line().await.map_err(|_| MessageError::Truncated)?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.take(size).await?);
            self.read_line().await.map_err(|_| MessageError::Truncated)?;
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>, MessageError> {
        while self.buffer.len() < length {
            if !self.fill().await {
                return Err(MessageError::Truncated);
            }
        }
        Ok(self.buffer.drain(..length).collect())
    }
}
