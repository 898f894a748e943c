//! Variables, arrays, scopes.

use std::collections::BTreeMap;
use std::rc::Rc;

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Declared, but not set.
    Unset,
    Scalar(String),
    Indexed(BTreeMap<i64, String>),
    Associative(Associative),
}

/// An associative array; its order is that of bash's hash table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Associative {
    entries: BTreeMap<String, (u64, String)>,
    inserted: u64,
}

impl Associative {
    pub(crate) fn get(&self, key: &str) -> Option<&String> {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub(crate) fn insert(&mut self, key: &str, value: String) {
        if let Some((_, old)) = self.entries.get_mut(key) {
            *old = value;
            return;
        }
        self.inserted += 1;
        self.entries.insert(key.to_owned(), (self.inserted, value));
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.entries.remove(key);
    }

    /// Keys and values in the order in which bash lists them: by bucket, the newest first.
    pub(crate) fn entries(&self) -> Vec<(&String, &String)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, (inserted, _))| (hash(key) & 1023, u64::MAX - inserted));
        entries.into_iter().map(|(key, (_, value))| (key, value)).collect()
    }
}

/// The hash function of bash's tables (FNV-1).
fn hash(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261_u32, |hash, byte| hash.wrapping_mul(16_777_619) ^ u32::from(byte))
}

/// A variable with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) value: Value,
    pub(crate) exported: bool,
    pub(crate) readonly: bool,
    pub(crate) integer: bool,
    pub(crate) lower: bool,
    pub(crate) upper: bool,
    pub(crate) reference: bool,
    /// An array that was declared, but never given anything.
    pub(crate) bare: bool,
}

impl Default for Variable {
    fn default() -> Self {
        Self {
            value: Value::Unset,
            exported: false,
            readonly: false,
            integer: false,
            lower: false,
            upper: false,
            reference: false,
            bare: false,
        }
    }
}

impl Variable {
    pub(crate) fn scalar(value: impl Into<String>) -> Self {
        Self { value: Value::Scalar(value.into()), ..Self::default() }
    }

    /// The value of `$x`: of an array, that of element 0.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Unset => None,
            Value::Scalar(text) => Some(text),
            Value::Indexed(elements) => elements.get(&0).map(String::as_str),
            Value::Associative(elements) => elements.get("0").map(String::as_str),
        }
    }

    /// All elements of an array; a scalar is its own only element.
    pub(crate) fn elements(&self) -> Vec<String> {
        match &self.value {
            Value::Unset => Vec::new(),
            Value::Scalar(text) => vec![text.clone()],
            Value::Indexed(elements) => elements.values().cloned().collect(),
            Value::Associative(elements) => elements.entries().into_iter().map(|(_, v)| v.clone()).collect(),
        }
    }

    /// All subscripts.
    pub(crate) fn keys(&self) -> Vec<String> {
        match &self.value {
            Value::Unset => Vec::new(),
            Value::Scalar(_) => vec!["0".to_owned()],
            Value::Indexed(elements) => elements.keys().map(i64::to_string).collect(),
            Value::Associative(elements) => elements.entries().into_iter().map(|(k, _)| k.clone()).collect(),
        }
    }

    /// Makes it an indexed array; a scalar becomes element 0.
    pub(crate) fn make_indexed(&mut self) -> Option<&mut BTreeMap<i64, String>> {
        match std::mem::replace(&mut self.value, Value::Unset) {
            Value::Unset => self.value = Value::Indexed(BTreeMap::new()),
            Value::Scalar(text) => self.value = Value::Indexed(BTreeMap::from([(0, text)])),
            array => self.value = array,
        }
        match &mut self.value {
            Value::Indexed(elements) => Some(elements),
            _ => None,
        }
    }

    /// The letters of its attributes, as `declare -p` shows them.
    pub(crate) fn attributes(&self) -> String {
        let mut letters = String::new();
        for (set, letter) in [
            (matches!(self.value, Value::Indexed(_)), 'a'),
            (matches!(self.value, Value::Associative(_)), 'A'),
            (self.integer, 'i'),
            (self.reference, 'n'),
            (self.readonly, 'r'),
            (self.exported, 'x'),
            (self.lower, 'l'),
            (self.upper, 'u'),
        ] {
            if set {
                letters.push(letter);
            }
        }
        letters
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Global,
    Function,
    /// Assignments before a command.
    Temporary,
}

