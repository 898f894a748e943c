//! What the server says of itself: versions, groups, resources, health.
//!
//! Upstream: `apiserver/pkg/endpoints/discovery`.

use podground_api::{Body, Method, Request, Response, Status, Value, json};

use super::route::Route;
use super::{ApiServer, errors};
use crate::resource::Resource;

/// The version of Kubernetes that the cluster says it runs.
pub(super) const VERSION: &str = "v1.36.3";

/// The groups in the order of discovery, each with its versions, the preferred one first.
fn groups(api: &ApiServer) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for resource in api.resources() {
        match groups.iter_mut().find(|(group, _)| *group == resource.group) {
            None => groups.push((resource.group, vec![resource.version])),
            Some((_, versions)) if !versions.contains(&resource.version) => versions.push(resource.version),
            Some(_) => {}
        }
    }
    groups
}

/// Answers what is not about objects.
pub(super) fn answer(api: &ApiServer, request: &Request, route: Route) -> Result<Response, Status> {
    if request.method != Method::Get {
        return Err(errors::unknown_path());
    }
    let aggregated = request
        .header("accept")
        .is_some_and(|accept| accept.split(',').next().unwrap_or_default().contains("APIGroupDiscoveryList"));
    let value = match route {
        Route::LegacyVersions if aggregated => aggregate(api, str::is_empty),
        Route::Groups if aggregated => aggregate(api, |group| !group.is_empty()),
        Route::LegacyVersions => json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs": [{ "clientCIDR": "0.0.0.0/0", "serverAddress": "172.18.0.2:6443" }],
        }),
        Route::Groups => {
            let groups: Vec<Value> = groups(api)
                .iter()
                .filter(|(group, _)| !group.is_empty())
                .map(|(group, versions)| group_value(group, versions))
                .collect();
            json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
        }
        Route::Group(name) => {
            let groups = groups(api);
            let (group, versions) =
                groups.iter().find(|(group, _)| *group == name).ok_or_else(errors::unknown_path)?;
            let mut value = group_value(group, versions);
            value["kind"] = "APIGroup".into();
            value["apiVersion"] = "v1".into();
            value
        }
        Route::Resources { group, version } => resource_list(api, &group, &version)?,
        Route::Other(path) => return other(api, request, &path),
        Route::Objects(_) => return Err(errors::unknown_path()),
    };
    Ok(Response::json(200, value))
}

fn group_version(group: &str, version: &str) -> Value {
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    json!({ "groupVersion": group_version, "version": version })
}

fn group_value(group: &str, versions: &[&str]) -> Value {
    let all: Vec<Value> = versions.iter().map(|version| group_version(group, version)).collect();
    json!({ "name": group, "versions": all, "preferredVersion": all.first() })
}

/// The verbs of a subresource, and the kind that it takes if that is another one.
fn subresource(
    resource: &Resource,
    name: &str,
) -> (&'static [&'static str], &'static str, &'static str, &'static str) {
    const CHANGE: &[&str] = &["get", "patch", "update"];
    const CALL: &[&str] = &["create", "get"];
    match name {
        "scale" => (CHANGE, "autoscaling", "v1", "Scale"),
        "binding" => (&["create"], "", "", "Binding"),
        "eviction" => (&["create"], "policy", "v1", "Eviction"),
        "token" => (&["create"], "authentication.k8s.io", "v1", "TokenRequest"),
        "log" => (&["get"], "", "", "Pod"),
        "exec" => (CALL, "", "", "PodExecOptions"),
        "attach" => (CALL, "", "", "PodAttachOptions"),
        "portforward" => (CALL, "", "", "PodPortForwardOptions"),
        "proxy" => (
            &["create", "delete", "get", "patch", "update"],
            "",
            "",
            match resource.plural {
                "pods" => "PodProxyOptions",
                "nodes" => "NodeProxyOptions",
                _ => "ServiceProxyOptions",
            },
        ),
        "finalize" => (&["update"], "", "", "Namespace"),
        _ => (CHANGE, "", "", ""),
    }
}

fn resource_list(api: &ApiServer, group: &str, version: &str) -> Result<Value, Status> {
    let mut list = Vec::new();
    for resource in api.resources().filter(|resource| resource.group == group && resource.version == version)
    {
        let mut entry = json!({
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": resource.verbs,
        });
        if !resource.short_names.is_empty() {
            entry["shortNames"] = resource.short_names.into();
        }
        if !resource.categories.is_empty() {
            entry["categories"] = resource.categories.into();
        }
        list.push(entry);
        for name in resource.subresources {
            let (verbs, group, version, kind) = subresource(resource, name);
            let mut entry = json!({
                "name": format!("{}/{name}", resource.plural),
                "singularName": "",
                "namespaced": resource.namespaced,
                "kind": if kind.is_empty() { resource.kind } else { kind },
                "verbs": verbs,
            });
            if !group.is_empty() {
                entry["group"] = group.into();
                entry["version"] = version.into();
            }
            list.push(entry);
        }
    }
    if list.is_empty() {
        return Err(errors::unknown_path());
    }
    Ok(json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version(group, version)["groupVersion"],
        "resources": list,
    }))
}

