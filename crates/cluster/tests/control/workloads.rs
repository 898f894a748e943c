//! Jobs, daemon sets, stateful sets, cron jobs, disruption budgets.

use std::time::Duration;

use podground_api::{Value, json, object};

use crate::support::{World, deployment};

fn job(name: &str, spec: Value, command: &str) -> Value {
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": {"spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "main", "image": "busybox", "command": ["sh", "-c", command]}],
        }}},
    });
    for (field, value) in spec.as_object().into_iter().flatten() {
        job["spec"][field] = value.clone();
    }
    job
}

fn conditions(object: &Value) -> Vec<String> {
    object::array_at(object, "/status/conditions")
        .iter()
        .map(|c| format!("{}={} {}", c["type"], c["status"], c["reason"]).replace('"', ""))
        .collect()
}

#[test]
fn jobs_complete_or_fail() {
    let world = World::new();
    world.create("jobs.batch", job("ok", json!({"completions": 4, "parallelism": 2}), "exit 0"));
    world.create("jobs.batch", job("bad", json!({"backoffLimit": 0}), "exit 7"));
    world.create("jobs.batch", job("paused", json!({"suspend": true}), "exit 0"));
    let indexed = json!({"completions": 3, "parallelism": 3, "completionMode": "Indexed"});
    world.create("jobs.batch", job("indexed", indexed, "test $JOB_COMPLETION_INDEX -lt 3"));
    world.settle();
    let ok = world.get("jobs.batch", "ok").unwrap();
    assert_eq!(
        conditions(&ok),
        ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"],
        "{:?}",
        world.cluster.failures()
    );
    assert_eq!(object::i64_at(&ok, "/status/succeeded"), Some(4));
    let bad = world.get("jobs.batch", "bad").unwrap();
    let expected = ["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"];
    assert_eq!(conditions(&bad), expected);
    let indexed = world.get("jobs.batch", "indexed").unwrap();
    assert_eq!(object::str_at(&indexed, "/status/completedIndexes"), "0-2");
    assert_eq!(conditions(&world.get("jobs.batch", "paused").unwrap()), ["Suspended=True JobSuspended"]);
    world.patch("jobs.batch", "paused", json!({"spec": {"suspend": false}}));
    world.settle();
    assert_eq!(object::i64_at(&world.get("jobs.batch", "paused").unwrap(), "/status/succeeded"), Some(1));
    for name in ["ok", "bad"] {
        let options = podground_cluster::client::DeleteOptions::default().with_propagation("Background");
        world.client.delete("jobs.batch", "default", name, &options).unwrap();
    }
    world.settle();
    assert_eq!(world.list("pods").len(), 4);
}

#[test]
fn daemon_sets_follow_the_nodes() {
    let world = World::new();
    let set = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "ssd", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "ssd"}},
            "template": {
                "metadata": {"labels": {"app": "ssd"}},
                "spec": {
                    "nodeSelector": {"disk": "ssd"}, "containers": [{"name": "main", "image": "registry.k8s.io/pause:3.10"}],
                },
            },
        },
    });
    world.create("daemonsets.apps", set);
    let merge = podground_cluster::client::PatchKind::Merge;
    let label = |node: &str, value: Value| {
        world
            .client
            .patch("nodes", "", node, merge, json!({"metadata": {"labels": {"disk": value}}}))
            .unwrap();
        world.settle();
        let set = world.get("daemonsets.apps", "ssd").unwrap();
        object::i64_at(&set, "/status/numberAvailable").unwrap_or(0)
    };
    assert_eq!(label("node-1", "ssd".into()), 1, "{:?}", world.cluster.failures());
    assert_eq!(label("node-2", "ssd".into()), 2);
    assert_eq!(label("node-1", "hdd".into()), 1);
    assert_eq!(world.list("pods").len(), 1);
    let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx"}]}}}});
    world.patch("daemonsets.apps", "ssd", image);
    world.settle();
    assert_eq!(object::str_at(&world.list("pods")[0], "/spec/containers/0/image"), "nginx");
    assert_eq!(world.list("controllerrevisions.apps").len(), 2);
}

#[test]
fn stateful_sets_keep_names_and_order() {
    let world = World::new();
    let set = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "serviceName": "nginx", "replicas": 2, "selector": {"matchLabels": {"app": "nginx"}},
            "template": {
                "metadata": {"labels": {"app": "nginx"}},
                "spec": {"containers": [{"name": "nginx", "image": "nginx:1.26"}]},
            },
        },
    });
    world.create("statefulsets.apps", set);
    world.settle();
    let names = || -> Vec<String> { world.list("pods").iter().map(|p| object::name(p).to_owned()).collect() };
    assert_eq!(names(), ["web-0", "web-1"], "{:?}", world.cluster.failures());
    let uid = object::uid(&world.get("pods", "web-0").unwrap()).to_owned();
    world.delete("pods", "web-0");
    world.settle();
    assert_eq!(names(), ["web-0", "web-1"]);
    assert_ne!(object::uid(&world.get("pods", "web-0").unwrap()), uid);
    world.patch("statefulsets.apps", "web", json!({"spec": {"replicas": 3}}));
    world.settle();
    assert_eq!(names().len(), 3);
    let image =
        json!({"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}}}});
    world.patch("statefulsets.apps", "web", image);
    world.settle();
    for pod in world.list("pods") {
        assert_eq!(object::str_at(&pod, "/spec/containers/0/image"), "nginx:1.27");
    }
    let web = world.get("statefulsets.apps", "web").unwrap();
    assert_eq!(web["status"]["currentRevision"], web["status"]["updateRevision"]);
    assert_eq!(object::i64_at(&web, "/status/updatedReplicas"), Some(3));
    world.patch("statefulsets.apps", "web", json!({"spec": {"replicas": 1}}));
    world.settle();
    assert_eq!(names(), ["web-0"]);
}

#[test]
fn cron_jobs_run_by_the_clock_and_clean_up() {
    let world = World::new();
    let cron = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "hello", "namespace": "default"},
        "spec": {
            "schedule": "*/2 * * * *",
            "jobTemplate": {"spec": {"template": {"spec": {
                "restartPolicy": "OnFailure",
                "containers": [{"name": "main", "image": "busybox", "command": ["sh", "-c", "exit 0"]}],
            }}}},
        },
    });
    world.create("cronjobs.batch", cron);
    world.advance(Duration::from_secs(150));
    assert_eq!(world.list("jobs.batch").len(), 1, "{:?}", world.cluster.failures());
    world.advance(Duration::from_mins(20));
    assert_eq!(world.list("jobs.batch").len(), 3);
    let hello = world.get("cronjobs.batch", "hello").unwrap();
    assert_eq!(object::str_at(&hello, "/status/lastScheduleTime"), "2026-01-01T00:22:00Z");
}

#[test]
fn budgets_count_healthy_pods() {
    let world = World::new();
    world.create("deployments.apps", deployment("web", 3, "nginx"));
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}},
    });
    world.create("poddisruptionbudgets.policy", budget);
    world.settle();
    let budget = world.get("poddisruptionbudgets.policy", "web").unwrap();
    assert_eq!(
        object::i64_at(&budget, "/status/disruptionsAllowed"),
        Some(1),
        "{:?}",
        world.cluster.failures()
    );
}
