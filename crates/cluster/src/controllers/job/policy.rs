//! What the failure of a pod means for its job.
//!
//! Upstream: `pkg/controller/job/pod_failure_policy.go`

use podground_api::{Value, object};

use crate::informer::key_of;

/// What a rule says.
pub(super) enum Action {
    /// The failure counts.
    Count,
    /// It does not count.
    Ignore,
    /// The whole job fails, for this reason.
    FailJob(String),
    /// The pod's index fails.
    FailIndex,
}

/// How often the containers of a pod were restarted.
pub(super) fn restarts(pod: &Value) -> i64 {
    let lists = ["/status/containerStatuses", "/status/initContainerStatuses"];
    let statuses = lists.iter().flat_map(|list| object::array_at(pod, list));
    statuses.filter_map(|status| object::i64_at(status, "/restartCount")).sum()
}

/// Whether restarts count as failures: where the kubelet restarts containers in their pods.
pub(super) fn restarts_count(job: &Value) -> bool {
    object::str_at(job, "/spec/template/spec/restartPolicy") == "OnFailure"
}

/// The action of the first rule that matches a failed pod.
// Upstream: pod_failure_policy.go matchPodFailurePolicy
pub(super) fn action(job: &Value, pod: &Value) -> Action {
    for (index, rule) in object::array_at(job, "/spec/podFailurePolicy/rules").iter().enumerate() {
        let Some(why) = match_exit_codes(rule, pod).or_else(|| match_conditions(rule, pod)) else { continue };
        return match object::str_at(rule, "/action") {
            "Ignore" => Action::Ignore,
            "FailIndex" => Action::FailIndex,
            "FailJob" => Action::FailJob(format!("{why} matching FailJob rule at index {index}")),
            _ => Action::Count,
        };
    }
    Action::Count
}

fn match_exit_codes(rule: &Value, pod: &Value) -> Option<String> {
    let wanted = rule.get("onExitCodes")?;
    let values = object::array_at(wanted, "/values");
    let container = object::str_at(wanted, "/containerName");
    let lists = ["/status/containerStatuses", "/status/initContainerStatuses"];
    let mut statuses = lists.iter().flat_map(|list| object::array_at(pod, list));
    statuses.find_map(|status| {
        let name = object::str_at(status, "/name");
        let code = object::i64_at(status, "/state/terminated/exitCode").filter(|code| *code != 0)?;
        let listed = values.iter().any(|value| value.as_i64() == Some(code));
        let matches = (container.is_empty() || container == name)
            && listed == (object::str_at(wanted, "/operator") == "In");
        matches.then(|| format!("Container {name} for pod {} failed with exit code {code}", key_of(pod)))
    })
}

fn match_conditions(rule: &Value, pod: &Value) -> Option<String> {
    object::array_at(rule, "/onPodConditions").iter().find_map(|wanted| {
        let kind = object::str_at(wanted, "/type");
        let status = match object::str_at(wanted, "/status") {
            "" => "True",
            status => status,
        };
        let condition = object::condition(pod, kind)?;
        (object::str_at(condition, "/status") == status)
            .then(|| format!("Pod {} has condition {kind}", key_of(pod)))
    })
}
