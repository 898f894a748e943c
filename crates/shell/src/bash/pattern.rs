//! Patterns of file names, `case` and `${x#…}`, with the extended forms `@(a|b)`.

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    tokens: Vec<Token>,
    fold_case: bool,
}

#[derive(Debug)]
enum Token {
    Char(char),
    Any,
    Star,
    Class { negated: bool, members: Vec<Member> },
    Group { kind: char, alternatives: Vec<Vec<Token>> },
}

#[derive(Debug)]
enum Member {
    Range(char, char),
    Named(String),
}

/// How deep groups may be nested: a bound for the stack.
const MAX_DEPTH: u32 = 20;

impl Pattern {
    pub(crate) fn new(pattern: &str, extended: bool, fold_case: bool) -> Self {
        let chars: Vec<char> = pattern.chars().collect();
        let mut compiler = Compiler { chars: &chars, position: 0, extended, depth: 0 };
        Self { tokens: compiler.tokens(false), fold_case }
    }

    /// Whether it is just that text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.ends(&text, 0)[text.len()]
    }

    /// Where the shortest or longest match from `start` on ends.
    pub(crate) fn prefix(&self, text: &[char], start: usize, longest: bool) -> Option<usize> {
        let ends = self.ends(text, start);
        if longest { ends.iter().rposition(|end| *end) } else { ends.iter().position(|end| *end) }
    }

    /// Where the shortest or longest match that reaches the end begins.
    pub(crate) fn suffix(&self, text: &[char], longest: bool) -> Option<usize> {
        let matches = |start: &usize| self.ends(text, *start)[text.len()];
        if longest { (0..=text.len()).find(matches) } else { (0..=text.len()).rev().find(matches) }
    }

    fn ends(&self, text: &[char], start: usize) -> Vec<bool> {
        let mut starts = vec![false; text.len() + 1];
        starts[start] = true;
        run(&self.tokens, text, starts, self.fold_case)
    }
}

/// The places where a match may end that began at one of `places`.
fn run(tokens: &[Token], text: &[char], mut places: Vec<bool>, fold: bool) -> Vec<bool> {
    for token in tokens {
        if !places.contains(&true) {
            break;
        }
        places = step(token, text, places, fold);
    }
    places
}

fn step(token: &Token, text: &[char], places: Vec<bool>, fold: bool) -> Vec<bool> {
    match token {
        Token::Char(wanted) => advance(text, &places, |c| same(c, *wanted, fold)),
        Token::Any => advance(text, &places, |_| true),
        Token::Class { negated, members } => advance(text, &places, |c| {
            let mut found = in_class(members, c);
            if fold && !found {
                found = c.to_lowercase().chain(c.to_uppercase()).any(|c| in_class(members, c));
            }
            found != *negated
        }),
        Token::Star => {
            let first = places.iter().position(|place| *place).unwrap_or(places.len());
            (0..places.len()).map(|index| index >= first).collect()
        }
        Token::Group { kind, alternatives } => group(*kind, alternatives, text, places, fold),
    }
}

fn group(kind: char, alternatives: &[Vec<Token>], text: &[char], places: Vec<bool>, fold: bool) -> Vec<bool> {
    let once = |places: &[bool]| {
        let mut all = vec![false; places.len()];
        for alternative in alternatives {
            union(&mut all, &run(alternative, text, places.to_vec(), fold));
        }
        all
    };
    match kind {
        '@' => once(&places),
        '?' => {
            let mut all = once(&places);
            union(&mut all, &places);
            all
        }
        '*' | '+' => {
            let mut all = if kind == '*' { places } else { once(&places) };
            loop {
                let mut next = once(&all);
                union(&mut next, &all);
                if next == all {
                    return all;
                }
                all = next;
            }
        }
        _ => {
            let mut all = vec![false; places.len()];
            for start in (0..places.len()).filter(|index| places[*index]) {
                let mut from = vec![false; places.len()];
                from[start] = true;
                let matched = once(&from);
                for end in start..places.len() {
                    all[end] |= !matched[end];
                }
            }
            all
        }
    }
}

fn union(all: &mut [bool], more: &[bool]) {
    for (place, other) in all.iter_mut().zip(more) {
        *place |= other;
    }
}

fn advance(text: &[char], places: &[bool], accepts: impl Fn(char) -> bool) -> Vec<bool> {
    let mut next = vec![false; places.len()];
    for (index, c) in text.iter().enumerate() {
        next[index + 1] = places[index] && accepts(*c);
    }
    next
}

fn same(c: char, wanted: char, fold: bool) -> bool {
    c == wanted || (fold && c.to_lowercase().eq(wanted.to_lowercase()))
}

