//! From a path to what it names.
//!
//! Upstream: `apiserver/pkg/endpoints/request/requestinfo.go`.

use super::ApiServer;
use crate::resource::Resource;

/// What a path names.
pub(super) enum Route {
    /// `/api`
    LegacyVersions,
    /// `/apis`
    Groups,
    /// `/apis/apps`
    Group(String),
    /// `/api/v1`, `/apis/apps/v1`
    Resources {
        /// The group, `""` for the core.
        group: String,
        /// The version.
        version: String,
    },
    /// Objects.
    Objects(Target),
    /// A path that is not about objects: `/version`, `/healthz`.
    Other(String),
}

/// The objects that a path names.
pub(super) struct Target {
    pub(super) resource: &'static Resource,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) subresource: String,
}

/// Reads a path; `None` where there is nothing.
pub(super) fn route(api: &ApiServer, path: &str) -> Option<Route> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["api"] => Some(Route::LegacyVersions),
        ["apis"] => Some(Route::Groups),
        ["apis", group] => Some(Route::Group((*group).to_owned())),
        ["api", version] => Some(Route::Resources { group: String::new(), version: (*version).to_owned() }),
        ["apis", group, version] => {
            Some(Route::Resources { group: (*group).to_owned(), version: (*version).to_owned() })
        }
        ["api", version, rest @ ..] => objects(api, "", version, rest).map(Route::Objects),
        ["apis", group, version, rest @ ..] => objects(api, group, version, rest).map(Route::Objects),
        _ => Some(Route::Other(parts.join("/"))),
    }
}

fn objects(api: &ApiServer, group: &str, version: &str, parts: &[&str]) -> Option<Target> {
    let (namespace, parts) = match parts {
        // `/namespaces/x` and its own subresources are about the namespace itself.
        ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => ("", parts),
        ["namespaces", namespace, rest @ ..] => (*namespace, rest),
        _ => ("", parts),
    };
    let (plural, parts) = parts.split_first()?;
    let resource = api.resource(group, version, plural)?;
    if !resource.namespaced && !namespace.is_empty() {
        return None;
    }
    let name = parts.first().copied().unwrap_or_default();
    let subresource = parts.get(1).copied().unwrap_or_default();
    if !subresource.is_empty() && !resource.has_subresource(subresource) {
        return None;
    }
    Some(Target {
        resource,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        subresource: subresource.to_owned(),
    })
}
