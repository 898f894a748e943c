//! `declare`, `typeset`, `local`, `export`, `readonly`.

use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::ast::{Argument, AssignedValue, Assignment, Word};
use crate::bash::escapes::{double_quote, quote};
use crate::bash::parser::is_name;
use crate::bash::print;
use crate::bash::state::{FunctionMarks, Run, Shell};
use crate::bash::variables::{Associative, Value, Variable};

/// A variable as `declare -p` shows it.
pub(crate) fn declaration(name: &str, variable: &Variable) -> String {
    let letters = variable.attributes();
    let letters = if letters.is_empty() { "-".to_owned() } else { letters };
    let head = format!("declare -{letters} {name}");
    match &variable.value {
        Value::Unset => head,
        _ if variable.bare => head,
        Value::Scalar(text) => format!("{head}={}", double_quote(text)),
        Value::Indexed(elements) => {
            let shown: Vec<String> =
                elements.iter().map(|(index, value)| format!("[{index}]={}", double_quote(value))).collect();
            format!("{head}=({})", shown.join(" "))
        }
        Value::Associative(elements) => {
            let shown: String = elements
                .entries()
                .into_iter()
                .map(|(key, value)| format!("[{}]={} ", quote_key(key), double_quote(value)))
                .collect();
            format!("{head}=({shown})")
        }
    }
}

fn quote_key(key: &str) -> String {
    if !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-./:=%+".contains(c)) {
        key.to_owned()
    } else {
        double_quote(key)
    }
}

/// What is to be done with each name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Declare,
    Local,
    Export,
    Readonly,
}

/// The attributes that options ask for.
#[derive(Clone, Default)]
struct Attributes {
    on: Vec<char>,
    off: Vec<char>,
    global: bool,
}

impl Attributes {
    fn changes_functions(&self) -> bool {
        self.on.iter().chain(&self.off).any(|letter| matches!(letter, 't' | 'x' | 'r'))
    }
}

pub(super) fn declare<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(run(shell, call, Kind::Declare))
}

pub(super) fn local<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if !shell.variables.in_function() {
            return shell.complain("local", "can only be used in a function", 1).await;
        }
        run(shell, call, Kind::Local).await
    })
}

pub(super) fn export<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(run(shell, call, Kind::Export))
}

pub(super) fn readonly<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(run(shell, call, Kind::Readonly))
}

async fn run(shell: &mut Shell, call: Call<'_>, kind: Kind) -> Run {
    let mut attributes = Attributes::default();
    let (mut show, mut functions, mut names_only) = (false, false, false);
    let mut words = call.rest();
    let known = match kind {
        Kind::Export => "fnp",
        Kind::Readonly => "aAfp",
        _ => "aAfFgiIlnprtux",
    };
    while let Some((word, rest)) = words.split_first() {
        if word == "--" {
            words = rest;
            break;
        }
        let off = word.starts_with('+');
        if word.len() < 2 || !(off || word.starts_with('-')) {
            break;
        }
        for letter in word.chars().skip(1) {
            if !known.contains(letter) {
                return shell.bad_option(call.name(), super::BadOption::Unknown(letter)).await;
            }
            match (letter, kind) {
                ('p', _) => show = true,
                ('f', _) => functions = true,
                ('F', _) => (functions, names_only) = (true, true),
                ('g', _) => attributes.global = true,
                ('n', Kind::Export) => attributes.off.push('x'),
                _ if off => attributes.off.push(letter),
                _ => attributes.on.push(letter),
            }
        }
        words = rest;
    }
    match kind {
        Kind::Export if !attributes.off.contains(&'x') => attributes.on.push('x'),
        Kind::Readonly => attributes.on.push('r'),
        _ => {}
    }
    if functions && !words.is_empty() && attributes.changes_functions() {
        return mark_functions(shell, call.name(), words, &attributes).await;
    }
    if functions {
        return show_functions(shell, words, names_only, show).await;
    }
    if words.is_empty() && (show || attributes.on.is_empty() || kind != Kind::Declare) {
        return show_all(shell, kind, &attributes, show).await;
    }
    if show && kind == Kind::Declare {
        return show_names(shell, call.name(), words).await;
    }
    if words.is_empty() {
        return show_all(shell, kind, &attributes, true).await;
    }
    let mut status = 0;
    for (word, argument) in matched(words, call.arguments) {
        match argument {
            Some(assignment) => {
                status = status.max(assign(shell, call.name(), &assignment, kind, &attributes).await?);
            }
            None => status = status.max(name(shell, call.name(), word, kind, &attributes).await?),
        }
    }
    Ok(status)
}

