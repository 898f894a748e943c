//! The state of a shell.

use podground_sim::LocalBoxFuture;

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::Time;
use podground_sim::channel::{Receiver, Sender, unbounded};

use super::ast::Function;
use super::flavor::Flavor;
use super::history::History;
use super::jobs::Jobs;
use super::options::Options;
use super::traps::Traps;
use super::variables::Variables;
use crate::{Pid, Process, Signal};

/// Why the commands that run are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unwind {
    /// `break n`
    Break(u32),
    /// `continue n`
    Continue(u32),
    /// `return`
    Return(u8),
    /// `exit`, or an error that ends a script.
    Exit(u8),
    /// An error that ends the line.
    Discard(u8),
    /// Ctrl-C.
    Interrupted,
}

pub(crate) type Run<T = u8> = Result<T, Unwind>;

/// The attributes of a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct FunctionMarks {
    /// The file that it was defined in.
    pub(crate) file: String,
    /// It inherits the traps DEBUG and RETURN.
    pub(crate) traced: bool,
    pub(crate) exported: bool,
    pub(crate) readonly: bool,
}

impl FunctionMarks {
    /// As `declare -F` shows them.
    pub(crate) fn letters(&self) -> String {
        let all = [(self.readonly, 'r'), (self.traced, 't'), (self.exported, 'x')];
        all.iter().filter(|(set, _)| *set).map(|(_, letter)| *letter).collect()
    }
}

/// A function that runs.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) name: String,
    /// The line that it was called in.
    pub(crate) line: u32,
    pub(crate) source: String,
    /// The file that it was defined in.
    pub(crate) file: String,
}

pub(crate) struct Shell {
    pub(crate) process: Process,
    pub(crate) variables: Variables,
    pub(crate) functions: Rc<BTreeMap<String, Rc<Function>>>,
    pub(crate) function_marks: Rc<BTreeMap<String, FunctionMarks>>,
    pub(crate) aliases: Rc<BTreeMap<String, String>>,
    pub(crate) options: Options,
    /// `$0`
    pub(crate) name: String,
    /// What messages begin with: `bash`, or the script.
    pub(crate) label: String,
    pub(crate) flavor: Flavor,
    pub(crate) positional: Rc<Vec<String>>,
    pub(crate) status: u8,
    pub(crate) last_background: Option<Pid>,
    pub(crate) jobs: Jobs,
    pub(crate) traps: Traps,
    pub(crate) line: u32,
    /// Whether it reads from a terminal and prompts.
    pub(crate) interactive: bool,
    /// How many subshells lie around it.
    pub(crate) subshell: u32,
    pub(crate) frames: Vec<Frame>,
    pub(crate) loops: u32,
    /// How many scripts are being sourced.
    pub(crate) sources: u32,
    /// How many conditions lie around: `set -e` does not act in them.
    pub(crate) conditions: u32,
    /// `pushd`'s folders below the current one.
    pub(crate) directories: Vec<String>,
    pub(crate) hashed: BTreeMap<String, (String, u32)>,
    /// `$$`
    pub(crate) main_pid: Pid,
    pub(crate) started: Time,
    pub(crate) history: History,
    /// The place within a group of options that `getopts` has reached.
    pub(crate) getopts: (i64, usize),
    /// The number that RANDOM has reached.
    pub(crate) random: u32,
    pub(crate) nesting: u32,
    pub(crate) ticks: u32,
    pub(crate) signal_sender: Sender<Signal>,
    pub(crate) signals: Receiver<Signal>,
    /// What process substitutions have opened for the command that is being expanded.
    pub(crate) opened: Vec<u32>,
    /// The command that runs, in the text of the job.
    pub(crate) last_substitution: Option<u8>,
    /// PIPESTATUS
    pub(crate) pipe_status: Vec<u8>,
    /// How many substitutions lie around, for `set -x`.
    pub(crate) substitutions: u32,
    /// How many texts of `eval` and `source` lie around, for `set -x`.
    pub(crate) evals: u32,
    /// Texts that were killed while typing, the latest last.
    pub(crate) kills: Vec<Vec<char>>,
    /// What Ctrl-R has last searched for.
    pub(crate) last_search: String,
    /// `$_`
    pub(crate) last_argument: String,
    /// The simple command that runs, for job messages.
    pub(crate) current: Option<Rc<super::ast::Command>>,
    /// Coprocesses: process, name, descriptors.
    pub(crate) coprocesses: Vec<(Pid, String, [u32; 2])>,
    /// BASH_COMMAND, where it is not the whole of `current`.
    pub(crate) command_text: Option<String>,
    /// Whether what is started does not end by Ctrl-C: in the background, without job control.
    pub(crate) quiet_fork: bool,
    /// Whether `exit` has warned of stopped jobs.
    pub(crate) warned_of_jobs: bool,
    /// Whether the last command may replace the shell's process.
    pub(crate) may_replace: bool,
}

