//! The functions that jaq leaves to its user, or takes from the machine that it really runs on.

mod format;
mod json;
mod regex;
mod time;

use std::cell::RefCell;

use jaq_core::box_iter::box_once;
use jaq_core::load::parse::Def;
use jaq_core::native::{Filter, Fun, bome, run, v};
use jaq_core::{DataT, Error, Exn, Lut, RunPtr};
use jaq_json::Val;
use jaq_std::ValT as _;
use jaq_std::input::{HasInputs, Inputs};

use super::fuel::{Ending, Fuel, Handle};
use super::value::{Json, ValR};
use super::write::Style;

/// What filters are run over.
pub(super) struct Kind;

impl DataT for Kind {
    type V<'a> = Json;
    type Data<'a> = Handle<'a>;
}

/// What filters know of the world.
pub(super) struct World<'a> {
    pub(super) lut: &'a Lut<Kind>,
    /// How many terms the table has at most.
    pub(super) terms: usize,
    pub(super) ending: &'a Ending,
    pub(super) fuel: Fuel,
    pub(super) inputs: Inputs<'a, Json>,
    pub(super) env: Val,
    /// Seconds since 1970.
    pub(super) now: f64,
    /// The file that the input is of.
    pub(super) file: RefCell<Option<String>>,
    /// What `debug` and `stderr` wrote.
    pub(super) stderr: RefCell<Vec<u8>>,
}

/// Definitions of jaq's that build on functions that are left out here.
const LEFT_OUT: &[&str] =
    &["logb", "significand", "drem", "nexttoward", "scalb", "gamma", "pow10", "infinite", "nan"];

/// All definitions.
pub(super) fn defs() -> impl Iterator<Item = Def<&'static str>> {
    let own = jaq_core::load::parse(include_str!("defs.jq"), |parser| parser.defs()).unwrap_or_default();
    let std = jaq_std::defs().filter(|def| !LEFT_OUT.contains(&def.name));
    jaq_core::defs().chain(std).chain(jaq_json::defs()).chain(own)
}

/// All functions.
pub(super) fn funs() -> impl Iterator<Item = Fun<Kind>> {
    let own = [base(), math(), json::funs(), format::funs(), regex::funs(), time::funs()];
    jaq_core::funs()
        .filter(|(name, ..)| *name != "range")
        .chain(jaq_std::base_funs())
        .chain(own.into_iter().flat_map(|list| list.into_iter().map(run::<Kind>)))
}

type List = Vec<Filter<RunPtr<Kind>>>;

fn base() -> List {
    vec![
        ("range", v(3), |mut cv| {
            let (by, to, from) = (cv.0.pop_var(), cv.0.pop_var(), cv.0.pop_var());
            Box::new(super::fuel::range(cv.0.data().clone(), from, to, by))
        }),
        ("now", v(0), |cv| bome(Ok(Json::from(cv.0.data().now)))),
        ("env", v(0), |cv| bome(Ok(Json(cv.0.data().env.clone())))),
        ("input_filename", v(0), |cv| {
            let file = cv.0.data().file.borrow().clone();
            bome(Ok(file.map_or_else(Json::default, Json::from)))
        }),
        ("inputs", v(0), |cv| {
            Box::new(cv.0.data().inputs().map(|r| r.map_err(|e| Exn::from(Error::str(e)))))
        }),
        ("input", v(0), |cv| {
            let next = cv.0.data().inputs().next();
            box_once(
                next.unwrap_or_else(|| Err("No more inputs".to_owned()))
                    .map_err(|e| Exn::from(Error::str(e))),
            )
        }),
        ("debug_empty", v(0), |cv| {
            let mut out = cv.0.data().stderr.borrow_mut();
            out.extend(b"[\"DEBUG:\",");
            out.extend(Style::default().write(&cv.1.0));
            out.extend(b"]\n");
            Box::new(std::iter::empty())
        }),
        ("stderr_empty", v(0), |cv| {
            let mut out = cv.0.data().stderr.borrow_mut();
            match cv.1.as_utf8_bytes() {
                Some(text) => out.extend_from_slice(text),
                None => out.extend(Style::default().write(&cv.1.0)),
            }
            Box::new(std::iter::empty())
        }),
    ]
}

fn number(value: &Json) -> Result<f64, Error<Json>> {
    value.as_f64().ok_or_else(|| Error::typ(value.clone(), "number"))
}

macro_rules! math {
    ($name:literal, $function:expr) => {
        ($name, v(0), |cv| bome(number(&cv.1).map($function).map(Json::from)))
    };
}

macro_rules! math2 {
    ($name:literal, $function:expr) => {
        ($name, v(2), |mut cv| {
            let right = cv.0.pop_var();
            let left = cv.0.pop_var();
            bome(number(&left).and_then(|left| Ok(Json::from($function(left, number(&right)?)))))
        })
    };
}

fn math() -> List {
    vec![
        math!("sqrt", f64::sqrt),
        math!("cbrt", f64::cbrt),
        math!("exp", f64::exp),
        math!("exp2", f64::exp2),
        math!("exp10", |x| 10_f64.powf(x)),
        math!("pow10", |x| 10_f64.powf(x)),
        math!("log", f64::ln),
        math!("log2", f64::log2),
        math!("log10", f64::log10),
        math!("fabs", f64::abs),
        math!("trunc", f64::trunc),
        math!("rint", f64::round_ties_even),
        math!("nearbyint", f64::round_ties_even),
        math!("sin", f64::sin),
        math!("cos", f64::cos),
        math!("tan", f64::tan),
        math!("asin", f64::asin),
        math!("acos", f64::acos),
        math!("atan", f64::atan),
        math2!("pow", f64::powf),
        math2!("atan2", f64::atan2),
        math2!("fmin", f64::min),
        math2!("fmax", f64::max),
        math2!("fmod", |x: f64, y: f64| x % y),
    ]
}

/// Applies a function to the bytes of a text.
fn on_text(value: &Json, apply: impl FnOnce(&[u8]) -> Vec<u8>) -> ValR {
    Ok(Json::from_utf8_bytes(apply(bytes(value)?)))
}

fn bytes(value: &Json) -> Result<&[u8], Error<Json>> {
    value.as_bytes().ok_or_else(|| Error::typ(value.clone(), "string"))
}

fn text(value: &Json) -> Result<String, Error<Json>> {
    Ok(String::from_utf8_lossy(bytes(value)?).into_owned())
}
