//! `kubectl set resources`

use podground_api::Quantity;
use podground_api::object::set_at;
use serde_json::json;

use super::{apply, each_container, pod_spec_pointer, targets};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    if args.text("limits").is_empty() && args.text("requests").is_empty() {
        return Err(Error::local(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let limits = parse(args.text("limits"))?;
    let requests = parse(args.text("requests"))?;
    let items = targets(cx, &args, &args.words).await?;
    let pattern = args.text("containers").to_owned();
    apply(cx, &args, items, "resource requirements updated", |info, value| {
        let Some(pod_spec) = pod_spec_pointer(&info.mapping.kind) else {
            return Err(Error::Local(format!("{} does not have a pod template", info.kind_name())));
        };
        let found = each_container(value, pod_spec, &pattern, |container| {
            for (field, changes) in [("limits", &limits), ("requests", &requests)] {
                for (resource, quantity) in changes {
                    let pointer = format!("/resources/{field}/{}", resource.replace('/', "~1"));
                    set_at(container, &pointer, json!(quantity));
                }
            }
        });
        if found == 0 {
            return Err(Error::Local(format!("unable to find container named {pattern}")));
        }
        Ok(())
    })
    .await
}

/// `cpu=200m,memory=128Mi`
fn parse(text: &str) -> Result<Vec<(String, String)>> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (resource, quantity) = part.split_once('=').ok_or_else(|| {
                Error::Local(format!("invalid argument syntax {part}, expected <resource>=<value>"))
            })?;
            let quantity = Quantity::parse(quantity).map_err(|error| Error::Local(error.to_string()))?;
            Ok((resource.to_owned(), quantity.to_string()))
        })
        .collect()
}
