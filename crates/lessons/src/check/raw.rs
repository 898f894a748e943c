//! The shapes of `checks.yaml` as authors write them. Flat and strict, so that the YAML reader itself names
//! an unknown field with its line and lists the known ones.

use super::*;
use podground_api::selector::Selector;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawCheck {
    exists: Option<Target>,
    absent: Option<Target>,
    count: Option<RawCount>,
    condition: Option<RawCondition>,
    log: Option<RawLog>,
    http: Option<RawHttp>,
    file: Option<RawFile>,
    command: Option<RawCommand>,
    any_of: Option<Vec<RawCheck>>,
    #[serde(default)]
    with: BTreeMap<String, RawVariable>,
    #[serde(default)]
    seen: bool,
    on_fail: Option<Localized>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCount {
    api_version: Option<String>,
    kind: String,
    namespace: Option<Template>,
    selector: Option<Template>,
    #[serde(default)]
    fields: Vec<FieldTest>,
    equals: Option<usize>,
    at_least: Option<usize>,
    at_most: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCondition {
    api_version: Option<String>,
    kind: String,
    namespace: Option<Template>,
    name: Option<Template>,
    selector: Option<Template>,
    #[serde(rename = "type")]
    condition: String,
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawLog {
    pod: Option<Template>,
    selector: Option<Template>,
    namespace: Option<Template>,
    container: Option<Template>,
    contains: Option<OneOrMore>,
    matches: Option<OneOrMore>,
    lacks: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawHttp {
    #[serde(default)]
    from: Host,
    url: Template,
    status: Option<u16>,
    contains: Option<OneOrMore>,
    matches: Option<OneOrMore>,
    lacks: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    on: Host,
    path: Template,
    exists: Option<bool>,
    contains: Option<OneOrMore>,
    matches: Option<OneOrMore>,
    lacks: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCommand {
    on: Option<Host>,
    matches: Template,
    status: Option<i32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawVariable {
    file: Option<Template>,
    #[serde(default)]
    on: Host,
    api_version: Option<String>,
    kind: Option<String>,
    namespace: Option<Template>,
    name: Option<Template>,
    selector: Option<Template>,
    path: Option<FieldPath>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Template),
    More(Vec<Template>),
}

fn texts(given: Option<OneOrMore>) -> Vec<Template> {
    match given {
        None => Vec::new(),
        Some(OneOrMore::One(one)) => vec![one],
        Some(OneOrMore::More(more)) => more,
    }
}

fn text_test(
    contains: Option<OneOrMore>,
    matches: Option<OneOrMore>,
    lacks: Option<OneOrMore>,
) -> Result<TextTest, String> {
    let test = TextTest { contains: texts(contains), matches: texts(matches), lacks: texts(lacks) };
    test.matches.iter().try_for_each(pattern)?;
    Ok(test)
}

/// Refuses a regular expression that cannot be one, whatever its variables turn out to be.
fn pattern(template: &Template) -> Result<(), String> {
    let mut sample = template.fill(&BTreeMap::new());
    sample.insert_str(0, "(?m)");
    regex_lite::Regex::new(&sample)
        .map(|_| ())
        .map_err(|why| format!("matches: {:?} is no regular expression: {why}", template.source()))
}

impl TryFrom<RawCheck> for Check {
    type Error = String;

    fn try_from(mut raw: RawCheck) -> Result<Check, String> {
        let on_fail = raw.on_fail.take().ok_or("onFail is missing: say in both languages what to mend")?;
        let seen = raw.seen;
        let with = std::mem::take(&mut raw.with)
            .into_iter()
            .map(|(name, variable)| match Variable::try_from(variable) {
                Ok(variable) => Ok((name, variable)),
                Err(why) => Err(format!("with.{name}: {why}")),
            })
            .collect::<Result<BTreeMap<_, _>, String>>()?;
        raw.seen = false;
        let probe = Probe::try_from(raw)?;
        for name in probe.names() {
            if !with.contains_key(name) {
                return Err(format!("{{{{{name}}}}} is not declared under `with`"));
            }
        }
        Ok(Check { probe, with, seen, on_fail })
    }
}

impl TryFrom<RawCheck> for Probe {
    type Error = String;

    fn try_from(raw: RawCheck) -> Result<Probe, String> {
        if raw.on_fail.is_some() || raw.seen || !raw.with.is_empty() {
            return Err("onFail, seen and with belong to the check, not to the members of anyOf".to_string());
        }
        let mut probes = Vec::new();
        if let Some(target) = raw.exists {
            probes.push(Probe::Exists(checked(target)?));
        }
        if let Some(target) = raw.absent {
            probes.push(Probe::Absent(checked(target)?));
        }
        if let Some(count) = raw.count {
            probes.push(Probe::Count(count.try_into()?));
        }
        if let Some(condition) = raw.condition {
            probes.push(Probe::Condition(condition.try_into()?));
        }
        if let Some(log) = raw.log {
            probes.push(Probe::Log(log.try_into()?));
        }
        if let Some(http) = raw.http {
            let text = text_test(http.contains, http.matches, http.lacks)?;
            probes.push(Probe::Http(HttpProbe { from: http.from, url: http.url, status: http.status, text }));
        }
        if let Some(file) = raw.file {
            let text = text_test(file.contains, file.matches, file.lacks)?;
            let exists = file.exists.unwrap_or(true);
            if !exists && text != TextTest::default() {
                return Err("file: exists: false leaves nothing to look for in it".to_string());
            }
            probes.push(Probe::File(FileProbe { on: file.on, path: file.path, exists, text }));
        }
        if let Some(command) = raw.command {
            pattern(&command.matches)?;
            let RawCommand { on, matches, status } = command;
            probes.push(Probe::Command(CommandProbe { on, matches, status }));
        }
        if let Some(members) = raw.any_of {
            let members = members.into_iter().map(Probe::try_from).collect::<Result<Vec<_>, _>>()?;
            if members.len() < 2 {
                return Err("anyOf needs two members or more".to_string());
            }
            probes.push(Probe::AnyOf(members));
        }
        match <[Probe; 1]>::try_from(probes) {
            Ok([probe]) => Ok(probe),
            Err(several) => Err(format!(
                "a check is exactly one of exists, absent, count, condition, log, http, file, command, anyOf; \
                 this one has {}",
                several.len()
            )),
        }
    }
}

/// Refuses what could never be held against anything: a selector that kubectl would not take either, a
/// field test without a comparison.
fn checked(target: Target) -> Result<Target, String> {
    // One with variables in it is only known when it is used; the API server judges it then.
    if let Some(selector) = target.selector.as_ref().filter(|selector| selector.names().is_empty()) {
        Selector::parse(selector.source())
            .map_err(|why| format!("selector {:?}: {why}", selector.source()))?;
    }
    for test in &target.fields {
        let FieldTest { path, equals, not, one_of, contains, matches, exists, at_least, at_most, count } =
            test;
        if equals.is_none()
            && not.is_none()
            && one_of.is_none()
            && contains.is_none()
            && matches.is_none()
            && exists.is_none()
            && at_least.is_none()
            && at_most.is_none()
            && count.is_none()
        {
            return Err(format!(
                "fields: {path} is not compared: add equals, not, oneOf, contains, matches, exists, atLeast, \
                 atMost or count"
            ));
        }
        matches.iter().try_for_each(pattern)?;
    }
    Ok(target)
}

impl TryFrom<RawCount> for CountProbe {
    type Error = String;

    fn try_from(raw: RawCount) -> Result<CountProbe, String> {
        let RawCount { api_version, kind, namespace, selector, fields, equals, at_least, at_most } = raw;
        if equals.is_none() && at_least.is_none() && at_most.is_none() {
            return Err("count: say how many by equals, atLeast or atMost".to_string());
        }
        let target = checked(Target { api_version, kind, namespace, name: None, selector, fields })?;
        Ok(CountProbe { target, equals, at_least, at_most })
    }
}

impl TryFrom<RawCondition> for ConditionProbe {
    type Error = String;

    fn try_from(raw: RawCondition) -> Result<ConditionProbe, String> {
        let RawCondition { api_version, kind, namespace, name, selector, condition, status } = raw;
        let status = status.unwrap_or_else(|| "True".to_string());
        if !["True", "False", "Unknown"].contains(&status.as_str()) {
            return Err(format!(
                "condition: status {status:?} is not one of \"True\", \"False\", \"Unknown\""
            ));
        }
        let target = checked(Target { api_version, kind, namespace, name, selector, fields: Vec::new() })?;
        Ok(ConditionProbe { target, condition, status })
    }
}

impl TryFrom<RawLog> for LogProbe {
    type Error = String;

    fn try_from(raw: RawLog) -> Result<LogProbe, String> {
        let RawLog { pod, selector, namespace, container, contains, matches, lacks } = raw;
        if pod.is_none() && selector.is_none() {
            return Err("log: name the pod by pod or by selector".to_string());
        }
        let text = text_test(contains, matches, lacks)?;
        if text == TextTest::default() {
            return Err("log: say what to look for by contains, matches or lacks".to_string());
        }
        let kind = "Pod".to_string();
        let target = checked(Target { kind, namespace, name: pod, selector, ..Target::default() })?;
        Ok(LogProbe { target, container, text })
    }
}

impl TryFrom<RawVariable> for Variable {
    type Error = String;

    fn try_from(raw: RawVariable) -> Result<Variable, String> {
        let RawVariable { file, on, api_version, kind, namespace, name, selector, path } = raw;
        match (file, kind, path) {
            (Some(path), None, None) => Ok(Variable::File { on, path }),
            (None, Some(kind), Some(path)) => {
                let target =
                    checked(Target { api_version, kind, namespace, name, selector, fields: Vec::new() })?;
                Ok(Variable::Field { target, path })
            }
            _ => Err("give either file, or kind and path".to_string()),
        }
    }
}

impl Target {
    fn templates(&self) -> Vec<&Template> {
        let of_fields = self.fields.iter().flat_map(|test| test.contains.iter().chain(&test.matches));
        self.namespace.iter().chain(&self.name).chain(&self.selector).chain(of_fields).collect()
    }
}

impl TextTest {
    fn templates(&self) -> impl Iterator<Item = &Template> {
        self.contains.iter().chain(&self.matches).chain(&self.lacks)
    }
}

impl Probe {
    /// The variables its texts refer to.
    fn names(&self) -> Vec<&str> {
        let templates: Vec<&Template> = match self {
            Probe::Exists(target) | Probe::Absent(target) => target.templates(),
            Probe::Count(count) => count.target.templates(),
            Probe::Condition(condition) => condition.target.templates(),
            Probe::Log(log) => {
                log.target.templates().into_iter().chain(&log.container).chain(log.text.templates()).collect()
            }
            Probe::Http(http) => std::iter::once(&http.url).chain(http.text.templates()).collect(),
            Probe::File(file) => std::iter::once(&file.path).chain(file.text.templates()).collect(),
            Probe::Command(command) => vec![&command.matches],
            Probe::AnyOf(members) => return members.iter().flat_map(Probe::names).collect(),
        };
        let mut names: Vec<&str> = templates.into_iter().flat_map(Template::names).collect();
        if let Probe::Exists(target) | Probe::Absent(target) | Probe::Count(CountProbe { target, .. }) = self
        {
            let values = target.fields.iter().flat_map(FieldTest::values);
            names.extend(values.filter_map(Value::as_str).flat_map(Template::names_in));
        }
        names
    }
}

impl FieldTest {
    /// What it compares with.
    fn values(&self) -> impl Iterator<Item = &Value> {
        self.equals.iter().chain(&self.not).chain(self.one_of.iter().flatten())
    }
}
