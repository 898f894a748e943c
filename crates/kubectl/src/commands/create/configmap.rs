//! `kubectl create configmap`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_configmap.go`

use base64::Engine as _;
use podground_api::validation;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

use super::env_file;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let sources = Sources::read(cx, &args)?;
    let mut data = Map::new();
    let mut binary = Map::new();
    for (key, bytes) in sources.pairs {
        let wrong = validation::config_map_key(&key);
        if !wrong.is_empty() && !sources.from_env_file {
            return Err(Error::Local(format!(
                "{key:?} is not a valid key name for a ConfigMap: {}",
                wrong.join(",")
            )));
        }
        if data.contains_key(&key) || binary.contains_key(&key) {
            let place = if data.contains_key(&key) { "Data" } else { "BinaryData" };
            return Err(Error::Local(format!(
                "cannot add key {key:?}, another key by that name already exists in {place} for ConfigMap {name:?}"
            )));
        }
        match String::from_utf8(bytes) {
            Ok(text) => data.insert(key, Value::String(text)),
            Err(error) => {
                let text = base64::engine::general_purpose::STANDARD.encode(error.into_bytes());
                binary.insert(key, Value::String(text))
            }
        };
    }
    let mut value = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    if !data.is_empty() {
        value["data"] = data.into();
    }
    if !binary.is_empty() {
        value["binaryData"] = binary.into();
    }
    if args.is("append-hash") {
        return Err(Error::unsupported("--append-hash of \"kubectl create configmap\""));
    }
    super::create(cx, &args, "configmaps", "configmap: ", value).await
}

/// The keys and values of `--from-file`, `--from-literal` and `--from-env-file`.
pub(crate) struct Sources {
    /// In the order in which upstream adds them: files, literals, environment files.
    pub(crate) pairs: Vec<(String, Vec<u8>)>,
    /// Whether they are from environment files, whose keys have been checked.
    pub(crate) from_env_file: bool,
}

impl Sources {
    /// Reads the flags.
    pub(crate) fn read(cx: &Context, args: &Args) -> Result<Self> {
        let env_files = args.list("from-env-file");
        let has_others = !args.list("from-file").is_empty() || !args.list("from-literal").is_empty();
        if !env_files.is_empty() && has_others {
            return Err(Error::local("from-env-file cannot be combined with from-file or from-literal"));
        }
        let mut pairs = Vec::new();
        for literal in args.list("from-literal") {
            let Some((key, value)) = super::pair(literal) else {
                return Err(Error::Local(format!("invalid literal source {literal}, expected key=value")));
            };
            pairs.push((key.to_owned(), unquote(value).as_bytes().to_vec()));
        }
        for source in args.list("from-file") {
            add_file(cx, source, &mut pairs)?;
        }
        for file in env_files {
            pairs.extend(env_file::read(cx, file)?);
        }
        Ok(Self { pairs, from_env_file: !env_files.is_empty() })
    }
}

/// A value in quotes loses them.
fn unquote(value: &str) -> &str {
    for quote in ['"', '\''] {
        if value.len() >= 2
            && let Some(inner) = value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

fn add_file(cx: &Context, source: &str, pairs: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let (key, path) = match source.split('=').collect::<Vec<_>>()[..] {
        [path] => (None, path),
        ["", _] => {
            return Err(Error::Local(format!("key name for file path {source} missing")));
        }
        [key, ""] => {
            return Err(Error::Local(format!("file path for key name {key} missing")));
        }
        [key, path] => (Some(key), path),
        _ => return Err(Error::local("key names or file paths cannot contain '='")),
    };
    let files = &cx.io.0.host.files;
    let absolute = cx.io.path(path);
    let failed = |why: &str| Error::Local(format!("error reading {path}: {why}"));
    if files.is_directory(&absolute) {
        if key.is_some() {
            return Err(Error::local("cannot give a key name for a directory path"));
        }
        let mut names: Vec<String> = files
            .read_directory(&absolute)
            .map_err(|error| failed(&error.to_string().to_lowercase()))?
            .into_iter()
            .map(|entry| entry.name)
            .collect();
        names.sort();
        for name in names {
            let file = format!("{absolute}/{name}");
            if files.is_file(&file) {
                pairs.push((name, cx.io.read(&file).map_err(|why| failed(&why))?));
            }
        }
        return Ok(());
    }
    let bytes = cx.io.read(path).map_err(|why| failed(&why))?;
    pairs.push((key.unwrap_or_else(|| podground_vfs::base_name(path)).to_owned(), bytes));
    Ok(())
}
