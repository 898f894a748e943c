//! `kubectl auth whoami`

use podground_api::object::{array_at, map_at, str_at};
use podground_api::{Method, Request};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::flags::Args;
use crate::printers::{self, Formats};
use crate::tabwriter;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected args: [{}]", args.words.join(" "))));
    }
    let body = json!({"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": {}});
    let request =
        Request::new(Method::Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews").with_body(body);
    let answer = cx.client()?.json(request).await?;
    if let Some(output) = printers::from_args(&cx.io, &args, Formats::Usual)? {
        return output.show(&cx.io, &answer).await;
    }
    let words = |value: &Value| {
        let words: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        format!("[{}]", words.join(" "))
    };
    let info = |pointer: &str| str_at(&answer, &format!("/status/userInfo/{pointer}")).to_owned();
    let mut text = format!("ATTRIBUTE\tVALUE\nUsername\t{}\n", info("username"));
    if !info("uid").is_empty() {
        text.push_str(&format!("UID\t{}\n", info("uid")));
    }
    if !array_at(&answer, "/status/userInfo/groups").is_empty() {
        let groups = podground_api::object::at(&answer, "/status/userInfo/groups");
        text.push_str(&format!("Groups\t{}\n", words(groups)));
    }
    for (key, value) in map_at(&answer, "/status/userInfo/extra").into_iter().flatten() {
        text.push_str(&format!("Extra: {key}\t{}\n", words(value)));
    }
    cx.io.out(&tabwriter::align(&text, tabwriter::TABLE)).await;
    Ok(())
}
