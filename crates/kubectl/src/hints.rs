//! Forms that books still teach and kubectl no longer knows: one dim line says what is written today.
//!
//! The line is ours, not kubectl's: it goes to a terminal alone, never into a file, a pipe or a transcript, and not
//! at all where `PODGROUND_HINTS=off` is set.

use crate::context::Context;
use crate::error::Error;

/// What a call must look like for a hint.
enum Form {
    /// A first word that is no command any more.
    Command(&'static str),
    /// A command with a flag that it does not have any more; the command's empty name stands for all.
    Flag(&'static str, &'static str),
    /// A command with a word of a resource that it does not take any more.
    Resource(&'static str, &'static [&'static str]),
    /// A command whose error contains a text.
    Fails(&'static str, &'static str),
}

use Form::{Command, Fails, Flag, Resource};

/// The forms and what is written today.
const HINTS: &[(Form, &str)] = &[
    (
        Command("rolling-update"),
        "today: kubectl set image deployment/NAME CONTAINER=IMAGE, then kubectl rollout status",
    ),
    (Command("convert"), "today: a plugin, kubectl-convert; or change apiVersion and fields by hand"),
    (Command("run-container"), "today: kubectl run NAME --image=IMAGE"),
    (Command("resize"), "today: kubectl scale"),
    (Command("update"), "today: kubectl replace, or kubectl apply"),
    (Command("stop"), "today: kubectl delete"),
    (Command("log"), "today: kubectl logs"),
    (Command("clusterinfo"), "today: kubectl cluster-info"),
    (
        Flag("run", "--generator"),
        "today: kubectl run makes a pod; for a deployment: kubectl create deployment NAME --image=IMAGE",
    ),
    (Flag("run", "--replicas"), "today: kubectl create deployment NAME --image=IMAGE --replicas=N"),
    (Flag("run", "--schedule"), "today: kubectl create cronjob NAME --image=IMAGE --schedule=SCHEDULE"),
    (Flag("run", "--limits"), "today: a manifest, or --overrides; for a deployment: kubectl set resources"),
    (Flag("run", "--requests"), "today: a manifest, or --overrides; for a deployment: kubectl set resources"),
    (
        Flag("run", "--serviceaccount"),
        "today: kubectl run --overrides='{\"spec\":{\"serviceAccountName\":\"NAME\"}}'",
    ),
    (Flag("run", "--hostport"), "today: a manifest with hostPort"),
    (Flag("expose", "--generator"), "today: without it; kubectl expose has one generator"),
    (Flag("expose", "--create-external-load-balancer"), "today: --type=LoadBalancer"),
    (Flag("expose", "--container-port"), "today: --target-port"),
    (Flag("expose", "--service-name"), "today: --name"),
    (Flag("autoscale", "--generator"), "today: without it"),
    (Flag("get", "-a"), "today: without it; finished pods are always shown"),
    (Flag("get", "--show-all"), "today: without it; finished pods are always shown"),
    (Flag("get", "--export"), "today: kubectl get -o yaml, and take out status and what the server set"),
    (Flag("version", "--short"), "today: without it; the short form is the only one"),
    (Flag("drain", "--delete-local-data"), "today: --delete-emptydir-data"),
    (Flag("top node", "--heapster-namespace"), "today: without it; metrics come from the metrics API"),
    (Flag("top pod", "--heapster-namespace"), "today: without it; metrics come from the metrics API"),
    (Flag("", "--record"), "today: kubectl annotate TYPE NAME kubernetes.io/change-cause=TEXT"),
    (Flag("delete", "--cascade=false"), "today: --cascade=orphan"),
    (Flag("delete", "--cascade=true"), "today: --cascade=background, which is the default"),
    (Flag("replace", "--cascade=false"), "today: --cascade=orphan"),
    (Flag("", "--dry-run=true"), "today: --dry-run=client"),
    (Flag("autoscale", "--cpu-percent"), "today: --cpu=50%"),
    (
        Resource("scale", &["job", "jobs"]),
        "today: kubectl patch job NAME -p '{\"spec\":{\"parallelism\":N}}'",
    ),
    (Fails("exec", "[COMMAND] is not supported anymore"), "today: kubectl exec POD -- COMMAND"),
    (
        Fails("", "in version \"extensions/v1beta1\""),
        "today: apps/v1 for Deployment, DaemonSet and ReplicaSet (with spec.selector), networking.k8s.io/v1 for Ingress and NetworkPolicy",
    ),
    (Fails("", "in version \"apps/v1beta1\""), "today: apps/v1, with spec.selector"),
    (Fails("", "in version \"apps/v1beta2\""), "today: apps/v1"),
    (Fails("", "in version \"batch/v1beta1\""), "today: batch/v1"),
    (Fails("", "in version \"batch/v2alpha1\""), "today: batch/v1"),
    (
        Fails("", "in version \"networking.k8s.io/v1beta1\""),
        "today: networking.k8s.io/v1: pathType, and backend.service.name and .port.number",
    ),
    (Fails("", "in version \"rbac.authorization.k8s.io/v1beta1\""), "today: rbac.authorization.k8s.io/v1"),
    (Fails("", "in version \"rbac.authorization.k8s.io/v1alpha1\""), "today: rbac.authorization.k8s.io/v1"),
    (
        Fails("", "in version \"policy/v1beta1\""),
        "today: policy/v1 for PodDisruptionBudget; pod security by the namespace label pod-security.kubernetes.io/enforce",
    ),
    (
        Fails("", "in version \"autoscaling/v2beta1\""),
        "today: autoscaling/v2, with metrics[].resource.target",
    ),
    (Fails("", "in version \"autoscaling/v2beta2\""), "today: autoscaling/v2"),
    (
        Fails("", "in version \"apiextensions.k8s.io/v1beta1\""),
        "today: apiextensions.k8s.io/v1: spec.versions[], each with a schema",
    ),
    (Fails("", "in version \"storage.k8s.io/v1beta1\""), "today: storage.k8s.io/v1"),
    (Fails("", "in version \"scheduling.k8s.io/v1beta1\""), "today: scheduling.k8s.io/v1"),
    (Fails("", "in version \"scheduling.k8s.io/v1alpha1\""), "today: scheduling.k8s.io/v1"),
    (
        Fails("", "in version \"settings.k8s.io/v1alpha1\""),
        "today: there is no PodPreset; a mutating webhook or policy does it",
    ),
    (
        Fails("", "in version \"certificates.k8s.io/v1beta1\""),
        "today: certificates.k8s.io/v1, with signerName and usages",
    ),
];

impl Form {
    /// Whether a call of the command with these words and this outcome is of the form.
    fn fits(&self, command: &str, words: &[String], error: &str) -> bool {
        let of = |name: &str| name.is_empty() || name == command;
        let before_dash = || words.iter().take_while(|word| *word != "--");
        match self {
            Self::Command(name) => command.is_empty() && words.first().is_some_and(|word| word == name),
            Self::Flag(name, flag) => {
                of(name)
                    && before_dash().any(|word| {
                        word == flag || word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))
                    })
            }
            Self::Resource(name, resources) => {
                of(name)
                    && !error.is_empty()
                    && before_dash()
                        .any(|word| resources.contains(&word.split('/').next().unwrap_or_default()))
            }
            Self::Fails(name, text) => of(name) && error.contains(text),
        }
    }
}

/// What to write instead of a call, if it is of a form that is no more.
fn find(command: &str, words: &[String], error: &str) -> Option<&'static str> {
    HINTS.iter().find(|(form, _)| form.fits(command, words, error)).map(|(_, text)| *text)
}

