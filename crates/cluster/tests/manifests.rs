//! The recorded manifests: each as the server stores it, or the error that it gives.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "reads the recordings")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use podground_api::object::str_at;
use podground_api::schema::Schema;
use podground_api::{Method, Request, Value, json};
use podground_cluster::apiserver::ApiServer;
use podground_sim::{Sim, Time};

/// Where the recordings lie.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/manifests");
    if own.exists() { own } else { PathBuf::from("/work/shared/conformance/manifests") }
}

fn server() -> ApiServer {
    let api = ApiServer::new(Sim::new(1, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap()));
    for namespace in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        assert_eq!(api.handle(Request::new(Method::Post, "/api/v1/namespaces").with_body(body)).status, 201);
        let body = json!({"metadata": {"name": "default"}});
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
        assert_eq!(api.handle(Request::new(Method::Post, path).with_body(body)).status, 201);
    }
    api
}

/// Replaces what a cluster makes up.
fn mask(value: &mut Value, key: &str) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| mask(value, key)),
        Value::Array(items) => {
            let key = key.to_owned();
            for item in items {
                mask(item, &key);
            }
        }
        Value::String(text) => {
            if text.starts_with("kube-api-access-") {
                "kube-api-access".clone_into(text);
            }
            let is_uid = text.len() == 36 && text.matches('-').count() == 4;
            let made_up = [
                "creationTimestamp",
                "lastPhaseTransitionTime",
                "lastTransitionTime",
                "clusterIP",
                "clusterIPs",
            ]
            .contains(&key)
                && text != "None";
            if made_up || is_uid {
                "<masked>".clone_into(text);
            }
        }
        Value::Number(_) if key == "nodePort" || key == "healthCheckNodePort" => *value = "<masked>".into(),
        _ => {}
    }
}

/// What `kubectl create --dry-run=server` sends for a document: as it is, to the place that its kind says.
fn create(api: &ApiServer, document: &Value) -> Result<(u16, Value), String> {
    let (version, kind) = (str_at(document, "/apiVersion"), str_at(document, "/kind"));
    let schema = Schema::builtin();
    let served = schema.kind(version, kind).and_then(|object_type| object_type.kind.clone());
    let served = served.ok_or("no matches for kind")?;
    let base = if served.group.is_empty() {
        format!("/api/{}", served.version)
    } else {
        format!("/apis/{}/{}", served.group, served.version)
    };
    let namespace = match str_at(document, "/metadata/namespace") {
        "" => "default",
        other => other,
    };
    let path = if served.namespaced {
        format!("{base}/namespaces/{namespace}/{}", served.plural)
    } else {
        format!("{base}/{}", served.plural)
    };
    let request = Request::new(Method::Post, path)
        .with_query("dryRun", "All")
        .with_query("fieldValidation", "Strict")
        .with_body(document.clone());
    let response = api.handle(request);
    let status = response.status;
    let value = response.into_json();
    if str_at(&value, "/message") == "the server could not find the requested resource" {
        return Err("no matches for kind".to_owned());
    }
    Ok((status, (*value).clone()))
}

struct Case {
    file: String,
    output: String,
    fails: bool,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let file = command.rsplit(' ').next().unwrap_or_default().to_owned();
            cases.push(Case { file, output: String::new(), fails: false });
        } else if let Some(case) = cases.last_mut() {
            if line.starts_with("? ") {
                case.fails = true;
            } else if !line.starts_with("```") {
                case.output.push_str(line);
                case.output.push('\n');
            }
        }
    }
    cases
}

fn documents(text: &str) -> Vec<Value> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).into_iter().collect();
    }
    podground_api::yaml::documents(text)
        .into_iter()
        .filter_map(|(_, document)| podground_api::yaml::load(document).ok())
        .filter(|value: &Value| !value.is_null())
        .collect()
}

#[test]
fn manifests_are_stored_as_recorded() {
    let show = std::env::var_os("SHOW").map(|value| value.to_string_lossy().into_owned());
    let (mut passed, mut all) = (0, 0);
    let mut by_kind: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(root()) else { return };
    let mut books: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    books.sort();
    for book in books.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let name = book.file_stem().unwrap().to_string_lossy();
        for case in cases(&std::fs::read_to_string(book).unwrap()) {
            let path = root().join("files").join(&*name).join(&case.file);
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let api = server();
            let mut found = documents(&text);
            if let [list] = found.as_slice()
                && str_at(list, "/kind").ends_with("List")
                && list["items"].is_array()
            {
                found = list["items"].as_array().cloned().unwrap_or_default();
            }
            // kubectl does so too.
            for document in &mut found {
                if let Some(meta) = document["metadata"].as_object_mut() {
                    meta.remove("resourceVersion");
                }
            }
            let mut outputs = Vec::new();
            let mut messages = Vec::new();
            for document in &found {
                match create(&api, document) {
                    Ok((201, object)) => outputs.push(object),
                    Ok((_, status)) => messages.push(str_at(&status, "/message").to_owned()),
                    Err(message) => messages.push(message),
                }
            }
            let lines = case.output.lines().filter(|line| !line.starts_with("Warning:"));
            let expected_text = lines.collect::<Vec<_>>().join(
                "
",
            );
            let ok = if case.fails {
                // The client's side of these sentences is not ours to check here.
                !messages.is_empty()
                    && messages.iter().all(|message| {
                        let causes = message.split(" is invalid: ").last().unwrap_or_default();
                        let first = causes.trim_start_matches('[').split(", ").next().unwrap_or_default();
                        case.output.contains(message) || case.output.contains(first)
                    })
            } else {
                let mut expected: Vec<Value> = documents(&expected_text);
                if let [list] = expected.as_slice()
                    && str_at(list, "/kind") == "List"
                {
                    expected = list["items"].as_array().cloned().unwrap_or_default();
                }
                expected.iter_mut().chain(&mut outputs).for_each(|value| mask(value, ""));
                let ok = messages.is_empty() && expected == outputs;
                if !ok && show.as_ref().is_some_and(|show| case.file.contains(show.as_str())) {
                    for (expected, output) in expected.iter().zip(&outputs) {
                        let (expected, output) = (
                            serde_yaml::to_string(expected).unwrap(),
                            serde_yaml::to_string(output).unwrap(),
                        );
                        let (expected, output): (Vec<_>, Vec<_>) =
                            (expected.lines().collect(), output.lines().collect());
                        for line in expected.iter().filter(|line| !output.contains(line)) {
                            println!("    - {line}");
                        }
                        for line in output.iter().filter(|line| !expected.contains(line)) {
                            println!("    + {line}");
                        }
                    }
                }
                ok
            };
            all += 1;
            passed += usize::from(ok);
            let kinds: Vec<&str> = found.iter().map(|document| str_at(document, "/kind")).collect();
            let entry = by_kind.entry(kinds.first().copied().unwrap_or_default().to_owned()).or_default();
            entry.1 += 1;
            entry.0 += usize::from(ok);
            if !ok && show.as_ref().is_some_and(|show| case.file.contains(show.as_str())) {
                println!("{name}/{} {kinds:?} {messages:?}", case.file);
                if case.fails {
                    println!("    expected {}", case.output);
                }
            }
        }
    }
    for (kind, (passed, all)) in &by_kind {
        println!("{passed:4} of {all:4} {kind}");
    }
    println!("{passed} of {all}");
    assert!(passed * 100 >= all * MINIMUM, "{passed} of {all}");
}

/// What must pass, in per cent.
const MINIMUM: usize = 97;
