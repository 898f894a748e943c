//! The kubeconfig: found, merged, changed and written as client-go's clientcmd does.

use std::collections::BTreeMap;

use podground_api::object::{set_at, str_at};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::flags::Args;
use crate::io::Io;
use podground_api::yaml;

/// Where a command goes and as whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// The server's URL.
    pub(crate) server: String,
    /// The namespace, `default` if none is set.
    pub(crate) namespace: String,
    /// The user's entry.
    pub(crate) user: Value,
    /// `--as`
    pub(crate) impersonate: String,
    /// `--as-group`
    pub(crate) impersonate_groups: Vec<String>,
}

/// Kubeconfig files, merged: the first file that names something wins.
#[derive(Clone, Debug, Default)]
pub(crate) struct KubeConfig {
    /// `clusters`, `contexts`, `users`, each by name with the file it is from.
    entries: BTreeMap<(&'static str, String), (Value, String)>,
    /// `current-context`
    pub(crate) current: String,
    /// The files in order, those that do not exist too.
    files: Vec<String>,
    /// Whether `--kubeconfig` named the file.
    explicit: bool,
    /// Where `current-context` and new entries go.
    default_file: String,
    /// Fields of the files that are none of the above, by file.
    rest: BTreeMap<String, Map<String, Value>>,
}

/// The lists of a kubeconfig and the name of what their items hold.
pub(crate) const LISTS: [(&str, &str); 3] =
    [("clusters", "cluster"), ("contexts", "context"), ("users", "user")];

/// Reads the files that `--kubeconfig`, `$KUBECONFIG` or the home directory name.
pub(crate) fn load(io: &Io, explicit: &str) -> Result<KubeConfig> {
    let mut config = KubeConfig { explicit: !explicit.is_empty(), ..KubeConfig::default() };
    config.files = if !explicit.is_empty() {
        vec![io.path(explicit)]
    } else if let Some(list) = io.env("KUBECONFIG") {
        list.split(':').filter(|file| !file.is_empty()).map(|file| io.path(file)).collect()
    } else {
        vec![format!("{}/.kube/config", io.env("HOME").unwrap_or("/root"))]
    };
    if config.explicit && !io.0.host.files.exists(&config.files[0]) {
        return Err(Error::Local(format!("stat {explicit}: no such file or directory")));
    }
    for file in config.files.clone() {
        let Ok(bytes) = io.read(&file) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let value = yaml::load(&text)
            .map_err(|error| Error::Local(format!("error loading config file \"{file}\": {error}")))?;
        config.add(&file, value);
    }
    let existing = config.files.iter().find(|file| io.0.host.files.exists(file));
    config.default_file = existing.or(config.files.last()).cloned().unwrap_or_default();
    Ok(config)
}

impl KubeConfig {
    fn add(&mut self, file: &str, value: Value) {
        let Value::Object(mut value) = value else { return };
        for (list, field) in LISTS {
            for item in value.remove(list).and_then(|items| items.as_array().cloned()).unwrap_or_default() {
                let key = (list, str_at(&item, "/name").to_owned());
                let entry = item.get(field).cloned().unwrap_or_else(|| json!({}));
                self.entries.entry(key).or_insert((entry, file.to_owned()));
            }
        }
        if let Some(current) = value.remove("current-context")
            && self.current.is_empty()
        {
            current.as_str().unwrap_or_default().clone_into(&mut self.current);
        }
        value.remove("apiVersion");
        value.remove("kind");
        self.rest.insert(file.to_owned(), value);
    }

    /// The names in a list, sorted.
    pub(crate) fn names(&self, list: &str) -> Vec<&str> {
        self.entries.keys().filter(|(of, _)| *of == list).map(|(_, name)| name.as_str()).collect()
    }

    /// An entry of a list.
    pub(crate) fn get(&self, list: &str, name: &str) -> Option<&Value> {
        self.entries.iter().find(|((of, key), _)| *of == list && key == name).map(|(_, (value, _))| value)
    }

    /// An entry of a list for changing, made if it is absent.
    pub(crate) fn entry(&mut self, list: &'static str, name: &str) -> &mut Value {
        let file = self.default_file.clone();
        &mut self.entries.entry((list, name.to_owned())).or_insert_with(|| (json!({}), file)).0
    }

    /// Takes an entry out of a list.
    pub(crate) fn remove(&mut self, list: &'static str, name: &str) -> Option<Value> {
        self.entries.remove(&(list, name.to_owned())).map(|(value, _)| value)
    }

    /// The file that a new entry goes to.
    pub(crate) fn default_file(&self) -> &str {
        &self.default_file
    }

    /// The whole configuration as one value, as `config view` shows it.
    pub(crate) fn to_value(&self) -> Value {
        self.value_of(None)
    }

