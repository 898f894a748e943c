//! An object on its way through a build: what it is now, and what it was called before.
//!
//! Upstream: `api/resource/resource.go`, `kyaml/resid`

use podground_api::Schema;
use podground_api::object::{self, set_at};
use serde_json::Value;

/// What groups, versions and kinds a field of a table is about; an empty part stands for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gvk {
    /// The group.
    pub(super) group: String,
    /// The version.
    pub(super) version: String,
    /// The kind.
    pub(super) kind: String,
}

impl Gvk {
    /// Of an object.
    pub(super) fn of(value: &Value) -> Self {
        let api_version = object::api_version(value);
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.to_owned(), version: version.to_owned(), kind: object::kind(value).to_owned() }
    }

    /// Whether the parts that a pattern names are these.
    pub(super) fn is_selected(&self, pattern: &Gvk) -> bool {
        let fits = |part: &str, wanted: &str| wanted.is_empty() || part == wanted;
        fits(&self.group, &pattern.group)
            && fits(&self.version, &pattern.version)
            && fits(&self.kind, &pattern.kind)
    }

    /// `apps/v1`
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether its objects are in no namespace; what is not built in counts as being in one.
    pub(super) fn is_cluster_scoped(&self) -> bool {
        let known = Schema::builtin().kind(&self.api_version(), &self.kind);
        match known.and_then(|known| known.kind.as_ref()) {
            Some(kind) => !kind.namespaced,
            // Upstream: kyaml/openapi precomputed isNamespaceScoped.
            None => matches!(self.kind.as_str(), "CustomResourceDefinition" | "APIService"),
        }
    }

    /// `Deployment.v1.apps`
    pub(super) fn text(&self) -> String {
        let or = |part: &str, none: &str| if part.is_empty() { none.to_owned() } else { part.to_owned() };
        format!(
            "{}.{}.{}",
            or(&self.kind, "[noKind]"),
            or(&self.version, "[noVer]"),
            or(&self.group, "[noGrp]")
        )
    }
}

/// What identifies an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Id {
    /// Group, version and kind.
    pub(super) gvk: Gvk,
    /// The name.
    pub(super) name: String,
    /// The namespace, as the object has it.
    pub(super) namespace: String,
}

impl Id {
    /// The namespace where none is named: `default`, or a word that is no namespace.
    pub(super) fn effective_namespace(&self) -> &str {
        if self.gvk.is_cluster_scoped() {
            "_non_namespaceable_"
        } else if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    /// Whether both are in the same namespace.
    pub(super) fn same_namespace(&self, other: &Id) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// Whether both are the same object.
    pub(super) fn is(&self, other: &Id) -> bool {
        self.name == other.name && self.gvk == other.gvk && self.same_namespace(other)
    }

    /// `Deployment.v1.apps/web.[noNs]`, as messages name it.
    pub(super) fn text(&self) -> String {
        let name = if self.name.is_empty() { "[noName]" } else { &self.name };
        let namespace = if self.namespace.is_empty() { "[noNs]" } else { &self.namespace };
        format!("{}/{name}.{namespace}", self.gvk.text())
    }

    /// As Go prints the struct with `%#v`.
    pub(super) fn go_syntax(&self) -> String {
        format!(
            "resid.ResId{{Gvk:resid.Gvk{{Group:{:?}, Version:{:?}, Kind:{:?}, isClusterScoped:{}}}, Name:{:?}, \
             Namespace:{:?}}}",
            self.gvk.group,
            self.gvk.version,
            self.gvk.kind,
            self.gvk.is_cluster_scoped(),
            self.name,
            self.namespace
        )
    }
}

/// What a generated object does to one that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Behavior {
    /// Nothing was said.
    #[default]
    Unspecified,
    /// There must be none.
    Create,
    /// It takes its place.
    Replace,
    /// Its data are merged into it.
    Merge,
}

impl Behavior {
    /// The word of a kustomization file.
    pub(super) fn parse(word: &str) -> Self {
        match word {
            "create" => Self::Create,
            "replace" => Self::Replace,
            "merge" => Self::Merge,
            _ => Self::Unspecified,
        }
    }

