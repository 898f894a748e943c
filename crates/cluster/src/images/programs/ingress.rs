//! `nginx-ingress-controller`: reads ingresses, services, endpoints and secrets from the API, and passes requests
//! on by host and path.

mod rules;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use podground_programs::http::{self, Request, Response, Stream, Trust, Url, tls};
use podground_programs::x509::{Certificate, Name, PrivateKey, Template};
use podground_shell::{Connection, Process, Signal};
use serde_json::{Value, json};

use super::serving::{Connections, accept_loop, listen};
use rules::{Backend, Rules};

const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// How often the API is asked.
const INTERVAL: Duration = Duration::from_secs(1);

struct Controller {
    process: Process,
    rules: RefCell<Rules>,
    turns: Cell<usize>,
    /// What is shown for hosts without a certificate of their own.
    fake: String,
}

/// The program.
pub(super) async fn main(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int, Signal::Quit]);
    let mut listeners = Vec::new();
    for port in [80, 443, 10254] {
        match listen(&process, port) {
            Ok(listener) => listeners.push(listener),
            Err(_) => {
                process
                    .eprint(&format!("F Port {port} is already in use. Please check the flag --http-port\n"))
                    .await;
                return 255;
            }
        }
    }
    process
        .print("-------------------------------------------------------------------------------\nNGINX Ingress controller\n\
                -------------------------------------------------------------------------------\n")
        .await;
    let fake = fake_certificate(&process);
    let controller = Rc::new(Controller { process, rules: RefCell::default(), turns: Cell::new(0), fake });
    let sim = controller.process.host.sim.clone();
    let mut connections = Connections::new(sim.clone());
    let watch = async {
        loop {
            controller.look().await;
            sim.sleep(INTERVAL).await;
        }
    };
    let served = accept_loop(listeners, signals, &mut connections, |index, connection| {
        serve(controller.clone(), connection, index)
    });
    let end = async {
        served.await;
    };
    futures_lite::future::or(end, watch).await;
    0
}

fn fake_certificate(process: &Process) -> String {
    let sim = &process.host.sim;
    let mut rng = sim.rng("ingress-certificate", &[&process.host.hostname.borrow()]);
    let key = PrivateKey::generate(&mut rng, 2048);
    let template = Template {
        subject: Name::parse("/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate")
            .unwrap_or_default(),
        dns: vec!["ingress.local".to_owned()],
        not_before: sim.now(),
        lifetime: Duration::from_secs(365 * 86_400),
        ..Template::default()
    };
    Certificate::issue(&mut rng, &template, &key, None)
        .map(|certificate| certificate.to_pem())
        .unwrap_or_default()
}

async fn serve(controller: Rc<Controller>, connection: Connection, index: usize) {
    let peer = connection.peer;
    let mut stream = Stream::new(connection);
    if index == 1 && stream.peek().await == Some(tls::HANDSHAKE) {
        let choose = |name: &str| {
            controller.rules.borrow().certificate(name).unwrap_or_else(|| controller.fake.clone())
        };
        if tls::accept_by_name(&mut stream, choose).await.is_err() {
            return;
        }
    }
    http::serve_stream(stream, |request, _| {
        let controller = controller.clone();
        async move {
            match request {
                Ok(_) if index == 2 => Response::new(200, "ok"),
                Ok(request) => controller.respond(request, peer, index == 1).await,
                Err(_) => page(400).with_header("Connection", "close"),
            }
        }
    })
    .await;
}

