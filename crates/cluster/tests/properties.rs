//! What holds for any sequence of calls: no panic, rising revisions, watches that replay to the list.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::object::{name, resource_version, str_at};
use podground_api::{Body, Method, Request, Value, json};
use podground_cluster::apiserver::ApiServer;
use podground_cluster::resources::RESOURCES;
use podground_sim::{Rng, Sim, Time};

fn server(seed: u64) -> ApiServer {
    let api = ApiServer::new(Sim::new(seed, Time::from_unix_seconds(1_767_225_600)));
    let body = json!({"metadata": {"name": "default"}});
    api.handle(Request::new(Method::Post, "/api/v1/namespaces").with_body(body.clone()));
    api.handle(Request::new(Method::Post, "/api/v1/namespaces/default/serviceaccounts").with_body(body));
    api
}

fn pick<'a, T>(rng: &mut Rng, list: &'a [T]) -> &'a T {
    &list[rng.below(list.len() as u64) as usize]
}

const WORDS: [&str; 24] = [
    "",
    "web",
    "a.b",
    "A_B",
    "*",
    "None",
    "-1",
    "0",
    "1Gi",
    "1/2",
    "80",
    "RollingUpdate",
    "Always",
    "TCP",
    "[]",
    "2026-01-01T00:00:00Z",
    "25%",
    "kubernetes",
    "é€😀",
    "default",
    "v1",
    "ClientIP",
    "In",
    "{{",
];

const KEYS: [&str; 44] = [
    "metadata",
    "spec",
    "status",
    "name",
    "generateName",
    "labels",
    "annotations",
    "finalizers",
    "ownerReferences",
    "containers",
    "initContainers",
    "image",
    "ports",
    "containerPort",
    "port",
    "targetPort",
    "env",
    "value",
    "valueFrom",
    "fieldRef",
    "fieldPath",
    "volumes",
    "emptyDir",
    "volumeMounts",
    "mountPath",
    "resources",
    "limits",
    "requests",
    "cpu",
    "selector",
    "matchLabels",
    "matchExpressions",
    "template",
    "replicas",
    "strategy",
    "rollingUpdate",
    "type",
    "clusterIP",
    "data",
    "rules",
    "hard",
    "tolerations",
    "affinity",
    "metrics",
];

/// Any JSON value, with words that mean something here and there.
fn any(rng: &mut Rng, depth: u64) -> Value {
    match rng.below(if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => Value::Bool(rng.below(2) == 0),
        2 => json!(rng.below(70_000).cast_signed() - 100),
        3 | 4 => (*pick(rng, &WORDS)).into(),
        5 => (0..rng.below(4)).map(|_| any(rng, depth - 1)).collect(),
        _ => {
            let mut map = podground_api::Map::new();
            for _ in 0..rng.below(6) {
                map.insert((*pick(rng, &KEYS)).to_owned(), any(rng, depth - 1));
            }
            Value::Object(map)
        }
    }
}

