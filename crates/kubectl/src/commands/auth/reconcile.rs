//! `kubectl auth reconcile`
//!
//! Upstream: `kubectl/pkg/cmd/auth/reconcile.go`, `component-helpers/auth/rbac/reconciliation`

use std::rc::Rc;

use podground_api::object::{self, array_at, at, set_at, str_at};
use podground_api::{Method, Request};
use serde_json::{Value, json};

use crate::builder::{Info, Query};
use crate::commands::common::{Change, DryRun};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

use super::rules;

/// Roles with this annotation set to `false` are left alone.
const AUTOUPDATE: &str = "rbac.authorization.kubernetes.io/autoupdate";

/// What was different.
#[derive(Default)]
struct Difference {
    missing: Vec<Value>,
    extra: Vec<Value>,
    operation: &'static str,
    protected: bool,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if args.list("filename").is_empty() && args.text("kustomize").is_empty() {
        return Err(Error::local("must specify one of -f and -k"));
    }
    if !args.words.is_empty() {
        return Err(Error::local("no arguments are allowed"));
    }
    let mut change = Change::from_args(cx, &args).await?;
    if args.is("dry-run") {
        change.dry_run = DryRun::Client;
    }
    let (infos, mut errors) = Query::from_args(cx, &args, &[])?.run(cx).await?.split();
    for info in &infos {
        if info.mapping.group != "rbac.authorization.k8s.io" {
            continue;
        }
        if info.mapping.version != "v1" {
            errors.push(Error::Local(format!(
                "only rbac.authorization.k8s.io/v1 is supported: not {}",
                object::api_version(&info.object)
            )));
            continue;
        }
        match one(cx, &args, &change, info).await {
            Ok(()) => {}
            Err(error) => errors.push(error),
        }
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<()> {
    let binds = info.mapping.kind.ends_with("Binding");
    let (field, remove) = if binds {
        ("subjects", args.is("remove-extra-subjects"))
    } else {
        ("rules", args.is("remove-extra-permissions"))
    };
    let mut wanted = (*info.object).clone();
    if binds {
        rules::complete_binding(&mut wanted);
    }
    let path = info.path();
    let existing = match cx.client()?.get(&path).await {
        Ok(existing) => Some(existing),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error),
    };
    let Some(existing) = existing else {
        let found = Difference {
            missing: array_at(&wanted, &format!("/{field}")).to_vec(),
            operation: "create",
            ..Difference::default()
        };
        let made = if change.dry_run == DryRun::Client {
            Rc::new(wanted)
        } else {
            ensure_namespace(cx, info).await?;
            let request = Request::new(Method::Post, info.mapping.path(&info.namespace)).with_body(wanted);
            cx.client()?.json(request).await?
        };
        return tell(cx, change, &made, &found, field, remove).await;
    };
    let mut found = Difference {
        operation: "",
        protected: object::annotation(&existing, AUTOUPDATE) == Some("false"),
        ..Difference::default()
    };
    let (have, want) = (array_at(&existing, &format!("/{field}")), array_at(&wanted, &format!("/{field}")));
    if binds {
        found.missing = want.iter().filter(|subject| !have.contains(subject)).cloned().collect();
        found.extra = have.iter().filter(|subject| !want.contains(subject)).cloned().collect();
    } else {
        found.missing = rules::uncovered(have, want);
        found.extra = rules::uncovered(want, have);
    }
    let mut result = (*existing).clone();
    let recreate = binds && at(&existing, "/roleRef") != at(&wanted, "/roleRef");
    let mut list = have.to_vec();
    list.extend(found.missing.iter().cloned());
    if remove {
        list.retain(|entry| !found.extra.contains(entry));
    }
    set_at(&mut result, &format!("/{field}"), Value::Array(list));
    for map in ["labels", "annotations"] {
        for (key, value) in at(&wanted, &format!("/metadata/{map}")).as_object().into_iter().flatten() {
            let pointer = format!("/metadata/{map}/{}", key.replace('~', "~0").replace('/', "~1"));
            if at(&result, &pointer).is_null() {
                set_at(&mut result, &pointer, value.clone());
            }
        }
    }
    if recreate {
        set_at(&mut result, "/roleRef", at(&wanted, "/roleRef").clone());
        found.operation = "recreate";
    } else if result != *existing {
        found.operation = "update";
    }
    let made = if found.operation.is_empty() || found.protected || change.dry_run == DryRun::Client {
        Rc::new(result)
    } else if recreate {
        let options = json!({
            "kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": object::uid(&existing)},
        });
        cx.client()?.json(Request::new(Method::Delete, path).with_body(options)).await?;
        for field in ["resourceVersion", "uid", "creationTimestamp", "managedFields"] {
            object::remove_at(&mut result, &format!("/metadata/{field}"));
        }
        let request = Request::new(Method::Post, info.mapping.path(&info.namespace)).with_body(result);
        cx.client()?.json(request).await?
    } else {
        cx.client()?.json(Request::new(Method::Put, path).with_body(result)).await?
    };
    tell(cx, change, &made, &found, field, remove).await
}

/// Upstream makes the namespace of what it creates.
async fn ensure_namespace(cx: &Context, info: &Info) -> Result<()> {
    if info.namespace.is_empty() {
        return Ok(());
    }
    let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": info.namespace}});
    match cx.client()?.json(Request::new(Method::Post, "/api/v1/namespaces").with_body(body)).await {
        Err(error) if !error.has_reason("AlreadyExists") => Err(error),
        _ => Ok(()),
    }
}

async fn tell(
    cx: &Context,
    change: &Change,
    value: &Value,
    found: &Difference,
    field: &str,
    remove: bool,
) -> Result<()> {
    change.tell(cx, value, "reconciled").await?;
    if found.operation.is_empty() {
        return Ok(());
    }
    let caveat =
        if found.protected { format!(", but object opted out ({AUTOUPDATE}: false)") } else { String::new() };
    let mut text = format!("\treconciliation required {}{caveat}\n", found.operation);
    let shown = |entry: &Value| {
        if field == "subjects" {
            let part = |name: &str| str_at(entry, name).to_owned();
            format!(
                "{{Kind:{} APIGroup:{} Name:{} Namespace:{}}}",
                part("/kind"),
                part("/apiGroup"),
                part("/name"),
                part("/namespace")
            )
        } else {
            rules::shown(entry)
        }
    };
    let mut add = |title: String, entries: &[Value]| {
        if !entries.is_empty() {
            text.push_str(&format!("\t{title}:\n"));
            for entry in entries {
                text.push_str(&format!("\t\t{}\n", shown(entry)));
            }
        }
    };
    add(format!("missing {field} added"), &found.missing);
    if remove {
        add(format!("extra {field} removed"), &found.extra);
    }
    cx.io.err(&text).await;
    Ok(())
}
