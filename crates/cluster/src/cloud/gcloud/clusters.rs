//! `gcloud container clusters`

use std::time::Duration;

use podground_api::object::{array_at, is_deleting, label, name, str_at};
use podground_api::{Value, json, yaml};
use podground_shell::Process;

use super::output::Cell;
use super::{Call, Command};
use crate::bootstrap::VERSION;
use crate::cloud::{Lent, outer_address};
use crate::kubeconfig;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        path: "container clusters create",
        valued: &["zone", "location", "num-nodes", "machine-type", "scopes"],
        switches: &[],
        run: |call| Box::pin(create(call)),
    },
    Command {
        path: "container clusters list",
        valued: &["zone", "location"],
        switches: &[],
        run: |call| Box::pin(list(call)),
    },
    Command {
        path: "container clusters describe",
        valued: &["zone", "location"],
        switches: &[],
        run: |call| Box::pin(describe(call)),
    },
    Command {
        path: "container clusters get-credentials",
        valued: &["zone", "location"],
        switches: &[],
        run: |call| Box::pin(credentials(call)),
    },
];

/// How long a cluster takes here; in life it is some minutes.
const CREATION: Duration = Duration::from_secs(24);

/// The names of the nodes that are the learner's own: the control plane is the cloud's.
pub(super) fn workers(call: &Call) -> Vec<Value> {
    call.cluster.with_informers(|informers| {
        let nodes = informers.list("nodes").filter(|node| {
            label(node, "node-role.kubernetes.io/control-plane").is_none() && !is_deleting(node)
        });
        nodes.map(|node| Value::clone(node)).collect()
    })
}

async fn create(call: Call) -> u8 {
    let [wanted] = call.words.as_slice() else {
        return call.fail("argument NAME: Must be specified.").await;
    };
    let Some(zone) = call.place() else {
        return call
            .fail("One of [--zone, --region, --location] must be supplied: Please specify location.")
            .await;
    };
    let cloud = call.cluster.cloud();
    if let Some(lent) = cloud.lent() {
        if lent.name == *wanted {
            return call
                .fail(&format!(
                    "ResponseError: code=409, message=Already exists: projects/{}/zones/{}/clusters/{wanted}.",
                    call.project(),
                    lent.zone
                ))
                .await;
        }
        return call.unsupported("a second cluster").await;
    }
    let nodes = workers(&call);
    let count = call.flag("num-nodes").map_or(Ok(nodes.len()), str::parse);
    match count {
        Ok(count) if count == nodes.len() => {}
        Ok(count) => {
            return call
                .unsupported(&format!("--num-nodes={count} (the playground has {} workers)", nodes.len()))
                .await;
        }
        Err(_) => {
            let text = call.flag("num-nodes").unwrap_or_default();
            return call.fail(&format!("argument --num-nodes: invalid int value: '{text}'")).await;
        }
    }
    let process = &call.process;
    process
        .eprint(&format!(
            "Note: podground has one cluster to give, the playground's own; it is now called {wanted}.\n\
             Creating cluster {wanted} in {zone}... "
        ))
        .await;
    process.host.sim.sleep(CREATION).await;
    let mut rng = process.host.sim.rng("cloud-cluster", &[wanted]);
    let lent = Lent {
        name: wanted.clone(),
        zone: zone.clone(),
        machine_type: call.flag("machine-type").unwrap_or("e2-medium").to_owned(),
        scopes: call.flag("scopes").unwrap_or("gke-default").to_owned(),
        endpoint: outer_address(&mut rng),
        created: process.host.sim.now(),
        nodes: nodes.len(),
    };
    for node in nodes {
        let address = outer_address(&mut process.host.sim.rng("cloud-node", &[name(&node)]));
        if let Err(error) = give_address(&call, node, &address.to_string()) {
            return call.fail(&error).await;
        }
    }
    cloud.0.borrow_mut().lent = Some(lent.clone());
    let project = call.project();
    process
        .eprint(&format!(
            "Cluster is being health-checked (master is healthy)...done.\nCreated \
             [https://container.googleapis.com/v1/projects/{project}/zones/{zone}/clusters/{wanted}].\n"
        ))
        .await;
    if let Err(error) = write_kubeconfig(process, &project, &lent) {
        return call.fail(&error).await;
    }
    process.eprint(&format!("kubeconfig entry generated for {wanted}.\n")).await;
    call.show(&[row(&lent)]).await
}

