//! What holds for any sequence of calls while the controllers work: quotas are kept at every moment; and once all is
//! still, replicas are as asked for, owners that are gone have taken theirs with them, and a patch that a client
//! computes is what the server makes of it.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{self, array_at, i64_at, str_at};
use podground_api::{Method, Request, Schema, Selector, Value, json, patch};
use podground_cluster::{Cluster, ClusterConfig};
use podground_sim::{Rng, Sim, Time};

const NAMESPACE: &str = "/api/v1/namespaces/default";
const APPS: &str = "/apis/apps/v1/namespaces/default";

fn start(seed: u64) -> (Sim, Cluster) {
    let sim = Sim::new(seed, Time::from_unix_seconds(1_767_225_600));
    let cluster = Cluster::start(&sim, &ClusterConfig::default());
    run(&sim, Duration::from_secs(5));
    (sim, cluster)
}

/// Lets time pass.
fn run(sim: &Sim, span: Duration) {
    let end = sim.now() + span;
    loop {
        while sim.run_ready(1000) {}
        match sim.next_deadline().filter(|deadline| *deadline <= end) {
            Some(deadline) => sim.advance_to(deadline),
            None => break,
        }
    }
    sim.advance_to(end);
}

fn call(cluster: &Cluster, method: Method, path: &str, body: Value) -> (u16, Rc<Value>) {
    let mut request = Request::new(method, path);
    if !body.is_null() {
        request = request.with_body(body);
    }
    if method == Method::Patch {
        request = request.with_header("content-type", "application/strategic-merge-patch+json");
    }
    let response = cluster.api().handle(request);
    (response.status, response.into_json())
}

fn all(cluster: &Cluster, key: &str) -> Vec<Rc<Value>> {
    cluster.api().store().list(key, None).cloned().collect()
}

fn template(app: &str, image: &str) -> Value {
    json!({"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "c", "image": image}]}})
}

fn workload(app: &str, replicas: u64, image: &str) -> Value {
    json!({"metadata": {"name": app}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": template(app, image),
        "serviceName": app,
    }})
}

fn pick<'a, T>(rng: &mut Rng, list: &'a [T]) -> &'a T {
    &list[usize::try_from(rng.below(list.len() as u64)).expect("an index of a short list")]
}

const KINDS: [&str; 3] = ["deployments", "replicasets", "statefulsets"];
const NAMES: [&str; 3] = ["a", "b", "c"];
const IMAGES: [&str; 4] = ["nginx", "nginx:1.27", "redis", "nosuch"];

/// One call that somebody might make.
fn step(rng: &mut Rng, cluster: &Cluster) {
    let (kind, name) = (*pick(rng, &KINDS), *pick(rng, &NAMES));
    // Names differ by kind, so that no two workloads select the same pods.
    let name = format!("{}{name}", &kind[..1]);
    let path = format!("{APPS}/{kind}/{name}");
    let image = *pick(rng, &IMAGES);
    match rng.below(12) {
        0..3 => {
            let mut body = workload(&name, rng.below(4), image);
            if kind != "statefulsets" {
                object::remove_at(&mut body, "/spec/serviceName");
            }
            call(cluster, Method::Post, &format!("{APPS}/{kind}"), body);
        }
        3 => {
            call(cluster, Method::Patch, &path, json!({"spec": {"replicas": rng.below(5)}}));
        }
        4 => {
            let containers = json!([{"name": "c", "image": image}]);
            call(
                cluster,
                Method::Patch,
                &path,
                json!({"spec": {"template": {"spec": {"containers": containers}}}}),
            );
        }
        5 => {
            let policy = *pick(rng, &["Background", "Foreground", "Orphan"]);
            call(cluster, Method::Delete, &path, json!({"propagationPolicy": policy}));
        }
        6 => {
            let pods = all(cluster, "pods");
            let own: Vec<_> = pods.iter().filter(|pod| object::namespace(pod) == "default").collect();
            if !own.is_empty() {
                let name = object::name(pick::<&Rc<Value>>(rng, &own)).to_owned();
                let grace = rng.below(3);
                call(
                    cluster,
                    Method::Delete,
                    &format!("{NAMESPACE}/pods/{name}"),
                    json!({"gracePeriodSeconds": grace}),
                );
            }
        }
        7 => {
            let quota = json!({"metadata": {"name": "q"}, "spec": {"hard": {"pods": (3 + rng.below(6)).to_string()}}});
            call(cluster, Method::Post, &format!("{NAMESPACE}/resourcequotas"), quota);
        }
        8 => {
            call(cluster, Method::Delete, &format!("{NAMESPACE}/resourcequotas/q"), Value::Null);
        }
        9 => {
            let job = json!({"metadata": {"name": format!("job{name}")}, "spec": {
                "completions": 1 + rng.below(3), "template": {"spec": {
                    "restartPolicy": "Never",
                    "containers": [{"name": "c", "image": "busybox", "command": ["sleep", "1"]}]}}}});
            call(cluster, Method::Post, "/apis/batch/v1/namespaces/default/jobs", job);
        }
        10 => {
            let pod = json!({"metadata": {"name": format!("p{name}")}, "spec": template("p", image)["spec"]});
            call(cluster, Method::Post, &format!("{NAMESPACE}/pods"), pod);
        }
        _ => {
            let node = *pick(rng, &["node-1", "node-2", "node-3"]);
            let cordoned = rng.below(3) == 0;
            call(
                cluster,
                Method::Patch,
                &format!("/api/v1/nodes/{node}"),
                json!({"spec": {"unschedulable": cordoned}}),
            );
        }
    }
}

