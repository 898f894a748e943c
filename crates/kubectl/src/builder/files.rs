//! Objects of manifest files.
//!
//! Upstream: `cli-runtime/pkg/resource/visitor.go`

use std::rc::Rc;

use podground_api::object::{self, array_at, set_at};
use podground_api::schema::Schema;
use podground_api::{Selector, json, yaml};
use podground_vfs as vfs;
use serde_json::Value;

use super::{Found, Info, Query};
use crate::commands::kustomize;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::mapper::Mapping;

const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];

/// One document of a file.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The file as the command line names it, or `STDIN`.
    pub(crate) source: String,
    /// The document.
    pub(crate) value: Value,
    /// Whether it is an item of a list.
    pub(crate) listed: bool,
}

/// Reads the objects of `-f`.
pub(crate) async fn find(cx: &Context, query: &Query) -> Result<Found> {
    if !query.kustomize.is_empty() && !query.files.is_empty() {
        return Err(Error::local("only one of -f or -k can be specified"));
    }
    if !query.kustomize.is_empty() && query.recursive {
        return Err(Error::local("the -k flag can't be used with -f or -R"));
    }
    let selector =
        match &query.labels {
            Some(labels) => Some(Selector::parse(labels).map_err(|why| {
                Error::Local(format!("the provided selector {labels:?} is not valid: {why}"))
            })?),
            None => None,
        };
    let (sources, is_single) = sources(cx, query).await?;
    let mut found = Found { single: is_single, ..Found::default() };
    for (source, text) in sources {
        for document in documents_of(&source, &text) {
            for item in expand(document.and_then(|document| check(query, document))) {
                let info = match item {
                    Ok(document) => take(cx, query, document).await,
                    Err(error) => Err(error),
                };
                if let (Some(selector), Ok(info)) = (&selector, &info)
                    && !selector.matches_object(&info.object)
                {
                    continue;
                }
                found.items.push(info);
            }
        }
    }
    Ok(found)
}

/// The files' names and contents, and whether they are one file.
async fn sources(cx: &Context, query: &Query) -> Result<(Vec<(String, String)>, bool)> {
    if !query.kustomize.is_empty() {
        let objects = kustomize::build(cx, &query.kustomize, false).await?;
        return Ok((vec![(query.kustomize.clone(), kustomize::stream(&objects))], true));
    }
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    let mut is_single = query.files.len() == 1 && !query.recursive;
    for file in &query.files {
        if file == "-" {
            is_single = false;
            let text = cx.io.stdin().await;
            sources.push(("STDIN".to_owned(), String::from_utf8_lossy(&text).into_owned()));
            continue;
        }
        if file.starts_with("http://") || file.starts_with("https://") {
            match crate::url::fetch(cx, file).await {
                Ok(text) => sources.push((file.clone(), text)),
                Err(error) => errors.push(error),
            }
            continue;
        }
        let files = &cx.io.0.host.files;
        let mut paths = vec![file.clone()];
        if !files.exists(&cx.io.path(file)) {
            paths = vfs::glob(files, &cx.io.0.cwd, file);
            if paths.is_empty() || paths[0] == *file {
                errors.push(Error::Local(format!("the path {file:?} does not exist")));
                continue;
            }
        }
        let mut expanded = Vec::new();
        for path in &paths {
            walk(cx, path, query.recursive, true, &mut expanded);
        }
        if expanded.is_empty() && sources.is_empty() && errors.is_empty() {
            errors.push(Error::Local(format!(
                "error reading [{}]: recognized file extensions are [{}]",
                paths.join(" "),
                EXTENSIONS.join(" ")
            )));
        }
        is_single &= expanded.len() == 1;
        for path in expanded {
            match cx.io.read(&path) {
                Ok(bytes) => sources.push((path, String::from_utf8_lossy(&bytes).into_owned())),
                Err(why) => errors.push(Error::Local(format!("open {path}: {why}"))),
            }
        }
    }
    Error::many(errors)?;
    Ok((sources, is_single))
}

fn walk(cx: &Context, path: &str, recursive: bool, named: bool, out: &mut Vec<String>) {
    let files = &cx.io.0.host.files;
    let absolute = cx.io.path(path);
    if files.is_directory(&absolute) {
        if !named && !recursive {
            return;
        }
        let mut names: Vec<String> = files
            .read_directory(&absolute)
            .map(|entries| entries.into_iter().map(|entry| entry.name).collect())
            .unwrap_or_default();
        names.sort();
        for name in names {
            walk(cx, &format!("{}/{name}", path.trim_end_matches('/')), recursive, false, out);
        }
    } else if named || EXTENSIONS.iter().any(|extension| path.ends_with(extension)) {
        out.push(path.to_owned());
    }
}

/// The documents of a text, empty ones left out; it ends at the first that cannot be read.
pub(crate) fn documents_of(source: &str, text: &str) -> Vec<Result<Document>> {
    let document = |value: Value| Document { source: source.to_owned(), value, listed: false };
    if text.trim_start().starts_with('{') {
        let values: std::result::Result<Vec<Value>, _> =
            serde_json::Deserializer::from_str(text).into_iter::<Value>().collect();
        if let Ok(values) = values {
            return values.into_iter().map(|value| Ok(document(value))).collect();
        }
    }
    let mut documents = Vec::new();
    for (_, part) in yaml::documents(text) {
        match yaml::load(part) {
            Ok(Value::Null) => {}
            Ok(value) => documents.push(Ok(document(value))),
            Err(why) => {
                documents.push(Err(Error::Local(format!(
                    "error parsing {source}: error converting YAML to JSON: {why}"
                ))));
                break;
            }
        }
    }
    documents
}

