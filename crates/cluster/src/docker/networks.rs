//! Networks: `docker network`, and the addresses of containers.
//!
//! Containers reach those of their own network only; in a network that the learner has made they have names.

use std::net::Ipv4Addr;

use podground_api::{Value, json};
use podground_sim::Time;

use super::Call;
use crate::kubelet::tools::listing::table;
use crate::kubelet::tools::options::Options;

/// The network that is there from the start.
pub(super) const BRIDGE: &str = "bridge";

/// A network that the learner has made.
pub(super) struct KeptNetwork {
    pub(super) name: String,
    id: String,
    /// The second number of its addresses.
    pub(super) subnet: u8,
    created: Time,
}

/// The address that a container gets: its number within the network's range.
pub(super) fn address(subnet: u8, number: u32) -> Ipv4Addr {
    Ipv4Addr::new(172, subnet, (number >> 8) as u8, (number as u8).max(1) + u8::from(number < 255))
}

/// The second number of a network's addresses, and whether names resolve in it.
pub(super) fn find(call: &Call, name: &str) -> Result<(u8, bool), String> {
    if matches!(name, BRIDGE | "default" | "") {
        return Ok((17, false));
    }
    if matches!(name, "host" | "none") || name.starts_with("container:") {
        return Err(format!("podground does not support the network {name} yet"));
    }
    let docker = call.docker();
    let state = docker.0.borrow();
    state
        .networks
        .iter()
        .find(|known| known.name == name || name.len() >= 3 && known.id.starts_with(name))
        .map(|known| (known.subnet, true))
        .ok_or_else(|| format!("failed to set up container networking: network {name} not found"))
}

/// `docker network create`
pub(super) async fn create(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &[], &["d", "driver"], false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    if let Some(driver) = options.value(&["d", "driver"]).filter(|driver| *driver != "bridge") {
        return call.unsupported(&format!("the driver {driver}")).await;
    }
    let [name] = options.words.as_slice() else { return call.missing("1 argument").await };
    let docker = call.docker();
    let sim = call.process.host.sim.clone();
    let made = {
        let mut state = docker.0.borrow_mut();
        let taken = matches!(name.as_str(), BRIDGE | "host" | "none")
            || state.networks.iter().any(|known| known.name == *name);
        // 172.18.0.0 is the nodes' own.
        let free = (19..=31).find(|subnet| state.networks.iter().all(|known| known.subnet != *subnet));
        match free {
            _ if taken => Err(format!("network with name {name} already exists")),
            None => Err("all predefined address pools have been fully subnetted".to_owned()),
            Some(subnet) => {
                let id = sim.rng("docker-network", &[name]).hex(32);
                let network = KeptNetwork { name: name.clone(), id: id.clone(), subnet, created: sim.now() };
                state.networks.push(network);
                Ok(id)
            }
        }
    };
    match made {
        Ok(id) => {
            call.process.print(&format!("{id}\n")).await;
            0
        }
        Err(message) => call.daemon(&message).await,
    }
}

/// `docker network ls`
pub(super) async fn list(call: Call) -> u8 {
    if let Some(flag) = call.args.first() {
        return call.unsupported(flag).await;
    }
    let sim = &call.process.host.sim;
    let mut rows = vec![["NETWORK ID", "NAME", "DRIVER", "SCOPE"].map(str::to_owned).to_vec()];
    let mut add = |id: &str, name: &str, driver: &str| {
        let id: String = id.chars().take(12).collect();
        rows.push([&id, name, driver, "local"].map(str::to_owned).to_vec());
    };
    for (name, driver) in [(BRIDGE, "bridge"), ("host", "host"), ("none", "null")] {
        add(&sim.rng("docker-network", &[name]).hex(32), name, driver);
    }
    for known in &call.docker().0.borrow().networks {
        add(&known.id, &known.name, "bridge");
    }
    call.process.print(&table(&rows, 10)).await;
    0
}

/// `docker network inspect`
pub(super) async fn inspect(call: Call) -> u8 {
    let docker = call.docker();
    let (mut found, mut status) = (Vec::new(), 0);
    for wanted in &call.args {
        if wanted.starts_with('-') {
            return call.unsupported(wanted).await;
        }
        let known = docker
            .0
            .borrow()
            .networks
            .iter()
            .find(|known| known.name == *wanted)
            .map(|known| (known.id.clone(), known.subnet, known.created.rfc3339()))
            .or_else(|| {
                let sim = &call.process.host.sim;
                let id = sim.rng("docker-network", &[BRIDGE]).hex(32);
                (wanted == BRIDGE).then(|| (id, 17, Time(0).rfc3339()))
            });
        match known {
            Some((id, subnet, created)) => found.push(shown(&call, wanted, &id, subnet, &created)),
            None => {
                status = call.daemon(&format!("network {wanted} not found")).await;
            }
        }
    }
    let text = podground_api::json::print(&Value::Array(found));
    call.process.print(&format!("{}\n", text.trim_end())).await;
    status
}

fn shown(call: &Call, name: &str, id: &str, subnet: u8, created: &str) -> Value {
    let mut containers = json!({});
    for known in &call.docker().0.borrow().containers {
        let container = known.container();
        if known.address.octets()[1] == subnet && container.is_running() {
            containers[container.spec.id.as_str()] =
                json!({"Name": known.name, "IPv4Address": format!("{}/16", known.address)});
        }
    }
    json!({
        "Name": name, "Id": id, "Created": created, "Scope": "local", "Driver": "bridge",
        "IPAM": {"Driver": "default", "Config": [
            {"Subnet": format!("172.{subnet}.0.0/16"), "Gateway": format!("172.{subnet}.0.1")},
        ]},
        "Containers": containers,
    })
}

/// `docker network rm`
pub(super) async fn remove(call: Call) -> u8 {
    let docker = call.docker();
    let mut status = 0;
    for name in &call.args {
        if name.starts_with('-') {
            return call.unsupported(name).await;
        }
        let subnet =
            docker.0.borrow().networks.iter().find(|known| known.name == *name).map(|known| known.subnet);
        let Some(subnet) = subnet else {
            let reserved = matches!(name.as_str(), BRIDGE | "host" | "none");
            let message = if reserved {
                format!("{name} is a pre-defined network and cannot be removed")
            } else {
                format!("network {name} not found")
            };
            status = call.daemon(&message).await;
            continue;
        };
        let busy = docker
            .0
            .borrow()
            .containers
            .iter()
            .any(|known| known.address.octets()[1] == subnet && known.container().is_running());
        if busy {
            status = call
                .daemon(&format!("error while removing network: network {name} has active endpoints"))
                .await;
            continue;
        }
        docker.0.borrow_mut().networks.retain(|known| known.name != *name);
        call.process.print(&format!("{name}\n")).await;
    }
    status
}
