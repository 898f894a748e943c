//! `!!`, `!$`, `!n`, `!text`, `^old^new`.

use super::state::Shell;

impl Shell {
    /// A typed line with what it takes from the history; `None` if it takes nothing. An error is a message.
    pub(crate) fn expand_history(&self, line: &str) -> Result<Option<String>, String> {
        if !self.options.histexpand {
            return Ok(None);
        }
        if let Some(rest) = line.strip_prefix('^') {
            let mut parts = rest.trim_end_matches('\n').splitn(3, '^');
            let (old, new) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let last = self.history.lines.last().map(String::as_str).unwrap_or_default();
            if old.is_empty() || !last.contains(old) {
                return Err(format!("{}: substitution failed", line.trim_end_matches('\n')));
            }
            return Ok(Some(last.replacen(old, new, 1)));
        }
        let chars: Vec<char> = line.chars().collect();
        let mut out = String::new();
        let mut quote = None;
        let mut changed = false;
        let mut i = 0;
        while i < chars.len() {
            let c = chars[i];
            match (quote, c) {
                (Some('\''), '\'') => quote = None,
                (None, '\'') => quote = Some('\''),
                (Some('"'), '"') => quote = None,
                (None, '"') => quote = Some('"'),
                (None | Some('"'), '\\') => {
                    out.push(c);
                    i += 1;
                    out.extend(chars.get(i));
                    i += 1;
                    continue;
                }
                (None | Some('"'), '!') => {
                    let next = chars.get(i + 1).copied();
                    let plain = next.is_none_or(|c| c.is_whitespace() || matches!(c, '=' | '('))
                        || (quote == Some('"') && next == Some('"'))
                        || out.ends_with(['$', '{', '[']);
                    if !plain {
                        let (text, length) = self.history_event(&chars[i + 1..])?;
                        out.push_str(&text);
                        changed = true;
                        i += 1 + length;
                        continue;
                    }
                }
                _ => {}
            }
            out.push(c);
            i += 1;
        }
        Ok(changed.then_some(out))
    }

    /// What stands for the text behind a `!`, and the length of that text.
    fn history_event(&self, chars: &[char]) -> Result<(String, usize), String> {
        let lines = &self.history.lines;
        let last = || lines.last().cloned();
        let first = chars.first().copied().unwrap_or(' ');
        let words = |line: String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let missing = |length: usize| {
            let text: String = chars[..length.min(chars.len())].iter().collect();
            format!("!{text}: event not found")
        };
        let (event, length) = match first {
            '!' => (last(), 1),
            '$' => return last().and_then(|l| words(l).pop()).map(|w| (w, 1)).ok_or_else(|| missing(1)),
            '^' => {
                let word = last().and_then(|line| words(line).into_iter().nth(1));
                return word.map(|word| (word, 1)).ok_or_else(|| missing(1));
            }
            '*' => {
                let line = last().ok_or_else(|| missing(1))?;
                return Ok((words(line).into_iter().skip(1).collect::<Vec<_>>().join(" "), 1));
            }
            '-' | '0'..='9' => {
                let digits =
                    chars.iter().skip(usize::from(first == '-')).take_while(|c| c.is_ascii_digit()).count();
                let length = digits + usize::from(first == '-');
                let text: String = chars[..length].iter().collect();
                let index = match text.parse::<i64>() {
                    Ok(number) if number < 0 => lines.len() as i64 + number,
                    Ok(number) => number - 1 - self.history.first as i64,
                    Err(_) => -1,
                };
                (usize::try_from(index).ok().and_then(|index| lines.get(index).cloned()), length)
            }
            '?' => {
                let text: String = chars[1..].iter().take_while(|c| !matches!(c, '?' | '\n')).collect();
                let count = text.chars().count();
                let length = 1 + count + usize::from(chars.get(1 + count) == Some(&'?'));
                (lines.iter().rev().find(|line| line.contains(&text)).cloned(), length)
            }
            _ => {
                let ends = |c: &char| c.is_whitespace() || matches!(c, ':' | ';' | '|' | '&' | '"' | '\'');
                let text: String = chars.iter().take_while(|c| !ends(c)).collect();
                let length = text.chars().count();
                (lines.iter().rev().find(|line| line.starts_with(&text)).cloned(), length)
            }
        };
        let event = event.ok_or_else(|| missing(length))?;
        // A word of the event.
        match (chars.get(length), chars.get(length + 1)) {
            (Some(':'), Some('$')) => Ok((words(event).pop().unwrap_or_default(), length + 2)),
            (Some(':'), Some('*')) => Ok((words(event)[1..].join(" "), length + 2)),
            (Some(':'), Some(digit)) if digit.is_ascii_digit() => {
                let index = digit.to_digit(10).unwrap_or(0) as usize;
                let word = words(event).into_iter().nth(index);
                word.map(|word| (word, length + 2)).ok_or_else(|| ":bad word specifier".to_owned())
            }
            (Some('$'), _) => Ok((words(event).pop().unwrap_or_default(), length + 1)),
            _ => Ok((event, length)),
        }
    }
}
