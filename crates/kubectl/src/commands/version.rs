//! `kubectl version`

use podground_api::object::str_at;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The version of kubectl that this one answers as.
pub(crate) const CLIENT: &str = "v1.36.4";
const KUSTOMIZE: &str = "v5.8.1";

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("extra arguments: [{}]", args.words.join(" "))));
    }
    let output = args.text("output");
    if !matches!(output, "" | "json" | "yaml") {
        return Err(Error::Local("--output must be 'yaml' or 'json'".to_owned()));
    }
    let server = if args.is("client") { Ok(None) } else { server(cx).await.map(Some) };
    let (server, failure) = match server {
        Ok(server) => (server, None),
        Err(error) => (None, Some(error)),
    };
    match output {
        "" => {
            let mut text = format!("Client Version: {CLIENT}\nKustomize Version: {KUSTOMIZE}\n");
            if let Some(server) = &server {
                text.push_str(&format!("Server Version: {}\n", str_at(server, "/gitVersion")));
            }
            cx.io.out(&text).await;
        }
        format => {
            let mut value = json!({
                "clientVersion": {
                    "major": "1", "minor": "36", "gitVersion": CLIENT, "gitTreeState": "clean", "compiler": "gc",
                    "platform": "linux/amd64",
                },
                "kustomizeVersion": KUSTOMIZE,
            });
            if let Some(server) = server {
                value["serverVersion"] = server;
            }
            let text = if format == "yaml" { podground_api::yaml::print(&value) } else { pretty(&value) };
            cx.io.out(&text).await;
        }
    }
    failure.map_or(Ok(()), Err)
}

fn pretty(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap_or_default())
}

async fn server(cx: &Context) -> Result<Value> {
    Ok((*cx.client()?.get("/version").await?).clone())
}
