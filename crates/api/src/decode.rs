//! Decoding objects against the schema: what Go's decoder refuses, and what strict decoding tells.
//!
//! Upstream: `sigs.k8s.io/json` (type errors as `encoding/json` words them, unknown and duplicate fields)
//! and what encoding a typed object again leaves out.

use base64::Engine;
use serde_json::{Map, Value};

use crate::quantity::Quantity;
use crate::schema::{FieldType, Schema, Type};

/// A decoded object.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The object as encoding it again would write it: without unknown fields, nulls and empty optional
    /// fields, quantities in their canonical form.
    pub value: Value,
    /// The unknown fields, in order: `unknown field "spec.containers[0].port"`.
    pub strict_errors: Vec<String>,
}

/// Optional fields that are pointers upstream though they hold a string: an empty one is kept.
const POINTER_STRINGS: [&str; 8] = [
    "storageClassName",
    "ingressClassName",
    "runtimeClassName",
    "loadBalancerClass",
    "volumeAttributesClassName",
    "value",
    "controllerClass",
    "hostnameOverride",
];

/// Optional booleans and integers that are no pointers upstream: `false` and `0` are left out.
const PLAIN_SCALARS: [&str; 33] = [
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "readOnly",
    "stdin",
    "stdinOnce",
    "tty",
    "paused",
    "publishNotReadyAddresses",
    "unschedulable",
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
    "hostPort",
    "nodePort",
    "healthCheckNodePort",
    "minReadySeconds",
    "generation",
    "partition",
    "observedGeneration",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "updatedReplicas",
    "unavailableReplicas",
    "currentReplicas",
    "active",
    "succeeded",
    "failed",
    "globalDefault",
    "count",
];

/// Decodes an object of a type. `null` gives an empty object.
///
/// # Errors
/// The sentence of the first value that Go's decoder could not put into its field:
/// `json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string`.
pub fn decode(schema: &Schema, object_type: &Type, value: &Value) -> Result<Decoded, String> {
    let mut decoder = Decoder { schema, strict_errors: Vec::new(), error: None };
    let value = match value {
        Value::Object(map) => decoder.object(object_type, map, &mut Path::default()),
        Value::Null => Value::Object(Map::new()),
        other => {
            let go_type = FieldType::Object(object_type.name.clone()).go_name();
            return Err(format!(
                "json: cannot unmarshal {} into Go value of type {go_type}",
                json_kind(other)
            ));
        }
    };
    match decoder.error {
        Some(error) => Err(error),
        None => Ok(Decoded { value, strict_errors: decoder.strict_errors }),
    }
}

/// Where the decoder stands, in the two forms that messages use.
#[derive(Clone, Default)]
struct Path {
    /// `spec.containers[0].ports`
    indexed: String,
    /// `spec.containers.ports`
    plain: String,
    /// The struct that holds the field: `Container`.
    owner: String,
}

impl Path {
    fn field(&self, owner: &str, name: &str) -> Self {
        let join = |prefix: &str| {
            if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
        };
        Self { indexed: join(&self.indexed), plain: join(&self.plain), owner: owner.to_owned() }
    }

    fn index(&self, index: usize) -> Self {
        Self { indexed: format!("{}[{index}]", self.indexed), ..self.clone() }
    }

    fn key(&self, key: &str) -> Self {
        Self { indexed: format!("{}.{key}", self.indexed), ..self.clone() }
    }
}

struct Decoder<'a> {
    schema: &'a Schema,
    strict_errors: Vec<String>,
    error: Option<String>,
}

