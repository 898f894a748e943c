//! From the languages of POSIX to that of the engine.

use super::Syntax;

/// The most repetitions that an interval may ask for.
const MAX_REPEAT: u32 = 32_767;

/// Writes the expression in the engine's language; the error is worded as the C library's.
pub(crate) fn translate(pattern: &str, syntax: Syntax) -> Result<String, String> {
    match syntax {
        Syntax::Perl => return Ok(pattern.to_owned()),
        Syntax::Fixed => return Ok(regex_lite::escape(pattern)),
        _ => {}
    }
    let translator = Translator {
        chars: pattern.chars().collect(),
        at: 0,
        out: String::new(),
        basic: syntax == Syntax::Basic,
        awk: syntax == Syntax::Awk,
        groups: Vec::new(),
        atom_at: 0,
        repeated: false,
        fresh: true,
    };
    translator.run()
}

struct Translator {
    chars: Vec<char>,
    at: usize,
    out: String,
    basic: bool,
    awk: bool,
    /// Where the open groups begin in the output.
    groups: Vec<usize>,
    /// Where the last atom begins in the output.
    atom_at: usize,
    /// Whether the last atom has an operator already.
    repeated: bool,
    /// At the start of an expression, where a star is a star.
    fresh: bool,
}

impl Translator {
    fn run(mut self) -> Result<String, String> {
        while let Some(c) = self.next() {
            match c {
                '\\' => self.escape()?,
                '[' => self.bracket()?,
                '.' => self.atom("."),
                '*' => self.repeat("*"),
                '^' if !self.basic || self.fresh => self.out.push('^'),
                '$' if !self.basic || self.at_end() => self.out.push('$'),
                '(' if !self.basic => self.open(),
                ')' if !self.basic && (!self.groups.is_empty() || self.awk) => self.close()?,
                '|' if !self.basic => self.alternative(),
                '+' | '?' if !self.basic => self.repeat(&c.to_string()),
                '{' if !self.basic => self.interval()?,
                _ => self.literal(c),
            }
        }
        if !self.groups.is_empty() {
            return Err("Unmatched ( or \\(".to_owned());
        }
        Ok(self.out)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied()?;
        self.at += 1;
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Whether a `$` of a basic expression that was just read ends it.
    fn at_end(&self) -> bool {
        matches!(self.chars[self.at..], [] | ['\\', ')' | '|', ..])
    }

    fn atom(&mut self, text: &str) {
        self.begin_atom();
        self.out.push_str(text);
    }

    fn begin_atom(&mut self) {
        self.atom_at = self.out.len();
        self.repeated = false;
        self.fresh = false;
    }

    fn literal(&mut self, c: char) {
        self.begin_atom();
        // To the engine `\<` and `\>` are the edges of a word.
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    fn open(&mut self) {
        self.groups.push(self.out.len());
        self.out.push('(');
        self.fresh = true;
    }

    fn close(&mut self) -> Result<(), String> {
        let start = self.groups.pop().ok_or("Unmatched ) or \\)")?;
        self.atom(")");
        self.atom_at = start;
        Ok(())
    }

    fn alternative(&mut self) {
        self.out.push('|');
        self.fresh = true;
    }

    fn repeat(&mut self, operator: &str) {
        let nothing = self.fresh || (self.basic && self.out.ends_with('^'));
        if nothing {
            // Nothing to repeat: a star of a basic expression stands for itself, others for nothing.
            if self.basic {
                self.literal('*');
            }
            return;
        }
        // `a**` is `a*`; to the engine a second operator would mean something else.
        if self.repeated {
            self.out.insert_str(self.atom_at, "(?:");
            self.out.push(')');
        }
        self.out.push_str(operator);
        self.repeated = true;
    }

    fn escape(&mut self) -> Result<(), String> {
        let c = self.next().ok_or("Trailing backslash")?;
        match c {
            '(' if self.basic => self.open(),
            ')' if self.basic => self.close()?,
            '{' if self.basic => self.interval()?,
            '|' if self.basic => self.alternative(),
            '+' | '?' if self.basic => self.repeat(&c.to_string()),
            '1'..='9' if !self.awk => {
                return Err("podground does not support back-references in patterns yet".to_owned());
            }
            'w' | 'W' | 's' | 'S' | 'b' | 'B' if !self.awk => {
                self.atom(&format!("\\{c}"));
            }
            '<' => self.atom("\\b{start}"),
            '>' => self.atom("\\b{end}"),
            '`' => self.out.push_str("\\A"),
            '\'' => self.out.push_str("\\z"),
            'n' => self.atom("\\n"),
            't' => self.atom("\\t"),
            'r' => self.atom("\\r"),
            'f' => self.atom("\\x0c"),
            'v' => self.atom("\\x0b"),
            'a' => self.atom("\\x07"),
            '"' | '/' if self.awk => self.literal(c),
            _ => self.literal(c),
        }
        Ok(())
    }

    /// After the opening brace of `{2,3}`.
    fn interval(&mut self) -> Result<(), String> {
        let rest = &self.chars[self.at..];
        let end = rest.iter().position(|c| *c == '}');
        let body: Option<String> = end.map(|end| rest[..end].iter().collect());
        let body = body.map(|body| {
            if self.basic { body.strip_suffix('\\').map(str::to_owned).unwrap_or(body + "!") } else { body }
        });
        let bounds = body.as_deref().and_then(|body| {
            let (low, high) = body.split_once(',').unwrap_or((body, body));
            let number = |text: &str| text.parse::<u32>().ok();
            let low_number = if low.is_empty() && body.contains(',') { Some(0) } else { number(low) }?;
            let high_number = if high.is_empty() { None } else { Some(number(high)?) };
            Some((low_number, high_number))
        });
        let Some((low, high)) = bounds else {
            if self.basic {
                return Err(
                    if end.is_some() { "Invalid content of \\{\\}" } else { "Unmatched { or \\{" }.to_owned()
                );
            }
            self.literal('{');
            return Ok(());
        };
        if low > MAX_REPEAT || high.is_some_and(|high| high > MAX_REPEAT) {
            return Err("Regular expression too big".to_owned());
        }
        if high.is_some_and(|high| high < low) {
            return Err("Invalid content of \\{\\}".to_owned());
        }
        if self.fresh {
            if !self.basic {
                self.literal('{');
                return Ok(());
            }
            return Err("Invalid preceding regular expression".to_owned());
        }
        self.at += end.unwrap_or(0) + 1;
        let operator = match high {
            Some(high) if high == low => format!("{{{low}}}"),
            Some(high) => format!("{{{low},{high}}}"),
            None => format!("{{{low},}}"),
        };
        self.repeat(&operator);
        Ok(())
    }

    /// After the opening bracket of `[a-z]`.
    fn bracket(&mut self) -> Result<(), String> {
        const UNMATCHED: &str = "Unmatched [, [^, [:, [., or [=";
        // GNU's grep says that of a bracket with nothing behind it.
        if self.peek().is_none() && !self.awk {
            return Err("Invalid regular expression".to_owned());
        }
        let mut class = String::from("[");
        if self.peek() == Some('^') {
            self.at += 1;
            class.push('^');
        }
        let mut first = true;
        loop {
            let c = self.next().ok_or(UNMATCHED)?;
            match c {
                ']' if !first => break,
                '[' if self.peek() == Some(':') => {
                    let rest: String = self.chars[self.at + 1..].iter().collect();
                    let end = rest.find(":]").ok_or(UNMATCHED)?;
                    let name = &rest[..end];
                    class.push_str(class_of(name).ok_or("Invalid character class name")?);
                    self.at += name.chars().count() + 3;
                }
                '[' if matches!(self.peek(), Some('.' | '=')) => {
                    let mark = self.next().unwrap_or('.');
                    let literal = self.next().ok_or(UNMATCHED)?;
                    if self.next() != Some(mark) || self.next() != Some(']') {
                        return Err("Invalid collation character".to_owned());
                    }
                    push_literal(&mut class, literal);
                }
                '\\' => {
                    let escaped = self.peek();
                    match escaped {
                        // GNU sed and awk know these in brackets, too.
                        Some('n') => class.push_str("\\n"),
                        Some('t') => class.push_str("\\t"),
                        Some('r') if self.awk => class.push_str("\\r"),
                        Some(c) if self.awk => push_literal(&mut class, c),
                        Some(']') | None | Some(_) => {
                            class.push_str("\\\\");
                            first = false;
                            continue;
                        }
                    }
                    self.at += 1;
                }
                '-' if !first && !matches!(self.peek(), Some(']') | None) && is_range_start(&class) => {
                    class.push('-');
                }
                _ => push_literal(&mut class, c),
            }
            first = false;
        }
        class.push(']');
        self.atom(&class);
        Ok(())
    }
}

/// Whether a dash that follows makes a range.
fn is_range_start(class: &str) -> bool {
    !class.ends_with(['[', '^']) && !class.ends_with(":]")
}

fn push_literal(class: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        class.push('\\');
    }
    class.push(c);
}

fn class_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => "[:alpha:]",
        "digit" => "[:digit:]",
        "alnum" => "[:alnum:]",
        "upper" => "[:upper:]",
        "lower" => "[:lower:]",
        "space" => "[:space:]",
        "blank" => " \\t",
        "punct" => "[:punct:]",
        "print" => "[:print:]",
        "graph" => "[:graph:]",
        "cntrl" => "[:cntrl:]",
        "xdigit" => "[:xdigit:]",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Syntax, compile};

    fn found(pattern: &str, syntax: Syntax, text: &str) -> Option<String> {
        compile(pattern, syntax, false).unwrap().find(text).map(|found| found.as_str().to_owned())
    }

    #[test]
    fn basic_expressions() {
        let basic = |pattern, text| found(pattern, Syntax::Basic, text);
        assert_eq!(basic("a\\(b\\)*c", "xabbc"), Some("abbc".to_owned()));
        assert_eq!(basic("a+", "aa+"), Some("a+".to_owned()));
        assert_eq!(basic("*a", "b*a"), Some("*a".to_owned()));
        assert_eq!(basic("a\\{2\\}", "caaa"), Some("aa".to_owned()));
        assert_eq!(basic("a^b$c", "a^b$c"), Some("a^b$c".to_owned()));
        assert_eq!(basic("[]x]*", "]x]a"), Some("]x]".to_owned()));
        assert_eq!(basic("[^[:space:]]*$", "ab cd"), Some("cd".to_owned()));
        assert_eq!(basic("\\<b\\w*", "ab bc"), Some("bc".to_owned()));
        assert_eq!(basic("[a\\]b]", "\\b]"), Some("\\b]".to_owned()));
        assert_eq!(basic("/[^ ]*/none", "x /a/b/none"), Some("/a/b/none".to_owned()));
    }

    #[test]
    fn extended_expressions() {
        let extended = |pattern, text| found(pattern, Syntax::Extended, text);
        assert_eq!(extended("(a|b)+c?", "xabac"), Some("abac".to_owned()));
        assert_eq!(extended("a{,2}$", "aaa"), Some("aa".to_owned()));
        assert_eq!(extended("{x}", "a{x}"), Some("{x}".to_owned()));
        assert_eq!(extended("a**", "baa"), Some(String::new()));
        assert_eq!(extended("[0-9]{1,3}(\\.[0-9]+){3}", "ip 10.244.1.5 x"), Some("10.244.1.5".to_owned()));
    }

    #[test]
    fn words_errors_as_the_c_library() {
        let error = |pattern, syntax| compile(pattern, syntax, false).unwrap_err();
        assert_eq!(error("\\(", Syntax::Basic), "Unmatched ( or \\(");
        assert_eq!(error("[a", Syntax::Extended), "Unmatched [, [^, [:, [., or [=");
        assert_eq!(error("a\\", Syntax::Extended), "Trailing backslash");
    }
}
