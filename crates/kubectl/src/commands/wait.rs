//! `kubectl wait`
//!
//! Upstream: `kubectl/pkg/cmd/wait`

use std::time::Duration;

use podground_api::object::{self, i64_at, str_at};
use serde_json::Value;

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::go;
use crate::printers::jsonpath::JsonPath;
use crate::printers::{self, Formats};
use crate::waiting::{self, Outcome};

/// What to wait for.
enum Goal {
    Deleted,
    Created,
    /// A condition's type and status.
    Condition(String, String),
    /// An expression, and the value that it must have; any value if there is none.
    JsonPath(JsonPath, Option<String>),
}

impl Goal {
    /// Whether an object is as wanted; nothing more than to exist is asked by the other goals.
    fn met_by(&self, value: &Value) -> Result<bool> {
        match self {
            Self::Deleted => Ok(false),
            Self::Created => Ok(true),
            Self::Condition(kind, status) => Ok(has_condition(value, kind, status)),
            Self::JsonPath(path, wanted) => matches(path, wanted.as_deref(), value),
        }
    }
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let goals = goals(&args)?;
    let mut query = Query::from_args(cx, &args, &args.words)?;
    query.type_is_enough = args.is("all");
    query.all = false;
    query.latest = false;
    query.local = args.is("local");
    let creates = goals.iter().any(|goal| matches!(goal, Goal::Created));
    let deletes = goals.iter().any(|goal| matches!(goal, Goal::Deleted));
    query.fetch = !creates;
    let timeout = match args.text("timeout") {
        text if text.starts_with('-') => Duration::from_hours(168),
        _ => args.duration("timeout"),
    };
    let deadline = cx.io.now() + timeout;
    let (infos, mut errors) = query.run(cx).await?.split();
    if deletes {
        errors.retain(|error| !error.is_not_found());
        if infos.is_empty() && errors.is_empty() {
            return Ok(());
        }
    }
    if infos.is_empty() && errors.is_empty() {
        return Err(Error::local("no matching resources found"));
    }
    let output = printers::from_args(&cx.io, &args, Formats::Usual)?;
    for mut info in infos {
        if args.is("local") && !creates && !deletes {
            // What is not asked of the server cannot change: the file is so, or it is not.
            let met = goals.iter().map(|goal| goal.met_by(&info.object)).collect::<Result<Vec<_>>>()?;
            if met.contains(&false) {
                errors.push(waiting::timed_out(&info));
                continue;
            }
            match &output {
                Some(output) => output.show(&cx.io, &info.object).await?,
                None => cx.io.line(format!("{} condition met", info.kind_name())).await,
            }
            continue;
        }
        match one(cx, &mut info, &goals, deadline).await {
            Ok(value) => match &output {
                Some(output) => output.show(&cx.io, &value).await?,
                None => cx.io.line(format!("{} condition met", info.kind_name())).await,
            },
            Err(error) => errors.push(error),
        }
    }
    Error::many(errors)
}

async fn one(cx: &Context, info: &mut Info, goals: &[Goal], deadline: podground_sim::Time) -> Result<Value> {
    let mut last = (*info.object).clone();
    let uid = object::uid(&info.object).to_owned();
    for goal in goals {
        let outcome = waiting::until(cx, info, deadline, |current| match (goal, current) {
            (Goal::Deleted, current) => {
                Ok(current.is_none_or(|value| !uid.is_empty() && object::uid(value) != uid))
            }
            (Goal::Created, current) => Ok(current.is_some()),
            (_, None) => Ok(false),
            (goal, Some(value)) => goal.met_by(value),
        })
        .await?;
        match outcome {
            Outcome::Met(Some(value)) => last = (*value).clone(),
            Outcome::Met(None) => {}
            Outcome::TimedOut => return Err(waiting::timed_out(info)),
        }
    }
    Ok(last)
}

fn goals(args: &Args) -> Result<Vec<Goal>> {
    let list = args.list("for");
    if list.is_empty() {
        return Err(Error::local("unrecognized condition: []"));
    }
    list.iter().map(|text| goal(text)).collect()
}

fn goal(text: &str) -> Result<Goal> {
    match text.to_lowercase().as_str() {
        "delete" => return Ok(Goal::Deleted),
        "create" => return Ok(Goal::Created),
        _ => {}
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (kind, status) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Goal::Condition(kind.to_owned(), status.to_owned()));
    }
    if let Some(rest) = text.strip_prefix("jsonpath=") {
        return json_path(rest.trim_matches('\''));
    }
    Err(Error::Local(format!("unrecognized condition: {text:?}")))
}

fn json_path(text: &str) -> Result<Goal> {
    let wrong = || {
        Error::local(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or \
             --for=jsonpath='{.status.readyReplicas}'",
        )
    };
    let end = if text.starts_with('{') { text.rfind('}').map(|end| end + 1) } else { text.find('=') };
    let (path, rest) = text.split_at(end.unwrap_or(text.len()));
    let value = match rest.strip_prefix('=') {
        Some("") => return Err(wrong()),
        Some(value) => Some(value.trim_matches(['\'', '"']).to_owned()),
        None if rest.is_empty() => None,
        None => return Err(wrong()),
    };
    let path = JsonPath::parse_relaxed(path).map_err(Error::Local)?.allow_missing(true);
    Ok(Goal::JsonPath(path, value))
}

fn has_condition(value: &Value, kind: &str, status: &str) -> bool {
    object::array_at(value, "/status/conditions").iter().any(|condition| {
        // A condition that speaks of an older generation says nothing of this one.
        let observed = i64_at(condition, "/observedGeneration");
        let is_current =
            observed.is_none_or(|observed| Some(observed) >= i64_at(value, "/metadata/generation"));
        str_at(condition, "/type").eq_ignore_ascii_case(kind)
            && is_current
            && str_at(condition, "/status").eq_ignore_ascii_case(status)
    })
}

fn matches(path: &JsonPath, wanted: Option<&str>, value: &Value) -> Result<bool> {
    let found = path.values(value).unwrap_or_default();
    match (found.as_slice(), wanted) {
        ([], _) => Ok(false),
        (_, None) => Ok(true),
        ([Value::Object(_) | Value::Array(_)], Some(_)) => {
            Err(Error::local("jsonpath leads to a nested object or list which is not supported"))
        }
        ([one], Some(wanted)) => Ok(go::sprint(one) == wanted),
        _ => Err(Error::local("given jsonpath expression matches more than one value")),
    }
}
