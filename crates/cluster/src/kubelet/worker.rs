//! A pod on its node: what its kubelet knows of it, and the task that works on it.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{is_deleting, name, namespace, str_at, uid};
use podground_sim::{Notify, Task, Time};
use podground_vfs::Tree;

use super::backoff::Backoff;
use super::node::Node;
use super::probes::Health;
use super::status::{ContainerState, ContainerView, PodView, Terminated, pod_status};
use super::volumes::Volume;
use super::{Kubelet, spec};
use crate::container::Container;
use crate::controllers::support::{EventType, Involved, Source};
use crate::network::Namespace;

/// A pod on its node.
pub(crate) struct Worker {
    pub(crate) kubelet: Kubelet,
    pub(crate) node: Rc<Node>,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) changed: Notify,
    pod: RefCell<Rc<Value>>,
    removed: Cell<bool>,
    pub(crate) state: RefCell<PodState>,
    task: RefCell<Option<Task<()>>>,
}

/// What there is of the pod.
#[derive(Default)]
pub(crate) struct PodState {
    pub(crate) start_time: Time,
    pub(crate) admitted: bool,
    pub(crate) sandbox: Option<Sandbox>,
    /// The address stays in the status after the sandbox has gone.
    pub(crate) pod_ip: Option<Ipv4Addr>,
    pub(crate) volumes: BTreeMap<String, Volume>,
    pub(crate) mounted: bool,
    pub(crate) records: BTreeMap<String, Record>,
    /// Nothing will run any more.
    pub(crate) terminal: bool,
    pub(crate) failure: Option<(String, String)>,
    /// Probes and restarts are over.
    pub(crate) stopping: bool,
}

/// The network and the files that the containers share.
#[derive(Clone)]
pub(crate) struct Sandbox {
    pub(crate) id: String,
    pub(crate) network: Rc<Namespace>,
    pub(crate) hostname: String,
    /// `hosts`, `resolv.conf`, `hostname`.
    pub(crate) files: Tree,
}

/// One container of the pod's spec, over all its restarts.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) container: Option<Rc<Container>>,
    pub(crate) previous: Option<Rc<Container>>,
    /// How the container ended that ran when the node went off.
    cut_off: Option<Terminated>,
    pub(crate) restarts: u32,
    /// Why it does not run: reason and message.
    pub(crate) waiting: Option<(String, String)>,
    pub(crate) crash: Backoff,
    pub(crate) pull: Backoff,
    pub(crate) pull_error: String,
    pub(crate) pull_failures: u32,
    pub(crate) health: Option<Rc<Health>>,
    pub(crate) probes: Vec<Task<()>>,
    /// The image that the spec named when it was started.
    pub(crate) started_image: String,
    /// Where the container writes its last words.
    pub(crate) last_words: Option<Tree>,
}

impl Worker {
    pub(crate) fn start(kubelet: &Kubelet, pod: &Rc<Value>, node: Rc<Node>) -> Rc<Self> {
        let worker = Rc::new(Self {
            kubelet: kubelet.clone(),
            node,
            namespace: namespace(pod).to_owned(),
            name: name(pod).to_owned(),
            uid: uid(pod).to_owned(),
            changed: Notify::new(),
            pod: RefCell::new(pod.clone()),
            removed: Cell::new(false),
            state: RefCell::new(PodState { start_time: kubelet.0.sim.now(), ..PodState::default() }),
            task: RefCell::default(),
        });
        let weak = Rc::downgrade(&worker);
        worker.node.workers.borrow_mut().insert(worker.uid.clone(), weak);
        // What an earlier kubelet process has left counts on: restarts after the node was switched off.
        worker.adopt(pod);
        let task = kubelet.0.sim.spawn(worker.clone().run());
        *worker.task.borrow_mut() = Some(task);
        worker
    }

    /// The pod as the API last showed it.
    pub(crate) fn pod(&self) -> Rc<Value> {
        self.pod.borrow().clone()
    }

