//! `kubectl rollout history`

use podground_api::object;
use serde_json::{Value, json};

use super::{each, revisions};
use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers::{self, Formats, Output};
use crate::tabwriter;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    if args.number("revision") < 0 {
        return Err(Error::Local(format!(
            "revision must be a positive integer: {}",
            args.number("revision")
        )));
    }
    let output = printers::from_args(&cx.io, &args, Formats::Usual)?;
    each(cx, &args, |info| {
        let (args, output) = (&args, &output);
        async move { one(cx, args, output.as_ref(), &info).await }
    })
    .await
}

async fn one(cx: &Context, args: &Args, output: Option<&Output>, info: &Info) -> Result<()> {
    let revisions = revisions::of(cx, info).await?;
    let wanted = args.number("revision");
    let target = info.kind_name();
    if wanted > 0 {
        let Some(revision) = revisions.iter().find(|revision| revision.number == wanted) else {
            return Err(Error::local("unable to find the specified revision"));
        };
        let mut template = revision.template.clone();
        if !revision.cause.is_empty() {
            object::set_at(
                &mut template,
                "/metadata/annotations/kubernetes.io~1change-cause",
                json!(revision.cause),
            );
        }
        if let Some(output) = output {
            return output
                .show(&cx.io, &Value::Object(Some(("template".to_owned(), template)).into_iter().collect()))
                .await;
        }
        cx.io.line(format!("{target} with revision #{wanted}")).await;
        // Upstream does not align the columns here.
        cx.io.out(&crate::describe::template_text(&template)).await;
        return Ok(());
    }
    if let Some(output) = output {
        return output.show(&cx.io, &info.object).await;
    }
    if revisions.is_empty() {
        cx.io.line(format!("{target} \nNo rollout history found.")).await;
        return Ok(());
    }
    let mut table = String::from("REVISION\tCHANGE-CAUSE\n");
    for revision in &revisions {
        let cause = if revision.cause.is_empty() { "<none>" } else { &revision.cause };
        table.push_str(&format!("{}\t{cause}\n", revision.number));
    }
    cx.io.out(&format!("{target} \n{}\n", tabwriter::align(&table, tabwriter::DESCRIBE))).await;
    Ok(())
}
