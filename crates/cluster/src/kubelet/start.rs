//! Starting a container: image, configuration, process, hook, probes.

use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{at, str_at};

use super::probes::{self, Health};
use super::spec;
use super::worker::Worker;
use crate::container::Container;
use crate::controllers::support::EventType;

/// How often a pod that waits for something is looked at again.
const RESYNC: (u64, u64) = (10_000, 13_000);

impl Worker {
    /// Takes a container as far as it goes now; the answer is when to look again.
    // Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer
    pub(super) async fn start_container(self: &Rc<Self>, pod: &Value, spec: &Value) -> Option<Duration> {
        let name = str_at(spec, "/name");
        if let Some(wait) = self.crash_back_off(name) {
            return Some(wait);
        }
        let image = match self.ensure_image(pod, spec).await {
            Ok(image) => image,
            Err(wait) => return Some(wait),
        };
        let container = match self.configure(pod, spec, &image) {
            Ok(container) => container,
            Err(message) => return Some(self.failed(name, "CreateContainerConfigError", &message)),
        };
        self.sleep(self.jitter("create-container", 25, 60)).await;
        self.container_event(name, EventType::Normal, "Created", "Container created");
        let health = Rc::new(Health::new(spec));
        self.record(name, |record| {
            if record.container.is_some() {
                record.restarts += 1;
            }
            record.previous = record.container.replace(container.clone());
            record.waiting = None;
            record.pull_failures = 0;
            record.health = Some(health.clone());
            record.probes.clear();
            str_at(spec, "/image").clone_into(&mut record.started_image);
        });
        self.sleep(self.jitter("start-container", 15, 40)).await;
        if let Err(error) = container.start() {
            self.container_event(name, EventType::Warning, "Failed", &format!("Error: {}", error.0));
            self.record(name, |record| record.waiting = Some(("RunContainerError".to_owned(), error.0)));
            self.report();
            return Some(Duration::from_secs(1));
        }
        self.watch_exit(spec, &container);
        self.limit_memory(spec, &container);
        // The runtime answers once the process is on its way: it can take signals by then.
        self.sleep(Duration::from_millis(5)).await;
        self.container_event(name, EventType::Normal, "Started", "Container started");
        // Until the hook is done the API does not hear that the container runs.
        if !self.post_start(pod, spec, &container).await {
            return Some(Duration::ZERO);
        }
        self.start_probes(spec, &container, &health);
        None
    }

    /// Notes why a container does not run and says when to try again.
    fn failed(&self, name: &str, reason: &str, message: &str) -> Duration {
        self.container_event(name, EventType::Warning, "Failed", &format!("Error: {message}"));
        self.record(name, |record| record.waiting = Some((reason.to_owned(), message.to_owned())));
        self.report();
        self.jitter("resync", RESYNC.0, RESYNC.1)
    }

    /// Whether a crashed container has to wait before it is started again.
    // Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff
    fn crash_back_off(&self, name: &str) -> Option<Duration> {
        let now = self.now();
        let exit = self.container(name)?.exit()?;
        let (remaining, delay) = self.record(name, |record| {
            let remaining = record.crash.remaining(exit.finished, now);
            if remaining.is_none() {
                record.crash.next(exit.finished, now);
            }
            (remaining, record.crash.delay())
        });
        let remaining = remaining?;
        let (pod_name, uid) = (&self.name, &self.uid);
        let full = format!("{pod_name}_{}({uid})", self.namespace);
        let message = format!(
            "back-off {} restarting failed container={name} pod={full}",
            podground_api::duration::go(delay)
        );
        self.record(name, |record| record.waiting = Some(("CrashLoopBackOff".to_owned(), message)));
        let message = format!("Back-off restarting failed container {name} in pod {full}");
        self.container_event(name, EventType::Warning, "BackOff", &message);
        self.report();
        Some(remaining.min(self.jitter("resync", RESYNC.0, RESYNC.1)))
    }

    /// Wakes the worker when the container has ended, after its last words were read.
    fn watch_exit(self: &Rc<Self>, spec: &Value, container: &Rc<Container>) {
        let (worker, container) = (self.clone(), container.clone());
        let from_log = str_at(spec, "/terminationMessagePolicy") == "FallbackToLogsOnError";
        let task = async move {
            container.wait().await;
            if from_log && container.exit().is_some_and(|exit| exit.code != 0) {
                let tail = container.log.tail(80, 2048);
                container.set_exit_message(&String::from_utf8_lossy(&tail));
            }
            worker.record(container.name(), |record| {
                let same = record.container.as_ref().is_some_and(|known| Rc::ptr_eq(known, &container));
                if same {
                    record.probes.clear();
                }
            });
            // The runtime's relay notices within a moment.
            worker.sleep(Duration::from_millis(20)).await;
            worker.changed.notify();
        };
        self.kubelet.0.sim.spawn(task).detach();
    }

    /// Runs the hook after the start; `false` if it failed and the container was killed for it.
    async fn post_start(self: &Rc<Self>, pod: &Value, spec: &Value, container: &Rc<Container>) -> bool {
        let hook = at(spec, "/lifecycle/postStart");
        let name = str_at(spec, "/name");
        if hook.is_null() {
            return true;
        }
        let finished =
            futures_lite::future::or(async { Some(self.run_hook(hook, container).await) }, async {
                container.wait().await;
                None
            })
            .await;
        match finished {
            Some(Ok(())) | None => true,
            Some(Err(_)) => {
                self.container_event(name, EventType::Warning, "FailedPostStartHook", "PostStartHook failed");
                let grace = Duration::from_secs(spec::grace_period(pod));
                self.kill_container(name, grace, "FailedPostStartHook").await;
                false
            }
        }
    }

    fn start_probes(self: &Rc<Self>, spec: &Value, container: &Rc<Container>, health: &Rc<Health>) {
        health.begin(spec);
        let tasks = probes::start(self, spec, container, health);
        self.record(container.name(), |record| record.probes = tasks);
        self.report();
    }
}
