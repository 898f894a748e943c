//! Variables, arrays and fields.

use std::rc::Rc;

use super::super::ast::Var;
use super::super::code::Slot as Place;
use super::super::record::Splitter;
use super::super::value::{Array, Location, Slot, Value};
use super::{FS, MAX_FIELD, Machine, NF, OFS, RS, Result};

impl Machine {
    fn locate(&self, variable: Var) -> Location {
        let mut location = match variable {
            Var::Global(index) => Location::Global(usize::from(index)),
            Var::Local(index) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                Location::Stack(base + usize::from(index))
            }
        };
        while let Slot::Alias(further) = self.slot(location) {
            location = *further;
        }
        location
    }

    fn slot(&self, location: Location) -> &Slot {
        match location {
            Location::Global(index) => &self.globals[index],
            Location::Stack(index) => self.locals.get(index).unwrap_or(&Slot::Free),
        }
    }

    fn set_slot(&mut self, location: Location, slot: Slot) {
        match location {
            Location::Global(index) => self.globals[index] = slot,
            Location::Stack(index) => {
                if let Some(place) = self.locals.get_mut(index) {
                    *place = slot;
                }
            }
        }
    }

    /// Gives a variable to a function: arrays are shared, values copied, what is neither may become an array.
    pub(super) fn push_variable(&mut self, variable: Var) {
        if variable == Var::Global(NF as u16) {
            let count = self.field_count();
            self.locals.push(Slot::Value(Value::Number(count as f64)));
            return;
        }
        let location = self.locate(variable);
        let slot = match self.slot(location) {
            Slot::Free | Slot::Alias(_) => Slot::Alias(location),
            other => other.clone(),
        };
        self.locals.push(slot);
    }

    /// The array that a variable is, or becomes.
    pub(super) fn array(&mut self, variable: Var) -> Result<Array> {
        let location = self.locate(variable);
        match self.slot(location) {
            Slot::Array(array) => Ok(array.clone()),
            Slot::Value(_) => Err(format!("illegal reference to variable {}", self.name_of(variable))),
            _ => {
                let array = Array::default();
                self.set_slot(location, Slot::Array(array.clone()));
                Ok(array)
            }
        }
    }

    fn name_of(&self, variable: Var) -> String {
        match variable {
            Var::Global(index) => self.code.globals[usize::from(index)].clone(),
            Var::Local(_) => "of a function".to_owned(),
        }
    }

    /// The key of a place, from the stack.
    pub(super) fn pop_key(&mut self, place: Place) -> Rc<str> {
        match place {
            Place::Index(_) => self.pop_text(),
            // The number of a field is kept exact.
            Place::Field => self.pop().to_number().to_string().into(),
            _ => Rc::from(""),
        }
    }

    pub(super) fn get(&mut self, place: Place, key: &str) -> Result<Value> {
        match place {
            Place::Nothing => Ok(Value::Uninit),
            Place::Var(Var::Global(index)) if usize::from(index) == NF => {
                Ok(Value::Number(self.field_count() as f64))
            }
            Place::Var(variable) => match self.slot(self.locate(variable)) {
                Slot::Value(value) => Ok(value.clone()),
                Slot::Array(_) => Err(format!("illegal reference to array {}", self.name_of(variable))),
                _ => Ok(Value::Uninit),
            },
            Place::Index(array) => {
                let array = self.array(array)?;
                let mut map = array.0.borrow_mut();
                Ok(map.entry(key.into()).or_default().clone())
            }
            Place::Field => match field_index(key)? {
                0 => Ok(Value::Input(self.record_text())),
                index => {
                    self.split_record();
                    Ok(self.record.field(index))
                }
            },
        }
    }

    /// Assigns to the place whose key lies on the stack.
    pub(super) fn assign(&mut self, place: Place, value: Value) -> Result<()> {
        let key = self.pop_key(place);
        self.put(place, &key, value)
    }

    pub(super) fn put(&mut self, place: Place, key: &str, value: Value) -> Result<()> {
        match place {
            Place::Nothing => {}
            Place::Var(variable) => {
                if variable == Var::Global(NF as u16) {
                    let count = field_index(&value.to_number().to_string())?;
                    self.split_record();
                    self.record.resize(count);
                    return Ok(());
                }
                if variable == Var::Global(FS as u16) {
                    // The record at hand is still split by the old one.
                    self.split_record();
                }
                let own = match variable {
                    Var::Local(index) => {
                        Location::Stack(self.frames.last().map_or(0, |f| f.base) + usize::from(index))
                    }
                    Var::Global(_) => self.locate(variable),
                };
                if let Slot::Array(_) = self.slot(own) {
                    return Err(format!("illegal reference to array {}", self.name_of(variable)));
                }
                self.set_slot(own, Slot::Value(value));
            }
            Place::Index(array) => {
                self.array(array)?.0.borrow_mut().insert(key.into(), value);
            }
            Place::Field => match field_index(key)? {
                0 => {
                    let text = value.to_text(&self.convfmt());
                    self.record.set(text);
                }
                index => {
                    self.split_record();
                    self.record.set_field(index, value);
                }
            },
        }
        Ok(())
    }

    fn field_count(&mut self) -> usize {
        self.split_record();
        self.record.count()
    }

    pub(super) fn record_text(&mut self) -> Rc<str> {
        let format = self.convfmt();
        let separator = self.global(OFS).to_text(&format);
        self.record.text(&separator, &format)
    }

    fn split_record(&mut self) {
        if self.record.is_whole() {
            let separator = self.global(FS).to_text("%.6g");
            // An expression that is none separates nothing.
            let splitter = self.splitter(&separator).unwrap_or(Splitter::Char('\n'));
            let paragraphs = self.global(RS).to_text("%.6g").is_empty();
            self.record.split(&splitter, paragraphs);
        }
    }

    /// How fields are separated by a text.
    pub(super) fn splitter(&mut self, separator: &Rc<str>) -> Result<Splitter> {
        let mut chars = separator.chars();
        Ok(match (chars.next(), chars.next()) {
            (None, _) => Splitter::Characters,
            (Some(' '), None) => Splitter::Blanks,
            (Some(c), None) => Splitter::Char(c),
            _ => Splitter::Regex(self.regexes.dynamic(separator)?),
        })
    }
}

fn field_index(key: &str) -> Result<usize> {
    let number: f64 = key.parse().unwrap_or(0.0);
    if number < 0.0 {
        return Err(format!("negative field index ${}", number.trunc()));
    }
    if number > MAX_FIELD {
        return Err(format!("program limit exceeded: maximum number of fields size={MAX_FIELD}"));
    }
    Ok(number as usize)
}
