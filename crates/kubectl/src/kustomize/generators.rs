//! `configMapGenerator` and `secretGenerator`
//!
//! Upstream: `api/internal/generators`, `api/kv/kv.go`

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use podground_api::object::{array_at, bool_at, map_at, set_at, str_at};
use serde_json::{Map, Value, json};

use super::resource::{Behavior, Resource};
use super::resources::Resources;
use super::target::Target;

/// Generates the maps and secrets of a kustomization.
pub(super) fn run(target: &Target<'_>, found: &mut Resources) -> Result<(), String> {
    for (field, kind) in [("/configMapGenerator", "ConfigMap"), ("/secretGenerator", "Secret")] {
        for args in array_at(&target.fields, field) {
            let new = generate(target, kind, args)?;
            // Go prints where its generator lies in memory.
            found
                .absorb(new)
                .map_err(|why| format!("merging from generator &{{0xc000a1c3c0 <nil>}}: {why}"))?;
        }
    }
    Ok(())
}

fn generate(target: &Target<'_>, kind: &str, args: &Value) -> Result<Resource, String> {
    let name = str_at(args, "/name");
    if name.is_empty() {
        return Err(format!("a {} must have a name", kind.to_lowercase()));
    }
    let mut value = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}});
    if !str_at(args, "/namespace").is_empty() {
        set_at(&mut value, "/metadata/namespace", str_at(args, "/namespace").into());
    }
    if kind == "Secret" {
        let secret_type = str_at(args, "/type");
        set_at(&mut value, "/type", if secret_type.is_empty() { "Opaque" } else { secret_type }.into());
    }
    let (mut data, mut binary) = (Map::new(), Map::new());
    for (key, bytes) in pairs(target, args).map_err(|why| format!("loading KV pairs: {why}"))? {
        if data.contains_key(&key) || binary.contains_key(&key) {
            return Err(format!("configmap {name} illegally repeats the key `{key}`"));
        }
        match String::from_utf8(bytes) {
            Ok(text) if kind == "ConfigMap" => data.insert(key, text.into()),
            Ok(text) => data.insert(key, lines(&text.into_bytes()).into()),
            Err(error) if kind == "ConfigMap" => binary.insert(key, lines(error.as_bytes()).into()),
            Err(error) => data.insert(key, lines(error.as_bytes()).into()),
        };
    }
    for (field, map) in [("/data", data), ("/binaryData", binary)] {
        if !map.is_empty() {
            set_at(&mut value, field, map.into());
        }
    }
    let common = target.fields.get("generatorOptions").unwrap_or(&Value::Null);
    let own = args.get("options").unwrap_or(&Value::Null);
    for field in ["labels", "annotations"] {
        let mut map = map_at(common, &format!("/{field}")).cloned().unwrap_or_default();
        map.extend(map_at(own, &format!("/{field}")).cloned().unwrap_or_default());
        if !map.is_empty() {
            set_at(&mut value, &format!("/metadata/{field}"), map.into());
        }
    }
    let either = |field: &str| bool_at(common, field) || bool_at(own, field);
    if either("/immutable") {
        set_at(&mut value, "/immutable", true.into());
    }
    Ok(Resource {
        needs_hash: !either("/disableNameSuffixHash"),
        behavior: Behavior::parse(str_at(args, "/behavior")),
        ..Resource::new(value)
    })
}

/// Base64, in lines of seventy characters if it is longer than one.
fn lines(bytes: &[u8]) -> String {
    let text = BASE64.encode(bytes);
    if text.len() < 70 {
        return text;
    }
    let mut broken = String::new();
    for (at, char) in text.chars().enumerate() {
        if at > 0 && at % 70 == 0 {
            broken.push('\n');
        }
        broken.push(char);
    }
    broken.push('\n');
    broken
}

type Pairs = Vec<(String, Vec<u8>)>;

fn strings<'a>(args: &'a Value, field: &str) -> Vec<&'a str> {
    args.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn pairs(target: &Target<'_>, args: &Value) -> Result<Pairs, String> {
    let mut found = Pairs::new();
    let (envs, literals, files) = (strings(args, "envs"), strings(args, "literals"), strings(args, "files"));
    for path in &envs {
        env_file(target, path, &mut found)
            .map_err(|why| format!("env source files: [{}]: {why}", envs.join(" ")))?;
    }
    for source in &literals {
        let (key, text) = source.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
            format!(
                "literal sources [{}]: invalid literal source {source}, expected key=value",
                literals.join(" ")
            )
        })?;
        found.push((key.to_owned(), unquoted(text).as_bytes().to_vec()));
    }
    for source in &files {
        let (key, path) =
            file_source(source).map_err(|why| format!("file sources: [{}]: {why}", files.join(" ")))?;
        let bytes =
            target.loader.load(path).map_err(|why| format!("file sources: [{}]: {why}", files.join(" ")))?;
        found.push((key.to_owned(), bytes));
    }
    Ok(found)
}

fn unquoted(text: &str) -> &str {
    ['"', '\''].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}

/// The key and the path of `[key=]path`.
fn file_source(source: &str) -> Result<(&str, &str), String> {
    match source.matches('=').count() {
        0 => Ok((podground_vfs::base_name(source), source)),
        1 if source.starts_with('=') => {
            Err(format!("missing key name for file path {:?} in source {source:?}", &source[1..]))
        }
        1 if source.ends_with('=') => Err(format!(
            "missing file path for key name {:?} in source {source:?}",
            source.trim_end_matches('=')
        )),
        1 => Ok(source.split_once('=').unwrap_or((source, source))),
        _ => Err(format!("source {source:?} key name or file path contains '='")),
    }
}

fn env_file(target: &Target<'_>, path: &str, found: &mut Pairs) -> Result<(), String> {
    let bytes = target.loader.load(path)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("line 1 has invalid utf8 bytes : {:?}", error.as_bytes()))?;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // A key alone stands for a variable of kustomize's environment; a build here has none.
        let (key, text) = line.split_once('=').unwrap_or((line, ""));
        found.push((key.to_owned(), text.as_bytes().to_vec()));
    }
    Ok(())
}
