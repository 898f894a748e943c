//! `kubectl create job`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_job.go`

use podground_api::object;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let (image, from) = (args.text("image"), args.text("from"));
    if image.is_empty() == from.is_empty() {
        return Err(Error::local("either --image or --from must be specified"));
    }
    if !from.is_empty() && !args.after_dash().is_empty() {
        return Err(Error::local("cannot specify --from and command"));
    }
    let value = if from.is_empty() {
        from_image(name, image, args.after_dash())
    } else {
        from_cron_job(cx, name, from).await?
    };
    super::create(cx, &args, "jobs.batch", "job: ", value).await
}

fn from_image(name: &str, image: &str, command: &[String]) -> Value {
    let mut container = json!({"name": name, "image": image, "resources": {}});
    if !command.is_empty() {
        container["command"] = json!(command);
    }
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name},
        "spec": {"template": {"metadata": {}, "spec": {"containers": [container], "restartPolicy": "Never"}}},
        "status": {},
    })
}

async fn from_cron_job(cx: &Context, name: &str, from: &str) -> Result<Value> {
    let query = crate::builder::Query {
        words: vec![from.to_owned()],
        namespace: cx.namespace()?,
        fetch: true,
        ..crate::builder::Query::default()
    };
    let infos = query.infos(cx).await?;
    let [info] = infos.as_slice() else { return Err(Error::local("from must be an existing cronjob")) };
    let cron_job = &info.object;
    if object::kind(cron_job) != "CronJob" {
        return Err(Error::Local(format!("unknown object type {}", object::kind(cron_job))));
    }
    let template = object::at(cron_job, "/spec/jobTemplate");
    let mut annotations = object::at(template, "/metadata/annotations").clone();
    if !annotations.is_object() {
        annotations = json!({});
    }
    annotations["cronjob.kubernetes.io/instantiate"] = json!("manual");
    let mut value = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "name": name, "annotations": annotations,
            "ownerReferences": [{
                "apiVersion": "batch/v1", "kind": "CronJob", "name": object::name(cron_job),
                "uid": object::uid(cron_job), "controller": true,
            }],
        },
        "spec": object::at(template, "/spec"), "status": {},
    });
    if let labels @ Value::Object(_) = object::at(template, "/metadata/labels") {
        value["metadata"]["labels"] = labels.clone();
    }
    Ok(value)
}
