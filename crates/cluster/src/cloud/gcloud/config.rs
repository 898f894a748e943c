//! `gcloud config`, `gcloud auth list`, `gcloud info`: the properties, in a file as in life.

use std::collections::BTreeMap;

use podground_shell::Process;
use podground_vfs::{join, parent};

use super::{Call, Command};

pub(super) const COMMANDS: &[Command] = &[
    Command { path: "config set", valued: &[], switches: &[], run: |call| Box::pin(set(call)) },
    Command { path: "config unset", valued: &[], switches: &[], run: |call| Box::pin(unset(call)) },
    Command { path: "config list", valued: &[], switches: &["all"], run: |call| Box::pin(list(call)) },
    Command { path: "config get-value", valued: &[], switches: &[], run: |call| Box::pin(get_value(call)) },
    Command { path: "config get", valued: &[], switches: &[], run: |call| Box::pin(get_value(call)) },
    Command { path: "auth list", valued: &[], switches: &[], run: |call| Box::pin(auth_list(call)) },
];

/// The properties that are known, by section.
const PROPERTIES: &[(&str, &[&str])] = &[
    ("core", &["account", "project", "disable_usage_reporting"]),
    ("compute", &["zone", "region"]),
    ("container", &["cluster", "use_client_certificate"]),
];

type Properties = BTreeMap<String, BTreeMap<String, String>>;

fn path(process: &Process) -> String {
    join(process.env("HOME").unwrap_or("/root"), ".config/gcloud/configurations/config_default")
}

fn load(process: &Process) -> Properties {
    let mut properties = Properties::new();
    let core = properties.entry("core".to_owned()).or_default();
    core.insert("account".to_owned(), "learner@example.com".to_owned());
    core.insert("project".to_owned(), crate::cloud::project(&process.host.sim));
    let text = process.host.files.read_to_string(&path(process)).unwrap_or_default();
    let mut section = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, value)) = line.split_once('=') {
            let section = properties.entry(section.clone()).or_default();
            match value.trim() {
                "" => section.remove(key.trim()),
                value => section.insert(key.trim().to_owned(), value.to_owned()),
            };
        }
    }
    properties.retain(|_, section| !section.is_empty());
    properties
}

fn print(properties: &Properties) -> String {
    let mut text = String::new();
    for (name, section) in properties {
        text.push_str(&format!("[{name}]\n"));
        for (key, value) in section {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text
}

fn store(process: &Process, properties: &Properties) -> Result<(), podground_vfs::Error> {
    let path = path(process);
    let files = &process.host.files;
    files.create_directories(parent(&path))?;
    files.write(&path, print(properties).as_bytes())
}

/// The value of `section/name`.
pub(super) fn get(process: &Process, property: &str) -> Option<String> {
    let (section, name) = property.split_once('/').unwrap_or(("core", property));
    load(process).get(section)?.get(name).cloned()
}

/// Section and name of a property; the error is the message.
fn split(property: &str) -> Result<(String, String), String> {
    let (section, name) = property.split_once('/').unwrap_or(("core", property));
    let Some((_, names)) = PROPERTIES.iter().find(|(known, _)| *known == section) else {
        return Err(format!("Section [{section}] has no property [{name}]."));
    };
    if !names.contains(&name) {
        return Err(format!("Section [{section}] has no property [{name}]."));
    }
    Ok((section.to_owned(), name.to_owned()))
}

/// `core` is not named.
fn display(section: &str, name: &str) -> String {
    if section == "core" { name.to_owned() } else { format!("{section}/{name}") }
}

async fn set(call: Call) -> u8 {
    let [property, value] = call.words.as_slice() else {
        return call.fail("argument SECTION/PROPERTY VALUE: Must be specified.").await;
    };
    let (section, name) = match split(property) {
        Ok(split) => split,
        Err(message) => return call.fail(&message).await,
    };
    let mut properties = load(&call.process);
    properties.entry(section.clone()).or_default().insert(name.clone(), value.clone());
    if let Err(error) = store(&call.process, &properties) {
        return call.fail(&error.to_string()).await;
    }
    call.process.eprint(&format!("Updated property [{}].\n", display(&section, &name))).await;
    0
}

async fn unset(call: Call) -> u8 {
    let [property] = call.words.as_slice() else {
        return call.fail("argument SECTION/PROPERTY: Must be specified.").await;
    };
    let (section, name) = match split(property) {
        Ok(split) => split,
        Err(message) => return call.fail(&message).await,
    };
    let mut properties = load(&call.process);
    // An empty value is written down: it hides what would otherwise be the default.
    properties.entry(section.clone()).or_default().insert(name.clone(), String::new());
    if let Err(error) = store(&call.process, &properties) {
        return call.fail(&error.to_string()).await;
    }
    call.process.eprint(&format!("Unset property [{}].\n", display(&section, &name))).await;
    0
}

async fn list(call: Call) -> u8 {
    let mut properties = load(&call.process);
    if let Some(wanted) = call.words.first() {
        let (section, name) =
            match (wanted.split_once('/'), PROPERTIES.iter().find(|(known, _)| known == wanted)) {
                (None, Some(_)) => (wanted.clone(), None),
                _ => match split(wanted) {
                    Ok((section, name)) => (section, Some(name)),
                    Err(message) => return call.fail(&message).await,
                },
            };
        properties.retain(|known, _| *known == section);
        if let (Some(name), Some(section)) = (name, properties.get_mut(&section)) {
            section.retain(|known, _| *known == name);
        }
    }
    if call.flag("format").is_some() {
        let [(property, value)] = &properties
            .iter()
            .flat_map(|(section, values)| {
                values.iter().map(move |(name, value)| (format!("{section}.{name}"), value.clone()))
            })
            .collect::<Vec<_>>()[..]
        else {
            return call.unsupported("--format for more than one property").await;
        };
        let field: &'static str = match property.as_str() {
            "core.project" => "core.project",
            "core.account" => "core.account",
            "compute.zone" => "compute.zone",
            "compute.region" => "compute.region",
            _ => "",
        };
        return call.show(&[vec![(field, field, value.clone())]]).await;
    }
    call.process.print(&print(&properties)).await;
    call.process.eprint("\nYour active configuration is: [default]\n").await;
    0
}

async fn get_value(call: Call) -> u8 {
    let [property] = call.words.as_slice() else {
        return call.fail("argument SECTION/PROPERTY: Must be specified.").await;
    };
    match split(property) {
        Ok((section, name)) => match get(&call.process, &format!("{section}/{name}")) {
            Some(value) => call.process.print(&format!("{value}\n")).await,
            None => call.process.eprint("(unset)\n").await,
        },
        Err(message) => return call.fail(&message).await,
    }
    0
}

async fn auth_list(call: Call) -> u8 {
    let account = get(&call.process, "core/account").unwrap_or_default();
    call.process
        .print(&format!(
            "Credentialed Accounts\n\nACTIVE: *\nACCOUNT: {account}\n\nTo set the active account, run:\n    $ gcloud config set \
             account `ACCOUNT`\n\n"
        ))
        .await;
    0
}
