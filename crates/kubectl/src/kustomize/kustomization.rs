//! Reading a kustomization file: its fields, checked against a table, and what is deprecated in it.
//!
//! Upstream: `api/types/kustomization.go`

use podground_api::object::str_at;
use podground_api::yaml;
use serde_json::{Map, Value};

/// The structs of a kustomization file: name, and fields with their types in the order of Go's.
/// `s` is a string, `b` a boolean, `i` and `l` are integers, `m` a map of strings, `f` a map of booleans, `a` anything; other
/// words are structs, and `[]` makes a list. `*` brings in the fields of another struct.
const STRUCTS: &[(&str, &str)] = &[
    (
        "Kustomization",
        "kind=s apiVersion=s metadata=ObjectMeta openapi=m namePrefix=s nameSuffix=s namespace=s commonLabels=m \
         labels=[]Label commonAnnotations=m patchesStrategicMerge=[]s patchesJson6902=[]Patch patches=[]Patch \
         images=[]Image imageTags=[]Image replacements=[]ReplacementField replicas=[]Replica vars=[]Var \
         sortOptions=SortOptions resources=[]s components=[]s crds=[]s bases=[]s \
         configMapGenerator=[]ConfigMapArgs secretGenerator=[]SecretArgs helmGlobals=a helmCharts=[]a \
         helmChartInflationGenerator=[]a generatorOptions=GeneratorOptions configurations=[]s generators=[]s \
         transformers=[]s validators=[]s inventory=a buildMetadata=[]s",
    ),
    ("ObjectMeta", "name=s namespace=s labels=m annotations=m"),
    (
        "Label",
        "pairs=m includeSelectors=b includeTemplates=b includeVolumeClaimTemplates=b fields=[]FieldSpec",
    ),
    ("FieldSpec", "group=s version=s kind=s path=s create=b"),
    ("Patch", "path=s patch=s target=Selector options=f"),
    ("ResId", "group=s version=s kind=s name=s namespace=s"),
    ("Selector", "*ResId annotationSelector=s labelSelector=s"),
    ("Image", "name=s newName=s tagSuffix=s newTag=s digest=s"),
    ("ReplacementField", "*Replacement path=s"),
    ("Replacement", "source=SourceSelector targets=[]TargetSelector sourceValue=s"),
    ("SourceSelector", "*ResId fieldPath=s options=FieldOptions"),
    ("TargetSelector", "select=Selector reject=[]Selector fieldPaths=[]s options=FieldOptions"),
    ("FieldOptions", "delimiter=s index=i encoding=s create=b"),
    ("Replica", "name=s count=l"),
    ("Var", "name=s objref=Target fieldref=FieldSelector"),
    ("Target", "apiVersion=s group=s version=s kind=s name=s namespace=s"),
    ("FieldSelector", "fieldpath=s"),
    ("SortOptions", "order=s legacySortOptions=LegacySortOptions"),
    ("LegacySortOptions", "orderFirst=[]s orderLast=[]s"),
    ("GeneratorOptions", "labels=m annotations=m disableNameSuffixHash=b immutable=b"),
    (
        "GeneratorArgs",
        "namespace=s name=s behavior=s literals=[]s files=[]s envs=[]s env=s options=GeneratorOptions",
    ),
    ("ConfigMapArgs", "*GeneratorArgs"),
    ("SecretArgs", "*GeneratorArgs type=s"),
];

/// Fields of a kustomization that are known and not simulated.
pub const UNSUPPORTED: &[&str] = &[
    "openapi",
    "vars",
    "crds",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "inventory",
];

/// Fields with a successor, in the order in which kustomize warns.
const DEPRECATED: &[(&str, &str, &str)] = &[
    ("bases", "resources", ""),
    ("commonLabels", "labels", ""),
    ("imageTags", "images", ""),
    ("patchesJson6902", "patches", ""),
    ("patchesStrategicMerge", "patches", ""),
    ("vars", "replacements", "[EXPERIMENTAL] "),
];

/// Reads the text of a kustomization file; warnings are added to those that are there.
///
/// # Errors
/// Kustomize's sentences for what is no kustomization.
pub(super) fn read(text: &str, root: &str, warnings: &mut Vec<String>) -> Result<Value, String> {
    let mut value = yaml::load(text).map_err(|why| format!("invalid Kustomization: {why}"))?;
    if value.is_null() {
        value = Value::Object(Map::new());
    }
    let value =
        decode(&value, "Kustomization", "", "").map_err(|why| format!("invalid Kustomization: {why}"))?;
    for (field, successor, note) in DEPRECATED {
        if value.get(field).is_some() {
            warnings.push(format!(
                "# Warning: '{field}' is deprecated. Please use '{successor}' instead. {note}Run 'kustomize edit \
                 fix' to update your Kustomization automatically."
            ));
        }
    }
    let mut value = value;
    fix(&mut value);
    // A list of nothing is something, as in Go.
    let is_empty = |(key, value): (&String, &Value)| {
        matches!(key.as_str(), "kind" | "apiVersion") || value.as_str() == Some("")
    };
    if value.as_object().into_iter().flatten().all(is_empty) {
        return Err("kustomization.yaml is empty".to_owned());
    }
    let (kind, api_version) = (str_at(&value, "/kind"), str_at(&value, "/apiVersion"));
    let mut wrong = Vec::new();
    if !matches!(kind, "Kustomization" | "Component") {
        wrong.push("kind should be Kustomization or Component".to_owned());
    }
    let required = version_of(kind);
    if api_version != required {
        wrong.push(format!("apiVersion for {kind} should be {required}"));
    }
    if !wrong.is_empty() {
        return Err(format!("Failed to read kustomization file under {root}:\n{}", wrong.join("\n")));
    }
    if let Some(field) = UNSUPPORTED
        .iter()
        .find(|field| value.get(**field).is_some_and(|found| *found != Value::Array(vec![])))
    {
        return Err(format!("podground does not support the field {field:?} of a kustomization yet"));
    }
    Ok(value)
}

