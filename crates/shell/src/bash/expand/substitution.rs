//! `$( )`, `<( )`, `>( )`.

use podground_sim::LocalBoxFuture;

use podground_sim::pipe;

use crate::bash::PIPE;
use crate::bash::ast::{CommandKind, List, RedirectOperator, Simple, Substitution, Word};
use crate::bash::state::{Run, Shell};
use crate::{Fd, Group, OpenOptions};

/// What bash says of zeros, which its strings cannot hold.
const NULL_BYTE: &str = "warning: command substitution: ignored null byte in input";

impl Shell {
    /// What commands write, without the newlines at the end.
    pub(crate) fn substitute<'a>(
        &'a mut self,
        substitution: &'a Substitution,
    ) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            let bytes = match file_of(&substitution.list) {
                Some(word) => {
                    let path = Box::pin(self.expand_single(word)).await?;
                    let content = match self.process.open(&path, OpenOptions::READ) {
                        Ok(fd) => fd.read(usize::MAX).await.map_err(|error| error.to_string()),
                        Err(error) => Err(error.to_string()),
                    };
                    match content {
                        Ok(mut bytes) => {
                            if bytes.contains(&0) {
                                bytes.retain(|byte| *byte != 0);
                                self.error(NULL_BYTE).await;
                            }
                            self.last_substitution = Some(0);
                            bytes
                        }
                        Err(error) => {
                            self.error(&format!("{path}: {error}")).await;
                            self.last_substitution = Some(1);
                            Vec::new()
                        }
                    }
                }
                None => self.capture(substitution).await?,
            };
            let mut text = String::from_utf8(bytes)
                .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
            while text.ends_with('\n') {
                text.pop();
            }
            Ok(text)
        })
    }

    fn capture<'a>(&'a mut self, substitution: &'a Substitution) -> LocalBoxFuture<'a, Run<Vec<u8>>> {
        Box::pin(async move {
            self.before_fork().await?;
            let (reader, writer) = pipe(PIPE);
            let mut fds = self.process.fds.clone();
            fds.insert(1, Fd::PipeWriter(writer));
            let list = substitution.list.clone();
            let child = self.fork(fds, Group::Inherit, |shell| {
                shell.substitutions += 1;
                let errexit = shell.options.errexit && shell.options.is("inherit_errexit");
                shell.options.errexit = errexit;
                shell.run_subshell(list)
            });
            let mut all = Vec::new();
            let mut dropped = false;
            loop {
                let mut bytes = reader.read(PIPE).await;
                if bytes.is_empty() {
                    break;
                }
                let read = bytes.len();
                bytes.retain(|byte| *byte != 0);
                dropped |= bytes.len() < read;
                all.extend(bytes);
                self.hold(all.len()).await?;
            }
            if dropped {
                self.error(NULL_BYTE).await;
            }
            let status = child.wait().await.code();
            self.last_substitution = Some(status);
            self.status = status;
            self.check_signals().await?;
            Ok(all)
        })
    }

    /// The path of a pipe to or from commands.
    pub(crate) fn process_substitution<'a>(
        &'a mut self,
        list: &'a Substitution,
        write: bool,
    ) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            self.before_fork().await?;
            let (reader, writer) = pipe(PIPE);
            let (ours, theirs) = if write {
                (Fd::PipeWriter(writer), Fd::PipeReader(reader))
            } else {
                (Fd::PipeReader(reader), Fd::PipeWriter(writer))
            };
            let mut fds = self.process.fds.clone();
            fds.insert(u32::from(!write), theirs);
            let commands = list.list.clone();
            let child = self.fork(fds, Group::Inherit, |shell| shell.run_subshell(commands));
            self.last_background = Some(child.pid());
            let number = (3..64).rev().find(|number| !self.process.fds.contains_key(number)).unwrap_or(64);
            self.process.fds.insert(number, ours);
            self.opened.push(number);
            Ok(format!("/dev/fd/{number}"))
        })
    }
}

/// The file of `$(<file)`.
fn file_of(list: &List) -> Option<&Word> {
    let [item] = list.items.as_slice() else { return None };
    let pipeline = &item.and_or.first;
    let [command] = pipeline.commands.as_slice() else { return None };
    let CommandKind::Simple(Simple { assignments, words }) = &command.kind else { return None };
    let [redirect] = command.redirects.as_slice() else { return None };
    let plain =
        assignments.is_empty() && words.is_empty() && item.and_or.rest.is_empty() && !pipeline.negated;
    (plain && redirect.operator == RedirectOperator::Input).then_some(&redirect.target)
}