fn in_class(members: &[Member], c: char) -> bool {
    members.iter().any(|member| match member {
        Member::Range(first, last) => (*first..=*last).contains(&c),
        Member::Named(name) => match name.as_str() {
            "alpha" => c.is_alphabetic(),
            "digit" => c.is_ascii_digit(),
            "alnum" => c.is_alphanumeric(),
            "upper" => c.is_uppercase(),
            "lower" => c.is_lowercase(),
            "space" => c.is_whitespace(),
            "blank" => c == ' ' || c == '\t',
            "punct" => c.is_ascii_punctuation(),
            "xdigit" => c.is_ascii_hexdigit(),
            "cntrl" => c.is_control(),
            "graph" => !c.is_control() && !c.is_whitespace(),
            "print" => !c.is_control(),
            "word" => c.is_alphanumeric() || c == '_',
            _ => false,
        },
    })
}

struct Compiler<'a> {
    chars: &'a [char],
    position: usize,
    extended: bool,
    depth: u32,
}

impl Compiler<'_> {
    fn tokens(&mut self, in_group: bool) -> Vec<Token> {
        let mut tokens = Vec::new();
        while let Some(c) = self.chars.get(self.position).copied() {
            if in_group && matches!(c, '|' | ')') {
                break;
            }
            self.position += 1;
            if self.extended
                && matches!(c, '?' | '*' | '+' | '@' | '!')
                && self.chars.get(self.position) == Some(&'(')
                && let Some(group) = self.group(c)
            {
                tokens.push(group);
                continue;
            }
            tokens.push(match c {
                '?' => Token::Any,
                '*' => Token::Star,
                '[' => self.class().unwrap_or(Token::Char('[')),
                '\\' => match self.chars.get(self.position) {
                    Some(escaped) => {
                        self.position += 1;
                        Token::Char(*escaped)
                    }
                    None => Token::Char('\\'),
                },
                c => Token::Char(c),
            });
        }
        tokens
    }

    fn group(&mut self, kind: char) -> Option<Token> {
        let start = self.position;
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        self.position += 1;
        let mut alternatives = Vec::new();
        let closed = loop {
            alternatives.push(self.tokens(true));
            match self.chars.get(self.position) {
                Some('|') => self.position += 1,
                Some(_) => break true,
                None => break false,
            }
        };
        self.depth -= 1;
        if closed {
            self.position += 1;
            return Some(Token::Group { kind, alternatives });
        }
        self.position = start;
        None
    }

    /// The rest of a bracket expression; `None` without moving if it does not close.
    fn class(&mut self) -> Option<Token> {
        let mut i = self.position;
        let negated = matches!(self.chars.get(i), Some('!' | '^'));
        i += usize::from(negated);
        let first = i;
        let mut members = Vec::new();
        loop {
            let mut c = *self.chars.get(i)?;
            if c == ']' && i > first {
                break;
            }
            if c == '[' && self.chars.get(i + 1) == Some(&':') {
                let rest = &self.chars[i + 2..];
                if let Some(length) = rest.windows(2).position(|pair| pair == [':', ']']) {
                    members.push(Member::Named(rest[..length].iter().collect()));
                    i += length + 4;
                    continue;
                }
            }
            if c == '\\' {
                i += 1;
                c = *self.chars.get(i)?;
            }
            let range = self.chars.get(i + 1) == Some(&'-');
            let mut last = c;
            if range && self.chars.get(i + 2).is_some_and(|last| *last != ']') {
                i += 2;
                last = self.chars[i];
                if last == '\\' {
                    i += 1;
                    last = *self.chars.get(i)?;
                }
            }
            members.push(Member::Range(c, last));
            i += 1;
        }
        self.position = i + 1;
        Some(Token::Class { negated, members })
    }
}

/// Whether a pattern has a character that is not escaped and means something.
pub(crate) fn is_pattern(pattern: &str, extended: bool) -> bool {
    let chars: Vec<char> = pattern.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 1,
            '*' | '?' => return true,
            '[' if chars[i + 1..].contains(&']') => return true,
            '+' | '@' | '!' if extended && chars.get(i + 1) == Some(&'(') => return true,
            _ => {}
        }
        i += 1;
    }
    false
}

/// Escapes what means something in a pattern.
pub(crate) fn escape_into(text: &str, pattern: &mut String) {
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\' | '(' | ')' | '|' | '+' | '@' | '!' | '-' | '^' | '&') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
}

/// A pattern without its escapes.
pub(crate) fn unescape(pattern: &str) -> String {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches() {
        for (pattern, text, expected) in [
            ("*.yaml", "a.yaml", true),
            ("a*b*c", "axxbyyc", true),
            ("[!a-c]?", "bz", false),
            ("[[:digit:]]*", "1x", true),
            ("\\*", "*", true),
            ("[", "[", true),
            ("[a", "[a", true),
            ("[]x]", "]", true),
            ("@(a|b)c", "bc", true),
            ("!(a|b)", "c", true),
            ("!(a|b)", "a", false),
            ("+(ab)", "ababab", true),
            ("*(a|b)x", "x", true),
            ("?(a)b", "aab", false),
        ] {
            assert_eq!(Pattern::new(pattern, true, false).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_are_quick() {
        assert!(!Pattern::new(&"*a".repeat(30), false, false).matches(&"a".repeat(29)));
    }
}
