//! Compound commands.

use podground_sim::LocalBoxFuture;

use std::rc::Rc;

use crate::bash::ast::{Arithmetic, CaseEnd, CaseItem, CommandKind, List, Word};
use crate::bash::print;
use crate::bash::state::{Run, Shell, Unwind};
use crate::bash::traps::Trap;
use crate::{Group, Wait};

/// What a loop does next.
enum Next {
    Go,
    Leave,
}

impl Shell {
    pub(crate) async fn compound(&mut self, kind: &CommandKind) -> Run {
        // Only the last simple command of a list may replace the shell.
        self.may_replace = false;
        match kind {
            CommandKind::Simple(_) => Ok(0),
            CommandKind::Brace(list) => self.list(list).await,
            CommandKind::Subshell(list) => self.subshell(list).await,
            CommandKind::If { branches, otherwise } => self.if_command(branches, otherwise.as_ref()).await,
            CommandKind::While { until, condition, body } => {
                self.while_command(*until, condition, body).await
            }
            CommandKind::For { variable, words, body } => {
                self.for_command(variable, words.as_deref(), body).await
            }
            CommandKind::ArithmeticFor { parts, body } => self.arithmetic_for(parts, body).await,
            CommandKind::Select { variable, words, body } => {
                self.select_command(variable, words.as_deref(), body).await
            }
            CommandKind::Case { word, items } => self.case_command(word, items).await,
            CommandKind::Arithmetic(expression) => self.arithmetic_command(expression).await,
            CommandKind::Test(test) => {
                if self.traps.get(Trap::Debug).is_some() {
                    self.debug(self.line, print::compound(kind)).await?;
                }
                self.test_command(test).await
            }
            CommandKind::Function(function) => {
                if self.function_marks.get(&function.name).is_some_and(|marks| marks.readonly) {
                    self.error(&format!("{}: readonly function", function.name)).await;
                    return Ok(1);
                }
                let file = if self.options.command_string && self.sources == 0 {
                    "environment".to_owned()
                } else {
                    self.label.clone()
                };
                Rc::make_mut(&mut self.function_marks).entry(function.name.clone()).or_default().file = file;
                Rc::make_mut(&mut self.functions).insert(function.name.clone(), function.clone());
                Ok(0)
            }
            CommandKind::Coprocess { name, command } => self.coprocess(name, command).await,
        }
    }

