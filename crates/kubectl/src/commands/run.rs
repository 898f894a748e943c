//! `kubectl run`
//!
//! Upstream: `kubectl/pkg/cmd/run/run.go`

mod pod;

pub(crate) use pod::is_image_reference;

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{self, array_at, i64_at, set_at, str_at};
use podground_api::{patch, yaml};
use serde_json::{Value, json};

use super::common::{Change, DryRun, record, remember_applied};
use super::delete::{self, Deletion};
use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;
use crate::pods;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let mut change = Change::from_args(cx, &args).await?;
    if args.words.is_empty() || args.dash == Some(0) {
        return Err(args.usage("NAME is required for run"));
    }
    let attach = if args.changed("attach") { args.is("attach") } else { args.is("stdin") };
    check(&args, attach, change.dry_run)?;
    let mut value = pod::build(&args)?;
    if let Some(explicit) = cx.explicit_namespace() {
        set_at(&mut value, "/metadata/namespace", json!(explicit));
    }
    value = with_overrides(&args, value)?;
    if args.is("save-config") {
        remember_applied(&mut value, true);
    }
    record(&args, &mut value);
    if let Some(output) = &mut change.output {
        output.go_order = true;
    }
    let mut created: Vec<Info> = Vec::new();
    let service =
        if args.is("expose") { Some(expose(cx, &args, &change, &value, &mut created).await?) } else { None };
    let pod = send(cx, &change, "pods", value, &mut created).await?;
    if let Some(service) = service {
        change.tell(cx, &service, "created").await?;
    }
    if !attach {
        return change.tell(cx, &pod, "created").await;
    }
    let result = attached(cx, &args, &pod).await;
    if args.is("rm") {
        remove(cx, &args, &created).await?;
    }
    result
}

fn check(args: &Args, attach: bool, dry_run: DryRun) -> Result<()> {
    if args.is("rm") && !attach {
        return Err(args.usage("--rm should only be used for attached containers"));
    }
    if attach && dry_run != DryRun::None {
        return Err(args.usage(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        ));
    }
    let image = args.text("image");
    if image.is_empty() {
        return Err(Error::local("--image is required"));
    }
    if !pod::is_image_reference(image) {
        return Err(Error::Local(format!("Invalid image name {image:?}: invalid reference format")));
    }
    if args.is("tty") && !args.is("stdin") {
        return Err(args.usage("-i/--stdin is required for containers with -t/--tty=true"));
    }
    if args.is("expose") && args.text("port").is_empty() {
        return Err(args.usage("--port must be set when exposing a service"));
    }
    match args.text("image-pull-policy") {
        "" | "Always" | "IfNotPresent" | "Never" => {}
        other => return Err(args.usage(format!("invalid image pull policy: {other}"))),
    }
    match args.text("restart") {
        "" | "Always" | "OnFailure" | "Never" => Ok(()),
        other => Err(args.usage(format!("invalid restart policy: {other}"))),
    }
}

/// `--overrides`
fn with_overrides(args: &Args, value: Value) -> Result<Value> {
    let text = args.text("overrides");
    if text.is_empty() {
        return Ok(value);
    }
    let wrong = |why: String| Error::Local(format!("Invalid JSON Patch/overrides: {why}"));
    let overrides = yaml::load(text).map_err(wrong)?;
    match args.text("override-type") {
        "merge" => Ok(patch::apply_merge_patch(&value, &overrides)),
        "json" => patch::apply_json_patch(&value, &overrides).map_err(Error::Local),
        "strategic" => patch::apply_strategic_merge_patch(
            podground_api::Schema::builtin(),
            "core.v1.Pod",
            &value,
            &overrides,
        )
        .map_err(Error::Local),
        other => Err(Error::Local(format!("invalid overrideType: {other}"))),
    }
}

