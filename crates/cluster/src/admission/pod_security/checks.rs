//! The checks of the standards, in the order of their names.
//!
//! Upstream: `staging/src/k8s.io/pod-security-admission/policy/check_*.go`.

use std::borrow::Cow;

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, map_at, str_at};

/// What a check has found: why, and where.
pub(super) struct Finding {
    pub(super) reason: Cow<'static, str>,
    pub(super) detail: String,
}

fn finding(reason: &'static str, detail: String) -> Option<Finding> {
    Some(Finding { reason: reason.into(), detail })
}

/// A pod as checks see it.
struct Pod<'a> {
    meta: &'a Value,
    spec: &'a Value,
    containers: Vec<&'a Value>,
    /// Whether it says that it runs on Windows; some checks make no sense there.
    windows: bool,
    /// Whether its users are not those of the node.
    own_users: bool,
}

/// A check, from which minor version on it holds.
struct Check {
    since: u32,
    level: Level,
    run: fn(&Pod<'_>) -> Option<Finding>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Part of both standards.
    Both,
    /// Part of the baseline only: the restricted standard has a stricter one.
    Baseline,
    Restricted,
}

const CHECKS: &[Check] = &[
    Check { since: 8, level: Level::Restricted, run: allow_privilege_escalation },
    Check { since: 0, level: Level::Both, run: app_armor },
    Check { since: 0, level: Level::Baseline, run: capabilities_baseline },
    Check { since: 22, level: Level::Restricted, run: capabilities_restricted },
    Check { since: 0, level: Level::Both, run: host_namespaces },
    Check { since: 0, level: Level::Baseline, run: host_path_volumes },
    Check { since: 0, level: Level::Both, run: host_ports },
    Check { since: 34, level: Level::Both, run: host_probes },
    Check { since: 0, level: Level::Both, run: privileged },
    Check { since: 0, level: Level::Both, run: proc_mount },
    Check { since: 0, level: Level::Restricted, run: restricted_volumes },
    Check { since: 0, level: Level::Restricted, run: run_as_non_root },
    Check { since: 23, level: Level::Restricted, run: run_as_user },
    Check { since: 0, level: Level::Both, run: se_linux },
    Check { since: 0, level: Level::Baseline, run: seccomp_baseline },
    Check { since: 19, level: Level::Restricted, run: seccomp_restricted },
    Check { since: 0, level: Level::Both, run: sysctls },
    Check { since: 0, level: Level::Both, run: windows_host_process },
];

/// Runs the checks of a standard in a minor version (`None`: the latest).
pub(super) fn run(restricted: bool, minor: Option<u32>, meta: &Value, spec: &Value) -> Vec<Finding> {
    let lists = ["/initContainers", "/containers", "/ephemeralContainers"];
    let pod = Pod {
        meta,
        spec,
        containers: lists.iter().flat_map(|list| array_at(spec, list)).collect(),
        windows: str_at(spec, "/os/name") == "windows",
        own_users: at(spec, "/hostUsers") == &Value::Bool(false),
    };
    let skipped = if restricted { Level::Baseline } else { Level::Restricted };
    CHECKS
        .iter()
        .filter(|check| check.level != skipped && minor.is_none_or(|minor| minor >= check.since))
        .filter_map(|check| (check.run)(&pod))
        .collect()
}

fn plural<'a>(one: &'a str, many: &'a str, count: usize) -> &'a str {
    if count == 1 { one } else { many }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// `container "a"`, `containers "a", "b"`
fn containers_text(names: &[&str]) -> String {
    format!("{} {}", plural("container", "containers", names.len()), quoted(names))
}

impl<'a> Pod<'a> {
    /// The names of the containers that a test finds.
    fn bad(&self, test: impl Fn(&Value) -> bool) -> Vec<&'a str> {
        self.containers.iter().filter(|container| test(container)).map(|c| str_at(c, "/name")).collect()
    }

    /// The pod's own security context.
    fn context(&self) -> &'a Value {
        at(self.spec, "/securityContext")
    }

    /// `pod and container "a"`: who sets something that a test of security contexts finds.
    fn setters(&self, test: impl Fn(&Value) -> bool) -> Option<String> {
        let names = self.bad(|container| test(at(container, "/securityContext")));
        let mut setters = Vec::new();
        if test(self.context()) {
            setters.push("pod".to_owned());
        }
        if !names.is_empty() {
            setters.push(containers_text(&names));
        }
        (!setters.is_empty()).then(|| setters.join(" and "))
    }
}

/// Values without repetition, in order.
fn distinct(mut values: Vec<&str>) -> Vec<&str> {
    values.sort_unstable();
    values.dedup();
    values
}

