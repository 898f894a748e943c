//! The words that an expansion builds, with word splitting.

use crate::bash::pattern::escape_into;

/// A word in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) text: String,
    /// The same as a pattern: what was quoted is escaped.
    pub(crate) pattern: String,
    /// Whether something in it was not quoted that may mean something in a pattern.
    pub(crate) special: bool,
}

/// The words that are being built.
pub(crate) struct Expansion {
    fields: Vec<Field>,
    current: Option<Field>,
    /// Whether unquoted values are split.
    pub(crate) split: bool,
    separators: Vec<char>,
    /// Whether a blank has just ended a field: a separator that is no blank then belongs to the same gap.
    gap: bool,
    /// Whether `"$@"` has given no word.
    pub(crate) nothing: bool,
}

impl Expansion {
    pub(crate) fn new(split: bool, separators: Vec<char>) -> Self {
        Self { fields: Vec::new(), current: None, split, separators, gap: false, nothing: false }
    }

    pub(crate) fn has_field(&self) -> bool {
        self.current.is_some()
    }

    /// The bytes of the word that is being built.
    pub(crate) fn size(&self) -> usize {
        self.current.as_ref().map_or(0, |field| field.text.len())
    }

    fn current(&mut self) -> &mut Field {
        self.gap = false;
        self.current.get_or_insert_with(Field::default)
    }

    pub(crate) fn push_quoted(&mut self, text: &str) {
        let field = self.current();
        field.text.push_str(text);
        escape_into(text, &mut field.pattern);
    }

    /// Text that is neither quoted nor split.
    pub(crate) fn push_literal(&mut self, text: &str) {
        let field = self.current();
        field.text.push_str(text);
        field.pattern.push_str(text);
        field.special |= text.contains(['*', '?', '[', '(']);
    }

    /// The value of an expansion.
    pub(crate) fn push_value(&mut self, value: &str, quoted: bool) {
        if quoted {
            self.push_quoted(value);
        } else if !self.split {
            if !value.is_empty() {
                self.push_literal(value);
            }
        } else {
            self.push_split(value);
        }
    }

    /// The next values begin a new word.
    pub(crate) fn end_field(&mut self) {
        if let Some(field) = self.current.take() {
            self.fields.push(field);
        }
    }

    fn push_split(&mut self, value: &str) {
        let mut rest = value;
        while !rest.is_empty() {
            let plain = rest.find(|c| self.separators.contains(&c)).unwrap_or(rest.len());
            if plain > 0 {
                self.push_literal(&rest[..plain]);
                rest = &rest[plain..];
                continue;
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            rest = chars.as_str();
            if c == ' ' || c == '\t' || c == '\n' {
                if self.current.is_some() {
                    self.end_field();
                    self.gap = true;
                }
            } else if self.current.is_some() {
                self.end_field();
            } else if std::mem::take(&mut self.gap) {
                // The blank before it has ended the field already.
            } else {
                self.fields.push(Field::default());
            }
        }
    }

    /// The words.
    pub(crate) fn finish(mut self) -> Vec<Field> {
        self.end_field();
        self.fields
    }

    /// All words as one.
    pub(crate) fn join(self) -> Field {
        let mut fields = self.finish();
        if fields.len() == 1
            && let Some(field) = fields.pop()
        {
            return field;
        }
        let mut all = Field::default();
        for (index, field) in fields.into_iter().enumerate() {
            if index > 0 {
                all.text.push(' ');
                all.pattern.push(' ');
            }
            all.text.push_str(&field.text);
            all.pattern.push_str(&field.pattern);
        }
        all
    }
}