/// Notes the address of the outside in a node's status: the kubelets' network reads it there.
fn give_address(call: &Call, mut node: Value, address: &str) -> Result<(), String> {
    let mut addresses = array_at(&node, "/status/addresses").to_vec();
    addresses.retain(|entry| str_at(entry, "/type") != "ExternalIP");
    addresses.insert(addresses.len().min(1), json!({"type": "ExternalIP", "address": address}));
    node["status"]["addresses"] = Value::Array(addresses);
    let client = call.cluster.client("system:cloud-controller-manager", "cloud-controller-manager");
    client.update_status("nodes", node).map(drop).map_err(|status| status.message.clone())
}

fn row(lent: &Lent) -> Vec<Cell> {
    let version = VERSION.trim_start_matches('v').to_owned();
    vec![
        ("NAME", "name", lent.name.clone()),
        ("LOCATION", "location", lent.zone.clone()),
        ("MASTER_VERSION", "currentMasterVersion", version.clone()),
        ("MASTER_IP", "endpoint", lent.endpoint.to_string()),
        ("MACHINE_TYPE", "nodePools[0].config.machineType", lent.machine_type.clone()),
        ("NODE_VERSION", "currentNodeVersion", version),
        ("NUM_NODES", "currentNodeCount", lent.nodes.to_string()),
        ("STATUS", "status", "RUNNING".to_owned()),
    ]
}

async fn list(call: Call) -> u8 {
    match call.cluster.cloud().lent() {
        Some(lent) => call.show(&[row(&lent)]).await,
        None => 0,
    }
}

/// The cluster that a command names, or the message that there is none.
async fn named(call: &Call) -> Result<Lent, u8> {
    let [wanted] = call.words.as_slice() else {
        return Err(call.fail("argument NAME: Must be specified.").await);
    };
    let Some(zone) = call.place() else {
        let message = "One of [--zone, --region, --location] must be supplied: Please specify location.";
        return Err(call.fail(message).await);
    };
    match call.cluster.cloud().lent().filter(|lent| lent.name == *wanted && lent.zone == zone) {
        Some(lent) => Ok(lent),
        None => {
            let message = format!(
                "ResponseError: code=404, message=Not found: projects/{}/zones/{zone}/clusters/{wanted}.",
                call.project()
            );
            Err(call.fail(&message).await)
        }
    }
}

async fn describe(call: Call) -> u8 {
    let lent = match named(&call).await {
        Ok(lent) => lent,
        Err(status) => return status,
    };
    if call.flag("format").is_some() {
        return call.show(&[row(&lent)]).await;
    }
    let version = VERSION.trim_start_matches('v');
    let value = json!({
        "createTime": lent.created.rfc3339(), "currentMasterVersion": version, "currentNodeCount": lent.nodes,
        "currentNodeVersion": version, "endpoint": lent.endpoint.to_string(), "location": lent.zone, "name": lent.name,
        "network": "default", "status": "RUNNING", "zone": lent.zone,
        "nodeConfig": {"machineType": lent.machine_type, "oauthScopes": lent.scopes.split(',').collect::<Vec<_>>()},
    });
    call.process.print(&yaml::print(&value)).await;
    0
}

async fn credentials(call: Call) -> u8 {
    let lent = match named(&call).await {
        Ok(lent) => lent,
        Err(status) => return status,
    };
    call.process.eprint("Fetching cluster endpoint and auth data.\n").await;
    if let Err(error) = write_kubeconfig(&call.process, &call.project(), &lent) {
        return call.fail(&error).await;
    }
    call.process.eprint(&format!("kubeconfig entry generated for {}.\n", lent.name)).await;
    0
}

/// Adds the cluster to the kubeconfig and makes it the current one.
fn write_kubeconfig(process: &Process, project: &str, lent: &Lent) -> Result<(), String> {
    let entry = format!("gke_{project}_{}_{}", lent.zone, lent.name);
    kubeconfig::add(process, &entry, &format!("https://{}", lent.endpoint))
}
