//! `kubectl config view`

use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::flags::Args;
use crate::printers::{self, Formats};

/// Runs the command.
pub(crate) async fn run(cx: &Context, mut args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected args: [{}]", args.words.join(" "))));
    }
    let mut config = cx.kubeconfig()?;
    if args.is("minify") {
        if args.changed("context") {
            args.text("context").clone_into(&mut config.current);
        }
        config.minify()?;
    }
    let mut value = config.to_value();
    if !args.is("raw") {
        hide(&mut value);
    }
    if !args.changed("output") && args.text("template").is_empty() {
        args.set("output", "yaml");
    }
    match printers::from_args(&cx.io, &args, Formats::Usual)? {
        Some(output) => output.show(&cx.io, &value).await,
        None => Ok(()),
    }
}

/// Hides what is secret.
fn hide(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match key.as_str() {
                    "certificate-authority-data" | "client-certificate-data" | "client-key-data" => {
                        *value = json!("DATA+OMITTED");
                    }
                    "token" | "password" => *value = json!("REDACTED"),
                    _ => hide(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}
