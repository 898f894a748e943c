//! The loop of a pod's worker, and what each round decides.

use std::rc::Rc;
use std::time::Duration;

use futures_lite::future::or;
use podground_api::Value;
use podground_api::object::{array_at, i64_at, str_at};

use super::spec;
use super::worker::Worker;
use crate::controllers::support::EventType;

/// What a round ends with.
pub(crate) enum Step {
    /// Look again when something has happened, or after a while.
    Wait(Option<Duration>),
    /// Nothing will run any more.
    Terminal,
}

/// The shorter of two waits.
fn sooner(a: Option<Duration>, b: Option<Duration>) -> Option<Duration> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

impl Worker {
    pub(crate) async fn run(self: Rc<Self>) {
        self.sleep(self.jitter("kubelet-sees-pod", 5, 15)).await;
        loop {
            let generation = self.changed.generation();
            if self.must_stop() {
                break;
            }
            let step = or(async { Some(self.sync().await) }, async {
                self.stop_requested().await;
                None
            })
            .await;
            let wait = match step {
                None => break,
                Some(Step::Terminal) => {
                    self.finish().await;
                    self.stop_requested().await;
                    break;
                }
                Some(Step::Wait(wait)) => wait,
            };
            let change = self.changed.wait_after(generation);
            match wait {
                Some(wait) => or(change, self.sleep(wait)).await,
                None => change.await,
            }
        }
        self.terminate().await;
        self.forget();
    }

    async fn stop_requested(&self) {
        loop {
            let generation = self.changed.generation();
            if self.must_stop() {
                return;
            }
            self.changed.wait_after(generation).await;
        }
    }

    // Upstream: pkg/kubelet/kubelet.go SyncPod
    async fn sync(self: &Rc<Self>) -> Step {
        let pod = self.pod();
        if !self.state().admitted {
            if let Err((reason, message)) = self.admit(&pod) {
                self.event(EventType::Warning, &reason, &message);
                self.state_mut().failure = Some((reason, message));
                return Step::Terminal;
            }
            self.state_mut().admitted = true;
        }
        if let Some(left) = self.deadline(&pod) {
            if left.is_zero() {
                let message = "Pod was active on the node longer than the specified deadline".to_owned();
                self.event(EventType::Normal, "DeadlineExceeded", &message);
                self.state_mut().failure = Some(("DeadlineExceeded".to_owned(), message));
                return Step::Terminal;
            }
            let step = or(async { Some(self.sync_containers(&pod).await) }, async {
                self.sleep(left).await;
                None
            })
            .await;
            return match step {
                Some(Step::Wait(wait)) => Step::Wait(sooner(wait, Some(left))),
                Some(Step::Terminal) => Step::Terminal,
                None => Step::Wait(Some(Duration::ZERO)),
            };
        }
        self.sync_containers(&pod).await
    }

    /// How long the pod may still be active.
    fn deadline(&self, pod: &Value) -> Option<Duration> {
        let seconds = u64::try_from(i64_at(pod, "/spec/activeDeadlineSeconds")?).ok()?;
        let active = self.now().since(self.state().start_time);
        Some(Duration::from_secs(seconds).saturating_sub(active))
    }

    async fn sync_containers(self: &Rc<Self>, pod: &Value) -> Step {
        self.report();
        self.mount_volumes(pod).await;
        self.ensure_sandbox(pod).await;
        self.stop_outdated(pod).await;
        let step = self.next_containers(pod).await;
        self.report();
        step
    }

    /// Kills containers whose image was changed in the spec, and those that failed a probe.
    async fn stop_outdated(self: &Rc<Self>, pod: &Value) {
        for container in spec::all_containers(pod) {
            let name = str_at(container, "/name");
            let image = str_at(container, "/image");
            let (message, grace) = {
                let state = self.state();
                let Some(record) = state.records.get(name).filter(|record| record.is_running()) else {
                    continue;
                };
                let failed = record.health.as_ref().and_then(|health| *health.failed.borrow());
                match failed {
                    Some((probe, grace)) => {
                        (format!("Container {name} failed {probe} probe, will be restarted"), grace)
                    }
                    None if record.started_image != image => {
                        (format!("Container {name} definition changed, will be restarted"), None)
                    }
                    None => continue,
                }
            };
            let grace = grace.unwrap_or_else(|| Duration::from_secs(spec::grace_period(pod)));
            self.kill_container(name, grace, &message).await;
        }
    }

    // Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions
    async fn next_containers(self: &Rc<Self>, pod: &Value) -> Step {
        let main_started = {
            let state = self.state();
            spec::containers(pod).iter().any(|container| {
                state.records.get(str_at(container, "/name")).is_some_and(|record| record.container.is_some())
            })
        };
        let mut wake = None;
        for container in spec::init_containers(pod) {
            let name = str_at(container, "/name");
            if main_started && !spec::is_sidecar(container) {
                continue;
            }
            match self.init_step(pod, container, name) {
                Init::Done => {}
                Init::Running => {
                    if !main_started {
                        return Step::Wait(wake);
                    }
                }
                Init::Failed => return Step::Terminal,
                Init::Start => {
                    let wait = self.start_container(pod, container).await;
                    wake = sooner(wake, wait);
                    if spec::is_sidecar(container) && self.is_started(name) {
                        continue;
                    }
                    if !main_started {
                        return Step::Wait(wake);
                    }
                }
            }
        }
        let mut over = true;
        for container in spec::containers(pod) {
            let name = str_at(container, "/name");
            let exit = {
                let state = self.state();
                match state.records.get(name) {
                    Some(record) if record.is_running() => {
                        over = false;
                        continue;
                    }
                    Some(record) => record.container.as_ref().and_then(|container| container.exit()),
                    None => None,
                }
            };
            if exit.is_some_and(|exit| !spec::restarts(pod, container, exit.code)) {
                self.record(name, |record| record.waiting = None);
                continue;
            }
            over = false;
            wake = sooner(wake, self.start_container(pod, container).await);
        }
        for container in array_at(pod, "/spec/ephemeralContainers") {
            let name = str_at(container, "/name");
            let known = self.state().records.get(name).is_some_and(|record| record.container.is_some());
            if !known {
                wake = sooner(wake, self.start_container(pod, container).await);
            }
        }
        if over { Step::Terminal } else { Step::Wait(wake) }
    }

    fn is_started(&self, name: &str) -> bool {
        let state = self.state();
        state.records.get(name).is_some_and(|record| {
            record.is_running() && record.health.as_ref().is_some_and(|health| health.started.get())
        })
    }

    fn init_step(&self, pod: &Value, container: &Value, name: &str) -> Init {
        let state = self.state();
        let Some(record) = state.records.get(name) else { return Init::Start };
        if record.is_running() {
            let started = record.health.as_ref().is_some_and(|health| health.started.get());
            return if spec::is_sidecar(container) && started { Init::Done } else { Init::Running };
        }
        match record.container.as_ref().and_then(|container| container.exit()) {
            None => Init::Start,
            Some(_) if spec::is_sidecar(container) => Init::Start,
            Some(exit) if exit.code == 0 => Init::Done,
            Some(exit) => {
                let never = spec::restart_policy(pod) == "Never";
                if never && !spec::restarts(pod, container, exit.code) { Init::Failed } else { Init::Start }
            }
        }
    }
}

/// What an init container asks for.
enum Init {
    Done,
    Running,
    Start,
    Failed,
}
