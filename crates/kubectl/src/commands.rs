//! The table of subcommands: one file each.

pub(crate) mod annotate;
pub(crate) mod api_resources;
pub(crate) mod apply;
pub(crate) mod attach;
pub(crate) mod auth;
pub(crate) mod autoscale;
pub(crate) mod certificate;
pub(crate) mod cluster_info;
pub(crate) mod common;
pub(crate) mod config;
pub(crate) mod cordon;
pub(crate) mod cp;
pub(crate) mod create;
pub(crate) mod debug;
pub(crate) mod delete;
pub(crate) mod describe;
pub(crate) mod diff;
pub(crate) mod drain;
pub(crate) mod edit;
pub(crate) mod events;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod expose;
pub(crate) mod get;
pub(crate) mod kustomize;
pub(crate) mod label;
pub(crate) mod logs;
pub(crate) mod pairs;
pub(crate) mod patch;
pub(crate) mod plugin;
pub(crate) mod port_forward;
pub(crate) mod proxy;
pub(crate) mod replace;
pub(crate) mod rollout;
pub(crate) mod run;
pub(crate) mod scale;
pub(crate) mod set;
pub(crate) mod taint;
pub(crate) mod top;
pub(crate) mod version;
pub(crate) mod wait;

use crate::command::Command;
use crate::error::Error;

/// The subcommands by the groups of `kubectl --help`.
pub(crate) const GROUPS: &[(&str, &[&str])] = &[
    ("Basic Commands (Beginner)", &["create", "expose", "run", "set"]),
    ("Basic Commands (Intermediate)", &["explain", "get", "edit", "delete"]),
    ("Deploy Commands", &["rollout", "scale", "autoscale"]),
    (
        "Cluster Management Commands",
        &["certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint"],
    ),
    (
        "Troubleshooting and Debugging Commands",
        &["describe", "logs", "attach", "exec", "port-forward", "proxy", "cp", "auth", "debug", "events"],
    ),
    ("Advanced Commands", &["diff", "apply", "patch", "replace", "wait", "kustomize"]),
    ("Settings Commands", &["label", "annotate", "completion"]),
    ("Other Commands", &["api-resources", "api-versions", "config", "kuberc", "plugin", "version"]),
];

