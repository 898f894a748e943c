//! Paths with queries, and manifests from the web.

use podground_api::{Method, Request};

use crate::context::Context;
use crate::error::{Error, Result};

/// Reads what a URL of `-f` names.
pub(crate) async fn fetch(cx: &Context, url: &str) -> Result<String> {
    let rest = url.split("://").nth(1).unwrap_or_default();
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    if cx.io.0.host.network.resolve(host).await.is_err() {
        return Err(Error::Local(format!("Get {url:?}: dial tcp: lookup {host}: no such host")));
    }
    Err(Error::unsupported("-f with a URL"))
}

/// A request to a path with its query, as it stands in a URL.
pub(crate) fn request(method: Method, url: &str) -> Request {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut request = Request::new(method, unescape(&path.replace('+', "%2B")));
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request = request.with_query(&unescape(name), unescape(value));
    }
    request
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let code =
                    std::str::from_utf8(&digits).ok().and_then(|text| u8::from_str_radix(text, 16).ok());
                bytes.push(code.unwrap_or(b'%'));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
