//! `kubectl set image`

use serde_json::json;

use super::{apply, each_container, pod_spec_pointer, split, targets};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    let (resources, changes) = split(&args.words);
    let images: Vec<(String, String)> = changes
        .iter()
        .filter_map(|change| change.split_once('='))
        .map(|(name, image)| (name.to_owned(), image.to_owned()))
        .collect();
    if resources.is_empty() && args.list("filename").is_empty() && args.text("kustomize").is_empty() {
        return Err(Error::local(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    if images.len() > 1 && images.iter().any(|(name, _)| name == "*") {
        return Err(Error::local(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ));
    }
    let mut items = targets(cx, &args, &resources).await?;
    if let Some(failed) = items.iter().position(Result::is_err) {
        return items.swap_remove(failed).map(|_| ());
    }
    if images.is_empty() {
        return Err(Error::local("at least one image update is required"));
    }
    apply(cx, &args, items, "image updated", |info, value| {
        let Some(pod_spec) = pod_spec_pointer(&info.mapping.kind) else {
            return Err(Error::Local(format!("{} does not have a pod template", info.kind_name())));
        };
        let mut errors = Vec::new();
        for (name, image) in &images {
            let found = each_container(value, pod_spec, name, |container| container["image"] = json!(image));
            if found == 0 {
                errors.push(Error::Local(format!("unable to find container named {name:?}")));
            }
        }
        Error::many(errors)
    })
    .await
}
