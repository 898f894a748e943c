//! `minikube addons`

use std::time::Duration;

use podground_api::object::condition_is_true;
use podground_api::{Value, json};
use podground_shell::Process;

use super::service::boxed;
use crate::Cluster;
use crate::client::{DeleteOptions, is_already_exists};

const SPACE: &str = "ingress-nginx";
const NAME: &str = "ingress-nginx-controller";
/// How long the controller may take to be ready.
const PATIENCE: Duration = Duration::from_secs(120);
/// The addons that are told of.
const ADDONS: &[&str] =
    &["dashboard", "default-storageclass", "ingress", "metrics-server", "storage-provisioner"];

pub(super) async fn main(cluster: &Cluster, process: &Process, args: &[String]) -> u8 {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => {
            let mut rows = vec![["ADDON NAME", "PROFILE", "STATUS"].map(str::to_owned)];
            for addon in ADDONS {
                let on = if is_on(cluster, addon) { "enabled ✅" } else { "disabled" };
                rows.push([(*addon).to_owned(), "minikube".to_owned(), on.to_owned()]);
            }
            process.print(&boxed(&rows)).await;
            0
        }
        ["enable", "ingress"] => enable(cluster, process).await,
        ["disable", "ingress"] => {
            let client = cluster.client("kubernetes-admin", "minikube");
            let gone = |resource: &str, name: &str| {
                // What is not there need not go.
                let _ = client.delete(resource, "", name, &DeleteOptions::default());
            };
            gone("namespaces", SPACE);
            gone("ingressclasses.networking.k8s.io", "nginx");
            gone("clusterrolebindings.rbac.authorization.k8s.io", "ingress-nginx");
            gone("clusterroles.rbac.authorization.k8s.io", "ingress-nginx");
            process.print("* \"The 'ingress' addon is disabled\n").await;
            0
        }
        ["enable" | "disable", addon] if ADDONS.contains(addon) => {
            super::unsupported(process, &format!("changing the addon {addon:?} by \"minikube addons\"")).await
        }
        ["enable" | "disable", addon] => {
            process
                .eprint(&format!(
                    "X Exiting due to MK_ADDON_ENABLE: enable failed: validating {addon:?}: {addon} is not a valid addon\n"
                ))
                .await;
            10
        }
        _ => super::unsupported(process, "that form of \"minikube addons\"").await,
    }
}

fn is_on(cluster: &Cluster, addon: &str) -> bool {
    match addon {
        "ingress" => {
            cluster.with_informers(|informers| informers.get("deployments.apps", SPACE, NAME).is_some())
        }
        "default-storageclass" | "storage-provisioner" => cluster
            .with_informers(|informers| informers.list("storageclasses.storage.k8s.io").next().is_some()),
        _ => false,
    }
}

async fn enable(cluster: &Cluster, process: &Process) -> u8 {
    let client = cluster.client("kubernetes-admin", "minikube");
    for (resource, object) in objects(&super::node(cluster)) {
        match client.create(resource, object) {
            Err(status) if !is_already_exists(&status) => {
                process.eprint(&format!("X Exiting due to MK_ADDON_ENABLE: {}\n", status.message)).await;
                return 10;
            }
            _ => {}
        }
    }
    process
        .print("  - Using image registry.k8s.io/ingress-nginx/controller:v1.13.2\n* Verifying ingress addon...\n")
        .await;
    let sim = &process.host.sim;
    let limit = sim.now() + PATIENCE;
    let ready = || {
        cluster.with_informers(|informers| {
            informers
                .get("deployments.apps", SPACE, NAME)
                .is_some_and(|object| condition_is_true(object, "Available"))
        })
    };
    while !ready() {
        if sim.now() > limit {
            process.eprint("X Exiting due to MK_ADDON_ENABLE: run callbacks: waiting for app.kubernetes.io/name=ingress-nginx pods: timed out\n").await;
            return 10;
        }
        sim.sleep(Duration::from_millis(500)).await;
    }
    process.print("* The 'ingress' addon is enabled\n").await;
    0
}

/// What the addon consists of; the controller takes the ports 80 and 443 of minikube's machine.
fn objects(node: &str) -> Vec<(&'static str, Value)> {
    let labels =
        json!({"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller"});
    let named = |kind: &str, version: &str, name: &str, space: bool| {
        let mut object =
            json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": labels}});
        if space {
            object["metadata"]["namespace"] = SPACE.into();
        }
        object
    };
    let with = |mut object: Value, fields: Value| {
        if let (Some(object), Some(fields)) = (object.as_object_mut(), fields.as_object()) {
            object.extend(fields.clone());
        }
        object
    };
    let rbac = "rbac.authorization.k8s.io/v1";
    let rule = |groups: &[&str], resources: &[&str], verbs: &[&str]| json!({"apiGroups": groups, "resources": resources, "verbs": verbs});
    let read = &["get", "list", "watch"];
    let port = |name: &str, number: i64| json!({"name": name, "containerPort": number, "hostPort": number});
    let service_port = |name: &str, number: i64| json!({"name": name, "port": number, "targetPort": number});
    vec![
        ("namespaces", named("Namespace", "v1", SPACE, false)),
        ("serviceaccounts", named("ServiceAccount", "v1", "ingress-nginx", true)),
        (
            "clusterroles.rbac.authorization.k8s.io",
            with(
                named("ClusterRole", rbac, "ingress-nginx", false),
                json!({"rules": [
                    rule(&[""], &["services", "secrets"], read),
                    rule(&["discovery.k8s.io"], &["endpointslices"], read),
                    rule(&["networking.k8s.io"], &["ingresses"], read),
                    rule(&["networking.k8s.io"], &["ingresses/status"], &["update", "patch"]),
                ]}),
            ),
        ),
        (
            "clusterrolebindings.rbac.authorization.k8s.io",
            with(
                named("ClusterRoleBinding", rbac, "ingress-nginx", false),
                json!({
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "ingress-nginx"},
                    "subjects": [{"kind": "ServiceAccount", "name": "ingress-nginx", "namespace": SPACE}],
                }),
            ),
        ),
        (
            "ingressclasses.networking.k8s.io",
            with(
                named("IngressClass", "networking.k8s.io/v1", "nginx", false),
                json!({"spec": {"controller": "k8s.io/ingress-nginx"}}),
            ),
        ),
        (
            "services",
            with(
                named("Service", "v1", NAME, true),
                json!({"spec": {
                    "type": "NodePort", "selector": labels,
                    "ports": [service_port("http", 80), service_port("https", 443)],
                }}),
            ),
        ),
        (
            "deployments.apps",
            with(
                named("Deployment", "apps/v1", NAME, true),
                json!({"spec": {
                    "replicas": 1, "selector": {"matchLabels": labels},
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "serviceAccountName": "ingress-nginx", "nodeName": node,
                            "containers": [{
                                "name": "controller", "image": "registry.k8s.io/ingress-nginx/controller:v1.13.2",
                                "args": ["--watch-ingress-without-class=true"],
                                "ports": [port("http", 80), port("https", 443)],
                                "env": [{"name": "POD_NODE_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}],
                                "readinessProbe": {"httpGet": {"path": "/healthz", "port": 10254}},
                            }],
                        },
                    },
                }}),
            ),
        ),
    ]
}
