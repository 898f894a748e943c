//! YAML events to values with their places.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value};

use super::resolve::{resolve, tagged};

/// Where a value stands: lines and columns count from 1, columns in characters, the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column behind the last one.
    pub end_column: usize,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The place.
    pub span: Span,
    /// The value.
    pub data: Data,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// A scalar.
    Scalar(Value),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in order; each key with its place.
    Mapping(Vec<Entry>),
}

impl Node {
    /// The value alone; of keys that occur twice the last one counts.
    pub fn into_value(self) -> Value {
        match self.data {
            Data::Scalar(value) => value,
            Data::Sequence(items) => Value::Array(items.into_iter().map(Self::into_value).collect()),
            Data::Mapping(entries) => {
                let mut map = Map::new();
                for (key, _, value) in entries {
                    map.insert(key, value.into_value());
                }
                Value::Object(map)
            }
        }
    }
}

/// A key, its place, and what it stands for.
pub type Entry = (String, Span, Node);

/// How deep values may be nested: enough for any manifest, little enough for any stack.
const MAX_DEPTH: usize = 200;

/// How many values aliases may multiply a document to, as go-yaml bounds it.
const MAX_NODES: usize = 400_000;

/// Reads a text that libyaml has found to be well-formed.
///
/// YAML 1.2 wants the lines of a flow collection deeper than the block around it; libyaml does not care.
/// Such lines are pushed to the right for the parser, and their columns counted back.
pub(super) fn read(text: &str) -> Result<Node, String> {
    let mut pushed: BTreeMap<usize, usize> = BTreeMap::new();
    let mut pushed_text = String::new();
    loop {
        let shown = if pushed.is_empty() { text } else { &pushed_text };
        match read_strict(shown) {
            Err(Refusal { line, info }) if info.starts_with("invalid indentation") => {
                let deep = pushed.entry(line).or_default();
                *deep += 1;
                if *deep > MAX_DEPTH || pushed.len() > MAX_DEPTH {
                    return Err(format!("yaml: line {line}: {info}"));
                }
                pushed_text = text
                    .split_inclusive('\n')
                    .enumerate()
                    .map(|(index, line)| {
                        " ".repeat(pushed.get(&(index + 1)).copied().unwrap_or_default()) + line
                    })
                    .collect();
            }
            Err(Refusal { line: 0, info }) => return Err(info),
            Err(Refusal { line, info }) => return Err(format!("yaml: line {line}: {info}")),
            Ok(mut node) => {
                if !pushed.is_empty() {
                    pull(&mut node, &pushed);
                }
                return Ok(node);
            }
        }
    }
}

/// Counts the columns of pushed lines back.
fn pull(node: &mut Node, pushed: &BTreeMap<usize, usize>) {
    pull_span(&mut node.span, pushed);
    match &mut node.data {
        Data::Scalar(_) => {}
        Data::Sequence(items) => items.iter_mut().for_each(|item| pull(item, pushed)),
        Data::Mapping(entries) => {
            for (_, span, value) in entries {
                pull_span(span, pushed);
                pull(value, pushed);
            }
        }
    }
}

fn pull_span(span: &mut Span, pushed: &BTreeMap<usize, usize>) {
    let by = |line: usize| pushed.get(&line).copied().unwrap_or_default();
    span.column = span.column.saturating_sub(by(span.line)).max(1);
    span.end_column = span.end_column.saturating_sub(by(span.end_line)).max(1);
}

/// Why a text was refused: the line (0: it is in the sentence, or there is none) and the sentence.
struct Refusal {
    line: usize,
    info: String,
}

impl From<String> for Refusal {
    fn from(info: String) -> Self {
        Self { line: 0, info }
    }
}

fn read_strict(text: &str) -> Result<Node, Refusal> {
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: BTreeMap::new(), nodes: 0 };
    loop {
        match reader.next()? {
            Some((Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _)) => {}
            Some((event, span)) if !matches!(event, Event::StreamEnd | Event::DocumentEnd) => {
                return reader.node(event, span, 0);
            }
            _ => return Ok(Node { span: Span::default(), data: Data::Scalar(Value::Null) }),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Refusal> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                let span = Span {
                    line: span.start.line(),
                    column: span.start.col() + 1,
                    end_line: span.end.line(),
                    end_column: span.end.col() + 1,
                };
                Ok(Some((event, span)))
            }
            Some(Err(error)) => Err(Refusal { line: error.marker().line(), info: error.info().to_owned() }),
        }
    }

    fn expect(&mut self) -> Result<(Event<'a>, Span), Refusal> {
        self.next()?.ok_or_else(|| "yaml: found unexpected end of stream".to_owned().into())
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Refusal> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err(
                format!("yaml: line {}: document is nested too deeply or too large", span.line).into()
            );
        }
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, Node { span, data: Data::Scalar(scalar(&text, style, tag.as_deref())) })
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                let end = loop {
                    let (event, span) = self.expect()?;
                    if event == Event::SequenceEnd {
                        break span;
                    }
                    items.push(self.node(event, span, depth + 1)?);
                };
                (anchor, Node { span: until(span, end), data: Data::Sequence(items) })
            }
            Event::MappingStart(anchor, _) => {
                let (entries, end) = self.mapping(depth)?;
                (anchor, Node { span: until(span, end), data: Data::Mapping(entries) })
            }
            Event::Alias(id) => {
                let Some(node) = self.anchors.get(&id).cloned() else {
                    return Err(format!("yaml: line {}: anchor contains itself", span.line).into());
                };
                self.nodes += size(&node);
                return Ok(Node { span, ..node });
            }
            _ => return Err(format!("yaml: line {}: unexpected event", span.line).into()),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn mapping(&mut self, depth: usize) -> Result<(Vec<Entry>, Span), Refusal> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        loop {
            let (event, span) = self.expect()?;
            if event == Event::MappingEnd {
                // What the mapping says itself wins over what `<<` brings in.
                merged.retain(|(key, _, _)| !entries.iter().any(|(own, _, _)| own == key));
                entries.extend(merged);
                return Ok((entries, span));
            }
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, _) if text == "<<");
            let key = self.node(event, span, depth + 1)?;
            let (event, value_span) = self.expect()?;
            let value = self.node(event, value_span, depth + 1)?;
            if is_merge {
                match value.data {
                    Data::Mapping(inner) => merged.extend(inner),
                    Data::Sequence(items) => {
                        for item in items {
                            if let Data::Mapping(inner) = item.data {
                                merged.extend(inner);
                            }
                        }
                    }
                    Data::Scalar(_) => {
                        return Err("yaml: map merge requires map or sequence of maps as the value"
                            .to_owned()
                            .into());
                    }
                }
                continue;
            }
            let name = match &key.data {
                Data::Scalar(Value::String(text)) => text.clone(),
                Data::Scalar(Value::Null) => "null".to_owned(),
                Data::Scalar(other) => other.to_string(),
                Data::Sequence(_) | Data::Mapping(_) => {
                    return Err(format!("yaml: invalid map key at line {}", key.span.line).into());
                }
            };
            entries.push((name, key.span, value));
        }
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.data {
        Data::Scalar(_) => 0,
        Data::Sequence(items) => items.iter().map(size).sum(),
        Data::Mapping(entries) => entries.iter().map(|(_, _, value)| size(value)).sum(),
    }
}

fn until(start: Span, end: Span) -> Span {
    Span { end_line: end.end_line, end_column: end.end_column, ..start }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    match tag {
        Some(tag) => tagged(text, &tag.suffix),
        None if style == ScalarStyle::Plain => resolve(text),
        None => Value::String(text.to_owned()),
    }
}
