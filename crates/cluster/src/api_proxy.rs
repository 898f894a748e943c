//! What the API server passes on over HTTP: `…/pods/NAME/proxy/…` and `…/services/NAME/proxy/…`.
//!
//! Upstream: `pkg/registry/core/pod/strategy.go ResourceLocation`, `pkg/registry/core/service/storage/storage.go`

use std::net::{IpAddr, SocketAddr};

use podground_api::object::{array_at, i64_at, label, name, str_at};
use podground_api::{Body, Request, Response, Status, Value};
use podground_programs::http::{self, Headers, Stream};
use podground_shell::NetworkError;

use crate::Cluster;
use crate::apiserver::errors;

/// The status by which the API server says that the caller may, and that it is for us to ask.
pub(crate) const ASK: u16 = 0;

/// Where a request goes.
struct Place<'a> {
    namespace: &'a str,
    resource: &'a str,
    name: &'a str,
    /// A number, or the name of a service's port; empty if none was given.
    port: &'a str,
    /// What the pod is asked for.
    target: String,
}

/// Answers a request to the API server, those to be passed on included.
pub(crate) async fn answer(cluster: &Cluster, request: Request) -> Response {
    let response = cluster.api().handle(request.clone());
    if response.status != ASK {
        return response;
    }
    let passed = match place(&request) {
        Some(place) => pass(cluster, &request, place).await,
        None => Err(errors::unknown_path()),
    };
    passed.unwrap_or_else(|status| crate::apiserver::refuse(status))
}

fn place(request: &Request) -> Option<Place<'_>> {
    let mut parts = request.path.trim_start_matches('/').splitn(8, '/');
    let mut next = || parts.next();
    let ("api", "v1", "namespaces") = (next()?, next()?, next()?) else { return None };
    let (namespace, resource, subject) = (next()?, next()?, next()?);
    let "proxy" = next()? else { return None };
    let (name, port) = match subject.split(':').collect::<Vec<_>>().as_slice() {
        [name] => (*name, ""),
        [name, port] | ["http", name, port] => (*name, *port),
        _ => return None,
    };
    let mut target = format!("/{}", parts.next().unwrap_or_default());
    for (index, (key, value)) in request.query.iter().enumerate() {
        let lead = if index == 0 { '?' } else { '&' };
        target.push_str(&format!("{lead}{key}={value}"));
    }
    Some(Place { namespace, resource, name, port, target })
}

async fn pass(cluster: &Cluster, request: &Request, place: Place<'_>) -> Result<Response, Status> {
    let address = if place.resource == "pods" { pod(cluster, &place) } else { service(cluster, &place) }?;
    let control_plane = cluster.with_informers(|informers| {
        let mut nodes = informers.list("nodes");
        let found = nodes.find(|node| label(node, "node-role.kubernetes.io/control-plane").is_some());
        found.map(|node| name(node).to_owned())
    });
    let fabric = cluster.kubelet().fabric().clone();
    let network = control_plane.and_then(|node| fabric.node(&node)).unwrap_or_else(|| fabric.workstation());
    let opened = fabric.open(network, address).await;
    let connection = opened.map_err(|error| {
        let why = match error {
            NetworkError::TimedOut => "i/o timeout",
            NetworkError::HostUnreachable => "connect: no route to host",
            _ => "connect: connection refused",
        };
        errors::unavailable(&format!("error trying to reach service: dial tcp {address}: {why}"))
    })?;
    let mut passed = http::Request::new(request.method.as_str(), &place.target);
    passed.headers = Headers::default();
    passed.headers.set("Host", address.to_string());
    passed.headers.set("Connection", "close");
    for (key, value) in request
        .headers
        .iter()
        .filter(|(key, _)| matches!(key.as_str(), "accept" | "content-type" | "user-agent"))
    {
        passed.headers.set(key, value.clone());
    }
    if let Some(body) = &request.body {
        passed.body = match &**body {
            Value::String(text) => text.clone().into_bytes(),
            value => value.to_string().into_bytes(),
        };
        passed.headers.set("Content-Length", passed.body.len().to_string());
    }
    let mut stream = Stream::new(connection);
    stream.write(&passed.encode()).await;
    match stream.read_response(&passed.method).await {
        Ok(response) => {
            let text = String::from_utf8_lossy(&response.body).into_owned();
            Ok(Response { status: response.status, headers: Vec::new(), body: Body::Text(text) })
        }
        Err(_) => Err(errors::unavailable("error trying to reach service: EOF")),
    }
}

fn missing(place: &Place<'_>) -> Status {
    let resource = crate::resources::RESOURCES.iter().find(|resource| resource.key == place.resource);
    resource.map_or_else(errors::unknown_path, |resource| errors::not_found(resource, place.name))
}

fn pod(cluster: &Cluster, place: &Place<'_>) -> Result<SocketAddr, Status> {
    let pod = cluster.with_informers(|informers| informers.get("pods", place.namespace, place.name).cloned());
    let pod = pod.ok_or_else(|| missing(place))?;
    let declared =
        array_at(&pod, "/spec/containers").iter().flat_map(|container| array_at(container, "/ports")).next();
    let port = match place.port {
        "" => declared.and_then(|port| i64_at(port, "/containerPort")).unwrap_or(80),
        port => port.parse().map_err(|_| errors::bad_request(format!("invalid port {port:?}")))?,
    };
    let ip: IpAddr = str_at(&pod, "/status/podIP")
        .parse()
        .map_err(|_| errors::unavailable("error trying to reach service: address not allowed"))?;
    Ok(SocketAddr::new(ip, u16::try_from(port).unwrap_or(80)))
}

fn service(cluster: &Cluster, place: &Place<'_>) -> Result<SocketAddr, Status> {
    let service =
        cluster.with_informers(|informers| informers.get("services", place.namespace, place.name).cloned());
    let service = service.ok_or_else(|| missing(place))?;
    let none = || errors::unavailable(&format!("no endpoints available for service {:?}", place.name));
    let ports = array_at(&service, "/spec/ports");
    let port = ports
        .iter()
        .find(|port| match place.port {
            "" => ports.len() == 1 || str_at(port, "/name").is_empty(),
            wanted => {
                str_at(port, "/name") == wanted
                    || i64_at(port, "/port").is_some_and(|port| port.to_string() == wanted)
            }
        })
        .ok_or_else(none)?;
    let fabric = cluster.kubelet().fabric();
    let services = fabric.services();
    let ready: Vec<_> = services
        .backends(place.namespace, place.name, str_at(port, "/name"))
        .into_iter()
        .filter(|backend| backend.ready)
        .collect();
    let mut turn = cluster.sim().rng("service-proxy", &[place.name, &cluster.sim().now().0.to_string()]);
    let chosen = ready.get(turn.below(ready.len().max(1) as u64) as usize).ok_or_else(none)?;
    Ok(SocketAddr::new(chosen.address, chosen.port))
}
