//! `kubectl rollout status`
//!
//! Upstream: `kubectl/pkg/polymorphichelpers/rollout_status.go`

use std::time::Duration;

use podground_api::object::{self, at, condition, i64_at, str_at};
use podground_api::{Body, Method, Request};
use serde_json::Value;

use super::targets;
use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    let items = targets(cx, &args).await?;
    if items.is_empty() {
        cx.io.err_line("error: no resources found").await;
        return Ok(());
    }
    let mut errors = Vec::new();
    for item in items {
        let result = match item {
            Ok(info) => one(cx, &args, &info).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            errors.push(error);
        }
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, info: &Info) -> Result<()> {
    let revision = args.number("revision");
    let view = |object: &Value| view(info, object, revision);
    let (text, done) = view(&info.object)?;
    cx.io.out(&text).await;
    if done || !args.is("watch") {
        return Ok(());
    }
    let timeout = args.duration("timeout");
    let waiting = watch(cx, info, &view);
    let result = if timeout == Duration::ZERO {
        Some(waiting.await)
    } else {
        cx.io.0.host.sim.timeout(timeout, waiting).await
    };
    result.unwrap_or_else(|| Err(Error::local("timed out waiting for the condition")))
}

async fn watch(cx: &Context, info: &Info, view: &dyn Fn(&Value) -> Result<(String, bool)>) -> Result<()> {
    let request = Request::new(Method::Get, info.mapping.path(&info.namespace))
        .with_query("watch", "true")
        .with_query("fieldSelector", format!("metadata.name={}", info.name))
        .with_query("resourceVersion", str_at(&info.object, "/metadata/resourceVersion"));
    let response = cx.client()?.send(request).await?;
    let Body::Events(events) = response.body else {
        return Err(Error::local("the server did not answer with a watch"));
    };
    while let Ok(event) = events.recv().await {
        match str_at(&event, "/type") {
            "ADDED" | "MODIFIED" => {
                let (text, done) = view(at(&event, "/object"))?;
                cx.io.out(&text).await;
                if done {
                    return Ok(());
                }
            }
            "DELETED" => return Err(Error::local("object has been deleted")),
            _ => {}
        }
    }
    Err(Error::local("watch closed before UntilWithoutRetry timeout"))
}

/// What to say of an object, and whether its rollout is done.
fn view(info: &Info, object: &Value, revision: i64) -> Result<(String, bool)> {
    match info.mapping.kind.as_str() {
        "Deployment" => deployment(object, revision),
        "DaemonSet" => daemon_set(object),
        "StatefulSet" => stateful_set(object),
        kind => Err(Error::Local(format!("no status viewer has been implemented for {kind}"))),
    }
}

fn number(object: &Value, pointer: &str) -> i64 {
    i64_at(object, pointer).unwrap_or(0)
}

fn is_observed(object: &Value) -> bool {
    number(object, "/metadata/generation") <= number(object, "/status/observedGeneration")
}

fn deployment(object: &Value, revision: i64) -> Result<(String, bool)> {
    let name = object::name(object);
    if revision > 0 {
        let current = object::annotation(object, "deployment.kubernetes.io/revision")
            .and_then(|text| text.parse::<i64>().ok())
            .unwrap_or(0);
        if current != revision {
            return Err(Error::Local(format!(
                "desired revision ({revision}) is different from the running revision ({current})"
            )));
        }
    }
    if !is_observed(object) {
        return Ok(("Waiting for deployment spec update to be observed...\n".to_owned(), false));
    }
    if condition(object, "Progressing").is_some_and(|c| str_at(c, "/reason") == "ProgressDeadlineExceeded") {
        return Err(Error::Local(format!("deployment {name:?} exceeded its progress deadline")));
    }
    let wanted = number(object, "/spec/replicas");
    let (updated, total, available) = (
        number(object, "/status/updatedReplicas"),
        number(object, "/status/replicas"),
        number(object, "/status/availableReplicas"),
    );
    let waiting =
        |text: String| Ok((format!("Waiting for deployment {name:?} rollout to finish: {text}...\n"), false));
    if updated < wanted {
        return waiting(format!("{updated} out of {wanted} new replicas have been updated"));
    }
    if total > updated {
        return waiting(format!("{} old replicas are pending termination", total - updated));
    }
    if available < updated {
        return waiting(format!("{available} of {updated} updated replicas are available"));
    }
    Ok((format!("deployment {name:?} successfully rolled out\n"), true))
}

fn daemon_set(object: &Value) -> Result<(String, bool)> {
    let name = object::name(object);
    if str_at(object, "/spec/updateStrategy/type") != "RollingUpdate" {
        return Err(Error::local("rollout status is only available for RollingUpdate strategy type"));
    }
    if !is_observed(object) {
        return Ok(("Waiting for daemon set spec update to be observed...\n".to_owned(), false));
    }
    let wanted = number(object, "/status/desiredNumberScheduled");
    let updated = number(object, "/status/updatedNumberScheduled");
    let available = number(object, "/status/numberAvailable");
    if updated < wanted {
        let text = format!(
            "Waiting for daemon set {name:?} rollout to finish: {updated} out of {wanted} new pods have been updated...\n"
        );
        return Ok((text, false));
    }
    if available < wanted {
        let text = format!(
            "Waiting for daemon set {name:?} rollout to finish: {available} of {wanted} updated pods are available...\n"
        );
        return Ok((text, false));
    }
    Ok((format!("daemon set {name:?} successfully rolled out\n"), true))
}

fn stateful_set(object: &Value) -> Result<(String, bool)> {
    if str_at(object, "/spec/updateStrategy/type") != "RollingUpdate" {
        return Err(Error::local("rollout status is only available for RollingUpdate strategy type"));
    }
    if number(object, "/status/observedGeneration") == 0 || !is_observed(object) {
        return Ok(("Waiting for statefulset spec update to be observed...\n".to_owned(), false));
    }
    let wanted = number(object, "/spec/replicas");
    let ready = number(object, "/status/readyReplicas");
    let updated = number(object, "/status/updatedReplicas");
    if ready < wanted {
        return Ok((format!("Waiting for {} pods to be ready...\n", wanted - ready), false));
    }
    if let Some(partition) = i64_at(object, "/spec/updateStrategy/rollingUpdate/partition").filter(|p| *p > 0)
    {
        if updated < wanted - partition {
            let text = format!(
                "Waiting for partitioned roll out to finish: {updated} out of {} new pods have been updated...\n",
                wanted - partition
            );
            return Ok((text, false));
        }
        return Ok((
            format!("partitioned roll out complete: {updated} new pods have been updated...\n"),
            true,
        ));
    }
    let revision = str_at(object, "/status/updateRevision");
    if revision != str_at(object, "/status/currentRevision") {
        let text = format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision {revision}...\n"
        );
        return Ok((text, false));
    }
    let current = number(object, "/status/currentReplicas");
    let text = format!(
        "statefulset rolling update complete {current} pods at revision {}...\n",
        str_at(object, "/status/currentRevision")
    );
    Ok((text, true))
}
