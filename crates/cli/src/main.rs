//! The native program `podground`.

fn main() {}
