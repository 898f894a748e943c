//! `kubectl create deployment`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_deployment.go`

use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let images = args.list("image");
    if images.len() > 1 && !args.after_dash().is_empty() {
        return Err(Error::local("cannot specify multiple --image options and command"));
    }
    let labels = json!({"app": name});
    let value = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": args.number("replicas"),
            "selector": {"matchLabels": labels},
            "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers(&args, images)}},
        },
        "status": {},
    });
    super::create(cx, &args, "deployments.apps", "deployment: ", value).await
}

fn containers(args: &Args, images: &[String]) -> Vec<Value> {
    let mut containers = Vec::new();
    for image in images {
        let mut container = json!({"name": container_name(image), "image": image, "resources": {}});
        if !args.after_dash().is_empty() {
            container["command"] = json!(args.after_dash());
        }
        if images.len() == 1 && args.number("port") >= 0 {
            container["ports"] = json!([{"containerPort": args.number("port")}]);
        }
        containers.push(container);
    }
    containers
}

/// The last part of an image's name, made fit for a container's name.
fn container_name(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name);
    let fit: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' })
        .collect();
    fit.trim_matches('-').to_owned()
}