/// Tells what to write instead, if there is somebody to read it.
pub(crate) async fn tell(cx: &Context, words: &[String], error: Option<&Error>) {
    if cx.io.terminal(2).is_none() || cx.io.env("PODGROUND_HINTS") == Some("off") {
        return;
    }
    let (path, rest) = crate::command::find(words);
    let text = error.map(|error| error.render().0).unwrap_or_default();
    if let Some(hint) = find(&crate::command::full_name(&path), &rest, &text) {
        cx.io.err_line(format!("\x1b[2m{hint}\x1b[0m")).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(line: &str, error: &str) -> Option<&'static str> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let (path, rest) = crate::command::find(&words);
        find(&crate::command::full_name(&path), &rest, error)
    }

    #[test]
    fn old_forms_have_a_hint() {
        for (line, error, wanted) in [
            ("run web --image=nginx --generator=run/v1", "", "create deployment"),
            ("rolling-update a b --image=c", "", "set image"),
            ("get po -a", "", "always shown"),
            ("set image deploy/web a=b --record", "", "change-cause"),
            ("delete rs web --cascade=false", "", "orphan"),
            ("scale job pi --replicas=2", "could not find the requested resource", "parallelism"),
            ("exec web ls", "exec [POD] [COMMAND] is not supported anymore. Use", "-- COMMAND"),
            ("apply -f x", "no matches for kind \"Deployment\" in version \"extensions/v1beta1\"", "apps/v1"),
        ] {
            assert!(
                hint(line, error).is_some_and(|hint| hint.contains(wanted)),
                "{line}: {:?}",
                hint(line, error)
            );
        }
    }

    #[test]
    fn forms_of_today_have_none() {
        for line in [
            "run web --image=nginx",
            "get po -A",
            "get po -o yaml --show-labels",
            "delete deploy web --cascade=orphan",
            "scale deploy web --replicas=2",
            "exec web -- ls -a",
            "exec web -- kubectl get po -a --record",
            "logs web",
        ] {
            assert_eq!(hint(line, ""), None, "{line}");
        }
    }
}