/// Changes something somewhere in a value.
fn mutate(rng: &mut Rng, value: &mut Value) {
    if rng.below(4) == 0 {
        *value = any(rng, 3);
        return;
    }
    match value {
        Value::Object(map) if !map.is_empty() => {
            let index = rng.below(map.len() as u64) as usize;
            if let Some(value) = map.values_mut().nth(index) {
                mutate(rng, value);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = rng.below(items.len() as u64) as usize;
            mutate(rng, &mut items[index]);
        }
        other => *other = any(rng, 2),
    }
}

/// Good manifests to start from.
fn seeds() -> Vec<Value> {
    let template = json!({"metadata": {"labels": {"a": "b"}}, "spec": {
        "containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80}],
            "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
            "resources": {"limits": {"cpu": "1"}}, "livenessProbe": {"httpGet": {"port": 80}},
            "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
        "volumes": [{"name": "v", "configMap": {"name": "x"}}],
        "tolerations": [{"key": "k", "operator": "Exists"}]}});
    let selector =
        json!({"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "k", "operator": "Exists"}]});
    vec![
        json!({"metadata": {"name": "web", "labels": {"a": "b"}}, "spec": template["spec"]}),
        json!({"metadata": {"name": "web"}, "spec": {"selector": selector, "template": template, "replicas": 1}}),
        json!({"metadata": {"name": "web"}, "spec": {"type": "NodePort", "ports": [{"port": 80}], "selector": {"a": "b"}}}),
        json!({"metadata": {"name": "web"}, "data": {"a": "Yg=="}, "type": "Opaque"}),
        json!({"metadata": {"name": "web"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}),
        json!({"metadata": {"name": "web"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}}}),
        json!({"metadata": {"name": "web"}, "spec": {"rules": [{"host": "a.b", "http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "x", "port": {"number": 80}}}}]}}]}}),
        json!({"metadata": {"name": "web"}, "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/x"}, "resources": {"requests": {"storage": "1Gi"}}}}),
        json!({"metadata": {"name": "webs.x.example.com"}, "spec": {"group": "x.example.com", "scope": "Namespaced",
            "names": {"plural": "webs", "kind": "Web"}, "versions": [{"name": "v1", "served": true, "storage": true,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object"}}}},
            "additionalPrinterColumns": [{"name": "X", "type": "string", "jsonPath": ".spec.x[0]"}]}]}}),
        json!({"metadata": {"name": "web"}, "spec": {"hard": {"pods": "2"}, "limits": [{"type": "Container", "max": {"cpu": "1"}}]}}),
        json!({"metadata": {"name": "web"}, "spec": {"maxReplicas": 2, "scaleTargetRef": {"kind": "Deployment", "name": "web"}}}),
    ]
}

fn path(rng: &mut Rng) -> (String, &'static [&'static str]) {
    let resource = pick(rng, RESOURCES);
    let base = if resource.group.is_empty() {
        format!("/api/{}", resource.version)
    } else {
        format!("/apis/{}/{}", resource.group, resource.version)
    };
    let path = if resource.namespaced {
        format!("{base}/namespaces/default/{}", resource.plural)
    } else {
        format!("{base}/{}", resource.plural)
    };
    (path, resource.subresources)
}

const PATCHES: [&str; 5] = [
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/json-patch+json",
    "application/apply-patch+yaml",
    "",
];

fn request(rng: &mut Rng, seeds: &[Value]) -> Request {
    let (mut path, subresources) = path(rng);
    let method =
        *pick(rng, &[Method::Get, Method::Post, Method::Post, Method::Put, Method::Patch, Method::Delete]);
    if (method != Method::Post || rng.below(5) == 0) && rng.below(5) > 0 {
        path.push_str("/web");
        if rng.below(4) == 0 && !subresources.is_empty() {
            path = format!("{path}/{}", pick(rng, subresources));
        }
    }
    if rng.below(50) == 0 {
        path = format!("/{}/{}//{}", pick(rng, &WORDS), pick(rng, &WORDS), pick(rng, &WORDS));
    }
    let mut body = if rng.below(6) == 0 { any(rng, 4) } else { pick(rng, seeds).clone() };
    for _ in 0..rng.below(4) {
        mutate(rng, &mut body);
    }
    let mut request = Request::new(method, path).with_body(body);
    if method == Method::Patch {
        request = request.with_header("content-type", *pick(rng, &PATCHES));
    }
    for name in [
        "labelSelector",
        "fieldSelector",
        "limit",
        "continue",
        "dryRun",
        "fieldValidation",
        "watch",
        "resourceVersion",
    ] {
        if rng.below(30) == 0 {
            request = request.with_query(name, *pick(rng, &WORDS));
        }
    }
    if rng.below(3) == 0 {
        request = request.with_header("accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
    }
    if rng.below(30) == 0 {
        request = request.with_header("impersonate-user", *pick(rng, &WORDS));
    }
    request
}

#[test]
fn any_calls_are_answered_and_revisions_rise() {
    let seeds = seeds();
    for seed in 0..30 {
        let api = server(seed);
        let mut rng = Rng::new(seed);
        let mut revision = api.store().revision();
        let mut made = 0;
        for _ in 0..400 {
            let response = api.handle(request(&mut rng, &seeds));
            assert!((200..600).contains(&response.status));
            made += usize::from(response.status == 201);
            let now = api.store().revision();
            assert!(now >= revision);
            revision = now;
        }
        assert!(made > 5, "{made} objects made");
        // What was stored can be shown.
        for resource in RESOURCES {
            for object in api.store().list(resource.key, None) {
                assert!(resource_version(object) <= revision);
            }
        }
        let accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        for resource in RESOURCES.iter().filter(|resource| resource.verbs.contains(&"list")) {
            let base = if resource.group.is_empty() {
                "/api".to_owned()
            } else {
                format!("/apis/{}", resource.group)
            };
            let request =
                Request::new(Method::Get, format!("{base}/{}/{}", resource.version, resource.plural));
            let table = api.handle(request.with_header("accept", accept));
            assert_eq!(table.status, 200);
            let table = table.into_json();
            let columns = table["columnDefinitions"].as_array().map_or(0, Vec::len);
            for row in table["rows"].as_array().into_iter().flatten() {
                assert_eq!(row["cells"].as_array().map_or(0, Vec::len), columns, "{}", resource.plural);
            }
        }
    }
}

#[test]
fn a_watch_replays_to_the_list() {
    let seeds = seeds();
    for seed in 100..110 {
        let api = server(seed);
        let mut rng = Rng::new(seed);
        let watch = |path: &str| {
            let request = Request::new(Method::Get, path).with_query("watch", "true");
            let Body::Events(events) = api.handle(request).body else { panic!("no events") };
            events
        };
        let paths = ["/api/v1/pods", "/api/v1/services", "/apis/apps/v1/deployments", "/api/v1/configmaps"];
        let keys = ["pods", "services", "deployments.apps", "configmaps"];
        let watches: Vec<_> = paths.iter().map(|path| watch(path)).collect();
        for _ in 0..400 {
            api.handle(request(&mut rng, &seeds));
        }
        for (events, key) in watches.iter().zip(keys) {
            let mut seen: BTreeMap<(String, String), Value> = BTreeMap::new();
            while let Ok(event) = events.try_recv() {
                let object = &event["object"];
                let id = (str_at(object, "/metadata/namespace").to_owned(), name(object).to_owned());
                match str_at(&event, "/type") {
                    "DELETED" => {
                        assert!(seen.remove(&id).is_some());
                    }
                    "ADDED" => assert!(seen.insert(id, object.clone()).is_none()),
                    _ => assert!(seen.insert(id, object.clone()).is_some()),
                }
            }
            let store = api.store();
            let listed: Vec<&Rc<Value>> = store.list(key, None).collect();
            assert_eq!(listed.len(), seen.len());
            for object in listed {
                let id = (str_at(object, "/metadata/namespace").to_owned(), name(object).to_owned());
                assert_eq!(seen.get(&id), Some(&**object));
            }
        }
    }
}

#[test]
#[ignore = "a measurement"]
#[allow(clippy::disallowed_types, reason = "measures real time")]
fn a_table_of_ten_thousand_pods() {
    let api = server(1);
    for number in 0..10_000 {
        let mut pod = seeds().swap_remove(0);
        pod["metadata"]["name"] = format!("pod-{number}").into();
        let request = Request::new(Method::Post, "/api/v1/namespaces/default/pods").with_body(pod);
        assert_eq!(api.handle(request).status, 201);
    }
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    for path in ["/api/v1/pods", "/api/v1/pods?"] {
        let start = std::time::Instant::now();
        let mut request = Request::new(Method::Get, path.trim_end_matches('?')).with_header("accept", accept);
        if path.ends_with('?') {
            request = request.with_query("labelSelector", "a=b,x!=y");
        }
        let table = api.handle(request).into_json();
        println!("{path}: {:?} for {} rows", start.elapsed(), table["rows"].as_array().map_or(0, Vec::len));
    }
    let start = std::time::Instant::now();
    for number in 0..1000 {
        let mut pod = seeds().swap_remove(0);
        pod["metadata"]["name"] = format!("more-{number}").into();
        let request = Request::new(Method::Post, "/api/v1/namespaces/default/pods").with_body(pod);
        assert_eq!(api.handle(request).status, 201);
    }
    println!("create: {:?} per pod", start.elapsed() / 1000);
}
