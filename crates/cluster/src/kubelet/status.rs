//! The status of a pod from what runs: phase, conditions, container statuses. Pure functions.

use podground_api::object::{array_at, at, i64_at, map_at, str_at};
use podground_api::{Value, json};
use podground_sim::Time;

use super::spec;

/// What runs of one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ContainerView {
    /// The runtime's ID; empty before the first start.
    pub(crate) id: String,
    /// The image's complete name and its digest.
    pub(crate) image: String,
    pub(crate) image_id: String,
    pub(crate) state: ContainerState,
    /// How it ended before, with the ID it had then.
    pub(crate) last: Option<Terminated>,
    pub(crate) restarts: u32,
    pub(crate) ready: bool,
    pub(crate) started: bool,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContainerState {
    /// It is not there yet; the reason is for people, the message may be empty.
    Waiting { reason: String, message: String },
    /// It runs.
    Running { started: Time },
    /// It has ended.
    Terminated(Terminated),
}

impl Default for ContainerState {
    fn default() -> Self {
        Self::Waiting { reason: String::new(), message: String::new() }
    }
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terminated {
    pub(crate) id: String,
    pub(crate) code: i64,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) started: Time,
    pub(crate) finished: Time,
}

/// What runs of a pod.
#[derive(Clone, Debug, Default)]
pub(crate) struct PodView {
    pub(crate) containers: std::collections::BTreeMap<String, ContainerView>,
    pub(crate) host_ip: String,
    pub(crate) pod_ip: String,
    pub(crate) start_time: Time,
    /// Whether sandbox and network are there.
    pub(crate) sandbox_ready: bool,
    /// Nothing will run any more: the phase is a final one.
    pub(crate) terminal: bool,
    /// Why the whole pod failed: `Evicted`, `DeadlineExceeded`.
    pub(crate) failure: Option<(String, String)>,
}

impl ContainerState {
    fn to_json(&self) -> Value {
        match self {
            Self::Waiting { reason, message } => {
                let mut waiting = json!({});
                if !reason.is_empty() {
                    waiting["reason"] = reason.as_str().into();
                }
                if !message.is_empty() {
                    waiting["message"] = message.as_str().into();
                }
                json!({"waiting": waiting})
            }
            Self::Running { started } => json!({"running": {"startedAt": started.rfc3339()}}),
            Self::Terminated(terminated) => terminated.to_json(),
        }
    }
}

impl Terminated {
    fn to_json(&self) -> Value {
        let mut terminated = json!({
            "containerID": self.id, "exitCode": self.code, "reason": self.reason,
            "startedAt": self.started.rfc3339(), "finishedAt": self.finished.rfc3339(),
        });
        if !self.message.is_empty() {
            terminated["message"] = self.message.as_str().into();
        }
        json!({"terminated": terminated})
    }
}

/// The new status of a pod; what others have written into the old one stays.
// Upstream: pkg/kubelet/kubelet_pods.go generateAPIPodStatus
pub(crate) fn pod_status(pod: &Value, view: &PodView, now: Time) -> Value {
    let generation = i64_at(pod, "/metadata/generation").unwrap_or(1);
    let phase = phase(pod, view);
    let mut status = at(pod, "/status").clone();
    if !status.is_object() {
        status = json!({});
    }
    status["phase"] = phase.into();
    status["observedGeneration"] = generation.into();
    status["startTime"] = view.start_time.rfc3339().into();
    status["hostIP"] = view.host_ip.as_str().into();
    status["hostIPs"] = json!([{"ip": view.host_ip}]);
    if !view.pod_ip.is_empty() {
        status["podIP"] = view.pod_ip.as_str().into();
        status["podIPs"] = json!([{"ip": view.pod_ip}]);
    }
    if let Some((reason, message)) = &view.failure {
        status["reason"] = reason.as_str().into();
        status["message"] = message.as_str().into();
    }
    let list = |containers: &[Value]| -> Vec<Value> {
        containers.iter().filter_map(|spec| container_status(pod, spec, view)).collect()
    };
    let mut init = list(spec::init_containers(pod));
    for (status, container) in init.iter_mut().zip(spec::init_containers(pod)) {
        // Of those that run only sidecars can be ready: the others are when they have ended.
        let is_running = map_at(status, "/state/running").is_some();
        if is_running && str_at(container, "/restartPolicy") != "Always" {
            status["ready"] = false.into();
        }
    }
    if !init.is_empty() {
        status["initContainerStatuses"] = init.into();
    }
    let mut main = list(spec::containers(pod));
    main.sort_by(|a, b| str_at(a, "/name").cmp(str_at(b, "/name")));
    if !main.is_empty() {
        status["containerStatuses"] = main.into();
    }
    let ephemeral = list(array_at(pod, "/spec/ephemeralContainers"));
    if !ephemeral.is_empty() {
        status["ephemeralContainerStatuses"] = ephemeral.into();
    }
    status["conditions"] = conditions(pod, view, phase, generation, now);
    status
}

