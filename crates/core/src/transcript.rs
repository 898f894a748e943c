//! Golden transcripts: what one sees in a terminal, run again and compared.
//!
//! A transcript is Markdown. In its `console` blocks stand `$ ` a command, `> ` its continuation, then its
//! output, and `? N` where its exit status is not 0. `%settle` lets the cluster come to rest,
//! `%advance 5s` lets time pass.
//!
//! `%terminal 2`, `%type TEXT` and `%key Ctrl-C` are for what needs a person: with any of them the shells run
//! on terminals rather than pipes, and a command that one of them follows need not end: it is looked at
//! after two seconds. What a terminal has shown since stands after the line.

mod keys;
mod parse;
mod run;
mod shell;

pub use keys::Act;
pub use parse::{Line, Transcript};
pub use run::{HomeFiles, run};