fn is_over(pod: &Value) -> bool {
    matches!(str_at(pod, "/status/phase"), "Succeeded" | "Failed")
}

/// A quota lets nothing in that does not fit; what was there before it stays.
fn check_quota(cluster: &Cluster, before: &BTreeSet<String>) -> BTreeSet<String> {
    let pods = all(cluster, "pods");
    let counted: Vec<&Rc<Value>> =
        pods.iter().filter(|pod| object::namespace(pod) == "default" && !is_over(pod)).collect();
    let names: BTreeSet<String> = counted.iter().map(|pod| object::uid(pod).to_owned()).collect();
    for quota in all(cluster, "resourcequotas") {
        let hard: usize = str_at(&quota, "/spec/hard/pods").parse().unwrap_or(usize::MAX);
        let news = names.difference(before).count();
        assert!(
            names.len() <= hard || news == 0,
            "{} pods where {hard} may be, {news} of them new",
            names.len()
        );
    }
    names
}

/// What must be so when nothing moves any more.
fn check_rest(cluster: &Cluster, context: &str) {
    let everything: Vec<(&str, Vec<Rc<Value>>)> = [
        "pods",
        "replicasets.apps",
        "deployments.apps",
        "statefulsets.apps",
        "jobs.batch",
        "controllerrevisions.apps",
    ]
    .into_iter()
    .map(|key| (key, all(cluster, key)))
    .collect();
    let uids: BTreeSet<&str> =
        everything.iter().flat_map(|(_, objects)| objects.iter().map(|object| object::uid(object))).collect();
    for (key, objects) in &everything {
        for object in objects {
            let owners = array_at(object, "/metadata/ownerReferences");
            let is_node = |owner: &Value| matches!(str_at(owner, "/kind"), "Node" | "DaemonSet");
            if !owners.is_empty() && !owners.iter().any(is_node) {
                let alive = owners.iter().any(|owner| uids.contains(str_at(owner, "/uid")));
                assert!(alive, "{context}: the owner of {key}/{} is gone", object::name(object));
            }
            assert!(!object::is_deleting(object), "{context}: {key}/{} is still going", object::name(object));
        }
    }
    let has_quota = !all(cluster, "resourcequotas").is_empty();
    let pods = all(cluster, "pods");
    for (key, objects) in &everything {
        if !matches!(*key, "replicasets.apps" | "statefulsets.apps" | "deployments.apps") {
            continue;
        }
        for object in objects.iter().filter(|object| object::namespace(object) == "default") {
            let wanted = i64_at(object, "/spec/replicas").unwrap_or(1);
            let observed = i64_at(object, "/status/observedGeneration");
            assert_eq!(
                observed,
                i64_at(object, "/metadata/generation"),
                "{context}: {key}/{}",
                object::name(object)
            );
            let selector =
                Selector::from_label_selector(object::at(object, "/spec/selector")).unwrap_or_default();
            let count = pods.iter().filter(|pod| selector.matches_object(pod) && !is_over(pod)).count();
            let count = i64::try_from(count).expect("few pods");
            let is_stateful = *key == "statefulsets.apps";
            if *key == "replicasets.apps" && !has_quota {
                assert_eq!(count, wanted, "{context}: pods of {key}/{}", object::name(object));
            }
            // A set in order stops at the first that does not become ready.
            assert!(
                count <= wanted || *key == "deployments.apps",
                "{context}: {count} > {wanted} of {}",
                object::name(object)
            );
            if is_stateful && wanted > 0 && !has_quota {
                assert!(count > 0, "{context}: no pod of {}", object::name(object));
            }
        }
    }
}

