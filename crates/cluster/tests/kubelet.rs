//! Pods run on nodes: what a client of the API sees of it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may end there, and measurements are shown"
)]

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{array_at, i64_at, str_at};
use podground_api::{Body, Method, Request, Value, json};
use podground_cluster::client::Client;
use podground_cluster::{Cluster, ClusterConfig, Profile};
use podground_programs::http::{HttpError, Response, Url};
use podground_shell::Command;
use podground_sim::{Sim, Time};
use podground_vfs::{FileSystem, Tree};

struct World {
    sim: Sim,
    cluster: Cluster,
    client: Client,
}

impl World {
    fn new() -> Self {
        let sim = Sim::new(1, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap());
        let cluster = Cluster::start(&sim, &ClusterConfig { profile: Profile::Bare, nodes: 4 });
        let client = cluster.client("kubernetes-admin", "test");
        let world = Self { sim, cluster, client };
        world.advance(5.0);
        world
    }

    fn advance(&self, seconds: f64) {
        let end = self.sim.now() + Duration::from_secs_f64(seconds);
        loop {
            while self.sim.run_ready(1000) {}
            match self.sim.next_deadline() {
                Some(next) if next <= end => self.sim.advance_to(next),
                _ => break,
            }
        }
        self.sim.advance_to(end);
        while self.sim.run_ready(1000) {}
    }

    fn create(&self, pod: Value) {
        self.client.create("pods", pod).unwrap();
    }

    fn pod(&self, name: &str) -> Value {
        (*self.client.get("pods", "default", name).unwrap()).clone()
    }

    /// Advances until the pod is as wished, ten minutes at the most; gives the seconds that it took.
    fn until(&self, name: &str, wish: impl Fn(&Value) -> bool) -> f64 {
        let start = self.sim.now();
        for _ in 0..12_000 {
            if self.client.get("pods", "default", name).is_ok_and(|pod| wish(&pod)) {
                return self.sim.now().since(start).as_secs_f64();
            }
            self.advance(0.05);
        }
        panic!("{}", serde_json::to_string_pretty(&self.pod(name)).unwrap());
    }

    /// Runs a command on a node to its end and gives what it printed.
    fn on_node(&self, node: &str, args: &[&str]) -> String {
        let host = self.cluster.node_host(node).unwrap();
        let (reader, writer) = podground_sim::pipe(1 << 20);
        let out = podground_shell::Fd::PipeWriter(writer);
        let child = host.spawn(Command::new(args.iter().copied()).fd(1, out.clone()).fd(2, out)).unwrap();
        self.advance(1.0);
        assert!(child.try_wait().is_some());
        String::from_utf8(reader.try_read(1 << 20).unwrap_or_default()).unwrap()
    }

    /// Gets a URL from the learner's machine.
    fn get(&self, url: &str) -> Result<Response, HttpError> {
        let files = FileSystem::new(Tree::new(), Rc::new(|| 0));
        let network = self.cluster.workstation_network(files);
        let url = Url::parse(url).unwrap();
        let task =
            self.sim.spawn(async move { podground_programs::http::get(&*network, &url, "curl/8.5.0").await });
        for _ in 0..200 {
            self.advance(1.0);
            if task.is_finished() {
                break;
            }
        }
        futures_lite::future::block_on(task)
    }

    fn events(&self, name: &str) -> Vec<(String, String)> {
        let list = self.client.list("events", "default", &[]).unwrap();
        let mut events: Vec<_> = array_at(&list, "/items")
            .iter()
            .filter(|event| str_at(event, "/involvedObject/name") == name)
            .map(|event| {
                let time = str_at(event, "/firstTimestamp").to_owned();
                (time, str_at(event, "/reason").to_owned(), str_at(event, "/message").to_owned())
            })
            .collect();
        events.sort();
        events.into_iter().map(|(_, reason, message)| (reason, message)).collect()
    }
}

fn pod(name: &str, containers: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": containers}})
}

fn ready(pod: &Value) -> bool {
    podground_api::object::condition_is_true(pod, "Ready")
}