/// The words, each with the assignment that it was before expansion, or that its text is.
fn matched<'a>(words: &'a [String], arguments: &[Argument]) -> Vec<(&'a String, Option<Assignment>)> {
    let mut assignments: Vec<&Assignment> = arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Assignment(assignment) => Some(assignment),
            Argument::Word(_) => None,
        })
        .collect();
    let mut all = Vec::new();
    for word in words {
        let found = assignments.iter().position(|assignment| assignment.text.as_ref() == word);
        let assignment = match found {
            Some(index) => Some(assignments.remove(index).clone()),
            None => parsed(word),
        };
        all.push((word, assignment));
    }
    all
}

/// An assignment that expansion has made: `declare "x=1"`.
fn parsed(word: &str) -> Option<Assignment> {
    let (target, value) = word.split_once('=')?;
    let (target, append) = target.strip_suffix('+').map_or((target, false), |target| (target, true));
    let (name, index) = match target.strip_suffix(']').and_then(|target| target.split_once('[')) {
        Some((name, index)) => (name, Some(Word::of_literal(index))),
        None => (target, None),
    };
    let value = Word {
        parts: vec![crate::bash::ast::Part::Quoted(value.to_owned())],
        text: value.into(),
        braces: None,
    };
    Some(Assignment {
        name: name.to_owned(),
        index,
        append,
        value: AssignedValue::Scalar(value),
        text: word.into(),
    })
}

/// The scope in which a name is declared.
fn place(shell: &mut Shell, name: &str, kind: Kind, attributes: &Attributes) {
    let local =
        matches!(kind, Kind::Declare | Kind::Local) && !attributes.global && shell.variables.in_function();
    if local && !shell.variables.is_local(name) {
        // A local variable begins without a value, but a temporary one hands its value over.
        shell.variables.local(name);
        // A function with an OPTIND of its own begins with its first argument.
        if name == "OPTIND" {
            shell.getopts = (1, 0);
        }
    }
}

fn apply(shell: &mut Shell, name: &str, attributes: &Attributes) -> Result<(), String> {
    let variable = shell.variables.entry(name);
    if variable.readonly && attributes.off.contains(&'r') {
        return Err(format!("{name}: readonly variable"));
    }
    if variable.value == Value::Unset && attributes.on.iter().any(|letter| matches!(letter, 'a' | 'A')) {
        variable.bare = true;
    }
    for (letters, on) in [(&attributes.on, true), (&attributes.off, false)] {
        for letter in letters {
            match letter {
                'a' if on => match variable.value {
                    Value::Associative(_) => {
                        return Err(format!("{name}: cannot convert associative to indexed array"));
                    }
                    _ => {
                        variable.make_indexed();
                    }
                },
                'A' if on => match variable.value {
                    Value::Unset => variable.value = Value::Associative(Associative::default()),
                    Value::Associative(_) => {}
                    Value::Indexed(_) => {
                        return Err(format!("{name}: cannot convert indexed to associative array"));
                    }
                    Value::Scalar(ref text) => {
                        let mut elements = Associative::default();
                        elements.insert("0", text.clone());
                        variable.value = Value::Associative(elements);
                    }
                },
                'i' => variable.integer = on,
                'l' => (variable.lower, variable.upper) = (on, variable.upper && !on),
                'u' => (variable.upper, variable.lower) = (on, variable.lower && !on),
                'n' => variable.reference = on,
                'x' => variable.exported = on,
                _ => {}
            }
        }
    }
    Ok(())
}

fn lock(shell: &mut Shell, name: &str, attributes: &Attributes) {
    if attributes.on.contains(&'r') {
        shell.variables.entry(name).readonly = true;
    }
}

async fn name(shell: &mut Shell, command: &str, name: &str, kind: Kind, attributes: &Attributes) -> Run {
    if !is_name(name) {
        return shell.complain(command, &format!("`{name}': not a valid identifier"), 1).await;
    }
    place(shell, name, kind, attributes);
    // Exporting a name that is not set declares it only.
    let target = if attributes.on.contains(&'n') || attributes.off.contains(&'n') {
        name.to_owned()
    } else {
        shell.referred(name)
    };
    if let Err(message) = apply(shell, &target, attributes) {
        return shell.complain(command, &message, 1).await;
    }
    lock(shell, &target, attributes);
    Ok(0)
}

