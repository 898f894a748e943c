//! The command line of `find`, as steps with jumps.

use podground_shell::Process;

use super::tests::{Test, compare, read_test};

/// A step.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Test(Test),
    Not,
    True,
    JumpIfFalse(usize),
    JumpIfTrue(usize),
    Prune,
    Quit,
    Print(&'static str),
    Printf(String),
    Delete,
    Exec { words: Vec<String>, in_folder: bool },
    Batch { index: usize, words: Vec<String> },
}

/// What is looked for, and what is done.
#[derive(Debug, Default)]
pub(super) struct Expression {
    pub(super) ops: Vec<Op>,
    pub(super) batches: usize,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) depth_first: bool,
    pub(super) follow: bool,
    pub(super) follow_arguments: bool,
    acts: bool,
}

struct Parser<'a> {
    process: &'a Process,
    words: &'a [String],
    at: usize,
    expression: Expression,
    /// Open parentheses.
    open: usize,
    /// How deep parentheses and `!` are nested.
    depth: usize,
}

/// The places to begin at, and the expression.
pub(super) fn parse(process: &Process) -> Result<(Vec<String>, Expression), String> {
    let mut words = process.args.get(1..).unwrap_or_default();
    let mut expression = Expression { max: usize::MAX, ..Expression::default() };
    while let Some((option @ ("-H" | "-L" | "-P"), rest)) = words.split_first().map(|(w, r)| (w.as_str(), r))
    {
        expression.follow = option == "-L";
        expression.follow_arguments = option == "-H";
        words = rest;
    }
    let is_expression = |word: &String| {
        (word.starts_with('-') && word.len() > 1) || matches!(word.as_str(), "(" | ")" | "!" | ",")
    };
    let end = words.iter().position(is_expression).unwrap_or(words.len());
    let mut starts = words[..end].to_vec();
    if starts.is_empty() {
        starts.push(".".to_owned());
    }
    let mut parser = Parser { process, words: &words[end..], at: 0, expression, open: 0, depth: 0 };
    if !parser.words.is_empty() {
        parser.comma()?;
        if parser.peek() == Some(")") {
            return Err("you have too many ')'".to_owned());
        }
    }
    let mut expression = parser.expression;
    if !expression.acts {
        let skip = expression.ops.len() + 2;
        expression.ops.push(Op::JumpIfFalse(skip));
        expression.ops.push(Op::Print("\n"));
    }
    Ok((starts, expression))
}