/// `apidiscovery.k8s.io/v2`: all of it in one answer.
fn aggregate(api: &ApiServer, wanted: impl Fn(&str) -> bool) -> Value {
    let mut items = Vec::new();
    for (group, versions) in groups(api).into_iter().filter(|(group, _)| wanted(group)) {
        let versions: Vec<Value> = versions
            .iter()
            .map(|version| {
                let resources: Vec<Value> = api
                    .resources()
                    .filter(|resource| resource.group == group && resource.version == *version)
                    .map(aggregated_resource)
                    .collect();
                json!({ "version": version, "resources": resources, "freshness": "Current" })
            })
            .collect();
        let meta = if group.is_empty() { json!({}) } else { json!({ "name": group }) };
        items.push(json!({ "metadata": meta, "versions": versions }));
    }
    json!({ "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items })
}

fn aggregated_resource(resource: &'static Resource) -> Value {
    let kind =
        |group: &str, version: &str, kind: &str| json!({ "group": group, "version": version, "kind": kind });
    let mut entry = json!({
        "resource": resource.plural,
        "responseKind": kind(resource.group, resource.version, resource.kind),
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular,
        "verbs": resource.verbs,
    });
    if !resource.short_names.is_empty() {
        entry["shortNames"] = resource.short_names.into();
    }
    if !resource.categories.is_empty() {
        entry["categories"] = resource.categories.into();
    }
    if !resource.subresources.is_empty() {
        let subresources: Vec<Value> = resource
            .subresources
            .iter()
            .map(|name| {
                let (verbs, group, version, of) = subresource(resource, name);
                let of = if of.is_empty() { resource.kind } else { of };
                let (group, version) =
                    if group.is_empty() { (resource.group, resource.version) } else { (group, version) };
                json!({ "subresource": name, "responseKind": kind(group, version, of), "verbs": verbs })
            })
            .collect();
        entry["subresources"] = subresources.into();
    }
    entry
}

fn other(api: &ApiServer, request: &Request, path: &str) -> Result<Response, Status> {
    let text =
        |text: &str| Ok(Response { status: 200, headers: Vec::new(), body: Body::Text(text.to_owned()) });
    match path {
        "version" => Ok(Response::json(
            200,
            json!({
                "major": "1",
                "minor": "36",
                "emulationMajor": "1",
                "emulationMinor": "36",
                "minCompatibilityMajor": "1",
                "minCompatibilityMinor": "35",
                "gitVersion": VERSION,
                "gitCommit": "",
                "gitTreeState": "clean",
                "buildDate": "2026-08-12T00:00:00Z",
                "goVersion": "go1.26.2",
                "compiler": "gc",
                "platform": "linux/amd64",
            }),
        )),
        "healthz" | "livez" | "readyz" if request.query_value("verbose").is_some() => {
            text(&format!("[+]ping ok\n[+]log ok\n[+]etcd ok\n{path} check passed\n"))
        }
        "healthz" | "livez" | "readyz" | "healthz/ping" | "livez/ping" | "readyz/ping" | "livez/etcd"
        | "readyz/etcd" => text("ok"),
        "" => {
            let mut paths = vec!["/api".to_owned(), "/api/v1".to_owned(), "/apis".to_owned()];
            for (group, versions) in groups(api).iter().filter(|(group, _)| !group.is_empty()) {
                paths.push(format!("/apis/{group}"));
                paths.extend(versions.iter().map(|version| format!("/apis/{group}/{version}")));
            }
            paths.extend(["/healthz", "/livez", "/openapi/v3", "/readyz", "/version"].map(str::to_owned));
            paths.sort();
            Ok(Response::json(200, json!({ "paths": paths })))
        }
        "openapi/v3" => {
            let mut paths = serde_json::Map::new();
            for (group, versions) in groups(api) {
                for version in versions {
                    let path = if group.is_empty() {
                        format!("api/{version}")
                    } else {
                        format!("apis/{group}/{version}")
                    };
                    let entry = json!({ "serverRelativeURL": format!("/openapi/v3/{path}?hash=0") });
                    paths.insert(path, entry);
                }
            }
            Ok(Response::json(200, json!({ "paths": paths })))
        }
        _ => match path.strip_prefix("openapi/v3/") {
            Some(document) => super::openapi::document(api, document),
            None => Err(errors::unknown_path()),
        },
    }
}
