//! Regular expressions of POSIX, translated for the engine: the shell's own and those of `grep`, `sed`, `awk`, …

mod translate;

use regex_lite::RegexBuilder;
pub use regex_lite::{Captures, Regex};

/// Which language an expression is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Basic: `\(…\)`
    Basic,
    /// Extended: `(…)`
    Extended,
    /// Extended, where a backslash in brackets is an escape: awk's.
    Awk,
    /// Perl's, as far as the engine has it.
    Perl,
    /// No special characters at all.
    Fixed,
}

/// Compiles an expression.
pub fn compile(pattern: &str, syntax: Syntax, ignore_case: bool) -> Result<Regex, String> {
    let translated = translate::translate(pattern, syntax)?;
    build(&translated, ignore_case, false)
}

/// Compiles an expression whose `^` and `$` also match at line ends: sed's `M`.
pub fn compile_multi_line(pattern: &str, syntax: Syntax, ignore_case: bool) -> Result<Regex, String> {
    let translated = translate::translate(pattern, syntax)?;
    build(&translated, ignore_case, true)
}

/// Compiles alternatives of which each is an expression of its own, perhaps as whole words or lines.
pub fn compile_any(
    patterns: &[String],
    syntax: Syntax,
    ignore_case: bool,
    whole: Whole,
) -> Result<Regex, String> {
    let translated = patterns
        .iter()
        .map(|pattern| Ok(format!("(?:{})", translate::translate(pattern, syntax)?)))
        .collect::<Result<Vec<_>, String>>()?;
    let any = translated.join("|");
    let any = match whole {
        Whole::No | Whole::Word => any,
        Whole::Line => format!("^(?:{any})$"),
    };
    build(&any, ignore_case, false)
}

/// Whether a match must be a whole word or line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Anything.
    No,
    /// A word; the caller looks at the ends of each match.
    Word,
    /// A line.
    Line,
}

fn build(translated: &str, ignore_case: bool, multi_line: bool) -> Result<Regex, String> {
    RegexBuilder::new(translated)
        .case_insensitive(ignore_case)
        .dot_matches_new_line(true)
        .multi_line(multi_line)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            if text.contains("size") { "Regular expression too big".to_owned() } else { text }
        })
}
