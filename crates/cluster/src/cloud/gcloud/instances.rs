//! `gcloud compute instances`: the nodes as the machines that they are.

use podground_api::Value;
use podground_api::object::{array_at, name, str_at};

use super::output::Cell;
use super::{Call, Command, clusters};

pub(super) const COMMANDS: &[Command] = &[
    Command {
        path: "compute instances list",
        valued: &["zones"],
        switches: &[],
        run: |call| Box::pin(list(call)),
    },
    Command {
        path: "compute instances describe",
        valued: &["zone"],
        switches: &[],
        run: |call| Box::pin(describe(call)),
    },
];

fn rows(call: &Call) -> Vec<Vec<Cell>> {
    let Some(lent) = call.cluster.cloud().lent() else { return Vec::new() };
    let nodes = clusters::workers(call);
    nodes.iter().map(|node| row(node, &lent.zone, &lent.machine_type)).collect()
}

fn row(node: &Value, zone: &str, machine_type: &str) -> Vec<Cell> {
    let address = |kind: &str| {
        let found =
            array_at(node, "/status/addresses").iter().find(|address| str_at(address, "/type") == kind);
        found.map(|address| str_at(address, "/address").to_owned()).unwrap_or_default()
    };
    vec![
        ("NAME", "name", name(node).to_owned()),
        ("ZONE", "zone", zone.to_owned()),
        ("MACHINE_TYPE", "machineType", machine_type.to_owned()),
        ("PREEMPTIBLE", "scheduling.preemptible", String::new()),
        ("INTERNAL_IP", "networkInterfaces[0].networkIP", address("InternalIP")),
        ("EXTERNAL_IP", "networkInterfaces[0].accessConfigs[0].natIP", address("ExternalIP")),
        ("STATUS", "status", "RUNNING".to_owned()),
    ]
}

async fn list(call: Call) -> u8 {
    if call.flag("zones").is_some() {
        return call.unsupported("--zones").await;
    }
    let rows = rows(&call);
    if rows.is_empty() {
        call.process.eprint("Listed 0 items.\n").await;
        return 0;
    }
    call.show(&rows).await
}

async fn describe(call: Call) -> u8 {
    let [wanted] = call.words.as_slice() else {
        return call.fail("argument INSTANCE_NAME: Must be specified.").await;
    };
    match rows(&call).into_iter().find(|row| row[0].2 == *wanted) {
        Some(row) => call.show(&[row]).await,
        None => {
            let zone = call.place().unwrap_or_default();
            let project = call.project();
            call.fail(&format!(
                "Could not fetch resource:\n - The resource 'projects/{project}/zones/{zone}/instances/{wanted}' was not found"
            ))
            .await
        }
    }
}
