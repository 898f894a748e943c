//! kubectl against a server of canned answers: which requests it sends and what it prints.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use podground_api::{Body, Request, Response, Transport};
use podground_shell::{Command, Fd, Host, NoNetwork, ProcessTable, ProgramTable};
use podground_sim::{Sim, Time, pipe};
use podground_vfs::{FileSystem, Tree};
use serde_json::{Value, json};

const CONFIG: &str = "apiVersion: v1
clusters:
- {cluster: {server: 'https://fake'}, name: c}
contexts:
- {context: {cluster: c, user: u, namespace: dev}, name: here}
current-context: here
kind: Config
users:
- {name: u, user: {token: secret}}
";

type Answer = Box<dyn Fn(&Request) -> Response>;

/// Answers by method and path; what it was asked, in order.
struct Server {
    answers: Vec<(&'static str, Answer)>,
    asked: RefCell<Vec<String>>,
}

impl Transport for Server {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, String>>>> {
        let line = format!("{} {}", request.method.as_str(), request.path);
        let query: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = request.body.as_ref().map_or(String::new(), |body| format!(" {body}"));
        if line != "GET /api" && line != "GET /apis" {
            self.asked.borrow_mut().push(format!("{line}?{}{body}", query.join("&")));
        }
        let found = self.answers.iter().find(|(known, _)| *known == line);
        let response = found.map_or_else(|| not_found(&line), |(_, answer)| answer(&request));
        Box::pin(async move { Ok(response) })
    }
}

fn not_found(line: &str) -> Response {
    let status = json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404,
        "message": format!("{line} not found"), "details": {}});
    Response::json(404, status)
}

fn discovery(root: &str) -> Value {
    let resource = |name: &str, kind: &str, short: &str, namespaced: bool| {
        json!({
            "resource": name, "responseKind": {"group": "", "kind": kind, "version": ""},
            "scope": if namespaced { "Namespaced" } else { "Cluster" }, "singularResource": kind.to_lowercase(),
            "shortNames": [short], "verbs": ["get", "list", "watch"], "categories": ["all"],
        })
    };
    let (group, version, resources) = if root == "/api" {
        let core = vec![resource("pods", "Pod", "po", true), resource("nodes", "Node", "no", false)];
        ("", "v1", core)
    } else {
        ("apps", "v1", vec![resource("deployments", "Deployment", "deploy", true)])
    };
    json!({"kind": "APIGroupDiscoveryList", "items": [
        {"metadata": {"name": group}, "versions": [{"version": version, "resources": resources}]}]})
}

struct Outcome {
    out: String,
    err: String,
    status: u8,
    asked: Vec<String>,
}

/// Runs one command line, cut at spaces; `files` are in the home directory.
fn run(line: &str, answers: Vec<(&'static str, Answer)>, files: &[(&str, &str)]) -> Outcome {
    let sim = Sim::new(7, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap());
    let mut all: Vec<(&'static str, Answer)> = vec![
        ("GET /api", Box::new(|_| Response::json(200, discovery("/api")))),
        ("GET /apis", Box::new(|_| Response::json(200, discovery("/apis")))),
    ];
    all.extend(answers);
    let server = Rc::new(Server { answers: all, asked: RefCell::default() });
    let transport = server.clone();
    let connect: podground_kubectl::Connect =
        Rc::new(move |url| (url == "https://fake").then(|| -> Rc<dyn Transport> { transport.clone() }));
    let mut programs = ProgramTable::new();
    programs.insert("kubectl", podground_kubectl::program(connect));
    let clock = sim.clone();
    let tree = FileSystem::new(Tree::new(), Rc::new(move || clock.now().0));
    for directory in ["/root/.kube", "/bin", "/tmp"] {
        tree.create_directories(directory).unwrap();
    }
    tree.write("/root/.kube/config", CONFIG.as_bytes()).unwrap();
    tree.write("/bin/kubectl", &Host::program_file("kubectl")).unwrap();
    tree.set_mode("/bin/kubectl", 0o755).unwrap();
    for (name, text) in files {
        tree.write(&format!("/root/{name}"), text.as_bytes()).unwrap();
    }
    let host = Rc::new(Host {
        sim: sim.clone(),
        files: tree,
        hostname: RefCell::new("test".to_owned()),
        network: Rc::new(NoNetwork),
        programs: Rc::new(programs),
        processes: ProcessTable::starting_at(10),
    });
    let (out, out_writer) = pipe(1 << 20);
    let (err, err_writer) = pipe(1 << 20);
    let mut command = Command::new(line.split(' '));
    command.cwd = "/root".to_owned();
    command.env =
        BTreeMap::from([("PATH".to_owned(), "/bin".to_owned()), ("HOME".to_owned(), "/root".to_owned())]);
    command.fds =
        BTreeMap::from([(0, Fd::null()), (1, Fd::PipeWriter(out_writer)), (2, Fd::PipeWriter(err_writer))]);
    let child = host.spawn(command).unwrap_or_else(|error| panic!("{error}"));
    let limit = sim.now() + Duration::from_mins(2);
    let status = loop {
        while sim.run_ready(1000) {}
        if let Some(status) = child.try_wait() {
            break status.code();
        }
        match sim.next_deadline().filter(|deadline| *deadline < limit) {
            Some(deadline) => sim.advance_to(deadline),
            None => panic!("{line} hangs"),
        }
    };
    let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes.unwrap_or_default()).unwrap();
    let asked = server.asked.borrow().clone();
    Outcome { out: text(out.try_read(1 << 20)), err: text(err.try_read(1 << 20)), status, asked }
}

