//! Commands as text, laid out as `type` and `jobs` show them.

use super::ast::{
    AndOr, Argument, CaseEnd, Command, CommandKind, Connector, Function, List, Pipeline, Redirect,
    RedirectFd, RedirectOperator, Test, TimeFormat, Word,
};

/// A command with its redirections.
pub(crate) fn command(command: &Command) -> String {
    let mut printer = Printer::default();
    printer.command(command);
    printer.finish()
}

/// A compound command without its redirections.
pub(crate) fn compound(kind: &CommandKind) -> String {
    let mut printer = Printer::default();
    printer.kind(kind);
    printer.finish()
}

/// A function as `type` shows it.
pub(crate) fn function(function: &Function) -> String {
    let mut printer = Printer::default();
    printer.out.push_str(&format!("{} () \n", function.name));
    printer.function_body(&function.body);
    printer.finish()
}

/// A function as it is exported to other shells, without its name.
pub(crate) fn exported_function(function: &Function) -> String {
    let mut printer = Printer { compact: true, ..Printer::default() };
    printer.out.push_str("() ");
    printer.function_body(&function.body);
    printer.finish().replacen("{ \n ", "{  ", 1)
}

pub(crate) fn pipeline(pipeline: &Pipeline) -> String {
    let mut printer = Printer::default();
    printer.pipeline(pipeline);
    printer.finish()
}

pub(crate) fn and_or(and_or: &AndOr) -> String {
    let mut printer = Printer::default();
    printer.and_or(and_or);
    printer.finish()
}

#[derive(Default)]
struct Printer {
    out: String,
    indent: usize,
    /// Whether all lines are indented by one space.
    compact: bool,
    /// The here-documents of the line.
    documents: Vec<String>,
}

