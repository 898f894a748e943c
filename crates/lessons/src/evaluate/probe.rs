//! Each kind of probe held against the world.

use crate::check::{
    CommandProbe, ConditionProbe, CountProbe, FieldTest, FileProbe, HttpProbe, LogProbe, Probe, Target,
    TextTest,
};
use crate::field_path::scalar;
use crate::template::{Template, Values};
use crate::world::LocalBoxFuture;
use crate::{World, world::Host};
use regex_lite::Regex;
use serde_json::Value;

/// Whether a probe holds, and what was found where it does not.
pub(super) struct Verdict {
    pub(super) passed: bool,
    pub(super) found: Option<String>,
}

impl Verdict {
    pub(super) fn pass() -> Verdict {
        Verdict { passed: true, found: None }
    }

    pub(super) fn fail(found: impl Into<String>) -> Verdict {
        Verdict { passed: false, found: Some(found.into()) }
    }

    fn of(passed: bool, found: impl FnOnce() -> String) -> Verdict {
        if passed { Verdict::pass() } else { Verdict::fail(found()) }
    }
}

/// Holds one probe against the world.
pub(super) fn hold<'a>(
    probe: &'a Probe,
    values: &'a Values,
    world: &'a dyn World,
) -> LocalBoxFuture<'a, Verdict> {
    Box::pin(async move {
        match probe {
            Probe::Exists(target) => exists(target, values, world),
            Probe::Absent(target) => absent(target, values, world),
            Probe::Count(probe) => count(probe, values, world),
            Probe::Condition(probe) => condition(probe, values, world),
            Probe::Log(probe) => log(probe, values, world),
            Probe::Http(probe) => http(probe, values, world).await,
            Probe::File(probe) => file(probe, values, world),
            Probe::Command(probe) => command(probe, values, world),
            Probe::AnyOf(members) => {
                let mut found = Vec::new();
                for member in members {
                    let verdict = hold(member, values, world).await;
                    if verdict.passed {
                        return verdict;
                    }
                    found.extend(verdict.found);
                }
                Verdict::fail(found.join("; "))
            }
        }
    })
}

/// `pod/web`, as kubectl names an object.
fn name_of(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or("object").to_lowercase();
    format!("{kind}/{}", object["metadata"]["name"].as_str().unwrap_or_default())
}

/// The objects that pass all field tests, or why the nearest did not.
fn matching(target: &Target, values: &Values, world: &dyn World) -> Result<Vec<Value>, String> {
    let query = target.query(values);
    let candidates = world.objects(&query)?;
    if candidates.is_empty() {
        let narrowed = query.name.map(|name| format!("/{name}")).into_iter();
        let by_labels = query.selector.map(|selector| format!(" -l {selector}"));
        let what: String = narrowed.chain(by_labels).collect();
        return Err(format!("no {}{what}", query.kind.to_lowercase()));
    }
    let mut passing = Vec::new();
    let mut why = String::new();
    for object in candidates {
        match target.fields.iter().find_map(|test| mismatch(test, &object, values)) {
            None => passing.push(object),
            Some(found) if why.is_empty() => why = format!("{}: {found}", name_of(&object)),
            Some(_) => {}
        }
    }
    if passing.is_empty() { Err(why) } else { Ok(passing) }
}

fn exists(target: &Target, values: &Values, world: &dyn World) -> Verdict {
    match matching(target, values, world) {
        Ok(_) => Verdict::pass(),
        Err(why) => Verdict::fail(why),
    }
}

fn absent(target: &Target, values: &Values, world: &dyn World) -> Verdict {
    // An error of the query must not look like an absent object.
    if let Err(why) = world.objects(&target.query(values)) {
        return Verdict::fail(why);
    }
    match matching(target, values, world) {
        Ok(objects) => Verdict::fail(objects.iter().map(name_of).collect::<Vec<_>>().join(", ")),
        Err(_) => Verdict::pass(),
    }
}

fn count(probe: &CountProbe, values: &Values, world: &dyn World) -> Verdict {
    let number = match world.objects(&probe.target.query(values)) {
        Err(why) => return Verdict::fail(why),
        Ok(objects) => {
            let fits = |object: &&Value| {
                probe.target.fields.iter().all(|test| mismatch(test, object, values).is_none())
            };
            objects.iter().filter(fits).count()
        }
    };
    let enough = probe.equals.is_none_or(|wanted| number == wanted)
        && probe.at_least.is_none_or(|least| number >= least)
        && probe.at_most.is_none_or(|most| number <= most);
    Verdict::of(enough, || number.to_string())
}

fn condition(probe: &ConditionProbe, values: &Values, world: &dyn World) -> Verdict {
    let objects = match matching(&probe.target, values, world) {
        Ok(objects) => objects,
        Err(why) => return Verdict::fail(why),
    };
    let status = |object: &Value| {
        let conditions = object["status"]["conditions"].as_array()?;
        let condition = conditions.iter().find(|condition| condition["type"] == probe.condition)?;
        Some(condition["status"].as_str()?.to_string())
    };
    let holds = objects.iter().any(|object| status(object).as_deref() == Some(&probe.status));
    Verdict::of(holds, || {
        let object = &objects[0];
        let status = status(object).unwrap_or_else(|| "<none>".to_string());
        format!("{}: {} is {status}", name_of(object), probe.condition)
    })
}