fn answer(value: Value) -> Answer {
    Box::new(move |_| Response::json(200, value.clone()))
}

fn pod(labels: Value) -> Value {
    json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "dev", "labels": labels},
        "spec": {"containers": [{"name": "a"}, {"name": "b"}]}, "status": {"phase": "Running"}})
}

fn table(names: &[&str]) -> Value {
    let rows: Vec<Value> = names
        .iter()
        .map(|name| json!({"cells": [name, "1/1", "10.0.0.1"], "object": {"metadata": {"name": name}}}))
        .collect();
    json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "rows": rows, "columnDefinitions": [
        {"name": "Name", "format": "name", "priority": 0}, {"name": "Ready", "priority": 0},
        {"name": "IP", "priority": 1}]})
}

#[test]
fn get_prints_the_servers_table() {
    let get = |line: &str| {
        run(line, vec![("GET /api/v1/namespaces/dev/pods", answer(table(&["web", "longer"])))], &[])
    };
    let done = get("kubectl get po");
    assert_eq!(done.out, "NAME     READY\nweb      1/1\nlonger   1/1\n");
    assert_eq!(done.asked, ["GET /api/v1/namespaces/dev/pods?limit=500"]);
    assert_eq!(
        get("kubectl get pods -owide --no-headers").out,
        "web      1/1   10.0.0.1\nlonger   1/1   10.0.0.1\n"
    );
    let done =
        run("kubectl get pods -n none", vec![("GET /api/v1/namespaces/none/pods", answer(table(&[])))], &[]);
    assert_eq!((done.out.as_str(), done.err.as_str()), ("", "No resources found in none namespace.\n"));
}

#[test]
fn watch_prints_changes_as_they_come() {
    let answers: Answer = Box::new(|request| {
        if request.query_value("watch").is_none() {
            return Response::json(200, table(&["web"]));
        }
        let (sender, receiver) = podground_sim::channel::unbounded();
        sender.try_send(Rc::new(json!({"type": "ADDED", "object": table(&["second"])}))).unwrap();
        Response { status: 200, headers: Vec::new(), body: Body::Events(receiver) }
    });
    let done = run("kubectl get pods -w", vec![("GET /api/v1/namespaces/dev/pods", answers)], &[]);
    assert_eq!(done.out, "NAME   READY\nweb    1/1\nsecond   1/1\n");
}

#[test]
fn label_sends_a_merge_patch() {
    let answers = || {
        vec![
            ("GET /api/v1/namespaces/dev/pods/web", answer(pod(json!({"env": "prod"})))),
            ("PATCH /api/v1/namespaces/dev/pods/web", answer(pod(json!({"env": "debug"})))),
        ]
    };
    let done = run("kubectl label po web env=debug", answers(), &[]);
    assert_eq!(done.err, "error: 'env' already has a value (prod), and --overwrite is false\n");
    let done = run("kubectl label po web env=debug --overwrite", answers(), &[]);
    assert_eq!(done.out, "pod/web labeled\n");
    assert_eq!(
        done.asked[1],
        r#"PATCH /api/v1/namespaces/dev/pods/web?fieldManager=kubectl-label {"metadata":{"labels":{"env":"debug"}}}"#
    );
}

