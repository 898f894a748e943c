//! jaq's values with jq's manners: null grows into objects and arrays, and errors are in jq's words.

use std::cell::Cell;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use std::rc::Rc;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::val::Range;
use jaq_core::{Error, Exn};
use jaq_json::{Map, Val};

use super::errors::{index_error, iterate_error, with_kind};
use super::write::Style;

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Json(pub(super) Val);

/// A value or an error.
pub(super) type ValR = jaq_core::ValR<Json>;
type ValX<'a> = jaq_core::ValX<'a, Json>;

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&Style::default().write(&self.0)))
    }
}

macro_rules! from {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Json {
            fn from(value: $kind) -> Self {
                Self(Val::from(value))
            }
        })*
    };
}

from!(bool, isize, usize, f64, String);

impl From<Range<Self>> for Json {
    fn from(range: Range<Self>) -> Self {
        Self(Val::from(range.start.map(|start| start.0)..range.end.map(|end| end.0)))
    }
}

impl FromIterator<Self> for Json {
    fn from_iter<T: IntoIterator<Item = Self>>(items: T) -> Self {
        let value = items.into_iter().map(|item| item.0).collect();
        watch_depth(&value);
        Self(value)
    }
}

thread_local! {
    /// Whether a value was made that is too deep for the stack.
    static TOO_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Whether a value was made that is too deep, since this was asked for last.
pub(super) fn too_deep() -> bool {
    TOO_DEEP.take()
}

/// Notes a value that is nested too deeply: to print it, or to drop it, would take as much of the stack.
fn watch_depth(value: &Val) {
    const MAX_DEPTH: usize = 1000;
    const LOOKED_AT: usize = 8;
    let is_container = |value: &&Val| matches!(value, Val::Arr(_) | Val::Obj(_));
    let mut value = value;
    for _ in 0..MAX_DEPTH {
        let inner = match value {
            Val::Arr(items) => items.iter().take(LOOKED_AT).find(is_container),
            Val::Obj(map) => map.iter().take(LOOKED_AT).map(|(_, value)| value).find(is_container),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner,
            None => return,
        }
    }
    TOO_DEEP.set(true);
}

/// The operation has no meaning for the two.
fn cannot(left: &Val, right: &Val, done: &str) -> Error<Json> {
    Error::str(format!("{} and {} cannot be {done}", with_kind(left), with_kind(right)))
}

impl Sub for Json {
    type Output = ValR;

    fn sub(self, right: Self) -> ValR {
        let (left, other) = (self.0.clone(), right.0.clone());
        self.0.sub(right.0).map(Self).map_err(|_| cannot(&left, &other, "subtracted"))
    }
}

fn times(left: Json, right: Json) -> ValR {
    let (one, other) = (left.0.clone(), right.0.clone());
    left.0.mul(right.0).map(Json).map_err(|_| cannot(&one, &other, "multiplied"))
}

/// Refuses to divide a number by zero.
fn divisor(left: &Json, right: &Json, done: &str) -> Result<(), Error<Json>> {
    match (&left.0, &right.0) {
        (Val::Num(_), Val::Num(_)) if jaq_std::ValT::as_f64(&right.0) == Some(0.0) => {
            Err(Error::str(format!(
                "{} and {} cannot be {done} because the divisor is zero",
                with_kind(&left.0),
                with_kind(&right.0)
            )))
        }
        _ => Ok(()),
    }
}

/// How many bytes or items a value may grow to; with more, memory would end.
const MOST: usize = 10_000_000;

thread_local! {
    /// The bytes and items that operators have copied. They know no context; `fuel` takes it from here.
    static COPIED: Cell<usize> = const { Cell::new(0) };
}

/// What was copied since this was asked for last.
pub(super) fn copied() -> usize {
    COPIED.take()
}

/// Refuses to make what is too large.
fn fits(size: usize, what: &str) -> Result<(), Error<Json>> {
    if size > MOST {
        Err(Error::str(format!("podground does not make {what} of more than {MOST}")))
    } else {
        Ok(())
    }
}

fn size(value: &Val) -> usize {
    match value {
        Val::TStr(text) | Val::BStr(text) => text.len(),
        Val::Arr(items) => items.len(),
        _ => 0,
    }
}

fn can_add(left: &Val, right: &Val) -> bool {
    matches!(
        (left, right),
        (Val::Null, _)
            | (_, Val::Null)
            | (Val::Num(_), Val::Num(_))
            | (Val::TStr(_) | Val::BStr(_), Val::TStr(_) | Val::BStr(_))
            | (Val::Arr(_), Val::Arr(_))
            | (Val::Obj(_), Val::Obj(_))
    )
}

impl Add for Json {
    type Output = ValR;

    fn add(self, right: Self) -> ValR {
        if !can_add(&self.0, &right.0) {
            return Err(cannot(&self.0, &right.0, "added"));
        }
        fits(size(&self.0) + size(&right.0), "texts or arrays")?;
        let copied = match (&self.0, &right.0) {
            // What no one else holds grows where it is.
            (Val::Arr(items), _) if Rc::strong_count(items) == 1 => 16 * size(&right.0),
            (Val::Arr(_), _) => 16 * (size(&self.0) + size(&right.0)),
            // So do most texts, but that cannot be seen.
            _ => size(&self.0) / 4 + size(&right.0),
        };
        COPIED.set(COPIED.get() + copied);
        // No copy may be held meanwhile.
        self.0.add(right.0).map(Self).map_err(|error| Error::new(Self(error.into_val())))
    }
}

impl Mul for Json {
    type Output = ValR;

    fn mul(self, right: Self) -> ValR {
        for (text, count) in [(&self.0, &right.0), (&right.0, &self.0)] {
            if let (Val::TStr(text), Some(count)) = (text, jaq_std::ValT::as_f64(count)) {
                let size = (text.len() as f64 * count.max(0.0)) as usize;
                fits(size, "texts")?;
                COPIED.set(COPIED.get() + size);
            }
        }
        times(self, right)
    }
}

impl Div for Json {
    type Output = ValR;

    fn div(self, right: Self) -> ValR {
        divisor(&self, &right, "divided")?;
        let (left, other) = (self.0.clone(), right.0.clone());
        self.0.div(right.0).map(Self).map_err(|_| cannot(&left, &other, "divided"))
    }
}

impl Rem for Json {
    type Output = ValR;

    fn rem(self, right: Self) -> ValR {
        divisor(&self, &right, "divided (remainder)")?;
        let (left, other) = (self.0.clone(), right.0.clone());
        self.0.rem(right.0).map(Self).map_err(|_| cannot(&left, &other, "divided (remainder)"))
    }
}

impl Neg for Json {
    type Output = ValR;

    fn neg(self) -> ValR {
        let value = self.0.clone();
        self.0.neg().map(Self).map_err(|_| Error::str(format!("{} cannot be negated", with_kind(&value))))
    }
}

/// The items between two bounds, which may be missing, negative or past the end.
fn bounds(range: &Range<&Json>, length: usize) -> (usize, usize) {
    let bound = |value: Option<&Json>, default: usize, up: bool| {
        let Some(number) = value.and_then(|value| jaq_std::ValT::as_f64(&value.0)) else { return default };
        let number = if number < 0.0 { number + length as f64 } else { number };
        let number = if up { number.ceil() } else { number.floor() };
        (number.max(0.0) as usize).min(length)
    };
    let start = bound(range.start, 0, false);
    (start, bound(range.end, length, true).max(start))
}

impl jaq_core::ValT for Json {
    fn from_num(text: &str) -> ValR {
        Val::from_num(text).map(Self).map_err(|error| Error::new(Self(error.into_val())))
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(pairs: I) -> ValR {
        let mut map = Map::default();
        for (key, value) in pairs {
            if !matches!(key.0, Val::TStr(_)) {
                return Err(Error::str("Object keys must be strings"));
            }
            map.insert(key.0, value.0);
        }
        let value = Val::obj(map);
        watch_depth(&value);
        Ok(Self(value))
    }

    fn key_values(self) -> BoxIter<'static, Result<(Self, Self), Error<Self>>> {
        match self.0 {
            Val::Arr(items) => {
                let items = (*items).clone().into_iter().enumerate();
                Box::new(items.map(|(index, item)| Ok((Self::from(index), Self(item)))))
            }
            Val::Obj(map) => {
                Box::new((*map).clone().into_iter().map(|(key, value)| Ok((Self(key), Self(value)))))
            }
            other => box_once(Err(iterate_error(&other))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR>> {
        match self.0 {
            Val::Arr(items) => Box::new((*items).clone().into_iter().map(|item| Ok(Self(item)))),
            Val::Obj(map) => Box::new((*map).clone().into_iter().map(|(_, value)| Ok(Self(value)))),
            other => box_once(Err(iterate_error(&other))),
        }
    }

    fn index(self, index: &Self) -> ValR {
        match (&self.0, &index.0) {
            (Val::Null, Val::TStr(_) | Val::Num(_) | Val::Null | Val::Obj(_)) => Ok(Self::default()),
            (Val::Obj(map), Val::TStr(_)) => Ok(Self(map.get(&index.0).cloned().unwrap_or_default())),
            (Val::Arr(_), Val::Num(_) | Val::Arr(_) | Val::Obj(_)) | (Val::TStr(_), Val::Obj(_)) => {
                let failed = index_error(&self.0, &index.0);
                self.0.index(&index.0).map(Self).map_err(|_| failed)
            }
            (value, key) => Err(index_error(value, key)),
        }
    }

    fn range(self, range: Range<&Self>) -> ValR {
        match &self.0 {
            Val::Null => Ok(self),
            Val::Arr(items) => {
                let (start, end) = bounds(&range, items.len());
                Ok(Self(items[start..end].iter().cloned().collect()))
            }
            Val::TStr(text) => {
                let chars: Vec<char> = String::from_utf8_lossy(text).chars().collect();
                let (start, end) = bounds(&range, chars.len());
                Ok(Self::from(chars[start..end].iter().collect::<String>()))
            }
            other => Err(index_error(other, &Val::obj(Map::default()))),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a>>>(self, opt: Opt, f: impl Fn(Self) -> I) -> ValX<'a> {
        match self.0 {
            Val::Arr(items) => items.iter().flat_map(|item| f(Self(item.clone()))).collect(),
            Val::Obj(map) => {
                let mut result = Map::default();
                for (key, value) in &*map {
                    if let Some(value) = f(Self(value.clone())).next() {
                        result.insert(key.clone(), value?.0);
                    }
                }
                Ok(Self(Val::obj(result)))
            }
            other => opt.fail(Self(other), |value| Exn::from(iterate_error(&value.0))),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a> {
        // Null becomes what its index asks for.
        let value = match (self.0, &index.0) {
            (Val::Null, Val::TStr(_)) => Val::obj(Map::default()),
            (Val::Null, Val::Num(_)) => Val::Arr(Rc::default()),
            (value, _) => value,
        };
        match (value, &index.0) {
            (Val::Obj(mut map), key @ Val::TStr(_)) => {
                let old = map.get(key).cloned().unwrap_or_default();
                let new = f(Self(old)).next().transpose()?;
                let own = Rc::make_mut(&mut map);
                match new {
                    Some(new) => drop(own.insert(key.clone(), new.0)),
                    None => drop(own.shift_remove(key)),
                }
                let value = Val::Obj(map);
                watch_depth(&value);
                Ok(Self(value))
            }
            (Val::Arr(mut items), number @ Val::Num(_)) => {
                let at = jaq_std::ValT::as_f64(number).unwrap_or(0.0).floor();
                let at = if at < 0.0 { at + items.len() as f64 } else { at };
                if at < 0.0 {
                    return Err(Exn::from(Error::str("Out of bounds negative array index")));
                }
                if at > 536_870_911.0 {
                    return Err(Exn::from(Error::str("Array index too large")));
                }
                fits(at as usize, "arrays").map_err(Exn::from)?;
                let at = at as usize;
                let old = items.get(at).cloned().unwrap_or_default();
                let new = f(Self(old)).next().transpose()?;
                let own = Rc::make_mut(&mut items);
                match new {
                    Some(new) => {
                        if own.len() <= at {
                            own.resize(at + 1, Val::Null);
                        }
                        own[at] = new.0;
                    }
                    None if at < own.len() => drop(own.remove(at)),
                    None => {}
                }
                let value = Val::Arr(items);
                watch_depth(&value);
                Ok(Self(value))
            }
            (value @ Val::Arr(_), Val::Obj(slice)) => {
                let bound = |key: &str| slice.get(&Val::from(key.to_owned())).cloned().map(Self);
                let (start, end) = (bound("start"), bound("end"));
                Self(value).map_range(start.as_ref()..end.as_ref(), opt, f)
            }
            (value, key) => opt.fail(Self(value), |value| Exn::from(index_error(&value.0, key))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a>>>(
        self,
        range: Range<&Self>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a> {
        let mut items = match self.0 {
            Val::Null => Rc::default(),
            Val::Arr(items) => items,
            Val::TStr(_) => return Err(Exn::from(Error::str("Cannot update string slices"))),
            other => {
                let slice = Val::obj(Map::default());
                return opt.fail(Self(other), |value| Exn::from(index_error(&value.0, &slice)));
            }
        };
        let (start, end) = bounds(&range, items.len());
        let part = items[start..end].iter().cloned().collect();
        let new = match f(Self(part)).next().transpose()? {
            None => Vec::new(),
            Some(Self(Val::Arr(new))) => (*new).clone(),
            Some(_) => {
                return Err(Exn::from(Error::str("A slice of an array can only be assigned another array")));
            }
        };
        Rc::make_mut(&mut items).splice(start..end, new);
        Ok(Self(Val::Arr(items)))
    }

    fn as_bool(&self) -> bool {
        jaq_core::ValT::as_bool(&self.0)
    }

    fn into_string(self) -> Self {
        match self.0 {
            Val::TStr(_) | Val::BStr(_) => self,
            _ => Self::from(self.to_string()),
        }
    }
}

impl jaq_std::ValT for Json {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self.0 {
            Val::Arr(items) => Ok(items.iter().cloned().map(Self).collect()),
            other => Err(Self(other)),
        }
    }

    fn is_int(&self) -> bool {
        jaq_std::ValT::is_int(&self.0)
    }

    fn as_isize(&self) -> Option<isize> {
        jaq_std::ValT::as_isize(&self.0)
    }

    fn as_f64(&self) -> Option<f64> {
        jaq_std::ValT::as_f64(&self.0)
    }

    fn is_utf8_str(&self) -> bool {
        jaq_std::ValT::is_utf8_str(&self.0)
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        jaq_std::ValT::as_bytes(&self.0)
    }

    fn as_sub_str(&self, sub: &[u8]) -> Self {
        Self(jaq_std::ValT::as_sub_str(&self.0, sub))
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self(<Val as jaq_std::ValT>::from_utf8_bytes(bytes))
    }
}
