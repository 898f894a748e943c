//! Ending containers and pods.

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{at, str_at};
use podground_shell::Signal;

use super::spec;
use super::worker::Worker;
use crate::client::DeleteOptions;
use crate::controllers::support::EventType;

/// What a container is always given after its hook.
// Upstream: pkg/kubelet/kuberuntime minimumGracePeriodInSeconds
const MINIMUM: Duration = Duration::from_secs(2);

impl Worker {
    /// Ends one container: hook, polite signal, kill.
    pub(super) async fn kill_container(&self, name: &str, grace: Duration, message: &str) {
        let Some(container) = self.container(name).filter(|container| container.is_running()) else { return };
        self.container_event(name, EventType::Normal, "Killing", message);
        self.record(name, |record| record.probes.clear());
        let started = self.now();
        let pod = self.pod();
        let spec = spec::container(&pod, name);
        let hook = spec.map(|spec| at(spec, "/lifecycle/preStop")).filter(|hook| !hook.is_null());
        if let Some(hook) = hook
            && !grace.is_zero()
        {
            let sim = &self.kubelet.0.sim;
            if let Some(Err(_)) = sim.timeout(grace, self.run_hook(hook, &container)).await {
                self.container_event(name, EventType::Warning, "FailedPreStopHook", "PreStopHook failed");
            }
        }
        let left = grace.saturating_sub(self.now().since(started));
        let left = if grace.is_zero() { grace } else { left.max(MINIMUM) };
        let signal = spec
            .map(|spec| str_at(spec, "/lifecycle/stopSignal"))
            .and_then(|name| {
                Signal::ALL.iter().find(|signal| signal.short_name() == name.trim_start_matches("SIG"))
            })
            .copied()
            .or(container.spec.image.config.stop_signal)
            .unwrap_or(Signal::Term);
        container.signal(signal);
        if self.kubelet.0.sim.timeout(left, container.wait()).await.is_none() {
            container.kill();
            container.wait().await;
        }
    }

    /// Ends several containers at the same time.
    async fn kill_all(self: &Rc<Self>, names: Vec<String>, grace: Duration) {
        let tasks: Vec<_> = names
            .into_iter()
            .map(|name| {
                let worker = self.clone();
                self.kubelet.0.sim.spawn(async move {
                    worker.kill_container(&name, grace, &format!("Stopping container {name}")).await;
                })
            })
            .collect();
        for task in tasks {
            task.await;
        }
    }

    /// Ends all containers: the main ones together, then the sidecars, last first.
    // Upstream: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go
    async fn kill_pod(self: &Rc<Self>, grace: Duration) {
        self.state_mut().stopping = true;
        let pod = self.pod();
        let started = self.now();
        let name_of = |container: &podground_api::Value| str_at(container, "/name").to_owned();
        let plain =
            spec::all_containers(&pod).filter(|c| !(spec::is_init(&pod, &name_of(c)) && spec::is_sidecar(c)));
        let main: Vec<String> = plain.map(name_of).collect();
        self.kill_all(main, grace).await;
        let sidecars: Vec<String> =
            spec::init_containers(&pod).iter().filter(|c| spec::is_sidecar(c)).map(name_of).collect();
        for name in sidecars.into_iter().rev() {
            let left = grace.saturating_sub(self.now().since(started));
            self.kill_all(vec![name], left).await;
        }
        let mut state = self.state_mut();
        for record in state.records.values_mut() {
            record.probes.clear();
            if record.container.as_ref().is_some_and(|container| container.exit().is_some()) {
                record.waiting = None;
            }
        }
    }

    /// The pod has run to its end, or failed as a whole: ends what is left and says so.
    pub(super) async fn finish(self: &Rc<Self>) {
        let grace = if self.state().failure.is_some() { Duration::ZERO } else { self.grace() };
        self.kill_pod(grace).await;
        self.remove_sandbox();
        self.state_mut().terminal = true;
        self.report();
    }

    /// The pod is to be deleted, or is gone already: ends its containers, then lets the API forget it.
    // Upstream: pkg/kubelet/kubelet.go SyncTerminatingPod, SyncTerminatedPod
    pub(super) async fn terminate(self: &Rc<Self>) {
        if !self.is_removed() {
            self.report();
        }
        let grace = self.grace();
        let kill = self.kill_pod(grace);
        // A second, shorter delete cuts the first one's patience.
        futures_lite::future::or(kill, self.shorter_grace(grace)).await;
        self.kill_pod(Duration::ZERO).await;
        self.remove_sandbox();
        self.state_mut().terminal = true;
        if self.is_removed() {
            return;
        }
        self.report();
        self.sleep(self.jitter("cleanup", 30, 90)).await;
        let options =
            DeleteOptions { grace_period: Some(0), uid: Some(self.uid.clone()), ..DeleteOptions::default() };
        // Somebody else may have been faster; a pod with finalizers stays.
        let _ = self.kubelet.0.client.delete("pods", &self.namespace, &self.name, &options);
        while !self.is_removed() {
            self.changed.wait().await;
        }
    }

    fn grace(&self) -> Duration {
        Duration::from_secs(spec::grace_period(&self.pod()))
    }

    async fn shorter_grace(&self, grace: Duration) {
        loop {
            let generation = self.changed.generation();
            let now = self.grace();
            if now < grace || self.is_removed() {
                self.sleep(if self.is_removed() { Duration::ZERO } else { now }).await;
                return;
            }
            self.changed.wait_after(generation).await;
        }
    }
}
