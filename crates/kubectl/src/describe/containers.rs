//! Containers, of pods and of templates; tolerations.

use podground_api::object::{array_at, at, bool_at, i64_at, map_at, str_at, strings_at};
use serde_json::Value;

use super::probe::probe;
use super::text::{Writer, number, rfc1123, title};

/// Writes a list of containers; `space` indents those of a template.
pub(super) fn containers(
    w: &mut Writer,
    label: &str,
    list: &[Value],
    statuses: &[Value],
    pod: Option<&Value>,
    space: &str,
) {
    if list.is_empty() {
        w.line(0, format_args!("{space}{label}: <none>"));
        return;
    }
    w.line(0, format_args!("{space}{label}:"));
    let name_indent = if space.is_empty() { "" } else { " " };
    for container in list {
        let name = str_at(container, "/name");
        w.line(1, format_args!("{name_indent}{name}:"));
        let status = statuses.iter().find(|status| str_at(status, "/name") == name);
        basics(w, container, status);
        for (title, pointer) in [("Command", "/command"), ("Args", "/args")] {
            let words = array_at(container, pointer);
            if !words.is_empty() {
                w.line(2, format_args!("{title}:"));
                for line in words.iter().filter_map(Value::as_str).flat_map(|word| word.split('\n')) {
                    w.line(3, line);
                }
            }
        }
        if let Some(status) = status {
            state(w, "State", at(status, "/state"));
            if map_at(status, "/lastState/terminated").is_some() {
                state(w, "Last State", at(status, "/lastState"));
            }
            w.field(2, "Ready", title(bool_at(status, "/ready")));
            w.field(2, "Restart Count", number(status, "/restartCount"));
        }
        for (title, pointer) in [("Limits", "/resources/limits"), ("Requests", "/resources/requests")] {
            if map_at(container, pointer).is_some_and(|map| !map.is_empty()) {
                w.line(2, format_args!("{title}:"));
                for (name, quantity) in strings_at(container, pointer) {
                    w.field(3, name, quantity);
                }
            }
        }
        for (title, pointer) in
            [("Liveness", "/livenessProbe"), ("Readiness", "/readinessProbe"), ("Startup", "/startupProbe")]
        {
            if map_at(container, pointer).is_some() {
                w.field(2, title, probe(at(container, pointer)));
            }
        }
        env_from(w, array_at(container, "/envFrom"));
        env(w, container, pod);
        mounts(w, container);
    }
}

fn basics(w: &mut Writer, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        w.field(2, "Container ID", str_at(status, "/containerID"));
    }
    w.field(2, "Image", str_at(container, "/image"));
    if let Some(status) = status {
        w.field(2, "Image ID", str_at(status, "/imageID"));
    }
    for (title, pointer) in [("Port", "/containerPort"), ("Host Port", "/hostPort")] {
        let ports: Vec<String> = array_at(container, "/ports")
            .iter()
            .map(|port| {
                let name = str_at(port, "/name");
                let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
                format!("{}/{}{name}", number(port, pointer), str_at(port, "/protocol"))
            })
            .collect();
        match ports.as_slice() {
            [] => w.field(2, title, "<none>"),
            [one] => w.field(2, title, one),
            many => w.field(2, &format!("{title}s"), many.join(", ")),
        }
    }
}

fn state(w: &mut Writer, title: &str, state: &Value) {
    if map_at(state, "/running").is_some() {
        w.field(2, title, "Running");
        w.field(3, "Started", rfc1123(str_at(state, "/running/startedAt")));
    } else if map_at(state, "/terminated").is_some() {
        w.field(2, title, "Terminated");
        for (name, pointer) in [("Reason", "/terminated/reason"), ("Message", "/terminated/message")] {
            let value = str_at(state, pointer);
            if !value.is_empty() {
                w.field(3, name, value);
            }
        }
        w.field(3, "Exit Code", number(state, "/terminated/exitCode"));
        if let Some(signal) = i64_at(state, "/terminated/signal").filter(|signal| *signal > 0) {
            w.field(3, "Signal", signal);
        }
        w.field(3, "Started", rfc1123(str_at(state, "/terminated/startedAt")));
        w.field(3, "Finished", rfc1123(str_at(state, "/terminated/finishedAt")));
    } else {
        w.field(2, title, "Waiting");
        let reason = str_at(state, "/waiting/reason");
        if !reason.is_empty() {
            w.field(3, "Reason", reason);
        }
    }
}

fn env_from(w: &mut Writer, sources: &[Value]) {
    if sources.is_empty() {
        return;
    }
    w.line(2, "Environment Variables from:");
    for source in sources {
        let (kind, reference) = if map_at(source, "/configMapRef").is_some() {
            ("ConfigMap", at(source, "/configMapRef"))
        } else {
            ("Secret", at(source, "/secretRef"))
        };
        let prefix = str_at(source, "/prefix");
        let prefix = if prefix.is_empty() { String::new() } else { format!(" with prefix '{prefix}'") };
        let (name, optional) = (str_at(reference, "/name"), bool_at(reference, "/optional"));
        w.line(3, format_args!("{name}\t{kind}{prefix}\tOptional: {optional}"));
    }
}

