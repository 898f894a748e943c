//! Commands, flags and usage lines of kubectl, held against those recorded from kubectl 1.36.
//!
//! `kubectl/commands.tsv`, `flags.tsv` and `usage.tsv` are recorded; `calls.tsv` is ours: a call of each command that
//! works, and where a flag is only looked at in some calls, one of those.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podground_core::{Session, SessionConfig};

use crate::tidy::no_complaints;

const COMMANDS: &str = include_str!("kubectl/commands.tsv");
const FLAGS: &str = include_str!("kubectl/flags.tsv");
const USAGE: &str = include_str!("kubectl/usage.tsv");
const CALLS: &str = include_str!("kubectl/calls.tsv");
const START: &str = include_str!("kubectl/start.sh");

/// The cells of a table's rows, without its head.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

/// What each of the calls prints, in a cluster where `start.sh` has run.
fn outputs(calls: &[String]) -> Vec<String> {
    const MARK: &str = "@@@";
    let mut script = START.to_owned();
    for call in calls {
        script.push_str(&format!("echo '{MARK}'\ntimeout 6 {call} </dev/null 2>&1\n"));
    }
    let (text, _) = Session::new(SessionConfig { descriptions: Some(""), ..SessionConfig::default() })
        .run_script(&script, Duration::from_secs(48 * 3600));
    let parts: Vec<String> = text.split(&format!("{MARK}\n")).skip(1).map(str::to_owned).collect();
    assert_eq!(parts.len(), calls.len(), "each call ran");
    parts
}

#[test]
fn help_shows_the_recorded_usage_and_flags() {
    let mut known: BTreeMap<&str, BTreeSet<(&str, &str, &str)>> = BTreeMap::new();
    for row in rows(FLAGS) {
        known.entry(row[0]).or_default().insert((row[1], row[2], row[3]));
    }
    let usages: Vec<Vec<&str>> = rows(USAGE).collect();
    let calls: Vec<String> = usages
        .iter()
        .map(|row| match row[0] {
            "" => "kubectl --help".to_owned(),
            "(global)" => "kubectl options".to_owned(),
            name => format!("kubectl {name} --help"),
        })
        .collect();
    let mut complaints = Vec::new();
    for (row, text) in usages.iter().zip(outputs(&calls)) {
        let (name, usage) = (row[0], row[1]);
        if !text.contains(&format!("Usage:\n  {usage}\n")) {
            complaints.push(format!("{name}: the usage line is not {usage:?}"));
        }
        let shown: BTreeSet<String> = text
            .lines()
            .filter(|line| line.starts_with("    -"))
            .map(|line| line.trim().trim_end_matches(':').to_owned())
            .collect();
        let wanted: BTreeSet<String> = known
            .remove(name)
            .into_iter()
            .flatten()
            .map(|(flag, short, default)| {
                let short = if short.is_empty() { String::new() } else { format!("-{short}, ") };
                let default = if default.is_empty() { "''" } else { default };
                format!("{short}{flag}={default}")
            })
            .collect();
        for flag in shown.symmetric_difference(&wanted) {
            complaints.push(format!("{name}: {flag} is on one side only"));
        }
    }
    no_complaints(&complaints);
}

#[test]
fn commands_are_in_their_groups() {
    let help = outputs(&["kubectl --help".to_owned()]).remove(0);
    let mut group = "";
    let mut shown = BTreeSet::new();
    for line in help.lines() {
        match line.strip_suffix(':').filter(|line| !line.starts_with(' ')) {
            Some(title) => group = title,
            None => {
                if let Some(name) = line.strip_prefix("  ").and_then(|line| line.split_whitespace().next())
                    && group.contains("Commands")
                {
                    shown.insert((name.to_owned(), group.to_owned()));
                }
            }
        }
    }
    let wanted: BTreeSet<(String, String)> =
        rows(COMMANDS).map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    assert_eq!(shown, wanted);
}

