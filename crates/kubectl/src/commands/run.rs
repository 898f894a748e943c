//! `kubectl run`
//!
//! Upstream: `kubectl/pkg/cmd/run/run.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{self, set_at, str_at};
use podground_api::patch::apply_merge_patch;
use podground_api::yaml;
use serde_json::{Map, Value, json};

use super::common::{Change, DryRun};
use super::delete::{Deletion, delete};
use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::streams::{self, Streams};
use crate::waiting::{self, Outcome};

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let Some((name, rest)) = args.words.split_first() else {
        return Err(args.usage("NAME is required for run"));
    };
    if args.dash == Some(0) {
        return Err(args.usage("NAME is required for run"));
    }
    let interactive = args.is("stdin");
    if args.is("tty") && !interactive {
        return Err(Error::local("-i/--stdin is required for containers with -t/--tty=true"));
    }
    if !args.text("port").is_empty() && args.text("port").parse::<i64>().is_err() {
        return Err(Error::Local(format!("strconv.Atoi: parsing {:?}: invalid syntax", args.text("port"))));
    }
    let restart = match args.text("restart") {
        "" => "Always",
        policy @ ("Always" | "OnFailure" | "Never") => policy,
        other => return Err(args.usage(format!("invalid restart policy: {other}"))),
    };
    let attach = if args.changed("attach") { args.is("attach") } else { interactive };
    let remove = args.is("rm");
    if remove && !attach {
        return Err(Error::local("--rm should only be used for attached containers"));
    }
    let mut change = Change::from_args(cx, &args).await?;
    if attach && change.dry_run != DryRun::None {
        return Err(Error::local(
            "--dry-run can't be used with attached containers options (--attach, --stdin, or --tty)",
        ));
    }
    if let Some(output) = &mut change.output {
        output.go_order = true;
    }
    if args.is("expose") && args.number("port") <= 0 {
        return Err(args.usage("--port must be set when exposing a service"));
    }
    let pod = overridden(&args, pod(&args, name, rest, restart)?)?;
    let mapper = cx.mapper().await?;
    if args.is("expose") {
        expose(cx, &change, &args, &pod).await?;
    }
    let mapping = mapper.for_argument("pods")?;
    let namespace = cx.namespace()?;
    let created = change.create(cx, &mapping, &namespace, Rc::new(pod)).await?;
    if !attach {
        return change.tell(cx, &created, "created").await;
    }
    let mut info = Info { mapping, namespace, name: name.clone(), source: String::new(), object: created };
    let result = attach_to(cx, &args, &mut info).await;
    if remove {
        let deletion = Deletion {
            grace: None,
            propagation: "Background",
            dry_run: DryRun::None,
            names_only: false,
            quiet: args.is("quiet"),
        };
        delete(cx, &info, &deletion).await?;
    }
    result
}

fn pod(args: &Args, name: &str, rest: &[String], restart: &str) -> Result<Value> {
    let mut labels = Map::new();
    if args.text("labels").is_empty() {
        labels.insert("run".to_owned(), json!(name));
    } else {
        for label in args.text("labels").split(',') {
            let (key, value) = label
                .split_once('=')
                .ok_or_else(|| Error::Local(format!("unexpected label spec: {label}")))?;
            labels.insert(key.to_owned(), json!(value));
        }
    }
    let mut container = json!({"name": name, "image": args.text("image"), "resources": {}});
    if !rest.is_empty() {
        container[if args.is("command") { "command" } else { "args" }] = json!(rest);
    }
    let mut env = Vec::new();
    for variable in args.list("env") {
        let (key, value) = variable
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| Error::Local(format!("invalid env: {variable}")))?;
        env.push(json!({"name": key, "value": value}));
    }
    if !env.is_empty() {
        container["env"] = Value::Array(env);
    }
    if args.number("port") > 0 {
        container["ports"] = json!([{"containerPort": args.number("port")}]);
    }
    if !args.text("image-pull-policy").is_empty() {
        container["imagePullPolicy"] = json!(args.text("image-pull-policy"));
    }
    if args.is("stdin") {
        container["stdin"] = json!(true);
        if restart == "Never" || args.is("stdin") && !args.is("leave-stdin-open") {
            container["stdinOnce"] = json!(true);
        }
    }
    if args.is("tty") {
        container["tty"] = json!(true);
    }
    if args.is("privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
        "status": {},
    });
    for annotation in args.list("annotations") {
        let (key, value) = annotation
            .split_once('=')
            .ok_or_else(|| Error::Local(format!("invalid annotation: {annotation}")))?;
        set_at(&mut pod, &format!("/metadata/annotations/{}", key.replace('/', "~1")), json!(value));
    }
    Ok(pod)
}

