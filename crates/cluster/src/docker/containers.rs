//! Containers: list, logs, start, stop, remove.

use std::rc::Rc;
use std::time::Duration;

use podground_shell::Signal;
use podground_sim::Time;

use super::{Call, Known, short_id};
use crate::container::Container;
use crate::kubelet::tools::listing::{ago, human, table};
use crate::kubelet::tools::listing_logs;
use crate::kubelet::tools::options::Options;

/// What `docker ps` says of a container.
pub(super) fn status(container: &Container, now: Time) -> String {
    match (container.exit(), container.started()) {
        (Some(exit), _) => format!("Exited ({}) {}", exit.code, ago(exit.finished, now)),
        (None, Some(started)) => format!("Up {}", human(now.since(started))),
        (None, None) => "Created".to_owned(),
    }
}

pub(super) async fn ps(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &["a", "all", "q", "quiet", "no-trunc"], &[], false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let now = call.process.host.sim.now();
    let full = options.has(&["no-trunc"]);
    let heads = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let mut ids = String::new();
    let containers: Vec<Rc<Known>> = call.docker().0.borrow().containers.clone();
    for known in containers.iter().rev() {
        let container = known.container();
        if !container.is_running() && !options.has(&["a", "all"]) {
            continue;
        }
        let id = if full { container.spec.id.clone() } else { short_id(&container.spec.id) };
        ids.push_str(&format!("{id}\n"));
        let command = container.spec.args.join(" ");
        let command = if full || command.chars().count() <= 20 {
            command
        } else {
            format!("{}…", command.chars().take(19).collect::<String>())
        };
        let published: Vec<String> = known
            .ports
            .iter()
            .filter(|_| container.is_running())
            .map(|(host, own)| format!("0.0.0.0:{host}->{own}/tcp, [::]:{host}->{own}/tcp"))
            .collect();
        let exposed = container.spec.image.config.exposed.iter();
        let open = exposed
            .filter(|port| container.is_running() && !known.ports.iter().any(|(_, own)| own == *port))
            .map(|port| format!("{port}/tcp"));
        let ports: Vec<String> = published.into_iter().chain(open).collect();
        rows.push(vec![
            id,
            known.image.clone(),
            format!("\"{command}\""),
            ago(container.created, now),
            status(&container, now),
            ports.join(", "),
            known.name.clone(),
        ]);
    }
    call.process.print(&if options.has(&["q", "quiet"]) { ids } else { table(&rows, 10) }).await;
    0
}

pub(super) async fn logs(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &["f", "follow", "t", "timestamps"], &["tail", "n"], false)
    {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let Some(wanted) = options.words.first() else { return call.missing("1 argument").await };
    let Some(known) = call.docker().find(wanted) else {
        return call.daemon(&format!("No such container: {wanted}")).await;
    };
    let tail = options.value(&["tail", "n"]).and_then(|tail| tail.parse().ok());
    let (follow, times) = (options.has(&["f", "follow"]), options.has(&["t", "timestamps"]));
    listing_logs(&call.process, &known.container(), follow, tail, times).await;
    0
}

pub(super) async fn start(call: Call) -> u8 {
    let mut result = 0;
    for wanted in &call.args {
        if wanted.starts_with('-') {
            return call.unsupported(wanted).await;
        }
        match call.docker().find(wanted) {
            Some(known) if known.container().started().is_none() => match super::run::start(&call, &known) {
                Ok(()) => call.process.print(&format!("{wanted}\n")).await,
                Err(message) => result = call.daemon(&message).await,
            },
            Some(known) if known.container().is_running() => call.process.print(&format!("{wanted}\n")).await,
            Some(known) => {
                known.begin_again();
                match super::run::start(&call, &known) {
                    Ok(()) => call.process.print(&format!("{wanted}\n")).await,
                    Err(message) => result = call.daemon(&message).await,
                }
            }
            None => result = call.daemon(&format!("No such container: {wanted}")).await,
        }
    }
    result
}

/// The options of a command about containers, at least one of which is named; else its exit status.
async fn which(
    call: &Call,
    switches: &'static [&'static str],
    valued: &'static [&'static str],
) -> Result<Options, u8> {
    match Options::parse(&call.args, switches, valued, false) {
        Ok(options) if options.words.is_empty() => Err(call.missing("at least 1 argument").await),
        Ok(options) => Ok(options),
        Err(flag) => Err(call.unsupported(&flag).await),
    }
}

/// `docker restart`
pub(super) async fn restart(call: Call) -> u8 {
    let options = match which(&call, &[], &["t", "time", "s", "signal"]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut result = 0;
    for wanted in &options.words {
        let Some(known) = call.docker().find(wanted) else {
            result = call.daemon(&format!("No such container: {wanted}")).await;
            continue;
        };
        end(&call, &known, &options).await;
        if known.container().started().is_some() {
            known.begin_again();
        }
        // The ports close with the old container's end.
        call.process.host.sim.sleep(Duration::from_millis(10)).await;
        match super::run::start(&call, &known) {
            Ok(()) => call.process.print(&format!("{wanted}\n")).await,
            Err(message) => result = call.daemon(&message).await,
        }
    }
    result
}

/// Asks a container to end, and makes it end where it does not.
async fn end(call: &Call, known: &Known, options: &Options) {
    let container = known.container();
    if !container.is_running() {
        return;
    }
    let seconds = options.value(&["t", "time"]).and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
    container.signal(container.spec.image.config.stop_signal.unwrap_or(Signal::Term));
    let patience = Duration::from_secs(seconds);
    if call.process.host.sim.timeout(patience, container.wait()).await.is_none() {
        container.kill();
        container.wait().await;
    }
}

/// `docker stop` and `docker kill`
pub(super) async fn stop(call: Call) -> u8 {
    let options = match which(&call, &[], &["t", "time", "s", "signal"]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut result = 0;
    for wanted in &options.words {
        let Some(known) = call.docker().find(wanted) else {
            result = call.daemon(&format!("No such container: {wanted}")).await;
            continue;
        };
        let container = known.container();
        if call.name == "docker kill" {
            if !container.is_running() {
                let id = &container.spec.id;
                result = call
                    .daemon(&format!("cannot kill container: {wanted}: container {id} is not running"))
                    .await;
                continue;
            }
            container.kill();
            container.wait().await;
        } else {
            end(&call, &known, &options).await;
        }
        call.process.print(&format!("{wanted}\n")).await;
    }
    result
}

pub(super) async fn rm(call: Call) -> u8 {
    let options = match which(&call, &["f", "force", "v", "volumes"], &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let docker = call.docker();
    let mut result = 0;
    for wanted in &options.words {
        let Some(known) = docker.find(wanted) else {
            result = call.daemon(&format!("No such container: {wanted}")).await;
            continue;
        };
        if known.container().is_running() {
            if !options.has(&["f", "force"]) {
                result = call
                    .daemon(&format!(
                        "cannot remove container \"{}\": container is running: stop the container before removing or force remove",
                        known.name
                    ))
                    .await;
                continue;
            }
            known.container().kill();
            known.container().wait().await;
        }
        super::run::forget(&call, &known);
        call.process.print(&format!("{wanted}\n")).await;
    }
    result
}
