//! A stand-in for TLS: who one speaks to is told and checked, nothing is encrypted.
//!
//! On the wire both sides begin with the bytes of a handshake record and a line of JSON: the client says which
//! host it wants, the server shows its certificates as PEM text. Then the connection carries plain bytes.
//! What is not simulated TLS looks to either side as it does in life: as a wrong record.

use podground_shell::Connection;
use serde_json::{Value, json};

use super::Stream;

/// The type of a handshake record, by which TLS is told from plain text.
pub const HANDSHAKE: u8 = 0x16;

/// The head of both sides' first record.
const RECORD: [u8; 3] = [HANDSHAKE, 3, 1];

/// Why there is no TLS connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsError {
    /// The other side does not speak TLS.
    WrongVersion,
    /// The other side has closed.
    Closed,
    /// The other side refuses, with the name of the alert.
    Alert(String),
}

/// Begins as a client. Gives the stream and the server's certificates, its own first, as PEM text.
pub async fn connect(connection: Connection, host: &str) -> Result<(Stream, String), TlsError> {
    let mut stream = Stream::new(connection);
    let hello = json!({"host": host}).to_string();
    if !stream.write(&[&RECORD, hello.as_bytes(), b"\n"].concat()).await {
        return Err(TlsError::Closed);
    }
    let answer = read_hello(&mut stream).await?;
    if let Some(alert) = answer.get("alert").and_then(Value::as_str) {
        return Err(TlsError::Alert(alert.to_owned()));
    }
    let certificates = answer.get("certificates").and_then(Value::as_str).unwrap_or_default();
    Ok((stream, certificates.to_owned()))
}

/// Answers as a server that shows `certificates`. Gives the name that the client asked for.
pub async fn accept(stream: &mut Stream, certificates: &str) -> Result<String, TlsError> {
    accept_by_name(stream, |_| certificates.to_owned()).await
}

/// Answers as a server that has other certificates for other names.
pub async fn accept_by_name(
    stream: &mut Stream,
    certificates: impl FnOnce(&str) -> String,
) -> Result<String, TlsError> {
    let hello = read_hello(stream).await?;
    let name = hello.get("host").and_then(Value::as_str).unwrap_or_default().to_owned();
    let certificates = certificates(&name);
    let answer = json!({"certificates": certificates}).to_string();
    if !stream.write(&[&RECORD, answer.as_bytes(), b"\n"].concat()).await {
        return Err(TlsError::Closed);
    }
    Ok(name)
}

async fn read_hello(stream: &mut Stream) -> Result<Value, TlsError> {
    match stream.peek().await {
        None => return Err(TlsError::Closed),
        Some(HANDSHAKE) => {}
        Some(_) => return Err(TlsError::WrongVersion),
    }
    let line = stream.read_line_bytes().await.ok_or(TlsError::Closed)?;
    let text = line.strip_prefix(&RECORD).ok_or(TlsError::WrongVersion)?;
    serde_json::from_slice(text).map_err(|_| TlsError::WrongVersion)
}
