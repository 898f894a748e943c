//! How a value is merged: field by field, item by item, or as a whole.
//!
//! Upstream: `structured-merge-diff/v6/schema`, from the `x-kubernetes-*` marks of the OpenAPI document.

use serde_json::Value;

use crate::schema::{FieldType, Schema};

/// What is known of a value's type.
#[derive(Clone, Debug)]
pub enum Shape<'a> {
    /// One thing: a scalar, an atomic list or map.
    Leaf,
    /// A type of the table.
    Object(String),
    /// A map whose entries are of one type.
    Map(FieldType),
    /// A list whose items are known by the values of these fields.
    List(Box<Shape<'a>>, Vec<String>),
    /// A list of scalars that each occur once.
    Set,
    /// What a custom resource's definition says of it.
    Custom(&'a Value),
    /// Nothing is known: maps are merged, lists are not.
    Unknown,
}

/// Structs that are replaced as a whole.
const ATOMIC: &[&str] = &[
    "admissionregistration.v1.NamedRuleWithOperations",
    "admissionregistration.v1.ParamKind",
    "admissionregistration.v1.ParamRef",
    "core.v1.ConfigMapKeySelector",
    "core.v1.EndpointAddress",
    "core.v1.EndpointPort",
    "core.v1.FileKeySelector",
    "core.v1.LocalObjectReference",
    "core.v1.NodeSelector",
    "core.v1.NodeSelectorTerm",
    "core.v1.ObjectFieldSelector",
    "core.v1.ObjectReference",
    "core.v1.ResourceFieldSelector",
    "core.v1.ScopeSelector",
    "core.v1.ScopedResourceSelectorRequirement",
    "core.v1.SecretKeySelector",
    "core.v1.SecretReference",
    "core.v1.TopologySelectorTerm",
    "core.v1.TypedLocalObjectReference",
    "discovery.v1.EndpointPort",
    "meta.v1.LabelSelector",
    "meta.v1.OwnerReference",
    "networking.v1.ServiceBackendPort",
    "rbac.v1.RoleRef",
    "rbac.v1.Subject",
];

/// Maps that are replaced as a whole: type and field.
const ATOMIC_MAPS: &[(&str, &str)] = &[
    ("core.v1.PodSpec", "nodeSelector"),
    ("core.v1.ReplicationControllerSpec", "selector"),
    ("core.v1.ServiceSpec", "selector"),
    ("node.v1.Scheduling", "nodeSelector"),
];

/// Lists whose items are known by more than the key of strategic merges, or that only apply merges.
const KEYS: &[(&str, &str, &[&str])] = &[
    ("core.v1.Container", "ports", &["containerPort", "protocol"]),
    ("core.v1.ContainerStatus", "volumeMounts", &["mountPath"]),
    ("core.v1.EphemeralContainer", "ports", &["containerPort", "protocol"]),
    ("core.v1.PodSpec", "hostAliases", &["ip"]),
    ("core.v1.PodSpec", "topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("core.v1.ResourceRequirements", "claims", &["name"]),
    ("core.v1.ServiceSpec", "ports", &["port", "protocol"]),
    ("core.v1.ServiceStatus", "conditions", &["type"]),
];

impl<'a> Shape<'a> {
    /// The shape of a built-in kind.
    pub fn of_kind(api_version: &str, kind: &str) -> Self {
        Schema::builtin().kind(api_version, kind).map_or(Self::Unknown, |t| Self::Object(t.name.clone()))
    }

    /// The shape of a field of the table.
    fn of(field_type: &FieldType, keys: Option<Vec<String>>) -> Self {
        match field_type {
            FieldType::Object(name) if ATOMIC.contains(&name.as_str()) => Self::Leaf,
            FieldType::Object(name) => Self::Object(name.clone()),
            FieldType::Map(inner) => Self::Map((**inner).clone()),
            FieldType::Array(inner) => match keys {
                None => Self::Leaf,
                Some(keys) if keys.is_empty() => Self::Set,
                // Items are known by their keys, whether or not their type is atomic elsewhere.
                Some(keys) => Self::List(Box::new(Self::of(inner, None)), keys),
            },
            FieldType::Any => Self::Unknown,
            _ => Self::Leaf,
        }
    }

    /// The shape of what stands under a key.
    pub fn child(&self, key: &str) -> Self {
        match self {
            Self::Object(name) => {
                if ATOMIC_MAPS.contains(&(name.as_str(), key))
                    || name == "meta.v1.ObjectMeta" && key == "managedFields"
                {
                    return Self::Leaf;
                }
                let Some(field) = Schema::builtin().get(name).and_then(|t| t.field(key)) else {
                    return Self::Leaf;
                };
                let special = KEYS.iter().find(|(of, field, _)| of == name && *field == key);
                let keys = match special {
                    Some((_, _, keys)) => Some(keys.iter().map(|key| (*key).to_owned()).collect()),
                    None => field.merge_keys.clone(),
                };
                // A claim template has no key of its own: the list is replaced.
                let keys = keys.filter(|keys: &Vec<String>| keys.first().is_none_or(|key| key != "metadata"));
                Self::of(&field.field_type, keys)
            }
            Self::Map(inner) => Self::of(inner, None),
            Self::Custom(schema) => match schema.get("properties").and_then(|all| all.get(key)) {
                Some(schema) => Self::custom(schema),
                None => match schema.get("additionalProperties") {
                    Some(schema) if schema.is_object() => Self::custom(schema),
                    _ => Self::Unknown,
                },
            },
            Self::Unknown => Self::Unknown,
            Self::Leaf | Self::Set | Self::List(..) => Self::Leaf,
        }
    }

    /// The shape of a value of a custom resource, by its schema.
    pub fn custom(schema: &'a Value) -> Self {
        let mark = |name: &str| schema.get(name).and_then(Value::as_str).unwrap_or_default();
        match mark("type") {
            "object" if mark("x-kubernetes-map-type") == "atomic" => Self::Leaf,
            "object" => Self::Custom(schema),
            "array" => match mark("x-kubernetes-list-type") {
                "set" => Self::Set,
                "map" => {
                    let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
                    let keys = keys.into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned));
                    let item = schema.get("items").map_or(Self::Unknown, Self::custom);
                    Self::List(Box::new(item), keys.collect())
                }
                _ => Self::Leaf,
            },
            "" => Self::Unknown,
            _ => Self::Leaf,
        }
    }

    /// Whether a value's keys are fields that the type names; of a plain map each key is something added.
    pub(super) fn names(&self, key: &str) -> bool {
        match self {
            Self::Object(_) => true,
            Self::Custom(schema) => schema.get("properties").is_some_and(|all| all.get(key).is_some()),
            _ => false,
        }
    }

    /// Whether a value of this shape is taken apart.
    pub(super) fn is_map(&self) -> bool {
        matches!(self, Self::Object(_) | Self::Map(_) | Self::Custom(_) | Self::Unknown)
    }

    /// The path element of a list's item.
    pub(super) fn item_element(&self, item: &Value) -> Option<String> {
        match self {
            Self::Set => Some(format!("v:{item}")),
            Self::List(_, keys) => {
                let mut map = serde_json::Map::new();
                for key in keys {
                    let value = match item.get(key) {
                        Some(value) => value.clone(),
                        // The one default among keys.
                        None if key == "protocol" => "TCP".into(),
                        None => continue,
                    };
                    map.insert(key.clone(), value);
                }
                (!map.is_empty()).then(|| format!("k:{}", Value::Object(map)))
            }
            _ => None,
        }
    }
}
