//! The field tables of all built-in kinds: what strict decoding, `explain`, patches and the editor go by.
//!
//! The tables are text, made from k8s-openapi by the crate `podground-codegen`:
//! `T name` begins a type, `K group version kind plural scope` says what it is served as,
//! `field type [!] [k=keys]` is a field: `!` required, `k=` its merge keys (`=` for a set).

use std::collections::BTreeMap;
use std::sync::OnceLock;

static TYPES: &str = include_str!("../schema/types.txt");

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A string.
    String,
    /// A boolean.
    Bool,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A float.
    Double,
    /// An instant, RFC 3339.
    Time,
    /// An instant with microseconds.
    MicroTime,
    /// A quantity, a string or a number.
    Quantity,
    /// An integer or a string.
    IntOrString,
    /// Bytes, written in base64.
    Bytes,
    /// Any JSON value.
    Any,
    /// An array of that type.
    Array(Box<FieldType>),
    /// A map from strings to that type.
    Map(Box<FieldType>),
    /// A type of the table, by name: `core.v1.Container`.
    Object(String),
}

/// A field of a [`Type`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The JSON name.
    pub name: String,
    /// The type.
    pub field_type: FieldType,
    /// Whether Kubernetes' OpenAPI document calls it required.
    pub required: bool,
    /// Of a list that is merged item by item: the fields that identify an item, the first of them being the
    /// `patchMergeKey`; empty for a list that is a set of scalars.
    pub merge_keys: Option<Vec<String>>,
}

/// What a kind is served as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The API group, `""` for the core group.
    pub group: String,
    /// The version: `v1`.
    pub version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The resource's plural: `deployments`.
    pub plural: String,
    /// Whether objects are in a namespace.
    pub namespaced: bool,
}

impl Kind {
    /// `v1`, `apps/v1`
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }
}

/// A struct of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// The name: `core.v1.Pod`, of `io.k8s.api.core.v1.Pod`.
    pub name: String,
    /// What it is served as, if it is a kind.
    pub kind: Option<Kind>,
    /// The fields, by JSON name.
    pub fields: BTreeMap<String, Field>,
}

impl Type {
    /// The last part of the name: `Pod`.
    pub fn go_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// The field of a JSON name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }
}

/// All types.
#[derive(Debug, Default)]
pub struct Schema {
    types: BTreeMap<String, Type>,
    kinds: BTreeMap<(String, String), String>,
}

impl Schema {
    /// The types of the simulated version of Kubernetes; read once, when first asked for.
    pub fn builtin() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| Self::parse(TYPES))
    }

    fn parse(text: &str) -> Self {
        let mut schema = Self::default();
        let mut current: Option<Type> = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split(' ').collect();
            match (words.as_slice(), &mut current) {
                (["T", name], _) => {
                    schema.add(current.take());
                    current = Some(Type { name: (*name).to_owned(), kind: None, fields: BTreeMap::new() });
                }
                (["K", group, version, kind, plural, scope], Some(t)) => {
                    let group = if *group == "core" { "" } else { group };
                    t.kind = Some(Kind {
                        group: group.to_owned(),
                        version: (*version).to_owned(),
                        kind: (*kind).to_owned(),
                        plural: (*plural).to_owned(),
                        namespaced: *scope == "namespaced",
                    });
                }
                ([name, code, rest @ ..], Some(t)) => {
                    let merge_keys = rest
                        .iter()
                        .find_map(|word| word.strip_prefix("k="))
                        .map(|keys| keys.split(',').filter(|key| *key != "=").map(str::to_owned).collect());
                    let field = Field {
                        name: (*name).to_owned(),
                        field_type: field_type(code),
                        required: rest.contains(&"!"),
                        merge_keys,
                    };
                    t.fields.insert(field.name.clone(), field);
                }
                _ => {}
            }
        }
        schema.add(current);
        schema
    }

    fn add(&mut self, t: Option<Type>) {
        let Some(t) = t else { return };
        if let Some(kind) = &t.kind {
            self.kinds.insert((kind.api_version(), kind.kind.clone()), t.name.clone());
        }
        self.types.insert(t.name.clone(), t);
    }

    /// The type of a name: `core.v1.PodSpec`.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// The type of a kind: `("apps/v1", "Deployment")`.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<&Type> {
        self.get(self.kinds.get(&(api_version.to_owned(), kind.to_owned()))?)
    }

    /// All kinds, by `apiVersion` and name.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values().filter_map(|name| self.get(name)?.kind.as_ref())
    }

    /// What stands under a key of a value of a type: its type and, of a list that is merged, its merge keys.
    pub fn child(&self, parent: &FieldType, key: &str) -> (FieldType, Option<Vec<String>>) {
        match parent {
            FieldType::Object(name) => match self.get(name).and_then(|t| t.field(key)) {
                Some(field) => (field.field_type.clone(), field.merge_keys.clone()),
                None => (FieldType::Any, None),
            },
            FieldType::Map(inner) => ((**inner).clone(), None),
            _ => (FieldType::Any, None),
        }
    }

    /// The field that a path of names leads to from a type, through arrays and maps:
    /// `["spec", "containers", "image"]` from `core.v1.Pod`.
    pub fn field_at(&self, root: &str, path: &[&str]) -> Option<&Field> {
        let (first, rest) = path.split_first()?;
        let field = self.get(root)?.field(first)?;
        if rest.is_empty() { Some(field) } else { self.field_at(field.field_type.object_name()?, rest) }
    }
}