fn allow_privilege_escalation(pod: &Pod<'_>) -> Option<Finding> {
    if pod.windows {
        return None;
    }
    let names = pod.bad(|c| at(c, "/securityContext/allowPrivilegeEscalation") != &Value::Bool(false));
    if names.is_empty() {
        return None;
    }
    let detail =
        format!("{} must set securityContext.allowPrivilegeEscalation=false", containers_text(&names));
    finding("allowPrivilegeEscalation != false", detail)
}

fn app_armor(pod: &Pod<'_>) -> Option<Finding> {
    let mut texts = Vec::new();
    let mut values = 0;
    if let Some(setters) = pod.setters(|context| str_at(context, "/appArmorProfile/type") == "Unconfined") {
        texts.push(format!("{setters} must not set AppArmor profile type to \"Unconfined\""));
        values += 1;
    }
    let prefix = "container.apparmor.security.beta.kubernetes.io/";
    let forbidden: Vec<String> = map_at(pod.meta, "/annotations")
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.starts_with(prefix))
        .filter_map(|(key, value)| Some((key, value.as_str()?)))
        .filter(|(_, value)| {
            *value != "runtime/default" && !value.is_empty() && !value.starts_with("localhost/")
        })
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect();
    if !forbidden.is_empty() {
        values += forbidden.len();
        let word = plural("annotation", "annotations", forbidden.len());
        texts.push(format!("{word} {} must not be set to a forbidden profile", forbidden.join(", ")));
    }
    let reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values);
    (values > 0).then(|| Finding { reason: reason.to_owned().into(), detail: texts.join(", ") })
}

const DEFAULT_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Who adds capabilities that are not allowed, and which.
fn added<'a>(pod: &Pod<'a>, allowed: &[&str]) -> (Vec<&'a str>, Vec<&'a str>) {
    let forbidden = |container: &&'a Value| -> Vec<&'a str> {
        array_at(container, "/securityContext/capabilities/add")
            .iter()
            .filter_map(Value::as_str)
            .filter(|capability| !allowed.contains(capability))
            .collect()
    };
    let names = pod.containers.iter().filter(|c| !forbidden(c).is_empty()).map(|c| str_at(c, "/name"));
    (names.collect(), distinct(pod.containers.iter().flat_map(forbidden).collect()))
}

fn capabilities_baseline(pod: &Pod<'_>) -> Option<Finding> {
    let (names, found) = added(pod, DEFAULT_CAPABILITIES);
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not include {} in securityContext.capabilities.add",
        containers_text(&names),
        quoted(&found)
    );
    finding("non-default capabilities", detail)
}

fn capabilities_restricted(pod: &Pod<'_>) -> Option<Finding> {
    if pod.windows {
        return None;
    }
    let keeping = pod.bad(|container| {
        !array_at(container, "/securityContext/capabilities/drop")
            .iter()
            .any(|capability| capability == "ALL")
    });
    let (adding, found) = added(pod, &["NET_BIND_SERVICE"]);
    let mut texts = Vec::new();
    if !keeping.is_empty() {
        let who = containers_text(&keeping);
        texts.push(format!("{who} must set securityContext.capabilities.drop=[\"ALL\"]"));
    }
    if !adding.is_empty() {
        let who = containers_text(&adding);
        texts.push(format!("{who} must not include {} in securityContext.capabilities.add", quoted(&found)));
    }
    if texts.is_empty() { None } else { finding("unrestricted capabilities", texts.join("; ")) }
}

fn host_namespaces(pod: &Pod<'_>) -> Option<Finding> {
    let set: Vec<String> = ["hostNetwork", "hostPID", "hostIPC"]
        .iter()
        .filter(|field| at(pod.spec, &format!("/{field}")) == &Value::Bool(true))
        .map(|field| format!("{field}=true"))
        .collect();
    if set.is_empty() { None } else { finding("host namespaces", set.join(", ")) }
}

fn host_path_volumes(pod: &Pod<'_>) -> Option<Finding> {
    let names: Vec<&str> = array_at(pod.spec, "/volumes")
        .iter()
        .filter(|volume| !at(volume, "/hostPath").is_null())
        .map(|volume| str_at(volume, "/name"))
        .collect();
    if names.is_empty() {
        return None;
    }
    finding("hostPath volumes", format!("{} {}", plural("volume", "volumes", names.len()), quoted(&names)))
}

