//! Texts and actions, and the tokens of actions.

/// A piece of the template's text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    /// Text between actions.
    Text(String),
    /// What stands between `{{` and `}}`, and the line where it begins.
    Action(&'a str, usize),
}

/// Cuts a template into texts and actions; comments go.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let (mut rest, mut trim, mut line) = (text, false, 1);
    while let Some(open) = rest.find("{{") {
        let mut before = &rest[..open];
        let start_line = line + before.matches('\n').count();
        let mut inner = &rest[open + 2..];
        let trims_left = inner.starts_with("- ") || inner.starts_with("-\n") || inner.starts_with("-\t");
        if trims_left {
            inner = &inner[1..];
        }
        if trim {
            before = before.trim_start();
        }
        if trims_left {
            before = before.trim_end();
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let close = close_of(inner).ok_or_else(|| {
            let why =
                if inner.trim_start().starts_with("/*") { "unclosed comment" } else { "unclosed action" };
            format!("template: output:{start_line}: {why}")
        })?;
        let mut action = &inner[..close];
        trim = action.ends_with(" -") || action.ends_with("\n-") || action.ends_with("\t-");
        if trim {
            action = &action[..action.len() - 1];
        }
        line = start_line + action.matches('\n').count();
        if !action.trim().starts_with("/*") {
            pieces.push(Piece::Action(action, start_line));
        }
        rest = &inner[close + 2..];
    }
    let rest = if trim { rest.trim_start() } else { rest };
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// Where the action's `}}` stands, outside of quotes.
fn close_of(inner: &str) -> Option<usize> {
    let mut quote = None;
    let mut chars = inner.char_indices();
    while let Some((index, c)) = chars.next() {
        match quote {
            Some(_) if c == '\\' && quote != Some('`') => {
                chars.next();
            }
            Some(open) => quote = (c != open).then_some(open),
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if inner[index..].starts_with("}}") => return Some(index),
            None => {}
        }
    }
    None
}

/// A token of an action.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A space between words.
    Space,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `|`
    Pipe,
    /// `,`
    Comma,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `.` alone
    Dot,
    /// `.name`
    Field(String),
    /// `$name`
    Variable(String),
    /// A word.
    Word(String),
    /// A quoted text.
    Text(String),
    /// A character.
    Char(char),
    /// A number.
    Number(String),
}

/// The tokens of an action.
pub(crate) fn tokens(action: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = action;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let word_end =
            |text: &str| text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len());
        let (token, left) = match c {
            c if c.is_whitespace() => (Token::Space, rest.trim_start()),
            '(' => (Token::Open, after),
            ')' => (Token::Close, after),
            '|' => (Token::Pipe, after),
            ',' => (Token::Comma, after),
            ':' if after.starts_with('=') => (Token::Declare, &after[1..]),
            '=' => (Token::Assign, after),
            '.' => match word_end(after) {
                0 => (Token::Dot, after),
                end => (Token::Field(after[..end].to_owned()), &after[end..]),
            },
            '$' => {
                let end = word_end(after);
                (Token::Variable(after[..end].to_owned()), &after[end..])
            }
            '"' => {
                let (text, left) = quoted(after)?;
                (Token::Text(text), left)
            }
            '`' => {
                let end = after.find('`').ok_or("unterminated raw quoted string")?;
                (Token::Text(after[..end].to_owned()), &after[end + 1..])
            }
            '\'' => {
                let end = after.find('\'').ok_or("unterminated character constant")?;
                (Token::Char(after.chars().next().unwrap_or_default()), &after[end + 1..])
            }
            c if c.is_ascii_digit()
                || ((c == '-' || c == '+') && after.starts_with(|c: char| c.is_ascii_digit())) =>
            {
                let end = after
                    .find(|c: char| c != '.' && c != '_' && !c.is_ascii_alphanumeric())
                    .unwrap_or(after.len());
                (Token::Number(rest[..=end].to_owned()), &after[end..])
            }
            c if c == '_' || c.is_alphabetic() => {
                let end = word_end(rest);
                (Token::Word(rest[..end].to_owned()), &rest[end..])
            }
            c => return Err(format!("unrecognized character in action: U+{:04X} '{c}'", c as u32)),
        };
        tokens.push(token);
        rest = left;
    }
    while tokens.last() == Some(&Token::Space) {
        tokens.pop();
    }
    if tokens.first() == Some(&Token::Space) {
        tokens.remove(0);
    }
    Ok(tokens)
}

fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Ok((out, &text[index + 1..])),
            '\n' => break,
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, 'r')) => out.push('\r'),
                Some((_, c)) => out.push(c),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err("unterminated quoted string".to_owned())
}
