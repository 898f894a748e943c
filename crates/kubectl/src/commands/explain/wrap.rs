//! Breaking lines between words.
//!
//! Upstream: `mitchellh/go-wordwrap`

/// The text with lines of at most `limit` characters; line breaks and spaces within a line stay.
pub(super) fn wrap(text: &str, limit: usize) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| wrap_line(line, limit)).collect();
    lines.join("\n")
}

fn wrap_line(line: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut width = 0;
    let mut rest = line;
    while !rest.is_empty() {
        let word_at = rest.find(|c: char| !c.is_whitespace() || c == '\u{a0}').unwrap_or(rest.len());
        let (space, tail) = rest.split_at(word_at);
        let end = tail.find(|c: char| c.is_whitespace() && c != '\u{a0}').unwrap_or(tail.len());
        let (word, tail) = tail.split_at(end);
        let (space_width, word_width) = (space.chars().count(), word.chars().count());
        let fits = width + space_width + word_width <= limit;
        if fits || (word_width >= limit && width + space_width + limit <= limit + 1) {
            out.push_str(space);
            width += space_width;
        } else if !word.is_empty() {
            out.push('\n');
            width = 0;
        }
        out.push_str(word);
        width += word_width;
        rest = tail;
    }
    out
}

/// The text with each line moved to the right.
pub(super) fn indent(text: &str, amount: usize) -> String {
    let pad = " ".repeat(amount);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_between_words_and_keeps_line_breaks() {
        assert_eq!(wrap("one two three\nfour", 7), "one two\nthree\nfour");
        assert_eq!(wrap("a    b cccccccccc d", 6), "a    b\ncccccccccc\nd");
        assert_eq!(indent("a\n", 2), "  a\n  ");
    }
}