fn version_of(kind: &str) -> &'static str {
    if kind == "Component" { "kustomize.config.k8s.io/v1alpha1" } else { "kustomize.config.k8s.io/v1beta1" }
}

/// Moves what stands in old fields to the new ones.
///
/// Upstream: `FixKustomization`
fn fix(value: &mut Value) {
    let Value::Object(map) = value else { return };
    for (old, new) in [("bases", "resources"), ("imageTags", "images")] {
        if let Some(Value::Array(moved)) = map.remove(old) {
            let place = map.entry(new).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(items) = place {
                items.extend(moved);
            }
        }
    }
    for generator in ["configMapGenerator", "secretGenerator"] {
        for args in map.get_mut(generator).and_then(Value::as_array_mut).into_iter().flatten() {
            let Value::Object(args) = args else { continue };
            if let Some(env @ Value::String(_)) = args.remove("env")
                && let Value::Array(envs) = args.entry("envs").or_insert_with(|| Value::Array(Vec::new()))
            {
                envs.push(env);
            }
        }
    }
    if str_at(&Value::Object(map.clone()), "/kind").is_empty() {
        map.insert("kind".to_owned(), "Kustomization".into());
    }
    let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
    let version = version_of(kind);
    if map.get("apiVersion").and_then(Value::as_str).unwrap_or_default().is_empty() {
        map.insert("apiVersion".to_owned(), version.into());
    }
}

fn fields_of(name: &str) -> Vec<(&'static str, &'static str)> {
    let Some((_, fields)) = STRUCTS.iter().find(|(known, _)| *known == name) else { return Vec::new() };
    let mut found = Vec::new();
    for word in fields.split_whitespace() {
        match (word.strip_prefix('*'), word.split_once('=')) {
            (Some(embedded), _) => found.extend(fields_of(embedded)),
            (None, Some(field)) => found.push(field),
            (None, None) => {}
        }
    }
    found
}

/// Decodes a value as a type of the table: null leaves a field out, and names may differ in case, as in Go.
pub(super) fn decode(value: &Value, code: &str, owner: &str, path: &str) -> Result<Value, String> {
    let word = match value {
        Value::Null => return Ok(Value::Null),
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let wrong = || {
        let word = match value {
            Value::Number(number) if matches!(code, "i" | "l") => format!("number {number}"),
            _ => word.to_owned(),
        };
        let go_type = go_type(code);
        Err(match owner {
            "" => format!("json: cannot unmarshal {word} into Go value of type {go_type}"),
            _ => format!(
                "json: cannot unmarshal {word} into Go struct field {owner}.{} of type {go_type}",
                path.trim_start_matches('.')
            ),
        })
    };
    if let Some(inner) = code.strip_prefix("[]") {
        let Value::Array(items) = value else { return wrong() };
        let items: Result<Vec<Value>, String> =
            items.iter().map(|item| decode(item, inner, owner, path)).collect();
        return Ok(Value::Array(items?));
    }
    match (code, value) {
        ("a", _) | ("s", Value::String(_)) | ("b", Value::Bool(_)) => Ok(value.clone()),
        ("i" | "l", Value::Number(number)) if number.is_i64() => Ok(value.clone()),
        ("s" | "b" | "i" | "l", _) => wrong(),
        ("m" | "f", Value::Object(map)) => {
            let inner = if code == "m" { "s" } else { "b" };
            let mut decoded = Map::new();
            for (key, item) in map {
                let item = decode(item, inner, owner, path)?;
                let empty = if code == "m" { Value::String(String::new()) } else { Value::Bool(false) };
                decoded.insert(key.clone(), if item.is_null() { empty } else { item });
            }
            Ok(Value::Object(decoded))
        }
        ("m" | "f", _) => wrong(),
        (name, Value::Object(map)) => {
            let fields = fields_of(name);
            let mut decoded = Map::new();
            for (key, item) in map {
                let exact = fields.iter().find(|(field, _)| field == key);
                let field =
                    exact.or_else(|| fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(key)));
                let Some((field, inner)) = field else {
                    return Err(format!("json: unknown field {key:?}"));
                };
                let item = decode(item, inner, name, &format!("{path}.{field}"))?;
                if !item.is_null() {
                    decoded.insert((*field).to_owned(), item);
                }
            }
            Ok(Value::Object(decoded))
        }
        _ => wrong(),
    }
}

fn go_type(code: &str) -> String {
    match code {
        "s" => "string".to_owned(),
        "b" => "bool".to_owned(),
        "i" => "int".to_owned(),
        "l" => "int64".to_owned(),
        "m" => "map[string]string".to_owned(),
        "f" => "map[string]bool".to_owned(),
        "a" => "interface {}".to_owned(),
        list if list.starts_with("[]") => format!("[]{}", go_type(&list[2..])),
        name => format!("types.{name}"),
    }
}
