//! Golden transcripts: what one sees in a terminal, run again and compared.
//!
//! A transcript is Markdown. In its `console` blocks stand `$ ` a command, `> ` its continuation, then its
//! output, and `? N` where its exit status is not 0. `%settle` lets the cluster come to rest,
//! `%advance 5s` lets time pass.

mod parse;
mod run;

pub use parse::{Line, Transcript};
pub use run::{HomeFiles, run};
