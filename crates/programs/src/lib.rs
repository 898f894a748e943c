//! What one finds in /bin.

pub mod http;

use std::rc::Rc;

use podground_shell::{Process, ProgramTable};
use podground_sim::LocalBoxFuture;

/// The code of a program of this crate.
pub type Main = fn(Process) -> LocalBoxFuture<'static, u8>;

/// All programs, by name.
pub const PROGRAMS: &[(&str, Main)] = &[];

/// Adds all programs of this crate to a host's table.
pub fn register(table: &mut ProgramTable) {
    for (name, main) in PROGRAMS {
        table.insert(*name, Rc::new(main));
    }
}
