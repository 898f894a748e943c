//! What values are asked: `length`, `has`, `contains` and the like.

use jaq_core::Error;
use jaq_core::native::{bome, unary, v};
use jaq_json::{Val, read};
use jaq_std::ValT as _;

use super::super::errors::with_kind;
use super::super::scan;
use super::super::value::{Json, ValR};
use super::{List, text};

pub(super) fn funs() -> List {
    vec![
        ("tojson", v(0), |cv| bome(Ok(Json::from(cv.1.to_string())))),
        ("fromjson", v(0), |cv| bome(from_json(&cv.1))),
        ("length", v(0), |cv| bome(length(&cv.1.0))),
        ("has", v(1), |cv| unary(cv, |value, key| has(&value.0, &key.0))),
        ("contains", v(1), |cv| unary(cv, |left, right| contains(&left.0, &right.0).map(Json::from))),
        ("indices", v(1), |cv| unary(cv, |value, part| Ok(indices(&value.0, &part.0)))),
        ("bsearch", v(1), |cv| {
            unary(cv, |value, wanted| match &value.0 {
                Val::Arr(items) => Ok(Json::from(match items.binary_search(&wanted.0) {
                    Ok(at) => at as isize,
                    Err(at) => -1 - at as isize,
                })),
                other => Err(Error::str(format!("{} cannot be searched from", with_kind(other)))),
            })
        }),
        ("infinite", v(0), |_| bome(Ok(Json::from(f64::INFINITY)))),
        ("nan", v(0), |_| bome(Ok(Json::from(f64::NAN)))),
    ]
}

fn from_json(value: &Json) -> ValR {
    let text = text(value)?;
    let failed = |error: String| Error::str(format!("{error} (while parsing '{text}')"));
    let (values, error) = scan::all(text.as_bytes());
    match (values.as_slice(), error) {
        (_, Some(error)) => Err(failed(error)),
        ([], None) => Ok(Json::default()),
        ([one], None) => read::parse_single(one).map(Json).map_err(|error| failed(error.to_string())),
        (_, None) => Err(failed("Unexpected extra JSON values".to_owned())),
    }
}

fn length(value: &Val) -> ValR {
    Ok(match value {
        Val::Null => Json::from(0_usize),
        Val::Bool(_) => return Err(Error::str(format!("{} has no length", with_kind(value)))),
        Val::Num(_) => {
            let number = value.as_f64().unwrap_or(0.0);
            if number < 0.0 { Json::from(-number) } else { Json(value.clone()) }
        }
        Val::TStr(text) | Val::BStr(text) => Json::from(String::from_utf8_lossy(text).chars().count()),
        Val::Arr(items) => Json::from(items.len()),
        Val::Obj(map) => Json::from(map.len()),
    })
}

fn has(value: &Val, key: &Val) -> ValR {
    match (value, key) {
        (Val::Obj(map), Val::TStr(_)) => Ok(Json::from(map.contains_key(key))),
        (Val::Arr(items), Val::Num(_)) => {
            Ok(Json::from(key.as_f64().is_some_and(|at| at >= 0.0 && at < items.len() as f64)))
        }
        _ => {
            let kind = |value: &Val| with_kind(value).split(' ').next().unwrap_or_default().to_owned();
            Err(Error::str(format!("Cannot check whether {} has a {} key", kind(value), kind(key))))
        }
    }
}

fn contains(left: &Val, right: &Val) -> Result<bool, Error<Json>> {
    Ok(match (left, right) {
        (Val::Obj(left), Val::Obj(right)) => {
            for (key, value) in &**right {
                match left.get(key) {
                    Some(own) if contains(own, value)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Val::Arr(left), Val::Arr(right)) => {
            right.iter().all(|wanted| left.iter().any(|own| contains(own, wanted).unwrap_or(false)))
        }
        (Val::TStr(left), Val::TStr(right)) => {
            right.is_empty() || left.windows(right.len()).any(|part| part == &right[..])
        }
        (left, right) if std::mem::discriminant(left) == std::mem::discriminant(right) => left == right,
        (left, right) => {
            return Err(Error::str(format!(
                "{} and {} cannot have their containment checked",
                with_kind(left),
                with_kind(right)
            )));
        }
    })
}

fn indices(value: &Val, part: &Val) -> Json {
    let found: Vec<usize> = match (value, part) {
        (Val::TStr(text), Val::TStr(part)) if !part.is_empty() => {
            let text = String::from_utf8_lossy(text).into_owned();
            let part = String::from_utf8_lossy(part).into_owned();
            let starts = text.char_indices().enumerate();
            starts.filter(|(_, (at, _))| text[*at..].starts_with(&part)).map(|(index, _)| index).collect()
        }
        (Val::Arr(items), Val::Arr(part)) if !part.is_empty() => items
            .windows(part.len())
            .enumerate()
            .filter(|(_, window)| *window == &part[..])
            .map(|(at, _)| at)
            .collect(),
        (Val::Arr(items), Val::TStr(_) | Val::Num(_) | Val::Null | Val::Bool(_) | Val::Obj(_)) => {
            items.iter().enumerate().filter(|(_, item)| *item == part).map(|(at, _)| at).collect()
        }
        _ => return Json::default(),
    };
    found.into_iter().map(Json::from).collect()
}
