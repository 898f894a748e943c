//! `docker` on a node.

use podground_api::json;
use podground_shell::{Command, Process, Signal};

use super::listing::{
    Listed, ListedSandbox, ago, containers, find, find_sandbox, human, human_size, sandboxes, table,
};
use super::options::{Options, unsupported};
use crate::container::Container;
use crate::kubelet::Kubelet;
use crate::remote;

const PAUSE: &str = "registry.k8s.io/pause:3.10.1";

/// The program.
pub(super) async fn main(kubelet: Kubelet, process: Process) -> u8 {
    let (command, rest) = match process.args.get(1).map(String::as_str) {
        // `docker container ls` and `docker image ls` are the longer names of the same.
        Some("container" | "image") => (process.args.get(2).cloned(), process.args.get(3..)),
        other => (other.map(str::to_owned), process.args.get(2..)),
    };
    let rest = rest.unwrap_or_default().to_vec();
    let image = process.args.get(1).map(String::as_str) == Some("image");
    match command.as_deref() {
        None | Some("help" | "--help") => {
            process
                .print("Usage:  docker COMMAND\n\nCommands on a node:\n  exec inspect images kill logs ps stop top version\n")
                .await;
            0
        }
        Some("ls" | "images") if image || command.as_deref() == Some("images") => {
            images(&kubelet, &process, &rest).await
        }
        Some("ps" | "ls") => ps(&kubelet, &process, &rest).await,
        Some("logs") => logs(&kubelet, &process, &rest).await,
        Some("inspect") => inspect(&kubelet, &process, &rest).await,
        Some("exec") => exec(&kubelet, &process, &rest).await,
        Some("top") => top(&kubelet, &process, &rest).await,
        Some(name @ ("kill" | "stop")) => stop(&kubelet, &process, name, &rest).await,
        Some("version" | "--version" | "-v") => {
            process
                .print(
                    "Docker version 28.3.3, build 980b856 (podground: shows the containers of containerd)\n",
                )
                .await;
            0
        }
        Some(other) => unsupported(&process, &format!("the command {other:?}"), "docker").await,
    }
}

fn node_of(process: &Process) -> String {
    process.host.hostname.borrow().clone()
}

/// The container that a command names, or the message that there is none.
async fn named(kubelet: &Kubelet, process: &Process, wanted: Option<&String>) -> Option<Listed> {
    let wanted = wanted.map_or("", String::as_str);
    let found = find(containers(kubelet, &node_of(process)), wanted);
    if found.is_none() && find_sandbox(kubelet, &node_of(process), wanted).is_some() {
        let what = format!("the pause container {wanted}");
        let command = process.args.get(1).map_or("", String::as_str);
        unsupported(process, &what, &format!("docker {command}")).await;
    } else if found.is_none() {
        process.eprint(&format!("Error response from daemon: No such container: {wanted}\n")).await;
    }
    found
}

async fn ps(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let parsed = Options::parse(
        args,
        &["a", "all", "q", "quiet", "no-trunc", "l", "latest"],
        &["f", "filter", "n", "last"],
        false,
    );
    let options = match parsed {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "docker ps").await,
    };
    let (all, full) = (options.has(&["a", "all"]), options.has(&["no-trunc"]));
    let now = process.host.sim.now();
    let filter =
        options.value(&["f", "filter"]).and_then(|filter| filter.strip_prefix("name=")).unwrap_or("");
    let id = |id: &str| if full { id.to_owned() } else { id.chars().take(12).collect() };
    let mut rows = Vec::new();
    for listed in containers(kubelet, &node_of(process)) {
        let container = &listed.container;
        if !(all || container.is_running()) || !listed.name().contains(filter) {
            continue;
        }
        let command = command_cell(&container.spec.args, full);
        rows.push((
            container.created,
            vec![
                id(&container.spec.id),
                short_image(container, full),
                command,
                ago(container.created, now),
                status(container, now),
                String::new(),
                listed.name(),
            ],
        ));
    }
    for listed in sandboxes(kubelet, &node_of(process)) {
        let worker = &listed.worker;
        let name = listed.name();
        if !name.contains(filter) {
            continue;
        }
        let start = worker.state().start_time;
        rows.push((
            start,
            vec![
                id(&listed.sandbox.id),
                PAUSE.to_owned(),
                "\"/pause\"".to_owned(),
                ago(start, now),
                format!("Up {}", human(now.since(start))),
                String::new(),
                name,
            ],
        ));
    }
    rows.sort_by_key(|(created, _)| std::cmp::Reverse(*created));
    let count = options.value(&["n", "last"]).and_then(|count| count.parse().ok());
    rows.truncate(if options.has(&["l", "latest"]) { 1 } else { count.unwrap_or(usize::MAX) });
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    if options.has(&["q", "quiet"]) {
        let ids: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        process.print(&lines(&ids)).await;
        return 0;
    }
    let head = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
    let mut shown = vec![head.map(str::to_owned).to_vec()];
    shown.extend(rows);
    process.print(&table(&shown, 10)).await;
    0
}

