//! `kubectl get --raw`

use podground_api::{Body, Method, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use podground_api::go_order;

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

/// `--raw` of `create` and `replace`: sends the one file to a path.
///
/// Upstream: `kubectl/pkg/rawhttp/raw.go`
pub(crate) async fn send_raw(cx: &Context, args: &Args, method: Method) -> Result<()> {
    let wrong = |text: &str| Err(args.usage(text));
    let [file] = args.list("filename") else {
        return wrong("--raw can only use a single local file or stdin");
    };
    if file.starts_with("http://") || file.starts_with("https://") {
        return wrong("--raw cannot read from a url");
    }
    if args.is("recursive") || !args.text("selector").is_empty() || args.is("edit") || args.changed("output")
    {
        return wrong(
            "--raw may not be specified with other flags that filter the server request or alter the output",
        );
    }
    let bytes = match file.as_str() {
        "-" => cx.io.stdin().await,
        file => cx.io.read(file).map_err(|why| Error::Local(format!("open {file}: {why}")))?,
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = podground_api::yaml::load(&text).unwrap_or(serde_json::Value::String(text));
    print_raw(cx, method, args.text("raw"), Some(body)).await
}

/// Sends a request to a path with its query and prints the answer as it is.
pub(crate) async fn print_raw(
    cx: &Context,
    method: Method,
    url: &str,
    body: Option<serde_json::Value>,
) -> Result<()> {
    let mut request = crate::url::request(method, url);
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
