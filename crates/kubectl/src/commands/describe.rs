//! `kubectl describe`
//!
//! Upstream: `kubectl/pkg/cmd/describe/describe.go`

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::describe::describe;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let query = Query::from_args(cx, &args, &args.words)?.with_types().with_latest();
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(
            "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of \
             supported resources.",
        ));
    }
    let (mut infos, mut errors) = query.run(cx).await?.split();
    if let ([error], [resource, prefix], true) = (errors.as_slice(), args.words.as_slice(), infos.is_empty())
        && error.is_not_found()
    {
        let all = Query { words: vec![resource.clone()], ..query.clone() };
        let (found, _) = all.run(cx).await?.split();
        infos = found.into_iter().filter(|info| info.name.starts_with(prefix.as_str())).collect();
        if !infos.is_empty() {
            errors.clear();
        }
    }
    // One object that cannot be read keeps all others from being told.
    if !errors.is_empty() {
        infos.clear();
    }
    let nothing = infos.is_empty() && errors.is_empty();
    for (index, info) in infos.iter().enumerate() {
        if index > 0 {
            cx.io.out("\n\n").await;
        }
        if let Err(error) = one(cx, info, args.is("show-events")).await {
            errors.push(error);
        }
    }
    if nothing {
        let text = if query.all_namespaces {
            "No resources found".to_owned()
        } else {
            format!("No resources found in {} namespace.", query.namespace)
        };
        cx.io.err_line(text).await;
    }
    Error::many(errors)
}

async fn one(cx: &Context, info: &Info, show_events: bool) -> Result<()> {
    let text = describe(cx, &info.object, show_events).await?;
    cx.io.out(&text).await;
    Ok(())
}