fn lines(words: &[&str]) -> String {
    words.iter().flat_map(|word| [*word, "\n"]).collect()
}

fn command_cell(args: &[String], full: bool) -> String {
    let text = args.join(" ");
    if full || text.chars().count() <= 20 {
        return format!("\"{text}\"");
    }
    format!("\"{}…\"", text.chars().take(19).collect::<String>())
}

/// The image as docker shows it for the kubelet's containers: by its name, without the hub's prefix.
fn short_image(container: &Container, full: bool) -> String {
    let image = &container.spec.image;
    if full {
        return image.id.clone();
    }
    let name = image.reference.to_string();
    let name = name.strip_prefix("docker.io/").unwrap_or(&name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    name.strip_suffix(":latest").unwrap_or(name).to_owned()
}

fn status(container: &Container, now: podground_sim::Time) -> String {
    match (container.exit(), container.started()) {
        (Some(exit), _) => format!("Exited ({}) {}", exit.code, ago(exit.finished, now)),
        (None, Some(started)) => format!("Up {}", human(now.since(started))),
        (None, None) => "Created".to_owned(),
    }
}

async fn images(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let options = match Options::parse(args, &["q", "quiet", "a", "all"], &[], false) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "docker images").await,
    };
    let Some(node) = kubelet.0.nodes.borrow().get(&node_of(process)).cloned() else { return 1 };
    let mut rows = vec![["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"].map(str::to_owned).to_vec()];
    let images = node.images.borrow().clone();
    for image in images.values() {
        let repository = image.reference.repository();
        let repository = repository.strip_prefix("docker.io/").unwrap_or(&repository);
        let repository = repository.strip_prefix("library/").unwrap_or(repository);
        if options.words.first().is_some_and(|wanted| wanted != repository) {
            continue;
        }
        let id: String = image.id.trim_start_matches("sha256:").chars().take(12).collect();
        let tag = if image.reference.tag().is_empty() { "<none>" } else { image.reference.tag() };
        rows.push(vec![
            repository.to_owned(),
            tag.to_owned(),
            id,
            "5 weeks ago".to_owned(),
            human_size(image.size),
        ]);
    }
    if options.has(&["q", "quiet"]) {
        let ids: Vec<&str> = rows[1..].iter().map(|row| row[2].as_str()).collect();
        process.print(&lines(&ids)).await;
        return 0;
    }
    process.print(&table(&rows, 10)).await;
    0
}

async fn logs(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let parsed = Options::parse(args, &["f", "follow", "t", "timestamps"], &["tail", "n"], false);
    let options = match parsed {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "docker logs").await,
    };
    let wanted = options.words.first().map_or("", String::as_str);
    if find_sandbox(kubelet, &node_of(process), wanted).is_some() {
        // `pause` prints nothing as long as it lives.
        if options.has(&["f", "follow"]) {
            std::future::pending::<()>().await;
        }
        return 0;
    }
    let Some(found) = named(kubelet, process, options.words.first()).await else { return 1 };
    let tail = options.value(&["tail", "n"]).and_then(|tail| tail.parse().ok());
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

async fn inspect(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let options = match Options::parse(args, &[], &[], false) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "docker inspect").await,
    };
    let mut found = Vec::new();
    let mut status = 0;
    for wanted in &options.words {
        match find(containers(kubelet, &node_of(process)), wanted) {
            Some(listed) => found.push(details(&listed)),
            None if let Some(listed) = find_sandbox(kubelet, &node_of(process), wanted) => {
                found.push(sandbox_details(&listed));
            }
            None => {
                process.eprint(&format!("Error: No such object: {wanted}\n")).await;
                status = 1;
            }
        }
    }
    let text = podground_api::json::print(&podground_api::Value::Array(found));
    process.print(&format!("{}\n", text.trim_end())).await;
    status
}

