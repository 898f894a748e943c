//! `kubectl config view`

use base64::Engine as _;
use podground_api::object::{remove_at, set_at, str_at};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers::{self, Formats};

/// Runs the command.
pub(crate) async fn run(cx: &Context, mut args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected args: [{}]", args.words.join(" "))));
    }
    let mut config = cx.kubeconfig()?;
    if !args.is("merge") {
        config.keep_first_file();
    }
    if !args.is("merge") {
        config.keep_first_file();
    }
    if args.is("minify") {
        if args.changed("context") {
            args.text("context").clone_into(&mut config.current);
        }
        config.minify()?;
    }
    let mut value = config.to_value();
    if args.is("flatten") {
        flatten(cx, &mut value)?;
    }
    if args.is("flatten") {
        flatten(cx, &mut value)?;
    }
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

/// The fields that name files, by list.
const FILES: &[(&str, &str, &[&str])] = &[
    ("clusters", "cluster", &["certificate-authority"]),
    ("users", "user", &["client-certificate", "client-key"]),
];

/// Puts the content of files in the place of their names, so that the text stands alone.
///
/// Upstream: `client-go/tools/clientcmd/api/helpers.go FlattenConfig`
fn flatten(cx: &Context, value: &mut Value) -> Result<()> {
    for (list, field, names) in FILES {
        for item in value.get_mut(*list).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(entry) = item.get_mut(*field) else { continue };
            for name in *names {
                let path = str_at(entry, &format!("/{name}")).to_owned();
                if path.is_empty() {
                    continue;
                }
                let bytes = cx.io.read(&path).map_err(|why| Error::Local(format!("open {path}: {why}")))?;
                remove_at(entry, &format!("/{name}"));
                let text = base64::engine::general_purpose::STANDARD.encode(bytes);
                set_at(entry, &format!("/{name}-data"), json!(text));
            }
        }
    }
    Ok(())
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
