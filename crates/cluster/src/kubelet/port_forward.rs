//! `kubectl port-forward`: a connection into the pod's own network.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use podground_api::object::str_at;
use podground_api::{Body, Response, Upgrade, Value};
use podground_sim::channel::unbounded;

use super::Kubelet;

const DATA: u8 = 0;
const ERROR: u8 = 1;

impl Kubelet {
    /// Answers `POST …/pods/NAME/portforward?ports=N`: one connection.
    pub(super) fn forward(&self, pod: &Value, query: &[(String, String)]) -> Response {
        let port = query.iter().find(|(name, _)| matches!(name.as_str(), "ports" | "port"));
        let Some(port) = port.and_then(|(_, value)| value.parse::<u16>().ok()) else {
            return super::proxy::bad_request("query parameter \"port\" is required");
        };
        let worker = self.0.pods.borrow().get(str_at(pod, "/metadata/uid")).cloned();
        let sandbox = worker.as_ref().and_then(|worker| worker.state().sandbox.clone());
        let (to_server, from_client) = unbounded::<(u8, Vec<u8>)>();
        let (to_client, from_server) = unbounded();
        let (fabric, sim) = (self.0.fabric.clone(), self.0.sim.clone());
        let uid = str_at(pod, "/metadata/uid").to_owned();
        let session = sim.clone();
        sim.spawn(async move {
            let sim = session;
            let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
            let opened = match sandbox {
                Some(sandbox) => fabric.open(sandbox.network.clone(), address).await.ok().ok_or(sandbox.id),
                None => Err(uid),
            };
            let connection = match opened {
                Ok(connection) => connection,
                Err(id) => {
                    let text = format!(
                        "error forwarding port {port} to pod {id}, uid : failed to execute portforward in network namespace \
                         \"/var/run/netns/cni-{}\": failed to connect to localhost:{port} inside namespace \"{id}\", IPv4: \
                         dial tcp4 127.0.0.1:{port}: connect: connection refused IPv6 dial tcp6: address localhost: no \
                         suitable address found ",
                        sim.rng("netns", &[&id]).uuid()
                    );
                    let _ = to_client.send((ERROR, text.into_bytes())).await;
                    return;
                }
            };
            let (reader, writer) = (connection.reader, connection.writer);
            let back = async {
                loop {
                    let bytes = reader.read(32 * 1024).await;
                    // An empty message ends the direction.
                    let end = bytes.is_empty();
                    if to_client.send((DATA, bytes)).await.is_err() || end {
                        return;
                    }
                }
            };
            let forth = async {
                let mut writer = Some(writer);
                while let Ok((channel, bytes)) = from_client.recv().await {
                    if channel != DATA {
                        continue;
                    }
                    if bytes.is_empty() {
                        writer = None;
                    } else if let Some(open) = &writer
                        && open.write_all(&bytes).await.is_err()
                    {
                        writer = None;
                    }
                }
            };
            // The client hangs up when it has what it wants.
            futures_lite::future::or(back, forth).await;
        })
        .detach();
        Response { status: 101, headers: Vec::new(), body: Body::Upgrade(Upgrade { to_server, from_server }) }
    }
}
