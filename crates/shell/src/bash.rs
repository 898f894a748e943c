//! The program `bash`: the language of bash 5.2 over the processes of a host.

#![allow(
    clippy::format_collect,
    clippy::match_same_arms,
    reason = "short lists of lines; tables that read like bash's manual"
)]

mod arithmetic;
mod ast;
mod builtins;
mod clock;
mod escapes;
mod exec;
mod expand;
mod flavor;
mod history;
mod history_expand;
mod interactive;
mod jobs;
mod options;
mod parser;
mod pattern;
mod print;
mod prompt;
mod readline;
mod state;
mod traps;
mod variables;

use podground_sim::LocalBoxFuture;

use crate::{OpenOptions, Process};
use exec::Origin;
use flavor::Flavor;
use state::{Run, Shell};

/// How many bytes a pipe holds.
pub(crate) const PIPE: usize = 64 * 1024;

/// What the command line asks for.
#[derive(Default)]
struct Invocation {
    command: Option<String>,
    script: Option<String>,
    positional: Vec<String>,
    interactive: bool,
    login: bool,
    no_files: bool,
    options: Vec<(String, bool)>,
    shopt: Vec<(String, bool)>,
}

/// The program `bash`, also called `sh`.
pub fn bash(process: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let name = process.args.first().cloned().unwrap_or_else(|| "bash".to_owned());
        let mut shell = Shell::new(process, &name);
        shell.find_flavor();
        let words: Vec<String> = shell.process.args.iter().skip(1).cloned().collect();
        let invocation = match parse(&name, &words) {
            Ok(invocation) => invocation,
            Err((message, status)) => {
                if status == 0 {
                    shell.process.print(&message).await;
                } else {
                    shell.process.eprint(&message).await;
                }
                return status;
            }
        };
        if podground_vfs::base_name(&name).trim_start_matches('-') == "sh" {
            shell.options.posix = false;
        }
        for (name, on) in &invocation.options {
            if let Some(option) = shell.options.named(name) {
                *option = *on;
            }
        }
        for (name, on) in &invocation.shopt {
            shell.options.switch(name, *on);
        }
        shell.positional = std::rc::Rc::new(invocation.positional.clone());
        if invocation.login || name.starts_with('-') {
            shell.options.switch("login_shell", true);
        }
        let on_terminal = shell.process.is_terminal(0) && shell.process.is_terminal(2);
        let reads_input = invocation.command.is_none() && invocation.script.is_none();
        if invocation.interactive || (reads_input && on_terminal) {
            shell.become_interactive();
            if !invocation.no_files {
                let result = shell.startup_files().await;
                if let Err(unwind) = result {
                    return shell.finish(Err(unwind)).await;
                }
            }
        }
        let result = shell.run_invocation(invocation).await;
        shell.finish(result).await
    })
}

impl Shell {
    async fn run_invocation(&mut self, invocation: Invocation) -> Run {
        if let Some(text) = invocation.command {
            self.options.command_string = true;
            if let Some(first) = self.positional.first().cloned() {
                self.name.clone_from(&first);
                self.label = first;
                std::rc::Rc::make_mut(&mut self.positional).remove(0);
            }
            return self.run_source(&text, 1, Origin::Argument).await;
        }
        if let Some(script) = invocation.script {
            return self.run_script(&script).await;
        }
        if self.interactive {
            return self.interact().await;
        }
        self.run_input().await
    }

    async fn run_script(&mut self, script: &str) -> Run {
        let mut path = script.to_owned();
        if !script.contains('/') && !self.process.host.files.exists(&self.process.path(script)) {
            path = self.search(script).unwrap_or(path);
        }
        let text = match self.process.open(&path, OpenOptions::READ) {
            Ok(fd) => {
                let mut bytes = Vec::new();
                loop {
                    match fd.read(usize::MAX >> 1).await {
                        Ok(more) if more.is_empty() => break,
                        Ok(more) => bytes.extend(more),
                        Err(error) => {
                            let label = self.label.clone();
                            let message = format!("{script}: {script}: {error}\n")
                                .replace("Is a directory", "Is a directory");
                            let _ = label;
                            self.process.eprint(&message).await;
                            return Ok(126);
                        }
                    }
                }
                bytes
            }
            Err(error) => {
                let label = self.label.clone();
                self.process.eprint(&format!("{label}: {script}: {error}\n")).await;
                return Ok(if error == podground_vfs::Error::NotFound { 127 } else { 126 });
            }
        };
        if text.iter().take(80).any(|byte| *byte == 0) {
            self.process.eprint(&format!("{script}: {script}: cannot execute binary file\n")).await;
            return Ok(126);
        }
        script.clone_into(&mut self.name);
        script.clone_into(&mut self.label);
        let text = String::from_utf8_lossy(&text).into_owned();
        self.run_source(&text, 1, Origin::File).await
    }

