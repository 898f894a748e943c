//! Cuts JSON texts into values, and words what is wrong with them as jq does.
// Upstream: jq src/jv_parse.c scan, token, check_literal

/// What lies on the scanner's stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Array {
        empty: bool,
    },
    Object {
        empty: bool,
    },
    /// A key that waits for its value.
    Key,
}

/// A kind of value, as far as the scanner cares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Normal,
    Text,
    Escape,
}

/// How deep values may be nested.
const MAX_DEPTH: usize = 256;

/// Takes bytes and gives the texts of whole values.
pub(super) struct Scanner {
    state: State,
    stack: Vec<Open>,
    next: Option<Kind>,
    /// The bytes of the value so far.
    value: Vec<u8>,
    /// How many of them are a literal that has not ended.
    literal: usize,
    /// The line that is being read, from 1 on.
    pub(super) line: usize,
    column: usize,
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self {
            state: State::Normal,
            stack: Vec::new(),
            next: None,
            value: Vec::new(),
            literal: 0,
            line: 1,
            column: 0,
        }
    }

    /// Takes a byte; gives a value that it completes.
    pub(super) fn feed(&mut self, byte: u8) -> Result<Option<Vec<u8>>, String> {
        self.column += 1;
        if byte == b'\n' {
            self.line += 1;
            self.column = 0;
        }
        let at = |scanner: &Self, message: &str| {
            format!("{message} at line {}, column {}", scanner.line, scanner.column)
        };
        self.take(byte).map_err(|message| at(self, message))
    }

    /// At the end: a value that it completes.
    pub(super) fn end(&mut self) -> Result<Option<Vec<u8>>, String> {
        let at = |scanner: &Self, message: &str| {
            format!("{message} at EOF at line {}, column {}", scanner.line, scanner.column)
        };
        if self.state != State::Normal {
            return Err(at(self, "Unfinished string"));
        }
        self.check_literal().map_err(|message| at(self, message))?;
        if !self.stack.is_empty() {
            return Err(at(self, "Unfinished JSON term"));
        }
        Ok(self.done())
    }

    fn take(&mut self, byte: u8) -> Result<Option<Vec<u8>>, &'static str> {
        match self.state {
            State::Escape => {
                self.state = State::Text;
                self.value.push(byte);
                return Ok(None);
            }
            State::Text => {
                self.value.push(byte);
                match byte {
                    b'\\' => self.state = State::Escape,
                    b'"' => {
                        self.state = State::Normal;
                        self.put(Kind::Text)?;
                    }
                    _ => {}
                }
                return Ok(None);
            }
            State::Normal => {}
        }
        let literal =
            !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'[' | b']' | b'{' | b'}' | b',' | b':');
        if literal {
            // A value before is over.
            let done = if self.literal == 0 { self.done() } else { None };
            self.value.push(byte);
            self.literal += 1;
            return Ok(done);
        }
        self.check_literal()?;
        let mut done = None;
        match byte {
            b'"' => {
                done = self.done();
                self.state = State::Text;
                self.value.push(byte);
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                done = self.done();
                if done.is_none() && !self.stack.is_empty() {
                    self.value.push(byte);
                }
            }
            _ => {
                if matches!(byte, b'[' | b'{') {
                    done = self.done();
                }
                self.structure(byte)?;
                self.value.push(byte);
                done = done.or_else(|| self.done());
            }
        }
        Ok(done)
    }

    /// The value, if it is whole.
    fn done(&mut self) -> Option<Vec<u8>> {
        if self.stack.is_empty() && self.next.take().is_some() {
            return Some(std::mem::take(&mut self.value));
        }
        None
    }

    fn put(&mut self, kind: Kind) -> Result<(), &'static str> {
        if self.next.is_some() {
            return Err("Expected separator between values");
        }
        self.next = Some(kind);
        Ok(())
    }

    fn check_literal(&mut self) -> Result<(), &'static str> {
        let length = std::mem::take(&mut self.literal);
        if length == 0 {
            return Ok(());
        }
        let word = &self.value[self.value.len() - length..];
        let pattern: Option<&[u8]> = match word[0] {
            b't' => Some(b"true"),
            b'f' => Some(b"false"),
            b'n' if word.len() == 3 => Some(b"nan"),
            b'n' => Some(b"null"),
            b'\'' => return Err("Invalid string literal; expected \", but got '"),
            _ => None,
        };
        let fits = match pattern {
            Some(pattern) => word == pattern,
            None => std::str::from_utf8(word).is_ok_and(|word| {
                word.parse::<f64>().is_ok() && !word.contains(['i', 'I', 'N']) && !word.starts_with('+')
            }),
        };
        if !fits {
            return Err(if pattern.is_some() { "Invalid literal" } else { "Invalid numeric literal" });
        }
        self.put(Kind::Other)
    }

    fn structure(&mut self, byte: u8) -> Result<(), &'static str> {
        let top = self.stack.last().copied();
        match byte {
            b'[' | b'{' => {
                if self.next.is_some() {
                    return Err("Expected separator between values");
                }
                if self.stack.len() >= MAX_DEPTH {
                    return Err("Exceeds depth limit for parsing");
                }
                self.stack.push(if byte == b'[' {
                    Open::Array { empty: true }
                } else {
                    Open::Object { empty: true }
                });
            }
            b':' => {
                if !matches!(top, Some(Open::Object { .. })) {
                    return Err("':' not as part of an object");
                }
                match self.next.take() {
                    None => return Err("Expected string key before ':'"),
                    Some(Kind::Other) => return Err("Object keys must be strings"),
                    Some(Kind::Text) => self.stack.push(Open::Key),
                }
            }
            b',' => {
                if self.next.take().is_none() {
                    return Err("Expected value before ','");
                }
                match top {
                    None => return Err("',' not as part of an object or array"),
                    Some(Open::Array { .. }) => self.replace(Open::Array { empty: false }),
                    Some(Open::Key) => self.close_key(),
                    Some(Open::Object { .. }) => return Err("Objects must consist of key:value pairs"),
                }
            }
            b']' => {
                let Some(Open::Array { empty }) = top else { return Err("Unmatched ']'") };
                if self.next.take().is_none() && !empty {
                    return Err("Expected another array element");
                }
                self.stack.pop();
                self.next = Some(Kind::Other);
            }
            _ => {
                if self.next.take().is_some() {
                    match top {
                        Some(Open::Key) => self.close_key(),
                        None => return Err("Unmatched '}'"),
                        _ => return Err("Objects must consist of key:value pairs"),
                    }
                } else {
                    match top {
                        Some(Open::Object { empty: true }) => {}
                        Some(Open::Object { empty: false }) => return Err("Expected another key-value pair"),
                        _ => return Err("Unmatched '}'"),
                    }
                }
                self.stack.pop();
                self.next = Some(Kind::Other);
            }
        }
        Ok(())
    }

    fn replace(&mut self, open: Open) {
        self.stack.pop();
        self.stack.push(open);
    }

    /// A key has its value: the object has a pair.
    fn close_key(&mut self) {
        self.stack.pop();
        self.replace(Open::Object { empty: false });
    }
}

