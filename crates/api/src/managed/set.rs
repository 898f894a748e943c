//! Sets of fields.
//!
//! Upstream: `structured-merge-diff/v6/fieldpath/set.go`, `serialize.go` (the form `FieldsV1`)

use std::fmt::Write;

use serde_json::{Map, Value};

/// A tree of path elements as `FieldsV1` writes them: `f:spec`, `k:{"name":"web"}`, `v:"x"`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    items: Vec<(Box<str>, Item)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Item {
    /// Whether the path that ends here is in the set.
    owned: bool,
    below: Set,
}

impl Set {
    /// Whether no path is in it.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn find(&self, element: &str) -> Result<usize, usize> {
        self.items.binary_search_by(|(other, _)| (**other).cmp(element))
    }

    fn get(&self, element: &str) -> Option<&Item> {
        self.find(element).ok().map(|at| &self.items[at].1)
    }

    fn entry(&mut self, element: &str) -> &mut Item {
        let at = match self.find(element) {
            Ok(at) => at,
            Err(at) => {
                self.items.insert(at, (element.into(), Item::default()));
                at
            }
        };
        &mut self.items[at].1
    }

    /// Adds a path.
    pub fn insert<P: AsRef<str>>(&mut self, path: &[P]) {
        let Some((last, parents)) = path.split_last() else { return };
        let mut set = self;
        for element in parents {
            set = &mut set.entry(element.as_ref()).below;
        }
        set.entry(last.as_ref()).owned = true;
    }

    /// Whether a path is in it.
    pub fn has<P: AsRef<str>>(&self, path: &[P]) -> bool {
        let Some((last, parents)) = path.split_last() else { return false };
        let mut set = self;
        for element in parents {
            let Some(item) = set.get(element.as_ref()) else { return false };
            set = &item.below;
        }
        set.get(last.as_ref()).is_some_and(|item| item.owned)
    }

    /// What lies below an element; empty where there is nothing.
    pub fn below(&self, element: &str) -> Option<&Set> {
        self.get(element).map(|item| &item.below)
    }

    /// Whether the path of this one element is in it.
    pub fn owns(&self, element: &str) -> bool {
        self.get(element).is_some_and(|item| item.owned)
    }

    /// Whether the text of another set may have paths that begin as this one's do.
    pub fn may_meet(&self, text: &str) -> bool {
        self.items.iter().any(|(element, _)| {
            // Depth 0, owned or not; a deeper line that ends alike does no harm.
            text.contains(&format!("0{element}\n")) || text.contains(&format!("0.{element}\n"))
        })
    }

    /// Adds all paths of another set.
    pub fn extend(&mut self, other: &Set) {
        for (element, theirs) in &other.items {
            let item = self.entry(element);
            item.owned |= theirs.owned;
            item.below.extend(&theirs.below);
        }
    }

    /// Takes all paths of another set out.
    pub fn subtract(&mut self, other: &Set) {
        self.items.retain_mut(|(element, item)| {
            if let Some(theirs) = other.get(element) {
                item.owned &= !theirs.owned;
                item.below.subtract(&theirs.below);
            }
            item.owned || !item.below.is_empty()
        });
    }

    /// The paths that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Set) -> Set {
        let both = |(element, item): &(Box<str>, Item)| {
            let theirs = other.get(element)?;
            let both =
                Item { owned: item.owned && theirs.owned, below: item.below.intersection(&theirs.below) };
            (both.owned || !both.below.is_empty()).then(|| (element.clone(), both))
        };
        Set { items: self.items.iter().filter_map(both).collect() }
    }

    /// Takes out the element `name` with all below it.
    pub fn remove(&mut self, path: &[&str]) {
        let Some((first, rest)) = path.split_first() else { return };
        let Ok(at) = self.find(first) else { return };
        if rest.is_empty() {
            self.items.remove(at);
            return;
        }
        let item = &mut self.items[at].1;
        item.below.remove(rest);
        if !item.owned && item.below.is_empty() {
            self.items.remove(at);
        }
    }

    /// The paths as conflicts name them: `.spec.containers[name="web"].image`.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.collect(&mut String::new(), &mut paths);
        paths
    }

    fn collect(&self, prefix: &mut String, paths: &mut Vec<String>) {
        for (element, item) in &self.items {
            let length = prefix.len();
            show(element, prefix);
            if item.owned {
                paths.push(prefix.clone());
            }
            item.below.collect(prefix, paths);
            prefix.truncate(length);
        }
    }

    /// The form of `fieldsV1`.
    pub fn to_fields(&self) -> Value {
        let mut map = Map::new();
        for (element, item) in &self.items {
            let mut below = item.below.to_fields();
            if item.owned && !item.below.is_empty() {
                below["."] = Value::Object(Map::new());
            }
            map.insert(element.clone().into(), below);
        }
        Value::Object(map)
    }

    /// Reads the form of `fieldsV1`.
    pub fn from_fields(fields: &Value) -> Self {
        let mut set = Self::default();
        for (element, below) in fields.as_object().into_iter().flatten().filter(|(key, _)| *key != ".") {
            let item = set.entry(element);
            let names = below.as_object();
            item.owned = names.is_none_or(|names| names.is_empty() || names.contains_key("."));
            item.below = Self::from_fields(below);
        }
        set
    }

    /// A short text that [`Self::from_text`] reads: a line for each element, its depth, `.` if it is owned.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(0, &mut text);
        text
    }

    fn write(&self, depth: usize, text: &mut String) {
        for (element, item) in &self.items {
            let mark = if item.owned { "." } else { "" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{depth}{mark}{element}");
            item.below.write(depth + 1, text);
        }
    }

    /// Reads what [`Self::to_text`] has written.
    pub fn from_text(text: &str) -> Self {
        let mut lines = text.lines().peekable();
        Self::read(&mut lines, 0)
    }

    fn read<'a>(lines: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>, depth: usize) -> Self {
        let mut set = Self::default();
        while let Some(line) = lines.peek() {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            if line[..digits].parse() != Ok(depth) {
                break;
            }
            let rest = &line[digits..];
            let element = rest.strip_prefix('.').unwrap_or(rest);
            let owned = element.len() < rest.len();
            lines.next();
            let below = Self::read(lines, depth + 1);
            set.items.push((element.into(), Item { owned, below }));
        }
        set
    }
}

