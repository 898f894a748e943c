//! Writing an entry into the learner's kubeconfig, as `gcloud` and `minikube` do.

use podground_api::object::{array_at, str_at};
use podground_api::{Value, json, yaml};
use podground_shell::Process;
use podground_vfs::{join, parent};

/// Adds a cluster with a user and a context, all of one name, and makes it the current one.
pub(crate) fn add(process: &Process, entry: &str, server: &str) -> Result<(), String> {
    let listed =
        process.env("KUBECONFIG").and_then(|list| list.split(':').next()).filter(|path| !path.is_empty());
    let path = match listed {
        Some(path) => process.path(path),
        None => join(process.env("HOME").unwrap_or("/root"), ".kube/config"),
    };
    let files = &process.host.files;
    let text = files.read_to_string(&path).unwrap_or_default();
    let mut config = yaml::load(&text).ok().filter(Value::is_object).unwrap_or_else(|| json!({}));
    // The simulated TLS of kubectl does not read these.
    let placeholder = "cG9kZ3JvdW5k";
    let cluster = json!({"certificate-authority-data": placeholder, "server": server});
    let user = json!({"client-certificate-data": placeholder, "client-key-data": placeholder});
    upsert(&mut config, "clusters", entry, "cluster", cluster);
    upsert(&mut config, "contexts", entry, "context", json!({"cluster": entry, "user": entry}));
    upsert(&mut config, "users", entry, "user", user);
    config["apiVersion"] = "v1".into();
    config["kind"] = "Config".into();
    config["current-context"] = entry.into();
    files
        .create_directories(parent(&path))
        .and_then(|()| files.write(&path, yaml::print(&config).as_bytes()))
        .map_err(|error| format!("Unable to write file [{path}]: {error}"))
}

/// Puts a named entry into a list of the kubeconfig, in the place of one of that name.
fn upsert(config: &mut Value, list: &str, entry: &str, field: &str, content: Value) {
    let mut entries = array_at(config, &format!("/{list}")).to_vec();
    entries.retain(|known| str_at(known, "/name") != entry);
    let mut added = json!({"name": entry});
    added[field] = content;
    entries.push(added);
    config[list] = Value::Array(entries);
}
