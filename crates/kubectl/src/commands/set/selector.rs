//! `kubectl set selector`

use podground_api::Selector;
use podground_api::object::{set_at, str_at};
use podground_api::selector::Operator;
use serde_json::{Map, Value, json};

use super::{apply, targets};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    let Some((expression, resources)) = args.words.split_last().filter(|(last, _)| last.contains('=')) else {
        return Err(Error::local(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    };
    let selector = Selector::parse(expression).map_err(Error::Local)?;
    let mut map = Map::new();
    for requirement in &selector.requirements {
        let is_equality = matches!(requirement.operator, Operator::Equals | Operator::DoubleEquals);
        match requirement.values.as_slice() {
            [value] if is_equality => map.insert(requirement.key.clone(), json!(value)),
            _ => return Err(Error::Local(format!("{expression:?} is not a valid label selector"))),
        };
    }
    let items = targets(cx, &args, resources).await?;
    apply(cx, &args, items, "selector updated", |info, value| {
        if info.mapping.kind != "Service" {
            return Err(Error::local("setting a selector is only supported for Services"));
        }
        set_at(value, "/spec/selector", Value::Object(map.clone()));
        let wanted = args.text("resource-version");
        let current = str_at(&info.object, "/metadata/resourceVersion");
        // Upstream sends it along, and the server compares.
        if !wanted.is_empty() && wanted != current {
            set_at(value, "/metadata/resourceVersion", json!(wanted));
        }
        Ok(())
    })
    .await
}
