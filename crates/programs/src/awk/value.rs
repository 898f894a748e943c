//! Values: numbers, texts, and texts of the input that may be numbers.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::number;

/// A value.
#[derive(Clone, Debug, Default)]
pub(crate) enum Value {
    /// Never assigned: both 0 and nothing.
    #[default]
    Uninit,
    Number(f64),
    Text(Rc<str>),
    /// Of the input: a number if it looks like one.
    Input(Rc<str>),
}

impl Value {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn input(text: impl Into<Rc<str>>) -> Self {
        Self::Input(text.into())
    }

    pub(super) fn of(condition: bool) -> Self {
        Self::Number(f64::from(u8::from(condition)))
    }

    pub(super) fn to_number(&self) -> f64 {
        match self {
            Self::Uninit => 0.0,
            Self::Number(number) => *number,
            Self::Text(text) | Self::Input(text) => number::leading(text),
        }
    }

    pub(super) fn to_text(&self, format: &str) -> Rc<str> {
        match self {
            Self::Uninit => Rc::from(""),
            Self::Number(number) => number::to_text(*number, format).into(),
            Self::Text(text) | Self::Input(text) => text.clone(),
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Uninit => false,
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Input(text) => match number::whole(text) {
                Some(number) => number != 0.0,
                None => !text.is_empty(),
            },
        }
    }

    /// The number, where it compares as one.
    fn as_number(&self) -> Option<f64> {
        match self {
            Self::Uninit => Some(0.0),
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
            Self::Input(text) => number::whole(text),
        }
    }

    /// Compares as numbers where both look so, else as texts.
    pub(super) fn compare(&self, other: &Self, format: &str) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (self.as_number(), other.as_number()) {
            return a.partial_cmp(&b);
        }
        Some(self.to_text(format).as_bytes().cmp(other.to_text(format).as_bytes()))
    }
}

/// An array; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Array(pub(super) Rc<RefCell<BTreeMap<Rc<str>, Value>>>);

impl Array {
    /// The keys in the order in which mawk's hash table has them.
    pub(super) fn keys(&self) -> Vec<Rc<str>> {
        let map = self.0.borrow();
        let mut buckets = 64;
        while map.len() > buckets * 12 {
            buckets *= 2;
        }
        let mut keys: Vec<(u32, Rc<str>)> =
            map.keys().map(|key| (hash(key) & (buckets as u32 - 1), key.clone())).collect();
        keys.sort_by_key(|(bucket, _)| *bucket);
        keys.into_iter().map(|(_, key)| key).collect()
    }
}

/// FNV-1a, 32 bits.
fn hash(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// What a variable holds.
#[derive(Clone, Debug, Default)]
pub(super) enum Slot {
    #[default]
    Free,
    Value(Value),
    Array(Array),
    /// A parameter that was given a variable of which nothing is known yet.
    Alias(Location),
}

/// Where a variable lies for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Location {
    Global(usize),
    Stack(usize),
}
