//! `kubectl logs`
//!
//! Upstream: `kubectl/pkg/cmd/logs/logs.go`, `kubectl/pkg/polymorphichelpers/logsforobject.go`

use podground_api::object::{self, array_at, str_at};
use podground_api::{Body, Method, Request, Response};
use podground_sim::channel;
use serde_json::Value;

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;

const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

/// Where one stream of lines comes from.
struct Source {
    pod: String,
    path: String,
    container: String,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let selector = args.text("selector");
    let mut container = args.text("container").to_owned();
    let words = match args.words.as_slice() {
        [] if selector.is_empty() => return Err(args.usage(USAGE)),
        [] => Vec::new(),
        [_, ..] if !selector.is_empty() => {
            return Err(args.usage("only a selector (-l) or a POD name is allowed"));
        }
        [pod] => vec![pod.clone()],
        [pod, name] => {
            if !container.is_empty() {
                return Err(args.usage("only one of -c or an inline [CONTAINER] arg is allowed"));
            }
            container.clone_from(name);
            vec![pod.clone()]
        }
        _ => return Err(args.usage(USAGE)),
    };
    check(&args, &container)?;
    let sources = sources(cx, &args, &words, &container).await?;
    let prefix = args.is("prefix");
    if args.is("follow") && sources.len() > 1 {
        let limit = args.number("max-log-requests");
        if sources.len() as i64 > limit {
            return Err(Error::Local(format!(
                "you are attempting to follow {} log streams, but maximum allowed concurrency is {limit}, use \
                 --max-log-requests to increase the limit",
                sources.len()
            )));
        }
        return follow_all(cx, &args, sources, prefix).await;
    }
    for source in &sources {
        match open(cx, &args, source).await {
            Ok(response) => copy(cx, response, prefix.then(|| label(source))).await,
            Err(error) if args.is("ignore-errors") => {
                cx.io.err_line(format!("error: {}", error.bare())).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn check(args: &Args, container: &str) -> Result<()> {
    if args.is("all-containers") && !container.is_empty() {
        return Err(Error::local("--all-containers=true should not be specified with container name"));
    }
    if args.changed("since") && args.changed("since-time") {
        return Err(Error::local("at most one of `sinceTime` or `sinceSeconds` may be specified"));
    }
    if args.changed("since") && args.duration("since").is_zero() {
        return Err(Error::local("--since must be greater than 0"));
    }
    if args.number("tail") < -1 {
        return Err(Error::local("--tail must be greater than or equal to -1"));
    }
    if args.changed("limit-bytes") && args.number("limit-bytes") < 1 {
        return Err(Error::local("--limit-bytes must be greater than 0"));
    }
    Ok(())
}

async fn sources(cx: &Context, args: &Args, words: &[String], container: &str) -> Result<Vec<Source>> {
    let all = args.is("all-containers") || args.is("all-pods");
    let pods: Vec<Value> = if words.is_empty() {
        let mut query = Query::from_args(cx, args, &["pods".to_owned()])?;
        query.all = false;
        let infos = query.infos(cx).await?;
        infos.into_iter().map(|info| (*info.object).clone()).collect()
    } else {
        let info: Info = pods::target(cx, args, words).await?;
        if args.is("all-pods") && info.mapping.kind != "Pod" {
            let selector = pods::selector_of(&info)?;
            let pods = pods::select(cx, &info.namespace, &selector).await?;
            if !pods.is_empty() {
                cx.io.err_line(format!("Found {} pods, using all of them", pods.len())).await;
            }
            pods
        } else {
            vec![(*pods::pod_of(cx, &info, args.duration("pod-running-timeout"), true).await?).clone()]
        }
    };
    let mut sources = Vec::new();
    for pod in &pods {
        let source = |container: String| Source {
            pod: object::name(pod).to_owned(),
            path: pods::path(pod),
            container,
        };
        if all {
            for list in ["initContainers", "containers", "ephemeralContainers"] {
                for entry in array_at(pod, &format!("/spec/{list}")) {
                    sources.push(source(str_at(entry, "/name").to_owned()));
                }
            }
        } else if container.is_empty() {
            sources.push(source(pods::container(cx, pod, "", false).await?));
        } else {
            sources.push(source(container.to_owned()));
        }
    }
    Ok(sources)
}

async fn open(cx: &Context, args: &Args, source: &Source) -> Result<Response> {
    let mut request = Request::new(Method::Get, format!("{}/log", source.path));
    request = request.with_query("container", &source.container);
    for flag in ["follow", "previous", "timestamps"] {
        if args.is(flag) {
            request = request.with_query(flag, "true");
        }
    }
    if args.changed("since") {
        request = request.with_query("sinceSeconds", args.duration("since").as_secs().max(1).to_string());
    }
    if args.changed("since-time") {
        request = request.with_query("sinceTime", args.text("since-time"));
    }
    let tail = match args.number("tail") {
        // Many pods would say too much.
        -1 if !args.text("selector").is_empty() && !args.changed("tail") => 10,
        tail => tail,
    };
    if tail >= 0 {
        request = request.with_query("tailLines", tail.to_string());
    }
    if args.number("limit-bytes") > 0 {
        request = request.with_query("limitBytes", args.number("limit-bytes").to_string());
    }
    cx.client()?.send(request).await
}

fn label(source: &Source) -> String {
    format!("[pod/{}/{}] ", source.pod, source.container)
}

async fn copy(cx: &Context, response: Response, prefix: Option<String>) {
    match response.body {
        Body::Text(text) => match prefix {
            None => cx.io.out(&text).await,
            Some(prefix) => {
                for line in text.split_inclusive('\n') {
                    cx.io.out(&format!("{prefix}{line}")).await;
                }
            }
        },
        Body::Bytes(bytes) => {
            let mut lines = Lines { prefix, rest: Vec::new() };
            while let Ok(part) = bytes.recv().await {
                cx.io.out_bytes(&lines.take(part)).await;
            }
            cx.io.out_bytes(&lines.finish()).await;
        }
        _ => {}
    }
}

/// Puts a prefix before each line of bytes that come in pieces.
struct Lines {
    prefix: Option<String>,
    rest: Vec<u8>,
}

impl Lines {
    fn take(&mut self, part: Vec<u8>) -> Vec<u8> {
        let Some(prefix) = &self.prefix else { return part };
        self.rest.extend(part);
        let mut out = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            out.extend(prefix.as_bytes());
            out.extend(self.rest.drain(..=end));
        }
        out
    }

    fn finish(&mut self) -> Vec<u8> {
        match &self.prefix {
            Some(prefix) if !self.rest.is_empty() => [prefix.as_bytes(), &self.rest].concat(),
            _ => Vec::new(),
        }
    }
}

/// Follows several streams at once; lines come as they are written.
async fn follow_all(cx: &Context, args: &Args, sources: Vec<Source>, prefix: bool) -> Result<()> {
    let (sender, receiver) = channel::unbounded();
    let mut tasks = Vec::new();
    for source in sources {
        let response = open(cx, args, &source).await?;
        let Body::Bytes(bytes) = response.body else {
            copy(cx, response, prefix.then(|| label(&source))).await;
            continue;
        };
        let sender = sender.clone();
        let mut lines =
            Lines { prefix: Some(if prefix { label(&source) } else { String::new() }), rest: Vec::new() };
        tasks.push(cx.io.0.host.sim.spawn(async move {
            while let Ok(part) = bytes.recv().await {
                let _ = sender.send(lines.take(part)).await;
            }
            let _ = sender.send(lines.finish()).await;
        }));
    }
    drop(sender);
    while let Ok(part) = receiver.recv().await {
        cx.io.out_bytes(&part).await;
    }
    drop(tasks);
    Ok(())
}
