//! Redirections.

use std::cell::OnceCell;
use std::rc::Rc;

use super::lexer::Token;
use super::{Parser, Result};
use crate::bash::ast::{HereDocument, Part, Redirect, RedirectFd, RedirectOperator, Word};

const OPERATORS: &[RedirectOperator] = &[
    RedirectOperator::Input,
    RedirectOperator::Output,
    RedirectOperator::Clobber,
    RedirectOperator::Append,
    RedirectOperator::InputOutput,
    RedirectOperator::DuplicateInput,
    RedirectOperator::DuplicateOutput,
    RedirectOperator::Both,
    RedirectOperator::BothAppend,
    RedirectOperator::HereString,
    RedirectOperator::HereDocument,
    RedirectOperator::HereDocumentTabs,
];

impl Parser<'_> {
    pub(super) fn redirects(&mut self) -> Result<Vec<Redirect>> {
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        Ok(redirects)
    }

    /// The next redirection, if there is one.
    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>> {
        let fd = match self.peek()?.clone() {
            Token::Number(number) => RedirectFd::Number(number),
            Token::Variable(name) => RedirectFd::Variable(name),
            _ => RedirectFd::Default,
        };
        if !matches!(fd, RedirectFd::Default) {
            self.next()?;
        }
        let Token::Operator(text) = self.peek()? else { return Ok(None) };
        let Some(operator) = OPERATORS.iter().copied().find(|operator| operator.text() == *text) else {
            return Ok(None);
        };
        self.next()?;
        let assignments = std::mem::replace(&mut self.assignments, false);
        let Token::Word(target) = self.peek()?.clone() else { return self.unexpected_in_line() };
        self.next()?;
        self.assignments = assignments;
        let tabs = operator == RedirectOperator::HereDocumentTabs;
        let document = (tabs || operator == RedirectOperator::HereDocument).then(|| document(&target, tabs));
        if let Some(document) = &document {
            self.add_document(document.clone());
        }
        Ok(Some(Redirect { fd, operator, target, document }))
    }
}

fn document(target: &Word, strip_tabs: bool) -> Rc<HereDocument> {
    let mut delimiter = String::new();
    let quoted = unquote(&target.parts, &mut delimiter);
    Rc::new(HereDocument { delimiter, quoted, strip_tabs, body: OnceCell::new() })
}

/// The text of a delimiter without its quotes; returns whether it had any.
fn unquote(parts: &[Part], text: &mut String) -> bool {
    let mut quoted = false;
    for part in parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Quoted(literal) => {
                text.push_str(literal);
                quoted = true;
            }
            Part::Double(parts) => {
                unquote(parts, text);
                quoted = true;
            }
            Part::Parameter(parameter) => text.push_str(&parameter.text),
            Part::Command(substitution) => text.push_str(&substitution.text),
            Part::Arithmetic(arithmetic) => text.push_str(&arithmetic.word.text),
            Part::Process { list, .. } => text.push_str(&list.text),
            Part::BadSubstitution(literal) => text.push_str(literal),
        }
    }
    quoted
}
