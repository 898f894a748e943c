//! Files that are generated and committed, and the programs that write them.

/// A program of the workspace whose standard output is a committed file.
pub(crate) struct Generator {
    /// The file, from the top.
    pub(crate) file: &'static str,
    /// Arguments of `cargo run`.
    pub(crate) cargo_run: &'static [&'static str],
}

/// All of them.
pub(crate) const GENERATORS: &[Generator] = &[];
