//! What stands behind the name in `${…}`.

use podground_sim::LocalBoxFuture;

use super::Expansion;
use super::parameter::Found;
use crate::bash::ast::{Anchor, Arithmetic, CaseChange, Index, Operation, Parameter, Word};
use crate::bash::escapes;
use crate::bash::pattern::Pattern;
use crate::bash::state::{Run, Shell, Unwind};
use crate::bash::variables::{Value, Variable};

impl Shell {
    /// The value after the operation; `None` if it was added to the words already.
    pub(super) fn operate<'a>(
        &'a mut self,
        parameter: &'a Parameter,
        quoted: bool,
        out: &'a mut Expansion,
    ) -> LocalBoxFuture<'a, Run<Option<Found>>> {
        Box::pin(async move {
            match &parameter.operation {
                Operation::Names { star } => {
                    let names =
                        self.variables.names().into_iter().filter(|name| name.starts_with(&parameter.name));
                    return Ok(Some(Found::Many { values: names.collect(), star: *star }));
                }
                Operation::Keys { star } => {
                    let name = self.referred(&parameter.name);
                    let values = match self.dynamic_array(&name) {
                        Some(values) => (0..values.len()).map(|index| index.to_string()).collect(),
                        None => self.variables.get(&name).map(Variable::keys).unwrap_or_default(),
                    };
                    return Ok(Some(Found::Many { values, star: *star }));
                }
                _ => {}
            }
            let (parameter, mut found) = self.target(parameter).await?;
            let parameter = &parameter;
            match &parameter.operation {
                Operation::Test { colon, kind, word } => {
                    return self.test(parameter, found, (*colon, *kind, word), quoted, out).await;
                }
                Operation::Length => return self.length(parameter, found).await,
                Operation::Transform('a') => {
                    let name = self.referred(&parameter.name);
                    let letters = self.variables.get(&name).map(Variable::attributes).unwrap_or_default();
                    return Ok(Some(Found::One(letters)));
                }
                Operation::Transform('A') => return Ok(Some(self.declaration(parameter, found))),
                Operation::Transform(kind @ ('k' | 'K')) => {
                    return Ok(Some(self.pairs(parameter, found, *kind)));
                }
                _ => {}
            }
            if matches!(found, Found::Unset) {
                self.check_unbound(parameter).await?;
                return Ok(Some(Found::Unset));
            }
            if let Operation::Substring { offset, length } = &parameter.operation {
                return self.substring(parameter, found, offset, length.as_ref()).await.map(Some);
            }
            let operator = self.operator(&parameter.operation).await?;
            match &mut found {
                Found::Unset => {}
                Found::One(value) => *value = self.transform(&operator, value).await?,
                Found::Many { values, .. } => {
                    for value in values.iter_mut() {
                        *value = self.transform(&operator, value).await?;
                    }
                }
            }
            Ok(Some(found))
        })
    }

    /// The parameter that is meant, which is another one with `${!x}`, and its value.
    async fn target(&mut self, parameter: &Parameter) -> Run<(Parameter, Found)> {
        if !parameter.indirect {
            let found = self.find(parameter).await?;
            return Ok((parameter.clone(), found));
        }
        // `${!reference}` gives the name that it refers to.
        if let Some(Variable { reference: true, value: Value::Scalar(name), .. }) =
            self.variables.get(&parameter.name)
        {
            let found = Found::One(name.clone());
            return Ok((Parameter { indirect: false, ..parameter.clone() }, found));
        }
        let name = match self.find(parameter).await? {
            Found::One(name) => name,
            Found::Many { values, .. } if values.len() == 1 => values.concat(),
            _ => {
                let shown = parameter.text.trim_start_matches("${!").trim_end_matches('}');
                self.error(&format!("{shown}: invalid indirect expansion")).await;
                return Err(self.fatal(1));
            }
        };
        let (base, index) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((base, "@")) => (base, Some(Index::At)),
            Some((base, "*")) => (base, Some(Index::Star)),
            Some((base, index)) => (base, Some(Index::Expression(Word::of_literal(index)))),
            None => (name.as_str(), None),
        };
        let special = base.len() == 1 && "@*#?-$!".contains(base);
        if !crate::bash::parser::is_name(base) && base.parse::<usize>().is_err() && !special {
            self.error(&format!("{name}: invalid variable name")).await;
            return Err(self.fatal(1));
        }
        let target = Parameter { name: base.to_owned(), index, indirect: false, ..parameter.clone() };
        let found = self.find(&target).await?;
        Ok((target, found))
    }

    fn test<'a>(
        &'a mut self,
        parameter: &'a Parameter,
        found: Found,
        (colon, kind, word): (bool, char, &'a Word),
        quoted: bool,
        out: &'a mut Expansion,
    ) -> LocalBoxFuture<'a, Run<Option<Found>>> {
        Box::pin(async move {
            let given = match &found {
                Found::Unset => false,
                Found::One(value) => !(colon && value.is_empty()),
                Found::Many { values, .. } => {
                    let empty = values.len() == 1 && values.iter().all(String::is_empty);
                    !(values.is_empty() || colon && empty)
                }
            };
            match kind {
                '+' if !given => {
                    // Nothing, but a word of its own in quotes.
                    return Ok(Some(Found::One(String::new())));
                }
                '+' => {
                    self.expand_parts(&word.parts, quoted, out).await?;
                    return Ok(None);
                }
                _ if given => return Ok(Some(found)),
                '-' => {
                    if word.parts.is_empty() {
                        return Ok(Some(Found::One(String::new())));
                    }
                    self.expand_parts(&word.parts, quoted, out).await?;
                    return Ok(None);
                }
                _ => {}
            }
            let value = if quoted {
                self.expand_document(word).await?
            } else {
                Box::pin(self.expand_single(word)).await?
            };
            let shown = match &parameter.index {
                None => parameter.name.clone(),
                Some(Index::At) => format!("{}[@]", parameter.name),
                Some(Index::Star) => format!("{}[*]", parameter.name),
                Some(Index::Expression(word)) => format!("{}[{}]", parameter.name, word.text),
            };
            if kind == '?' {
                let message = match (value.is_empty(), colon) {
                    (false, _) => value,
                    (true, true) => "parameter null or not set".to_owned(),
                    (true, false) => "parameter not set".to_owned(),
                };
                self.error(&format!("{shown}: {message}")).await;
                return Err(self.fatal(1));
            }
            if !crate::bash::parser::is_name(&parameter.name) {
                self.error(&format!("${}: cannot assign in this way", parameter.name)).await;
                return Err(self.fatal(1));
            }
            let name = self.referred(&parameter.name);
            let result = match &parameter.index {
                Some(Index::Expression(word)) => match self.key(&name, word, true).await? {
                    Some(key) => self.assign_element(&name, &key, value.clone(), false),
                    None => Ok(()),
                },
                _ => self.assign_text(&name, value.clone(), false),
            };
            if let Err(message) = result {
                self.error(&message).await;
                return Err(Unwind::Discard(1));
            }
            Ok(Some(Found::One(value)))
        })
    }

    async fn length(&mut self, parameter: &Parameter, found: Found) -> Run<Option<Found>> {
        let length = match found {
            Found::Unset => {
                self.check_unbound(parameter).await?;
                0
            }
            Found::One(value) => value.chars().count(),
            Found::Many { values, .. } => values.len(),
        };
        Ok(Some(Found::One(length.to_string())))
    }

    fn substring<'a>(
        &'a mut self,
        parameter: &'a Parameter,
        found: Found,
        offset: &'a Arithmetic,
        length: Option<&'a Arithmetic>,
    ) -> LocalBoxFuture<'a, Run<Found>> {
        Box::pin(async move {
            let offset = self.arithmetic(offset, "").await?;
            let length = match length {
                Some(length) => Some((self.arithmetic(length, "").await?, length.word.text.clone())),
                None => None,
            };
            if let Found::Many { values, star } = found {
                // `$@` counts from `$0`.
                let positional = matches!(parameter.name.as_str(), "@" | "*");
                let values: Vec<String> = if positional {
                    std::iter::once(self.name.clone()).chain(values).collect()
                } else {
                    values
                };
                if let Some((length, text)) = &length
                    && *length < 0
                {
                    self.error(&format!("{text}: substring expression < 0")).await;
                    return Err(Unwind::Discard(1));
                }
                let keys = self.array_keys(parameter, values.len());
                let last = keys.last().copied().unwrap_or(-1);
                let from = if offset < 0 { last + 1 + offset } else { offset };
                if from < 0 {
                    return Ok(Found::Many { values: Vec::new(), star });
                }
                let chosen =
                    values.into_iter().zip(keys).filter(|(_, key)| *key >= from).map(|(value, _)| value);
                let most = length.map_or(usize::MAX, |(length, _)| length as usize);
                return Ok(Found::Many { values: chosen.take(most).collect(), star });
            }
            let Found::One(value) = found else { return Ok(Found::Unset) };
            let chars: Vec<char> = value.chars().collect();
            let count = chars.len() as i64;
            let from = if offset < 0 { count + offset } else { offset };
            if from < 0 || from > count {
                return Ok(Found::One(String::new()));
            }
            let to = match length {
                None => count,
                Some((length, _)) if length >= 0 => from.saturating_add(length).min(count),
                Some((length, text)) => {
                    let to = count + length;
                    if to < from {
                        self.error(&format!("{text}: substring expression < 0")).await;
                        return Err(Unwind::Discard(1));
                    }
                    to
                }
            };
            Ok(Found::One(chars[from as usize..to as usize].iter().collect()))
        })
    }

    fn array_keys(&self, parameter: &Parameter, count: usize) -> Vec<i64> {
        let name = self.referred(&parameter.name);
        match self.variables.get(&name).map(|variable| &variable.value) {
            Some(Value::Indexed(elements)) if parameter.index.is_some() => elements.keys().copied().collect(),
            _ => (0..count as i64).collect(),
        }
    }

    /// An operation whose words are expanded.
    fn operator<'a>(&'a mut self, operation: &'a Operation) -> LocalBoxFuture<'a, Run<Operator>> {
        Box::pin(async move {
            Ok(match operation {
                Operation::RemovePrefix { longest, pattern } => {
                    Operator::Prefix(*longest, self.inner_pattern(pattern).await?)
                }
                Operation::RemoveSuffix { longest, pattern } => {
                    Operator::Suffix(*longest, self.inner_pattern(pattern).await?)
                }
                Operation::Replace { anchor, pattern, replacement } => {
                    let pattern = self.inner_pattern(pattern).await?;
                    let mut out = Expansion::new(false, self.separators());
                    self.expand_parts(&replacement.parts, false, &mut out).await?;
                    let replacement = out.join();
                    if self.options.is("patsub_replacement") {
                        Operator::Replace(*anchor, pattern, replacement.pattern)
                    } else {
                        let text = replacement.text.replace('\\', "\\\\").replace('&', "\\&");
                        Operator::Replace(*anchor, pattern, text)
                    }
                }
                Operation::Case { change, all, pattern } => {
                    let pattern = if pattern.parts.is_empty() {
                        None
                    } else {
                        Some(self.inner_pattern(pattern).await?)
                    };
                    Operator::Case { change: *change, all: *all, pattern }
                }
                Operation::Transform(kind) => Operator::Transform(*kind),
                _ => Operator::Transform(' '),
            })
        })
    }

    async fn inner_pattern(&mut self, word: &Word) -> Run<Pattern> {
        let pattern = Box::pin(self.expand_pattern(word)).await?;
        Ok(self.compile(&pattern, false))
    }

    fn transform<'a>(
        &'a mut self,
        operator: &'a Operator,
        value: &'a str,
    ) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            let chars: Vec<char> = value.chars().collect();
            let text = |chars: &[char]| chars.iter().collect::<String>();
            Ok(match operator {
                Operator::Prefix(longest, pattern) => {
                    text(&chars[pattern.prefix(&chars, 0, *longest).unwrap_or(0)..])
                }
                Operator::Suffix(longest, pattern) => {
                    text(&chars[..pattern.suffix(&chars, *longest).unwrap_or(chars.len())])
                }
                Operator::Replace(anchor, pattern, replacement) => {
                    replace(&chars, *anchor, pattern, replacement)
                }
                Operator::Case { change, all, pattern } => {
                    let mut changed = String::new();
                    for (index, c) in chars.iter().enumerate() {
                        let matches = pattern.as_ref().is_none_or(|pattern| pattern.matches(&c.to_string()));
                        if !matches || (index > 0 && !all) {
                            changed.push(*c);
                        } else if *change == CaseChange::Upper
                            || (*change == CaseChange::Toggle && c.is_lowercase())
                        {
                            changed.extend(c.to_uppercase());
                        } else {
                            changed.extend(c.to_lowercase());
                        }
                    }
                    changed
                }
                Operator::Transform(kind) => match kind {
                    'U' => value.to_uppercase(),
                    'L' => value.to_lowercase(),
                    'u' => {
                        let mut chars = value.chars();
                        let first = chars.next().into_iter().flat_map(char::to_uppercase);
                        first.chain(chars).collect()
                    }
                    'Q' => escapes::quote_always(value),
                    'E' => escapes::ansi(value),
                    'P' => Box::pin(self.prompt_text(value)).await,
                    _ => value.to_owned(),
                },
            })
        })
    }

    /// `${x@A}`
    fn declaration(&self, parameter: &Parameter, found: Found) -> Found {
        let name = self.referred(&parameter.name);
        let Some(variable) = self.variables.get(&name) else { return Found::One(String::new()) };
        let letters = variable.attributes();
        Found::One(match found {
            Found::Unset => String::new(),
            Found::One(value) if letters.is_empty() => format!("{name}={}", escapes::quote_always(&value)),
            Found::One(value) => format!("declare -{letters} {name}={}", escapes::quote_always(&value)),
            Found::Many { .. } => super::super::builtins::declaration(&name, variable),
        })
    }

    /// `${x@K}`, `${x@k}`
    fn pairs(&self, parameter: &Parameter, found: Found, kind: char) -> Found {
        let name = self.referred(&parameter.name);
        match (found, self.variables.get(&name)) {
            (Found::Many { values, star }, Some(variable)) => {
                let pairs = variable.keys().into_iter().zip(values);
                if kind == 'k' {
                    let values = pairs.flat_map(|(key, value)| [key, value]).collect();
                    return Found::Many { values, star };
                }
                let shown: Vec<String> =
                    pairs.map(|(key, value)| format!("{key} {}", escapes::double_quote(&value))).collect();
                // Behind the last pair of an associative array bash leaves a space.
                let end = if matches!(variable.value, Value::Associative(_)) { " " } else { "" };
                Found::One(shown.join(" ") + end)
            }
            (Found::One(value), _) => Found::One(escapes::quote_always(&value)),
            (found, _) => found,
        }
    }
}

