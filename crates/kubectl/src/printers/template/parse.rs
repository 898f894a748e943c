//! From pieces to a tree.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lex::{Piece, Token, pieces, tokens};
use super::{Node, Operand, Pipeline, Template, functions};

/// So many blocks or parentheses may be within each other: the stack bounds it.
const MAX_DEPTH: usize = 100;

/// What Go says, if later.
// Upstream: text/template/parse/parse.go maxStackDepth
const TOO_DEEP: &str = "max expression depth exceeded";

/// Parses a template.
pub(crate) fn template(text: &str) -> Result<Template, String> {
    let pieces = pieces(text)?;
    let mut parser = Parser { pieces: pieces.into_iter(), line: 1, depth: 0, definitions: BTreeMap::new() };
    let (nodes, end) = parser.block(true).map_err(|why| {
        if why.starts_with("template: ") { why } else { format!("template: output:{}: {why}", parser.line) }
    })?;
    if let Some(end) = end {
        return Err(format!("template: output:{}: unexpected {{{{{}}}}}", parser.line, end.word));
    }
    Ok(Template { nodes, definitions: parser.definitions })
}

struct Parser<'a> {
    pieces: std::vec::IntoIter<Piece<'a>>,
    line: usize,
    depth: usize,
    definitions: BTreeMap<String, Vec<Node>>,
}

/// `{{end}}`, `{{else}}`, `{{else if …}}`
struct End {
    word: String,
    rest: Vec<Token>,
}

impl Parser<'_> {
    fn block(&mut self, top: bool) -> Result<(Vec<Node>, Option<End>), String> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (action, line) = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Piece::Action(action, line) => (action, line),
            };
            self.line = line;
            let mut tokens = tokens(action)?;
            let word = match tokens.first() {
                Some(Token::Word(word)) => word.clone(),
                None => return Err("missing value for command".to_owned()),
                _ => String::new(),
            };
            let mut rest = || {
                let mut rest = tokens.split_off(1);
                if rest.first() == Some(&Token::Space) {
                    rest.remove(0);
                }
                rest
            };
            match word.as_str() {
                "end" | "else" => return Ok((nodes, Some(End { word, rest: rest() }))),
                "if" | "with" | "range" => {
                    let rest = rest();
                    nodes.push(self.control(&word, &rest)?);
                }
                "break" => nodes.push(Node::Break),
                "continue" => nodes.push(Node::Continue),
                "define" => {
                    let name = name_of(&rest(), "define clause")?.0;
                    let (body, _) = self.block(false)?;
                    self.definitions.insert(name, body);
                }
                "block" => {
                    let rest = rest();
                    let (name, used) = name_of(&rest, "block clause")?;
                    let (body, _) = self.block(false)?;
                    self.definitions.insert(name.clone(), body);
                    nodes.push(Node::Call(name, argument(&rest[used..])?));
                }
                "template" => {
                    let rest = rest();
                    let (name, used) = name_of(&rest, "template clause")?;
                    nodes.push(Node::Call(name, argument(&rest[used..])?));
                }
                _ => nodes.push(Node::Action(pipeline(&tokens, "command")?)),
            }
        }
        if top { Ok((nodes, None)) } else { Err("unexpected EOF".to_owned()) }
    }

    fn control(&mut self, word: &str, rest: &[Token]) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TOO_DEEP.to_owned());
        }
        let pipeline = pipeline(rest, word)?;
        let (body, end) = self.block(false)?;
        let otherwise = match end {
            Some(End { word: kind, rest }) if kind == "else" => match rest.first() {
                Some(Token::Word(next)) if next == "if" || next == "with" => {
                    let next = next.clone();
                    let tokens: Vec<Token> =
                        rest.into_iter().skip(1).skip_while(|t| *t == Token::Space).collect();
                    vec![self.control(&next, &tokens)?]
                }
                _ => self.block(false)?.0,
            },
            _ => Vec::new(),
        };
        self.depth -= 1;
        Ok(match word {
            "if" => Node::If(pipeline, body, otherwise),
            "with" => Node::With(pipeline, body, otherwise),
            _ => Node::Range(pipeline, body, otherwise),
        })
    }
}

