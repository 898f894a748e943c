//! What the API server knows of a kind: names, verbs, strategy, columns. All kinds go through one pipeline.
//!
//! Upstream: a resource is a generic registry store with a strategy (`pkg/registry/*/strategy.go`) and a
//! table convertor (`pkg/printers/internalversion/printers.go`).

use podground_api::{Status, Value};
use podground_sim::Time;

use crate::apiserver::context::Context;
use crate::apiserver::field::Errors;

/// A resource of the API in one version of its group.
pub struct Resource {
    /// The group, `""` for the core.
    pub group: &'static str,
    /// The version: `v1`.
    pub version: &'static str,
    /// The kind: `Pod`.
    pub kind: &'static str,
    /// The name in paths: `pods`.
    pub plural: &'static str,
    /// The name of one: `pod`.
    pub singular: &'static str,
    /// Short names: `po`.
    pub short_names: &'static [&'static str],
    /// Categories: `all`.
    pub categories: &'static [&'static str],
    /// Whether objects lie in a namespace.
    pub namespaced: bool,
    /// What one may do with it.
    pub verbs: &'static [&'static str],
    /// Subresources: `status`, `scale`, `log`.
    pub subresources: &'static [&'static str],
    /// Where the store keeps the objects: `pods`, `deployments.apps`. Versions of a kind share it.
    pub key: &'static str,
    /// How objects are read into this version and written from it, where it is not the stored version.
    pub conversion: Option<Conversion>,
    /// What is particular about the kind.
    pub strategy: Strategy,
    /// The columns of `kubectl get`.
    pub columns: &'static [Column],
    /// The cells of one row, in the order of `columns`.
    pub row: fn(&Value, &RowContext) -> Vec<Value>,
    /// The definition of a custom resource.
    pub custom: Option<&'static Value>,
}

/// From and to the stored version.
#[derive(Clone, Copy)]
pub struct Conversion {
    /// From the stored version to this one.
    pub from_stored: fn(&mut Value),
    /// From this version to the stored one.
    pub to_stored: fn(&mut Value),
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The heading, in title case: kubectl prints it in capitals.
    pub name: &'static str,
    /// `string`, `integer`, `boolean`.
    pub kind: &'static str,
    /// `name` for the column that kubectl prefixes with the resource.
    pub format: &'static str,
    /// 0 is always shown, 1 by `-o wide` only.
    pub priority: u8,
}

/// A column of text.
pub const fn column(name: &'static str) -> Column {
    Column { name, kind: "string", format: "", priority: 0 }
}

/// A column of text that only `-o wide` shows.
pub const fn wide(name: &'static str) -> Column {
    Column { name, kind: "string", format: "", priority: 1 }
}

/// A column of numbers.
pub const fn integer(name: &'static str) -> Column {
    Column { name, kind: "integer", format: "", priority: 0 }
}

/// The column of the object's name.
pub const NAME: Column = Column { name: "Name", kind: "string", format: "name", priority: 0 };

/// The column of the object's age.
pub const AGE: Column = column("Age");

/// What a row is computed against.
pub struct RowContext {
    /// The server's time.
    pub now: Time,
    /// The definition, of a custom resource.
    pub custom: Option<&'static Value>,
}

/// A field that a field selector may name.
#[derive(Clone, Copy, Debug)]
pub struct SelectableField {
    /// The label: `status.phase`.
    pub label: &'static str,
    /// Where the value lies: `/status/phase`.
    pub pointer: &'static str,
    /// What an absent value reads as.
    pub absent: &'static str,
}

/// A selectable field that lies where its label says and reads as `""` if absent.
pub const fn field(label: &'static str, pointer: &'static str) -> SelectableField {
    SelectableField { label, pointer, absent: "" }
}

