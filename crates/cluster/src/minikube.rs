//! `minikube`: the playground's cluster under the name that many texts know it by.

mod addons;
mod service;

use podground_api::object::{array_at, label, name, str_at};
use podground_shell::{Process, ProgramTable};

use crate::bootstrap::VERSION;
use crate::{Cluster, kubeconfig};

/// Adds the program to the learner's machine.
pub(crate) fn register(cluster: &Cluster, table: &mut ProgramTable) {
    let cluster = cluster.clone();
    table.insert("minikube", std::rc::Rc::new(move |process| Box::pin(main(cluster.clone(), process))));
}

async fn main(cluster: Cluster, process: Process) -> u8 {
    let words: Vec<String> = process.args[1..].to_vec();
    let rest = words.get(1..).unwrap_or_default();
    let command = words.first().map_or("help", String::as_str);
    if let Some(flag) = rest.iter().find(|word| word.starts_with('-')).filter(|_| command != "service") {
        return unsupported(&process, &format!("{flag} of \"minikube {command}\"")).await;
    }
    match command {
        "start" => start(&cluster, &process).await,
        "status" => {
            process
                .print("minikube\ntype: Control Plane\nhost: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Configured\n\n")
                .await;
            0
        }
        "ip" => {
            process.print(&format!("{}\n", address(&cluster))).await;
            0
        }
        "service" => service::main(&cluster, &process, rest).await,
        "addons" => addons::main(&cluster, &process, rest).await,
        "dashboard" => {
            process
                .eprint("* The picture next to the terminal is the dashboard here: it shows nodes, pods and services as they change.\n")
                .await;
            0
        }
        "ssh" => {
            process
                .run(
                    [&["ssh", &node(&cluster)][..], &rest.iter().map(String::as_str).collect::<Vec<_>>()]
                        .concat(),
                )
                .await
        }
        "version" => {
            process.print("minikube version: v1.37.0\n").await;
            0
        }
        "help" | "--help" | "-h" => {
            process.print("minikube: the playground's cluster\n\nCommands here:\n  addons dashboard ip service ssh start status version\n").await;
            0
        }
        other => unsupported(&process, &format!("the command {other:?} of \"minikube\"")).await,
    }
}

async fn unsupported(process: &Process, what: &str) -> u8 {
    process.eprint(&format!("error: podground does not support {what} yet\n")).await;
    1
}

/// The node that counts as minikube's machine.
fn node(cluster: &Cluster) -> String {
    cluster.with_informers(|informers| {
        let mut nodes = informers.list("nodes");
        let found = nodes.find(|node| label(node, "node-role.kubernetes.io/control-plane").is_some());
        found.map(|node| name(node).to_owned()).unwrap_or_default()
    })
}

/// Its address.
fn address(cluster: &Cluster) -> String {
    let node = node(cluster);
    cluster.with_informers(|informers| {
        let object = informers.get("nodes", "", &node);
        let addresses =
            object.map(|object| array_at(object, "/status/addresses").to_vec()).unwrap_or_default();
        let internal = addresses.iter().find(|address| str_at(address, "/type") == "InternalIP");
        internal.map(|address| str_at(address, "/address").to_owned()).unwrap_or_default()
    })
}

async fn start(cluster: &Cluster, process: &Process) -> u8 {
    process
        .print(
            "* minikube v1.37.0 on Debian 12\n* Using the playground's cluster, which is running already\n",
        )
        .await;
    if let Err(error) = kubeconfig::add(process, "minikube", &format!("https://{}:6443", address(cluster))) {
        process.eprint(&format!("X Exiting due to HOST_KUBECONFIG_UPDATE: {error}\n")).await;
        return 30;
    }
    process
        .print(&format!(
            "* Kubernetes {VERSION}\n* Done! kubectl is now configured to use \"minikube\" cluster and \"default\" namespace by default\n"
        ))
        .await;
    0
}