    /// Becomes an interactive shell: job control, aliases, history.
    fn become_interactive(&mut self) {
        self.interactive = true;
        self.options.interactive = true;
        self.options.history = true;
        self.options.histexpand = true;
        self.options.emacs = true;
        self.options.switch("expand_aliases", true);
        let in_terminal = self.process.terminal().is_some();
        self.options.monitor = in_terminal;
        if in_terminal {
            // The shell leads a group of its own.
            self.process.set_group(self.process.pid);
            self.take_terminal();
        }
        for signal in crate::Signal::ALL {
            let disposition = self.default_disposition(*signal);
            if !matches!(disposition, crate::process::Disposition::Default) && *signal != crate::Signal::Chld
            {
                self.process.state.set_disposition(*signal, disposition);
            }
        }
        for (name, value) in
            [("PS1", self.default_prompt()), ("PS2", "> "), ("HISTSIZE", "500"), ("HISTFILESIZE", "500")]
        {
            if self.variables.get(name).is_none() {
                self.set_text(name, value);
            }
        }
        if self.variables.get("HISTFILE").is_none()
            && let Some(home) = self.variable_text("HOME")
        {
            self.set_text("HISTFILE", &format!("{}/.bash_history", home.trim_end_matches('/')));
        }
        let label = podground_vfs::base_name(&self.name).to_owned();
        let whole = self.flavor != Flavor::Bash || self.name.starts_with('-');
        self.label = if whole { self.name.clone() } else { label };
        self.load_history();
    }

    async fn startup_files(&mut self) -> Run<()> {
        let home = self.variable_text("HOME").unwrap_or_default();
        let mut files = Vec::new();
        if self.options.is("login_shell") {
            files.push("/etc/profile".to_owned());
            let candidates =
                [".bash_profile", ".bash_login", ".profile"].map(|name| format!("{home}/{name}"));
            files.extend(candidates.into_iter().find(|file| self.process.host.files.is_file(file)));
        } else if self.flavor == Flavor::Bash {
            files.push("/etc/bash.bashrc".to_owned());
            files.push(format!("{home}/.bashrc"));
        }
        for file in files {
            let Ok(text) = self.process.host.files.read_to_string(&file) else { continue };
            let label = std::mem::replace(&mut self.label, file);
            self.sources += 1;
            let result = self.run_source(&text, 1, Origin::File).await;
            self.sources -= 1;
            self.label = label;
            match result {
                Ok(_)
                | Err(state::Unwind::Return(_) | state::Unwind::Discard(_) | state::Unwind::Interrupted) => {}
                Err(unwind) => return Err(unwind),
            }
        }
        self.status = 0;
        Ok(())
    }
}

/// Reads the command line; an error is a message and a status.
fn parse(name: &str, words: &[String]) -> Result<Invocation, (String, u8)> {
    let mut invocation = Invocation::default();
    let mut wants_command = false;
    let mut from_input = false;
    let mut index = 0;
    while let Some(word) = words.get(index) {
        index += 1;
        match word.as_str() {
            "--" | "-" => break,
            "--login" => invocation.login = true,
            "--norc" | "--noprofile" => invocation.no_files = true,
            "--posix" | "--noediting" | "--verbose" | "--debugger" | "--restricted" => {}
            "--rcfile" | "--init-file" => index += 1,
            "--version" => {
                let text = "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu), as Podground's shell plays it\n";
                return Err((text.to_owned(), 0));
            }
            "--help" => return Err((help(name), 0)),
            word if word.starts_with("--") => {
                return Err((format!("{name}: {word}: invalid option\n{}", help(name)), 2));
            }
            word if word.len() > 1 && (word.starts_with('-') || word.starts_with('+')) => {
                let on = word.starts_with('-');
                for letter in word.chars().skip(1) {
                    match letter {
                        'c' => wants_command = true,
                        's' => from_input = true,
                        'i' => invocation.interactive = true,
                        'l' => invocation.login = true,
                        'r' | 'D' => {}
                        'o' | 'O' => {
                            let Some(option) = words.get(index) else {
                                return Err((format!("{name}: -{letter}: option requires an argument\n"), 2));
                            };
                            index += 1;
                            let known = if letter == 'o' {
                                options::SET.iter().any(|(known, ..)| known == option)
                            } else {
                                options::SHOPT.iter().any(|(known, _)| known == option)
                            };
                            if !known {
                                let kind = if letter == 'o' { "option" } else { "shell option" };
                                return Err((format!("{name}: {option}: invalid {kind} name\n"), 2));
                            }
                            let list =
                                if letter == 'o' { &mut invocation.options } else { &mut invocation.shopt };
                            list.push((option.clone(), on));
                        }
                        letter => match options::SET.iter().find(|(_, known, _)| *known == letter) {
                            Some((option, ..)) if letter != ' ' => {
                                invocation.options.push(((*option).to_owned(), on));
                            }
                            _ => {
                                return Err((
                                    format!("{name}: -{letter}: invalid option\n{}", help(name)),
                                    2,
                                ));
                            }
                        },
                    }
                }
            }
            _ => {
                index -= 1;
                break;
            }
        }
    }
    let mut rest = words[index.min(words.len())..].iter().cloned();
    if wants_command {
        match rest.next() {
            Some(command) => invocation.command = Some(command),
            None => return Err((format!("{name}: -c: option requires an argument\n"), 2)),
        }
    } else if !from_input {
        invocation.script = rest.next();
    }
    invocation.positional = rest.collect();
    Ok(invocation)
}

fn help(name: &str) -> String {
    format!(
        "Usage:\t{name} [option] ...\n\t{name} [option] script-file ...\nShell options:\n\t-c command, -i, -l, -s, -o option, -O option, and those of `set'\n"
    )
}