/// What is particular about a kind. Each function has a default that does nothing.
#[derive(Clone, Copy)]
pub struct Strategy {
    /// Fills in what was left out.
    pub default: fn(&mut Value),
    /// Clears and sets what a client may not decide on creation.
    pub prepare_create: fn(&Context, &mut Value),
    /// Keeps what a client may not change; the second object is the present one.
    pub prepare_update: fn(&Context, &mut Value, &Value),
    /// Finds what is wrong with an object (its metadata is checked before).
    pub validate: fn(&Value, &mut Errors),
    /// Finds what is wrong with a change (new, old); metadata is checked before, `validate` is not called.
    pub validate_update: fn(&Value, &Value, &mut Errors),
    /// Finds what is wrong with a change of the status (new, old).
    pub validate_status: fn(&Value, &Value, &mut Errors),
    /// Takes what the server hands out (cluster IPs, node ports); the last is the present object.
    pub allocate: fn(&Context, &mut Value, Option<&Value>) -> Result<(), Status>,
    /// Sentences of warning for the client (the second object is the present one).
    pub warnings: fn(&Value, Option<&Value>, &mut Vec<String>),
    /// What is wrong with a name.
    pub name: fn(&str) -> Vec<String>,
    /// Whether a change of anything but metadata and status counts as a new generation.
    pub generation: bool,
    /// Whether an update needs no resource version.
    pub unconditional_update: bool,
    /// The fields that field selectors may name, beside name and namespace.
    pub fields: &'static [SelectableField],
    /// How long a deletion waits, if the kind has graceful deletion: seconds asked for, object.
    pub grace: Option<fn(Option<i64>, &Value) -> i64>,
    /// For resources that are computed, not stored: all of them.
    pub computed: Option<fn(&crate::apiserver::ApiServer) -> Vec<Value>>,
    /// For resources that are asked, not stored: what `create` answers.
    pub answer: Option<fn(&Context, Value) -> Value>,
}

/// The verbs of what is stored.
pub const ALL_VERBS: &[&str] =
    &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

impl Strategy {
    /// A strategy that adds nothing: what all kinds have in common.
    pub const GENERIC: Self = Self {
        default: |_| {},
        prepare_create: |_, _| {},
        prepare_update: |_, _, _| {},
        validate: |_, _| {},
        validate_update: |_, _, _| {},
        validate_status: |_, _, _| {},
        allocate: |_, _, _| Ok(()),
        warnings: |_, _, _| {},
        name: podground_api::validation::dns1123_subdomain,
        generation: false,
        unconditional_update: true,
        fields: &[],
        grace: None,
        computed: None,
        answer: None,
    };
}

impl Resource {
    /// A namespaced resource of a group and version.
    pub const fn namespaced(group: &'static str, version: &'static str, kind: &'static str) -> Self {
        Self {
            group,
            version,
            kind,
            plural: "",
            singular: "",
            short_names: &[],
            categories: &[],
            namespaced: true,
            verbs: ALL_VERBS,
            subresources: &[],
            key: "",
            conversion: None,
            strategy: Strategy::GENERIC,
            columns: &[NAME, AGE],
            row: |object, cx| {
                vec![crate::resources::name_cell(object), crate::resources::age_cell(object, cx)]
            },
            custom: None,
        }
    }

    /// A resource of the whole cluster.
    pub const fn cluster(group: &'static str, version: &'static str, kind: &'static str) -> Self {
        Self { namespaced: false, ..Self::namespaced(group, version, kind) }
    }

    /// Sets plural, singular and the store's key.
    pub const fn named(self, plural: &'static str, singular: &'static str, key: &'static str) -> Self {
        Self { plural, singular, key, ..self }
    }

    /// `v1`, `apps/v1`
    pub fn group_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `pods`, `deployments.apps`: the name that errors use.
    pub fn group_resource(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `Pod`, `Deployment.apps`: the kind as errors name it.
    pub fn group_kind(&self) -> String {
        if self.group.is_empty() { self.kind.to_owned() } else { format!("{}.{}", self.kind, self.group) }
    }

    /// Fills in what was left out.
    pub fn default(&self, object: &mut Value) {
        if self.custom.is_some() {
            crate::resources::apiextensions::custom::default(self, object);
        }
        (self.strategy.default)(object);
    }

    /// Finds what is wrong with an object; with a change, if there is a present object.
    pub fn validate(&self, object: &Value, old: Option<&Value>, errors: &mut Errors) {
        if self.custom.is_some() {
            crate::resources::apiextensions::custom::validate(self, object, old, errors);
        }
        match old {
            None => (self.strategy.validate)(object, errors),
            Some(old) => (self.strategy.validate_update)(object, old, errors),
        }
    }

    /// Whether it has a subresource.
    pub fn has_subresource(&self, name: &str) -> bool {
        self.subresources.contains(&name)
    }
}