fn container_status(pod: &Value, spec: &Value, view: &PodView) -> Option<Value> {
    let name = str_at(spec, "/name");
    let container = view.containers.get(name)?;
    let exists = !container.id.is_empty();
    let image = if container.image.is_empty() { str_at(spec, "/image") } else { &container.image };
    let mut status = json!({
        "name": name, "image": image, "imageID": container.image_id,
        "lastState": container.last.as_ref().map_or_else(|| json!({}), Terminated::to_json),
        "state": container.state.to_json(), "ready": container.ready,
        "restartCount": container.restarts, "started": container.started,
    });
    if exists {
        status["containerID"] = format!("containerd://{}", container.id).into();
        let requests = at(spec, "/resources/requests");
        if map_at(spec, "/resources/requests").is_some_and(|requests| !requests.is_empty()) {
            status["allocatedResources"] = requests.clone();
        }
        let mut resources = at(spec, "/resources").clone();
        if let Some(resources) = resources.as_object_mut() {
            resources.remove("claims");
        }
        status["resources"] = if resources.is_null() { json!({}) } else { resources };
        let mut groups = vec![container.gid];
        let extra = array_at(pod, "/spec/securityContext/supplementalGroups").iter();
        let fs_group = i64_at(pod, "/spec/securityContext/fsGroup");
        for group in extra.filter_map(Value::as_i64).chain(fs_group) {
            let group = u32::try_from(group).unwrap_or_default();
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        status["user"] =
            json!({"linux": {"gid": container.gid, "supplementalGroups": groups, "uid": container.uid}});
    }
    let mounts: Vec<Value> = array_at(spec, "/volumeMounts").iter().map(volume_mount).collect();
    if !mounts.is_empty() {
        status["volumeMounts"] = mounts.into();
    }
    Some(status)
}

fn volume_mount(mount: &Value) -> Value {
    let mut shown = json!({"mountPath": str_at(mount, "/mountPath"), "name": str_at(mount, "/name")});
    if podground_api::object::bool_at(mount, "/readOnly") {
        shown["readOnly"] = true.into();
        shown["recursiveReadOnly"] = "Disabled".into();
    }
    shown
}

/// The phase, from the states of all containers.
// Upstream: pkg/kubelet/kubelet_pods.go getPhase
pub(crate) fn phase(pod: &Value, view: &PodView) -> &'static str {
    if view.failure.is_some() {
        return "Failed";
    }
    let policy = spec::restart_policy(pod);
    let state = |container: &Value| view.containers.get(str_at(container, "/name"));
    let (mut pending_init, mut failed_init) = (0, 0);
    for container in spec::init_containers(pod) {
        let view = state(container);
        if spec::is_sidecar(container) {
            match view.map(|view| &view.state) {
                Some(ContainerState::Running { .. }) if view.is_some_and(|view| view.started) => {}
                Some(ContainerState::Terminated(_)) => {}
                Some(ContainerState::Waiting { .. }) if view.is_some_and(|view| view.last.is_some()) => {}
                _ => pending_init += 1,
            }
            continue;
        }
        match view.map(|view| &view.state) {
            Some(ContainerState::Terminated(end)) if end.code != 0 => failed_init += 1,
            Some(ContainerState::Terminated(_)) => {}
            Some(ContainerState::Waiting { .. })
                if view.and_then(|view| view.last.as_ref()).is_some_and(|last| last.code != 0) =>
            {
                failed_init += 1;
            }
            _ => pending_init += 1,
        }
    }
    let (mut running, mut waiting, mut stopped, mut succeeded, mut unknown) = (0, 0, 0, 0, 0);
    for container in spec::containers(pod) {
        match state(container) {
            None => unknown += 1,
            Some(view) => match &view.state {
                ContainerState::Running { .. } => running += 1,
                ContainerState::Terminated(end) => {
                    stopped += 1;
                    succeeded += usize::from(end.code == 0);
                }
                ContainerState::Waiting { .. } if view.last.is_some() => stopped += 1,
                ContainerState::Waiting { .. } => waiting += 1,
            },
        }
    }
    if failed_init > 0 && policy == "Never" {
        return "Failed";
    }
    if view.terminal {
        let started = running + stopped > 0;
        return if started && stopped == succeeded && waiting == 0 && running == 0 {
            "Succeeded"
        } else {
            "Failed"
        };
    }
    if pending_init > 0 || failed_init > 0 {
        return "Pending";
    }
    if waiting > 0 {
        return "Pending";
    }
    if running > 0 && unknown == 0 {
        return "Running";
    }
    // A pod whose main containers have ended is not over while its sidecars run.
    let sidecar_runs =
        spec::init_containers(pod).iter().filter(|container| spec::is_sidecar(container)).any(|container| {
            matches!(state(container).map(|view| &view.state), Some(ContainerState::Running { .. }))
        });
    if sidecar_runs && unknown == 0 {
        return "Running";
    }
    if running == 0 && stopped > 0 && unknown == 0 {
        return match policy {
            "Always" => "Running",
            _ if stopped == succeeded => "Succeeded",
            "Never" => "Failed",
            _ => "Running",
        };
    }
    "Pending"
}

