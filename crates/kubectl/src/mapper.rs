//! Which resources the server has, from discovery, and what a word of the command line means.
//!
//! Upstream: `client-go/restmapper`, `cli-runtime/pkg/resource/builder.go mappingFor`

use std::rc::Rc;

use podground_api::object::{array_at, bool_at, str_at};
use podground_api::{Method, Request};
use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, Result};

/// One resource of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// The API group, empty for the core group.
    pub(crate) group: String,
    /// The version.
    pub(crate) version: String,
    /// The kind.
    pub(crate) kind: String,
    /// The plural name that stands in paths.
    pub(crate) resource: String,
    /// The singular name.
    pub(crate) singular: String,
    /// Short names.
    pub(crate) short_names: Vec<String>,
    /// Categories such as `all`.
    pub(crate) categories: Vec<String>,
    /// Whether its objects are in a namespace.
    pub(crate) namespaced: bool,
    /// What one can do.
    pub(crate) verbs: Vec<String>,
    /// The subresources: `status`, `scale`.
    pub(crate) subresources: Vec<String>,
}

impl Mapping {
    /// `apps/v1`, `v1`
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `deployments.apps`, `pods`
    pub(crate) fn group_resource(&self) -> String {
        if self.group.is_empty() {
            self.resource.clone()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }

    /// `deployment.apps`, `pod`
    pub(crate) fn group_kind_lower(&self) -> String {
        let kind = self.kind.to_lowercase();
        if self.group.is_empty() { kind } else { format!("{kind}.{}", self.group) }
    }

    /// The path of the collection in a namespace; of all namespaces if it is empty.
    pub(crate) fn path(&self, namespace: &str) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        if self.namespaced && !namespace.is_empty() {
            format!("{root}/namespaces/{namespace}/{}", self.resource)
        } else {
            format!("{root}/{}", self.resource)
        }
    }

    /// The path of an object.
    pub(crate) fn object_path(&self, namespace: &str, name: &str) -> String {
        format!("{}/{name}", self.path(namespace))
    }

    /// Whether the resource allows the verb.
    pub(crate) fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known == verb)
    }
}

/// All resources of the server in the order of discovery.
#[derive(Default)]
pub(crate) struct Mapper {
    mappings: Vec<Rc<Mapping>>,
    /// The versions of each group, the preferred first.
    groups: Vec<(String, Vec<String>)>,
}

const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

impl Mapper {
    /// Asks the server.
    pub(crate) async fn discover(client: &Client) -> Result<Self> {
        let mut mapper = Self::default();
        for root in ["/api", "/apis"] {
            let request = Request::new(Method::Get, root).with_header("accept", AGGREGATED);
            let answer = client.json(request).await?;
            match str_at(&answer, "/kind") {
                "APIGroupDiscoveryList" => mapper.add_aggregated(&answer),
                "APIVersions" => {
                    for version in array_at(&answer, "/versions").iter().filter_map(Value::as_str) {
                        mapper.add_group_version(client, "", version, &format!("/api/{version}")).await?;
                    }
                }
                _ => {
                    for group in array_at(&answer, "/groups") {
                        let name = str_at(group, "/name").to_owned();
                        for version in array_at(group, "/versions") {
                            let version = str_at(version, "/version").to_owned();
                            let path = format!("/apis/{name}/{version}");
                            mapper.add_group_version(client, &name, &version, &path).await?;
                        }
                    }
                }
            }
        }
        Ok(mapper)
    }

    fn add_version(&mut self, group: &str, version: &str) {
        match self.groups.iter_mut().find(|(name, _)| name == group) {
            Some((_, versions)) => versions.push(version.to_owned()),
            None => self.groups.push((group.to_owned(), vec![version.to_owned()])),
        }
    }

    fn add_aggregated(&mut self, list: &Value) {
        for group in array_at(list, "/items") {
            let name = str_at(group, "/metadata/name");
            for version in array_at(group, "/versions") {
                let version_name = str_at(version, "/version");
                self.add_version(name, version_name);
                for resource in array_at(version, "/resources") {
                    let kind = resource.get("responseKind").unwrap_or(&Value::Null);
                    self.mappings.push(Rc::new(Mapping {
                        group: name.to_owned(),
                        version: version_name.to_owned(),
                        kind: str_at(kind, "/kind").to_owned(),
                        resource: str_at(resource, "/resource").to_owned(),
                        singular: str_at(resource, "/singularResource").to_owned(),
                        short_names: texts(resource, "/shortNames"),
                        categories: texts(resource, "/categories"),
                        namespaced: str_at(resource, "/scope") == "Namespaced",
                        verbs: texts(resource, "/verbs"),
                        subresources: array_at(resource, "/subresources")
                            .iter()
                            .map(|sub| str_at(sub, "/subresource").to_owned())
                            .collect(),
                    }));
                }
            }
        }
    }