    /// The word that messages have.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Merge => "merge",
        }
    }
}

/// An object of a build.
#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    /// The object; null once a patch has deleted it.
    pub(super) value: Value,
    /// What it was called, the oldest first: namespace, name, kind.
    pub(super) previous: Vec<(String, String, String)>,
    /// The prefixes that its name has got.
    pub(super) prefixes: Vec<String>,
    /// The suffixes that its name has got.
    pub(super) suffixes: Vec<String>,
    /// Whether its name ends in the hash of its content.
    pub(super) needs_hash: bool,
    /// What it does to one that is there.
    pub(super) behavior: Behavior,
}

impl Resource {
    /// A resource as read.
    pub(super) fn new(value: Value) -> Self {
        Self { value, ..Self::default() }
    }

    /// Group, version and kind.
    pub(super) fn gvk(&self) -> Gvk {
        Gvk::of(&self.value)
    }

    /// What it is called now.
    pub(super) fn id(&self) -> Id {
        Id {
            gvk: self.gvk(),
            name: object::name(&self.value).to_owned(),
            namespace: object::namespace(&self.value).to_owned(),
        }
    }

    /// What it was called before, the oldest first.
    pub(super) fn previous_ids(&self) -> Vec<Id> {
        let gvk = self.gvk();
        let id = |(namespace, name, kind): &(String, String, String)| Id {
            gvk: Gvk { kind: kind.clone(), ..gvk.clone() },
            name: name.clone(),
            namespace: namespace.clone(),
        };
        self.previous.iter().map(id).collect()
    }

    /// All that it was and is called.
    pub(super) fn ids(&self) -> Vec<Id> {
        let mut ids = self.previous_ids();
        ids.push(self.id());
        ids
    }

    /// What it was called first.
    pub(super) fn original(&self) -> Id {
        self.previous_ids().into_iter().next().unwrap_or_else(|| self.id())
    }

    /// Remembers what it is called, for it will be called something else.
    pub(super) fn remember_id(&mut self) {
        let id = self.id();
        let namespace = id.effective_namespace().to_owned();
        self.previous.push((namespace, id.name, id.gvk.kind));
    }

    /// Renames it.
    pub(super) fn set_name(&mut self, name: String) {
        set_at(&mut self.value, "/metadata/name", name.into());
    }

    /// Whether the names of both got the same prefixes and suffixes in the end; `loosely`, if one got none, any are.
    ///
    /// Upstream: `PrefixesSuffixesEquals`
    pub(super) fn same_affixes(&self, other: &Resource, loosely: bool) -> bool {
        let same = |a: &[String], b: &[String]| match (a.is_empty(), b.is_empty()) {
            (true, true) => true,
            (false, false) => a.ends_with(b) || b.ends_with(a),
            _ => loosely,
        };
        same(&self.prefixes, &other.prefixes) && same(&self.suffixes, &other.suffixes)
    }

    /// Takes the place of an older object: its names stay, and its labels and annotations where there are no new ones.
    ///
    /// Upstream: `CopyMergeMetaDataFieldsFrom`
    pub(super) fn take_metadata(&mut self, old: &Resource) {
        for field in ["/metadata/labels", "/metadata/annotations"] {
            let mut merged = object::map_at(&old.value, field).cloned().unwrap_or_default();
            merged.extend(object::map_at(&self.value, field).cloned().unwrap_or_default());
            if !merged.is_empty() {
                set_at(&mut self.value, field, merged.into());
            }
        }
        self.set_name(object::name(&old.value).to_owned());
        let namespace = object::namespace(&old.value);
        if namespace.is_empty() {
            object::remove_at(&mut self.value, "/metadata/namespace");
        } else {
            set_at(&mut self.value, "/metadata/namespace", namespace.into());
        }
        self.previous = old.previous.clone();
        self.prefixes = old.prefixes.clone();
        self.suffixes = old.suffixes.clone();
        self.needs_hash = old.needs_hash;
        self.behavior = old.behavior;
    }
}