enum Operator {
    Prefix(bool, Pattern),
    Suffix(bool, Pattern),
    Replace(Anchor, Pattern, String),
    Case { change: CaseChange, all: bool, pattern: Option<Pattern> },
    Transform(char),
}

fn replace(chars: &[char], anchor: Anchor, pattern: &Pattern, replacement: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    let insert = |out: &mut String, matched: &[char]| {
        // An unescaped `&` stands for what was matched.
        let mut escaped = false;
        for c in replacement.chars() {
            match c {
                '\\' if !escaped => {
                    escaped = true;
                    continue;
                }
                '&' if !escaped => out.extend(matched),
                c => out.push(c),
            }
            escaped = false;
        }
        if escaped {
            out.push('\\');
        }
    };
    match anchor {
        Anchor::Prefix => {
            if let Some(end) = pattern.prefix(chars, 0, true) {
                insert(&mut out, &chars[..end]);
                at = end;
            }
        }
        Anchor::Suffix => {
            let start = pattern.suffix(chars, true);
            out.extend(&chars[..start.unwrap_or(chars.len())]);
            if let Some(start) = start {
                insert(&mut out, &chars[start..]);
            }
            return out;
        }
        Anchor::First | Anchor::All => {
            while at < chars.len() {
                match pattern.prefix(chars, at, true) {
                    Some(end) if end > at => {
                        insert(&mut out, &chars[at..end]);
                        at = end;
                        if anchor == Anchor::First {
                            break;
                        }
                    }
                    _ => {
                        out.push(chars[at]);
                        at += 1;
                    }
                }
            }
        }
    }
    out.extend(&chars[at..]);
    out
}