impl Printer {
    fn finish(mut self) -> String {
        self.flush_documents();
        self.out
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn flush_documents(&mut self) {
        for document in std::mem::take(&mut self.documents) {
            self.out.push('\n');
            self.out.push_str(&document);
        }
    }

    fn newline(&mut self) {
        self.flush_documents();
        self.out.push('\n');
        let indent = if self.compact { self.indent.min(1) } else { self.indent };
        self.out.push_str(&" ".repeat(indent));
    }

    /// A list on lines of its own; `closed` puts a semicolon behind the last command.
    fn block(&mut self, list: &List, closed: bool) {
        self.indent += 4;
        self.newline();
        self.list(list, closed);
        self.indent -= 4;
        self.newline();
    }

    fn list(&mut self, list: &List, closed: bool) {
        let count = list.items.len();
        for (index, item) in list.items.iter().enumerate() {
            self.and_or(&item.and_or);
            let last = index + 1 == count;
            if item.background {
                self.text(if last { " &" } else { " & " });
                if !last {
                    continue;
                }
            } else if (!last || closed) && self.documents.is_empty() {
                self.text(";");
            }
            if !last {
                self.newline();
            }
        }
    }

    fn and_or(&mut self, and_or: &AndOr) {
        self.pipeline(&and_or.first);
        for (connector, pipeline) in &and_or.rest {
            self.text(if *connector == Connector::And { " && " } else { " || " });
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        match pipeline.timed {
            Some(TimeFormat::Bash) => self.text("time "),
            Some(TimeFormat::Posix) => self.text("time -p "),
            None => {}
        }
        if pipeline.negated {
            self.text("! ");
        }
        for (index, command) in pipeline.commands.iter().enumerate() {
            if index > 0 {
                self.text(" | ");
            }
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        self.kind(&command.kind);
        for redirect in &command.redirects {
            if !self.out.ends_with(' ') && !self.out.is_empty() {
                self.text(" ");
            }
            self.redirect(redirect);
        }
    }

    fn words(&mut self, words: &[Word]) {
        let words: Vec<&str> = words.iter().map(|word| word.text.as_ref()).collect();
        self.text(&words.join(" "));
    }

    fn kind(&mut self, kind: &CommandKind) {
        match kind {
            CommandKind::Simple(simple) => {
                let assignments = simple.assignments.iter().map(|assignment| assignment.text.to_string());
                let words = simple.words.iter().map(|word| match word {
                    Argument::Word(word) => word.text.to_string(),
                    Argument::Assignment(assignment) => assignment.text.to_string(),
                });
                let all: Vec<String> = assignments.chain(words).collect();
                self.text(&all.join(" "));
            }
            CommandKind::Brace(list) => self.braces(list),
            CommandKind::Subshell(list) => {
                self.text("( ");
                self.list(list, false);
                self.text(" )");
            }
            CommandKind::If { branches, otherwise } => {
                self.branches(branches, otherwise.as_ref());
            }
            CommandKind::While { until, condition, body } => {
                self.text(if *until { "until " } else { "while " });
                self.list(condition, false);
                self.text("; do");
                self.block(body, true);
                self.text("done");
            }
            CommandKind::For { variable, words, body } => {
                self.for_loop("for", variable, words.as_deref(), body);
            }
            CommandKind::Select { variable, words, body } => {
                self.for_loop("select", variable, words.as_deref(), body);
            }
            CommandKind::ArithmeticFor { parts, body } => {
                let [first, second, third] = parts.as_ref();
                let text = |part: &super::ast::Arithmetic| part.word.text.trim().to_owned();
                self.text(&format!("for (({}; {}; {}))", text(first), text(second), text(third)));
                self.newline();
                self.text("do");
                self.block(body, true);
                self.text("done");
            }
            CommandKind::Case { word, items } => {
                self.text(&format!("case {} in ", word.text));
                self.indent += 4;
                for item in items {
                    self.newline();
                    let patterns: Vec<&str> = item.patterns.iter().map(|word| word.text.as_ref()).collect();
                    self.text(&format!("{})", patterns.join(" | ")));
                    self.indent += 4;
                    self.newline();
                    self.list(&item.body, false);
                    self.indent -= 4;
                    self.newline();
                    self.text(match item.end {
                        CaseEnd::Leave => ";;",
                        CaseEnd::FallThrough => ";&",
                        CaseEnd::TestNext => ";;&",
                    });
                }
                self.indent -= 4;
                self.newline();
                self.text("esac");
            }
            CommandKind::Arithmetic(expression) => self.text(&format!("(({}))", expression.word.text)),
            CommandKind::Test(test) => {
                self.text("[[ ");
                self.test(test);
                self.text(" ]]");
            }
            CommandKind::Function(function) => {
                self.text(&format!("function {} () ", function.name));
                self.newline();
                self.function_body(&function.body);
            }
            CommandKind::Coprocess { name, command } => {
                self.text(&format!("coproc {name} "));
                self.command(command);
            }
        }
    }

    /// `elif` is shown as an `if` of its own.
    fn branches(&mut self, branches: &[(List, List)], otherwise: Option<&List>) {
        let Some(((condition, body), rest)) = branches.split_first() else { return };
        self.text("if ");
        self.list(condition, false);
        self.text("; then");
        self.block(body, true);
        if !rest.is_empty() {
            self.text("else");
            self.indent += 4;
            self.newline();
            self.branches(rest, otherwise);
            self.text(";");
            self.indent -= 4;
            self.newline();
        } else if let Some(body) = otherwise {
            self.text("else");
            self.block(body, true);
        }
        self.text("fi");
    }

    fn for_loop(&mut self, keyword: &str, variable: &str, words: Option<&[Word]>, body: &List) {
        self.text(&format!("{keyword} {variable} in "));
        match words {
            Some(words) => self.words(words),
            None => self.text("\"$@\""),
        }
        self.text(";");
        self.newline();
        self.text("do");
        self.block(body, true);
        self.text("done");
    }

    fn braces(&mut self, list: &List) {
        self.text("{ ");
        self.block(list, false);
        self.text("}");
    }

    fn function_body(&mut self, body: &Command) {
        if let CommandKind::Brace(_) = &body.kind {
            self.command(body);
        } else {
            self.text("{ ");
            self.indent += 4;
            self.newline();
            self.command(body);
            self.indent -= 4;
            self.newline();
            self.text("}");
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Not(inner) => {
                self.text("! ");
                self.test(inner);
            }
            Test::And(left, right) => {
                self.test(left);
                self.text(" && ");
                self.test(right);
            }
            Test::Or(left, right) => {
                self.test(left);
                self.text(" || ");
                self.test(right);
            }
            Test::Group(inner) => {
                self.text("( ");
                self.test(inner);
                self.text(" )");
            }
            Test::Unary(operator, word) => self.text(&format!("{operator} {}", word.text)),
            Test::Binary(left, operator, right) => {
                self.text(&format!("{} {operator} {}", left.text, right.text));
            }
            Test::Word(word) => self.text(&format!("-n {}", word.text)),
        }
    }

    fn redirect(&mut self, redirect: &Redirect) {
        let number = match &redirect.fd {
            RedirectFd::Default => String::new(),
            RedirectFd::Number(number) => number.to_string(),
            RedirectFd::Variable(name) => format!("{{{name}}}"),
        };
        let operator = redirect.operator.text();
        match redirect.operator {
            RedirectOperator::DuplicateInput | RedirectOperator::DuplicateOutput => {
                let number = match &redirect.fd {
                    RedirectFd::Default if redirect.operator == RedirectOperator::DuplicateOutput => {
                        "1".to_owned()
                    }
                    RedirectFd::Default => "0".to_owned(),
                    _ => number,
                };
                self.text(&format!("{number}{operator}{}", redirect.target.text));
            }
            RedirectOperator::HereDocument | RedirectOperator::HereDocumentTabs => {
                self.text(&format!("{number}{operator}{}", redirect.target.text));
                if let Some(document) = &redirect.document {
                    let body = document.body.get().map(|word| word.text.to_string()).unwrap_or_default();
                    self.documents.push(format!("{body}{}\n", document.delimiter));
                }
            }
            _ => self.text(&format!("{number}{operator} {}", redirect.target.text)),
        }
    }
}