fn host_ports(pod: &Pod<'_>) -> Option<Finding> {
    let ports = |container: &Value| -> Vec<i64> {
        let ports = array_at(container, "/ports").iter();
        ports.filter_map(|port| i64_at(port, "/hostPort")).filter(|port| *port != 0).collect()
    };
    let names = pod.bad(|container| !ports(container).is_empty());
    let mut found: Vec<String> =
        pod.containers.iter().flat_map(|c| ports(c)).map(|port| port.to_string()).collect();
    found.sort();
    found.dedup();
    if names.is_empty() {
        return None;
    }
    let word = plural("hostPort", "hostPorts", found.len());
    let uses = plural("uses", "use", names.len());
    finding(word_of(word), format!("{} {uses} {word} {}", containers_text(&names), found.join(", ")))
}

fn word_of(word: &str) -> &'static str {
    if word == "hostPort" { "hostPort" } else { "hostPorts" }
}

fn host_probes(pod: &Pod<'_>) -> Option<Finding> {
    let hosts = |container: &Value| -> Vec<String> {
        ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle/postStart", "lifecycle/preStop"]
            .iter()
            .flat_map(|place| ["httpGet", "tcpSocket"].map(|action| format!("/{place}/{action}/host")))
            .map(|pointer| str_at(container, &pointer).to_owned())
            .filter(|host| !host.is_empty())
            .collect()
    };
    let names = pod.bad(|container| !hosts(container).is_empty());
    if names.is_empty() {
        return None;
    }
    let all: Vec<String> = pod.containers.iter().flat_map(|c| hosts(c)).collect();
    let all = distinct(all.iter().map(String::as_str).collect());
    let uses = plural("uses", "use", names.len());
    let word = plural("host", "hosts", all.len());
    let detail = format!("{} {uses} probe or lifecycle {word} {}", containers_text(&names), quoted(&all));
    finding("probe or lifecycle host", detail)
}

fn privileged(pod: &Pod<'_>) -> Option<Finding> {
    let names = pod.bad(|c| at(c, "/securityContext/privileged") == &Value::Bool(true));
    if names.is_empty() {
        return None;
    }
    finding("privileged", format!("{} must not set securityContext.privileged=true", containers_text(&names)))
}

fn proc_mount(pod: &Pod<'_>) -> Option<Finding> {
    if pod.own_users {
        return None;
    }
    let mount = |container: &Value| str_at(container, "/securityContext/procMount").to_owned();
    let names = pod.bad(|container| !["", "Default"].contains(&mount(container).as_str()));
    if names.is_empty() {
        return None;
    }
    let detail =
        format!("{} must not set securityContext.procMount to \"Unmasked\"", containers_text(&names));
    finding("procMount", detail)
}

fn restricted_volumes(pod: &Pod<'_>) -> Option<Finding> {
    const ALLOWED: &[&str] = &[
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ];
    let kind = |volume: &'_ Value| -> String {
        let keys = volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        keys.filter(|key| *key != "name").collect()
    };
    let bad: Vec<(&str, String)> = array_at(pod.spec, "/volumes")
        .iter()
        .map(|volume| (str_at(volume, "/name"), kind(volume)))
        .filter(|(_, kind)| !ALLOWED.contains(&kind.as_str()))
        .collect();
    if bad.is_empty() {
        return None;
    }
    let names: Vec<&str> = bad.iter().map(|(name, _)| *name).collect();
    let kinds = distinct(bad.iter().map(|(_, kind)| kind.as_str()).collect());
    let detail = format!(
        "{} {} {} {} {}",
        plural("volume", "volumes", names.len()),
        quoted(&names),
        plural("uses", "use", names.len()),
        plural("restricted volume type", "restricted volume types", kinds.len()),
        quoted(&kinds)
    );
    finding("restricted volume types", detail)
}

fn run_as_non_root(pod: &Pod<'_>) -> Option<Finding> {
    if pod.own_users {
        return None;
    }
    let no = |context: &Value| at(context, "/runAsNonRoot") == &Value::Bool(false);
    if let Some(setters) = pod.setters(no) {
        return finding(
            "runAsNonRoot != true",
            format!("{setters} must not set securityContext.runAsNonRoot=false"),
        );
    }
    if at(pod.context(), "/runAsNonRoot") == &Value::Bool(true) {
        return None;
    }
    let names = pod.bad(|container| at(container, "/securityContext/runAsNonRoot").is_null());
    if names.is_empty() {
        return None;
    }
    let detail = format!("pod or {} must set securityContext.runAsNonRoot=true", containers_text(&names));
    finding("runAsNonRoot != true", detail)
}

fn run_as_user(pod: &Pod<'_>) -> Option<Finding> {
    if pod.own_users {
        return None;
    }
    let setters = pod.setters(|context| i64_at(context, "/runAsUser") == Some(0))?;
    finding("runAsUser=0", format!("{setters} must not set runAsUser=0"))
}

