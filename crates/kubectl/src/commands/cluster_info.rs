//! `kubectl cluster-info`

pub(crate) mod dump;

use podground_api::object::{self, array_at, i64_at, label, str_at};

use crate::context::Context;
use crate::error::Result;
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unknown command {:?}", args.words.join(" "))));
    }
    let client = cx.client()?;
    let path = "/api/v1/namespaces/kube-system/services?labelSelector=kubernetes.io/cluster-service=true";
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (name, value) = query.split_once('=').unwrap_or_default();
    let request = podground_api::Request::new(podground_api::Method::Get, path).with_query(name, value);
    let services = client.json(request).await?;
    let (green, yellow, plain) =
        if cx.io.terminal(1).is_some() { ("\x1b[0;32m", "\x1b[0;33m", "\x1b[0m") } else { ("", "", "") };
    let line = |name: &str, url: &str| format!("{green}{name}{plain} is running at {yellow}{url}{plain}\n");
    let mut text = line("Kubernetes control plane", client.server());
    for service in array_at(&services, "/items") {
        let name = label(service, "kubernetes.io/name").unwrap_or(object::name(service));
        let ports = array_at(service, "/spec/ports");
        let mut target = object::name(service).to_owned();
        if let [port] = ports {
            let scheme = if i64_at(port, "/port") == Some(443) { "https:" } else { "" };
            let port_name = str_at(port, "/name");
            target = format!("{scheme}{target}:{port_name}");
        } else if let Some(port) = ports.first() {
            target = format!("{target}:{}", str_at(port, "/name"));
        }
        let url = format!(
            "{}/api/v1/namespaces/{}/services/{target}/proxy",
            client.server(),
            object::namespace(service)
        );
        text.push_str(&line(name, &url));
    }
    text.push_str("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    cx.io.out(&text).await;
    Ok(())
}
