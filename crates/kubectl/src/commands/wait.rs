//! `kubectl wait`
//!
//! Upstream: `kubectl/pkg/cmd/wait/wait.go`

use std::time::Duration;

use podground_api::object::{array_at, i64_at, str_at, uid};
use podground_sim::Time;
use serde_json::Value;

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers::jsonpath::JsonPath;
use crate::waiting::{self, Outcome};

/// What is waited for.
enum Goal {
    Create,
    Delete,
    Condition { name: String, status: String },
    JsonPath { path: JsonPath, value: Option<String> },
}

/// A week: what a negative timeout means.
const LONG: Duration = Duration::from_secs(168 * 3600);

/// How often to look for an object that is yet to be created.
const POLL: Duration = Duration::from_millis(500);

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let text = args.list("for").last().cloned().unwrap_or_else(|| args.text("for").to_owned());
    let goal = parse(&text)?;
    let timeout = if args.is_negative("timeout") { LONG } else { args.duration("timeout") };
    let deadline = cx.io.now() + timeout;
    let mut query = Query::from_args(cx, &args, &args.words)?;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    query.latest = true;
    query.all = false;
    query.type_is_enough = args.is("all") || query.labels.is_some() || !query.fields.is_empty();
    let infos = loop {
        let (infos, mut errors) = query.run(cx).await?.split();
        match goal {
            Goal::Create if infos.is_empty() && errors.iter().all(Error::is_not_found) => {
                if cx.io.now() >= deadline {
                    return Err(Error::Local(format!(
                        "timed out waiting for the condition on {}",
                        query.words.join("/")
                    )));
                }
                cx.io.sleep(POLL).await;
                continue;
            }
            // What is gone already is what was wanted.
            Goal::Delete => errors.retain(|error| !error.is_not_found()),
            _ => {}
        }
        Error::many(errors)?;
        break infos;
    };
    if infos.is_empty() {
        return match goal {
            Goal::Delete => Ok(()),
            _ => Err(Error::local("no matching resources found")),
        };
    }
    let mut errors = Vec::new();
    for info in &infos {
        match one(cx, &goal, info, deadline).await {
            Ok(()) => cx.io.line(format!("{} condition met", info.kind_name())).await,
            Err(error) => errors.push(error),
        }
    }
    Error::many(errors)
}

/// Upstream: `wait.go conditionFuncFor`
fn parse(text: &str) -> Result<Goal> {
    let lower = text.to_lowercase();
    if lower == "delete" {
        return Ok(Goal::Delete);
    }
    if lower == "create" {
        return Ok(Goal::Create);
    }
    if let Some(rest) = text.strip_prefix("condition=") {
        let (name, status) = rest.split_once('=').unwrap_or((rest, "true"));
        return Ok(Goal::Condition { name: name.to_owned(), status: status.trim_matches('"').to_owned() });
    }
    if let Some(rest) = text.strip_prefix("jsonpath=") {
        let (path, value) = split_path(rest)?;
        let path = JsonPath::parse_relaxed(&path).map_err(Error::Local)?;
        return Ok(Goal::JsonPath { path, value });
    }
    let shown = if text.is_empty() { "[]".to_owned() } else { format!("{text:?}") };
    Err(Error::Local(format!("unrecognized condition: {shown}")))
}

/// The expression and the value behind `=`; an `=` within braces or brackets belongs to the expression.
fn split_path(text: &str) -> Result<(String, Option<String>)> {
    let mut depth = 0;
    for (index, c) in text.char_indices() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            '=' if depth == 0 => {
                let value = text[index + 1..].trim_matches(['"', '\'']).to_owned();
                if value.is_empty() {
                    return Err(Error::local(
                        "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
                    ));
                }
                return Ok((text[..index].to_owned(), Some(value)));
            }
            _ => {}
        }
    }
    Ok((text.to_owned(), None))
}

async fn one(cx: &Context, goal: &Goal, info: &Info, deadline: Time) -> Result<()> {
    let outcome = match goal {
        Goal::Create => return Ok(()),
        Goal::Delete => return waiting::until_deleted(cx, info, uid(&info.object), deadline).await,
        Goal::Condition { name, status } => {
            waiting::until(cx, info, deadline, |object| Ok(object.is_some_and(|o| holds(o, name, status))))
                .await?
        }
        Goal::JsonPath { path, value } => {
            waiting::until(cx, info, deadline, |object| match object {
                Some(object) => reads(path, object, value.as_deref()),
                None => Ok(false),
            })
            .await?
        }
    };
    match outcome {
        Outcome::Met(_) => Ok(()),
        Outcome::TimedOut => Err(waiting::timed_out(info)),
    }
}

fn holds(object: &Value, name: &str, status: &str) -> bool {
    let found = array_at(object, "/status/conditions")
        .iter()
        .find(|condition| str_at(condition, "/type").eq_ignore_ascii_case(name));
    let Some(condition) = found else { return false };
    let generation = i64_at(object, "/metadata/generation").unwrap_or(0);
    let observed = i64_at(condition, "/observedGeneration")
        .or_else(|| i64_at(object, "/status/observedGeneration"))
        .unwrap_or(generation);
    observed >= generation && str_at(condition, "/status").eq_ignore_ascii_case(status)
}

/// Whether the expression gives a value, or the one that is wanted.
fn reads(path: &JsonPath, object: &Value, wanted: Option<&str>) -> Result<bool> {
    let Ok(text) = path.execute(object, false) else { return Ok(false) };
    Ok(match wanted {
        Some(wanted) => text.trim() == wanted.trim(),
        None => !text.is_empty(),
    })
}
