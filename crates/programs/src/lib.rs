//! What one finds in /bin.
#![expect(dead_code, reason = "shared helpers of programs that are still to come")]

mod base64;
mod calendar;
mod cat;
mod cp;
mod curl;
mod cut;
mod date;
mod env;
mod files;
mod flavor;
mod grep;
mod head;
pub mod http;
pub mod install;
mod ln;
mod ls;
mod mkdir;
mod mv;
mod nslookup;
mod options;
mod paths;
mod ping;
mod regex;
mod rm;
mod sed;
mod sleep;
mod small;
mod sort;
mod stream;
mod tail;
mod text;
mod touch;
mod tr;
mod uniq;
mod users;
mod vi;
mod watch;
mod wc;
mod wget;
pub mod x509;
mod xargs;

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
    ("base64", program!(base64::run)),
    ("basename", program!(paths::basename)),
    ("cat", program!(cat::run)),
    ("clear", program!(small::clear)),
    ("cp", program!(cp::run)),
    ("curl", program!(curl::run)),
    ("cut", program!(cut::run)),
    ("date", program!(date::run)),
    ("dirname", program!(paths::dirname)),
    ("egrep", program!(grep::run)),
    ("env", program!(env::run)),
    ("fgrep", program!(grep::run)),
    ("grep", program!(grep::run)),
    ("head", program!(head::run)),
    ("hostname", program!(small::hostname)),
    ("id", program!(small::id)),
    ("ln", program!(ln::run)),
    ("ls", program!(ls::run)),
    ("man", program!(small::man)),
    ("mkdir", program!(mkdir::run)),
    ("mktemp", program!(paths::mktemp)),
    ("mv", program!(mv::run)),
    ("nano", program!(small::nano)),
    ("nslookup", program!(nslookup::run)),
    ("ping", program!(ping::run)),
    ("printenv", program!(env::printenv)),
    ("pwd", program!(paths::pwd)),
    ("readlink", program!(paths::readlink)),
    ("realpath", program!(paths::realpath)),
    ("rm", program!(rm::run)),
    ("rmdir", program!(mkdir::rmdir)),
    ("sed", program!(sed::run)),
    ("seq", program!(small::seq)),
    ("sleep", program!(sleep::run)),
    ("sort", program!(sort::run)),
    ("tail", program!(tail::run)),
    ("tee", program!(small::tee)),
    ("touch", program!(touch::run)),
    ("tr", program!(tr::run)),
    ("uname", program!(small::uname)),
    ("uniq", program!(uniq::run)),
    ("vi", program!(vi::run)),
    ("vim", program!(vi::run)),
    ("watch", program!(watch::run)),
    ("wc", program!(wc::run)),
    ("wget", program!(wget::run)),
    ("which", program!(paths::which)),
    ("whoami", program!(small::whoami)),
    ("xargs", program!(xargs::run)),
    ("yes", program!(small::yes)),
];

/// Adds all programs of this crate to a host's table.
pub fn register(table: &mut ProgramTable) {
    for (name, main) in PROGRAMS {
        table.insert(*name, Rc::new(main));
    }
}
