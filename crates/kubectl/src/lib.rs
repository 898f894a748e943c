//! kubectl, as a client of the API alone.
//!
//! A program like any other: it reads the kubeconfig of its process, sends requests and prints.
//! It never sees the cluster. The table of subcommands is `commands.rs`; the flow of each is
//! parse → check → run, mirroring upstream's Complete → Validate → Run.

mod builder;
mod client;
mod command;
mod commands;
mod completion;
mod context;
mod describe;
mod error;
mod flags;
mod go;
mod help;
mod hints;
mod io;
mod kubeconfig;
mod kustomize;
mod mapper;
mod pods;
mod printers;
mod streams;
mod tabwriter;
mod tar;
mod url;
mod verbose;
mod waiting;

use std::rc::Rc;

use podground_shell::{Process, Program};

pub use completion::completer;
pub use context::Connect;
pub use flags::{
    UNSUPPORTED as UNSUPPORTED_FLAGS, UNSUPPORTED_COMMANDS, WITHOUT_EFFECT as FLAGS_WITHOUT_EFFECT,
};

/// The program `kubectl`; `connect` finds the API server behind a URL.
pub fn program(connect: Connect) -> Program {
    Rc::new(move |process| Box::pin(main(process, connect.clone())))
}

/// How long kubectl takes to start.
const START: std::time::Duration = std::time::Duration::from_millis(60);

async fn main(process: Process, connect: Connect) -> u8 {
    // Starting the program and reading its caches takes a while in life, too: what the call before it set
    // off has begun to move.
    process.host.sim.sleep(START).await;
    let words = process.args.get(1..).unwrap_or_default().to_vec();
    let cx = context::Context::new(io::Io(Rc::new(process)), connect);
    let mut result = command::dispatch(&cx, &words).await;
    if result.is_ok()
        && let Ok(client) = cx.client()
        && client.counted_warnings() > 0
    {
        let count = client.counted_warnings();
        let plural = if count == 1 { "" } else { "s" };
        result = Err(error::Error::Local(format!("{count} warning{plural} received")));
    }
    let status = match &result {
        Ok(()) => 0,
        Err(error) => {
            let (text, status) = error.render();
            if !text.is_empty() {
                let end = if text.ends_with('\n') { "" } else { "\n" };
                cx.io.err(&format!("{text}{end}")).await;
            }
            status
        }
    };
    hints::tell(&cx, &words, result.as_ref().err()).await;
    status
}
