//! `kubectl proxy` inside a pod: adds the service account's token to what it passes on.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

use podground_programs::http::{self, Headers, Request, Response, Trust, Url};
use podground_programs::x509::Certificate;
use podground_shell::{Process, Signal};

use super::serving::{Connections, accept_loop};

const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8001);

/// The program.
pub(super) async fn main(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let Ok(listener) = process.host.network.listen(ADDRESS) else {
        process.eprint(&format!("error: listen tcp {ADDRESS}: bind: address already in use\n")).await;
        return 1;
    };
    process.print(&format!("Starting to serve on {ADDRESS}")).await;
    process.print("\n").await;
    let process = Rc::new(process);
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        let process = process.clone();
        async move {
            http::serve(connection, |request, _| {
                let process = process.clone();
                async move {
                    match request {
                        Ok(request) => pass_on(&process, request).await,
                        Err(_) => Response::new(400, "400 Bad Request").with_header("Connection", "close"),
                    }
                }
            })
            .await;
        }
    })
    .await;
    0
}

async fn pass_on(process: &Process, mut request: Request) -> Response {
    let files = &process.host.files;
    let read = |name: &str| files.read_to_string(&format!("{FOLDER}/{name}")).unwrap_or_default();
    let host = process.env("KUBERNETES_SERVICE_HOST").unwrap_or("kubernetes").to_owned();
    let port = process.env("KUBERNETES_SERVICE_PORT").unwrap_or("443").to_owned();
    let Ok(url) = Url::parse(&format!("https://{host}:{port}/")) else {
        return Response::new(502, "no address of the API server\n");
    };
    let trust = Trust { insecure: false, roots: Certificate::all_from_pem(&read("ca.crt")) };
    let now = process.host.sim.now();
    let failed =
        |what: &dyn std::fmt::Debug| Response::new(502, format!("error trying to reach service: {what:?}\n"));
    let mut stream = match http::open(process.host.network.as_ref(), &url, None, &trust, now).await {
        Ok((stream, _)) => stream,
        Err(error) => return failed(&error),
    };
    request.headers.set("Host", url.authority());
    request.headers.set("Authorization", format!("Bearer {}", read("token").trim()));
    request.headers.set("Connection", "close");
    stream.write(&request.encode()).await;
    match stream.read_response(&request.method).await {
        Ok(mut response) => {
            // The body is read whole: it gets a length of its own.
            let kind = response.headers.get("Content-Type").map(str::to_owned);
            response.headers = Headers::default();
            if let Some(kind) = kind {
                response.headers.set("Content-Type", kind);
            }
            response
        }
        Err(error) => failed(&error),
    }
}
