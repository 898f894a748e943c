//! Redirections.

use podground_sim::LocalBoxFuture;

use std::collections::BTreeMap;

use crate::bash::ast::{Redirect, RedirectFd, RedirectOperator};
use crate::bash::state::{Run, Shell};
use crate::{Fd, OpenOptions};

/// The descriptors as they were.
pub(crate) type Saved = BTreeMap<u32, Fd>;

impl Shell {
    /// Carries redirections out. Gives what was there before, or the status after an error that was told.
    pub(crate) fn redirect<'a>(
        &'a mut self,
        redirects: &'a [Redirect],
    ) -> LocalBoxFuture<'a, Run<Result<Saved, u8>>> {
        Box::pin(async move {
            let saved = self.process.fds.clone();
            for redirect in redirects {
                match self.redirect_one(redirect).await {
                    Ok(true) => {}
                    Ok(false) => {
                        self.process.fds = saved;
                        return Ok(Err(1));
                    }
                    Err(unwind) => {
                        self.process.fds = saved;
                        return Err(unwind);
                    }
                }
            }
            Ok(Ok(saved))
        })
    }

    /// Puts descriptors back.
    pub(crate) fn restore(&mut self, saved: Saved) {
        self.process.fds = saved;
    }

    async fn fail(&mut self, message: &str) -> Run<bool> {
        self.error(message).await;
        Ok(false)
    }

    fn redirect_one<'a>(&'a mut self, redirect: &'a Redirect) -> LocalBoxFuture<'a, Run<bool>> {
        Box::pin(async move {
            let reads = matches!(
                redirect.operator,
                RedirectOperator::Input
                    | RedirectOperator::InputOutput
                    | RedirectOperator::DuplicateInput
                    | RedirectOperator::HereString
                    | RedirectOperator::HereDocument
                    | RedirectOperator::HereDocumentTabs
            );
            let number = match &redirect.fd {
                RedirectFd::Number(number) => *number,
                RedirectFd::Default => u32::from(!reads),
                RedirectFd::Variable(name) => {
                    let closes = redirect.target.text.as_ref() == "-";
                    if closes {
                        let number = self.variable_text(name).and_then(|text| text.parse().ok());
                        let Some(number) = number else {
                            return self.fail(&format!("{name}: Bad file descriptor")).await;
                        };
                        self.process.fds.remove(&number);
                        return Ok(true);
                    }
                    let number =
                        (10..1024).find(|number| !self.process.fds.contains_key(number)).unwrap_or(10);
                    self.set_text(name, &number.to_string());
                    number
                }
            };
            let fd = match redirect.operator {
                RedirectOperator::HereString => {
                    let mut text = self.expand_single(&redirect.target).await?;
                    text.push('\n');
                    Fd::bytes(text)
                }
                RedirectOperator::HereDocument | RedirectOperator::HereDocumentTabs => {
                    let body = redirect.document.as_ref().and_then(|document| document.body.get());
                    match body {
                        Some(word) => Fd::bytes(self.expand_document(word).await?),
                        None => Fd::bytes(""),
                    }
                }
                RedirectOperator::DuplicateInput | RedirectOperator::DuplicateOutput => {
                    return self.duplicate(redirect, number).await;
                }
                operator => {
                    let Some(path) = self.redirect_target(redirect).await? else { return Ok(false) };
                    let options = match operator {
                        RedirectOperator::Input => OpenOptions::READ,
                        RedirectOperator::InputOutput => OpenOptions::READ_WRITE,
                        RedirectOperator::Append | RedirectOperator::BothAppend => OpenOptions::APPEND,
                        RedirectOperator::Clobber => OpenOptions::WRITE,
                        _ => OpenOptions { exclusive: self.options.noclobber, ..OpenOptions::WRITE },
                    };
                    match self.process.open(&path, options) {
                        Ok(fd) => fd,
                        Err(podground_vfs::Error::Exists) => {
                            return self.fail(&format!("{path}: cannot overwrite existing file")).await;
                        }
                        Err(error) => return self.fail(&format!("{path}: {error}")).await,
                    }
                }
            };
            if matches!(redirect.operator, RedirectOperator::Both | RedirectOperator::BothAppend) {
                self.process.fds.insert(2, fd.clone());
            }
            self.process.fds.insert(number, fd);
            Ok(true)
        })
    }

    /// The one word that a target must be.
    async fn redirect_target(&mut self, redirect: &Redirect) -> Run<Option<String>> {
        let mut words = Vec::new();
        self.expand_word(&redirect.target, &mut words).await?;
        if words.len() == 1 {
            return Ok(words.pop());
        }
        self.error(&format!("{}: ambiguous redirect", redirect.target.text)).await;
        Ok(None)
    }

    fn duplicate<'a>(&'a mut self, redirect: &'a Redirect, number: u32) -> LocalBoxFuture<'a, Run<bool>> {
        Box::pin(async move {
            let Some(target) = self.redirect_target(redirect).await? else { return Ok(false) };
            if target == "-" {
                self.process.fds.remove(&number);
                return Ok(true);
            }
            let (digits, moves) = match target.strip_suffix('-') {
                Some(digits) => (digits, true),
                None => (target.as_str(), false),
            };
            if let Ok(source) = digits.parse::<u32>() {
                let Some(fd) = self.process.fds.get(&source).cloned() else {
                    return self.fail(&format!("{source}: Bad file descriptor")).await;
                };
                self.process.fds.insert(number, fd);
                if moves && source != number {
                    self.process.fds.remove(&source);
                }
                return Ok(true);
            }
            // `>& file` is `&> file`.
            let output = redirect.operator == RedirectOperator::DuplicateOutput;
            if !output || !matches!(redirect.fd, RedirectFd::Default) {
                return self.fail(&format!("{target}: ambiguous redirect")).await;
            }
            match self.process.open(&target, OpenOptions::WRITE) {
                Ok(fd) => {
                    self.process.fds.insert(1, fd.clone());
                    self.process.fds.insert(2, fd);
                    Ok(true)
                }
                Err(error) => self.fail(&format!("{target}: {error}")).await,
            }
        })
    }
}