struct Condition {
    kind: &'static str,
    status: bool,
    reason: &'static str,
    message: String,
}

impl Condition {
    fn good(kind: &'static str) -> Self {
        Self { kind, status: true, reason: "", message: String::new() }
    }
}

/// The five conditions of the kubelet, in the order in which it writes them, then those of others.
fn conditions(pod: &Value, view: &PodView, phase: &str, generation: i64, now: Time) -> Value {
    let mut computed = vec![
        Condition {
            kind: "PodReadyToStartContainers",
            status: view.sandbox_ready,
            reason: "",
            message: String::new(),
        },
        initialized(pod, view, phase),
        ready(pod, view, phase),
        containers_ready(pod, view, phase, "ContainersReady"),
    ];
    computed.push(Condition::good("PodScheduled"));
    let old = array_at(pod, "/status/conditions");
    let mut shown = Vec::new();
    for condition in &computed {
        let before = old.iter().find(|old| str_at(old, "/type") == condition.kind);
        let status = if condition.status { "True" } else { "False" };
        let since = before
            .filter(|before| str_at(before, "/status") == status)
            .map(|before| at(before, "/lastTransitionTime").clone())
            .filter(|time| !time.is_null())
            .unwrap_or_else(|| now.rfc3339().into());
        let mut value = json!({
            "type": condition.kind, "status": status, "lastProbeTime": null, "lastTransitionTime": since,
            "observedGeneration": generation,
        });
        if !condition.reason.is_empty() {
            value["reason"] = condition.reason.into();
        }
        if !condition.message.is_empty() {
            value["message"] = condition.message.as_str().into();
        }
        shown.push(value);
    }
    let others = old.iter().filter(|old| computed.iter().all(|new| new.kind != str_at(old, "/type")));
    // Those of others, such as readiness gates, come first, as the kubelet merges them.
    Value::Array(others.cloned().chain(shown).collect())
}

fn finished(kind: &'static str, phase: &str) -> Option<Condition> {
    match phase {
        "Succeeded" => {
            Some(Condition { kind, status: false, reason: "PodCompleted", message: String::new() })
        }
        "Failed" => Some(Condition { kind, status: false, reason: "PodFailed", message: String::new() }),
        _ => None,
    }
}

// Upstream: pkg/kubelet/status/generate.go GeneratePodInitializedCondition
fn initialized(pod: &Value, view: &PodView, phase: &str) -> Condition {
    let kind = "Initialized";
    if phase == "Succeeded" {
        return Condition { kind, status: true, reason: "PodCompleted", message: String::new() };
    }
    let mut incomplete = Vec::new();
    for container in spec::init_containers(pod) {
        let name = str_at(container, "/name");
        let done = view.containers.get(name).is_some_and(|view| {
            if spec::is_sidecar(container) {
                view.started
            } else {
                matches!(&view.state, ContainerState::Terminated(end) if end.code == 0)
            }
        });
        if !done {
            incomplete.push(name);
        }
    }
    // Once a main container was started, all init containers are known to have ended well.
    let main_started = spec::containers(pod).iter().any(|container| {
        view.containers.get(str_at(container, "/name")).is_some_and(|view| !view.id.is_empty())
    });
    if incomplete.is_empty() || main_started {
        return Condition::good(kind);
    }
    let message = format!("containers with incomplete status: [{}]", incomplete.join(" "));
    Condition { kind, status: false, reason: "ContainersNotInitialized", message }
}