/// An element as paths show it.
fn show(element: &str, out: &mut String) {
    match element.split_once(':') {
        Some(("f", name)) => {
            out.push('.');
            out.push_str(name);
        }
        Some(("k", key)) => {
            let key: Value = serde_json::from_str(key).unwrap_or_default();
            let pairs: Vec<String> = key
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            out.push_str(&format!("[{}]", pairs.join(",")));
        }
        Some(("v", value)) => out.push_str(&format!("[={value}]")),
        _ => out.push_str(&format!("[{}]", element.trim_start_matches("i:"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_and_writes() {
        let fields = json!({"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:image": {}}}, "f:replicas": {}}});
        let set = Set::from_fields(&fields);
        assert_eq!(set.to_fields(), fields);
        assert_eq!(Set::from_text(&set.to_text()), set);
        assert_eq!(
            set.paths(),
            [".spec.containers[name=\"a\"]", ".spec.containers[name=\"a\"].image", ".spec.replicas"]
        );
    }

    #[test]
    fn algebra() {
        let (mut a, mut b) = (Set::default(), Set::default());
        a.insert(&["f:x"]);
        a.insert(&["f:y", "f:z"]);
        b.insert(&["f:y", "f:z"]);
        b.insert(&["f:y"]);
        assert_eq!(a.intersection(&b).paths(), [".y.z"]);
        let mut sum = a.clone();
        sum.extend(&b);
        assert!(sum.has(&["f:y"]) && sum.has(&["f:x"]));
        sum.subtract(&a);
        assert_eq!(sum.paths(), [".y"]);
        a.remove(&["f:y", "f:z"]);
        assert_eq!(a.paths(), [".x"]);
    }
}
