//! What one finds in /bin.

mod admin;
pub mod ask;
mod awk;
mod base64;
mod builtin;
mod calendar;
mod cat;
mod chmod;
mod column;
mod columns;
mod cp;
mod curl;
mod cut;
mod date;
mod dd;
mod diff;
mod dig;
mod du;
mod dump;
mod env;
mod expr;
mod files;
mod find;
mod flavor;
mod grep;
mod head;
pub mod http;
pub mod install;
mod ip;
mod jq;
mod less;
mod lines;
mod ln;
mod ls;
mod mkdir;
mod mount;
mod mv;
mod nc;
mod nslookup;
mod openssl;
mod options;
mod paths;
mod ping;
mod processes;
mod rm;
mod sed;
mod seq;
mod sleep;
mod small;
mod sort;
mod stat;
mod stream;
mod sums;
mod tail;
mod tar;
mod text;
mod timeout;
mod touch;
mod tr;
mod tree;
mod uniq;
mod users;
mod vi;
mod watch;
mod wc;
mod wget;
pub mod x509;
mod xargs;

use std::rc::Rc;

use podground_shell::{Process, ProgramTable, regex};
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
    ("[", builtin::run),
    ("apk", program!(admin::packages)),
    ("apt", program!(admin::packages)),
    ("apt-get", program!(admin::packages)),
    ("awk", program!(awk::run)),
    ("base64", program!(base64::run)),
    ("basename", program!(paths::basename)),
    ("cat", program!(cat::run)),
    ("chgrp", program!(chmod::chown)),
    ("chmod", program!(chmod::chmod)),
    ("chown", program!(chmod::chown)),
    ("clear", program!(small::clear)),
    ("cmp", program!(diff::cmp)),
    ("column", program!(column::run)),
    ("comm", program!(columns::comm)),
    ("cp", program!(cp::run)),
    ("curl", program!(curl::run)),
    ("cut", program!(cut::run)),
    ("date", program!(date::run)),
    ("dd", program!(dd::run)),
    ("df", program!(du::df)),
    ("diff", program!(diff::diff)),
    ("dig", program!(dig::dig)),
    ("dirname", program!(paths::dirname)),
    ("du", program!(du::du)),
    ("echo", builtin::run),
    ("egrep", program!(grep::run)),
    ("env", program!(env::run)),
    ("expr", program!(expr::run)),
    ("false", builtin::run),
    ("fgrep", program!(grep::run)),
    ("file", program!(tree::file)),
    ("find", program!(find::run)),
    ("fold", program!(lines::fold)),
    ("grep", program!(grep::run)),
    ("groups", program!(small::groups)),
    ("gunzip", program!(tar::gzip::run)),
    ("gzip", program!(tar::gzip::run)),
    ("head", program!(head::run)),
    ("hexdump", program!(dump::hexdump)),
    ("host", program!(dig::host)),
    ("hostname", program!(small::hostname)),
    ("id", program!(small::id)),
    ("ifconfig", program!(ip::ifconfig)),
    ("ip", program!(ip::run)),
    ("join", program!(columns::join)),
    ("jq", program!(jq::run)),
    ("kill", program!(processes::kill)),
    ("killall", program!(processes::by_name)),
    ("less", program!(less::run)),
    ("ln", program!(ln::run)),
    ("ls", program!(ls::run)),
    ("man", program!(small::man)),
    ("mawk", program!(awk::run)),
    ("md5sum", program!(sums::run)),
    ("mkdir", program!(mkdir::run)),
    ("mktemp", program!(paths::mktemp)),
    ("more", program!(less::run)),
    ("mount", program!(mount::run)),
    ("mv", program!(mv::run)),
    ("nano", program!(small::nano)),
    ("nc", program!(nc::run)),
    ("nice", program!(timeout::nice)),
    ("nl", program!(lines::nl)),
    ("nohup", program!(timeout::nohup)),
    ("nproc", program!(timeout::nproc)),
    ("nslookup", program!(nslookup::run)),
    ("od", program!(dump::od)),
    ("openssl", program!(openssl::run)),
    ("paste", program!(columns::paste)),
    ("pgrep", program!(processes::by_name)),
    ("ping", program!(ping::run)),
    ("pkill", program!(processes::by_name)),
    ("printenv", program!(env::printenv)),
    ("printf", builtin::run),
    ("ps", program!(processes::ps)),
    ("pwd", program!(paths::pwd)),
    ("readlink", program!(paths::readlink)),
    ("realpath", program!(paths::realpath)),
    ("rev", program!(lines::rev)),
    ("rm", program!(rm::run)),
    ("rmdir", program!(mkdir::rmdir)),
    ("sed", program!(sed::run)),
    ("seq", program!(seq::run)),
    ("sha1sum", program!(sums::run)),
    ("sha256sum", program!(sums::run)),
    ("sha512sum", program!(sums::run)),
    ("sleep", program!(sleep::run)),
    ("sort", program!(sort::run)),
    ("stat", program!(stat::run)),
    ("su", program!(admin::su)),
    ("sudo", program!(admin::sudo)),
    ("tac", program!(lines::tac)),
    ("tail", program!(tail::run)),
    ("tar", program!(tar::run)),
    ("tee", program!(small::tee)),
    ("test", builtin::run),
    ("time", program!(timeout::time)),
    ("timeout", program!(timeout::timeout)),
    ("top", program!(processes::top)),
    ("touch", program!(touch::run)),
    ("tr", program!(tr::run)),
    ("tree", program!(tree::tree)),
    ("true", builtin::run),
    ("tty", program!(timeout::tty)),
    ("uname", program!(small::uname)),
    ("uniq", program!(uniq::run)),
    ("uptime", program!(processes::uptime)),
    ("vi", program!(vi::run)),
    ("vim", program!(vi::run)),
    ("watch", program!(watch::run)),
    ("wc", program!(wc::run)),
    ("wget", program!(wget::run)),
    ("which", program!(paths::which)),
    ("whoami", program!(small::whoami)),
    ("xargs", program!(xargs::run)),
    ("xxd", program!(dump::xxd)),
    ("yes", program!(small::yes)),
    ("yum", program!(admin::packages)),
    ("zcat", program!(tar::gzip::run)),
];

/// Adds all programs of this crate to a host's table.
pub fn register(table: &mut ProgramTable) {
    for (name, main) in PROGRAMS {
        table.insert(*name, Rc::new(main));
    }
}
