//! The Yew application (main thread).

fn main() {}
