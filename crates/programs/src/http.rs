//! HTTP/1.1 over simulated connections: messages, a server, a client.

mod client;
mod message;
mod server;
mod stream;
pub mod tls;
mod url;

pub use client::{HttpError, Shown, Trust, exchange, get, open};
pub use message::{Headers, Request, Response, reason};
pub use server::{serve, serve_stream};
pub use stream::{MessageError, Stream};
pub use url::{Url, UrlError, percent_decode};
