//! `kubectl auth`
//!
//! Upstream: `kubectl/pkg/cmd/auth`

mod can_i;
mod reconcile;
mod rules;
mod whoami;

use crate::command::Command;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("can-i", "Check whether an action is allowed", |cx, args| Box::pin(can_i::run(cx, args))),
    Command::new(
        "reconcile",
        "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
        |cx, args| Box::pin(reconcile::run(cx, args)),
    ),
    Command::new("whoami", "Experimental: Check self subject attributes", |cx, args| {
        Box::pin(whoami::run(cx, args))
    }),
];
