//! `kubectl cluster-info dump`
//!
//! Upstream: `kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go`

use podground_api::object::{self, array_at, str_at};
use podground_api::{Body, Method, Request};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;
use crate::printers::{self, Formats, Output};

/// What is dumped of a namespace: the file, and where it is.
const PARTS: &[(&str, &str, &str)] = &[
    ("events", "/api/v1", "events"),
    ("replication-controllers", "/api/v1", "replicationcontrollers"),
    ("services", "/api/v1", "services"),
    ("daemonsets", "/apis/apps/v1", "daemonsets"),
    ("deployments", "/apis/apps/v1", "deployments"),
    ("replicasets", "/apis/apps/v1", "replicasets"),
    ("pods", "/api/v1", "pods"),
];

/// Where things go: standard output or files of a directory.
struct Target<'a> {
    cx: &'a Context,
    directory: &'a str,
    extension: &'static str,
}

impl Target<'_> {
    async fn write(&self, name: &str, extension: &str, text: &str) -> Result<()> {
        if matches!(self.directory, "" | "-") {
            self.cx.io.out(text).await;
            return Ok(());
        }
        let path = format!("{}/{name}{extension}", self.directory.trim_end_matches('/'));
        self.cx
            .io
            .write_file(&path, text.as_bytes())
            .map_err(|why| Error::Local(format!("open {path}: {why}")))
    }

    async fn list(&self, output: &Output, name: &str, path: &str) -> Result<Value> {
        let list = self.cx.client()?.get(path).await?;
        let (text, done) = output.print(&list);
        self.write(name, self.extension, &text).await?;
        done?;
        Ok((*list).clone())
    }
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let output = printers::from_args(&cx.io, &args, Formats::Usual)?
        .ok_or_else(|| Error::local("an output format is required"))?;
    let extension = match args.text("output") {
        "json" => ".json",
        "yaml" => ".yaml",
        _ => ".txt",
    };
    let target = Target { cx, directory: args.text("output-directory"), extension };
    target.list(&output, "nodes", "/api/v1/nodes").await?;
    let namespaces: Vec<String> = if args.is("all-namespaces") {
        let list = cx.client()?.get("/api/v1/namespaces").await?;
        array_at(&list, "/items").iter().map(|item| object::name(item).to_owned()).collect()
    } else if args.list("namespaces").is_empty() {
        vec!["kube-system".to_owned(), cx.namespace()?]
    } else {
        args.list("namespaces").to_vec()
    };
    for namespace in &namespaces {
        let mut last = Value::Null;
        for (name, root, resource) in PARTS {
            let path = format!("{root}/namespaces/{namespace}/{resource}");
            last = target.list(&output, &format!("{namespace}/{name}"), &path).await?;
        }
        for pod in array_at(&last, "/items") {
            logs(&target, namespace, pod, args.duration("pod-running-timeout")).await?;
        }
    }
    if !matches!(target.directory, "" | "-") {
        cx.io.line(format!("Cluster info dumped to {}", target.directory)).await;
    }
    Ok(())
}

/// The logs of a pod's containers; what cannot be had says why in its place.
async fn logs(target: &Target<'_>, namespace: &str, pod: &Value, timeout: std::time::Duration) -> Result<()> {
    let pod_name = object::name(pod);
    let mut text = String::new();
    for container in
        ["initContainers", "containers"].iter().flat_map(|list| array_at(pod, &format!("/spec/{list}")))
    {
        let name = str_at(container, "/name");
        let frame = |word: &str| {
            format!("==== {word} logs for container {name} of pod {namespace}/{pod_name} ====\n")
        };
        text.push_str(&frame("START"));
        let request =
            Request::new(Method::Get, format!("{}/log", pods::path(pod))).with_query("container", name);
        let client = target.cx.client()?;
        match target.cx.io.0.host.sim.timeout(timeout, client.send(request)).await {
            Some(Ok(response)) => {
                if let Body::Text(log) = response.body {
                    text.push_str(&log);
                }
            }
            Some(Err(error)) => text.push_str(&format!("Request log error: {}\n", error.bare())),
            None => text.push_str("Request log error: timed out waiting for the condition\n"),
        }
        text.push_str(&frame("END"));
    }
    target.write(&format!("{namespace}/{pod_name}/logs"), ".txt", &text).await
}