impl Parser<'_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn emit(&mut self, op: Op) -> usize {
        self.expression.ops.push(op);
        self.expression.ops.len() - 1
    }

    fn land(&mut self, at: usize) {
        let here = self.expression.ops.len();
        if let Op::JumpIfFalse(to) | Op::JumpIfTrue(to) = &mut self.expression.ops[at] {
            *to = here;
        }
    }

    fn comma(&mut self) -> Result<(), String> {
        self.or()?;
        while self.peek() == Some(",") {
            self.at += 1;
            self.or()?;
        }
        Ok(())
    }

    fn or(&mut self) -> Result<(), String> {
        self.and()?;
        while let Some(word @ ("-o" | "-or")) = self.peek() {
            let word = word.to_owned();
            self.at += 1;
            self.needs_operand(&word)?;
            let skip = self.emit(Op::JumpIfTrue(0));
            self.and()?;
            self.land(skip);
        }
        Ok(())
    }

    fn and(&mut self) -> Result<(), String> {
        if let Some(word @ ("-o" | "-or" | "-a" | "-and" | ",")) = self.peek() {
            return Err(format!(
                "invalid expression; you have used a binary operator '{word}' with nothing before it."
            ));
        }
        self.not()?;
        loop {
            match self.peek() {
                Some(word @ ("-a" | "-and")) => {
                    let word = word.to_owned();
                    self.at += 1;
                    self.needs_operand(&word)?;
                }
                None | Some("-o" | "-or" | "," | ")") => return Ok(()),
                Some(_) => {}
            }
            let skip = self.emit(Op::JumpIfFalse(0));
            self.not()?;
            self.land(skip);
        }
    }

    fn needs_operand(&self, word: &str) -> Result<(), String> {
        match self.peek() {
            None | Some(")") => Err(format!("expected an expression after '{word}'")),
            Some(_) => Ok(()),
        }
    }

    fn not(&mut self) -> Result<(), String> {
        const MAX_DEPTH: usize = 200;
        if self.depth >= MAX_DEPTH {
            return Err("invalid expression; it is nested too deeply".to_owned());
        }
        self.depth += 1;
        let result = self.one_not();
        self.depth -= 1;
        result
    }

    fn one_not(&mut self) -> Result<(), String> {
        if let Some(word @ ("!" | "-not")) = self.peek() {
            let word = word.to_owned();
            self.at += 1;
            self.needs_operand(&word)?;
            self.not()?;
            self.emit(Op::Not);
            return Ok(());
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<(), String> {
        let Some(word) = self.peek().map(str::to_owned) else { return Ok(()) };
        self.at += 1;
        if word == "(" {
            if self.peek() == Some(")") {
                return Err("invalid expression; empty parentheses are not allowed.".to_owned());
            }
            self.open += 1;
            self.comma()?;
            if self.peek() != Some(")") {
                return Err(
                    "invalid expression; I was expecting to find a ')' somewhere but did not see one."
                        .to_owned(),
                );
            }
            self.at += 1;
            self.open -= 1;
            return Ok(());
        }
        if word == ")" {
            return Err(if self.open == 0 {
                "you have too many ')'".to_owned()
            } else {
                "invalid expression; you have used a binary operator ')' with nothing before it.".to_owned()
            });
        }
        if !word.starts_with('-') {
            return Err(format!("paths must precede expression: `{word}'"));
        }
        self.predicate(&word)
    }

    fn argument(&mut self, name: &str) -> Result<String, String> {
        let argument =
            self.peek().map(str::to_owned).ok_or_else(|| format!("missing argument to `{name}'"))?;
        self.at += 1;
        Ok(argument)
    }

    fn predicate(&mut self, name: &str) -> Result<(), String> {
        let op = match name {
            "-print" => Op::Print("\n"),
            "-print0" => Op::Print("\0"),
            "-printf" => Op::Printf(self.argument(name)?),
            "-ls" => Op::Printf("%i %k %M %3n %u %g %s %Tb %Te %TH:%TM %p\n".to_owned()),
            "-delete" => {
                self.expression.depth_first = true;
                Op::Delete
            }
            "-exec" | "-execdir" => self.exec(name)?,
            "-prune" => {
                self.emit(Op::Prune);
                return Ok(());
            }
            "-quit" => Op::Quit,
            "-depth" | "-d" => {
                self.expression.depth_first = true;
                self.emit(Op::True);
                return Ok(());
            }
            "-follow" => {
                self.expression.follow = true;
                self.emit(Op::True);
                return Ok(());
            }
            // All is one file system, and warnings there are none.
            "-xdev" | "-mount" | "-noleaf" | "-nowarn" | "-warn" | "-true" => {
                self.emit(Op::True);
                return Ok(());
            }
            "-maxdepth" | "-mindepth" => {
                let text = self.argument(name)?;
                let number = text.parse().map_err(|_| {
                    format!("Expected a positive decimal integer argument to {name}, but got ‘{text}’")
                })?;
                if name == "-maxdepth" {
                    self.expression.max = number;
                } else {
                    self.expression.min = number;
                }
                self.emit(Op::True);
                return Ok(());
            }
            _ => {
                let test = read_test(self.process, name, || {
                    let argument = self.words.get(self.at).cloned();
                    self.at += 1;
                    argument.ok_or_else(|| format!("missing argument to `{name}'"))
                })?;
                self.emit(Op::Test(test));
                return Ok(());
            }
        };
        self.expression.acts = true;
        self.emit(op);
        Ok(())
    }

    fn exec(&mut self, name: &str) -> Result<Op, String> {
        let rest = &self.words[self.at..];
        let missing = || format!("missing argument to `{name}'");
        let end = rest
            .iter()
            .enumerate()
            .position(|(index, word)| word == ";" || (word == "+" && index > 0 && rest[index - 1] == "{}"));
        let end = end.filter(|end| *end > 0).ok_or_else(missing)?;
        self.at += end + 1;
        let mut words = rest[..end].to_vec();
        if rest[end] == "+" {
            words.pop();
            if words.is_empty() {
                return Err(missing());
            }
            self.expression.batches += 1;
            return Ok(Op::Batch { index: self.expression.batches - 1, words });
        }
        Ok(Op::Exec { words, in_folder: name == "-execdir" })
    }
}

/// `+7`, `-7`, `7`
pub(super) fn number(text: &str) -> Option<(std::cmp::Ordering, u64)> {
    let (order, digits) = compare(text);
    digits.parse().ok().map(|number| (order, number))
}
