//! `hash`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "ldrtp:") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("hash", bad).await,
        };
        if options.has('r') {
            shell.hashed.clear();
        }
        let mut status = 0;
        for name in options.rest {
            if let Some(path) = options.value('p') {
                shell.hashed.insert(name.clone(), (path.to_owned(), 0));
            } else if options.has('d') {
                shell.hashed.remove(name);
            } else if options.has('t') {
                match shell.hashed.get(name).cloned() {
                    Some((path, _)) => {
                        shell.out("hash", &format!("{path}\n")).await;
                    }
                    None => status = shell.complain("hash", &format!("{name}: not found"), 1).await?,
                }
            } else if let Some(path) = shell.search(name) {
                shell.hashed.insert(name.clone(), (path, 0));
            } else if super::find(name).is_none() && !shell.functions.contains_key(name) {
                status = shell.complain("hash", &format!("{name}: not found"), 1).await?;
            }
        }
        if options.rest.is_empty() && !options.has('r') {
            if shell.hashed.is_empty() {
                shell.out("hash", "hash: hash table empty\n").await;
            } else {
                let lines: String =
                    shell.hashed.values().map(|(path, hits)| format!("{hits:4}\t{path}\n")).collect();
                shell.out("hash", &format!("hits\tcommand\n{lines}")).await;
            }
        }
        Ok(status)
    })
}