fn name_of(tokens: &[Token], clause: &str) -> Result<(String, usize), String> {
    match tokens.first() {
        Some(Token::Text(name)) => Ok((name.clone(), 1)),
        _ => Err(format!("unexpected token in {clause}")),
    }
}

fn argument(tokens: &[Token]) -> Result<Option<Pipeline>, String> {
    let tokens: Vec<Token> = tokens.iter().skip_while(|token| **token == Token::Space).cloned().collect();
    if tokens.is_empty() { Ok(None) } else { pipeline(&tokens, "template clause").map(Some) }
}

fn pipeline(tokens: &[Token], context: &str) -> Result<Pipeline, String> {
    let (variables, assigns, start) = declaration(tokens);
    let mut commands = Vec::new();
    for part in split_pipes(&tokens[start..]) {
        commands.push(command(part, context)?);
    }
    if commands.iter().any(Vec::is_empty) {
        return Err(format!("missing value for {context}"));
    }
    Ok(Pipeline { variables, assigns, commands })
}

fn declaration(tokens: &[Token]) -> (Vec<String>, bool, usize) {
    let mut variables = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Variable(name) => variables.push(name.clone()),
            Token::Space | Token::Comma => {}
            Token::Declare if !variables.is_empty() => return (variables, false, index + 1),
            Token::Assign if !variables.is_empty() => return (variables, true, index + 1),
            _ => break,
        }
    }
    (Vec::new(), false, 0)
}

fn split_pipes(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            Token::Pipe if depth == 0 => {
                parts.push(&tokens[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

fn command(tokens: &[Token], context: &str) -> Result<Vec<Operand>, String> {
    let mut operands: Vec<Operand> = Vec::new();
    let mut adjacent = false;
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        let operand = match token {
            Token::Space => {
                adjacent = false;
                continue;
            }
            Token::Field(name) => {
                if adjacent && let Some(last) = operands.last_mut() {
                    match last {
                        Operand::Field(path) | Operand::Variable(_, path) | Operand::Group(_, path) => {
                            path.push(name.clone());
                        }
                        _ => return Err(format!("unexpected .{name} after term")),
                    }
                    continue;
                }
                Operand::Field(vec![name.clone()])
            }
            Token::Dot => Operand::Dot,
            Token::Variable(name) => Operand::Variable(name.clone(), Vec::new()),
            Token::Text(text) => Operand::Literal(json!(text)),
            Token::Char(c) => Operand::Literal(json!(*c as u32)),
            Token::Number(text) => Operand::Literal(number(text)?),
            Token::Word(word) => match word.as_str() {
                "true" => Operand::Literal(json!(true)),
                "false" => Operand::Literal(json!(false)),
                "nil" => Operand::Nil,
                word if functions::NAMES.contains(&word) => Operand::Function(word.to_owned()),
                word => return Err(format!("function {word:?} not defined")),
            },
            Token::Open => {
                let mut depth = 1;
                let start = index;
                while depth > 0 {
                    if depth > MAX_DEPTH {
                        return Err(TOO_DEEP.to_owned());
                    }
                    match tokens.get(index) {
                        Some(Token::Open) => depth += 1,
                        Some(Token::Close) => depth -= 1,
                        Some(_) => {}
                        None => return Err("unclosed left paren".to_owned()),
                    }
                    index += 1;
                }
                let inner: Vec<Token> =
                    tokens[start..index - 1].iter().skip_while(|t| **t == Token::Space).cloned().collect();
                Operand::Group(Box::new(pipeline(&inner, "parenthesized pipeline")?), Vec::new())
            }
            Token::Close => return Err("unexpected right paren".to_owned()),
            other => return Err(format!("unexpected {other:?} in {context}")),
        };
        operands.push(operand);
        adjacent = true;
    }
    Ok(operands)
}

fn number(text: &str) -> Result<Value, String> {
    if let Ok(integer) = text.parse::<i64>() {
        return Ok(json!(integer));
    }
    text.parse::<f64>().map(|float| json!(float)).map_err(|_| format!("bad number syntax: {text:?}"))
}
