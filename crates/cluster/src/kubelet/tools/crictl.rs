//! `crictl` on a node.

use podground_shell::{Process, Signal};

use super::listing::{ago, containers, find, human_size, sandboxes, table};
use super::options::{Options, unsupported};
use crate::kubelet::Kubelet;
use crate::remote;

/// The program.
pub(super) async fn main(kubelet: Kubelet, process: Process) -> u8 {
    let rest = process.args.get(2..).unwrap_or_default().to_vec();
    match process.args.get(1).map(String::as_str) {
        None | Some("help" | "--help" | "-h") => {
            process.print("USAGE:\n   crictl command [options] [arguments...]\n\nCOMMANDS:\n   exec images logs pods ps stop version\n").await;
            0
        }
        Some("ps") => ps(&kubelet, &process, &rest).await,
        Some("pods") => pods(&kubelet, &process, &rest).await,
        Some("images" | "image" | "img") => images(&kubelet, &process).await,
        Some("logs") => logs(&kubelet, &process, &rest).await,
        Some("exec") => exec(&kubelet, &process, &rest).await,
        Some("stop") => stop(&kubelet, &process, &rest).await,
        Some("version" | "--version" | "-v") => {
            process
                .print("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  2.1.4\nRuntimeApiVersion:  v1\n")
                .await;
            0
        }
        Some(other) => unsupported(&process, &format!("the command {other:?}"), "crictl").await,
    }
}

fn node_of(process: &Process) -> String {
    process.host.hostname.borrow().clone()
}

fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(13).collect()
}

async fn ps(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let options = match Options::parse(args, &["a", "all", "q", "quiet"], &["name", "p", "pod"], false) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "crictl ps").await,
    };
    let now = process.host.sim.now();
    let head = ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"]
        .map(str::to_owned);
    let mut rows = vec![head.to_vec()];
    let mut ids = String::new();
    for listed in containers(kubelet, &node_of(process)) {
        let container = &listed.container;
        let pod_id =
            listed.worker.state().sandbox.as_ref().map(|sandbox| short(&sandbox.id)).unwrap_or_default();
        let wanted = options.value(&["name"]).is_none_or(|name| container.name().contains(name))
            && options
                .value(&["p", "pod"])
                .is_none_or(|pod| !pod.is_empty() && pod_id.starts_with(&short(pod)));
        if !wanted || !(options.has(&["a", "all"]) || container.is_running()) {
            continue;
        }
        let state = match (container.is_running(), container.exit()) {
            (true, _) => "Running",
            (_, Some(_)) => "Exited",
            _ => "Created",
        };
        ids.push_str(&format!("{}\n", container.spec.id));
        rows.push(vec![
            short(&container.spec.id),
            short(&container.spec.image.id),
            ago(container.created, now),
            state.to_owned(),
            container.name().to_owned(),
            container.spec.attempt.to_string(),
            pod_id,
            listed.worker.name.clone(),
            listed.worker.namespace.clone(),
        ]);
    }
    process.print(&if options.has(&["q", "quiet"]) { ids } else { table(&rows, 20) }).await;
    0
}

async fn pods(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let options = match Options::parse(args, &["q", "quiet"], &["name", "namespace"], false) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "crictl pods").await,
    };
    let now = process.host.sim.now();
    let head = ["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"].map(str::to_owned);
    let mut rows = vec![head.to_vec()];
    let mut ids = String::new();
    for listed in sandboxes(kubelet, &node_of(process)) {
        let worker = &listed.worker;
        if options.value(&["name"]).is_some_and(|name| !worker.name.contains(name))
            || options.value(&["namespace"]).is_some_and(|namespace| worker.namespace != namespace)
        {
            continue;
        }
        ids.push_str(&format!("{}\n", listed.sandbox.id));
        rows.push(vec![
            short(&listed.sandbox.id),
            ago(worker.state().start_time, now),
            "Ready".to_owned(),
            worker.name.clone(),
            worker.namespace.clone(),
            "0".to_owned(),
            "(default)".to_owned(),
        ]);
    }
    process.print(&if options.has(&["q", "quiet"]) { ids } else { table(&rows, 20) }).await;
    0
}

async fn images(kubelet: &Kubelet, process: &Process) -> u8 {
    let Some(node) = kubelet.0.nodes.borrow().get(&node_of(process)).cloned() else { return 1 };
    let mut rows = vec![["IMAGE", "TAG", "IMAGE ID", "SIZE"].map(str::to_owned).to_vec()];
    let images = node.images.borrow().clone();
    for image in images.values() {
        let tag = if image.reference.tag().is_empty() { "<none>" } else { image.reference.tag() };
        rows.push(vec![
            image.reference.repository(),
            tag.to_owned(),
            short(&image.id),
            human_size(image.size),
        ]);
    }
    process.print(&table(&rows, 20)).await;
    0
}

async fn logs(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let options = match Options::parse(args, &["f", "follow", "t", "timestamps"], &["tail"], false) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "crictl logs").await,
    };
    let wanted = options.words.first().cloned().unwrap_or_default();
    let Some(found) = find(containers(kubelet, &node_of(process)), &wanted) else {
        process.eprint(&format!("E rpc error: code = NotFound desc = an error occurred when try to find container \"{wanted}\": not found\n")).await;
        return 1;
    };
    let tail = options.value(&["tail"]).and_then(|tail| tail.parse().ok());
    super::listing_logs(
        process,
        &found.container,
        options.has(&["f", "follow"]),
        tail,
        options.has(&["t", "timestamps"]),
    )
    .await;
    0
}

async fn exec(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let options = match Options::parse(args, &["i", "interactive", "t", "tty", "s", "sync"], &[], true) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "crictl exec").await,
    };
    let wanted = options.words.first().cloned().unwrap_or_default();
    let found =
        find(containers(kubelet, &node_of(process)), &wanted).filter(|found| found.container.is_running());
    let (Some(found), Some(words)) = (found, options.words.get(1..).filter(|words| !words.is_empty())) else {
        process.eprint(&format!("FATA execing command in container: container {wanted:?} not found\n")).await;
        return 1;
    };
    let command = crate::container::exec::command(&found.container, words);
    let (terminal, stdin) = (options.has(&["t", "tty"]), options.has(&["i", "interactive"]));
    match remote::run(process, &found.container.spec.host, command, terminal, stdin).await {
        Ok(status) => status,
        Err(error) => {
            process
                .eprint(&format!(
                    "FATA execing command in container: {}\n",
                    crate::container::exec::exec_failure(&words[0], &error)
                ))
                .await;
            1
        }
    }
}

async fn stop(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    for wanted in args {
        let Some(found) = find(containers(kubelet, &node_of(process)), wanted) else {
            process.eprint(&format!("E container {wanted:?} not found\n")).await;
            return 1;
        };
        found.container.signal(Signal::Term);
        let patience = std::time::Duration::from_secs(10);
        if process.host.sim.timeout(patience, found.container.wait()).await.is_none() {
            found.container.kill();
        }
        process.print(&format!("{wanted}\n")).await;
    }
    0
}
