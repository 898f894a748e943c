//! `type`, and what `command -v` tells.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::print;
use crate::bash::state::{Run, Shell};

const KEYWORDS: &[&str] = &[
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done",
    "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "afptP") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("type", bad).await,
        };
        let mut status = 0;
        for name in options.rest {
            let meanings = meanings(shell, name, options.has('f'), options.has('P'));
            let paths_only = options.has('p') || options.has('P');
            let shown: Vec<_> =
                if options.has('a') { meanings } else { meanings.into_iter().take(1).collect() };
            if shown.is_empty() {
                status = 1;
                if !options.has('t') && !paths_only {
                    shell.error(&format!("type: {name}: not found")).await;
                }
            }
            let mut text = String::new();
            for (kind, detail) in shown {
                if options.has('t') {
                    text.push_str(&format!("{kind}\n"));
                } else if paths_only {
                    if kind == "file" {
                        text.push_str(&format!("{detail}\n"));
                    }
                } else {
                    text.push_str(&sentence(shell, name, kind, &detail));
                }
            }
            shell.out("type", &text).await;
        }
        Ok(status)
    })
}

/// All that a name means: the kind, and a detail.
fn meanings(shell: &Shell, name: &str, no_functions: bool, files_only: bool) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if !files_only {
        if let Some(value) = shell.aliases.get(name).filter(|_| shell.options.is("expand_aliases")) {
            all.push(("alias", value.clone()));
        }
        if KEYWORDS.contains(&name) {
            all.push(("keyword", String::new()));
        }
        if let Some(function) = shell.functions.get(name).filter(|_| !no_functions) {
            all.push(("function", print::function(function)));
        }
        if super::find(name).is_some() {
            all.push(("builtin", String::new()));
        }
    }
    if name.contains('/') {
        let path = shell.process.path(name);
        let executable = shell.process.host.files.metadata(&path).is_ok_and(|m| m.mode & 0o111 != 0);
        if executable && !shell.process.host.files.is_directory(&path) {
            all.push(("file", name.to_owned()));
        }
    } else if let Some(path) = shell.search(name) {
        all.push(("file", path));
    }
    all
}

fn sentence(shell: &Shell, name: &str, kind: &str, detail: &str) -> String {
    match kind {
        "alias" => format!("{name} is aliased to `{detail}'\n"),
        "keyword" => format!("{name} is a shell keyword\n"),
        "function" => format!("{name} is a function\n{detail}\n"),
        "builtin" => format!("{name} is a shell builtin\n"),
        _ if shell.hashed.contains_key(name) => format!("{name} is hashed ({detail})\n"),
        _ => format!("{name} is {detail}\n"),
    }
}

/// Shows what `command -v` or `-V` shows; `false` if the name means nothing.
pub(super) async fn describe(shell: &mut Shell, name: &str, verbose: bool) -> bool {
    let Some((kind, detail)) = meanings(shell, name, false, false).into_iter().next() else { return false };
    let text = if verbose {
        sentence(shell, name, kind, &detail)
    } else {
        match kind {
            "alias" => format!("alias {name}={}\n", crate::bash::escapes::quote_always(&detail)),
            "file" => format!("{detail}\n"),
            _ => format!("{name}\n"),
        }
    };
    shell.out("command", &text).await;
    true
}
