//! `kubectl drain`
//!
//! Upstream: `kubectl/pkg/drain`, `kubectl/pkg/cmd/drain/drain.go`

use std::time::Duration;

use podground_api::object::{self, array_at, at, map_at, str_at};
use podground_api::{Method, Request, Selector};
use podground_sim::Time;
use serde_json::{Value, json};

use super::common::{Change, DryRun};
use super::cordon;
use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// How often to look whether a pod is gone.
const POLL: Duration = Duration::from_secs(1);

/// How long to wait before an eviction that a budget forbids is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let mut nodes = Vec::new();
    for item in cordon::nodes(cx, &args).await? {
        nodes.push(item?);
    }
    for node in &nodes {
        cordon::set(cx, &change, node, true).await?;
    }
    let mut errors = Vec::new();
    let mut pending: Vec<&Info> = Vec::new();
    for node in &nodes {
        match one(cx, &args, &change, node).await {
            Ok(()) => {
                let done = format!("{} drained{}", node.kind_name(), change.dry_run.suffix());
                cx.io.line(done).await;
            }
            Err(error) => {
                let text = error.bare();
                let head = format!("error: unable to drain node {:?} due to error: {text}", node.name);
                cx.io.err_line(format!("{head}, continuing command...")).await;
                pending.push(node);
                errors.push(Error::Plain(text));
            }
        }
    }
    if !pending.is_empty() {
        let names: Vec<String> = pending.iter().map(|node| format!(" {}", node.name)).collect();
        cx.io.err_line(format!("There are pending nodes to be drained:\n{}", names.join("\n"))).await;
    }
    Error::many(errors)
}