/// What kubectl itself checks of a document.
///
/// Upstream: `kubectl/pkg/validation/schema.go`, `cli-runtime/pkg/resource/mapper.go infoForData`
fn check(query: &Query, document: Document) -> Result<Document> {
    let Document { source, value, .. } = &document;
    if query.validate {
        let mut wrong = Vec::new();
        if let Value::Object(map) = value {
            for field in ["apiVersion", "kind"] {
                match map.get(field) {
                    None | Some(Value::Null) => wrong.push(format!("{field} not set")),
                    Some(Value::String(text)) if text.is_empty() => wrong.push(format!("{field} not set")),
                    Some(Value::String(_)) => {}
                    Some(_) => wrong.push(format!("{field} isn't string type")),
                }
            }
            let api_version = object::api_version(value);
            if wrong.is_empty() && api_version.matches('/').count() > 1 {
                wrong.push(format!("unexpected GroupVersion string: {api_version}"));
            }
        } else {
            wrong.push("invalid object to validate".to_owned());
        }
        // A list type is no resource; so the server cannot check it, and kubectl does.
        if let (Some(item), true) =
            (object::kind(value).strip_suffix("List"), value.get("items").is_none_or(Value::is_null))
            && wrong.is_empty()
            && let Some(listed) = Schema::builtin().kind(object::api_version(value), item)
        {
            let name = format!("io.k8s.api.{}List", listed.name);
            wrong.push(format!(
                "ValidationError({}): missing required field \"items\" in {name}",
                object::kind(value)
            ));
        }
        let text = match wrong.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        if !text.is_empty() {
            return Err(Error::Local(format!(
                "error validating {source:?}: error validating data: {text}; if you choose to ignore these errors, \
                 turn validation off with --validate=false"
            )));
        }
    }
    let undecodable = |why: String| Err(Error::Local(format!("unable to decode {source:?}: {why}")));
    if !value.is_object() {
        let kind = type_word(value);
        return undecodable(format!(
            "json: cannot unmarshal {kind} into Go value of type unstructured.detector"
        ));
    }
    if object::kind(value).is_empty() {
        return undecodable(format!("Object 'Kind' is missing in '{}'", json::compact(value)));
    }
    for field in ["annotations", "labels"] {
        for part in object::at(value, "/metadata").get(field).and_then(Value::as_object).into_iter().flatten()
        {
            if !part.1.is_string() && !part.1.is_null() {
                return undecodable(format!(
                    "json: cannot unmarshal {} into Go struct field ObjectMeta.metadata.{field} of type string",
                    type_word(part.1)
                ));
            }
        }
    }
    Ok(document)
}

fn type_word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The items of a list as documents of their own.
fn expand(document: Result<Document>) -> Vec<Result<Document>> {
    match document {
        Ok(Document { source, value, .. })
            if value.get("items").is_some_and(Value::is_array) && object::kind(&value).ends_with("List") =>
        {
            array_at(&value, "/items")
                .iter()
                .flat_map(|item| {
                    expand(Ok(Document { source: source.clone(), value: item.clone(), listed: true }))
                })
                .collect()
        }
        other => vec![other],
    }
}

async fn take(cx: &Context, query: &Query, document: Document) -> Result<Info> {
    let Document { source, mut value, listed } = document;
    let (api_version, kind) = (object::api_version(&value).to_owned(), object::kind(&value).to_owned());
    let name = object::name(&value).to_owned();
    let namespace = object::namespace(&value).to_owned();
    let mapping = if query.local {
        Rc::new(Mapping {
            group: api_version.split_once('/').map_or(String::new(), |(group, _)| group.to_owned()),
            version: api_version.rsplit('/').next().unwrap_or_default().to_owned(),
            resource: format!("{}s", kind.to_lowercase()),
            kind,
            namespaced: true,
            ..Mapping::default()
        })
    } else {
        cx.mapper().await?.for_kind(&api_version, &kind).map_err(|error| {
            // Upstream: visitor.go FlattenListVisitor, whose errors come as an aggregate, without `error: `.
            if listed {
                return Error::Plain(format!("unable to recognize {}", error.bare()));
            }
            error.map_message(|message| {
                format!(
                    "resource mapping not found for name: {name:?} namespace: {namespace:?} from {source:?}: \
                     {message}\nensure CRDs are installed first"
                )
            })
        })?
    };
    let namespace = if !mapping.namespaced {
        object::remove_at(&mut value, "/metadata/namespace");
        String::new()
    } else if namespace.is_empty() {
        set_at(&mut value, "/metadata/namespace", query.namespace.clone().into());
        query.namespace.clone()
    } else if query.explicit_namespace && namespace != query.namespace {
        return Err(Error::Local(format!(
            "the namespace from the provided object {namespace:?} does not match the namespace {:?}. You must \
             pass '--namespace={namespace}' to perform this operation.",
            query.namespace
        )));
    } else {
        namespace
    };
    let mut info = Info { mapping, namespace, name, source, object: Rc::new(value) };
    if query.latest {
        query.fetch(cx, &mut info).await?;
    }
    Ok(info)
}