// Upstream: pkg/kubelet/status/generate.go GenerateContainersReadyCondition
fn containers_ready(pod: &Value, view: &PodView, phase: &str, kind: &'static str) -> Condition {
    if let Some(condition) = finished(kind, phase) {
        return condition;
    }
    let sidecars = spec::init_containers(pod).iter().filter(|container| spec::is_sidecar(container));
    let unready: Vec<&str> = sidecars
        .chain(spec::containers(pod))
        .map(|container| str_at(container, "/name"))
        .filter(|name| !view.containers.get(*name).is_some_and(|view| view.ready))
        .collect();
    if unready.is_empty() {
        return Condition::good(kind);
    }
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    Condition { kind, status: false, reason: "ContainersNotReady", message }
}

// Upstream: pkg/kubelet/status/generate.go GeneratePodReadyCondition
fn ready(pod: &Value, view: &PodView, phase: &str) -> Condition {
    let mut condition = containers_ready(pod, view, phase, "Ready");
    if !condition.status {
        return condition;
    }
    let mut missing = Vec::new();
    for gate in array_at(pod, "/spec/readinessGates") {
        let kind = str_at(gate, "/conditionType");
        match podground_api::object::condition(pod, kind) {
            None => missing
                .push(format!("corresponding condition of pod readiness gate \"{kind}\" does not exist.")),
            Some(condition) if str_at(condition, "/status") != "True" => {
                missing.push(format!(
                    "the status of pod readiness gate \"{kind}\" is not \"True\", but {}",
                    str_at(condition, "/status")
                ));
            }
            Some(_) => {}
        }
    }
    if !missing.is_empty() {
        condition = Condition {
            kind: "Ready",
            status: false,
            reason: "ReadinessGatesNotReady",
            message: missing.join(", "),
        };
    }
    condition
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(code: i64) -> Terminated {
        Terminated {
            id: "containerd://x".into(),
            code,
            reason: if code == 0 { "Completed".into() } else { "Error".into() },
            message: String::new(),
            started: Time(0),
            finished: Time(0),
        }
    }

    fn view(states: &[(&str, ContainerState)]) -> PodView {
        let containers = states.iter().map(|(name, state)| {
            let ready = matches!(state, ContainerState::Running { .. });
            (
                (*name).to_owned(),
                ContainerView {
                    id: "x".into(),
                    state: state.clone(),
                    ready,
                    started: ready,
                    ..ContainerView::default()
                },
            )
        });
        PodView { containers: containers.collect(), ..PodView::default() }
    }

    #[test]
    fn phases_follow_the_restart_policy() {
        let pod = |policy: &str| json!({"spec": {"restartPolicy": policy, "containers": [{"name": "a"}]}});
        let done = |code| view(&[("a", ContainerState::Terminated(ended(code)))]);
        assert_eq!(phase(&pod("Never"), &done(0)), "Succeeded");
        assert_eq!(phase(&pod("Never"), &done(2)), "Failed");
        assert_eq!(phase(&pod("OnFailure"), &done(2)), "Running");
        assert_eq!(phase(&pod("Always"), &done(0)), "Running");
        assert_eq!(phase(&pod("Always"), &view(&[("a", ContainerState::default())])), "Pending");
        let running = view(&[("a", ContainerState::Running { started: Time(0) })]);
        assert_eq!(phase(&pod("Always"), &running), "Running");
    }

    #[test]
    fn an_init_container_holds_the_pod_back() {
        let pod = json!({"metadata": {"generation": 1}, "spec": {"initContainers": [{"name": "wait"}], "containers": [{"name": "main"}]}});
        let mut view = view(&[
            ("wait", ContainerState::Running { started: Time(0) }),
            ("main", ContainerState::default()),
        ]);
        if let Some(main) = view.containers.get_mut("main") {
            main.id.clear();
        }
        let status = pod_status(&pod, &view, Time(0));
        assert_eq!(status["phase"], "Pending");
        let initialized = &status["conditions"][1];
        assert_eq!(initialized["message"], "containers with incomplete status: [wait]");
        assert_eq!(status["conditions"][2]["message"], "containers with unready status: [main]");
    }
}
