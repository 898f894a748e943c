//! A session leaves the same trace in WebAssembly as natively: `cargo xtask codegen` writes the native traces, and
//! `cargo xtask test` fails where either side has another.
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use podground_core::{Session, SessionConfig};
use wasm_bindgen_test::wasm_bindgen_test;

const TRACES: &str = include_str!("../../tests/determinism/traces.txt");

fn check(name: &str, script: &str) {
    let mut session = Session::new(SessionConfig::default());
    let (output, status) = session.run_script(script, Duration::from_secs(24 * 3600));
    assert_eq!(status, Some(0), "{output}");
    let trace = format!("{name} {:016x}", session.trace_hash());
    assert!(TRACES.lines().any(|line| line == trace), "{trace} is not among\n{TRACES}\n{output}");
}

#[wasm_bindgen_test]
fn workloads() {
    check("workloads", include_str!("../../tests/determinism/workloads.sh"));
}

#[wasm_bindgen_test]
fn network() {
    check("network", include_str!("../../tests/determinism/network.sh"));
}
