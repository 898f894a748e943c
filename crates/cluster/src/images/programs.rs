//! The programs that images bring along: servers, mostly.

mod envoy;
mod fortune;
mod fortune_app;
mod ingress;
mod kiada;
mod kubectl_proxy;
mod mongo;
mod monolith;
mod nginx;
mod node;
mod pet;
mod quiz;
mod redis;
mod serving;
mod small;
mod stress;
mod system;
mod token;

use std::rc::Rc;

use podground_shell::{Process, ProgramTable};
use podground_sim::LocalBoxFuture;

pub(crate) use monolith::VERSION_FILE;
pub use small::stand_in;

/// A program's code.
type Run = fn(Process) -> LocalBoxFuture<'static, u8>;

/// All of them, by the names that executables use.
pub const PROGRAMS: &[(&str, Run)] = &[
    ("auth", |process| Box::pin(monolith::main(process))),
    ("control-plane-part", |process| Box::pin(system::control_plane_part(process))),
    ("coredns", |process| Box::pin(system::coredns(process))),
    ("envoy", |process| Box::pin(envoy::main(process))),
    ("fortune", |process| Box::pin(fortune::fortune(process))),
    ("fortune-app", |process| Box::pin(fortune_app::main(process))),
    ("hello", |process| Box::pin(monolith::main(process))),
    ("nginx-ingress-controller", |process| Box::pin(ingress::main(process))),
    ("kubectl-proxy", |process| Box::pin(kubectl_proxy::main(process))),
    ("memoryhog", |process| Box::pin(stress::memoryhog(process))),
    ("mongo", |process| Box::pin(mongo::shell(process))),
    ("mongod", |process| Box::pin(mongo::server(process))),
    ("monolith", |process| Box::pin(monolith::main(process))),
    ("nginx", |process| Box::pin(nginx::nginx(process))),
    ("nginx-entrypoint", |process| Box::pin(nginx::entrypoint(process))),
    ("node", |process| Box::pin(node::node(process))),
    ("pause", |process| Box::pin(small::pause(process))),
    ("quiz-api", |process| Box::pin(quiz::main(process))),
    ("redis-cli", |process| Box::pin(redis::cli(process))),
    ("redis-server", |process| Box::pin(redis::server(process))),
    ("stress", |process| Box::pin(stress::stress(process))),
    ("vish-stress", |process| Box::pin(stress::vish_stress(process))),
];

/// Adds them to a table that has none of those names yet.
pub fn register(table: &mut ProgramTable) {
    for (name, run) in PROGRAMS {
        let run = *run;
        if table.get(name).is_none() {
            table.insert(*name, Rc::new(run));
        }
    }
}
