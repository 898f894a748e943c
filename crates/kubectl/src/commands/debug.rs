//! `kubectl debug`
//!
//! Upstream: `kubectl/pkg/cmd/debug/debug.go`

mod containers;
mod profile;

use std::rc::Rc;

use podground_api::object::{self, array_at, set_at, str_at};
use podground_api::{Method, Request, yaml};
use serde_json::{Value, json};

use super::common::PatchType;
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;

use containers::{Wanted, is_image, set_images};

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let attach = if args.changed("attach") { args.is("attach") } else { args.is("stdin") };
    let profile = profile::Profile::from_args(&args)?;
    let custom = custom(cx, &args)?;
    check(cx, &args, custom.as_ref()).await?;
    if args.text("profile") == "legacy" {
        cx.io
            .err_line(
                "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify \
                 other profile, for example \"--profile=general\".",
            )
            .await;
    }
    let words = if args.dash == Some(0) { &[] } else { args.before_dash() };
    let query = Query { latest: true, ..Query::from_args(cx, &args, words)?.of("pods") };
    let infos = query.infos(cx).await?;
    for info in &infos {
        let wanted = Wanted { cx, args: &args, profile: &profile, custom: custom.as_ref() };
        let (pod, container) = match info.mapping.kind.as_str() {
            "Node" => on_node(&wanted, info).await?,
            "Pod" if !args.text("copy-to").is_empty() => in_copy(&wanted, info).await?,
            "Pod" => in_pod(&wanted, info).await?,
            _ => {
                let mapping = &info.mapping;
                let kind = format!("{}/{}, Kind={}", mapping.group, mapping.version, mapping.kind);
                return Err(Error::Local(format!("{kind:?} not supported by debug")));
            }
        };
        if attach && !container.is_empty() {
            join(cx, &args, &pod, &container).await?;
        }
    }
    Ok(())
}

/// `--custom`: a part of a container's spec.
fn custom(cx: &Context, args: &Args) -> Result<Option<Value>> {
    let file = args.text("custom");
    if file.is_empty() {
        return Ok(None);
    }
    let bytes = cx.io.read(file).map_err(|why| {
        Error::Local(format!("must pass a container spec json file for custom profile: open {file}: {why}"))
    })?;
    match yaml::load(&String::from_utf8_lossy(&bytes)) {
        Ok(value) if value.is_object() => Ok(Some(value)),
        Ok(_) => Err(Error::Local(format!("{file} does not contain a valid container spec"))),
        Err(why) => Err(Error::Local(format!("{file} does not contain a valid container spec: {why}"))),
    }
}

/// Upstream: `debug.go Validate`
async fn check(cx: &Context, args: &Args, custom: Option<&Value>) -> Result<()> {
    let local = |text: &str| Err(Error::local(text));
    let (image, images) = (args.text("image"), set_images(args)?);
    let has_command = !args.after_dash().is_empty();
    if args.is("attach") && image.is_empty() && args.text("container").is_empty() {
        return local(
            "you must specify --container or create a new container using --image in order to attach.",
        );
    }
    let copies = !args.text("copy-to").is_empty();
    if copies {
        if image.is_empty() && images.is_empty() && !has_command {
            return local("you must specify --image, --set-image or command arguments.");
        }
        if has_command && args.text("container").is_empty() && image.is_empty() {
            return local("you must specify an existing container or a new image when specifying args.");
        }
    } else {
        for flag in ["replace", "same-node", "set-image"] {
            if args.is(flag) || flag == "set-image" && !images.is_empty() {
                return Err(Error::Local(format!("--{flag} may only be used with --copy-to.")));
            }
        }
        if image.is_empty() {
            return local("you must specify --image when not using --copy-to.");
        }
    }
    if !image.is_empty() && !is_image(image) {
        return Err(Error::Local(format!("invalid image name {image:?}: invalid reference format")));
    }
    if args.before_dash().is_empty() && args.list("filename").is_empty() {
        return local("NAME or filename is required for debug");
    }
    match args.text("image-pull-policy") {
        "" | "Always" | "IfNotPresent" | "Never" => {}
        other => return Err(Error::Local(format!("invalid image pull policy: {other}"))),
    }
    for (name, image) in &images {
        if !is_image(image) {
            return Err(Error::Local(format!(
                "invalid image name {image:?} for container {name:?}: invalid reference format"
            )));
        }
    }
    let target = args.text("target");
    if !target.is_empty() {
        if copies {
            return local("--target is incompatible with --copy-to. Use --share-processes instead.");
        }
        if !args.is("quiet") {
            cx.io
                .line(format!(
                    "Targeting container {target:?}. If you don't see processes from this container it may be because \
                     the container runtime doesn't support this feature."
                ))
                .await;
        }
    }
    if args.is("tty") && !args.is("stdin") {
        return local("-i/--stdin is required for containers with -t/--tty=true");
    }
    let fixed = ["name", "command", "image", "lifecycle", "volumeDevices"];
    if custom.is_some_and(|custom| fixed.iter().any(|field| custom.get(*field).is_some())) {
        return local(
            "name, command, image, lifecycle and volume devices are not modifiable via custom profile",
        );
    }
    Ok(())
}

