//! Lifecycle hooks.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};
use podground_programs::http;
use podground_shell::SpawnError;

use super::config::port_number;
use super::spec;
use super::worker::Worker;
use crate::container::Container;
use crate::container::exec;

impl Worker {
    /// Runs a hook to its end; the error is for the kubelet's own log.
    pub(super) async fn run_hook(&self, hook: &Value, container: &Rc<Container>) -> Result<(), String> {
        let sim = &self.kubelet.0.sim;
        if !at(hook, "/exec").is_null() {
            let args: Vec<String> =
                array_at(hook, "/exec/command").iter().filter_map(Value::as_str).map(str::to_owned).collect();
            return match exec::capture(sim, container, &args).await {
                Ok(done) if done.code == 0 => Ok(()),
                Ok(done) => Err(format!("command exited with {}", done.code)),
                Err(SpawnError::NotFound) if container.spec.image.stand_in => Ok(()),
                Err(error) => Err(exec::exec_failure(args.first().map_or("", String::as_str), &error)),
            };
        }
        if !at(hook, "/sleep").is_null() {
            let seconds = i64_at(hook, "/sleep/seconds").unwrap_or(0);
            self.sleep(Duration::from_secs(u64::try_from(seconds).unwrap_or(0))).await;
            return Ok(());
        }
        let get = at(hook, "/httpGet");
        if get.is_null() {
            return Ok(());
        }
        let pod = self.pod();
        let spec = spec::container(&pod, container.name()).ok_or("container is gone")?;
        let port = port_number(spec, at(get, "/port")).ok_or("unknown port")?;
        let host = match str_at(get, "/host") {
            "" => self.state().pod_ip.map(|ip| IpAddr::V4(ip).to_string()).unwrap_or_default(),
            host => host.to_owned(),
        };
        let url = http::Url {
            scheme: "http".to_owned(),
            user: None,
            host,
            port,
            path: match str_at(get, "/path") {
                "" => "/".to_owned(),
                path => path.to_owned(),
            },
            query: None,
        };
        let network = self.node.host(&self.kubelet).network.clone();
        let asked = http::get(&*network, &url, "kube-lifecycle/1.36");
        match sim.timeout(Duration::from_secs(30), asked).await {
            Some(Ok(response)) if response.status < 400 => Ok(()),
            Some(Ok(response)) => Err(format!("status {}", response.status)),
            Some(Err(error)) => Err(format!("{error:?}")),
            None => Err("timed out".to_owned()),
        }
    }
}
