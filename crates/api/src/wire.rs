//! HTTP-shaped requests and responses, as a real client sends and reads them.

use std::pin::Pin;
use std::rc::Rc;

use serde_json::Value;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Read.
    Get,
    /// Create, or a call to a subresource.
    Post,
    /// Replace.
    Put,
    /// Change; the content type says how.
    Patch,
    /// Delete.
    Delete,
}

impl Method {
    /// The method's name on the wire: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to an API server.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path without the query: `/api/v1/namespaces/default/pods`.
    pub path: String,
    /// The query's names and values, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The headers, names in lower case, in order: `accept`, `content-type`, `authorization`,
    /// `impersonate-user`, `user-agent` and the like.
    pub headers: Vec<(String, String)>,
    /// The body; JSON values travel as they are, without being written to bytes and read again.
    pub body: Option<Rc<Value>>,
}

impl Request {
    /// A request without query, headers and body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), headers: Vec::new(), body: None }
    }

    /// Adds a query parameter.
    pub fn with_query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header; `name` in lower case.
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the body.
    pub fn with_body(mut self, body: impl Into<Rc<Value>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The first value of a query parameter.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The answer to a [`Request`].
#[derive(Debug)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The headers, names in lower case: `warning` (without the `299 -` prefix) may occur several times.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// The body of a [`Response`].
pub enum Body {
    /// A JSON value: an object, a list, a `Table`, a `Status`.
    Json(Rc<Value>),
    /// Plain text: `/healthz`, logs without `follow`.
    Text(String),
    /// Watch events (`{"type": …, "object": …}`) as they come; the channel closes at the end of the watch.
    Events(async_channel::Receiver<Rc<Value>>),
    /// Bytes as they come: logs with `follow`; the channel closes at their end.
    Bytes(async_channel::Receiver<Vec<u8>>),
    /// A connection that carries streams both ways: exec, attach, portforward.
    Upgrade(Upgrade),
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Json(value) => f.debug_tuple("Json").field(value).finish(),
            Self::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Self::Events(_) => f.write_str("Events"),
            Self::Bytes(_) => f.write_str("Bytes"),
            Self::Upgrade(_) => f.write_str("Upgrade"),
        }
    }
}

/// The streams of exec, attach and portforward, by channel number as on Kubernetes' WebSocket protocol.
///
/// exec and attach (`v5.channel.k8s.io`): 0 standard input, 1 standard output, 2 standard error,
/// 3 the closing `Status` as JSON, 4 terminal sizes as JSON `{"Width":80,"Height":24}`;
/// an empty message on channel 0 closes standard input.
/// portforward: one upgrade per connection; channel 0 data, channel 1 errors as text;
/// an empty message on 0 closes that direction.
pub struct Upgrade {
    /// Messages to the server; closing it hangs up.
    pub to_server: async_channel::Sender<(u8, Vec<u8>)>,
    /// Messages from the server; it closes when the server is done.
    pub from_server: async_channel::Receiver<(u8, Vec<u8>)>,
}

impl Response {
    /// A JSON answer.
    pub fn json(status: u16, value: impl Into<Rc<Value>>) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(value.into()) }
    }

    /// The JSON value of the body, `null` if the body is of another kind.
    pub fn into_json(self) -> Rc<Value> {
        match self.body {
            Body::Json(value) => value,
            _ => Rc::new(Value::Null),
        }
    }
}

/// Sends requests to an API server.
pub trait Transport {
    /// Sends one request and waits for the answer's head.
    /// The error is the text of a failed connection, as Go's `net/http` words it:
    /// `dial tcp 127.0.0.1:6443: connect: connection refused`.
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, String>>>>;
}
