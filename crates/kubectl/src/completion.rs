//! What Tab completes: subcommands, flags, types, names of live objects.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::object::{self, array_at, str_at};
use podground_api::{Method, Request};
use podground_shell::{Candidate, Command, Completer, Completion, CompletionRequest, Fd};
use podground_sim::LocalBoxFuture;

use crate::command::{self, full_name};
use crate::commands::COMMANDS;
use crate::context::{Connect, Context};
use crate::flags::{self, Flag};
use crate::io::Io;

/// Commands whose words are a type and then names.
const TYPED: &[&str] = &[
    "get",
    "describe",
    "delete",
    "edit",
    "label",
    "annotate",
    "patch",
    "wait",
    "expose",
    "scale",
    "autoscale",
    "rollout status",
    "rollout history",
    "rollout undo",
    "rollout pause",
    "rollout restart",
    "rollout resume",
    "set image",
    "set env",
    "set resources",
    "set serviceaccount",
    "set selector",
    "apply view-last-applied",
];

/// Commands whose words are names of one type.
const OF_ONE_TYPE: &[(&str, &str)] = &[
    ("logs", "pods"),
    ("exec", "pods"),
    ("attach", "pods"),
    ("port-forward", "pods"),
    ("debug", "pods"),
    ("top pod", "pods"),
    ("top node", "nodes"),
    ("cordon", "nodes"),
    ("uncordon", "nodes"),
    ("drain", "nodes"),
    ("create token", "serviceaccounts"),
];

/// Values of flags that are always the same.
const VALUES: &[(&str, &[&str])] = &[
    (
        "output",
        &[
            "wide",
            "yaml",
            "json",
            "name",
            "jsonpath=",
            "jsonpath-as-json=",
            "custom-columns=",
            "go-template=",
            "kyaml",
        ],
    ),
    ("dry-run", &["client", "server", "none"]),
    ("restart", &["Always", "OnFailure", "Never"]),
    ("cascade", &["background", "foreground", "orphan"]),
    ("validate", &["strict", "warn", "ignore"]),
    ("type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ("image-pull-policy", &["Always", "IfNotPresent", "Never"]),
];

/// The completer of kubectl.
pub fn completer(connect: Connect) -> Completer {
    Rc::new(move |request| -> LocalBoxFuture<'static, Completion> {
        Box::pin(start(connect.clone(), request))
    })
}

/// Asks as a process of its own, without streams.
async fn start(connect: Connect, request: CompletionRequest) -> Completion {
    let mut command = Command::new(["kubectl"]);
    command.env.clone_from(&request.env);
    command.cwd.clone_from(&request.cwd);
    command.fds = BTreeMap::from([(0, Fd::null()), (1, Fd::null()), (2, Fd::null())]);
    let (sender, receiver) = podground_sim::channel::bounded(1);
    let host = request.host.clone();
    let child = host.start(command, move |process| {
        Box::pin(async move {
            let cx = Context::new(Io(Rc::new(process)), connect);
            let _ = sender.send(complete(&cx, &request).await).await;
            0
        })
    });
    let found = receiver.recv().await;
    drop(child);
    found.unwrap_or(Completion::Files)
}

async fn complete(cx: &Context, request: &CompletionRequest) -> Completion {
    let before: Vec<String> = request.words.get(1..request.current).unwrap_or_default().to_vec();
    let prefix = request.prefix.as_str();
    let (path, rest) = command::find(&before);
    let name = full_name(&path);
    if rest.iter().any(|word| word == "--") {
        return Completion::Files;
    }
    let all_flags: Vec<Flag> = flags::flags_of(&name).chain(flags::global_flags()).collect();
    let args = flags::parse(&format!("kubectl {name}"), &rest).map(|(args, _)| args).unwrap_or_default();
    // A line that is not finished may hold anything.
    let _ = cx.set_globals(&args);
    if let Some((flag, value_prefix)) = pending_flag(&all_flags, rest.last(), prefix) {
        return flag_values(cx, &flag, &value_prefix, prefix).await;
    }
    if prefix.starts_with('-') {
        let candidates = all_flags
            .iter()
            .filter(|flag| flag.deprecated.is_none())
            .map(|flag| match flag.bare {
                None => Candidate::open(format!("--{}=", flag.name)),
                Some(_) => Candidate::new(format!("--{}", flag.name)),
            })
            .collect();
        return Completion::Candidates(candidates);
    }
    let words: Vec<String> =
        flags::strip(&name, &rest).into_iter().filter_map(|place| rest.get(place).cloned()).collect();
    let table = path.last().map_or(COMMANDS, |command| command.subcommands);
    if !table.is_empty() && words.is_empty() {
        return Completion::Candidates(table.iter().map(|command| Candidate::new(command.name)).collect());
    }
    let found = words_of(cx, &name, &words, prefix).await;
    found.map_or(Completion::Files, Completion::Candidates)
}

