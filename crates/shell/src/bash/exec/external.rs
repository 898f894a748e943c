//! Programs as processes.

use crate::bash::flavor::Flavor;
use podground_sim::LocalBoxFuture;

use podground_vfs::{Error, FileType};

use crate::bash::state::{Run, Shell, Unwind};
use crate::exec::{Executable, find_in_path, load};
use crate::{Group, Process, SpawnError};

impl Shell {
    /// Where a program is found; `None` if nowhere.
    pub(crate) fn find_program(&mut self, name: &str) -> Option<String> {
        if let Some((path, hits)) = self.hashed.get_mut(name) {
            if self.process.host.files.exists(path) {
                *hits += 1;
                return Some(path.clone());
            }
            self.hashed.remove(name);
        }
        let path = self.search(name)?;
        if self.options.hashall {
            self.hashed.insert(name.to_owned(), (path.clone(), 1));
        }
        Some(path)
    }

    /// Looks for a program without remembering it.
    pub(crate) fn search(&self, name: &str) -> Option<String> {
        let process = &self.process;
        let path = self.variable_text("PATH")?;
        find_in_path(&process.host, &path, &process.cwd, name, process.uid, process.gid)
    }

    /// bash runs itself what is a text without `#!`; another shell has words of its own.
    fn as_script(&mut self, mut words: Vec<String>, file: String) -> (Vec<String>, String) {
        if self.flavor != Flavor::Bash {
            return (words, file);
        }
        let text = self.process.host.files.read(&self.process.path(&file)).is_ok_and(|bytes| {
            !crate::Host::is_program_file(&bytes)
                && !bytes.starts_with(b"#!")
                && !bytes.iter().take(80).any(|byte| *byte == 0)
        });
        let executable = text && self.unary_test("-x", &file);
        match self.search("bash").filter(|_| executable) {
            Some(bash) => {
                words[0] = file;
                words.insert(0, "bash".to_owned());
                (words, bash)
            }
            None => (words, file),
        }
    }

    /// Runs a program and waits for it.
    pub(crate) fn external(&mut self, words: Vec<String>, may_replace: bool) -> LocalBoxFuture<'_, Run> {
        Box::pin(async move {
            let name = words.first().cloned().unwrap_or_default();
            let file = if name.contains('/') {
                name.clone()
            } else {
                match self.find_program(&name).filter(|_| !name.is_empty()) {
                    Some(path) => path,
                    None => return self.not_found(&name, words).await,
                }
            };
            let (words, file) = self.as_script(words, file);
            if may_replace && self.traps.commands.is_empty() {
                return self.replace(words, file).await;
            }
            self.before_fork().await?;
            let mut command = self.process.command(words.clone());
            command.file = Some(file.clone());
            command.env = self.environment(&file);
            if self.interactive {
                command.ignored.retain(|signal| {
                    self.traps.get(crate::bash::traps::Trap::Signal(*signal)).is_some_and(String::is_empty)
                });
            }
            if self.options.monitor {
                command.group = Group::New;
            }
            match self.process.spawn(command) {
                Ok(child) => {
                    if self.options.monitor {
                        self.give_terminal(child.group());
                    }
                    self.wait_foreground(vec![child], None).await
                }
                Err(error) => self.cannot_run(&name, &file, &error).await,
            }
        })
    }

    /// The environment of a program.
    fn environment(&self, file: &str) -> std::collections::BTreeMap<String, String> {
        let mut env = self.variables.exported();
        env.insert("_".to_owned(), self.process.path(file));
        for (name, _) in self.function_marks.iter().filter(|(_, marks)| marks.exported) {
            if let Some(function) = self.functions.get(name) {
                env.insert(format!("BASH_FUNC_{name}%%"), crate::bash::print::exported_function(function));
            }
        }
        env
    }

    fn not_found<'a>(&'a mut self, name: &'a str, words: Vec<String>) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if let Some(handler) = self.functions.get("command_not_found_handle").cloned() {
                let mut all = vec!["command_not_found_handle".to_owned()];
                all.extend(words);
                return self.call(&handler, &all).await;
            }
            if self.variable_text("PATH").is_none() {
                self.error(&format!("{name}: No such file or directory")).await;
                return Ok(127);
            }
            self.error(&format!("{name}: {}", self.command_not_found())).await;
            Ok(127)
        })
    }

    fn cannot_run<'a>(
        &'a mut self,
        name: &'a str,
        file: &'a str,
        error: &'a SpawnError,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let shown = if name.contains('/') { name } else { file };
            let metadata = self.process.host.files.metadata(&self.process.path(file));
            let is_folder = metadata.is_ok_and(|metadata| metadata.file_type == FileType::Directory);
            let message = match error {
                _ if is_folder => "Is a directory".to_owned(),
                SpawnError::BadInterpreter(_) => "cannot execute: required file not found".to_owned(),
                SpawnError::ExecFormat => "cannot execute binary file: Exec format error".to_owned(),
                SpawnError::File(Error::NotADirectory) => "Not a directory".to_owned(),
                error => error.to_string(),
            };
            self.error(&format!("{shown}: {message}")).await;
            Ok(match error {
                _ if is_folder => 126,
                SpawnError::BadInterpreter(_) => 127,
                error => error.code(),
            })
        })
    }

    /// Runs a program in the shell's own process (`exec`).
    pub(crate) fn replace(&mut self, words: Vec<String>, file: String) -> LocalBoxFuture<'_, Run> {
        Box::pin(async move {
            let name = words.first().cloned().unwrap_or_default();
            let path = self.process.path(&file);
            let executable = match load(&self.process.host, &path, self.process.uid, self.process.gid) {
                Ok(executable) => executable,
                Err(error) => return self.cannot_run(&name, &file, &error).await,
            };
            let (program, args) = match executable {
                Executable::Program(program) => (program, words),
                Executable::Script { program, prefix } => {
                    let shown = if name.contains('/') { name } else { path };
                    let rest = words.into_iter().skip(1);
                    (program, prefix.into_iter().chain(std::iter::once(shown)).chain(rest).collect())
                }
            };
            self.process.reset_caught_signals();
            self.process.set_title(args.clone());
            let process = Process {
                host: self.process.host.clone(),
                pid: self.process.pid,
                parent: self.process.parent,
                args,
                env: self.environment(&file),
                cwd: self.process.cwd.clone(),
                uid: self.process.uid,
                gid: self.process.gid,
                umask: self.process.umask,
                fds: std::mem::take(&mut self.process.fds),
                state: self.process.state.clone(),
            };
            let status = program(process).await;
            self.traps.commands.clear();
            Err(Unwind::Exit(status))
        })
    }
}