#[test]
fn a_pod_runs_and_ends() {
    let world = World::new();
    world.create(pod("web", json!([{"name": "nginx", "image": "nginx"}])));
    let took = world.until("web", ready);
    assert!((0.5..4.0).contains(&took), "{took}");
    let pod = world.pod("web");
    assert_eq!(str_at(&pod, "/status/phase"), "Running");
    assert_eq!(str_at(&pod, "/status/containerStatuses/0/image"), "docker.io/library/nginx:latest");
    world
        .client
        .delete("pods", "default", "web", &podground_cluster::client::DeleteOptions::default())
        .unwrap();
    world.advance(3.0);
    assert!(world.client.get("pods", "default", "web").is_err());
}

#[test]
fn a_missing_image_backs_off() {
    let world = World::new();
    world.create(pod("typo", json!([{"name": "web", "image": "nginx:nosuchtag"}])));
    let waits = |reason: &'static str| {
        move |pod: &Value| str_at(pod, "/status/containerStatuses/0/state/waiting/reason") == reason
    };
    world.until("typo", waits("ErrImagePull"));
    let took = world.until("typo", waits("ImagePullBackOff"));
    assert!(took < 3.0);
    world.advance(60.0);
    println!("{:#?}", world.events("typo"));
}

#[test]
fn a_missing_command_is_a_start_error() {
    let world = World::new();
    world.create(pod("bad", json!([{"name": "main", "image": "busybox", "command": ["nonsense"]}])));
    world.until("bad", |pod| i64_at(pod, "/status/containerStatuses/0/restartCount") == Some(2));
    println!("{:#?}", world.events("bad"));
    println!("{}", serde_json::to_string_pretty(&world.pod("bad")["status"]).unwrap());
    assert_eq!(
        i64_at(&world.pod("bad"), "/status/containerStatuses/0/lastState/terminated/exitCode"),
        Some(128)
    );
    let _ = &world.cluster;
}

#[test]
fn a_service_reaches_its_pods() {
    let world = World::new();
    for name in ["a", "b"] {
        let mut kubia =
            pod(name, json!([{"name": "kubia", "image": "luksa/kubia", "ports": [{"containerPort": 8080}]}]));
        kubia["metadata"]["labels"] = json!({"app": "kubia"});
        world.create(kubia);
    }
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kubia", "namespace": "default"},
        "spec": {"type": "NodePort", "selector": {"app": "kubia"},
            "ports": [{"port": 80, "targetPort": 8080, "nodePort": 30123}]}});
    world.client.create("services", service).unwrap();
    world.until("a", ready);
    world.until("b", ready);
    world.advance(2.0);
    let bodies: Vec<String> = (0..3)
        .map(|_| String::from_utf8(world.get("http://172.18.0.4:30123/").unwrap().body).unwrap())
        .collect();
    assert_eq!(bodies[0], bodies[2]);
    assert_ne!(bodies[0], bodies[1]);
    assert!(bodies[0].starts_with("You've hit "), "{bodies:?}");
    let hops = world.cluster.kubelet().fabric().hops_since(0);
    assert_eq!(hops.last().unwrap().service.as_ref().unwrap().name, "kubia");
    let node = str_at(&world.pod("a"), "/spec/nodeName").to_owned();
    let listing = world.on_node(&node, &["docker", "ps"]);
    println!(
        "{listing}{}{}",
        world.on_node(&node, &["crictl", "ps"]),
        world.on_node(&node, &["docker", "images"])
    );
    let line = listing.lines().find(|line| line.contains("k8s_kubia_a_default_")).unwrap();
    let id = line.split(' ').next().unwrap();
    let log = world.on_node(&node, &["docker", "logs", id]);
    assert!(log.starts_with("Kubia server starting...\nReceived request from ::ffff:172.18.0.4\n"), "{log}");
    // Nothing listens there, and nobody is there.
    assert!(matches!(world.get("http://172.18.0.4:30124/"), Err(HttpError::Connect(_))));
}