impl Shell {
    pub(crate) fn new(process: Process, name: &str) -> Self {
        let (signal_sender, signals) = unbounded();
        let host = process.host.clone();
        let mut random = host.sim.rng("RANDOM", &[&host.hostname.borrow(), &process.pid.to_string()]);
        let random = random.next_u64() as u32;
        let mut shell = Self {
            variables: Variables::default(),
            functions: Rc::default(),
            function_marks: Rc::default(),
            aliases: Rc::default(),
            options: Options::default(),
            name: name.to_owned(),
            label: name.to_owned(),
            flavor: Flavor::default(),
            positional: Rc::default(),
            status: 0,
            last_background: None,
            jobs: Jobs::default(),
            traps: Traps::default(),
            line: 1,
            interactive: false,
            subshell: 0,
            frames: Vec::new(),
            loops: 0,
            sources: 0,
            conditions: 0,
            directories: Vec::new(),
            hashed: BTreeMap::new(),
            main_pid: process.pid,
            started: host.sim.now(),
            history: History::default(),
            getopts: (1, 0),
            random,
            nesting: 0,
            ticks: 0,
            signal_sender,
            signals,
            opened: Vec::new(),
            last_substitution: None,
            pipe_status: vec![0],
            substitutions: 0,
            evals: 0,
            kills: Vec::new(),
            last_search: String::new(),
            last_argument: name.to_owned(),
            current: None,
            coprocesses: Vec::new(),
            command_text: None,
            quiet_fork: false,
            warned_of_jobs: false,
            may_replace: false,
            process,
        };
        shell.import_environment();
        shell
    }

    /// A function that another shell has exported.
    fn import_function(&mut self, name: &str, text: &str) {
        let text = format!("{name} {text}");
        let mut parser = super::parser::Parser::new(&text, 1, super::parser::Options::PLAIN);
        let Ok(Some(list)) = parser.next_commands() else { return };
        // What is no single function is not run.
        let [item] = list.items.as_slice() else { return };
        let [command] = item.and_or.first.commands.as_slice() else { return };
        if let super::ast::CommandKind::Function(function) = &command.kind {
            Rc::make_mut(&mut self.functions).insert(name.to_owned(), function.clone());
            Rc::make_mut(&mut self.function_marks).entry(name.to_owned()).or_default().exported = true;
        }
    }

