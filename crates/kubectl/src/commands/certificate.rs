//! `kubectl certificate approve` and `kubectl certificate deny`
//!
//! Upstream: `kubectl/pkg/cmd/certificates/certificates.go`

use podground_api::object::{array_at, str_at};
use podground_api::{Method, Request};
use serde_json::{Value, json};

use super::common::Change;
use crate::builder::{Info, Query};
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("approve", "Approve a certificate signing request", |cx, args| {
        Box::pin(run(cx, args, &APPROVE))
    }),
    Command::new("deny", "Deny a certificate signing request", |cx, args| Box::pin(run(cx, args, &DENY))),
];

/// A verdict and the one that rules it out.
struct Verdict {
    condition: &'static str,
    opposite: &'static str,
    reason: &'static str,
    message: &'static str,
    done: &'static str,
}

const APPROVE: Verdict = Verdict {
    condition: "Approved",
    opposite: "Denied",
    reason: "KubectlApprove",
    message: "This CSR was approved by kubectl certificate approve.",
    done: "approved",
};

const DENY: Verdict = Verdict {
    condition: "Denied",
    opposite: "Approved",
    reason: "KubectlDeny",
    message: "This CSR was denied by kubectl certificate deny.",
    done: "denied",
};

async fn run(cx: &Context, args: Args, verdict: &Verdict) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    if args.words.is_empty() && args.list("filename").is_empty() && args.text("kustomize").is_empty() {
        return Err(Error::local("one or more CSRs must be specified as <name> or -f <filename>"));
    }
    let query = Query::from_args(cx, &args, &args.words)?.of("certificatesigningrequests").with_latest();
    let (infos, mut errors) = query.run(cx).await?.split();
    let mut found = 0;
    for info in &infos {
        match one(cx, info, verdict, args.is("force")).await {
            Ok(()) => {
                found += 1;
                change.tell(cx, &info.object, verdict.done).await?;
            }
            Err(error) => errors.push(error),
        }
    }
    if found == 0 && errors.is_empty() {
        cx.io.line("No resources found").await;
    }
    Error::many(errors)
}

async fn one(cx: &Context, info: &Info, verdict: &Verdict, force: bool) -> Result<()> {
    if info.mapping.kind != "CertificateSigningRequest" {
        return Err(Error::Local(format!(
            "can only handle CertificateSigningRequest.certificates.k8s.io objects, got {}",
            info.mapping.group_kind_lower()
        )));
    }
    let mut request = (*info.object).clone();
    let conditions = array_at(&request, "/status/conditions");
    let has = |kind: &str| conditions.iter().any(|condition| str_at(condition, "/type") == kind);
    if has(verdict.opposite) {
        return Err(Error::Local(format!(
            "certificate signing request {:?} is already {}",
            info.name, verdict.opposite
        )));
    }
    let decided = has(verdict.condition);
    if decided && !force {
        return Ok(());
    }
    if !decided {
        let mut conditions = conditions.to_vec();
        conditions.push(json!({
            "type": verdict.condition, "status": "True", "reason": verdict.reason,
            "message": verdict.message, "lastUpdateTime": cx.io.now().rfc3339(),
        }));
        podground_api::object::set_at(&mut request, "/status/conditions", Value::Array(conditions));
    }
    let path = format!("{}/approval", info.path());
    cx.client()?.json(Request::new(Method::Put, path).with_body(request)).await?;
    Ok(())
}