fn log(probe: &LogProbe, values: &Values, world: &dyn World) -> Verdict {
    let pods = match matching(&probe.target, values, world) {
        Ok(pods) => pods,
        Err(why) => return Verdict::fail(why),
    };
    let wanted = probe.container.as_ref().map(|name| name.fill(values));
    for pod in &pods {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let (namespace, name) = (text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        let containers =
            lists.into_iter().flat_map(|list| pod["spec"][list].as_array().into_iter().flatten());
        for container in containers.map(|container| text(&container["name"])) {
            if wanted.as_ref().is_some_and(|wanted| *wanted != container) {
                continue;
            }
            for previous in [false, true] {
                let log = world.log(&namespace, &name, &container, previous);
                if log.is_some_and(|log| missing(&probe.text, &log, values).is_none()) {
                    return Verdict::pass();
                }
            }
        }
    }
    Verdict::fail(pods.iter().map(name_of).collect::<Vec<_>>().join(", "))
}

async fn http(probe: &HttpProbe, values: &Values, world: &dyn World) -> Verdict {
    let url = probe.url.fill(values);
    let Some(answer) = world.http(&probe.from, &url).await else {
        return Verdict::fail(format!("no answer from {url}"));
    };
    if probe.status.is_some_and(|wanted| wanted != answer.status) {
        return Verdict::fail(format!("{url}: {}", answer.status));
    }
    match missing(&probe.text, &answer.body, values) {
        None => Verdict::pass(),
        Some(_) => Verdict::fail(format!("{url}: {}", first_line(&answer.body))),
    }
}

fn file(probe: &FileProbe, values: &Values, world: &dyn World) -> Verdict {
    let path = probe.path.fill(values);
    match (world.file(&probe.on, &path), probe.exists) {
        (None, false) => Verdict::pass(),
        (None, true) => Verdict::fail(format!("no file {path}")),
        (Some(_), false) => Verdict::fail(path),
        (Some(text), true) => match missing(&probe.text, &text, values) {
            None => Verdict::pass(),
            Some(_) => Verdict::fail(format!("{path}: {}", first_line(&text))),
        },
    }
}

fn command(probe: &CommandProbe, values: &Values, world: &dyn World) -> Verdict {
    let on = |host: &Host| probe.on.as_ref().is_none_or(|wanted| wanted == host);
    let run = world.commands().into_iter().any(|run| {
        on(&run.host)
            && probe.status.is_none_or(|wanted| run.status == Some(wanted))
            && is_match(&probe.matches, &run.line, values)
    });
    if run { Verdict::pass() } else { Verdict { passed: false, found: None } }
}

fn first_line(text: &str) -> &str {
    text.trim_start().lines().next().unwrap_or("<empty>")
}

fn is_match(pattern: &Template, text: &str, values: &Values) -> bool {
    // Parsing has refused what is no regular expression; values are escaped, so they cannot make it one.
    Regex::new(&format!("(?m){}", pattern.fill_pattern(values))).is_ok_and(|regex| regex.is_match(text))
}

/// The first thing a text lacks, or has too much.
fn missing(test: &TextTest, text: &str, values: &Values) -> Option<String> {
    let contains = test.contains.iter().find(|wanted| !text.contains(&wanted.fill(values)));
    let matches = || test.matches.iter().find(|wanted| !is_match(wanted, text, values));
    let lacks = || test.lacks.iter().find(|unwanted| text.contains(&unwanted.fill(values)));
    contains.or_else(matches).or_else(lacks).map(|template| template.fill(values))
}

/// What a field is instead; `None` if the test passes.
fn mismatch(test: &FieldTest, object: &Value, values: &Values) -> Option<String> {
    let found = test.path.find(object);
    let any = |fits: &dyn Fn(&Value) -> bool| found.iter().any(|value| fits(value));
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    };
    let passes = test.equals.as_ref().is_none_or(|wanted| any(&|value| equal(value, wanted, values)))
        && test.not.as_ref().is_none_or(|unwanted| !any(&|value| equal(value, unwanted, values)))
        && test
            .one_of
            .as_ref()
            .is_none_or(|wanted| any(&|value| wanted.iter().any(|wanted| equal(value, wanted, values))))
        && test.contains.as_ref().is_none_or(|wanted| {
            let wanted = wanted.fill(values);
            any(&|value| match value {
                Value::Array(items) => items.iter().any(|item| scalar(item) == wanted),
                other => scalar(other).contains(&wanted),
            })
        })
        && test
            .matches
            .as_ref()
            .is_none_or(|pattern| any(&|value| is_match(pattern, &scalar(value), values)))
        && test.exists.is_none_or(|wanted| found.is_empty() != wanted)
        && test.at_least.is_none_or(|least| any(&|value| number(value).is_some_and(|value| value >= least)))
        && test.at_most.is_none_or(|most| any(&|value| number(value).is_some_and(|value| value <= most)))
        && test.count.is_none_or(|count| found.len() == count);
    if passes {
        return None;
    }
    let found: Vec<String> = found.into_iter().map(scalar).collect();
    let shown = if found.is_empty() { "<none>".to_string() } else { found.join(", ") };
    Some(format!("{} is {shown}", test.path))
}

/// Equal as JSON, or as text for what is no list and no map.
fn equal(value: &Value, wanted: &Value, values: &Values) -> bool {
    let plain = |value: &Value| !value.is_array() && !value.is_object();
    let filled = || Template::from(scalar(wanted).as_str()).fill(values);
    value == wanted || (plain(value) && plain(wanted) && scalar(value) == filled())
}