/// What keeps a pod from being drained, and what is said of one that is left alone or lost.
#[derive(Default)]
struct Verdicts {
    delete: Vec<Value>,
    warnings: Vec<(&'static str, Vec<String>)>,
    errors: Vec<(&'static str, Vec<String>)>,
}

fn note(list: &mut Vec<(&'static str, Vec<String>)>, reason: &'static str, pod: &Value) {
    let name = format!("{}/{}", object::namespace(pod), object::name(pod));
    match list.iter_mut().find(|(known, _)| *known == reason) {
        Some((_, names)) => names.push(name),
        None => list.push((reason, vec![name])),
    }
}

fn sentences(list: &[(&'static str, Vec<String>)]) -> Vec<String> {
    list.iter().map(|(reason, names)| format!("{reason}: {}", names.join(", "))).collect()
}

async fn one(cx: &Context, args: &Args, change: &Change, node: &Info) -> Result<()> {
    let client = cx.client()?;
    let mut request = Request::new(Method::Get, "/api/v1/pods")
        .with_query("fieldSelector", format!("spec.nodeName={}", node.name));
    if !args.text("pod-selector").is_empty() {
        let selector = Selector::parse(args.text("pod-selector")).map_err(Error::Local)?;
        request = request.with_query("labelSelector", selector.to_string());
    }
    let list = client.json(request).await?;
    let mut verdicts = Verdicts::default();
    for pod in array_at(&list, "/items") {
        judge(cx, args, pod, &mut verdicts).await?;
    }
    if !verdicts.errors.is_empty() {
        return Err(Error::Local(sentences(&verdicts.errors).join("\n")));
    }
    if !verdicts.warnings.is_empty() {
        cx.io.err_line(format!("Warning: {}", sentences(&verdicts.warnings).join("; "))).await;
    }
    let deadline = args.duration("timeout");
    let work = evict_all(cx, args, change, &verdicts.delete);
    if deadline == Duration::ZERO {
        return work.await;
    }
    cx.io.0.host.sim.timeout(deadline, work).await.unwrap_or_else(|| {
        Err(Error::Local(format!("drain did not complete within {}", podground_api::duration::go(deadline))))
    })
}

/// Upstream: `kubectl/pkg/drain/filters.go`
async fn judge(cx: &Context, args: &Args, pod: &Value, verdicts: &mut Verdicts) -> Result<()> {
    if map_at(pod, "/metadata/annotations").is_some_and(|map| map.contains_key("kubernetes.io/config.mirror"))
    {
        return Ok(());
    }
    let finished = matches!(str_at(pod, "/status/phase"), "Succeeded" | "Failed");
    let controller = object::controller_of(pod);
    if let Some(owner) = controller.filter(|owner| str_at(owner, "/kind") == "DaemonSet") {
        let path = format!(
            "/apis/apps/v1/namespaces/{}/daemonsets/{}",
            object::namespace(pod),
            str_at(owner, "/name")
        );
        let exists = cx.client()?.get(&path).await.is_ok();
        if exists && !finished {
            if args.is("ignore-daemonsets") {
                note(&mut verdicts.warnings, "ignoring DaemonSet-managed Pods", pod);
            } else {
                let reason = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
                note(&mut verdicts.errors, reason, pod);
            }
            return Ok(());
        }
    }
    let patience = args.number("skip-wait-for-delete-timeout");
    let deleted = Time::parse_rfc3339(str_at(pod, "/metadata/deletionTimestamp"));
    if let Some(deleted) = deleted.filter(|_| patience > 0)
        && cx.io.now().since(deleted).as_secs() > patience.unsigned_abs()
    {
        return Ok(());
    }
    let mut deletable = true;
    if !finished && array_at(pod, "/spec/volumes").iter().any(|volume| map_at(volume, "/emptyDir").is_some())
    {
        if args.is("delete-emptydir-data") {
            note(&mut verdicts.warnings, "deleting Pods with local storage", pod);
        } else {
            let reason = "cannot delete Pods with local storage (use --delete-emptydir-data to override)";
            note(&mut verdicts.errors, reason, pod);
            deletable = false;
        }
    }
    if !finished && controller.is_none() {
        if args.is("force") {
            note(&mut verdicts.warnings, "deleting Pods that declare no controller", pod);
        } else {
            let reason = "cannot delete Pods that declare no controller (use --force to override)";
            note(&mut verdicts.errors, reason, pod);
            deletable = false;
        }
    }
    if deletable {
        verdicts.delete.push(pod.clone());
    }
    Ok(())
}

async fn evict_all(cx: &Context, args: &Args, change: &Change, pods: &[Value]) -> Result<()> {
    let verb = if args.is("disable-eviction") { "deleting" } else { "evicting" };
    for pod in pods {
        let (namespace, name) = (object::namespace(pod), object::name(pod));
        if change.dry_run != DryRun::None {
            let done = if verb == "evicting" { "evicted" } else { "deleted" };
            cx.io.line(format!("pod/{name} {done}{}", change.dry_run.suffix())).await;
            continue;
        }
        cx.io.err_line(format!("{verb} pod {namespace}/{name}")).await;
        remove(cx, args, pod).await?;
    }
    if change.dry_run != DryRun::None {
        return Ok(());
    }
    for pod in pods {
        wait_gone(cx, pod).await?;
        let done = if verb == "evicting" { "evicted" } else { "deleted" };
        cx.io.line(format!("pod/{} {done}", object::name(pod))).await;
    }
    Ok(())
}

async fn remove(cx: &Context, args: &Args, pod: &Value) -> Result<()> {
    let path = format!("/api/v1/namespaces/{}/pods/{}", object::namespace(pod), object::name(pod));
    let mut options = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
    if args.number("grace-period") >= 0 {
        options["gracePeriodSeconds"] = json!(args.number("grace-period"));
    }
    let client = cx.client()?;
    if args.is("disable-eviction") {
        return client.json(Request::new(Method::Delete, path).with_body(options)).await.map(|_| ());
    }
    let eviction = json!({
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": object::name(pod), "namespace": object::namespace(pod)},
        "deleteOptions": options,
    });
    loop {
        let request = Request::new(Method::Post, format!("{path}/eviction")).with_body(eviction.clone());
        match client.json(request).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.has_reason("TooManyRequests") => {
                let text = format!(
                    "error when evicting pods/{:?} -n {:?} (will retry after 5s): {}",
                    object::name(pod),
                    object::namespace(pod),
                    error.bare()
                );
                cx.io.err_line(text).await;
                cx.io.sleep(RETRY).await;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn wait_gone(cx: &Context, pod: &Value) -> Result<()> {
    let path = format!("/api/v1/namespaces/{}/pods/{}", object::namespace(pod), object::name(pod));
    loop {
        match cx.client()?.get(&path).await {
            Ok(now) if at(&now, "/metadata/uid") == at(pod, "/metadata/uid") => cx.io.sleep(POLL).await,
            Ok(_) => return Ok(()),
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
