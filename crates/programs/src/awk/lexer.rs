//! The words of an awk program.

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Regex(String),
    Name(String),
    /// A name with a parenthesis right behind it.
    Call(String),
    /// A keyword, an operator or a bracket, as it is written.
    Word(&'static str),
    Newline,
    End,
}

const KEYWORDS: &[&str] = &[
    "BEGIN", "END", "function", "if", "else", "while", "for", "do", "break", "continue", "next", "nextfile",
    "exit", "return", "delete", "in", "getline", "print", "printf",
];

/// Longer ones first.
const OPERATORS: &[&str] = &[
    "&&", "||", "==", "<=", ">=", "!=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", ">>", "!~", "{", "}",
    "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=",
];

/// Reads words one after the other.
pub(super) struct Lexer {
    chars: Vec<char>,
    at: usize,
    /// The line of the last word.
    pub(super) line: usize,
    /// Where the last word begins.
    start: usize,
}

impl Lexer {
    pub(super) fn new(text: &str) -> Self {
        Self { chars: text.chars().collect(), at: 0, line: 1, start: 0 }
    }

    /// The text of the last word, for messages.
    pub(super) fn shown(&self) -> String {
        self.chars[self.start..self.at].iter().collect()
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.chars.get(self.at + 1) == Some(&'\n') => {
                    self.at += 2;
                    self.line += 1;
                }
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// The next word.
    pub(super) fn next(&mut self) -> Result<Token, String> {
        self.skip_blanks();
        self.start = self.at;
        let Some(c) = self.peek() else { return Ok(Token::End) };
        match c {
            '\n' => {
                self.at += 1;
                self.line += 1;
                Ok(Token::Newline)
            }
            '"' => self.text(),
            '0'..='9' | '.' => self.number(c),
            'a'..='z' | 'A'..='Z' | '_' => Ok(self.name()),
            _ => self.operator(c),
        }
    }

    fn operator(&mut self, c: char) -> Result<Token, String> {
        for operator in OPERATORS {
            let length = operator.len();
            let here = self.chars.get(self.at..self.at + length);
            if here.is_some_and(|here| here.iter().copied().eq(operator.chars())) {
                self.at += length;
                return Ok(Token::Word(operator));
            }
        }
        Err(if c == '\\' {
            "unexpected character '\\'".to_owned()
        } else {
            format!("unexpected character '{c}'")
        })
    }

    fn number(&mut self, c: char) -> Result<Token, String> {
        let rest: String = self.chars[self.at..].iter().take(400).collect();
        let length = super::number::prefix_length(&rest);
        if length == 0 {
            self.at += 1;
            return Err(format!("syntax error at or near {c}"));
        }
        self.at += length;
        Ok(Token::Number(rest[..length].parse().unwrap_or(0.0)))
    }

    fn name(&mut self) -> Token {
        let mut name = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
            self.at += 1;
        }
        if let Some(keyword) = KEYWORDS.iter().find(|keyword| **keyword == name) {
            return Token::Word(keyword);
        }
        if self.peek() == Some('(') { Token::Call(name) } else { Token::Name(name) }
    }

    fn text(&mut self) -> Result<Token, String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                None | Some('\n') => {
                    let shown: String = self.chars[self.start..self.at].iter().take(10).collect();
                    return Err(format!("runaway string constant {shown} ..."));
                }
                Some('"') => {
                    self.at += 1;
                    return Ok(Token::Text(unescape(&text)));
                }
                Some('\\') => match self.chars.get(self.at + 1) {
                    Some('\n') => {
                        self.line += 1;
                        self.at += 2;
                    }
                    Some(c) => {
                        text.push('\\');
                        text.push(*c);
                        self.at += 2;
                    }
                    None => self.at += 1,
                },
                Some(c) => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
    }

    /// Whether that word comes next.
    pub(super) fn looks_at(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let end = (self.at + word.len()).min(self.chars.len());
        self.chars[self.at..end].iter().copied().eq(word.chars())
            && !self.chars.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_')
    }

    /// The regular expression that the last word, a slash, begins.
    pub(super) fn regex(&mut self) -> Result<Token, String> {
        self.at = self.start + 1;
        let mut text = String::new();
        let mut in_bracket = false;
        loop {
            match self.peek() {
                None | Some('\n') => {
                    let shown: String = self.chars[self.start..self.at].iter().take(10).collect();
                    return Err(format!("runaway regular expression {shown} ..."));
                }
                Some('/') if !in_bracket => {
                    self.at += 1;
                    return Ok(Token::Regex(text));
                }
                Some('\\') => {
                    match self.chars.get(self.at + 1) {
                        Some('/') => text.push('/'),
                        Some(c) if *c != '\n' => {
                            text.push('\\');
                            text.push(*c);
                        }
                        _ => text.push('\\'),
                    }
                    self.at += 1;
                }
                Some(c) => {
                    // A bracket that never closes does not hide the slash.
                    if c == '[' && !in_bracket {
                        let rest = &self.chars[self.at + 1..];
                        let end = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
                        in_bracket = rest[..end].contains(&']');
                    } else if c == ']' && !text.ends_with('[') && !text.ends_with("[^") {
                        in_bracket = false;
                    }
                    text.push(c);
                }
            }
            self.at += 1;
        }
    }
}

/// A text with its escapes resolved, as of string constants, `-v` and assignments of the command line.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\\') => out.push('\\'),
            Some('"') => out.push('"'),
            Some('/') => out.push('/'),
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('v') => out.push('\x0b'),
            Some(digit @ '0'..='7') => {
                let mut code = u32::from(digit) - 48;
                for _ in 0..2 {
                    if let Some(next) = chars.next_if(|c| ('0'..='7').contains(c)) {
                        code = code * 8 + u32::from(next) - 48;
                    }
                }
                out.push_str(&crate::text::decode(&[code as u8]));
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out
}
