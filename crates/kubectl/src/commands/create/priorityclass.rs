//! `kubectl create priorityclass`

use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let mut value = json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
        "value": args.number("value"), "preemptionPolicy": args.text("preemption-policy"),
    });
    if args.is("global-default") {
        value["globalDefault"] = json!(true);
    }
    if !args.text("description").is_empty() {
        value["description"] = json!(args.text("description"));
    }
    super::create(cx, &args, "priorityclasses", "priorityclass: ", value).await
}
