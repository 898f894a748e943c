//! What `-v=6` and above show of requests and answers.
//!
//! Upstream: `client-go/transport/round_trippers.go`, `client-go/rest/request.go logBody`

use std::time::Duration;

use podground_api::{Body, Request, Response};

use crate::client::reason_phrase;
use crate::io::Io;

const TRANSPORT: &str = "round_trippers.go";

/// The log of one request.
pub(crate) struct Verbose<'a> {
    /// Where lines go.
    pub(crate) io: &'a Io,
    /// `-v`
    pub(crate) level: i64,
    /// The method.
    pub(crate) verb: &'static str,
    /// The whole URL.
    pub(crate) url: &'a str,
}

impl Verbose<'_> {
    /// The lines before a request is sent.
    pub(crate) async fn request(&self, request: &Request) {
        if self.level < 7 {
            return;
        }
        let mut headers: Vec<(String, String)> = request
            .headers
            .iter()
            .filter(|(name, _)| !name.starts_with("x-podground"))
            .map(|(name, value)| (canonical(name), masked(name, value)))
            .collect();
        headers.sort();
        let text = if self.level < 9 {
            format!("verb=\"{}\" url=\"{}\" headers={}", self.verb, self.url, block(&lines(&headers)))
        } else {
            let mut curl = format!("curl -v -X{} ", self.verb);
            for (name, value) in headers {
                curl.push_str(&format!(" -H {:?}", format!("{name}: {value}")));
            }
            format!("curlCommand={}", block(&format!("{curl} '{}'\n", self.url)))
        };
        self.line(TRANSPORT, 527, &format!("\"Request\" {text}")).await;
        if self.level >= 8
            && let Some(body) = &request.body
        {
            self.body("Request Body", &body.to_string()).await;
        }
    }

    /// The lines after an answer has come.
    pub(crate) async fn response(&self, response: &Response, took: Duration) {
        if self.level < 6 {
            return;
        }
        let mut text = String::from("\"Response\"");
        if self.level == 6 || self.level >= 9 {
            text.push_str(&format!(" verb=\"{}\" url=\"{}\"", self.verb, self.url));
        }
        text.push_str(&format!(" status=\"{} {}\"", response.status, reason_phrase(response.status)));
        let body = match &response.body {
            Body::Json(value) if self.level >= 8 => Some(format!("{value}\n")),
            Body::Text(text) if self.level >= 8 => Some(text.clone()),
            _ => None,
        };
        if self.level >= 8 {
            let mut headers: Vec<(String, String)> =
                response.headers.iter().map(|(name, value)| (canonical(name), value.clone())).collect();
            let json = matches!(response.body, Body::Json(_) | Body::Events(_));
            let kind = if json { "application/json" } else { "text/plain" };
            headers.push(("Content-Type".to_owned(), kind.to_owned()));
            if let Some(body) = &body {
                headers.push(("Content-Length".to_owned(), body.len().to_string()));
            }
            headers.sort();
            text.push_str(&format!(" headers={}", block(&lines(&headers))));
        }
        text.push_str(&format!(" milliseconds={}", took.as_millis()));
        if self.level >= 9 {
            let server = took.as_millis();
            text.push_str(&format!(" getConnectionMilliseconds=0 serverProcessingMilliseconds={server}"));
        }
        self.line(TRANSPORT, 632, &text).await;
        if let Some(body) = body {
            self.body("Response Body", &body).await;
        }
    }

    async fn body(&self, title: &str, body: &str) {
        let limit = match self.level {
            8 => 1024,
            9 => 10240,
            _ => usize::MAX,
        };
        let mut end = limit.min(body.len());
        while !body.is_char_boundary(end) {
            end -= 1;
        }
        let mut shown = body[..end].to_owned();
        if end < body.len() {
            shown.push_str(&format!(" [truncated {} chars]", body.len() - end));
        }
        let shown = if shown.contains('\n') { block(&shown) } else { crate::flags::go_quote(&shown) };
        self.line("request.go", 1351, &format!("\"{title}\" body={shown}")).await;
    }

    async fn line(&self, file: &str, number: u32, text: &str) {
        let stamp = self.io.now().rfc3339_micro();
        let (month, day, time) = (&stamp[5..7], &stamp[8..10], &stamp[11..26]);
        self.io.err_line(format!("I{month}{day} {time} {:>7} {file}:{number}] {text}", self.io.0.pid)).await;
    }
}

/// A value of several lines, as klog shows it.
fn block(text: &str) -> String {
    let mut out = String::from("<\n");
    for line in text.lines() {
        out.push_str(&format!("\t{line}\n"));
    }
    out.push_str(" >");
    out
}

fn lines(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

/// `user-agent` as `User-Agent`.
fn canonical(name: &str) -> String {
    let mut upper = true;
    name.chars()
        .map(|c| {
            let shown = if upper { c.to_ascii_uppercase() } else { c };
            upper = c == '-';
            shown
        })
        .collect()
}

/// Credentials are not shown.
fn masked(name: &str, value: &str) -> String {
    match value.split_once(' ') {
        Some((kind, _)) if name == "authorization" => format!("{kind} <masked>"),
        _ if name == "authorization" => "<masked>".to_owned(),
        _ => value.to_owned(),
    }
}