#[test]
fn two_containers_cannot_share_a_port() {
    let world = World::new();
    let containers = json!([{"name": "one", "image": "nginx"}, {"name": "two", "image": "nginx"}]);
    world.create(pod("conflict", containers));
    let crashed = |pod: &Value| {
        array_at(pod, "/status/containerStatuses")
            .iter()
            .any(|status| str_at(status, "/state/waiting/reason") == "CrashLoopBackOff")
    };
    world.until("conflict", crashed);
    let status = world.pod("conflict")["status"]["containerStatuses"].clone();
    assert_eq!(i64_at(&status[1], "/lastState/terminated/exitCode"), Some(1), "{status}");
    let path = "/api/v1/namespaces/default/pods/conflict/log";
    let request = Request::new(Method::Get, path)
        .with_query("container", "two")
        .with_query("previous", "true")
        .with_header("x-podground-user", "kubernetes-admin")
        .with_header("x-podground-group", "system:masters");
    let Body::Text(log) = world.cluster.api().handle(request).body else { panic!() };
    assert!(log.contains("bind() to 0.0.0.0:80 failed (98: Address already in use)"), "{log}");
}

#[test]
fn a_node_that_goes_down_comes_back() {
    let world = World::new();
    world.create(pod("web", json!([{"name": "nginx", "image": "nginx"}])));
    world.until("web", ready);
    let node = str_at(&world.pod("web"), "/spec/nodeName").to_owned();
    world.cluster.kubelet().set_node_down(&node, true);
    world.advance(60.0);
    let object = world.client.get("nodes", "", &node).unwrap();
    assert!(!podground_api::object::condition_is_true(&object, "Ready"));
    assert!(!ready(&world.pod("web")));
    world.cluster.kubelet().set_node_down(&node, false);
    world.until("web", ready);
    assert_eq!(i64_at(&world.pod("web"), "/status/containerStatuses/0/restartCount"), Some(1));
    let object = world.client.get("nodes", "", &node).unwrap();
    assert!(podground_api::object::condition_is_true(&object, "Ready"));
}