fn details(listed: &Listed) -> podground_api::Value {
    let container = &listed.container;
    let spec = &container.spec;
    let exit = container.exit();
    let env: Vec<String> = spec.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let state = if container.is_running() { "running" } else { "exited" };
    let address = listed.worker.state().pod_ip.map(|ip| ip.to_string()).unwrap_or_default();
    json!({
        "Id": spec.id,
        "Created": container.created.rfc3339(),
        "Path": spec.args.first(),
        "Args": spec.args.get(1..).unwrap_or_default(),
        "Name": format!("/{}", listed.name()),
        "Image": spec.image.id,
        "RestartCount": 0,
        "State": {
            "Status": state, "Running": container.is_running(),
            "ExitCode": exit.as_ref().map_or(0, |exit| exit.code),
            "OOMKilled": exit.as_ref().is_some_and(|exit| exit.reason == "OOMKilled"),
            "StartedAt": container.started().unwrap_or_default().rfc3339(),
            "FinishedAt": exit.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |exit| exit.finished.rfc3339()),
        },
        "Config": {
            "Hostname": listed.worker.name, "Env": env, "Cmd": spec.args, "Image": spec.image.repo_digest(),
            "WorkingDir": spec.working_directory,
            "Labels": {
                "io.kubernetes.container.name": spec.name,
                "io.kubernetes.pod.name": listed.worker.name,
                "io.kubernetes.pod.namespace": listed.worker.namespace,
                "io.kubernetes.pod.uid": listed.worker.uid,
            },
        },
        "NetworkSettings": {"IPAddress": address},
    })
}

fn sandbox_details(listed: &ListedSandbox) -> podground_api::Value {
    let state = listed.worker.state();
    let address = state.pod_ip.map(|ip| ip.to_string()).unwrap_or_default();
    json!({
        "Id": listed.sandbox.id,
        "Created": state.start_time.rfc3339(),
        "Path": "/pause",
        "Args": [],
        "Name": format!("/{}", listed.name()),
        "State": {"Status": "running", "Running": true, "ExitCode": 0, "StartedAt": state.start_time.rfc3339()},
        "Config": {
            "Hostname": listed.sandbox.hostname, "Image": PAUSE,
            "Labels": {
                "io.kubernetes.container.name": "POD",
                "io.kubernetes.pod.name": listed.worker.name,
                "io.kubernetes.pod.namespace": listed.worker.namespace,
                "io.kubernetes.pod.uid": listed.worker.uid,
            },
        },
        "NetworkSettings": {"IPAddress": address},
    })
}

async fn exec(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let parsed = Options::parse(
        args,
        &["i", "interactive", "t", "tty"],
        &["u", "user", "e", "env", "w", "workdir"],
        true,
    );
    let options = match parsed {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, "docker exec").await,
    };
    let Some(found) = named(kubelet, process, options.words.first()).await else { return 1 };
    let container = &found.container;
    if !container.is_running() {
        process
            .eprint(&format!("Error response from daemon: container {} is not running\n", container.spec.id))
            .await;
        return 1;
    }
    let words = &options.words[1..];
    if words.is_empty() {
        process.eprint("docker: 'docker exec' requires at least 2 arguments\n").await;
        return 1;
    }
    let terminal = options.has(&["t", "tty"]);
    let mut command: Command = crate::container::exec::command(container, words);
    if terminal {
        command.env.insert("TERM".to_owned(), "xterm".to_owned());
    }
    if let Some(folder) = options.value(&["w", "workdir"]) {
        folder.clone_into(&mut command.cwd);
    }
    let stdin = options.has(&["i", "interactive"]);
    match remote::run(process, &container.spec.host, command, terminal, stdin).await {
        Ok(status) => status,
        Err(error) => {
            let reason = crate::container::exec::exec_failure(&words[0], &error);
            let reason =
                reason.split_once("failed to start exec: ").map_or(reason.as_str(), |(_, reason)| reason);
            process.eprint(&format!("{reason}\n")).await;
            error.code()
        }
    }
}

async fn top(kubelet: &Kubelet, process: &Process, args: &[String]) -> u8 {
    let Some(found) = named(kubelet, process, args.first()).await else { return 1 };
    let mut rows = vec![["UID", "PID", "PPID", "CMD"].map(str::to_owned).to_vec()];
    for entry in found.container.spec.host.processes.list() {
        rows.push(vec![
            entry.uid.to_string(),
            entry.pid.to_string(),
            entry.parent.to_string(),
            entry.command.join(" "),
        ]);
    }
    process.print(&table(&rows, 10)).await;
    0
}

async fn stop(kubelet: &Kubelet, process: &Process, name: &str, args: &[String]) -> u8 {
    let options = match Options::parse(args, &[], &["t", "time", "s", "signal"], false) {
        Ok(options) => options,
        Err(flag) => return unsupported(process, &flag, &format!("docker {name}")).await,
    };
    let mut status = 0;
    for wanted in &options.words {
        let Some(found) = named(kubelet, process, Some(wanted)).await else {
            status = 1;
            continue;
        };
        let container = found.container;
        if name == "stop" {
            let seconds =
                options.value(&["t", "time"]).and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
            container.signal(container.spec.image.config.stop_signal.unwrap_or(Signal::Term));
            let patience = std::time::Duration::from_secs(seconds);
            if process.host.sim.timeout(patience, container.wait()).await.is_none() {
                container.kill();
            }
        } else {
            container.kill();
        }
        process.print(&format!("{wanted}\n")).await;
    }
    status
}
