//! Splits a WebAssembly module in two by a profile: the functions that ran stay in the *first* module, the others go
//! into the *rest*, which is loaded when one of them is first called.
//!
//! Both share memory, tables and globals, so the program notices nothing. In the first module each function that went
//! is a stub, which has the rest loaded if that has not happened, and calls on through a table of its own:
//!
//! | the first module exports | for |
//! | --- | --- |
//! | `rest.table` | the functions of the rest, which puts them there when it is instantiated |
//! | `rest.loaded` | an `i32`, to be set to 1 after that |
//! | `rest.N` | what the rest imports from `first` |
//!
//! The host gives the function that loads the rest: an export of the module, which the stubs call.
//! [`instrument()`] makes the module that takes the profile. Texts that only the rest reads go there, too: the program's
//! author names them, and the tool refuses where what stays refers to them.

mod instrument;
mod late;
mod split;

use std::collections::BTreeSet;

use walrus::{Module, ModuleConfig};

pub use instrument::{HOOK_MODULE, HOOK_NAME, instrument};
pub use late::LateText;
pub use split::{LOADED, Parts, TABLE, split};

/// The functions that ran: numbers that [`instrument()`] gave them.
pub type Profile = BTreeSet<u32>;

/// What went wrong, for people.
pub type Error = String;

/// Reads a module without what only debuggers need.
fn parse(wasm: &[u8]) -> Result<Module, Error> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    config.parse(wasm).map_err(|error| format!("not a module that can be read: {error:#}"))
}