/// The flag whose value is being typed, and what of the value stands there.
fn pending_flag(flags: &[Flag], last: Option<&String>, prefix: &str) -> Option<(Flag, String)> {
    if let Some((name, value)) = prefix.strip_prefix("--").and_then(|long| long.split_once('=')) {
        return flags.iter().find(|flag| flag.name == name).map(|flag| (*flag, value.to_owned()));
    }
    let last = last?;
    let flag = if let Some(long) = last.strip_prefix("--") {
        flags.iter().find(|flag| flag.name == long)
    } else {
        let letter = last.strip_prefix('-').filter(|rest| rest.chars().count() == 1)?.chars().next();
        flags.iter().find(|flag| flag.short == letter)
    }?;
    flag.bare.is_none().then(|| (*flag, prefix.to_owned()))
}

async fn flag_values(cx: &Context, flag: &Flag, value: &str, prefix: &str) -> Completion {
    // What stands before the value, as in `--namespace=`.
    let head = &prefix[..prefix.len() - value.len()];
    let texts: Vec<String> = match flag.name {
        "namespace" => names(cx, "namespaces").await,
        "context" | "cluster" | "user" => {
            let list = format!("{}s", flag.name);
            cx.kubeconfig()
                .map(|config| config.names(&list).into_iter().map(str::to_owned).collect())
                .unwrap_or_default()
        }
        "filename" | "kubeconfig" | "patch-file" | "from-file" | "from-env-file" => return Completion::Files,
        name => match VALUES.iter().find(|(known, _)| *known == name) {
            Some((_, values)) => values.iter().map(|value| (*value).to_owned()).collect(),
            None => return Completion::Candidates(Vec::new()),
        },
    };
    let candidates = texts
        .into_iter()
        .map(|text| {
            let text = format!("{head}{text}");
            if text.ends_with('=') { Candidate::open(text) } else { Candidate::new(text) }
        })
        .collect();
    Completion::Candidates(candidates)
}

async fn words_of(cx: &Context, name: &str, words: &[String], prefix: &str) -> Option<Vec<Candidate>> {
    let finished = |texts: Vec<String>| Some(texts.into_iter().map(Candidate::new).collect::<Vec<_>>());
    if let Some((kind, _)) = prefix.split_once('/') {
        let texts = names(cx, kind).await;
        return finished(texts.into_iter().map(|text| format!("{kind}/{text}")).collect());
    }
    if TYPED.contains(&name) {
        return match words {
            [] => finished(types(cx).await),
            [kind, given @ ..] if !kind.contains('/') => {
                let texts = names(cx, kind).await;
                finished(texts.into_iter().filter(|text| !given.contains(text)).collect())
            }
            _ => Some(Vec::new()),
        };
    }
    if let Some((_, kind)) = OF_ONE_TYPE.iter().find(|(known, _)| *known == name) {
        if !words.is_empty() {
            return if name == "logs" { finished(containers(cx, &words[0]).await) } else { Some(Vec::new()) };
        }
        return finished(names(cx, kind).await);
    }
    match (name, words) {
        ("explain", []) => finished(types(cx).await),
        ("taint", []) => finished(vec!["nodes".to_owned()]),
        ("taint", [_, ..]) => finished(names(cx, "nodes").await),
        (
            "config use-context" | "config delete-context" | "config rename-context" | "config set-context",
            [],
        ) => {
            let config = cx.kubeconfig().ok()?;
            finished(config.names("contexts").into_iter().map(str::to_owned).collect())
        }
        ("completion", []) => finished(["bash", "fish", "powershell", "zsh"].map(str::to_owned).to_vec()),
        _ => None,
    }
}

/// All types, with their groups.
// Upstream: pkg/util/completion/completion.go compGetResourceList
async fn types(cx: &Context) -> Vec<String> {
    let Ok(mapper) = cx.mapper().await else { return Vec::new() };
    let mut types: Vec<String> = mapper
        .preferred()
        .filter(|mapping| mapping.can("list"))
        .map(|mapping| mapping.group_resource())
        .collect();
    types.sort();
    types.dedup();
    types
}

/// The names of the objects of a type.
async fn names(cx: &Context, kind: &str) -> Vec<String> {
    let found = async {
        let mapping = cx.mapper().await?.for_argument(kind)?;
        let path = mapping.path(&cx.namespace()?);
        cx.client()?.json(Request::new(Method::Get, path)).await
    };
    match found.await {
        Ok(list) => array_at(&list, "/items").iter().map(|item| object::name(item).to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}

/// The names of a pod's containers.
async fn containers(cx: &Context, pod: &str) -> Vec<String> {
    let found = async {
        let path = format!("/api/v1/namespaces/{}/pods/{pod}", cx.namespace()?);
        cx.client()?.get(&path).await
    };
    match found.await {
        Ok(pod) => array_at(&pod, "/spec/containers").iter().map(|c| str_at(c, "/name").to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}
