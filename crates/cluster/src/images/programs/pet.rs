//! The book's apps that keep data: `luksa/kubia-pet`, and its version that asks its peers.

use std::rc::Rc;

use podground_programs::http::{self, Request, Response, Url};
use podground_shell::{DnsData, DnsQuery, DnsType, Process};

use super::node::{crash, node_response};
use super::serving::{Connections, accept_loop, listen};

const PORT: u16 = 8080;
const FILE: &str = "/var/data/kubia.txt";
const SERVICE: &str = "kubia.default.svc.cluster.local";

/// The app; with `peers`, it tells what all pods of the service hold.
pub(super) async fn pet(process: Process, peers: bool) -> u8 {
    // Node has no handler for SIGTERM: process 1 of a container then only ends by SIGKILL.
    let signals = process.catch_all(&[]);
    let listener = match listen(&process, PORT) {
        Ok(listener) => listener,
        Err(error) => return crash(&process, error, PORT).await,
    };
    let process = Rc::new(process);
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        let process = process.clone();
        async move {
            http::serve(connection, |request, _| {
                let process = process.clone();
                async move {
                    match request {
                        Ok(request) => answer(&process, &request, peers).await,
                        Err(_) => Response::new(400, Vec::new()).with_header("Connection", "close"),
                    }
                }
            })
            .await;
        }
    })
    .await;
    0
}

async fn answer(process: &Process, request: &Request, peers: bool) -> Response {
    let hostname = process.host.hostname.borrow().clone();
    if request.method == "POST" {
        if let Err(error) = process.host.files.write(FILE, &request.body) {
            process.eprint(&format!("Error: {error}, open '{FILE}'\n")).await;
            return node_response(process, 500, String::new());
        }
        if !peers {
            process.print("New data has been received and stored.\n").await;
        }
        return node_response(process, 200, format!("Data stored on pod {hostname}\n"));
    }
    let data = process.host.files.read_to_string(FILE).unwrap_or_else(|_| "No data posted yet".to_owned());
    let body = match peers {
        false => format!("You've hit {hostname}\nData stored on this pod: {data}\n"),
        true if request.target == "/data" => data,
        true => format!("You've hit {hostname}\nData stored in the cluster:\n{}", collect(process).await),
    };
    node_response(process, 200, body)
}

/// What every pod of the service holds, found by the service's SRV records.
async fn collect(process: &Process) -> String {
    let query = DnsQuery { server: None, name: SERVICE.to_owned(), record_type: DnsType::Srv };
    let network = &process.host.network;
    let records = match network.query(query).await {
        Ok(answer) if answer.exists => answer.records,
        _ => return format!("Could not look up DNS SRV records: Error: querySrv ENOTFOUND {SERVICE}"),
    };
    let mut text = String::new();
    for record in records {
        let DnsData::Service { target, .. } = record.data else { continue };
        let Ok(url) = Url::parse(&format!("http://{target}:{PORT}/data")) else { continue };
        let data = match http::get(network.as_ref(), &url, "").await {
            Ok(response) => String::from_utf8_lossy(&response.body).into_owned(),
            Err(http::HttpError::Resolve(_)) => {
                format!("Error: getaddrinfo ENOTFOUND {target} {target}:{PORT}")
            }
            Err(_) => format!("Error: connect ECONNREFUSED {target}:{PORT}"),
        };
        text.push_str(&format!("- {target}: {data}\n"));
    }
    if text.is_empty() { "No peers discovered.".to_owned() } else { text }
}
