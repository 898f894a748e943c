//! `kubectl create poddisruptionbudget`

use podground_api::Selector;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let (minimum, maximum, selector) =
        (args.text("min-available"), args.text("max-unavailable"), args.text("selector"));
    if selector.is_empty() {
        return Err(Error::local("a selector must be specified"));
    }
    if minimum.is_empty() && maximum.is_empty() {
        return Err(Error::local("one of min-available or max-unavailable must be specified"));
    }
    if !minimum.is_empty() && !maximum.is_empty() {
        return Err(Error::local("min-available and max-unavailable cannot be both specified"));
    }
    let mut spec = json!({"selector": label_selector(selector)?});
    if minimum.is_empty() {
        spec["maxUnavailable"] = int_or_text(maximum);
    } else {
        spec["minAvailable"] = int_or_text(minimum);
    }
    let value = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec,
        "status": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
    });
    super::create(cx, &args, "poddisruptionbudgets", "poddisruptionbudgets: ", value).await
}

fn int_or_text(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

/// A selector of the command line as the object's field.
///
/// Upstream: `apimachinery/pkg/apis/meta/v1/helpers.go ParseToLabelSelector`
pub(crate) fn label_selector(text: &str) -> Result<Value> {
    Selector::parse(text)
        .map_err(|why| Error::Local(format!("couldn't parse the selector string {text:?}: {why}")))?;
    let mut labels = serde_json::Map::new();
    for part in text.split(',') {
        match part.split_once("==").or_else(|| part.split_once('=')) {
            Some((key, value)) if !part.contains("!=") => {
                labels.insert(key.trim().to_owned(), json!(value.trim()));
            }
            _ => return Err(Error::unsupported("set-based --selector of \"kubectl create\"")),
        }
    }
    Ok(json!({"matchLabels": labels}))
}
