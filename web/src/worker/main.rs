//! The engine's worker: runs the session in slices of a few milliseconds and tells the page what changed.

mod clock;
mod engine;
mod fetch;
mod host;
mod lessons;
mod rest;

fn main() {
    host::start();
}
