//! Fetching the text files that lie beside the worker.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, Response};

/// The text at `path`, relative to the worker's script.
pub(crate) async fn text(scope: &DedicatedWorkerGlobalScope, path: &str) -> Result<String, String> {
    let failed = |value| format!("{path}: {value:?}");
    let response: Response =
        JsFuture::from(scope.fetch_with_str(path)).await.map_err(failed)?.unchecked_into();
    if !response.ok() {
        return Err(format!("{path}: HTTP {}", response.status()));
    }
    let text = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
    Ok(text.as_string().unwrap_or_default())
}