/// All values of a text, and what is wrong behind them.
pub(super) fn all(text: &[u8]) -> (Vec<Vec<u8>>, Option<String>) {
    let mut scanner = Scanner::new();
    let mut values = Vec::new();
    for byte in text {
        match scanner.feed(*byte) {
            Ok(value) => values.extend(value),
            Err(error) => return (values, Some(error)),
        }
    }
    match scanner.end() {
        Ok(value) => values.extend(value),
        Err(error) => return (values, Some(error)),
    }
    (values, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_values() {
        let (values, error) = all(b"{\"a\": [1, \"x]\"]} 12 \"b\"true\n[]");
        let texts: Vec<String> =
            values.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
        assert_eq!(texts, ["{\"a\": [1, \"x]\"]}", "12", "\"b\"", "true", "[]"]);
        assert_eq!(error, None);
    }

    #[test]
    fn words_errors() {
        for (text, error) in [
            ("NAME  READY\n", "Invalid numeric literal at line 1, column 5"),
            ("{\"a\":1", "Unfinished JSON term at EOF at line 1, column 6"),
            ("{a:1}", "Invalid numeric literal at line 1, column 3"),
            ("[1 2]", "Expected separator between values at line 1, column 5"),
            ("}", "Unmatched '}' at line 1, column 1"),
        ] {
            assert_eq!(all(text.as_bytes()).1.as_deref(), Some(error), "{text}");
        }
    }
}