async fn assign(
    shell: &mut Shell,
    command: &str,
    assignment: &Assignment,
    kind: Kind,
    attributes: &Attributes,
) -> Run {
    let name = &assignment.name;
    if !is_name(name) {
        let text = &assignment.text;
        return shell.complain(command, &format!("`{text}': not a valid identifier"), 1).await;
    }
    if attributes.on.contains(&'n') {
        place(shell, name, kind, attributes);
        if let AssignedValue::Scalar(word) = &assignment.value {
            let target = shell.assigned_scalar(word).await?;
            if target == *name {
                let message = format!("{name}: nameref variable self references not allowed");
                return shell.complain(command, &message, 1).await;
            }
            let variable = shell.variables.entry(name);
            variable.value = Value::Scalar(target);
            variable.reference = true;
        }
        return Ok(0);
    }
    if shell.variables.get(name).is_some_and(|variable| variable.readonly) {
        return shell.complain(command, &format!("{name}: readonly variable"), 1).await;
    }
    // The value is expanded before the new variable hides the old one.
    let expanded = match &assignment.value {
        AssignedValue::Scalar(word) => Some(shell.assigned_scalar(word).await?),
        AssignedValue::Array(_) => None,
    };
    place(shell, name, kind, attributes);
    if let Err(message) = apply(shell, name, attributes) {
        return shell.complain(command, &message, 1).await;
    }
    let name = shell.referred(name);
    let result = match (&assignment.value, expanded) {
        (AssignedValue::Array(elements), _) => shell.assign_array(&name, elements, assignment.append).await?,
        (_, Some(value)) => match &assignment.index {
            Some(index) => match shell.key(&name, index, true).await? {
                Some(key) => shell.assign_element(&name, &key, value, assignment.append),
                None => Ok(()),
            },
            None => shell.assign_text(&name, value, assignment.append),
        },
        _ => Ok(()),
    };
    if let Err(message) = result {
        return shell.complain(command, &message, 1).await;
    }
    lock(shell, &name, attributes);
    Ok(0)
}

/// `export -f`, `declare -ft`.
async fn mark_functions(shell: &mut Shell, command: &str, names: &[String], attributes: &Attributes) -> Run {
    let mut status = 0;
    for name in names {
        if !shell.functions.contains_key(name) {
            status = 1;
            if !matches!(command, "declare" | "typeset") {
                shell.complain(command, &format!("{name}: not a function"), 1).await?;
            }
            continue;
        }
        let marks = Rc::make_mut(&mut shell.function_marks).entry(name.clone()).or_default();
        for (letters, on) in [(&attributes.on, true), (&attributes.off, false)] {
            for letter in letters {
                match letter {
                    't' => marks.traced = on,
                    'x' => marks.exported = on,
                    'r' => marks.readonly |= on,
                    _ => {}
                }
            }
        }
    }
    Ok(status)
}

async fn show_functions(shell: &mut Shell, names: &[String], names_only: bool, full: bool) -> Run {
    let mut status = 0;
    let all: Vec<String> =
        if names.is_empty() { shell.functions.keys().cloned().collect() } else { names.to_vec() };
    for name in all {
        let Some(function) = shell.functions.get(&name).cloned() else {
            status = 1;
            continue;
        };
        let letters = shell.function_marks.get(&name).map(FunctionMarks::letters).unwrap_or_default();
        let text = match (names_only, names.is_empty()) {
            _ if names_only && (full || names.is_empty()) => format!("declare -f{letters} {name}\n"),
            (true, _) => format!("{name}\n"),
            (false, _) if letters.is_empty() || !names.is_empty() => {
                format!("{}\n", print::function(&function))
            }
            (false, _) => format!("{}\ndeclare -f{letters} {name}\n", print::function(&function)),
        };
        shell.out("declare", &text).await;
    }
    Ok(status)
}

async fn show_names(shell: &mut Shell, command: &str, names: &[String]) -> Run {
    let mut status = 0;
    for name in names {
        match shell.variables.get(name).cloned() {
            Some(variable) => {
                shell.out(command, &format!("{}\n", declaration(name, &variable))).await;
            }
            None => match shell.variable_text(name) {
                Some(text) => {
                    shell.out(command, &format!("declare -- {name}={}\n", double_quote(&text))).await;
                }
                None => status = shell.complain(command, &format!("{name}: not found"), 1).await?,
            },
        }
    }
    Ok(status)
}

async fn show_all(shell: &mut Shell, kind: Kind, attributes: &Attributes, full: bool) -> Run {
    let mut text = String::new();
    let names = if kind == Kind::Local { shell.variables.local_names() } else { shell.variables.names() };
    for name in names {
        let Some(variable) = shell.variables.get(&name) else { continue };
        let letters = variable.attributes();
        if !attributes.on.iter().all(|letter| letters.contains(*letter)) {
            continue;
        }
        if full || kind != Kind::Declare {
            text.push_str(&format!("{}\n", declaration(&name, variable)));
        } else {
            text.push_str(&plain(&name, variable));
        }
    }
    shell.out("declare", &text).await;
    if kind == Kind::Declare && !full {
        let functions: Vec<_> = shell.functions.values().cloned().collect();
        for function in functions {
            shell.out("declare", &format!("{}\n", print::function(&function))).await;
        }
    }
    Ok(0)
}

/// A variable as `set` shows it.
pub(super) fn plain(name: &str, variable: &Variable) -> String {
    match &variable.value {
        Value::Unset => String::new(),
        Value::Scalar(text) if text.is_empty() => format!("{name}=\n"),
        Value::Scalar(text) => format!("{name}={}\n", quote(text)),
        _ => {
            let text = declaration(name, variable);
            let shown = text.splitn(3, ' ').nth(2).unwrap_or_default();
            format!("{shown}\n")
        }
    }
}
