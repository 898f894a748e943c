//! `[[ … ]]`, and the tests that `[` shares with it.

use crate::regex::{Syntax, compile};
use podground_sim::LocalBoxFuture;
use podground_vfs::{FileType, Metadata};

use crate::Fd;
use crate::bash::ast::Test;
use crate::bash::state::{Run, Shell, Unwind};
use crate::bash::variables::Value;
use crate::exec::allowed;

impl Shell {
    pub(crate) fn test_command<'a>(&'a mut self, test: &'a Test) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            match self.evaluate_test(test).await {
                Ok(true) => Ok(0),
                Ok(false) => Ok(1),
                Err(Failure::Status(status)) => Ok(status),
                Err(Failure::Unwind(unwind)) => Err(unwind),
            }
        })
    }

    fn evaluate_test<'a>(&'a mut self, test: &'a Test) -> LocalBoxFuture<'a, Result<bool, Failure>> {
        Box::pin(async move {
            Ok(match test {
                Test::Not(inner) => !self.evaluate_test(inner).await?,
                Test::And(left, right) => {
                    self.evaluate_test(left).await? && self.evaluate_test(right).await?
                }
                Test::Or(left, right) => self.evaluate_test(left).await? || self.evaluate_test(right).await?,
                Test::Group(inner) => self.evaluate_test(inner).await?,
                Test::Word(word) => {
                    let text = self.expand_single(word).await?;
                    self.trace_test(&format!("-n {}", quoted(&text))).await;
                    !text.is_empty()
                }
                Test::Unary(operator, word) => {
                    let text = self.expand_single(word).await?;
                    self.trace_test(&format!("{operator} {}", quoted(&text))).await;
                    self.unary_test(operator, &text)
                }
                Test::Binary(left, operator, right) => {
                    let left_text = self.expand_single(left).await?;
                    match operator.as_str() {
                        "==" | "=" | "!=" => {
                            let pattern = self.expand_pattern(right).await?;
                            self.trace_test(&format!("{} {operator} {pattern}", quoted(&left_text))).await;
                            self.compile(&pattern, true).matches(&left_text) == (operator != "!=")
                        }
                        "=~" => {
                            let regex = self.expand_regex(right).await?;
                            self.trace_test(&format!("{} =~ {regex}", quoted(&left_text))).await;
                            self.regex_test(&left_text, &regex)?
                        }
                        operator => {
                            let right = self.expand_single(right).await?;
                            self.trace_test(&format!("{} {operator} {}", quoted(&left_text), quoted(&right)))
                                .await;
                            if operator.len() == 3 && !matches!(operator, "-nt" | "-ot" | "-ef") {
                                let left = self.test_number(&left_text).await?;
                                let right = self.test_number(&right).await?;
                                compare(operator, left, right)
                            } else {
                                self.binary_test(&left_text, operator, &right)
                            }
                        }
                    }
                }
            })
        })
    }

    async fn trace_test(&mut self, text: &str) {
        if self.options.xtrace {
            self.trace(&format!("[[ {text} ]]")).await;
        }
    }

    async fn test_number(&mut self, text: &str) -> Result<i64, Failure> {
        match self.evaluate(text) {
            Ok(number) => Ok(number),
            Err(error) => {
                self.error(&format!("[[: {}", error.message)).await;
                Err(Failure::Status(1))
            }
        }
    }

    fn regex_test(&mut self, text: &str, regex: &str) -> Result<bool, Failure> {
        let fold = self.options.is("nocasematch");
        let compiled = compile(regex, Syntax::Extended, fold).map_err(|_| Failure::Status(2))?;
        let captures = compiled.captures(text);
        let groups: Vec<String> = captures
            .iter()
            .flat_map(|captures| captures.iter())
            .map(|group| group.map_or_else(String::new, |group| group.as_str().to_owned()))
            .collect();
        let _ = self.set_array("BASH_REMATCH", groups);
        Ok(captures.is_some())
    }

    /// The tests of one word.
    pub(crate) fn unary_test(&mut self, operator: &str, text: &str) -> bool {
        let files = &self.process.host.files;
        let path = self.process.path(text);
        let metadata = || if text.is_empty() { None } else { self.file_metadata(text, &path) };
        let is = |wanted: fn(&FileType) -> bool| metadata().is_some_and(|m| wanted(&m.file_type));
        let may = |bit| metadata().is_some_and(|m| allowed(&m, self.process.uid, self.process.gid, bit));
        match operator {
            "-n" => !text.is_empty(),
            "-z" => text.is_empty(),
            "-a" | "-e" => metadata().is_some(),
            "-f" => is(|kind| *kind == FileType::File),
            "-d" => is(|kind| *kind == FileType::Directory),
            "-c" => is(|kind| matches!(kind, FileType::Device(_))),
            "-h" | "-L" => files.symlink_metadata(&path).is_ok_and(|m| m.file_type == FileType::Symlink),
            "-p" => {
                self.descriptor_of(text).is_some_and(|fd| matches!(fd, Fd::PipeReader(_) | Fd::PipeWriter(_)))
            }
            "-s" => metadata().is_some_and(|m| m.size > 0),
            "-r" => may(4),
            "-w" => may(2),
            "-x" => may(1),
            "-u" => metadata().is_some_and(|m| m.mode & 0o4000 != 0),
            "-g" => metadata().is_some_and(|m| m.mode & 0o2000 != 0),
            "-k" => metadata().is_some_and(|m| m.mode & 0o1000 != 0),
            "-O" => metadata().is_some_and(|m| m.uid == self.process.uid),
            "-G" => metadata().is_some_and(|m| m.gid == self.process.gid),
            "-N" => metadata().is_some(),
            "-t" => text.parse().is_ok_and(|fd| self.process.is_terminal(fd)),
            "-o" => self.options.named(text).is_some_and(|on| *on),
            "-v" => self.is_set(text),
            "-R" => self.variables.get(text).is_some_and(|variable| variable.reference),
            _ => false,
        }
    }

    fn descriptor_of(&self, text: &str) -> Option<&Fd> {
        let number = text.strip_prefix("/dev/fd/")?.parse().ok()?;
        self.process.fds.get(&number)
    }

    fn file_metadata(&self, text: &str, path: &str) -> Option<Metadata> {
        let metadata = self.process.host.files.metadata(path).ok();
        if metadata.is_none() && self.descriptor_of(text).is_some() {
            return self.process.host.files.metadata("/dev/null").ok();
        }
        metadata.filter(|metadata| !text.ends_with('/') || metadata.file_type == FileType::Directory)
    }

    fn is_set(&mut self, text: &str) -> bool {
        let (name, index) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((name, index)) => (name, Some(index)),
            None => (text, None),
        };
        let name = self.referred(name);
        match index {
            Some("@" | "*") => self.variables.get(&name).is_some_and(|v| !v.elements().is_empty()),
            Some(index) => {
                self.subscript(&name, index, 0).is_ok_and(|key| self.element(&name, &key).is_some())
            }
            None => match self.variables.get(&name).map(|variable| &variable.value) {
                Some(Value::Indexed(_) | Value::Associative(_)) => self.element(&name, "0").is_some(),
                _ => self.variable_text(&name).is_some(),
            },
        }
    }

    /// The tests of two words that are not numbers.
    pub(crate) fn binary_test(&self, left: &str, operator: &str, right: &str) -> bool {
        let metadata = |text: &str| self.process.host.files.metadata(&self.process.path(text)).ok();
        match operator {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-nt" => match (metadata(left), metadata(right)) {
                (Some(left), Some(right)) => left.modified > right.modified,
                (left, right) => left.is_some() && right.is_none(),
            },
            "-ot" => match (metadata(left), metadata(right)) {
                (Some(left), Some(right)) => left.modified < right.modified,
                (left, right) => left.is_none() && right.is_some(),
            },
            "-ef" => {
                let files = &self.process.host.files;
                files.same_file(&self.process.path(left), &self.process.path(right))
            }
            _ => false,
        }
    }
}

/// Compares numbers.
pub(crate) fn compare(operator: &str, left: i64, right: i64) -> bool {
    match operator {
        "-eq" => left == right,
        "-ne" => left != right,
        "-lt" => left < right,
        "-le" => left <= right,
        "-gt" => left > right,
        "-ge" => left >= right,
        _ => false,
    }
}

fn quoted(text: &str) -> &str {
    if text.is_empty() { "''" } else { text }
}

enum Failure {
    Status(u8),
    Unwind(Unwind),
}

impl From<Unwind> for Failure {
    fn from(unwind: Unwind) -> Self {
        Self::Unwind(unwind)
    }
}
