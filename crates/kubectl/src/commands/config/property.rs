//! `kubectl config set` and `unset`: one value by its path.

use podground_api::object::{remove_at, set_at};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::kubeconfig::{KubeConfig, LISTS};

/// The place that a path such as `contexts.web.namespace` names.
enum Place {
    Current,
    Entry(&'static str, String),
    Field(&'static str, String, String),
}

fn place(path: &str) -> Result<Place> {
    let parts: Vec<&str> = path.split('.').collect();
    let unknown =
        |part: &str| Error::Local(format!("unable to parse {part} in {path}: invalid property name"));
    if parts == ["current-context"] {
        return Ok(Place::Current);
    }
    let Some((list, _)) = LISTS.iter().find(|(list, _)| Some(list) == parts.first()) else {
        return Err(unknown(parts[0]));
    };
    match parts.as_slice() {
        [_, middle @ .., field] if !middle.is_empty() => {
            Ok(Place::Field(list, middle.join("."), (*field).to_owned()))
        }
        [_, name] => Ok(Place::Entry(list, (*name).to_owned())),
        _ => Err(unknown(list)),
    }
}

/// The entry that a path of three parts or more means: names may hold dots.
fn entry<'a>(config: &'a mut KubeConfig, list: &'static str, name: &str) -> &'a mut Value {
    config.entry(list, name)
}

/// `kubectl config set`
pub(crate) async fn set(cx: &Context, args: Args) -> Result<()> {
    let [path, text] = args.words.as_slice() else {
        return Err(args.usage(format!("unexpected args: [{}]", args.words.join(" "))));
    };
    let mut config = cx.kubeconfig()?;
    match place(path)? {
        Place::Current => text.clone_into(&mut config.current),
        Place::Entry(..) => return Err(Error::Local(format!("can't set {path} to a text"))),
        Place::Field(list, name, field) => {
            let value = match text.as_str() {
                "true" | "false" if field.starts_with("insecure") => json!(text == "true"),
                text => json!(text),
            };
            set_at(entry(&mut config, list, &name), &format!("/{field}"), value);
        }
    }
    config.save(&cx.io)?;
    cx.io.line(format!("Property \"{path}\" set.")).await;
    Ok(())
}

/// `kubectl config unset`
pub(crate) async fn unset(cx: &Context, args: Args) -> Result<()> {
    let path = super::one_word(&args, "a property name")?;
    let mut config = cx.kubeconfig()?;
    match place(path)? {
        Place::Current => config.current.clear(),
        Place::Entry(list, name) => {
            config.remove(list, &name);
        }
        Place::Field(list, name, field) => {
            let whole = format!("{name}.{field}");
            if config.get(list, &whole).is_some() {
                config.remove(list, &whole);
            } else if config.get(list, &name).is_some() {
                remove_at(entry(&mut config, list, &name), &format!("/{field}"));
            } else {
                return Err(Error::Local(format!("current map key `{name}` is invalid")));
            }
        }
    }
    config.save(&cx.io)?;
    cx.io.line(format!("Property \"{path}\" unset.")).await;
    Ok(())
}