/// `--overrides`, a merge patch unless `--override-type` says otherwise.
fn overridden(args: &Args, pod: Value) -> Result<Value> {
    let text = args.text("overrides");
    if text.is_empty() {
        return Ok(pod);
    }
    let patch = yaml::load(text).map_err(|error| Error::Local(format!("invalid overrides: {error}")))?;
    match args.text("override-type") {
        "" | "merge" => Ok(apply_merge_patch(&pod, &patch)),
        "json" => podground_api::patch::apply_json_patch(&pod, &patch).map_err(Error::Local),
        "strategic" => podground_api::patch::apply_strategic_merge_patch(
            podground_api::Schema::builtin(),
            "core.v1.Pod",
            &pod,
            &patch,
        )
        .map_err(Error::Local),
        other => Err(Error::Local(format!("invalid override type: {other}"))),
    }
}

async fn expose(cx: &Context, change: &Change, args: &Args, pod: &Value) -> Result<()> {
    let port = args.number("port");
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": object::name(pod)},
        "spec": {
            "ports": [{"port": port, "protocol": "TCP", "targetPort": port}],
            "selector": object::at(pod, "/metadata/labels"),
        },
        "status": {"loadBalancer": {}},
    });
    let mapping = cx.mapper().await?.for_argument("services")?;
    let created = change.create(cx, &mapping, &cx.namespace()?, Rc::new(service)).await?;
    let is_yaml = change.output.is_some();
    change.tell(cx, &created, "created").await?;
    if is_yaml {
        cx.io.line("---").await;
    }
    Ok(())
}

/// Waits for the container and connects to it; if it has ended by then, shows its log.
async fn attach_to(cx: &Context, args: &Args, info: &mut Info) -> Result<()> {
    let timeout = match args.duration("pod-running-timeout") {
        Duration::ZERO => Duration::from_secs(60),
        timeout => timeout,
    };
    let deadline = cx.io.now() + timeout;
    let outcome = waiting::until(cx, info, deadline, |pod| {
        let phase = pod.map_or("", |pod| str_at(pod, "/status/phase"));
        Ok(matches!(phase, "Running" | "Succeeded" | "Failed"))
    })
    .await?;
    let Outcome::Met(Some(pod)) = outcome else {
        return Err(Error::local("timed out waiting for the condition"));
    };
    info.set(pod);
    let phase = str_at(&info.object, "/status/phase").to_owned();
    if phase == "Running" {
        if !args.is("quiet") && args.is("stdin") {
            let text = "All commands and output from this session will be recorded in container logs, including \
                        credentials and sensitive information passed through the command prompt.\n\
                        If you don't see a command prompt, try pressing enter.";
            cx.io.err_line(text).await;
        }
        let container = str_at(&info.object, "/spec/containers/0/name").to_owned();
        let streams = Streams { stdin: args.is("stdin"), tty: args.is("tty"), ..Streams::default() };
        streams::attach(cx, info, &container, &streams).await?;
    } else {
        super::logs::print_all(cx, info).await?;
    }
    exit_status(cx, info).await
}

/// The exit status of the pod's container becomes kubectl's, if the pod is not restarted.
async fn exit_status(cx: &Context, info: &Info) -> Result<()> {
    if str_at(&info.object, "/spec/restartPolicy") == "Always" {
        return Ok(());
    }
    let deadline = cx.io.now() + Duration::from_secs(60);
    let outcome = waiting::until(cx, info, deadline, |pod| {
        let phase = pod.map_or("Failed", |pod| str_at(pod, "/status/phase"));
        Ok(matches!(phase, "Succeeded" | "Failed"))
    })
    .await?;
    let Outcome::Met(Some(pod)) = outcome else { return Ok(()) };
    let code = object::i64_at(&pod, "/status/containerStatuses/0/state/terminated/exitCode").unwrap_or(0);
    match code {
        0 => Ok(()),
        code => {
            cx.io.err_line(format!("pod {}/{} terminated (Error)", info.namespace, info.name)).await;
            Err(Error::Exit(code as u8))
        }
    }
}
