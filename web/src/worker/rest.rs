//! The engine's second part (`crates/wasm-split`): worker.js fetches it, and the first part asks for it here.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetchRest)]
    fn fetch_rest();
    #[wasm_bindgen(js_name = loadRest)]
    fn load_rest();
}

/// Begins to fetch it, without waiting.
pub(crate) fn fetch_ahead() {
    fetch_rest();
}

/// Called by the stubs that `wasm-split` leaves in the first part; returns when the second is there.
#[expect(unreachable_pub, reason = "wasm-bindgen exports public functions only")]
#[wasm_bindgen(js_name = load_rest_of_engine)]
pub fn load() {
    load_rest();
}
