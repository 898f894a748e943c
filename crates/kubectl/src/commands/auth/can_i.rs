//! `kubectl auth can-i`

use podground_api::object::{array_at, bool_at, str_at};
use podground_api::{Method, Request};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::tabwriter;

const GROUP: &str = "/apis/authorization.k8s.io/v1";

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if args.is("list") {
        if !args.words.is_empty() {
            return Err(Error::local("list option must be specified with no arguments"));
        }
        return list(cx, &args).await;
    }
    let [verb, rest @ ..] = args.words.as_slice() else {
        return Err(Error::local(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let (target, name) = match rest {
        [target] => (target.as_str(), ""),
        [target, name] => (target.as_str(), name.as_str()),
        _ => {
            return Err(Error::local(
                "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
            ));
        }
    };
    let spec = if target.starts_with('/') {
        json!({"nonResourceAttributes": {"verb": verb, "path": target}})
    } else {
        resource(cx, &args, verb, target, name).await?
    };
    let body = json!({"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {}, "spec": spec});
    let request = Request::new(Method::Post, format!("{GROUP}/selfsubjectaccessreviews")).with_body(body);
    let answer = cx.client()?.json(request).await?;
    let allowed = bool_at(&answer, "/status/allowed");
    if !args.is("quiet") {
        let mut text = if allowed { "yes" } else { "no" }.to_owned();
        for (pointer, word) in [("/status/reason", ""), ("/status/evaluationError", "error: ")] {
            let reason = str_at(&answer, pointer);
            if !allowed && !reason.is_empty() {
                text.push_str(&format!(" - {word}{reason}"));
            }
        }
        cx.io.line(text).await;
    }
    if allowed { Ok(()) } else { Err(Error::Exit(1)) }
}

async fn resource(cx: &Context, args: &Args, verb: &str, target: &str, name: &str) -> Result<Value> {
    let (target, name) = match target.split_once('/') {
        Some((target, name)) => (target, name),
        None => (target, name),
    };
    let (mut group, mut resource, mut namespaced) = (String::new(), target.to_owned(), true);
    if target != "*" {
        match cx.mapper().await?.for_argument(target) {
            Ok(mapping) => {
                group.clone_from(&mapping.group);
                resource.clone_from(&mapping.resource);
                namespaced = mapping.namespaced;
                if !mapping.can(verb) && verb != "*" && args.text("subresource").is_empty() {
                    cx.io.err_line(format!("Warning: verb '{verb}' is not a known verb\n").trim_end()).await;
                }
            }
            Err(_) => {
                cx.io
                    .err_line(format!("Warning: the server doesn't have a resource type '{target}'\n"))
                    .await;
            }
        }
    }
    if !namespaced && cx.explicit_namespace().is_none() {
        cx.io
            .err_line(format!(
                "Warning: resource '{resource}' is not namespace scoped{}\n",
                if group.is_empty() { String::new() } else { format!(" in group '{group}'") }
            ))
            .await;
    }
    let namespace = if args.is("all-namespaces") || !namespaced { String::new() } else { cx.namespace()? };
    let mut attributes = json!({"verb": verb, "resource": resource});
    for (field, value) in [
        ("namespace", namespace.as_str()),
        ("group", &group),
        ("name", name),
        ("subresource", args.text("subresource")),
    ] {
        if !value.is_empty() {
            attributes[field] = json!(value);
        }
    }
    Ok(json!({"resourceAttributes": attributes}))
}

async fn list(cx: &Context, args: &Args) -> Result<()> {
    let body = json!({
        "kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {},
        "spec": {"namespace": cx.namespace()?},
    });
    let request = Request::new(Method::Post, format!("{GROUP}/selfsubjectrulesreviews")).with_body(body);
    let answer = cx.client()?.json(request).await?;
    let mut text = String::new();
    if !args.is("no-headers") {
        text.push_str("Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
    }
    let words = |rule: &Value, field: &str| {
        let words: Vec<&str> =
            array_at(rule, &format!("/{field}")).iter().filter_map(Value::as_str).collect();
        format!("[{}]", words.join(" "))
    };
    let mut rows: Vec<(String, String, String, String)> = Vec::new();
    for rule in array_at(&answer, "/status/resourceRules") {
        for resource in array_at(rule, "/resources") {
            for group in array_at(rule, "/apiGroups") {
                let (resource, group) =
                    (resource.as_str().unwrap_or_default(), group.as_str().unwrap_or_default());
                let name = match (resource.split_once('/'), group) {
                    (_, "") => resource.to_owned(),
                    (Some((resource, sub)), group) => format!("{resource}.{group}/{sub}"),
                    (None, group) => format!("{resource}.{group}"),
                };
                rows.push((name, "[]".to_owned(), words(rule, "resourceNames"), words(rule, "verbs")));
            }
        }
    }
    for rule in array_at(&answer, "/status/nonResourceRules") {
        for url in array_at(rule, "/nonResourceURLs") {
            let url = format!("[{}]", url.as_str().unwrap_or_default());
            rows.push((String::new(), url, "[]".to_owned(), words(rule, "verbs")));
        }
    }
    rows.sort_by(|left, right| right.0.cmp(&left.0).reverse());
    for (resource, url, names, verbs) in rows {
        text.push_str(&format!("{resource}\t{url}\t{names}\t{verbs}\n"));
    }
    cx.io.out(&tabwriter::align(&text, tabwriter::TABLE)).await;
    Ok(())
}