async fn send(
    cx: &Context,
    change: &Change,
    resource: &str,
    value: Value,
    created: &mut Vec<Info>,
) -> Result<Rc<Value>> {
    let namespace = match object::namespace(&value) {
        "" => cx.namespace()?,
        namespace => namespace.to_owned(),
    };
    if change.dry_run == DryRun::Client {
        return Ok(Rc::new(value));
    }
    let mapping = cx.mapper().await?.for_argument(resource)?;
    let result = change.create(cx, &mapping, &namespace, Rc::new(value)).await?;
    created.push(Info {
        mapping,
        namespace,
        name: object::name(&result).to_owned(),
        source: String::new(),
        object: result.clone(),
    });
    Ok(result)
}

/// The service of `--expose`.
async fn expose(
    cx: &Context,
    args: &Args,
    change: &Change,
    pod: &Value,
    created: &mut Vec<Info>,
) -> Result<Rc<Value>> {
    let port: i64 = args.text("port").parse().unwrap_or_default();
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": object::name(pod)},
        "spec": {
            "ports": [{"port": port, "protocol": "TCP", "targetPort": port}],
            "selector": object::at(pod, "/metadata/labels"),
        },
        "status": {"loadBalancer": {}},
    });
    if !object::namespace(pod).is_empty() {
        service["metadata"]["namespace"] = json!(object::namespace(pod));
    }
    send(cx, change, "services", service, created).await
}

/// Waits for the pod, joins its streams, and gives its exit status.
async fn attached(cx: &Context, args: &Args, pod: &Value) -> Result<()> {
    let mapping: Rc<Mapping> = cx.mapper().await?.for_argument("pods")?;
    let timeout = match args.duration("pod-running-timeout") {
        Duration::ZERO => Duration::from_mins(1),
        timeout => timeout,
    };
    let is_up = |pod: &Value| str_at(pod, "/status/phase") == "Running" || pods::is_over(pod);
    let quiet = args.is("quiet");
    let pod = pods::wait(cx, &mapping, pod, Some(timeout), is_up).await?;
    let container = str_at(&pod, "/spec/containers/0/name").to_owned();
    let is_running = str_at(&pod, "/status/phase") == "Running";
    let mut fell_back = !is_running;
    if is_running
        && let Err(error) =
            super::attach::attach(cx, &pod, &container, args.is("stdin"), args.is("tty"), quiet).await
    {
        super::attach::fall_back(cx, &pod, &error).await;
        fell_back = true;
    }
    if fell_back {
        let mut log = args.clone();
        log.words = vec![object::name(&pod).to_owned()];
        log.set("container", &container);
        log.set("follow", "true");
        log.set("selector", "");
        log.set("tail", "-1");
        super::logs::run(cx, log).await?;
    }
    if args.is("leave-stdin-open") || !matches!(args.text("restart"), "OnFailure" | "Never") {
        return Ok(());
    }
    let pod = pods::wait(cx, &mapping, &pod, None, pods::is_over).await?;
    if str_at(&pod, "/status/phase") == "Succeeded" {
        return Ok(());
    }
    let (namespace, name) = (object::namespace(&pod), object::name(&pod));
    let ended = array_at(&pod, "/status/containerStatuses")
        .first()
        .map(|status| object::at(status, "/state/terminated"));
    match ended.and_then(|ended| Some((ended, i64_at(ended, "/exitCode")?))) {
        Some((ended, code)) if code != 0 => {
            let (reason, message) = (str_at(ended, "/reason"), str_at(ended, "/message"));
            let text = format!("pod {namespace}/{name} terminated ({reason})\n{message}");
            Err(Error::WithStatus(Box::new(Error::Plain(text)), code as u8))
        }
        _ => Err(Error::Local(format!("pod {namespace}/{name} failed with unknown exit code"))),
    }
}

async fn remove(cx: &Context, args: &Args, created: &[Info]) -> Result<()> {
    // Upstream: run.go Complete: of the flags for deletion, only the propagation counts.
    let deletion = Deletion {
        grace: None,
        propagation: delete::cascade(cx, args.text("cascade")).await?,
        dry_run: DryRun::None,
        names_only: false,
        quiet: args.is("quiet"),
    };
    for info in created {
        match delete::delete(cx, info, &deletion).await {
            Err(error) if error.is_not_found() => {}
            done => {
                done?;
            }
        }
    }
    Ok(())
}