    fn subshell<'a>(&'a mut self, list: &'a Rc<List>) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let group = if self.options.monitor { Group::New } else { Group::Inherit };
            self.before_fork().await?;
            let fds = self.process.fds.clone();
            let commands = list.clone();
            let child = self.fork(fds, group, |shell| shell.run_subshell(commands));
            if self.options.monitor {
                self.give_terminal(child.group());
            }
            let status = self.wait_foreground(vec![child], None).await?;
            Ok(status)
        })
    }

    fn if_command<'a>(
        &'a mut self,
        branches: &'a [(List, List)],
        otherwise: Option<&'a List>,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            for (condition, body) in branches {
                if self.condition(condition).await? {
                    return self.list(body).await;
                }
            }
            match otherwise {
                Some(body) => self.list(body).await,
                None => Ok(0),
            }
        })
    }

    /// Runs a loop's body; `break` and `continue` end here.
    fn body<'a>(&'a mut self, body: &'a List, status: &'a mut u8) -> LocalBoxFuture<'a, Run<Next>> {
        Box::pin(async move {
            self.loops += 1;
            let result = self.list(body).await;
            self.loops -= 1;
            self.tick().await;
            if !self.signals.is_empty() {
                self.check_signals().await?;
            }
            match result {
                Ok(code) => {
                    *status = code;
                    Ok(Next::Go)
                }
                Err(Unwind::Break(1)) => {
                    *status = 0;
                    Ok(Next::Leave)
                }
                Err(Unwind::Continue(1)) => {
                    *status = 0;
                    Ok(Next::Go)
                }
                Err(Unwind::Break(count)) => Err(Unwind::Break(count - 1)),
                Err(Unwind::Continue(count)) => Err(Unwind::Continue(count - 1)),
                Err(unwind) => Err(unwind),
            }
        })
    }

    fn while_command<'a>(
        &'a mut self,
        until: bool,
        condition: &'a List,
        body: &'a List,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let mut status = 0;
            loop {
                self.loops += 1;
                let met = self.condition(condition).await;
                self.loops -= 1;
                match met {
                    Ok(met) if met != until => {}
                    Ok(_) => return Ok(status),
                    Err(Unwind::Break(1)) => return Ok(0),
                    Err(Unwind::Continue(1)) => {
                        self.tick().await;
                        continue;
                    }
                    Err(Unwind::Break(count)) => return Err(Unwind::Break(count - 1)),
                    Err(Unwind::Continue(count)) => return Err(Unwind::Continue(count - 1)),
                    Err(unwind) => return Err(unwind),
                }
                if let Next::Leave = self.body(body, &mut status).await? {
                    return Ok(status);
                }
            }
        })
    }

    /// The words that a loop goes through.
    fn loop_words<'a>(&'a mut self, words: Option<&'a [Word]>) -> LocalBoxFuture<'a, Run<Vec<String>>> {
        Box::pin(async move {
            match words {
                Some(words) => self.expand_words(words.iter()).await,
                None => Ok(self.positional.to_vec()),
            }
        })
    }

    async fn valid_variable(&mut self, name: &str) -> bool {
        if crate::bash::parser::is_name(name) {
            return true;
        }
        self.error(&format!("`{name}': not a valid identifier")).await;
        false
    }

    /// The DEBUG trap of a compound command.
    async fn debug(&mut self, line: u32, text: String) -> Run<()> {
        if self.traps.get(Trap::Debug).is_none() || self.traps.running {
            return Ok(());
        }
        self.line = line;
        self.command_text = Some(text);
        let result = self.fire(Trap::Debug).await;
        self.command_text = None;
        result
    }

    fn for_command<'a>(
        &'a mut self,
        variable: &'a str,
        words: Option<&'a [Word]>,
        body: &'a List,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if !self.valid_variable(variable).await {
                return Ok(1);
            }
            let line = self.line;
            let mut status = 0;
            let debugged = self.traps.get(Trap::Debug).is_some();
            for word in self.loop_words(words).await? {
                if debugged {
                    let words = words.map_or(String::from("\"$@\""), |words| {
                        words.iter().map(|word| word.text.to_string()).collect::<Vec<_>>().join(" ")
                    });
                    self.debug(line, format!("for {variable} in {words}")).await?;
                }
                if self.options.xtrace {
                    self.line = line;
                    let words = words.map_or(String::from("\"$@\""), |words| {
                        words.iter().map(|word| word.text.to_string()).collect::<Vec<_>>().join(" ")
                    });
                    self.trace(&format!("for {variable} in {words}")).await;
                }
                if let Err(message) = self.assign_text(variable, word, false) {
                    self.error(&message).await;
                    return Ok(1);
                }
                if let Next::Leave = self.body(body, &mut status).await? {
                    break;
                }
            }
            Ok(status)
        })
    }

    fn arithmetic_for<'a>(
        &'a mut self,
        parts: &'a [Arithmetic; 3],
        body: &'a List,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let mut status = 0;
            let [first, condition, step] = parts;
            if self.for_part(first).await?.is_none() {
                return Ok(1);
            }
            loop {
                if !condition.word.text.trim().is_empty() {
                    match self.for_part(condition).await? {
                        None => return Ok(1),
                        Some(0) => return Ok(status),
                        Some(_) => {}
                    }
                }
                if let Next::Leave = self.body(body, &mut status).await? {
                    return Ok(status);
                }
                if self.for_part(step).await?.is_none() {
                    return Ok(1);
                }
            }
        })
    }

    /// A part of `for (( ))`; `None` after an error that was told.
    async fn for_part(&mut self, part: &Arithmetic) -> Run<Option<i64>> {
        match self.try_arithmetic(part).await? {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                self.error(&format!("((: {}", error.message)).await;
                Ok(None)
            }
        }
    }

    fn select_command<'a>(
        &'a mut self,
        variable: &'a str,
        words: Option<&'a [Word]>,
        body: &'a List,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if !self.valid_variable(variable).await {
                return Ok(1);
            }
            let words = self.loop_words(words).await?;
            let mut status = 0;
            let mut show = true;
            while !words.is_empty() {
                if show {
                    let width = words.len().to_string().len();
                    for (index, word) in words.iter().enumerate() {
                        self.process.eprint(&format!("{:>width$}) {word}\n", index + 1)).await;
                    }
                }
                let prompt = self.variable_text("PS3").unwrap_or_else(|| "#? ".to_owned());
                self.process.eprint(&prompt).await;
                let Ok(Some(reply)) = self.process.read_line(0).await else {
                    self.process.eprint("\n").await;
                    return Ok(1);
                };
                show = reply.trim().is_empty();
                if show {
                    continue;
                }
                self.set_text("REPLY", &reply);
                let chosen =
                    reply.trim().parse::<usize>().ok().and_then(|number| words.get(number.wrapping_sub(1)));
                self.set_text(variable, &chosen.cloned().unwrap_or_default());
                if let Next::Leave = self.body(body, &mut status).await? {
                    break;
                }
            }
            Ok(status)
        })
    }

    fn case_command<'a>(&'a mut self, word: &'a Word, items: &'a [CaseItem]) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let text = self.expand_single(word).await?;
            if self.options.xtrace {
                self.trace(&format!("case {} in", word.text)).await;
            }
            let mut status = 0;
            let mut fall = false;
            for item in items {
                let mut matched = fall;
                for pattern in &item.patterns {
                    if matched {
                        break;
                    }
                    let pattern = self.expand_pattern(pattern).await?;
                    matched = self.compile(&pattern, false).matches(&text);
                }
                if !matched {
                    continue;
                }
                status = self.list(&item.body).await?;
                match item.end {
                    CaseEnd::Leave => return Ok(status),
                    CaseEnd::FallThrough => fall = true,
                    CaseEnd::TestNext => fall = false,
                }
            }
            Ok(status)
        })
    }

    fn arithmetic_command<'a>(&'a mut self, expression: &'a Arithmetic) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            self.debug(self.line, format!("(({}))", expression.word.text)).await?;
            if self.options.xtrace {
                self.trace(&format!("(( {} ))", expression.word.text)).await;
            }
            match self.try_arithmetic(expression).await? {
                Ok(value) => Ok(u8::from(value == 0)),
                Err(error) => {
                    self.error(&format!("((: {}", error.message)).await;
                    Ok(1)
                }
            }
        })
    }

    /// Waits for processes in the foreground; gives the status of the last.
    pub(crate) fn wait_foreground(
        &mut self,
        children: Vec<crate::Child>,
        text: Option<String>,
    ) -> LocalBoxFuture<'_, Run> {
        Box::pin(async move {
            if self.options.monitor {
                return self.wait_job(children, text, None).await;
            }
            let mut statuses = Vec::new();
            for child in &children {
                statuses.push(self.wait_patiently(child).await?);
            }
            self.told_signals(&statuses, &children, text).await;
            let codes: Vec<u8> = statuses.iter().map(|status| status.code()).collect();
            let status = self.pipeline_status(&codes);
            self.pipe_status = codes;
            self.check_signals().await?;
            Ok(status)
        })
    }

    /// Waits for a child, though it may stop; a signal that ends the shell ends the waiting.
    fn wait_patiently<'a>(
        &'a mut self,
        child: &'a crate::Child,
    ) -> LocalBoxFuture<'a, Run<crate::ExitStatus>> {
        Box::pin(async move {
            let mut held = Vec::new();
            let signals = self.signals.clone();
            let end = loop {
                let ended = async {
                    Ok(match child.wait_or_stop().await {
                        Wait::Ended(status) => status,
                        // Without job control one waits on.
                        Wait::Stopped(_) => child.wait().await,
                    })
                };
                if !self.exits_on_signals() {
                    break ended.await;
                }
                let interrupted = async {
                    match signals.recv().await {
                        Ok(signal) => Err(signal),
                        Err(_) => std::future::pending().await,
                    }
                };
                match futures_lite::future::or(ended, interrupted).await {
                    Err(signal) if self.traps.get(Trap::Signal(signal)).is_some() => held.push(signal),
                    end => break end,
                }
            };
            // Traps run when the command has ended.
            for signal in held {
                let _ = self.signal_sender.try_send(signal);
            }
            match end {
                Ok(status) => Ok(status),
                Err(signal) => Err(self.die_of(signal).await),
            }
        })
    }

    /// The status of a pipeline: that of the last command, or with `pipefail` of the last that failed.
    pub(crate) fn pipeline_status(&self, codes: &[u8]) -> u8 {
        let last = codes.last().copied().unwrap_or(0);
        if self.options.pipefail {
            codes.iter().rev().copied().find(|code| *code != 0).unwrap_or(0)
        } else {
            last
        }
    }
}