#[test]
fn configuration_reaches_the_container_and_follows_changes() {
    let world = World::new();
    let map = |level: &str| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"},
            "data": {"level": level}})
    };
    world.client.create("configmaps", map("3")).unwrap();
    let mut app = pod(
        "app",
        json!([{"name": "main", "image": "nginx",
            "command": ["sh", "-c", "echo $LEVEL $NODE $(LEVEL)x; cat /etc/conf/level /etc/info/labels; echo; exec nginx -g 'daemon off;'"],
            "env": [
                {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
                {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
            "volumeMounts": [
                {"name": "conf", "mountPath": "/etc/conf"}, {"name": "info", "mountPath": "/etc/info"},
                {"name": "work", "mountPath": "/work"}]}]),
    );
    app["metadata"]["labels"] = json!({"app": "web"});
    app["spec"]["volumes"] = json!([
        {"name": "conf", "configMap": {"name": "settings"}}, {"name": "work", "emptyDir": {}},
        {"name": "info", "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}}]);
    world.create(app);
    world.until("app", ready);
    let node = str_at(&world.pod("app"), "/spec/nodeName").to_owned();
    let id =
        str_at(&world.pod("app"), "/status/containerStatuses/0/containerID").replace("containerd://", "");
    let log = world.on_node(&node, &["docker", "logs", &id]);
    assert!(log.starts_with(&format!("3 {node} 3x\n3app=\"web\"")), "{log}");
    let write = ["docker", "exec", &id, "sh", "-c", "echo kept > /work/x; echo no > /etc/conf/x"];
    assert!(world.on_node(&node, &write).contains("Read-only file system"));
    world.client.update("configmaps", map("4")).unwrap();
    world.advance(5.0);
    let read = ["docker", "exec", &id, "cat", "/etc/conf/level"];
    assert_eq!(world.on_node(&node, &read), "3");
    world.advance(90.0);
    assert_eq!(world.on_node(&node, &read), "4");
    // What is in the volume outlives the container.
    world.on_node(&node, &["docker", "kill", &id]);
    world
        .until("app", |pod| ready(pod) && i64_at(pod, "/status/containerStatuses/0/restartCount") == Some(1));
    let id =
        str_at(&world.pod("app"), "/status/containerStatuses/0/containerID").replace("containerd://", "");
    assert_eq!(world.on_node(&node, &["docker", "exec", &id, "cat", "/work/x"]), "kept\n");
}

#[test]
fn init_containers_come_first_and_sidecars_stay() {
    let world = World::new();
    let mut kiada = pod(
        "kiada",
        json!([{"name": "main", "image": "luksa/kiada:0.5", "ports": [{"containerPort": 8080}]}]),
    );
    kiada["spec"]["initContainers"] = json!([
        {"name": "init", "image": "busybox", "command": ["sh", "-c", "exit 0"]},
        {"name": "proxy", "image": "nginx", "restartPolicy": "Always"}]);
    world.create(kiada);
    world.until("kiada", |pod| {
        str_at(pod, "/status/initContainerStatuses/0/state/terminated/reason") == "Completed"
    });
    assert_eq!(str_at(&world.pod("kiada"), "/status/phase"), "Pending");
    world.until("kiada", ready);
    assert_eq!(world.pod("kiada")["status"]["initContainerStatuses"][1]["started"], true);
    let mut job = pod(
        "job",
        json!([{"name": "main", "image": "busybox", "command": ["sh", "-c", "echo done; exit 2"]}]),
    );
    job["spec"]["restartPolicy"] = "Never".into();
    job["spec"]["initContainers"] = json!([{"name": "proxy", "image": "nginx", "restartPolicy": "Always"}]);
    world.create(job);
    world.until("job", |pod| str_at(pod, "/status/phase") == "Failed");
    let status = world.pod("job")["status"].clone();
    assert_eq!(i64_at(&status, "/containerStatuses/0/state/terminated/exitCode"), Some(2));
    assert_eq!(i64_at(&status, "/initContainerStatuses/0/state/terminated/exitCode"), Some(0));
}

#[test]
fn a_port_is_forwarded() {
    let world = World::new();
    world.create(pod("kubia", json!([{"name": "kubia", "image": "luksa/kubia"}])));
    world.until("kubia", ready);
    let forward = |port: &str| {
        let request = Request::new(Method::Post, "/api/v1/namespaces/default/pods/kubia/portforward")
            .with_query("ports", port)
            .with_header("x-podground-user", "kubernetes-admin");
        match world.cluster.api().handle(request).body {
            Body::Upgrade(upgrade) => upgrade,
            other => panic!("{other:?}"),
        }
    };
    let upgrade = forward("8080");
    upgrade.to_server.try_send((0, b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n".to_vec())).unwrap();
    world.advance(1.0);
    let mut answer = Vec::new();
    while let Ok((channel, bytes)) = upgrade.from_server.try_recv() {
        assert_eq!(channel, 0);
        answer.extend(bytes);
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.ends_with("You've hit kubia\n"), "{answer}");
    let refused = forward("8081");
    world.advance(1.0);
    let (channel, text) = refused.from_server.try_recv().unwrap();
    assert_eq!(channel, 1);
    assert!(String::from_utf8(text).unwrap().contains("connect: connection refused"));
}

/// Run it with `--release --ignored --nocapture`: wall time, not virtual time.
#[test]
#[ignore = "a measurement"]
fn a_thousand_pods() {
    let sim = Sim::new(1, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap());
    let cluster = Cluster::start(&sim, &ClusterConfig { profile: Profile::Bare, nodes: 12 });
    let client = cluster.client("kubernetes-admin", "test");
    let world = World { sim, cluster, client };
    world.advance(5.0);
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"}, "spec": {"replicas": 1000,
            "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}}}});
    #[allow(clippy::disallowed_types, reason = "it is wall time that is measured")]
    let start = std::time::Instant::now();
    world.client.create("deployments.apps", deployment).unwrap();
    for second in 0..120 {
        world.advance(1.0);
        let deployment = world.client.get("deployments.apps", "default", "web").unwrap();
        let ready = i64_at(&deployment, "/status/readyReplicas").unwrap_or(0);
        println!("{second} s: {ready} ready after {:?}, {} polls", start.elapsed(), world.sim.polls());
        if ready == 1000 {
            break;
        }
    }
}