    pub(crate) fn update(&self, pod: &Rc<Value>, matters: bool) {
        *self.pod.borrow_mut() = pod.clone();
        if matters {
            self.changed.notify();
        }
    }

    /// The pod is gone from the API.
    pub(crate) fn remove(&self) {
        self.removed.set(true);
        self.changed.notify();
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.removed.get()
    }

    /// Whether the pod is to end.
    pub(crate) fn must_stop(&self) -> bool {
        self.removed.get() || is_deleting(&self.pod.borrow())
    }

    /// Stops working on the pod, without a word to the API: the node was switched off.
    pub(crate) fn abandon(&self) {
        self.task.borrow_mut().take();
    }

    pub(crate) fn state(&self) -> Ref<'_, PodState> {
        self.state.borrow()
    }

    pub(crate) fn state_mut(&self) -> RefMut<'_, PodState> {
        self.state.borrow_mut()
    }

    pub(crate) fn now(&self) -> Time {
        self.kubelet.0.sim.now()
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        self.kubelet.0.sim.sleep(duration).await;
    }

    /// A duration between two bounds in milliseconds that depends on the pod and the purpose alone.
    pub(crate) fn jitter(&self, purpose: &str, from: u64, to: u64) -> Duration {
        let now = self.now().0.to_string();
        let mut rng = self.kubelet.0.sim.rng(purpose, &[&self.uid, &now]);
        Duration::from_micros(from * 1000 + rng.below((to - from).max(1) * 1000))
    }

    /// Works on one container's record.
    pub(crate) fn record<T>(&self, name: &str, change: impl FnOnce(&mut Record) -> T) -> T {
        change(self.state_mut().records.entry(name.to_owned()).or_default())
    }

    /// The container of that name, running or not.
    pub(crate) fn container(&self, name: &str) -> Option<Rc<Container>> {
        self.state().records.get(name)?.container.clone()
    }

    /// Records an event about the pod.
    pub(crate) fn event(&self, kind: EventType, reason: &str, message: &str) {
        self.emit(&Involved::of(&self.pod()), kind, reason, message);
    }

    /// Records an event about one of its containers.
    pub(crate) fn container_event(&self, container: &str, kind: EventType, reason: &str, message: &str) {
        let pod = self.pod();
        let involved = Involved::of(&pod).with_field_path(&spec::field_path(&pod, container));
        self.emit(&involved, kind, reason, message);
    }

    fn emit(&self, involved: &Involved, kind: EventType, reason: &str, message: &str) {
        let source = Source { component: "kubelet", host: &self.node.name };
        self.kubelet.0.events.record(source, involved, kind, reason, message);
    }

    /// Tells the API what there is of the pod, if that is news.
    pub(crate) fn report(&self) {
        let client = &self.kubelet.0.client;
        let Ok(pod) = client.get("pods", &self.namespace, &self.name) else { return };
        if uid(&pod) != self.uid {
            return;
        }
        let status = pod_status(&pod, &self.view(&pod), self.now());
        if pod.get("status") == Some(&status) {
            return;
        }
        let mut updated = (*pod).clone();
        updated["status"] = status;
        if let Ok(updated) = client.update_status("pods", updated) {
            *self.pod.borrow_mut() = updated;
        }
    }

    /// What there is, as the status functions want it.
    fn view(&self, pod: &Value) -> PodView {
        let state = self.state();
        let waits =
            if spec::init_containers(pod).is_empty() { "ContainerCreating" } else { "PodInitializing" };
        let mut containers = BTreeMap::new();
        for container in spec::all_containers(pod) {
            let name = str_at(container, "/name");
            let view = state.records.get(name).map_or_else(|| unstarted(waits), |record| record.view(waits));
            containers.insert(name.to_owned(), finish_view(view, pod, name));
        }
        PodView {
            containers,
            host_ip: self.node.address.to_string(),
            pod_ip: state.pod_ip.map(|address| address.to_string()).unwrap_or_default(),
            start_time: state.start_time,
            sandbox_ready: state.sandbox.is_some(),
            terminal: state.terminal,
            failure: state.failure.clone(),
        }
    }

    /// Takes over what the API says ran before.
    fn adopt(&self, pod: &Value) {
        for list in ["/status/containerStatuses", "/status/initContainerStatuses"] {
            for status in podground_api::object::array_at(pod, list) {
                let restarts = podground_api::object::i64_at(status, "/restartCount").unwrap_or(0);
                if !str_at(status, "/containerID").is_empty() {
                    let count = u32::try_from(restarts).unwrap_or(0) + 1;
                    let started = Time::parse_rfc3339(str_at(status, "/state/running/startedAt"));
                    // Upstream: containerd, which does not know the end of what it finds dead.
                    let cut_off = started.map(|started| Terminated {
                        id: str_at(status, "/containerID").to_owned(),
                        code: 255,
                        reason: "Unknown".to_owned(),
                        message: String::new(),
                        started,
                        finished: self.kubelet.0.sim.now(),
                    });
                    self.record(str_at(status, "/name"), |record| {
                        record.restarts = count;
                        record.cut_off = cut_off;
                    });
                }
            }
        }
        if let Some(time) = Time::parse_rfc3339(str_at(pod, "/status/startTime")) {
            self.state_mut().start_time = time;
        }
    }
}