/// Adds an ephemeral container to a pod that runs.
async fn in_pod(wanted: &Wanted<'_>, info: &Info) -> Result<(Rc<Value>, String)> {
    let (cx, args) = (wanted.cx, wanted.args);
    let name = wanted.name(&info.object).await;
    let mut container = wanted.new_container(&name);
    if !args.text("target").is_empty() {
        container["targetContainerName"] = json!(args.text("target"));
    }
    wanted.profile.of_container(&mut container, profile::Style::Ephemeral);
    wanted.customize(&mut container)?;
    wanted.warn_of_user(&container, &info.object).await;
    // As upstream's two-way patch: what is there stays before what is new.
    let mut order: Vec<Value> = array_at(&info.object, "/spec/ephemeralContainers")
        .iter()
        .map(|known| json!({"name": str_at(known, "/name")}))
        .collect();
    order.push(json!({"name": name}));
    let patch = json!({
        "spec": {"$setElementOrder/ephemeralContainers": order, "ephemeralContainers": [container]},
    });
    let request = Request::new(Method::Patch, format!("{}/ephemeralcontainers", info.path()))
        .with_header("content-type", PatchType::Strategic.media_type())
        .with_body(patch);
    let pod = cx.client()?.json(request).await?;
    Ok((pod, name))
}

/// Makes a copy of a pod that is changed, or has one container more.
async fn in_copy(wanted: &Wanted<'_>, info: &Info) -> Result<(Rc<Value>, String)> {
    let (cx, args) = (wanted.cx, wanted.args);
    let (copy, container) = wanted.copy(&info.object).await?;
    if let Some(container) = containers::find(&copy, &container) {
        wanted.warn_of_user(container, &copy).await;
    }
    let path = info.mapping.path(&info.namespace);
    let pod = cx.client()?.json(Request::new(Method::Post, path).with_body(copy)).await?;
    if args.is("replace") {
        let options = json!({"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0});
        cx.client()?.json(Request::new(Method::Delete, info.path()).with_body(options)).await?;
    }
    Ok((pod, container))
}

/// Makes a pod in a node's own namespaces, with its file system at `/host`.
async fn on_node(wanted: &Wanted<'_>, info: &Info) -> Result<(Rc<Value>, String)> {
    let (cx, args) = (wanted.cx, wanted.args);
    let container = match args.text("container") {
        "" => "debugger",
        name => name,
    };
    let name = format!("node-debugger-{}-{}", info.name, wanted.suffix());
    if !args.is("quiet") {
        let text = format!("Creating debugging pod {name} with container {container} on node {}.", info.name);
        cx.io.line(text).await;
    }
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}},
        "spec": {
            "containers": [wanted.new_container(container)],
            "nodeName": info.name, "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}],
        },
    });
    wanted.profile.of_node_pod(&mut pod);
    if let Some(container) = pod.pointer_mut("/spec/containers/0") {
        wanted.profile.of_container(container, profile::Style::Node);
        wanted.customize(container)?;
    }
    let path = format!("/api/v1/namespaces/{}/pods", cx.namespace()?);
    let pod = cx.client()?.json(Request::new(Method::Post, path).with_body(pod)).await?;
    Ok((pod, container.to_owned()))
}

/// Waits for the container and joins it; what has ended already shows its log.
async fn join(cx: &Context, args: &Args, pod: &Value, container: &str) -> Result<()> {
    let mapping = cx.mapper().await?.for_argument("pods")?;
    let state = |pod: &Value, name: &str| {
        ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"].iter().any(|list| {
            array_at(pod, &format!("/status/{list}")).iter().any(|status| {
                str_at(status, "/name") == container
                    && !object::at(status, &format!("/state/{name}")).is_null()
            })
        })
    };
    let pod =
        pods::wait(cx, &mapping, pod, None, |pod| state(pod, "running") || state(pod, "terminated")).await?;
    if !state(&pod, "terminated") {
        let quiet = args.is("quiet");
        let joined =
            super::attach::attach(cx, &pod, container, args.is("stdin"), args.is("tty"), quiet).await;
        let Err(error) = joined else { return Ok(()) };
        if matches!(error, Error::WithStatus(..)) {
            return Err(error);
        }
        super::attach::fall_back(cx, &pod, &error).await;
    }
    let request =
        Request::new(Method::Get, format!("{}/log", pods::path(&pod))).with_query("container", container);
    if let podground_api::Body::Text(text) = cx.client()?.send(request).await?.body {
        cx.io.out(&text).await;
    }
    Ok(())
}

/// A copy of an object's spec without what the server wrote.
fn bare_copy(pod: &Value, name: &str) -> Value {
    let mut copy = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": object::namespace(pod)},
        "spec": object::at(pod, "/spec").clone(),
    });
    for field in ["labels", "annotations"] {
        let value = object::at(pod, &format!("/metadata/{field}"));
        if !value.is_null() {
            set_at(&mut copy, &format!("/metadata/{field}"), value.clone());
        }
    }
    object::remove_at(&mut copy, "/spec/ephemeralContainers");
    copy
}
