//! `kubectl create token`

use podground_api::object::str_at;
use podground_api::{Method, Request};
use serde_json::json;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers::{self, Formats};

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let mut spec = json!({});
    if !args.list("audience").is_empty() {
        spec["audiences"] = json!(args.list("audience"));
    }
    if args.changed("duration") {
        if args.is_negative("duration") {
            return Err(Error::local("--duration must be greater than or equal to 0"));
        }
        spec["expirationSeconds"] = json!(args.duration("duration").as_secs());
    }
    let (kind, bound) = (args.text("bound-object-kind"), args.text("bound-object-name"));
    if kind.is_empty() {
        for flag in ["bound-object-name", "bound-object-uid"] {
            if !args.text(flag).is_empty() {
                return Err(Error::Local(format!(
                    "--{flag} can only be set if --bound-object-kind is provided"
                )));
            }
        }
    } else {
        if !matches!(kind, "Pod" | "Secret" | "Node") {
            return Err(Error::local("supported --bound-object-kind values are Node, Pod, Secret"));
        }
        if bound.is_empty() {
            return Err(Error::local("--bound-object-name is required if --bound-object-kind is provided"));
        }
        spec["boundObjectRef"] = json!({"kind": kind, "apiVersion": "v1", "name": bound});
        if !args.text("bound-object-uid").is_empty() {
            spec["boundObjectRef"]["uid"] = json!(args.text("bound-object-uid"));
        }
    }
    let path = format!("/api/v1/namespaces/{}/serviceaccounts/{name}/token", cx.namespace()?);
    let body = json!({"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {}, "spec": spec});
    let answer = cx
        .client()?
        .json(Request::new(Method::Post, path).with_body(body))
        .await
        .map_err(|error| Error::Local(format!("failed to create token: {}", error.bare())))?;
    if let Some(output) = printers::from_args(&cx.io, &args, Formats::Usual)? {
        return output.show(&cx.io, &answer).await;
    }
    let token = str_at(&answer, "/status/token");
    if token.is_empty() {
        return Err(Error::local("failed to create token: no token in server response"));
    }
    cx.io.line(token).await;
    Ok(())
}