/// All subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("annotate", "Update the annotations on a resource", |cx, args| {
        Box::pin(annotate::run(cx, args))
    }),
    Command::new("api-resources", "Print the supported API resources on the server", |cx, args| {
        Box::pin(api_resources::resources(cx, args))
    }),
    Command::new(
        "api-versions",
        "Print the supported API versions on the server, in the form of \"group/version\"",
        |cx, args| Box::pin(api_resources::versions(cx, args)),
    ),
    Command::new("apply", "Apply a configuration to a resource by file name or stdin", |cx, args| {
        Box::pin(apply::run(cx, args))
    })
    .subcommands(apply::COMMANDS),
    Command::new("attach", "Attach to a running container", |cx, args| Box::pin(attach::run(cx, args))),
    Command::group("auth", "Inspect authorization", auth::COMMANDS),
    Command::new(
        "autoscale",
        "Auto-scale a deployment, replica set, stateful set, or replication controller",
        |cx, args| Box::pin(autoscale::run(cx, args)),
    )
    .required(&["max"]),
    Command::group("certificate", "Modify certificate resources", certificate::COMMANDS),
    Command::new("cluster-info", "Display cluster information", |cx, args| {
        Box::pin(cluster_info::run(cx, args))
    })
    .subcommands(&[Command::new(
        "dump",
        "Dump relevant information for debugging and diagnosis",
        |cx, args| Box::pin(cluster_info::dump::run(cx, args)),
    )]),
    Command::new(
        "completion",
        "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
        |cx, args| Box::pin(completion(cx, args)),
    ),
    Command::group("config", "Modify kubeconfig files", config::COMMANDS),
    Command::new("cordon", "Mark node as unschedulable", |cx, args| Box::pin(cordon::run(cx, args, true))),
    Command::new("cp", "Copy files and directories to and from containers", |cx, args| {
        Box::pin(cp::run(cx, args))
    }),
    Command::new("create", "Create a resource from a file or from stdin", |cx, args| {
        Box::pin(create::run(cx, args))
    })
    .subcommands(create::COMMANDS),
    Command::new("debug", "Create debugging sessions for troubleshooting workloads and nodes", |cx, args| {
        Box::pin(debug::run(cx, args))
    }),
    Command::new(
        "delete",
        "Delete resources by file names, stdin, resources and names, or by resources and label selector",
        |cx, args| Box::pin(delete::run(cx, args)),
    ),
    Command::new("describe", "Show details of a specific resource or group of resources", |cx, args| {
        Box::pin(describe::run(cx, args))
    }),
    Command::new("diff", "Diff the live version against a would-be applied version", |cx, args| {
        Box::pin(diff::run(cx, args))
    }),
    Command::new("drain", "Drain node in preparation for maintenance", |cx, args| {
        Box::pin(drain::run(cx, args))
    }),
    Command::new("edit", "Edit a resource on the server", |cx, args| Box::pin(edit::run(cx, args))),
    Command::new("events", "List events", |cx, args| Box::pin(events::run(cx, args))),
    Command::new("exec", "Execute a command in a container", |cx, args| Box::pin(exec::run(cx, args))),
    Command::new("explain", "Get documentation for a resource", |cx, args| Box::pin(explain::run(cx, args))),
    Command::new(
        "expose",
        "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
        |cx, args| Box::pin(expose::run(cx, args)),
    ),
    Command::new("get", "Display one or many resources", |cx, args| Box::pin(get::run(cx, args)))
        .aliases(&["list"]),
    Command::group(
        "kuberc",
        "Manage kuberc configuration files",
        &[
            Command::new("set", "Set values in the kuberc configuration", |_, args| {
                Box::pin(unsupported(args))
            }),
            Command::new("view", "Display the current kuberc configuration", |_, args| {
                Box::pin(unsupported(args))
            }),
        ],
    ),
    Command::new("kustomize", "Build a kustomization target from a directory or URL", |cx, args| {
        Box::pin(kustomize::run(cx, args))
    }),
    Command::new("label", "Update the labels on a resource", |cx, args| Box::pin(label::run(cx, args))),
    Command::new("logs", "Print the logs for a container in a pod", |cx, args| Box::pin(logs::run(cx, args)))
        .aliases(&["log"]),
    Command::new("options", "Print the list of flags inherited by all commands", |cx, _| {
        Box::pin(async move {
            cx.io.out(&crate::help::global_options()).await;
            Ok(())
        })
    }),
    Command::new("patch", "Update fields of a resource", |cx, args| Box::pin(patch::run(cx, args))),
    Command::group("plugin", "Provides utilities for interacting with plugins", plugin::COMMANDS),
    Command::new("port-forward", "Forward one or more local ports to a pod", |cx, args| {
        Box::pin(port_forward::run(cx, args))
    }),
    Command::new("proxy", "Run a proxy to the Kubernetes API server", |cx, args| {
        Box::pin(proxy::run(cx, args))
    }),
    Command::new("replace", "Replace a resource by file name or stdin", |cx, args| {
        Box::pin(replace::run(cx, args))
    }),
    Command::group("rollout", "Manage the rollout of a resource", rollout::COMMANDS),
    Command::new("run", "Run a particular image on the cluster", |cx, args| Box::pin(run::run(cx, args)))
        .required(&["image"]),
    Command::new(
        "scale",
        "Set a new size for a deployment, replica set, or replication controller",
        |cx, args| Box::pin(scale::run(cx, args)),
    )
    .required(&["replicas"]),
    Command::group("set", "Set specific features on objects", set::COMMANDS),
    Command::new("taint", "Update the taints on one or more nodes", |cx, args| {
        Box::pin(taint::run(cx, args))
    }),
    Command::group("top", "Display resource (CPU/memory) usage", top::COMMANDS),
    Command::new("uncordon", "Mark node as schedulable", |cx, args| Box::pin(cordon::run(cx, args, false))),
    Command::new("version", "Print the client and server version information", |cx, args| {
        Box::pin(version::run(cx, args))
    }),
    Command::new(
        "wait",
        "Experimental: Wait for a specific condition on one or many resources",
        |cx, args| Box::pin(wait::run(cx, args)),
    ),
];

/// `kubectl completion`: the shell here completes kubectl without a script, which therefore does nothing.
async fn completion(cx: &crate::context::Context, args: crate::flags::Args) -> crate::error::Result<()> {
    match args.words.as_slice() {
        [] => Err(args.usage("Shell not specified.")),
        [shell] if matches!(shell.as_str(), "bash" | "zsh" | "fish" | "powershell") => {
            cx.io
                .out("# bash completes kubectl by itself here: press Tab.\n__start_kubectl() { :; }\n")
                .await;
            Ok(())
        }
        [shell] => Err(args.usage(format!("Unsupported shell type {shell:?}."))),
        _ => Err(args.usage("Too many arguments. Expected only the shell type.")),
    }
}

/// What is known by name only.
async fn unsupported(args: crate::flags::Args) -> crate::error::Result<()> {
    Err(Error::unsupported(format!("\"{}\"", args.command)))
}