#[derive(Clone)]
struct Scope {
    kind: ScopeKind,
    variables: BTreeMap<String, Variable>,
}

/// All variables; copies share what neither changes.
#[derive(Clone)]
pub(crate) struct Variables(Vec<Rc<Scope>>);

impl Default for Variables {
    fn default() -> Self {
        Self(vec![Rc::new(Scope { kind: ScopeKind::Global, variables: BTreeMap::new() })])
    }
}

impl Variables {
    pub(crate) fn push_scope(&mut self, kind: ScopeKind) {
        self.0.push(Rc::new(Scope { kind, variables: BTreeMap::new() }));
    }

    pub(crate) fn pop_scope(&mut self) {
        if self.0.len() > 1 {
            self.0.pop();
        }
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Variable> {
        self.0.iter().rev().find_map(|scope| scope.variables.get(name))
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.0.iter().rposition(|scope| scope.variables.contains_key(name))
    }

    /// The variable where it is visible; it is made in the global scope if it is not.
    pub(crate) fn entry(&mut self, name: &str) -> &mut Variable {
        let index = self.index_of(name).unwrap_or(0);
        Rc::make_mut(&mut self.0[index]).variables.entry(name.to_owned()).or_default()
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Variable> {
        let index = self.index_of(name)?;
        Rc::make_mut(&mut self.0[index]).variables.get_mut(name)
    }

    /// The variable in the global scope.
    pub(crate) fn global(&mut self, name: &str) -> &mut Variable {
        Rc::make_mut(&mut self.0[0]).variables.entry(name.to_owned()).or_default()
    }

    /// The variable in the innermost scope.
    pub(crate) fn innermost(&mut self, name: &str) -> Option<&mut Variable> {
        let scope = self.0.last_mut()?;
        Some(Rc::make_mut(scope).variables.entry(name.to_owned()).or_default())
    }

    /// The variable in the scope of the function that runs; `None` outside of functions.
    pub(crate) fn local(&mut self, name: &str) -> Option<&mut Variable> {
        let index = self.function_scope()?;
        Some(Rc::make_mut(&mut self.0[index]).variables.entry(name.to_owned()).or_default())
    }

    /// Whether the running function has its own variable of that name.
    pub(crate) fn is_local(&self, name: &str) -> bool {
        self.function_scope().is_some_and(|index| self.0[index].variables.contains_key(name))
    }

    pub(crate) fn in_function(&self) -> bool {
        self.function_scope().is_some()
    }

    fn function_scope(&self) -> Option<usize> {
        self.0.iter().rposition(|scope| scope.kind == ScopeKind::Function)
    }

    /// Takes the visible variable away. A local one stays declared, without a value.
    pub(crate) fn remove(&mut self, name: &str) {
        let Some(index) = self.index_of(name) else { return };
        let scope = Rc::make_mut(&mut self.0[index]);
        if scope.kind == ScopeKind::Function
            && Some(index) == self.0.iter().rposition(|s| s.kind == ScopeKind::Function)
        {
            if let Some(variable) = Rc::make_mut(&mut self.0[index]).variables.get_mut(name) {
                *variable = Variable::default();
            }
            return;
        }
        Rc::make_mut(&mut self.0[index]).variables.remove(name);
    }

    /// All visible names, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let all: std::collections::BTreeSet<_> =
            self.0.iter().flat_map(|scope| scope.variables.keys().cloned()).collect();
        all.into_iter().collect()
    }

    /// The names of the running function's variables.
    pub(crate) fn local_names(&self) -> Vec<String> {
        let Some(index) = self.function_scope() else { return Vec::new() };
        self.0[index].variables.keys().cloned().collect()
    }

    /// The environment of a child.
    pub(crate) fn exported(&self) -> BTreeMap<String, String> {
        let mut exported = BTreeMap::new();
        for scope in &self.0 {
            for (name, variable) in &scope.variables {
                match variable.text() {
                    Some(text) if variable.exported || scope.kind == ScopeKind::Temporary => {
                        exported.insert(name.clone(), text.to_owned());
                    }
                    _ => {
                        exported.remove(name);
                    }
                }
            }
        }
        exported
    }
}