    fn value_of(&self, file: Option<&str>) -> Value {
        let mut value = json!({"apiVersion": "v1", "kind": "Config", "current-context": self.current});
        for (list, field) in LISTS {
            let items: Vec<Value> = self
                .entries
                .iter()
                .filter(|((of, _), (_, from))| *of == list && file.is_none_or(|file| file == from))
                .map(|((_, name), (entry, _))| json!({"name": name, field: entry}))
                .collect();
            value[list] = if items.is_empty() { Value::Null } else { Value::Array(items) };
        }
        for (from, rest) in &self.rest {
            if file.is_none_or(|file| file == from) {
                for (key, part) in rest {
                    if part.as_object().is_none_or(|map| !map.is_empty()) {
                        set_at(&mut value, &format!("/{key}"), part.clone());
                    }
                }
            }
        }
        value
    }

    /// Forgets what is not from the first file (`--merge=false`).
    pub(crate) fn keep_first_file(&mut self) {
        let first = self.default_file.clone();
        self.entries.retain(|_, (_, from)| *from == first);
        self.rest.retain(|from, _| *from == first);
    }

    /// Writes each file that holds entries, and the default one.
    pub(crate) fn save(&self, io: &Io) -> Result<()> {
        for file in &self.files {
            let is_default = *file == self.default_file;
            if !is_default && !io.0.host.files.exists(file) {
                continue;
            }
            let mut value = self.value_of(Some(file));
            if !is_default {
                value["current-context"] = json!("");
            }
            for (list, _) in LISTS {
                if value[list].is_null() {
                    value[list] = json!([]);
                }
            }
            io.write_file(file, yaml::print(&value).as_bytes())
                .map_err(|error| Error::Local(format!("open {file}: {error}")))?;
        }
        Ok(())
    }

    /// Only what the current context needs.
    pub(crate) fn minify(&mut self) -> Result<()> {
        let current = self.current.clone();
        if current.is_empty() {
            return Err(Error::local("current-context must exist in order to minify"));
        }
        let Some(context) = self.get("contexts", &current).cloned() else {
            return Err(Error::Local(format!("cannot locate context {current}")));
        };
        let (cluster, user) = (str_at(&context, "/cluster").to_owned(), str_at(&context, "/user").to_owned());
        self.entries.retain(|(list, name), _| match *list {
            "contexts" => *name == current,
            "clusters" => *name == cluster,
            _ => *name == user,
        });
        Ok(())
    }

    /// The server, user and namespace that the configuration and the global flags choose.
    ///
    /// Upstream: `client-go/tools/clientcmd/client_config.go ClientConfig`
    pub(crate) fn target(&self, flags: &Args) -> Result<Target> {
        let chosen = if flags.changed("context") { flags.text("context") } else { &self.current };
        let context = match self.get("contexts", chosen) {
            Some(context) => context.clone(),
            None if chosen.is_empty() => json!({}),
            None => {
                return Err(Error::Configuration(format!(
                    "context was not found for specified context: {chosen}"
                )));
            }
        };
        let pick = |flag: &str, pointer: &str| {
            if flags.changed(flag) {
                flags.text(flag).to_owned()
            } else {
                str_at(&context, pointer).to_owned()
            }
        };
        let (cluster_name, user_name) = (pick("cluster", "/cluster"), pick("user", "/user"));
        let missing =
            |what: &str, name: &str| Error::Configuration(format!("{what} \"{name}\" does not exist"));
        let cluster = match self.get("clusters", &cluster_name) {
            Some(cluster) => cluster.clone(),
            None if cluster_name.is_empty() => json!({}),
            None => return Err(missing("cluster", &cluster_name)),
        };
        let mut user = match self.get("users", &user_name) {
            Some(user) => user.clone(),
            None if user_name.is_empty() => json!({}),
            None => return Err(missing("auth info", &user_name)),
        };
        if flags.changed("token") {
            user = json!({"token": flags.text("token")});
        } else if flags.changed("username") || flags.changed("password") {
            user = json!({"username": flags.text("username"), "password": flags.text("password")});
        }
        for flag in ["client-certificate", "client-key"] {
            if flags.changed(flag) {
                podground_api::object::remove_at(&mut user, &format!("/{flag}-data"));
                set_at(&mut user, &format!("/{flag}"), json!(flags.text(flag)));
            }
        }
        let server = if flags.changed("server") { flags.text("server") } else { str_at(&cluster, "/server") };
        let server = match server {
            "" => "http://localhost:8080".to_owned(),
            server if server.contains("://") => server.trim_end_matches('/').to_owned(),
            server => format!("http://{server}"),
        };
        let namespace = match pick("namespace", "/namespace").as_str() {
            "" => "default".to_owned(),
            namespace => namespace.to_owned(),
        };
        Ok(Target {
            server,
            namespace,
            user,
            impersonate: flags.text("as").to_owned(),
            impersonate_groups: flags.list("as-group").to_vec(),
        })
    }
}
