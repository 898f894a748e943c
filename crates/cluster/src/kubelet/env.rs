//! The environment of a container.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::object::{array_at, at, bool_at, i64_at, name, str_at, strings_at};
use podground_api::{Status, Value};

use super::fields::{self, PodFacts};

/// Reads a ConfigMap or Secret of the pod's namespace: resource, name.
pub(crate) type Lookup<'a> = dyn Fn(&str, &str) -> Result<Rc<Value>, Status> + 'a;

/// Why a container cannot be configured, in the kubelet's words.
pub(crate) type ConfigError = String;

/// The variables that tell of services, as docker links did.
// Upstream: pkg/kubelet/envvars/envvars.go FromServices
pub(crate) fn service_links<'a>(services: impl Iterator<Item = &'a Rc<Value>>) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    for service in services {
        let ip = str_at(service, "/spec/clusterIP");
        if ip.is_empty() || ip == "None" {
            continue;
        }
        let prefix = name(service).to_uppercase().replace('-', "_");
        let ports = array_at(service, "/spec/ports");
        let Some(first) = ports.first().and_then(|port| i64_at(port, "/port")) else { continue };
        env.insert(format!("{prefix}_SERVICE_HOST"), ip.to_owned());
        env.insert(format!("{prefix}_SERVICE_PORT"), first.to_string());
        for (index, port) in ports.iter().enumerate() {
            let number = i64_at(port, "/port").unwrap_or_default();
            let port_name = str_at(port, "/name");
            if !port_name.is_empty() {
                let named = port_name.to_uppercase().replace('-', "_");
                env.insert(format!("{prefix}_SERVICE_PORT_{named}"), number.to_string());
            }
            let protocol = match str_at(port, "/protocol") {
                "" => "TCP",
                protocol => protocol,
            };
            let url = format!("{}://{ip}:{number}", protocol.to_lowercase());
            if index == 0 {
                env.insert(format!("{prefix}_PORT"), url.clone());
            }
            let base = format!("{prefix}_PORT_{number}_{protocol}");
            env.insert(format!("{base}_PROTO"), protocol.to_lowercase());
            env.insert(format!("{base}_PORT"), number.to_string());
            env.insert(format!("{base}_ADDR"), ip.to_owned());
            env.insert(base, url);
        }
    }
    env
}

/// The variables that the container's spec sets, on top of `env`.
// Upstream: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
pub(crate) fn container_env(
    facts: &PodFacts<'_>,
    container: &Value,
    services: BTreeMap<String, String>,
    lookup: &Lookup<'_>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut env = BTreeMap::new();
    for source in array_at(container, "/envFrom") {
        let prefix = str_at(source, "/prefix");
        let (resource, reference) = if at(source, "/configMapRef").is_null() {
            ("secrets", at(source, "/secretRef"))
        } else {
            ("configmaps", at(source, "/configMapRef"))
        };
        let Some(object) = find(resource, reference, lookup)? else { continue };
        for (key, value) in data(resource, &object) {
            env.insert(format!("{prefix}{key}"), value);
        }
    }
    for variable in array_at(container, "/env") {
        let key = str_at(variable, "/name").to_owned();
        let source = at(variable, "/valueFrom");
        let value = if source.is_null() {
            Some(expand(str_at(variable, "/value"), |name| {
                env.get(name).or_else(|| services.get(name)).cloned()
            }))
        } else {
            value_from(facts, container, source, lookup)?
        };
        if let Some(value) = value {
            env.insert(key, value);
        }
    }
    for (key, value) in services {
        env.entry(key).or_insert(value);
    }
    Ok(env)
}

fn value_from(
    facts: &PodFacts<'_>,
    container: &Value,
    source: &Value,
    lookup: &Lookup<'_>,
) -> Result<Option<String>, ConfigError> {
    let field = at(source, "/fieldRef");
    if !field.is_null() {
        return fields::field(facts, str_at(field, "/fieldPath")).map(Some);
    }
    let resource = at(source, "/resourceFieldRef");
    if !resource.is_null() {
        return fields::resource(facts, resource, str_at(container, "/name")).map(Some);
    }
    let (resource, reference) = if at(source, "/configMapKeyRef").is_null() {
        ("secrets", at(source, "/secretKeyRef"))
    } else {
        ("configmaps", at(source, "/configMapKeyRef"))
    };
    let key = str_at(reference, "/key");
    let Some(object) = find(resource, reference, lookup)? else { return Ok(None) };
    let value = data(resource, &object).into_iter().find(|(name, _)| name == key);
    match value {
        Some((_, value)) => Ok(Some(value)),
        None if bool_at(reference, "/optional") => Ok(None),
        None => {
            let kind = if resource == "secrets" { "Secret" } else { "ConfigMap" };
            let namespace = str_at(facts.pod, "/metadata/namespace");
            Err(format!("couldn't find key {key} in {kind} {namespace}/{}", str_at(reference, "/name")))
        }
    }
}

