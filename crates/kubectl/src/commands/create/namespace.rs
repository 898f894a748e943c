//! `kubectl create namespace`

use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let value = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {}, "status": {}});
    super::create(cx, &args, "namespaces", "", value).await
}