/// A value that a flag takes.
fn value(flag: &str, default: &str) -> String {
    let given = [
        ("--dry-run", "server"),
        ("--validate", "warn"),
        ("--output", "json"),
        ("--template", "{{.kind}}"),
        ("--raw", "/version"),
        ("--sort-by", ".metadata.name"),
        ("--field-selector", "metadata.name=web"),
        ("--selector", "app=web"),
        ("--for", "create"),
        ("--kuberc", "off"),
        ("--cluster", "playground"),
        ("--context", "playground"),
        ("--user", "playground"),
        ("--kubeconfig", "/root/.kube/config"),
    ];
    if let Some((_, value)) = given.iter().find(|(known, _)| *known == flag) {
        return (*value).to_owned();
    }
    match default {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        "[]" => "a=b".to_owned(),
        text if text.ends_with('s') && text.starts_with(|c: char| c.is_ascii_digit()) => "7s".to_owned(),
        text if text.parse::<i64>().is_ok() => "3".to_owned(),
        _ => "zz".to_owned(),
    }
}

#[test]
fn no_flag_is_ignored() {
    let calls: BTreeMap<(&str, &str), &str> = rows(CALLS).map(|row| ((row[0], row[1]), row[2])).collect();
    let mut complaints = Vec::new();
    let mut lines = Vec::new();
    let mut about = Vec::new();
    for (number, row) in rows(FLAGS).enumerate() {
        let (command, flag, default) = (row[0], row[1], row[3]);
        let short = flag.trim_start_matches('-');
        let has_no_effect = |of: &str| {
            podground_core::support::FLAGS_WITHOUT_EFFECT
                .iter()
                .any(|(known, name, _)| *name == short && *known == of)
        };
        let is_global = command == "(global)";
        if has_no_effect(if is_global { "" } else { command })
            || podground_core::support::UNSUPPORTED_COMMANDS.contains(&command)
        {
            continue;
        }
        let general = if is_global { Some(&"pods") } else { calls.get(&(command, "")) };
        let call = match (calls.get(&(command, short)), general) {
            (Some(special), _) => (*special).to_owned(),
            (None, Some(call)) => {
                let also = match flag {
                    "--show-managed-fields" => " -o json",
                    "--allow-missing-template-keys" => " -o go-template={{.kind}}",
                    _ => "",
                };
                format!("{call} {flag}={}{also}", value(flag, default))
            }
            (None, None) => {
                complaints.push(format!("calls.tsv has no call of {command}"));
                continue;
            }
        };
        let name = if is_global { "get" } else { command };
        let end = if command == "exec" { " -- true" } else { "" };
        let line = format!("kubectl {name} {}{end}", call.replace("$N", &number.to_string()));
        lines.push(format!("env PODGROUND_UNREAD_FLAGS=1 {line}"));
        about.push((line, name, short));
    }
    for ((line, name, short), text) in about.iter().zip(outputs(&lines)) {
        for wrong in [format!("unread: {name} --{short}"), "unknown flag".to_owned()] {
            if text.lines().any(|line| line == wrong || wrong == "unknown flag" && line.contains(&wrong)) {
                complaints.push(format!("{line}: {wrong}"));
            }
        }
    }
    no_complaints(&complaints);
}

#[test]
fn what_is_not_simulated_says_so() {
    use podground_core::support::{UNSUPPORTED_COMMANDS, UNSUPPORTED_FLAGS};
    let calls: BTreeMap<(&str, &str), &str> = rows(CALLS).map(|row| ((row[0], row[1]), row[2])).collect();
    let defaults: BTreeMap<(&str, &str), &str> = rows(FLAGS).map(|row| ((row[0], row[1]), row[3])).collect();
    let mut lines: Vec<String> =
        UNSUPPORTED_COMMANDS.iter().map(|name| format!("kubectl {name}; echo =$?")).collect();
    for (command, flag, _) in UNSUPPORTED_FLAGS {
        let long = format!("--{flag}");
        let (name, of) = if command.is_empty() { ("get", "(global)") } else { (*command, *command) };
        let call =
            if command.is_empty() { "pods" } else { calls.get(&(name, "")).copied().unwrap_or_default() };
        let default = defaults.get(&(of, long.as_str())).copied().unwrap_or_default();
        let value = if *flag == "kuberc" { "x".to_owned() } else { value(&long, default) };
        lines.push(format!("kubectl {name} {call} {long}={value}; echo =$?").replace("$N", "u"));
    }
    let mut complaints = Vec::new();
    for (line, text) in lines.iter().zip(outputs(&lines)) {
        if !text.starts_with("error: podground does not support ") || !text.ends_with(" yet\n=1\n") {
            complaints.push(format!("{line}: {text}"));
        }
    }
    no_complaints(&complaints);
}