#[test]
fn any_calls_come_to_rest_as_they_should() {
    for seed in 0..12 {
        let (sim, cluster) = start(seed);
        let mut rng = Rng::new(1000 + seed);
        let mut pods = BTreeSet::new();
        let mut revision = 0;
        for _ in 0..60 {
            step(&mut rng, &cluster);
            pods = check_quota(&cluster, &pods);
            run(&sim, Duration::from_millis(rng.below(1500)));
            pods = check_quota(&cluster, &pods);
            let now = cluster.api().store().revision();
            assert!(now >= revision, "revisions rise");
            revision = now;
        }
        for node in ["node-1", "node-2", "node-3"] {
            call(
                &cluster,
                Method::Patch,
                &format!("/api/v1/nodes/{node}"),
                json!({"spec": {"unschedulable": false}}),
            );
        }
        run(&sim, Duration::from_secs(900));
        check_rest(&cluster, &format!("seed {seed}"));
    }
}

#[test]
fn a_patch_is_the_same_on_both_sides() {
    let (_, cluster) = start(3);
    let schema = Schema::builtin();
    let mut rng = Rng::new(77);
    let path = format!("{APPS}/deployments");
    call(&cluster, Method::Post, &path, workload("web", 0, "nginx"));
    for _ in 0..200 {
        let (_, live) = call(&cluster, Method::Get, &format!("{path}/web"), Value::Null);
        let mut wanted = (*live).clone();
        for _ in 0..=rng.below(3) {
            match rng.below(5) {
                0 => wanted["metadata"]["labels"] = json!({*pick(&mut rng, &NAMES): *pick(&mut rng, &NAMES)}),
                1 => wanted["metadata"]["annotations"] = json!({"note": rng.below(9).to_string()}),
                2 => {
                    wanted["spec"]["template"]["spec"]["containers"][0]["image"] =
                        (*pick(&mut rng, &IMAGES)).into()
                }
                3 => {
                    let env: Vec<Value> = NAMES
                        .iter()
                        .filter(|_| rng.below(2) == 0)
                        .map(|name| json!({"name": name, "value": "1"}))
                        .collect();
                    wanted["spec"]["template"]["spec"]["containers"][0]["env"] = env.into();
                }
                _ => {
                    let strategy = if rng.below(2) == 0 {
                        json!({"type": "Recreate"})
                    } else {
                        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": rng.below(3) + 1, "maxUnavailable": 0}})
                    };
                    wanted["spec"]["strategy"] = strategy;
                }
            }
        }
        let change = patch::three_way(schema, "apps.v1.Deployment", &live, &wanted, &live);
        let here = patch::apply_strategic_merge_patch(schema, "apps.v1.Deployment", &live, &change)
            .expect("a patch that was computed applies");
        let (status, there) = call(&cluster, Method::Patch, &format!("{path}/web"), change.clone());
        assert_eq!(status, 200, "{there}");
        for pointer in ["/metadata/labels", "/metadata/annotations", "/spec"] {
            let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
            let mut here = object::at(&here, pointer).clone();
            // What is empty is not stored.
            if object::array_at(&here, "/template/spec/containers/0/env").is_empty() {
                object::remove_at(&mut here, "/template/spec/containers/0/env");
            }
            assert!(!empty(&here));
            assert_eq!(&here, object::at(&there, pointer), "{change}");
        }
    }
}
