//! The pod that `kubectl run` makes of its flags.

use serde_json::{Map, Value, json};

use crate::commands::create::pair;
use crate::error::{Error, Result};
use crate::flags::{Args, go_quote};

/// Builds the pod.
pub(crate) fn build(args: &Args) -> Result<Value> {
    let name = args.words[0].as_str();
    let labels = labels(args, name)?;
    let mut metadata = json!({"name": name, "labels": labels});
    let mut annotations = Map::new();
    for annotation in args.list("annotations") {
        let Some((key, value)) = pair(annotation) else {
            return Err(Error::Local(format!("unexpected annotation spec: {annotation}")));
        };
        annotations.insert(key.to_owned(), json!(value));
    }
    if !annotations.is_empty() {
        metadata["annotations"] = annotations.into();
    }
    let mut spec = json!({
        "containers": [container(args, name)?],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": match args.text("restart") { "" => "Always", policy => policy },
    });
    if args.is("privileged") {
        spec["containers"][0]["securityContext"] = json!({"privileged": true});
    }
    Ok(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}))
}

fn labels(args: &Args, name: &str) -> Result<Map<String, Value>> {
    let mut labels = Map::new();
    let text = args.text("labels");
    if text.is_empty() {
        labels.insert("run".to_owned(), json!(name));
        return Ok(labels);
    }
    for part in text.split(',') {
        let Some((key, value)) = pair(part) else {
            return Err(Error::Local(format!("unexpected label spec: {part}")));
        };
        labels.insert(key.to_owned(), json!(value));
    }
    Ok(labels)
}

fn container(args: &Args, name: &str) -> Result<Value> {
    let mut container = json!({"name": name, "image": args.text("image"), "resources": {}});
    let words = &args.words[1..];
    if !words.is_empty() {
        container[if args.is("command") { "command" } else { "args" }] = json!(words);
    }
    let mut env = Vec::new();
    for variable in args.list("env") {
        let Some((key, value)) = pair(variable) else {
            return Err(Error::Local(format!("invalid env: {variable}")));
        };
        env.push(json!({"name": key, "value": value}));
    }
    if !env.is_empty() {
        container["env"] = Value::Array(env);
    }
    let port = args.text("port");
    if !port.is_empty() {
        let port: i64 = port
            .parse()
            .map_err(|_| Error::Local(format!("strconv.Atoi: parsing {}: invalid syntax", go_quote(port))))?;
        container["ports"] = json!([{"containerPort": port}]);
    }
    if !args.text("image-pull-policy").is_empty() {
        container["imagePullPolicy"] = json!(args.text("image-pull-policy"));
    }
    if args.is("stdin") {
        container["stdin"] = json!(true);
        if !args.is("leave-stdin-open") {
            container["stdinOnce"] = json!(true);
        }
    }
    if args.is("tty") {
        container["tty"] = json!(true);
    }
    Ok(container)
}

/// Whether a text can be the name of an image: `[host[:port]/]path[:tag][@digest]`.
///
/// Upstream: `distribution/reference/regexp.go ReferenceRegexp`
pub(crate) fn is_image_reference(text: &str) -> bool {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    if digest.is_some_and(|digest| {
        digest.split_once(':').is_none_or(|(kind, hex)| {
            kind.is_empty() || hex.len() < 32 || !hex.chars().all(|c| c.is_ascii_hexdigit())
        })
    }) {
        return false;
    }
    let (path, tag) = match rest.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (rest, None),
    };
    let is_tag = |tag: &str| {
        !tag.is_empty()
            && tag.len() <= 128
            && tag.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
            && !tag.starts_with(['.', '-'])
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return false;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    let is_host = |part: &str| {
        part.contains(['.', ':']) || part == "localhost" || part.chars().any(|c| c.is_ascii_uppercase())
    };
    if parts.len() > 1 && is_host(parts[0]) {
        let host = parts.remove(0);
        if !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c)) {
            return false;
        }
    }
    parts.iter().all(|part| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::is_image_reference;

    #[test]
    fn image_names() {
        for good in [
            "nginx",
            "nginx:1.27",
            "luksa/kubia",
            "registry.k8s.io/e2e/agnhost:2.53",
            "localhost:5000/a/b",
            "a__b",
        ] {
            assert!(is_image_reference(good), "{good}");
        }
        for bad in ["", "Nginx", "nginx:", "a b", "/nginx", "nginx:ta g", "nginx@sha256:12"] {
            assert!(!is_image_reference(bad), "{bad}");
        }
    }
}