fn se_linux(pod: &Pod<'_>) -> Option<Finding> {
    const ALLOWED: &[&str] =
        &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    let kind = |context: &'_ Value| str_at(context, "/seLinuxOptions/type").to_owned();
    let sets =
        |context: &Value, field: &str| !str_at(context, &format!("/seLinuxOptions/{field}")).is_empty();
    let setters = pod.setters(|context| {
        !ALLOWED.contains(&kind(context).as_str()) || sets(context, "user") || sets(context, "role")
    })?;
    let contexts: Vec<&Value> = std::iter::once(pod.context())
        .chain(pod.containers.iter().map(|container| at(container, "/securityContext")))
        .collect();
    let types: Vec<String> = contexts.iter().map(|context| kind(context)).collect();
    let types = distinct(types.iter().map(String::as_str).filter(|kind| !ALLOWED.contains(kind)).collect());
    let mut data = Vec::new();
    if !types.is_empty() {
        data.push(format!("{} {}", plural("type", "types", types.len()), quoted(&types)));
    }
    for field in ["user", "role"] {
        if contexts.iter().any(|context| sets(context, field)) {
            data.push(format!("{field} may not be set"));
        }
    }
    finding(
        "seLinuxOptions",
        format!("{setters} set forbidden securityContext.seLinuxOptions: {}", data.join("; ")),
    )
}

fn seccomp_type(context: &Value) -> &str {
    str_at(context, "/seccompProfile/type")
}

fn seccomp_baseline(pod: &Pod<'_>) -> Option<Finding> {
    let bad = |context: &Value| !["", "RuntimeDefault", "Localhost"].contains(&seccomp_type(context));
    let setters = pod.setters(bad)?;
    let detail = format!("{setters} must not set securityContext.seccompProfile.type to \"Unconfined\"");
    finding("seccompProfile", detail)
}

fn seccomp_restricted(pod: &Pod<'_>) -> Option<Finding> {
    if pod.windows {
        return None;
    }
    if let Some(found) = seccomp_baseline(pod) {
        return Some(found);
    }
    if !seccomp_type(pod.context()).is_empty() {
        return None;
    }
    let names = pod.bad(|container| seccomp_type(at(container, "/securityContext")).is_empty());
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "pod or {} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
        containers_text(&names)
    );
    finding("seccompProfile", detail)
}

fn sysctls(pod: &Pod<'_>) -> Option<Finding> {
    const ALLOWED: &[&str] = &[
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    ];
    let found: Vec<&str> = array_at(pod.context(), "/sysctls")
        .iter()
        .map(|sysctl| str_at(sysctl, "/name"))
        .filter(|name| !ALLOWED.contains(name))
        .collect();
    if found.is_empty() { None } else { finding("forbidden sysctls", found.join(", ")) }
}

fn windows_host_process(pod: &Pod<'_>) -> Option<Finding> {
    let setters = pod.setters(|context| at(context, "/windowsOptions/hostProcess") == &Value::Bool(true))?;
    finding("hostProcess", format!("{setters} must not set securityContext.windowsOptions.hostProcess=true"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    fn reasons(restricted: bool, spec: &Value) -> Vec<String> {
        let found = run(restricted, None, &Value::Null, spec);
        found.iter().map(|finding| format!("{} ({})", finding.reason, finding.detail)).collect()
    }

    #[test]
    fn standards() {
        let plain = json!({"containers": [{"name": "a"}, {"name": "b"}]});
        assert!(reasons(false, &plain).is_empty());
        assert_eq!(
            reasons(true, &plain),
            [
                "allowPrivilegeEscalation != false (containers \"a\", \"b\" must set securityContext.allowPrivilegeEscalation=false)",
                "unrestricted capabilities (containers \"a\", \"b\" must set securityContext.capabilities.drop=[\"ALL\"])",
                "runAsNonRoot != true (pod or containers \"a\", \"b\" must set securityContext.runAsNonRoot=true)",
                "seccompProfile (pod or containers \"a\", \"b\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            ]
        );
        let wild = json!({
            "hostNetwork": true, "hostPID": true, "volumes": [{"name": "v", "hostPath": {"path": "/"}}],
            "containers": [{"name": "a", "ports": [{"hostPort": 80}],
                "securityContext": {"privileged": true, "capabilities": {"add": ["NET_ADMIN"]}}}],
        });
        assert_eq!(
            reasons(false, &wild),
            [
                "non-default capabilities (container \"a\" must not include \"NET_ADMIN\" in securityContext.capabilities.add)",
                "host namespaces (hostNetwork=true, hostPID=true)",
                "hostPath volumes (volume \"v\")",
                "hostPort (container \"a\" uses hostPort 80)",
                "privileged (container \"a\" must not set securityContext.privileged=true)",
            ]
        );
    }
}
