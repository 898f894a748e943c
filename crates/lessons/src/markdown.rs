//! The subset of Markdown that lessons are written in.
//!
//! Steps (`## Title {#id}`), paragraphs, lists, fenced code, the boxes `:::hint`, `:::predict Question?` and
//! `:::note`, and inline code, strong, emphasis and links. Anything else is refused with its line, so that a
//! text means the same to its author, to the app and to a Markdown viewer.

mod block;
mod inline;

use crate::{Block, Inline, LessonError, Step};
use serde::Deserialize;

/// The head of a `lesson.*.md`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontMatter {
    pub(crate) title: String,
    pub(crate) goal: String,
    pub(crate) minutes: u32,
    #[serde(default)]
    pub(crate) needs: Vec<String>,
}

/// A line of a file with its number.
pub(crate) type Line<'a> = (usize, &'a str);

/// The id of the section that closes a lesson.
pub(crate) const DEBRIEF: &str = "debrief";

/// Reads a whole `lesson.*.md`.
pub(crate) fn parse(file: &str, source: &str) -> Result<crate::Text, LessonError> {
    let lines: Vec<Line<'_>> = source.lines().enumerate().map(|(at, line)| (at + 1, line)).collect();
    let (front, body) = front_matter(file, &lines)?;
    let mut text = crate::Text {
        title: front.title,
        goal: front.goal,
        minutes: front.minutes,
        needs: front.needs,
        ..crate::Text::default()
    };
    let sections = sections(body);
    for (at, (heading, lines)) in sections.iter().enumerate() {
        let parsed = block::parse(lines).map_err(|error| error.in_file(file))?;
        let Some((line, heading)) = heading else {
            refuse_hints(file, &parsed)?;
            text.intro = parsed.blocks;
            continue;
        };
        let (title, id) = step_heading(heading).map_err(|why| LessonError::at(file, *line, why))?;
        if id == DEBRIEF {
            if at + 1 != sections.len() {
                return Err(LessonError::at(file, *line, "the debrief is the last section"));
            }
            refuse_hints(file, &parsed)?;
            text.debrief = parsed.blocks;
            continue;
        }
        if text.steps.iter().any(|step| step.id == id) {
            return Err(LessonError::at(file, *line, format!("there is already a step {{#{id}}}")));
        }
        let hints = parsed.hints.into_iter().map(|(_, blocks)| blocks).collect();
        text.steps.push(Step { id: id.to_string(), title, blocks: parsed.blocks, hints });
    }
    Ok(text)
}

fn refuse_hints(file: &str, parsed: &Parsed) -> Result<(), LessonError> {
    match parsed.hints.first() {
        Some((line, _)) => Err(LessonError::at(file, *line, "a hint belongs to a step")),
        None => Ok(()),
    }
}

fn front_matter<'l, 'a>(
    file: &str,
    lines: &'l [Line<'a>],
) -> Result<(FrontMatter, &'l [Line<'a>]), LessonError> {
    if lines.first().map(|(_, line)| line.trim_end()) != Some("---") {
        return Err(LessonError::at(file, 1, "the file starts with front matter between two lines of ---"));
    }
    let end = lines
        .iter()
        .skip(1)
        .position(|(_, line)| line.trim_end() == "---")
        .ok_or_else(|| LessonError::at(file, 1, "the front matter is not closed by ---"))?
        + 1;
    let yaml: String = lines[1..end].iter().flat_map(|(_, line)| [*line, "\n"]).collect();
    let front = serde_yaml::from_str(&yaml).map_err(|error| LessonError::yaml(file, 2, &error))?;
    Ok((front, &lines[end + 1..]))
}

/// The text before the first `## `, then each heading with what follows it.
fn sections<'a>(lines: &[Line<'a>]) -> Vec<(Option<Line<'a>>, Vec<Line<'a>>)> {
    let mut sections = vec![(None, Vec::new())];
    let mut fenced = false;
    for &(number, line) in lines {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if let (false, Some(heading)) = (fenced, line.strip_prefix("## ")) {
            sections.push((Some((number, heading)), Vec::new()));
        } else if let Some((_, body)) = sections.last_mut() {
            body.push((number, line));
        }
    }
    sections
}

fn step_heading(heading: &str) -> Result<(Vec<Inline>, &str), String> {
    let (title, id) = heading
        .trim_end()
        .strip_suffix('}')
        .and_then(|rest| rest.rsplit_once("{#"))
        .ok_or("a step's heading ends in its id: `## Title {#id}`")?;
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(format!("step id {id:?}: use small letters, digits and -"));
    }
    Ok((inline::parse(title.trim())?, id))
}

/// What a stretch of lines holds; hints are kept apart, each with its line.
#[derive(Debug, Default)]
struct Parsed {
    blocks: Vec<Block>,
    hints: Vec<(usize, Vec<Block>)>,
}

/// An error that does not yet know its file.
#[derive(Debug)]
struct Mistake {
    line: usize,
    message: String,
}

impl Mistake {
    fn new(line: usize, message: impl Into<String>) -> Mistake {
        Mistake { line, message: message.into() }
    }

    fn in_file(self, file: &str) -> LessonError {
        LessonError::at(file, self.line, self.message)
    }
}

#[cfg(test)]
mod tests;