    async fn add_group_version(
        &mut self,
        client: &Client,
        group: &str,
        version: &str,
        path: &str,
    ) -> Result<()> {
        self.add_version(group, version);
        let list = client.get(path).await?;
        let resources = array_at(&list, "/resources");
        for resource in resources.iter().filter(|resource| !str_at(resource, "/name").contains('/')) {
            let name = str_at(resource, "/name");
            let prefix = format!("{name}/");
            self.mappings.push(Rc::new(Mapping {
                group: group.to_owned(),
                version: version.to_owned(),
                kind: str_at(resource, "/kind").to_owned(),
                resource: name.to_owned(),
                singular: str_at(resource, "/singularName").to_owned(),
                short_names: texts(resource, "/shortNames"),
                categories: texts(resource, "/categories"),
                namespaced: bool_at(resource, "/namespaced"),
                verbs: texts(resource, "/verbs"),
                subresources: resources
                    .iter()
                    .filter_map(|other| str_at(other, "/name").strip_prefix(&prefix).map(str::to_owned))
                    .collect(),
            }));
        }
        Ok(())
    }

    /// All groups with their versions.
    pub(crate) fn groups(&self) -> &[(String, Vec<String>)] {
        &self.groups
    }

    /// The resources of a category, of each group only the preferred version.
    pub(crate) fn category(&self, name: &str) -> Vec<Rc<Mapping>> {
        let of_category = |mapping: &&Rc<Mapping>| mapping.categories.iter().any(|category| category == name);
        self.preferred().filter(of_category).cloned().collect()
    }

    /// The resources in the preferred version of their group.
    pub(crate) fn preferred(&self) -> impl Iterator<Item = &Rc<Mapping>> {
        self.mappings.iter().filter(|mapping| {
            self.mappings
                .iter()
                .find(|other| other.group == mapping.group && other.resource == mapping.resource)
                == Some(mapping)
        })
    }

    /// The resource of a kind; the error is Go's `NoKindMatchError`.
    pub(crate) fn for_kind(&self, api_version: &str, kind: &str) -> Result<Rc<Mapping>> {
        let found =
            self.mappings.iter().find(|mapping| mapping.kind == kind && mapping.api_version() == api_version);
        found.cloned().ok_or_else(|| {
            Error::Local(format!("no matches for kind \"{kind}\" in version \"{api_version}\""))
        })
    }

    /// The resource that a word of the command line means: `po`, `pods`, `Pod`, `deploy.apps`,
    /// `deployments.v1.apps`.
    pub(crate) fn for_argument(&self, argument: &str) -> Result<Rc<Mapping>> {
        let lower = argument.to_lowercase();
        let parts: Vec<&str> = lower.splitn(3, '.').collect();
        if let [resource, version, group] = parts[..]
            && let Some(found) = self.find(resource, Some(group), Some(version))
        {
            return Ok(found);
        }
        let (resource, group) = match lower.split_once('.') {
            Some((resource, group)) => (resource, Some(group)),
            None => (lower.as_str(), None),
        };
        if let Some(found) = self.find(resource, group, None) {
            return Ok(found);
        }
        let shown = argument.split('.').next().unwrap_or(argument);
        Err(Error::NoResource(shown.to_owned()))
    }

    fn find(&self, word: &str, group: Option<&str>, version: Option<&str>) -> Option<Rc<Mapping>> {
        let fits = |mapping: &&Rc<Mapping>| {
            group
                .is_none_or(|group| mapping.group == group || mapping.group.starts_with(&format!("{group}.")))
                && version.is_none_or(|version| mapping.version == version)
        };
        let candidates = || self.mappings.iter().filter(fits);
        let named = |mapping: &&Rc<Mapping>| {
            mapping.resource == word || mapping.singular == word || mapping.kind.eq_ignore_ascii_case(word)
        };
        let short = |mapping: &&Rc<Mapping>| mapping.short_names.iter().any(|short| short == word);
        let exact =
            candidates().find(|mapping| named(mapping) && group.is_none_or(|group| mapping.group == group));
        exact.or_else(|| candidates().find(named)).or_else(|| candidates().find(short)).cloned()
    }
}

fn texts(value: &Value, pointer: &str) -> Vec<String> {
    array_at(value, pointer).iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