fn unstarted(reason: &str) -> ContainerView {
    ContainerView {
        state: ContainerState::Waiting { reason: reason.to_owned(), message: String::new() },
        ..ContainerView::default()
    }
}

/// An init container counts as ready once it has ended well.
fn finish_view(mut view: ContainerView, pod: &Value, name: &str) -> ContainerView {
    let plain_init = spec::init_containers(pod)
        .iter()
        .any(|container| str_at(container, "/name") == name && !spec::is_sidecar(container));
    if plain_init && let ContainerState::Terminated(end) = &view.state {
        view.ready = end.code == 0;
        view.started = false;
    }
    view
}

impl Record {
    fn view(&self, waits: &str) -> ContainerView {
        let ended = |container: &Rc<Container>| {
            container.exit().map(|exit| Terminated {
                id: format!("containerd://{}", container.spec.id),
                code: exit.code,
                reason: exit.reason.to_owned(),
                message: if exit.message.is_empty() { self.last_words() } else { exit.message },
                started: exit.started,
                finished: exit.finished,
            })
        };
        let waiting = self.waiting.as_ref().map(|(reason, message)| ContainerState::Waiting {
            reason: reason.clone(),
            message: message.clone(),
        });
        let mut view = ContainerView { restarts: self.restarts, ..ContainerView::default() };
        view.last = self.previous.as_ref().and_then(ended).or_else(|| self.cut_off.clone());
        let Some(container) = &self.container else {
            view.state = waiting.unwrap_or_else(|| unstarted(waits).state);
            return view;
        };
        view.id.clone_from(&container.spec.id);
        view.image = container.spec.image.reference.to_string();
        view.image_id = container.spec.image.repo_digest();
        (view.uid, view.gid) = (container.spec.user.uid, container.spec.user.gid);
        match (ended(container), container.started()) {
            (Some(end), _) => match waiting {
                Some(waiting) => {
                    view.last = Some(end);
                    view.state = waiting;
                }
                None => view.state = ContainerState::Terminated(end),
            },
            (None, Some(started)) => {
                view.state = ContainerState::Running { started };
                if let Some(health) = &self.health {
                    view.started = health.started.get();
                    view.ready = view.started && health.ready.get();
                }
            }
            (None, None) => view.state = waiting.unwrap_or_else(|| unstarted(waits).state),
        }
        view
    }

    fn last_words(&self) -> String {
        let Some(tree) = &self.last_words else { return String::new() };
        let files = podground_vfs::FileSystem::new(tree.clone(), Rc::new(|| 0));
        let mut text = files.read_to_string("/termination-log").unwrap_or_default();
        text.truncate(text.floor_char_boundary(4096));
        text
    }

    /// Whether its container runs.
    pub(crate) fn is_running(&self) -> bool {
        self.container.as_ref().is_some_and(|container| container.is_running())
    }
}