impl Decoder<'_> {
    fn object(&mut self, object_type: &Type, map: &Map<String, Value>, path: &mut Path) -> Value {
        let mut result = Map::new();
        for (name, value) in map {
            let here = path.field(object_type.go_name(), name);
            let Some(field) = object_type.field(name) else {
                self.strict_errors.push(format!("unknown field {:?}", here.indexed));
                continue;
            };
            if value.is_null() {
                continue;
            }
            let Some(decoded) = self.value(&field.field_type, value, &here) else { continue };
            if field.required || !is_left_out(name, &field.field_type, &decoded) {
                result.insert(name.clone(), decoded);
            }
        }
        Value::Object(result)
    }

    fn value(&mut self, field_type: &FieldType, value: &Value, path: &Path) -> Option<Value> {
        match (field_type, value) {
            (FieldType::Object(name), Value::Object(map)) => {
                let Some(object_type) = self.schema.get(name) else { return Some(value.clone()) };
                Some(self.object(object_type, map, &mut path.clone()))
            }
            (FieldType::Array(inner), Value::Array(items)) => Some(Value::Array(
                items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, item)| match item {
                        // A null item is a zero value.
                        Value::Null if inner.object_name().is_some() => Some(Value::Object(Map::new())),
                        Value::Null => Some(Value::String(String::new())),
                        _ => self.value(inner, item, &path.index(index)),
                    })
                    .collect(),
            )),
            (FieldType::Map(inner), Value::Object(map)) => Some(Value::Object(
                map.iter()
                    .filter_map(|(key, item)| match item {
                        Value::Null if **inner == FieldType::String => {
                            Some((key.clone(), Value::String(String::new())))
                        }
                        _ => Some((key.clone(), self.value(inner, item, &path.key(key))?)),
                    })
                    .collect(),
            )),
            (FieldType::Any, _)
            | (FieldType::String | FieldType::IntOrString, Value::String(_))
            | (FieldType::Bool, Value::Bool(_))
            | (FieldType::Double, Value::Number(_)) => Some(value.clone()),
            (FieldType::Int32 | FieldType::IntOrString, Value::Number(number)) => {
                self.integer(number, i64::from(i32::MIN), i64::from(i32::MAX), field_type, path)
            }
            (FieldType::Int64, Value::Number(number)) => {
                self.integer(number, i64::MIN, i64::MAX, field_type, path)
            }
            (FieldType::Quantity, Value::String(text)) => self.quantity(text),
            (FieldType::Quantity, Value::Number(number)) => self.quantity(&number.to_string()),
            (FieldType::Quantity, other) => self.quantity(&other.to_string()),
            (FieldType::Time | FieldType::MicroTime, Value::String(text)) => self.time(text),
            (FieldType::Bytes, Value::String(text)) => self.bytes(text, value),
            (FieldType::Time | FieldType::MicroTime | FieldType::IntOrString, other) => {
                // These read a string of their own, without the field's context.
                self.fail(format!("json: cannot unmarshal {} into Go value of type string", json_kind(other)))
            }
            (expected, other) => self.mismatch(json_kind(other), expected, path),
        }
    }

    fn integer(
        &mut self,
        number: &serde_json::Number,
        min: i64,
        max: i64,
        field_type: &FieldType,
        path: &Path,
    ) -> Option<Value> {
        match number.as_i64() {
            Some(integer) if (min..=max).contains(&integer) => Some(integer.into()),
            _ => {
                let shown =
                    if field_type == &FieldType::IntOrString { &FieldType::Int32 } else { field_type };
                self.mismatch(&format!("number {number}"), shown, path)
            }
        }
    }

    fn quantity(&mut self, text: &str) -> Option<Value> {
        match Quantity::parse(text.trim()) {
            Ok(quantity) => Some(Value::String(quantity.to_string())),
            Err(error) => self.fail(error.to_string()),
        }
    }

    fn time(&mut self, text: &str) -> Option<Value> {
        let shape: String = text.chars().take(19).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        if shape == "0000-00-00T00:00:00" && text.len() > 19 {
            return Some(Value::String(text.to_owned()));
        }
        self.fail(format!(
            "parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse {text:?} as \"2006\""
        ))
    }

    fn bytes(&mut self, text: &str, value: &Value) -> Option<Value> {
        let compact: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        match base64::engine::general_purpose::STANDARD.decode(&compact) {
            Ok(_) if compact.len() == text.len() => Some(value.clone()),
            Ok(_) => Some(Value::String(compact)),
            Err(error) => {
                let at = match error {
                    base64::DecodeError::InvalidByte(at, _)
                    | base64::DecodeError::InvalidLastSymbol(at, _) => at,
                    // Go counts to where a whole group of four ends.
                    _ => compact.len() / 4 * 4,
                };
                self.fail(format!("illegal base64 data at input byte {at}"))
            }
        }
    }

    fn mismatch(&mut self, found: &str, expected: &FieldType, path: &Path) -> Option<Value> {
        self.fail(format!(
            "json: cannot unmarshal {found} into Go struct field {}.{} of type {}",
            path.owner,
            path.plain,
            expected.go_name()
        ))
    }

    fn fail(&mut self, error: String) -> Option<Value> {
        self.error.get_or_insert(error);
        None
    }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether Go's `omitempty` leaves an optional field out.
fn is_left_out(name: &str, field_type: &FieldType, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            text.is_empty() && field_type == &FieldType::String && !POINTER_STRINGS.contains(&name)
        }
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty() && matches!(field_type, FieldType::Map(_)),
        Value::Bool(false) => PLAIN_SCALARS.contains(&name),
        Value::Number(number) => number.as_i64() == Some(0) && PLAIN_SCALARS.contains(&name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(value: &Value) -> Result<Decoded, String> {
        let schema = Schema::builtin();
        decode(schema, schema.kind("v1", "Pod").unwrap(), value)
    }

    #[test]
    fn words_type_errors_as_go() {
        for (spec, error) in [
            (
                json!({"containers": [{"command": "x"}]}),
                "json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string",
            ),
            (
                json!({"containers": {}}),
                "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
            ),
            (
                json!({"containers": [{"env": [{"name": "A", "value": 1}]}]}),
                "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string",
            ),
        ] {
            assert_eq!(pod(&json!({"spec": spec})).unwrap_err(), error);
        }
    }

    #[test]
    fn tells_unknown_fields_and_normalizes() {
        let decoded = pod(&json!({
            "metadata": {"labels": {}, "annotations": null},
            "spec": {"containers": [{
                "name": "c", "port": 1, "env": [{"vale": "x", "name": "A"}], "args": [],
                "resources": {"limits": {"cpu": 0.2, "memory": "1024Ki"}},
            }], "hostNetwork": false, "volumes": [{"name": "v", "emptyDir": {}}]},
        }))
        .unwrap();
        assert_eq!(
            decoded.strict_errors,
            ["unknown field \"spec.containers[0].env[0].vale\"", "unknown field \"spec.containers[0].port\""]
        );
        assert_eq!(
            decoded.value,
            json!({
                "metadata": {},
                "spec": {
                    "containers": [{
                        "name": "c", "env": [{"name": "A"}],
                        "resources": {"limits": {"cpu": "200m", "memory": "1Mi"}},
                    }],
                    "volumes": [{"name": "v", "emptyDir": {}}],
                },
            })
        );
    }
}