/// What a terminal shows after a line was typed.
fn typed(bare: bool, lines: &[&str]) -> String {
    let mut session = Session::new(SessionConfig { bare, ..SessionConfig::default() });
    let terminal = session.open_terminal(200, 50);
    session.advance(Duration::from_secs(1));
    for line in lines {
        session.take_output(terminal);
        session.input(terminal, format!("{line}\r").as_bytes());
        session.advance(Duration::from_secs(2));
    }
    String::from_utf8_lossy(&session.take_output(terminal)).into_owned()
}

#[test]
fn old_forms_are_hinted_at_on_a_terminal_alone() {
    const DIM: &str = "\u{1b}[2mtoday: ";
    let call = "kubectl get po --show-all";
    let shown = typed(false, &[call]);
    assert!(shown.contains("error: unknown flag: --show-all") && shown.contains(DIM), "{shown}");
    for (bare, lines) in [
        (true, vec![call]),
        (false, vec!["kubectl get po --show-all 2>&1 | cat"]),
        (false, vec!["export PODGROUND_HINTS=off", call]),
        (false, vec!["kubectl get po"]),
    ] {
        let shown = typed(bare, &lines);
        assert!(!shown.contains(DIM), "{lines:?}: {shown}");
    }
}

#[test]
fn no_command_line_panics() {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    const WORDS: &[&str] = &[
        "pods",
        "po",
        "deploy",
        "deploy/web",
        "web",
        "svc",
        "all",
        "nodes",
        "node/node-1",
        "cm/applied",
        "idle",
        "nosuch",
        "pod/idle",
        "a=b",
        "a-",
        "=",
        "a/b/c",
        "-",
        "--",
        "-f",
        "pod.yaml",
        "cm.yaml",
        ".",
        "/",
        "''",
        "-n",
        "default",
        "kube-system",
        "-A",
        "-l",
        "app=web",
        "a in (b",
        "-o",
        "yaml",
        "json",
        "wide",
        "name",
        "jsonpath={.a",
        "custom-columns=A",
        "go-template={{",
        "--dry-run=client",
        "--dry-run=server",
        "--all",
        "--force",
        "--grace-period=0",
        "--replicas=2",
        "--image=nginx",
        "--port=80",
        "--type=merge",
        "-p",
        "{}",
        "[",
        "'{\"spec\":null}'",
        "--for=delete",
        "--for=jsonpath={.a}",
        "--timeout=1s",
        "--sort-by=.a[",
        "--tail=1",
        "--since=1s",
        "--as=bob",
        "--token=x",
        "-v=9",
        "--raw=/",
        "-c",
        "sh",
        "true",
        "é€😀",
        "0",
        "-1",
        "99999999999999999999",
        "*",
        "?",
        "v1",
        "apps/v1",
        "--request-timeout=1s",
        "--from-literal=a",
        "--from-file=pod.yaml",
        "--rule=a/b=c",
        "--schedule=x",
        "--verb=get",
        "--resource=pods",
        "--hard=a=b",
        "--limits=cpu=x",
    ];
    let commands: Vec<String> = rows(USAGE)
        .map(|row| row[0].to_owned())
        // These wait for somebody.
        .filter(|name| {
            !matches!(name.as_str(), "" | "(global)" | "proxy" | "port-forward" | "attach" | "edit")
        })
        .collect();
    let flags: Vec<String> = rows(FLAGS).map(|row| row[1].to_owned()).collect();
    let word = prop_oneof![
        8 => prop::sample::select(WORDS).prop_map(str::to_owned),
        1 => prop::sample::select(flags),
    ];
    let line = (prop::sample::select(commands), prop::collection::vec(word, 0..6));
    let mut runner = TestRunner::deterministic();
    let lines: Vec<String> = (0..1500)
        .map(|_| {
            let (command, words) = line.new_tree(&mut runner).expect("there is always a line").current();
            let words: Vec<String> =
                words.iter().map(|word| format!("'{}'", word.trim_matches('\''))).collect();
            format!("kubectl {command} {}", words.join(" "))
        })
        .collect();
    let outputs = outputs(&lines);
    // Most such calls are wrong, and say so; not one is without a word or an effect by mistake of the test.
    let refused = outputs.iter().filter(|text| text.to_lowercase().contains("error")).count();
    assert!(refused > 300 && refused < lines.len(), "{refused} of {} refused", lines.len());
}
