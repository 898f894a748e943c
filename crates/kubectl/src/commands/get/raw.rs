//! `kubectl get --raw`

use podground_api::{Body, Method, Request, go_order, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: &Args) -> Result<()> {
    let wrong = |text: &str| Err(args.usage(text));
    if args.is("watch") || args.is("watch-only") || !args.text("selector").is_empty() {
        return wrong(
            "--raw may not be specified with other flags that filter the server request or alter the output",
        );
    }
    if !args.words.is_empty() {
        return wrong("arguments may not be passed when --raw is specified");
    }
    print_raw(cx, Method::Get, args.text("raw"), None).await
}

/// Sends a request to a path with its query and prints the answer as it is.
pub(crate) async fn print_raw(
    cx: &Context,
    method: Method,
    url: &str,
    body: Option<serde_json::Value>,
) -> Result<()> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut request = Request::new(method, path);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request = request.with_query(&unescape(name), unescape(value));
    }
    if let Some(body) = body {
        request = request.with_body(body);
    }
    let response = cx.client()?.send(request).await?;
    match response.body {
        Body::Json(value) => cx.io.out(&format!("{}\n", go_order::compact(&value))).await,
        Body::Text(text) => cx.io.out(&text).await,
        Body::Bytes(bytes) => {
            while let Ok(part) = bytes.recv().await {
                cx.io.out_bytes(&part).await;
            }
        }
        Body::Events(events) => {
            while let Ok(event) = events.recv().await {
                cx.io.line(json::compact(&event).trim_end()).await;
            }
        }
        Body::Upgrade(_) => return Err(Error::local("the server asked for another protocol")),
    }
    Ok(())
}

pub(crate) fn unescape(text: &str) -> String {
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