#[test]
fn apply_creates_what_is_not_there() {
    let created: Answer = Box::new(|request| Response::json(201, request.body.clone().unwrap()));
    let done = run(
        "kubectl apply -f pod.yaml",
        vec![("POST /api/v1/namespaces/dev/pods", created)],
        &[("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n---\n---\nkind: Pod\n")],
    );
    assert_eq!(done.out, "pod/web created\n");
    assert_eq!(done.status, 1);
    assert_eq!(
        done.err,
        "error: error validating \"pod.yaml\": error validating data: apiVersion not set; if you choose to ignore these \
         errors, turn validation off with --validate=false\n"
    );
}

#[test]
fn refusals_are_told_in_one_place() {
    let invalid = json!({"kind": "Status", "status": "Failure", "reason": "Invalid", "code": 422,
        "message": "Pod \"X\" is invalid: …", "details": {"kind": "Pod", "name": "X", "causes": [
            {"field": "a", "message": "Required value"}, {"field": "b", "message": "Required value"}]}});
    let refusal: Answer = Box::new(move |_| Response::json(422, invalid.clone()));
    let done = run("kubectl run X --image=nginx", vec![("POST /api/v1/namespaces/dev/pods", refusal)], &[]);
    assert_eq!(done.err, "The Pod \"X\" is invalid: \n* a: Required value\n* b: Required value\n");
    for (line, text) in [
        ("kubectl get foo", "error: the server doesn't have a resource type \"foo\"\n"),
        (
            "kubectl get pods -z",
            "error: unknown shorthand flag: 'z' in -z\nSee 'kubectl get --help' for usage.\n",
        ),
        ("kubectl gte pods", "error: unknown command \"gte\" for \"kubectl\"\n\nDid you mean this?\n\tget\n"),
        (
            "kubectl get pod/web svc",
            "error: there is no need to specify a resource type as a separate argument when \
          passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get \
          resource resource/<resource_name>'\n",
        ),
        ("kubectl kuberc view", "error: podground does not support \"kubectl kuberc view\" yet\n"),
        (
            "kubectl -s http://nowhere:1 version",
            "The connection to the server nowhere:1 was refused - did you specify \
          the right host or port?\n",
        ),
    ] {
        let done = run(line, Vec::new(), &[]);
        assert_eq!((done.err.as_str(), done.status), (text, 1), "{line}");
    }
}

#[test]
fn config_hides_secrets_and_changes_the_file() {
    let done = run("kubectl config view --minify -o jsonpath={.users[0].user}", Vec::new(), &[]);
    assert_eq!(done.out, r#"{"token":"REDACTED"}"#);
    let done = run("kubectl config set-context --current --namespace=prod", Vec::new(), &[]);
    assert_eq!(done.out, "Context \"here\" modified.\n");
}

#[test]
fn logs_name_the_container_that_is_taken() {
    let log: Answer = Box::new(|_| Response {
        status: 200,
        headers: Vec::new(),
        body: Body::Text("one\ntwo\n".to_owned()),
    });
    let done = run(
        "kubectl logs web --prefix --tail=2",
        vec![
            ("GET /api/v1/namespaces/dev/pods/web", answer(pod(json!({})))),
            ("GET /api/v1/namespaces/dev/pods/web/log", log),
        ],
        &[],
    );
    assert_eq!(done.err, "Defaulted container \"a\" out of: a, b\n");
    assert_eq!(done.out, "[pod/web/a] one\n[pod/web/a] two\n");
    assert_eq!(done.asked[1], "GET /api/v1/namespaces/dev/pods/web/log?container=a&tailLines=2");
}

#[test]
fn every_command_has_help() {
    for line in ["kubectl --help", "kubectl get --help", "kubectl config set-context -h", "kubectl options"] {
        let done = run(line, Vec::new(), &[]);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{line}");
        assert!(done.out.lines().count() > 8, "{line}: {}", done.out);
    }
}
