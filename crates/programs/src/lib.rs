//! What one finds in /bin.

mod cat;
mod cut;
mod flavor;
mod grep;
mod head;
pub mod http;
pub mod install;
mod options;
mod regex;
mod sed;
mod sort;
mod stream;
mod tail;
mod text;
mod tr;
mod uniq;
mod wc;

use std::rc::Rc;

use podground_shell::{Process, ProgramTable};
use podground_sim::LocalBoxFuture;

pub use install::install;

/// The code of a program of this crate.
pub type Main = fn(Process) -> LocalBoxFuture<'static, u8>;

/// An entry's code: programs end early with `Err(status)`.
macro_rules! program {
    ($run:path) => {
        |process| Box::pin(async move { $run(&process).await.unwrap_or_else(|status| status) })
    };
}

/// All programs, by name.
pub const PROGRAMS: &[(&str, Main)] = &[
    ("cat", program!(cat::run)),
    ("cut", program!(cut::run)),
    ("egrep", program!(grep::run)),
    ("fgrep", program!(grep::run)),
    ("grep", program!(grep::run)),
    ("head", program!(head::run)),
    ("sed", program!(sed::run)),
    ("sort", program!(sort::run)),
    ("tail", program!(tail::run)),
    ("tr", program!(tr::run)),
    ("uniq", program!(uniq::run)),
    ("wc", program!(wc::run)),
];

/// Adds all programs of this crate to a host's table.
pub fn register(table: &mut ProgramTable) {
    for (name, main) in PROGRAMS {
        table.insert(*name, Rc::new(main));
    }
}
