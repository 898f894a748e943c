//! `dirs`, `pushd`, `popd`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

impl Shell {
    /// The stack as it is shown.
    fn stack_text(&self, long: bool) -> Vec<String> {
        let home = self.variable_text("HOME").filter(|home| !long && !home.is_empty());
        let short = |path: &String| match home.as_ref().and_then(|home| path.strip_prefix(home.as_str())) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            _ => path.clone(),
        };
        std::iter::once(&self.process.cwd).chain(&self.directories).map(short).collect()
    }

    async fn show_stack(&mut self, name: &str) -> Run {
        let text = format!("{}\n", self.stack_text(false).join(" "));
        Ok(self.out(name, &text).await)
    }

    /// The place that `+n` or `-n` means.
    fn stack_index(&self, word: &str) -> Option<usize> {
        let count = self.directories.len() + 1;
        let index = match word.strip_prefix('+') {
            Some(number) => number.parse::<usize>().ok()?,
            None => (count - 1).checked_sub(word.strip_prefix('-')?.parse::<usize>().ok()?)?,
        };
        (index < count).then_some(index)
    }
}

fn is_index(word: &str) -> bool {
    word.strip_prefix(['+', '-'])
        .is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

pub(super) fn dirs<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if let Some(word) = call.rest().first().filter(|word| is_index(word)) {
            let Some(index) = shell.stack_index(word) else {
                return shell
                    .complain("dirs", &format!("{word}: directory stack index out of range"), 1)
                    .await;
            };
            let text = format!("{}\n", shell.stack_text(false)[index]);
            return Ok(shell.out("dirs", &text).await);
        }
        let options = match parse_options(call.rest(), "clpv") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("dirs", bad).await,
        };
        if options.has('c') {
            shell.directories.clear();
            return Ok(0);
        }
        let stack = shell.stack_text(options.has('l'));
        let text: String = if options.has('v') {
            stack.iter().enumerate().map(|(index, path)| format!("{index:2}  {path}\n")).collect()
        } else if options.has('p') {
            stack.iter().map(|path| format!("{path}\n")).collect()
        } else {
            format!("{}\n", stack.join(" "))
        };
        Ok(shell.out("dirs", &text).await)
    })
}

/// `-n` leaves the working directory alone.
fn stays(words: &[String]) -> (bool, &[String]) {
    match words.split_first() {
        Some((first, rest)) if first == "-n" => (true, rest),
        _ => (false, words),
    }
}

pub(super) fn pushd<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let here = shell.process.cwd.clone();
        let (stays, words) = stays(call.rest());
        if stays {
            if let Some(word) = words.first() {
                let path = shell.process.path(word);
                shell.directories.insert(0, path);
            }
            return shell.show_stack("pushd").await;
        }
        match words.first() {
            None => {
                let Some(target) = shell.directories.first().cloned() else {
                    return shell.complain("pushd", "no other directory", 1).await;
                };
                if let Err(message) = shell.change_directory(&target, false) {
                    return shell.complain("pushd", &format!("{target}: {message}"), 1).await;
                }
                shell.directories[0] = here;
            }
            Some(word) if is_index(word) => {
                let Some(index) = shell.stack_index(word) else {
                    return shell
                        .complain("pushd", &format!("{word}: directory stack index out of range"), 1)
                        .await;
                };
                let mut all = vec![here];
                all.extend(shell.directories.iter().cloned());
                all.rotate_left(index);
                let target = all.remove(0);
                if let Err(message) = shell.change_directory(&target, false) {
                    return shell.complain("pushd", &format!("{target}: {message}"), 1).await;
                }
                shell.directories = all;
            }
            Some(word) => {
                let path = shell.process.path(word);
                if let Err(message) = shell.change_directory(&path, false) {
                    return shell.complain("pushd", &format!("{word}: {message}"), 1).await;
                }
                shell.directories.insert(0, here);
            }
        }
        shell.show_stack("pushd").await
    })
}

pub(super) fn popd<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if shell.directories.is_empty() {
            return shell.complain("popd", "directory stack empty", 1).await;
        }
        let (stays, words) = stays(call.rest());
        let index = match words.first() {
            None => usize::from(stays),
            Some(word) => match shell.stack_index(word).filter(|_| is_index(word)) {
                Some(index) => index,
                None => {
                    return shell
                        .complain("popd", &format!("{word}: directory stack index out of range"), 1)
                        .await;
                }
            },
        };
        if index == 0 {
            let target = shell.directories.remove(0);
            if let Err(message) = shell.change_directory(&target, false) {
                return shell.complain("popd", &format!("{target}: {message}"), 1).await;
            }
        } else {
            shell.directories.remove(index - 1);
        }
        shell.show_stack("popd").await
    })
}
