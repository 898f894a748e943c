//! Passing requests on to what runs in pods: `pods/NAME/proxy` and `services/NAME/proxy`.
//!
//! The server answers at once, and a connection takes time. So it names the backend in its answer, and whoever
//! carries the answer (`crate::proxy`) asks there and hands on what comes back.
//!
//! Upstream: `apimachinery/pkg/util/proxy/upgradeaware.go`, `pkg/registry/core/{pod,service}`.

use podground_api::object::{array_at, i64_at, str_at};
use podground_api::{Body, Method, Response, Status, Value};

use super::errors;
use crate::apiserver::context::Context;
use crate::proxy::BACKEND;

/// Answers with the URL of the backend.
pub(super) fn handle(cx: &Context) -> Result<Response, Status> {
    let (scheme, name, port) = split(&cx.name)?;
    let marker = format!("/{}/proxy", cx.name);
    let path = cx.request.path.find(&marker).map_or("", |at| &cx.request.path[at + marker.len()..]);
    if path.is_empty() && cx.request.method == Method::Get {
        // Relative links of a page would lead elsewhere without the slash.
        let place = format!("{}/", cx.request.path);
        return Ok(Response {
            status: 301,
            headers: vec![
                ("location".to_owned(), place.clone()),
                ("content-type".to_owned(), "text/html; charset=utf-8".to_owned()),
            ],
            body: Body::Text(format!("<a href=\"{place}\">Moved Permanently</a>.\n\n")),
        });
    }
    let address = match cx.resource.key {
        "pods" => of_pod(cx, name, port)?,
        "services" => of_service(cx, name, port)?,
        _ => {
            let what = format!("the subresource proxy of {}", cx.resource.group_resource());
            return Err(errors::not_implemented(&what));
        }
    };
    let path = if path.is_empty() { "/" } else { path };
    Ok(Response {
        status: 200,
        headers: vec![(BACKEND.to_owned(), format!("{scheme}://{address}{path}"))],
        body: Body::Text(String::new()),
    })
}

/// `[SCHEME:]NAME[:PORT]`
///
/// Upstream: `apimachinery/pkg/util/net/port_split.go SplitSchemeNamePort`
fn split(id: &str) -> Result<(&str, &str, &str), Status> {
    let parts: Vec<&str> = id.split(':').collect();
    let found = match parts[..] {
        [name] => ("http", name, ""),
        [name, port] => ("http", name, port),
        ["http" | "", name, port] => ("http", name, port),
        ["https", name, port] => ("https", name, port),
        _ => return Err(errors::bad_request(format!("invalid service request {id:?}"))),
    };
    if found.1.is_empty() {
        return Err(errors::bad_request(format!("invalid service request {id:?}")));
    }
    Ok(found)
}

fn object(cx: &Context, name: &str) -> Result<std::rc::Rc<Value>, Status> {
    let found = cx.store().get(cx.resource.key, &cx.namespace, name).cloned();
    found.ok_or_else(|| errors::not_found(cx.resource, name))
}

fn of_pod(cx: &Context, name: &str, port: &str) -> Result<String, Status> {
    let pod = object(cx, name)?;
    let ip = str_at(&pod, "/status/podIP");
    if ip.is_empty() {
        return Err(errors::bad_request("address not allowed"));
    }
    let first = array_at(&pod, "/spec/containers")
        .iter()
        .flat_map(|container| array_at(container, "/ports"))
        .find_map(|port| i64_at(port, "/containerPort"));
    Ok(match (port, first) {
        ("", None) => ip.to_owned(),
        ("", Some(port)) => format!("{ip}:{port}"),
        (port, _) => format!("{ip}:{port}"),
    })
}

fn of_service(cx: &Context, name: &str, port: &str) -> Result<String, Status> {
    let service = object(cx, name)?;
    let wanted = match port.parse::<i64>() {
        Ok(number) => {
            let ports = array_at(&service, "/spec/ports");
            match ports.iter().find(|port| i64_at(port, "/port") == Some(number)) {
                Some(port) => str_at(port, "/name"),
                None => {
                    let text = format!("no service port {number} found for service {name:?}");
                    return Err(errors::unavailable(&text));
                }
            }
        }
        Err(_) => port,
    };
    let mut found = Vec::new();
    let store = cx.store();
    for slice in store.list("endpointslices.discovery.k8s.io", Some(&cx.namespace)) {
        if podground_api::object::label(slice, "kubernetes.io/service-name") != Some(name) {
            continue;
        }
        let ports = array_at(slice, "/ports").iter().filter(|port| str_at(port, "/name") == wanted);
        let numbers: Vec<i64> = ports.filter_map(|port| i64_at(port, "/port")).collect();
        for endpoint in array_at(slice, "/endpoints") {
            // What is not said counts as ready.
            if podground_api::object::at(endpoint, "/conditions/ready") == &Value::Bool(false) {
                continue;
            }
            let address = str_at(endpoint, "/addresses/0");
            found.extend(numbers.iter().map(|number| format!("{address}:{number}")));
        }
    }
    if found.is_empty() {
        return Err(errors::unavailable(&format!("no endpoints available for service {name:?}")));
    }
    let count = found.len() as u64;
    let revision = store.revision().to_string();
    let index = cx.api.sim().rng("service-proxy", &[&cx.namespace, name, &revision]).below(count);
    Ok(found.swap_remove(usize::try_from(index).unwrap_or_default()))
}
