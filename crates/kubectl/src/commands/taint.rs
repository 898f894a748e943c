//! `kubectl taint`
//!
//! Upstream: `kubectl/pkg/cmd/taint/taint.go`

use podground_api::object::{array_at, str_at};
use podground_api::validation;
use serde_json::{Value, json};

use super::common::{Change, DryRun, PatchType};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The effects that a taint may have.
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// A taint of the command line; one to be removed may leave the effect out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let Some((resource, words)) = args.words.split_first() else {
        return Err(Error::local("one or more resources must be specified as <resource> <name>"));
    };
    if !matches!(resource.as_str(), "node" | "nodes" | "no") && !resource.contains('/') {
        return Err(Error::Local(format!("invalid resource type {resource}, only node types are supported")));
    }
    let is_taint = |word: &&String| word.contains('=') || word.contains(':') || word.ends_with('-');
    let names: Vec<String> = words.iter().take_while(|word| !is_taint(word)).cloned().collect();
    let specs = &words[names.len()..];
    if let Some(late) = specs.iter().find(|word| !is_taint(word)) {
        return Err(Error::Local(format!("all resources must be specified before taint changes: {late}")));
    }
    let (add, remove) = parse(&args, specs)?;
    let has_nodes = !names.is_empty() || args.is("all") || !args.text("selector").is_empty();
    if !has_nodes {
        return Err(Error::local("one or more resources must be specified as <resource> <name>"));
    }
    if add.is_empty() && remove.is_empty() {
        return Err(Error::local("at least one taint update is required"));
    }
    let mut query_words = vec!["nodes".to_owned()];
    query_words.extend(names);
    let query = Query::from_args(cx, &args, &query_words)?;
    let query = if query_words.len() == 1 { query.with_types() } else { query };
    let query = Query { all: false, ..query };
    let mut errors = Vec::new();
    for item in query.run(cx).await?.items {
        let result = match item {
            Ok(node) => one(cx, &args, &change, &node, &add, &remove).await,
            Err(error) => Err(error),
        };
        errors.extend(result.err());
    }
    Error::many(errors)
}

/// Upstream: `kubectl/pkg/cmd/taint/utils.go parseTaints`
fn parse(args: &Args, specs: &[String]) -> Result<(Vec<Taint>, Vec<Taint>)> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for spec in specs {
        if let Some(spec) = spec.strip_suffix('-') {
            let (key, effect) = spec.split_once(':').unwrap_or((spec, ""));
            let (key, value) = key.split_once('=').unwrap_or((key, ""));
            check_effect(args, effect)?;
            remove.push(Taint { key: key.to_owned(), value: value.to_owned(), effect: effect.to_owned() });
            continue;
        }
        let Some((rest, effect)) = spec.split_once(':') else {
            return Err(args.usage(format!("invalid taint spec: {spec}")));
        };
        let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
        let wrong = validation::qualified_name(key);
        if !wrong.is_empty() || effect.contains(':') {
            return Err(args.usage(format!("invalid taint spec: {spec}, {}", wrong.join("; "))));
        }
        let wrong = validation::label_value(value);
        if !wrong.is_empty() {
            return Err(args.usage(format!("invalid taint spec: {spec}, {}", wrong.join("; "))));
        }
        check_effect(args, effect)?;
        let taint = Taint { key: key.to_owned(), value: value.to_owned(), effect: effect.to_owned() };
        if add.iter().any(|known: &Taint| known.key == taint.key && known.effect == taint.effect) {
            return Err(args.usage(format!("duplicated taints with the same key and effect: {spec}")));
        }
        add.push(taint);
    }
    Ok((add, remove))
}

fn check_effect(args: &Args, effect: &str) -> Result<()> {
    if effect.is_empty() || EFFECTS.contains(&effect) {
        return Ok(());
    }
    Err(args.usage(format!("invalid taint effect: {effect}, unsupported taint effect")))
}

async fn one(
    cx: &Context,
    args: &Args,
    change: &Change,
    node: &Info,
    add: &[Taint],
    remove: &[Taint],
) -> Result<()> {
    let old: Vec<Value> = array_at(&node.object, "/spec/taints").to_vec();
    let same = |value: &Value, taint: &Taint| {
        str_at(value, "/key") == taint.key && str_at(value, "/effect") == taint.effect
    };
    if !args.is("overwrite") {
        let taken: Vec<&str> = add
            .iter()
            .filter(|taint| old.iter().any(|value| same(value, taint)))
            .map(|taint| taint.key.as_str())
            .collect();
        if !taken.is_empty() {
            return Err(Error::Local(format!(
                "node {} already has {} taint(s) with same effect(s) and --overwrite is false",
                node.name,
                taken.join(", ")
            )));
        }
    }
    let mut new = old.clone();
    for taint in remove {
        let before = new.len();
        new.retain(|value| {
            str_at(value, "/key") != taint.key
                || (!taint.effect.is_empty() && str_at(value, "/effect") != taint.effect)
        });
        if new.len() == before {
            let effect = if taint.effect.is_empty() { String::new() } else { format!(":{}", taint.effect) };
            return Err(Error::Local(format!("taint {:?} not found", format!("{}{effect}", taint.key))));
        }
    }
    let mut replaced = false;
    let mut added: Vec<Value> = Vec::new();
    for taint in add {
        let before = new.len();
        new.retain(|value| !same(value, taint));
        replaced |= new.len() < before;
        let mut value = json!({"key": taint.key, "effect": taint.effect});
        if !taint.value.is_empty() {
            value["value"] = json!(taint.value);
        }
        added.push(value);
    }
    added.extend(new);
    let verb = match (add.is_empty(), remove.is_empty(), replaced) {
        (true, _, _) => "untainted",
        (false, false, _) | (_, _, true) => "modified",
        _ => "tainted",
    };
    if change.dry_run == DryRun::Client {
        return change.tell(cx, &node.object, verb).await;
    }
    // The list is no merge list upstream either: it is sent whole.
    let patch = json!({"spec": {"taints": if added.is_empty() { Value::Null } else { Value::Array(added) }}});
    let result = change.patch(cx, node, PatchType::Strategic, patch).await?;
    change.tell(cx, &result, verb).await
}