/// nginx's own page for a status.
fn page(status: u16) -> Response {
    let title = match status {
        503 => "Service Temporarily Unavailable",
        _ => http::reason(status),
    };
    let body = format!(
        "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = Response::new(status, body).with_header("Content-Type", "text/html");
    title.clone_into(&mut response.reason);
    response
}

impl Controller {
    async fn respond(&self, request: Request, peer: SocketAddr, encrypted: bool) -> Response {
        let host = request.headers.get("Host").unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().to_owned();
        let (backend, redirect) = {
            let rules = self.rules.borrow();
            (rules.backend(&host, request.path()).cloned(), !encrypted && rules.certificate(&host).is_some())
        };
        let (response, upstream) = match &backend {
            None => (page(404), "-".to_owned()),
            Some(_) if redirect => {
                let location = format!("https://{host}{}", request.target);
                (page(308).with_header("Location", location), "-".to_owned())
            }
            Some(backend) => self.pass_on(&request, backend, peer, encrypted).await,
        };
        let name = backend.map(|backend| backend.name).unwrap_or_default();
        let agent = request.headers.get("User-Agent").unwrap_or("-");
        let c = self.process.host.sim.now().rfc3339();
        let line = format!(
            "{} - - [{c}] \"{} {} {}\" {} {} \"-\" \"{agent}\" [{name}] {upstream}\n",
            peer.ip(),
            request.method,
            request.target,
            request.version,
            response.status,
            response.body.len()
        );
        self.process.print(&line).await;
        response.with_header("Server", "nginx")
    }

    async fn pass_on(
        &self,
        request: &Request,
        backend: &Backend,
        peer: SocketAddr,
        encrypted: bool,
    ) -> (Response, String) {
        let turn = self.turns.get();
        self.turns.set(turn + 1);
        let Some(address) = backend.endpoints.get(turn % backend.endpoints.len().max(1)) else {
            return (page(503), "-".to_owned());
        };
        let mut passed = request.clone();
        passed.headers.set("X-Real-IP", peer.ip().to_string());
        passed.headers.set("X-Forwarded-For", peer.ip().to_string());
        passed.headers.set("X-Forwarded-Proto", if encrypted { "https" } else { "http" });
        passed.headers.set("Connection", "close");
        let Ok(url) = Url::parse(&format!("http://{address}{}", request.target)) else {
            return (page(400), "-".to_owned());
        };
        match http::exchange(self.process.host.network.as_ref(), &url, passed).await {
            Ok(mut response) => {
                for field in ["Connection", "Transfer-Encoding", "Content-Length"] {
                    response.headers.remove(field);
                }
                (response, address.clone())
            }
            Err(_) => (page(502), address.clone()),
        }
    }

    /// Reads what the API has now, and notes the own address in ingresses that lack it.
    async fn look(&self) {
        let (Some(ingresses), Some(services), Some(slices)) = (
            self.list("/apis/networking.k8s.io/v1/ingresses").await,
            self.list("/api/v1/services").await,
            self.list("/apis/discovery.k8s.io/v1/endpointslices").await,
        ) else {
            return;
        };
        let mut rules = Rules::read(&ingresses, &services, &slices);
        for (namespace, secret, hosts) in rules::secrets(&ingresses) {
            let path = format!("/api/v1/namespaces/{namespace}/secrets/{secret}");
            if let Some(object) = self.call("GET", &path, None).await {
                rules.add_certificate(&object, hosts);
            }
        }
        *self.rules.borrow_mut() = rules;
        let Some(address) = self.process.env("POD_NODE_IP").filter(|ip| !ip.is_empty()).map(str::to_owned)
        else {
            return;
        };
        for ingress in ingresses.iter().filter(|ingress| rules::is_ours(ingress)) {
            if ingress.pointer("/status/loadBalancer/ingress/0/ip").and_then(Value::as_str)
                != Some(address.as_str())
            {
                let text =
                    |pointer: &str| ingress.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                let path = format!(
                    "/apis/networking.k8s.io/v1/namespaces/{}/ingresses/{}/status",
                    text("/metadata/namespace"),
                    text("/metadata/name")
                );
                let status = json!({"status": {"loadBalancer": {"ingress": [{"ip": address}]}}});
                self.call("PATCH", &path, Some(&status)).await;
            }
        }
    }

    async fn list(&self, path: &str) -> Option<Vec<Value>> {
        self.call("GET", path, None).await?.get("items")?.as_array().cloned()
    }

    /// One request to the API server, with the service account's token.
    async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Option<Value> {
        let process = &self.process;
        let read =
            |name: &str| process.host.files.read_to_string(&format!("{FOLDER}/{name}")).unwrap_or_default();
        let host = process.env("KUBERNETES_SERVICE_HOST").unwrap_or("kubernetes");
        let url = Url::parse(&format!("https://{host}{path}")).ok()?;
        let trust = Trust { insecure: false, roots: Certificate::all_from_pem(&read("ca.crt")) };
        let network = process.host.network.clone();
        let (mut stream, _) =
            http::open(network.as_ref(), &url, None, &trust, process.host.sim.now()).await.ok()?;
        let mut request = Request::new(method, path)
            .with_header("Host", url.authority())
            .with_header("User-Agent", "nginx-ingress-controller")
            .with_header("Authorization", format!("Bearer {}", read("token").trim()))
            .with_header("Connection", "close");
        if let Some(body) = body {
            request.body = body.to_string().into_bytes();
            request = request
                .with_header("Content-Type", "application/merge-patch+json")
                .with_header("Content-Length", body.to_string().len().to_string());
        }
        stream.write(&request.encode()).await;
        let response = stream.read_response(method).await.ok()?;
        (response.status < 300).then(|| serde_json::from_slice(&response.body).ok())?
    }
}
