//! `kubectl create`
//!
//! Upstream: `kubectl/pkg/cmd/create`

pub(crate) mod configmap;
pub(crate) mod cronjob;
pub(crate) mod deployment;
pub(crate) mod env_file;
pub(crate) mod ingress;
pub(crate) mod job;
pub(crate) mod namespace;
pub(crate) mod pdb;
pub(crate) mod priorityclass;
pub(crate) mod quota;
pub(crate) mod rbac;
pub(crate) mod secret;
pub(crate) mod service;
pub(crate) mod serviceaccount;
pub(crate) mod token;

use std::rc::Rc;

use podground_api::Method;
use podground_api::object::{self, set_at};
use serde_json::{Value, json};

use super::common::{Change, remember_applied};
use crate::builder::Query;
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("clusterrole", "Create a cluster role", |cx, args| Box::pin(rbac::cluster_role(cx, args)))
        .required(&["verb"]),
    Command::new(
        "clusterrolebinding",
        "Create a cluster role binding for a particular cluster role",
        |cx, args| Box::pin(rbac::cluster_role_binding(cx, args)),
    )
    .required(&["clusterrole"]),
    Command::new(
        "configmap",
        "Create a config map from a local file, directory or literal value",
        |cx, args| Box::pin(configmap::run(cx, args)),
    )
    .aliases(&["cm"]),
    Command::new("cronjob", "Create a cron job with the specified name", |cx, args| {
        Box::pin(cronjob::run(cx, args))
    })
    .aliases(&["cj"])
    .required(&["image", "schedule"]),
    Command::new("deployment", "Create a deployment with the specified name", |cx, args| {
        Box::pin(deployment::run(cx, args))
    })
    .aliases(&["deploy"])
    .required(&["image"]),
    Command::new("ingress", "Create an ingress with the specified name", |cx, args| {
        Box::pin(ingress::run(cx, args))
    })
    .aliases(&["ing"]),
    Command::new("job", "Create a job with the specified name", |cx, args| Box::pin(job::run(cx, args))),
    Command::new("namespace", "Create a namespace with the specified name", |cx, args| {
        Box::pin(namespace::run(cx, args))
    })
    .aliases(&["ns"]),
    Command::new(
        "poddisruptionbudget",
        "Create a pod disruption budget with the specified name",
        |cx, args| Box::pin(pdb::run(cx, args)),
    )
    .aliases(&["pdb"]),
    Command::new("priorityclass", "Create a priority class with the specified name", |cx, args| {
        Box::pin(priorityclass::run(cx, args))
    })
    .aliases(&["pc"]),
    Command::new("quota", "Create a quota with the specified name", |cx, args| {
        Box::pin(quota::run(cx, args))
    })
    .aliases(&["resourcequota"]),
    Command::new("role", "Create a role with single rule", |cx, args| Box::pin(rbac::role(cx, args))),
    Command::new("rolebinding", "Create a role binding for a particular role or cluster role", |cx, args| {
        Box::pin(rbac::role_binding(cx, args))
    }),
    Command::group("secret", "Create a secret using a specified subcommand", secret::COMMANDS).long(
        "Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container \
         registry.\n\n A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS \
         certificate and its associated key.",
    ),
    Command::group("service", "Create a service using a specified subcommand", service::COMMANDS)
        .aliases(&["svc"]),
    Command::new("serviceaccount", "Create a service account with the specified name", |cx, args| {
        Box::pin(serviceaccount::run(cx, args))
    })
    .aliases(&["sa"]),
    Command::new("token", "Request a service account token", |cx, args| Box::pin(token::run(cx, args))),
];

/// Runs `kubectl create -f`.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if args.words.is_empty()
        && args.list("filename").is_empty()
        && args.text("kustomize").is_empty()
        && args.text("raw").is_empty()
    {
        return Err(Error::local("must specify one of -f and -k"));
    }
    if !args.words.is_empty() {
        return Err(args.usage(format!("Unexpected args: [{}]", args.words.join(" "))));
    }
    if !args.text("raw").is_empty() {
        return super::get::send_raw(cx, &args, Method::Post).await;
    }
    let change = Change::from_args(cx, &args).await?;
    let mut query = Query::from_args(cx, &args, &[])?;
    query.validate = change.validates();
    if args.is("edit") {
        let infos = query.infos(cx).await?;
        return super::edit::session(cx, &args, &infos, super::edit::Mode::Create).await;
    }
    let mut errors = Vec::new();
    let mut count = 0;
    for item in query.run(cx).await?.items {
        let done = async {
            let info = item?;
            let mut value = (*info.object).clone();
            super::common::record(&args, &mut value);
            if args.is("save-config") {
                remember_applied(&mut value, false);
            }
            let created = change
                .create(cx, &info.mapping, &info.namespace, Rc::new(value))
                .await
                .map_err(|error| error.with_source("creating", &info.source))?;
            count += 1;
            change.tell(cx, &created, "created").await
        };
        match done.await {
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
    Error::many(errors)?;
    if count == 0 {
        return Err(Error::local("no objects passed to create"));
    }
    Ok(())
}

/// The one name that a generator takes; what stands after `--` is the command of the container.
pub(crate) fn name_of(args: &Args) -> Result<&str> {
    name_from(args, args.before_dash())
}

/// The one name among these words.
pub(crate) fn name_from<'a>(args: &Args, words: &'a [String]) -> Result<&'a str> {
    match words {
        [name] => Ok(name),
        words => Err(args.usage(format!("exactly one NAME is required, got {}", words.len()))),
    }
}

/// Creates what a generator made and tells of it; `what` stands in the message of a failure.
pub(crate) async fn create(
    cx: &Context,
    args: &Args,
    resource: &str,
    what: &str,
    mut value: Value,
) -> Result<()> {
    let mut change = Change::from_args(cx, args).await?;
    if let Some(output) = &mut change.output {
        output.go_order = true;
    }
    let mapper;
    let mut namespace = cx.namespace()?;
    let is_namespaced =
        !matches!(object::kind(&value), "Namespace" | "ClusterRole" | "ClusterRoleBinding" | "PriorityClass");
    if is_namespaced && let Some(explicit) = cx.explicit_namespace() {
        set_at(&mut value, "/metadata/namespace", json!(explicit));
    }
    if args.is("save-config") {
        remember_applied(&mut value, true);
    }
    let value = Rc::new(value);
    let created = if change.dry_run == super::common::DryRun::Client {
        value
    } else {
        mapper = cx.mapper().await?;
        let mapping = mapper.for_argument(resource)?;
        if !mapping.namespaced {
            namespace = String::new();
        }
        change.create(cx, &mapping, &namespace, value).await.map_err(|error| match what {
            "" => error,
            what => Error::Local(format!("failed to create {what}{}", error.bare())),
        })?
    };
    change.tell(cx, &created, "created").await
}

/// `key=value` pairs of flags.
pub(crate) fn pair(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').filter(|(key, _)| !key.is_empty())
}
