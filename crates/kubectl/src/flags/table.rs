//! The table of flags, read from `assets/flags.tsv`.

/// What a flag holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `true` or `false`; without a value `true`.
    Bool,
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A duration as Go writes it.
    Duration,
    /// Texts, separated by commas or given several times.
    List,
    /// Texts, given several times.
    Array,
}

/// One flag of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    /// The name without dashes.
    pub(crate) name: &'static str,
    /// The one-letter form.
    pub(crate) short: Option<char>,
    /// The default, as help shows it.
    pub(crate) default: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// What it means if no value follows.
    pub(crate) bare: Option<&'static str>,
    /// What to say when it is used, if it is on its way out; such flags are not shown in help.
    pub(crate) deprecated: Option<&'static str>,
}

const FLAGS: &str = include_str!("../../assets/flags.tsv");
const DEPRECATED: &str = include_str!("../../assets/deprecated-flags.tsv");

/// Flags whose values are repeated but not split at commas.
const ARRAYS: &[&str] = &[
    "from-literal",
    "env",
    "annotation",
    "annotations",
    "exec-env",
    "auth-provider-arg",
    "rule",
    "for",
    "as-group",
    "prune-allowlist",
];

/// Values of flags that are given without one.
const BARE: &[(&str, &str)] = &[("dry-run", "unchanged"), ("validate", "strict"), ("cascade", "background")];

/// The flags of a command, those on their way out included, without the global ones.
pub(crate) fn flags_of(command: &str) -> impl Iterator<Item = Flag> {
    rows(FLAGS, command, false).chain(rows(DEPRECATED, command, true))
}

/// The flags that every command has.
pub(crate) fn global_flags() -> impl Iterator<Item = Flag> {
    rows(FLAGS, "(global)", false)
}

fn rows(table: &'static str, command: &str, deprecated: bool) -> impl Iterator<Item = Flag> {
    let command = command.to_owned();
    table.lines().filter_map(move |line| {
        let mut cells = line.split('\t');
        if cells.next()? != command {
            return None;
        }
        let name = cells.next()?.trim_start_matches("--");
        let short = cells.next()?.trim_start_matches('-').chars().next();
        let default = cells.next().unwrap_or_default();
        let message = cells.next().unwrap_or_default();
        let kind = kind_of(&command, name, default);
        let bare = match kind {
            Kind::Bool => Some("true"),
            _ => BARE.iter().find(|(flag, _)| *flag == name).map(|(_, value)| *value),
        };
        Some(Flag { name, short, default, kind, bare, deprecated: deprecated.then_some(message) })
    })
}

fn kind_of(command: &str, name: &str, default: &str) -> Kind {
    let is_array = ARRAYS.contains(&name) || command.ends_with("binding") && name != "output";
    match default {
        "true" | "false" => Kind::Bool,
        _ if default.starts_with('[') && is_array => Kind::Array,
        _ if default.starts_with('[') => Kind::List,
        _ if default.starts_with('\'') || default.is_empty() => Kind::Text,
        _ if default.ends_with('s') && default.as_bytes()[0].is_ascii_digit() => Kind::Duration,
        _ => Kind::Number,
    }
}
