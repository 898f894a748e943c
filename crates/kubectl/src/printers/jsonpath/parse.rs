//! The parser, which takes and refuses what upstream's does.
//!
//! Upstream: `client-go/util/jsonpath/parser.go`

use serde_json::{Value, json};

use super::{Node, Param};

/// Parses a whole template.
pub(crate) fn template(text: &str) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            nodes.push(Node::Text(rest[..open].to_owned()));
        }
        let mut parser = Parser { rest: &rest[open + 1..] };
        let mut list = Vec::new();
        parser.action(&mut list)?;
        nodes.push(Node::List(list));
        rest = parser.rest;
    }
    if !rest.is_empty() {
        nodes.push(Node::Text(rest.to_owned()));
    }
    Ok(nodes)
}

/// Parses what stands inside of braces, without them.
fn expression(text: &str) -> Result<Vec<Node>, String> {
    let text = format!("{text}}}");
    let mut parser = Parser { rest: &text };
    let mut list = Vec::new();
    parser.action(&mut list)?;
    Ok(list)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn action(&mut self, list: &mut Vec<Node>) -> Result<(), String> {
        loop {
            if let Some(rest) = self.rest.strip_prefix('}') {
                self.rest = rest;
                return Ok(());
            }
            if let Some(rest) = self.rest.strip_prefix("[?(") {
                self.rest = rest;
                self.filter(list)?;
            } else if let Some(rest) = self.rest.strip_prefix("..") {
                self.rest = rest;
                list.push(Node::Recursive);
                if self.rest.starts_with(is_word) {
                    self.field(list);
                }
            } else {
                let Some(c) = self.rest.chars().next().filter(|c| !matches!(c, '\n' | '\r')) else {
                    return Err("unclosed action".to_owned());
                };
                let after = &self.rest[c.len_utf8()..];
                match c {
                    ' ' | '@' | '$' => self.rest = after,
                    '[' => {
                        self.rest = after;
                        self.array(list)?;
                    }
                    '"' | '\'' => {
                        self.rest = after;
                        self.quote(list, c)?;
                    }
                    '.' => {
                        self.rest = after;
                        self.field(list);
                    }
                    '+' | '-' => self.number(list)?,
                    c if c.is_numeric() => self.number(list)?,
                    c if is_word(c) => self.identifier(list),
                    c => return Err(format!("unrecognized character in action: U+{:04X} '{c}'", c as u32)),
                }
            }
        }
    }

    /// Takes characters until one that ends a word; a backslash takes the next one along.
    fn word(&mut self) -> &'a str {
        let mut chars = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((index, c)) = chars.next() {
            if c == '\\' {
                chars.next();
            } else if is_terminator(c) {
                end = index;
                break;
            }
        }
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn field(&mut self, list: &mut Vec<Node>) {
        list.push(match self.word() {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        });
    }

    fn identifier(&mut self, list: &mut Vec<Node>) {
        let end = self.rest.find(is_terminator).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        list.push(match word {
            "true" => Node::Literal(Value::Bool(true)),
            "false" => Node::Literal(Value::Bool(false)),
            word => Node::Identifier(word.to_owned()),
        });
    }

    fn number(&mut self, list: &mut Vec<Node>) -> Result<(), String> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let length = self.rest[sign..]
            .find(|c: char| c != '.' && !c.is_ascii_digit())
            .map_or(self.rest.len(), |end| end + sign);
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        if let Ok(integer) = text.parse::<i64>() {
            list.push(Node::Literal(json!(integer)));
        } else if let Ok(float) = text.parse::<f64>() {
            list.push(Node::Literal(json!(float)));
        } else {
            return Err(format!("cannot parse number {text}"));
        }
        Ok(())
    }

    fn quote(&mut self, list: &mut Vec<Node>, end: char) -> Result<(), String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((index, c)) = chars.next() {
            match c {
                c if c == end => {
                    self.rest = &self.rest[index + c.len_utf8()..];
                    list.push(Node::Text(text));
                    return Ok(());
                }
                '\n' => break,
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, 'a')) => text.push('\x07'),
                    Some((_, 'b')) => text.push('\x08'),
                    Some((_, 'f')) => text.push('\x0c'),
                    Some((_, 'v')) => text.push('\x0b'),
                    Some((_, c @ ('\\' | '"' | '\''))) => text.push(c),
                    _ => return Err("invalid syntax".to_owned()),
                },
                c => text.push(c),
            }
        }
        Err("unterminated quoted string".to_owned())
    }

    fn array(&mut self, list: &mut Vec<Node>) -> Result<(), String> {
        let end = self.rest.find([']', '\n']).filter(|end| self.rest[*end..].starts_with(']'));
        let Some(end) = end else { return Err("unterminated array".to_owned()) };
        let text = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let parts: Result<Vec<_>, _> =
                text.split(',').map(|part| expression(&format!("[{}]", part.trim_matches(' ')))).collect();
            list.push(Node::Union(parts?));
            return Ok(());
        }
        if let Some(key) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''))
            && !key.contains('\'')
        {
            list.extend(expression(&format!(".{key}"))?);
            return Ok(());
        }
        let parts: Vec<&str> = text.split(':').collect();
        let is_number = |part: &&str| {
            let digits = part.strip_prefix('-').unwrap_or(part);
            digits.chars().all(|c| c.is_ascii_digit())
        };
        if parts.len() > 3 || !parts.iter().all(is_number) {
            return Err(format!("invalid array index {text}"));
        }
        let mut params: [Param; 3] = [None; 3];
        for (param, part) in params.iter_mut().zip(&parts) {
            if !part.is_empty() {
                let number: i64 = part.parse().map_err(|_| format!("array index {part} is not a number"))?;
                *param = Some(number);
            }
        }
        let is_index = parts.len() == 1;
        if is_index {
            params[1] = Some(params[0].unwrap_or(0) + 1);
        }
        list.push(Node::Array(params, is_index));
        Ok(())
    }

    fn filter(&mut self, list: &mut Vec<Node>) -> Result<(), String> {
        let (mut begun, mut ended, mut pair) = (false, false, '"');
        let mut previous = '\0';
        let mut close = None;
        for (index, c) in self.rest.char_indices() {
            match c {
                '\n' => break,
                '"' | '\'' if !begun => {
                    begun = true;
                    pair = c;
                }
                '"' | '\'' if previous != '\\' && c == pair => ended = true,
                ')' if begun == ended => {
                    close = Some(index);
                    break;
                }
                _ => {}
            }
            previous = c;
        }
        let Some(close) = close else { return Err("unterminated filter".to_owned()) };
        let text = &self.rest[..close];
        let Some(rest) = self.rest[close + 1..].strip_prefix(']') else {
            return Err("unclosed array expect ]".to_owned());
        };
        self.rest = rest;
        let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
        let start = text.find(is_operator).filter(|start| *start > 0);
        let split = start.map(|start| {
            let length = text[start..].find(|c| !is_operator(c)).unwrap_or(text.len() - start);
            (&text[..start], &text[start..start + length], &text[start + length..])
        });
        list.push(match split {
            Some((left, operator, right)) if !right.is_empty() => {
                Node::Filter(expression(left)?, expression(right)?, operator.to_owned())
            }
            _ => Node::Filter(expression(text)?, Vec::new(), "exists".to_owned()),
        });
        Ok(())
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}
