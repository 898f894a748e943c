//! `kubectl create cronjob`

use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let restart = match args.text("restart") {
        "" => "OnFailure",
        restart => restart,
    };
    let mut container = json!({"name": name, "image": args.text("image"), "resources": {}});
    if !args.after_dash().is_empty() {
        container["command"] = json!(args.after_dash());
    }
    let value = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name},
        "spec": {
            "schedule": args.text("schedule"),
            "jobTemplate": {
                "metadata": {"name": name},
                "spec": {"template": {
                    "metadata": {}, "spec": {"containers": [container], "restartPolicy": restart},
                }},
            },
        },
        "status": {},
    });
    super::create(cx, &args, "cronjobs.batch", "cronjob: ", value).await
}
