//! The container that `kubectl debug` adds or changes.

use podground_api::object::{self, array_at, i64_at, set_at, str_at};
use podground_api::{Schema, patch};
use serde_json::{Value, json};

use super::bare_copy;
use super::profile::{Profile, Style};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// What a call asks for.
pub(super) struct Wanted<'a> {
    pub(super) cx: &'a Context,
    pub(super) args: &'a Args,
    pub(super) profile: &'a Profile,
    /// `--custom`
    pub(super) custom: Option<&'a Value>,
}

/// Whether a text can name an image.
pub(super) fn is_image(text: &str) -> bool {
    crate::commands::run::is_image_reference(text)
}

/// `--set-image`: pairs of container and image.
pub(super) fn set_images(args: &Args) -> Result<Vec<(String, String)>> {
    pairs(args, "set-image")
}

fn pairs(args: &Args, flag: &str) -> Result<Vec<(String, String)>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(Error::Local(format!(
            "invalid argument {text:?} for \"--{flag}\" flag: {text} must be formatted as key=value"
        ))),
    };
    args.list(flag).iter().map(pair).collect()
}

/// The container of that name in a pod.
pub(super) fn find<'a>(pod: &'a Value, name: &str) -> Option<&'a Value> {
    array_at(pod, "/spec/containers").iter().find(|container| str_at(container, "/name") == name)
}

impl Wanted<'_> {
    /// Five letters that no other name here has.
    pub(super) fn suffix(&self) -> String {
        let process = &self.cx.io.0;
        process.host.sim.rng("kubectl-debug", &[&process.pid.to_string()]).name_suffix(5)
    }

    /// `--container`, or a new name, which is then told.
    pub(super) async fn name(&self, pod: &Value) -> String {
        let given = self.args.text("container");
        if !given.is_empty() {
            return given.to_owned();
        }
        let mut name = format!("debugger-{}", self.suffix());
        while crate::pods::has_container(pod, &name) {
            name.push('x');
        }
        if !self.args.is("quiet") {
            self.cx.io.line(format!("Defaulting debug container name to {name}.")).await;
        }
        name
    }

    /// A container of the image that was asked for.
    pub(super) fn new_container(&self, name: &str) -> Value {
        let mut container = json!({"name": name, "resources": {}, "terminationMessagePolicy": "File"});
        self.fill(&mut container);
        container
    }

    /// Image, command, environment and streams, as the flags say.
    fn fill(&self, container: &mut Value) {
        let args = self.args;
        if !args.after_dash().is_empty() {
            let field = if args.is("arguments-only") { "args" } else { "command" };
            if field == "command" {
                object::remove_at(container, "/args");
            }
            container[field] = json!(args.after_dash());
        }
        let env: Vec<Value> = pairs(args, "env")
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        if !env.is_empty() {
            container["env"] = Value::Array(env);
        }
        for (flag, field) in [("image", "image"), ("image-pull-policy", "imagePullPolicy")] {
            if !args.text(flag).is_empty() {
                container[field] = json!(args.text(flag));
            }
        }
        for field in ["stdin", "tty"] {
            object::remove_at(container, &format!("/{field}"));
            if args.is(field) {
                container[field] = json!(true);
            }
        }
    }

    /// The copy of `--copy-to`, and the container to join.
    ///
    /// Upstream: `debug.go generatePodCopyWithDebugContainer`
    pub(super) async fn copy(&self, pod: &Value) -> Result<(Value, String)> {
        let args = self.args;
        let mut copy = bare_copy(pod, args.text("copy-to"));
        if args.changed("share-processes") {
            set_at(&mut copy, "/spec/shareProcessNamespace", json!(args.is("share-processes")));
        }
        if !args.is("same-node") {
            object::remove_at(&mut copy, "/spec/nodeName");
        }
        let images = set_images(args)?;
        let image_of = |name: &str| images.iter().find(|(known, _)| known == name).map(|(_, image)| image);
        for container in
            copy.pointer_mut("/spec/containers").and_then(Value::as_array_mut).into_iter().flatten()
        {
            if let Some(image) = image_of(str_at(container, "/name")).or_else(|| image_of("*")) {
                container["image"] = json!(image);
            }
        }
        let mut name = args.text("container").to_owned();
        if !crate::pods::has_container(&copy, &name) {
            if args.text("image").is_empty() {
                if images.is_empty() {
                    return Err(Error::local("you must specify image when creating new container"));
                }
                return Ok((copy, String::new()));
            }
            name = self.name(&copy).await;
            let added = json!({"name": name, "resources": {}, "terminationMessagePolicy": "File"});
            if let Some(list) = copy.pointer_mut("/spec/containers").and_then(Value::as_array_mut) {
                list.push(added);
            }
        }
        self.profile.of_copy(&mut copy);
        for list in ["containers", "initContainers"] {
            let Some(Value::Array(containers)) = copy.pointer_mut(&format!("/spec/{list}")) else { continue };
            if let Some(container) = containers.iter_mut().find(|entry| str_at(entry, "/name") == name) {
                self.fill(container);
                self.profile.of_container(container, Style::Copy);
                self.customize(container)?;
            }
        }
        Ok((copy, name))
    }

    /// Applies `--custom`.
    pub(super) fn customize(&self, container: &mut Value) -> Result<()> {
        let Some(custom) = self.custom else { return Ok(()) };
        let changed =
            patch::apply_strategic_merge_patch(Schema::builtin(), "core.v1.Container", container, custom)
                .map_err(|why| {
                    Error::Local(format!("error creating three way patch to add debug container: {why}"))
                })?;
        *container = changed;
        Ok(())
    }

    /// What a profile grants may not help a user other than root.
    ///
    /// Upstream: `debug.go displayWarning`
    pub(super) async fn warn_of_user(&self, container: &Value, pod: &Value) {
        let is_root = |value: Option<i64>| value == Some(0);
        let of_pod = i64_at(pod, "/spec/securityContext/runAsUser");
        let privileged = object::bool_at(container, "/securityContext/privileged");
        let capable = !array_at(container, "/securityContext/capabilities/add").is_empty();
        if of_pod.is_none()
            || is_root(of_pod)
            || is_root(i64_at(container, "/securityContext/runAsUser"))
            || !(privileged || capable)
        {
            return;
        }
        self.cx
            .io
            .err_line(
                "Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by \
                 debug profile may not work. Please consider using \"--custom\" with a custom profile that specifies \
                 \"securityContext.runAsUser: 0\".",
            )
            .await;
    }
}