impl FieldType {
    /// The name of the type of the objects within, looking through arrays and maps.
    pub fn object_name(&self) -> Option<&str> {
        match self {
            Self::Object(name) => Some(name),
            Self::Array(inner) | Self::Map(inner) => inner.object_name(),
            _ => None,
        }
    }

    /// The type as Go writes it in error messages: `[]v1.Container`, `int32`, `map[string]string`.
    pub fn go_name(&self) -> String {
        match self {
            Self::String => "string".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int32 => "int32".to_owned(),
            Self::Int64 => "int64".to_owned(),
            Self::Double => "float64".to_owned(),
            Self::Time => "v1.Time".to_owned(),
            Self::MicroTime => "v1.MicroTime".to_owned(),
            Self::Quantity => "resource.Quantity".to_owned(),
            Self::IntOrString => "intstr.IntOrString".to_owned(),
            Self::Bytes => "[]uint8".to_owned(),
            Self::Any => "interface {}".to_owned(),
            Self::Array(inner) => format!("[]{}", inner.go_name()),
            Self::Map(inner) if **inner == Self::Quantity => "v1.ResourceList".to_owned(),
            Self::Map(inner) => format!("map[string]{}", inner.go_name()),
            Self::Object(name) => {
                let mut parts = name.rsplit('.');
                let (kind, version) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                format!("{version}.{kind}")
            }
        }
    }
}

fn field_type(code: &str) -> FieldType {
    if let Some(inner) = code.strip_prefix("[]") {
        return FieldType::Array(Box::new(field_type(inner)));
    }
    if let Some(inner) = code.strip_prefix("{}") {
        return FieldType::Map(Box::new(field_type(inner)));
    }
    match code {
        "string" => FieldType::String,
        "bool" => FieldType::Bool,
        "int32" => FieldType::Int32,
        "int64" => FieldType::Int64,
        "double" => FieldType::Double,
        "time" => FieldType::Time,
        "micro-time" => FieldType::MicroTime,
        "quantity" => FieldType::Quantity,
        "int-or-string" => FieldType::IntOrString,
        "bytes" => FieldType::Bytes,
        "any" => FieldType::Any,
        name => FieldType::Object(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_built_in_kinds() {
        let schema = Schema::builtin();
        let pod = schema.kind("v1", "Pod").unwrap();
        assert_eq!(pod.kind.as_ref().unwrap().plural, "pods");
        let ports = schema.field_at("core.v1.Pod", &["spec", "containers", "ports"]).unwrap();
        assert_eq!(ports.field_type.go_name(), "[]v1.ContainerPort");
        assert_eq!(ports.merge_keys.as_ref().unwrap()[0], "containerPort");
        assert!(schema.kind("extensions/v1beta1", "Deployment").is_none());
        for t in schema.types.values() {
            for field in t.fields.values() {
                if let Some(name) = field.field_type.object_name() {
                    assert!(schema.get(name).is_some(), "{}.{} of unknown type {name}", t.name, field.name);
                }
            }
        }
    }
}
