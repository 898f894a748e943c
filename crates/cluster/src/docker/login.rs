//! `docker login`, `docker logout`: who one is to a registry, kept in `~/.docker/config.json`.
//!
//! The simulated registry knows everybody and lets everybody push.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use podground_api::{Value, json};
use podground_programs::ask;
use podground_vfs::parent;

use super::Call;
use crate::kubelet::tools::options::Options;

/// The hub's name in the file.
const HUB: &str = "https://index.docker.io/v1/";

fn file(call: &Call) -> String {
    format!("{}/.docker/config.json", call.process.env("HOME").unwrap_or("/root"))
}

fn read(call: &Call) -> Value {
    let text = call.process.host.files.read_to_string(&file(call)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_else(|_| json!({"auths": {}}))
}

fn write(call: &Call, config: &Value) -> Result<(), String> {
    let (path, files) = (file(call), &call.process.host.files);
    let text = podground_api::json::print(config);
    files
        .create_directories(parent(&path))
        .and_then(|()| files.write(&path, text.as_bytes()))
        .and_then(|()| files.set_mode(&path, 0o600))
        .map_err(|error| format!("Error saving credentials: {path}: {error}"))
}

pub(super) async fn login(call: Call) -> u8 {
    let valued = &["u", "username", "p", "password"];
    let options = match Options::parse(&call.args, &["password-stdin"], valued, false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let process = &call.process;
    let given = options.value(&["p", "password"]);
    let from_stdin = options.has(&["password-stdin"]);
    if given.is_some() && from_stdin {
        return call.fail("--password and --password-stdin are mutually exclusive").await;
    }
    if from_stdin && options.value(&["u", "username"]).is_none() {
        return call.fail("Must provide --username with --password-stdin").await;
    }
    let name = match options.value(&["u", "username"]) {
        Some(name) => name.to_owned(),
        None if process.terminal().is_none() => {
            return call.fail("Error: Cannot perform an interactive login from a non TTY device").await;
        }
        None => {
            process.print("Username: ").await;
            process.read_line(0).await.ok().flatten().unwrap_or_default().trim().to_owned()
        }
    };
    if name.is_empty() {
        return call.fail("Error: username is required").await;
    }
    let password = match given {
        Some(password) => {
            process
                .eprint("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n")
                .await;
            password.to_owned()
        }
        None if from_stdin => {
            let mut text = String::new();
            while let Ok(Some(line)) = process.read_line(0).await {
                text.push_str(&line);
            }
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
        None if process.terminal().is_none() => {
            return call.fail("Error: Cannot perform an interactive login from a non TTY device").await;
        }
        None => ask::hidden(process, "Password: ").await,
    };
    if password.is_empty() {
        return call.fail("Error: password is required").await;
    }
    let registry = options.words.first().map_or(HUB, String::as_str);
    let mut config = read(&call);
    let auth = BASE64_STANDARD.encode(format!("{name}:{password}"));
    config["auths"][registry] = json!({"auth": auth});
    if let Err(message) = write(&call, &config) {
        return call.fail(&message).await;
    }
    process
        .print(&format!(
            "\nWARNING! Your credentials are stored unencrypted in '{}'.\nConfigure a credential helper to remove this \
             warning. See\nhttps://docs.docker.com/go/credential-store/\n\nLogin Succeeded\n",
            file(&call)
        ))
        .await;
    0
}

pub(super) async fn logout(call: Call) -> u8 {
    if let Some(flag) = call.args.iter().find(|word| word.starts_with('-')) {
        return call.unsupported(flag).await;
    }
    let registry = call.args.first().map_or(HUB, String::as_str);
    let mut config = read(&call);
    let known = config["auths"].as_object_mut().is_some_and(|auths| auths.remove(registry).is_some());
    if !known {
        call.process.print(&format!("Not logged in to {registry}\n")).await;
        return 0;
    }
    if let Err(message) = write(&call, &config) {
        return call.fail(&message).await;
    }
    call.process.print(&format!("Removing login credentials for {registry}\n")).await;
    0
}
