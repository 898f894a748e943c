//! What keeps a filter from running for ever: jaq takes no breath between two outputs.
//!
//! Before each step jaq asks for its table of terms. When a filter has used up its steps, or is nested too
//! deeply for the stack, it is given another table, in which every term is as good as `.`: then all that runs
//! comes to its end, and what it gives is thrown away.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;

use jaq_core::data::HasLut;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Exn, Filter, Lut};
use jaq_std::input::{HasInputs, Inputs};

use super::funs::{self, Kind, World};
use super::value::Json;

/// How many steps a filter may take between two outputs: about a second.
const STEPS: u64 = 5_000_000;

/// Copying as much as that takes as long as a step.
const BYTES_PER_STEP: usize = 2048;

/// How many contexts may live at a time; each level of nesting has one or more.
const CONTEXTS: usize = 1_000;

/// How many bytes of the stack a filter may take. Contexts alone do not bound them: how large a level of
/// nesting is depends on the filter and on how this was compiled.
const STACK: usize = if cfg!(target_family = "wasm") { 256 * 1024 } else { 1024 * 1024 };

/// Why a filter was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Steps,
    Depth,
    Value,
}

impl Stop {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Steps => "podground stops a filter that has taken 5,000,000 steps without giving an output",
            Self::Value => "podground stops a filter that nests a value more than 1,000 deep",
            Self::Depth => "podground stops a filter that calls itself too deeply",
        }
    }
}

/// What a filter may still do.
pub(super) struct Fuel {
    left: Cell<u64>,
    contexts: Cell<usize>,
    /// Where the stack was when the filter was asked for its next output.
    base: Cell<usize>,
    stopped: Cell<Option<Stop>>,
}

impl Fuel {
    pub(super) fn new() -> Self {
        Self {
            left: Cell::new(STEPS),
            contexts: Cell::new(0),
            base: Cell::new(here()),
            stopped: Cell::new(None),
        }
    }

    /// Takes a step; `false` when there are none left.
    pub(super) fn step(&self) -> bool {
        let left = self.left.get();
        if self.stopped.get().is_none() {
            if left == 0 {
                self.stopped.set(Some(Stop::Steps));
            } else if super::value::too_deep() {
                self.stopped.set(Some(Stop::Value));
            } else if self.contexts.get() > CONTEXTS || self.base.get().abs_diff(here()) > STACK {
                self.stopped.set(Some(Stop::Depth));
            }
        }
        self.left.set(left.saturating_sub(1 + (super::value::copied() / BYTES_PER_STEP) as u64));
        self.stopped.get().is_none()
    }

    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stopped.get()
    }

    /// Fills it up again, before the next output is asked for; gives the steps that were taken.
    pub(super) fn refill(&self) -> u64 {
        self.base.set(here());
        STEPS - self.left.replace(STEPS)
    }
}

/// A place on the stack.
fn here() -> usize {
    let place = 0_u8;
    std::ptr::from_ref(&place).addr()
}

/// The table that ends everything, made when it is needed.
pub(super) type Ending = OnceCell<Filter<Kind>>;

/// The world, as contexts hold it.
pub(super) struct Handle<'a>(&'a World<'a>);

impl<'a> Handle<'a> {
    pub(super) fn new(world: &'a World<'a>) -> Self {
        world.fuel.contexts.set(world.fuel.contexts.get() + 1);
        Self(world)
    }
}

impl Clone for Handle<'_> {
    fn clone(&self) -> Self {
        Self::new(self.0)
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        self.0.fuel.contexts.set(self.0.fuel.contexts.get().saturating_sub(1));
    }
}

impl<'a> Deref for Handle<'a> {
    type Target = World<'a>;

    fn deref(&self) -> &World<'a> {
        self.0
    }
}

impl<'a> HasLut<'a, Kind> for Handle<'a> {
    fn lut(&self) -> &'a Lut<Kind> {
        let world = self.0;
        if world.fuel.step() { world.lut } else { &world.ending.get_or_init(|| ending(world.terms)).lut }
    }
}

impl<'a> HasInputs<'a, Json> for Handle<'a> {
    fn inputs(&self) -> Inputs<'a, Json> {
        self.0.inputs
    }
}

/// At most so many terms has the table of a filter with that text.
pub(super) fn terms(filter: &Filter<Kind>, code: &str) -> usize {
    // The number of the main term, behind which lie those of the text; only its display tells it.
    let shown = format!("{:?}", filter.id);
    let main = shown.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1 << 14);
    main + 8 * code.len() + 64
}

/// A program of at least so many terms, of which each gives its input.
fn ending(terms: usize) -> Filter<Kind> {
    let mut text = ".".to_owned();
    let mut count = 1;
    while count < terms {
        text = format!("({text}|{text})");
        count *= 2;
    }
    let arena = Arena::default();
    let modules = Loader::new([]).load(&arena, File { code: text.as_str(), path: () });
    let filter =
        modules.ok().and_then(|modules| Compiler::default().with_funs(funs::funs()).compile(modules).ok());
    filter.unwrap_or_default()
}

/// Numbers from one up to another; each is a step.
pub(super) fn range<'a>(
    handle: Handle<'a>,
    from: Json,
    to: Json,
    by: Json,
) -> impl Iterator<Item = jaq_core::ValX<'a, Json>> {
    use std::cmp::Ordering;
    let direction = by.cmp(&Json::from(0_usize));
    let mut next = Some(Ok(from));
    std::iter::from_fn(move || {
        let value: Json = match next.take()? {
            Ok(value) => value,
            Err(error) => return Some(Err(error)),
        };
        let goes_on = match direction {
            Ordering::Greater => value < to,
            Ordering::Less => value > to,
            Ordering::Equal => value != to,
        };
        if !goes_on {
            return None;
        }
        if !handle.fuel.step() {
            return Some(Err(Exn::halt(5)));
        }
        next = Some((value.clone() + by.clone()).map_err(Exn::from));
        Some(Ok(value))
    })
}