fn env(w: &mut Writer, container: &Value, pod: Option<&Value>) {
    let variables = array_at(container, "/env");
    if variables.is_empty() {
        w.field(2, "Environment", "<none>");
        return;
    }
    w.line(2, "Environment:");
    for variable in variables {
        let name = str_at(variable, "/name");
        let from = at(variable, "/valueFrom");
        if from.is_null() {
            for (index, line) in str_at(variable, "/value").split('\n').enumerate() {
                let name = if index == 0 { format!("{name}:") } else { String::new() };
                w.line(3, format_args!("{name}\t{line}"));
            }
        } else if map_at(from, "/fieldRef").is_some() {
            let path = str_at(from, "/fieldRef/fieldPath");
            let value = pod.map(|pod| metadata_field(pod, path)).unwrap_or_default();
            w.field(3, name, format_args!("{value} ({}:{path})", str_at(from, "/fieldRef/apiVersion")));
        } else if map_at(from, "/resourceFieldRef").is_some() {
            let resource = str_at(from, "/resourceFieldRef/resource");
            let value = resource_field(container, resource, str_at(from, "/resourceFieldRef/divisor"));
            w.field(3, name, format_args!("{value} ({resource})"));
        } else if map_at(from, "/secretKeyRef").is_some() {
            w.field(3, name, key_reference(at(from, "/secretKeyRef"), "in secret"));
        } else if map_at(from, "/configMapKeyRef").is_some() {
            w.field(3, name, key_reference(at(from, "/configMapKeyRef"), "of config map"));
        }
    }
}

fn key_reference(reference: &Value, preposition: &str) -> String {
    format!(
        "<set to the key '{}' {preposition} '{}'>\tOptional: {}",
        str_at(reference, "/key"),
        str_at(reference, "/name"),
        bool_at(reference, "/optional")
    )
}

/// The value of a field of the metadata; other fields are not shown.
fn metadata_field(pod: &Value, path: &str) -> String {
    if let Some((map, key)) = path.strip_suffix("']").and_then(|path| path.split_once("['")) {
        let pointer = format!("/{}/{}", map.replace('.', "/"), key.replace('/', "~1"));
        return str_at(pod, &pointer).to_owned();
    }
    match path {
        "metadata.name" | "metadata.namespace" | "metadata.uid" => {
            str_at(pod, &format!("/{}", path.replace('.', "/"))).to_owned()
        }
        _ => String::new(),
    }
}

fn resource_field(container: &Value, resource: &str, divisor: &str) -> String {
    let pointer = format!("/resources/{}", resource.replace('.', "/"));
    let parse = |text: &str| podground_api::Quantity::parse(text).ok();
    let divisor = parse(divisor).filter(|divisor| !divisor.is_zero());
    match (parse(str_at(container, &pointer)), divisor) {
        (Some(value), None) => value.units().to_string(),
        (Some(value), Some(divisor)) => ((value.as_f64() / divisor.as_f64()).ceil() as i64).to_string(),
        // Without a limit the container sees what the node has, which kubectl does not know.
        (None, _) => "node allocatable".to_owned(),
    }
}

fn mounts(w: &mut Writer, container: &Value) {
    let mut mounts: Vec<&Value> = array_at(container, "/volumeMounts").iter().collect();
    if mounts.is_empty() {
        w.field(2, "Mounts", "<none>");
    } else {
        w.line(2, "Mounts:");
        mounts.sort_by_key(|mount| str_at(mount, "/mountPath"));
        for mount in mounts {
            let mut flags = if bool_at(mount, "/readOnly") { "ro" } else { "rw" }.to_owned();
            let sub_path = str_at(mount, "/subPath");
            if !sub_path.is_empty() {
                flags.push_str(&format!(",path=\"{sub_path}\""));
            }
            w.line(
                3,
                format_args!("{} from {} ({flags})", str_at(mount, "/mountPath"), str_at(mount, "/name")),
            );
        }
    }
    let devices = array_at(container, "/volumeDevices");
    if !devices.is_empty() {
        w.line(2, "Devices:");
        for device in devices {
            w.line(3, format_args!("{} from {}", str_at(device, "/devicePath"), str_at(device, "/name")));
        }
    }
}

/// The tolerations, one to a line: `key:effect op=Exists for 300s`.
pub(super) fn tolerations(tolerations: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = tolerations
        .iter()
        .map(|toleration| {
            let mut text = str_at(toleration, "/key").to_owned();
            let (value, effect) = (str_at(toleration, "/value"), str_at(toleration, "/effect"));
            if !value.is_empty() {
                text.push_str(&format!("={value}"));
            }
            if !effect.is_empty() {
                text.push_str(&format!(":{effect}"));
            }
            if str_at(toleration, "/operator") == "Exists" && value.is_empty() {
                text.push_str(if text.is_empty() { "op=Exists" } else { " op=Exists" });
            }
            if let Some(seconds) = i64_at(toleration, "/tolerationSeconds") {
                text.push_str(&format!(" for {seconds}s"));
            }
            text
        })
        .collect();
    texts.sort();
    texts
}