fn find(resource: &str, reference: &Value, lookup: &Lookup<'_>) -> Result<Option<Rc<Value>>, ConfigError> {
    match lookup(resource, str_at(reference, "/name")) {
        Ok(object) => Ok(Some(object)),
        Err(status) if status.code == 404 && bool_at(reference, "/optional") => Ok(None),
        Err(status) => Err(short_not_found(resource, str_at(reference, "/name"), &status)),
    }
}

/// The kubelet's own cache words a missing object without the API server's prefix.
pub(crate) fn short_not_found(resource: &str, name: &str, status: &Status) -> String {
    if status.code == 404 {
        let singular = if resource == "secrets" { "secret" } else { "configmap" };
        format!("{singular} \"{name}\" not found")
    } else {
        status.message.clone()
    }
}

/// The entries of a ConfigMap or a Secret as text.
fn data(resource: &str, object: &Value) -> Vec<(String, String)> {
    if resource == "secrets" {
        return secret_data(object)
            .into_iter()
            .map(|(key, bytes)| (key, String::from_utf8_lossy(&bytes).into_owned()))
            .collect();
    }
    strings_at(object, "/data").map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The entries of a Secret.
pub(crate) fn secret_data(secret: &Value) -> Vec<(String, Vec<u8>)> {
    strings_at(secret, "/data").map(|(key, value)| (key.to_owned(), decode_base64(value))).collect()
}

/// Decodes base64; what is no base64 is left out.
pub(crate) fn decode_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// Replaces `$(NAME)`; what is not known stays, `$$` is a dollar.
// Upstream: third_party/forked/golang/expansion/expand.go
pub(crate) fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(index) = rest.find('$') {
        out.push_str(&rest[..index]);
        rest = &rest[index + 1..];
        if let Some(tail) = rest.strip_prefix('$') {
            out.push('$');
            rest = tail;
        } else if let Some((name, tail)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            match value(name) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&format!("$({name})")),
            }
            rest = tail;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn variables_are_expanded() {
        let value = |name: &str| (name == "A").then(|| "1".to_owned());
        assert_eq!(expand("$(A)-$(B)-$$(A)-$A $", value), "1-$(B)-$(A)-$A $");
    }

    #[test]
    fn services_are_linked() {
        let service = Rc::new(json!({"metadata": {"name": "my-db"}, "spec": {"clusterIP": "10.96.0.9",
            "ports": [{"name": "sql", "port": 5432, "protocol": "TCP"}]}}));
        let env = service_links([&service].into_iter());
        assert_eq!(env["MY_DB_SERVICE_HOST"], "10.96.0.9");
        assert_eq!(env["MY_DB_SERVICE_PORT_SQL"], "5432");
        assert_eq!(env["MY_DB_PORT_5432_TCP"], "tcp://10.96.0.9:5432");
        assert_eq!(env.len(), 8);
    }

    #[test]
    fn missing_sources_are_errors_unless_optional() {
        let pod = json!({"metadata": {"namespace": "default"}});
        let facts = PodFacts { pod: &pod, pod_ip: "", host_ip: "", node_cpu_millis: 0, node_memory: 0 };
        let missing = |_: &str, _: &str| Err(Status { code: 404, ..Status::default() });
        let env = |container: &Value| container_env(&facts, container, BTreeMap::new(), &missing);
        let reference = |optional: bool| {
            json!({"env": [{"name": "MODE", "valueFrom": {"configMapKeyRef":
                {"name": "settings", "key": "mode", "optional": optional}}}]})
        };
        assert_eq!(env(&reference(false)).unwrap_err(), "configmap \"settings\" not found");
        assert!(env(&reference(true)).unwrap().is_empty());
        assert_eq!(decode_base64("aHVudGVyMg=="), b"hunter2");
    }
}