    fn import_environment(&mut self) {
        for (name, value) in std::mem::take(&mut self.process.env) {
            if let Some(name) = name.strip_prefix("BASH_FUNC_").and_then(|name| name.strip_suffix("%%")) {
                self.import_function(name, &value);
                continue;
            }
            if super::parser::is_name(&name) {
                let variable = self.variables.global(&name);
                variable.value = super::variables::Value::Scalar(value);
                variable.exported = true;
            }
        }
        let cwd = self.process.cwd.clone();
        let files = self.process.host.files.clone();
        // PWD may name the folder by way of symbolic links.
        let inherited = self.variables.get("PWD").and_then(|v| v.text()).map(str::to_owned);
        match inherited
            .filter(|pwd| pwd.starts_with('/') && files.canonicalize(pwd) == files.canonicalize(&cwd))
        {
            Some(pwd) => self.process.cwd = pwd,
            None => self.set_text("PWD", &cwd),
        }
        if let Some(pwd) = self.variables.get_mut("PWD") {
            pwd.exported = true;
        }
        let level = self.variables.get("SHLVL").and_then(|v| v.text()).and_then(|v| v.parse::<i64>().ok());
        self.set_text("SHLVL", &(level.unwrap_or(0) + 1).to_string());
        if let Some(level) = self.variables.get_mut("SHLVL") {
            level.exported = true;
        }
        let defaults: &[(&str, &str)] = &[
            ("IFS", " \t\n"),
            ("PS4", "+ "),
            ("OPTIND", "1"),
            ("OPTERR", "1"),
            ("BASH", "/bin/bash"),
            ("BASH_VERSION", "5.2.15(1)-release"),
            ("HOSTTYPE", "x86_64"),
            ("OSTYPE", "linux-gnu"),
            ("MACHTYPE", "x86_64-pc-linux-gnu"),
        ];
        for (name, value) in defaults {
            let variable = self.variables.global(name);
            *variable = super::variables::Variable::scalar(*value);
        }
        if self.variables.get("PATH").is_none() {
            self.set_text("PATH", crate::exec::DEFAULT_PATH);
        }
        let hostname = self.process.host.hostname.borrow().clone();
        self.set_text("HOSTNAME", &hostname);
        for (name, value) in
            [("UID", self.process.uid), ("EUID", self.process.uid), ("PPID", self.process.parent)]
        {
            let variable = self.variables.global(name);
            variable.value = super::variables::Value::Scalar(value.to_string());
            variable.integer = true;
            variable.readonly = true;
        }
    }

    /// A copy for a subshell, which is another process.
    pub(crate) fn for_subshell(&self, process: Process) -> Self {
        let (signal_sender, signals) = unbounded();
        Self {
            process,
            variables: self.variables.clone(),
            functions: self.functions.clone(),
            function_marks: self.function_marks.clone(),
            aliases: self.aliases.clone(),
            options: Options { monitor: false, ..self.options.clone() },
            name: self.name.clone(),
            label: self.label.clone(),
            flavor: self.flavor,
            positional: self.positional.clone(),
            status: self.status,
            last_background: self.last_background,
            jobs: self.jobs.for_subshell(),
            traps: self.traps.for_subshell(),
            line: self.line,
            interactive: false,
            subshell: self.subshell + 1,
            frames: self.frames.clone(),
            loops: 0,
            sources: self.sources,
            conditions: self.conditions,
            directories: self.directories.clone(),
            hashed: self.hashed.clone(),
            main_pid: self.main_pid,
            started: self.started,
            history: self.history.clone(),
            getopts: self.getopts,
            random: self.random,
            nesting: self.nesting,
            ticks: 0,
            signal_sender,
            signals,
            opened: Vec::new(),
            last_substitution: None,
            pipe_status: self.pipe_status.clone(),
            substitutions: self.substitutions,
            evals: self.evals,
            kills: Vec::new(),
            last_search: String::new(),
            last_argument: self.last_argument.clone(),
            current: None,
            coprocesses: Vec::new(),
            command_text: None,
            quiet_fork: false,
            warned_of_jobs: false,
            may_replace: false,
        }
    }

    /// Subshells of an interactive shell have no line numbers either.
    pub(crate) fn label_is_interactive(&self) -> bool {
        self.options.interactive && self.sources == 0
    }

    /// Tells an error.
    pub(crate) fn error<'a>(&'a self, message: &'a str) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            self.process.eprint(&format!("{}{message}\n", self.prefix())).await;
        })
    }

    /// Writes to standard output; an error is told as of the builtin `name`.
    pub(crate) async fn out(&self, name: &str, text: &str) -> u8 {
        self.out_bytes(name, text.as_bytes()).await
    }

    pub(crate) async fn out_bytes(&self, name: &str, bytes: &[u8]) -> u8 {
        match self.process.write(1, bytes).await {
            Ok(()) => 0,
            Err(error) => {
                self.error(&format!("{name}: write error: {error}")).await;
                1
            }
        }
    }

    /// Lets others run now and then: an endless loop can then be ended, and takes time.
    pub(crate) async fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(1024) {
            self.process.host.sim.sleep(std::time::Duration::from_millis(1)).await;
        } else if self.ticks.is_multiple_of(64) {
            futures_lite::future::yield_now().await;
        }
    }
}
