//! `kubectl logs`
//!
//! Upstream: `kubectl/pkg/cmd/logs/logs.go`

use podground_api::object::{array_at, str_at};
use podground_api::{Body, Method, Request, duration};

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::{pods, streams};

/// One container's log.
struct Source {
    request: Request,
    prefix: String,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let selector = args.text("selector");
    if args.words.is_empty() && selector.is_empty() {
        return Err(args.usage("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"));
    }
    if !args.words.is_empty() && !selector.is_empty() {
        return Err(args.usage("only a selector (-l) or a POD name is allowed"));
    }
    if args.words.len() > 2 {
        return Err(args.usage("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"));
    }
    let mut container = args.text("container").to_owned();
    if let [_, name] = args.words.as_slice() {
        if !container.is_empty() {
            return Err(args.usage("only one of -c or an inline [CONTAINER] arg is allowed"));
        }
        container.clone_from(name);
    }
    let all = args.is("all-containers");
    if all && !container.is_empty() {
        return Err(Error::Local(format!(
            "--all-containers=true should not be specified with container name {container}"
        )));
    }
    if !args.text("since-time").is_empty() && args.changed("since") {
        return Err(Error::local("at most one of `sinceTime` or `sinceSeconds` may be specified"));
    }
    let pods = targets(cx, &args).await?;
    let mut sources = Vec::new();
    for pod in &pods {
        let containers = if all {
            ["/spec/initContainers", "/spec/containers", "/spec/ephemeralContainers"]
                .into_iter()
                .flat_map(|list| array_at(&pod.object, list))
                .map(|container| str_at(container, "/name").to_owned())
                .collect()
        } else {
            vec![streams::container_of(cx, &pod.object, &container, false).await.map_err(
                |error| match error {
                    Error::Local(text) => Error::Local(text.replace(
                        &format!("not found in pod {}", pod.name),
                        &format!("is not valid for pod {}", pod.name),
                    )),
                    other => other,
                },
            )?]
        };
        for container in containers {
            let prefix =
                if args.is("prefix") { format!("[pod/{}/{container}] ", pod.name) } else { String::new() };
            sources.push(Source { request: request(&args, pod, &container), prefix });
        }
    }
    if sources.is_empty() {
        let namespace = cx.namespace()?;
        cx.io.err_line(format!("No resources found in {namespace} namespace.")).await;
        return Ok(());
    }
    let limit = args.number("max-log-requests").max(1) as usize;
    if args.is("follow") && sources.len() > 1 {
        if sources.len() > limit {
            return Err(Error::Local(format!(
                "you are attempting to follow {} log streams, but maximum allowed concurrency is {limit}, use --max-log-requests to increase the limit",
                sources.len()
            )));
        }
        return follow_all(cx, &sources).await;
    }
    for source in &sources {
        match show(cx, source).await {
            Err(error) if args.is("ignore-errors") => {
                cx.io.err_line(format!("error: {}", error.bare())).await
            }
            other => other?,
        }
    }
    Ok(())
}

async fn targets(cx: &Context, args: &Args) -> Result<Vec<Info>> {
    let selector = !args.text("selector").is_empty();
    let words = match args.words.first() {
        None => vec!["pods".to_owned()],
        Some(word) if word.contains('/') => vec![word.clone()],
        Some(word) => vec!["pods".to_owned(), word.clone()],
    };
    let query = Query::from_args(cx, args, &words)?.with_latest();
    let query = if selector { query.with_types() } else { query };
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    if selector {
        return Ok(infos);
    }
    let Some(info) = infos.into_iter().next() else { return Ok(Vec::new()) };
    if args.is("all-pods") {
        return pods::all_of(cx, &info).await;
    }
    let is_pod = info.mapping.kind == "Pod";
    let several = if is_pod { 1 } else { pods::all_of(cx, &info).await?.len() };
    let pod = pods::one_of(cx, info).await?;
    if several > 1 {
        cx.io.err_line(format!("Found {several} pods, using pod/{}", pod.name)).await;
    }
    Ok(vec![pod])
}

fn request(args: &Args, pod: &Info, container: &str) -> Request {
    let mut request =
        Request::new(Method::Get, format!("{}/log", pod.path())).with_query("container", container);
    for (flag, name) in [("follow", "follow"), ("previous", "previous"), ("timestamps", "timestamps")] {
        if args.is(flag) {
            request = request.with_query(name, "true");
        }
    }
    if args.changed("tail") || !args.text("selector").is_empty() {
        // Selectors show little of each unless more is asked for.
        let tail = if args.changed("tail") { args.number("tail") } else { 10 };
        if tail >= 0 {
            request = request.with_query("tailLines", tail.to_string());
        }
    }
    if args.number("limit-bytes") > 0 {
        request = request.with_query("limitBytes", args.number("limit-bytes").to_string());
    }
    if args.changed("since")
        && let Some(since) = duration::parse_go(args.text("since"))
    {
        let seconds = since.as_secs() + u64::from(since.subsec_nanos() > 0);
        request = request.with_query("sinceSeconds", seconds.to_string());
    }
    if !args.text("since-time").is_empty() {
        request = request.with_query("sinceTime", args.text("since-time"));
    }
    request
}

async fn show(cx: &Context, source: &Source) -> Result<()> {
    let response = cx.client()?.send(source.request.clone()).await?;
    match response.body {
        Body::Text(text) => print(cx, &source.prefix, text.as_bytes()).await,
        Body::Bytes(bytes) => {
            while let Ok(chunk) = bytes.recv().await {
                print(cx, &source.prefix, &chunk).await;
            }
        }
        _ => return Err(Error::local("the server did not answer with a log")),
    }
    Ok(())
}

async fn print(cx: &Context, prefix: &str, bytes: &[u8]) {
    if prefix.is_empty() {
        cx.io.out_bytes(bytes).await;
        return;
    }
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        cx.io.out_bytes(&[prefix.as_bytes(), line].concat()).await;
    }
}

/// Follows several logs at once, until all end.
async fn follow_all(cx: &Context, sources: &[Source]) -> Result<()> {
    let mut running: Vec<podground_sim::LocalBoxFuture<'_, Result<()>>> = sources
        .iter()
        .map(|source| Box::pin(show(cx, source)) as podground_sim::LocalBoxFuture<'_, _>)
        .collect();
    std::future::poll_fn(|poll| {
        let mut index = 0;
        while index < running.len() {
            match running[index].as_mut().poll(poll) {
                std::task::Poll::Pending => index += 1,
                std::task::Poll::Ready(Ok(())) => drop(running.swap_remove(index)),
                std::task::Poll::Ready(Err(error)) => return std::task::Poll::Ready(Err(error)),
            }
        }
        if running.is_empty() { std::task::Poll::Ready(Ok(())) } else { std::task::Poll::Pending }
    })
    .await
}

/// Prints the log of a pod's first container, as `kubectl run` does of one that ended early.
pub(crate) async fn print_all(cx: &Context, pod: &Info) -> Result<()> {
    let container = str_at(&pod.object, "/spec/containers/0/name");
    let request = Request::new(Method::Get, format!("{}/log", pod.path())).with_query("container", container);
    show(cx, &Source { request, prefix: String::new() }).await
}
