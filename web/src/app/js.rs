//! The JavaScript that the page calls: the bundled terminal and editor, and a few DOM look-ups.

use js_sys::{Function, Object, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, Window};

#[wasm_bindgen(module = "/js/bridge.js")]
extern "C" {
    /// Fetches the terminal's part, opens a terminal in `host` and fits it.
    #[wasm_bindgen(catch)]
    pub(crate) async fn create_terminal(
        host: &Element,
        options: &Object,
        on_data: &Function,
        on_resize: &Function,
    ) -> Result<JsValue, JsValue>;

    /// Fetches the editor's part and opens an editor in `host`.
    #[wasm_bindgen(catch)]
    pub(crate) async fn create_editor(
        host: &Element,
        options: &Object,
        on_change: &Function,
        on_command: &Function,
    ) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// What `create_terminal` gives.
    #[derive(Clone, PartialEq)]
    pub(crate) type Terminal;
    #[wasm_bindgen(method)]
    pub(crate) fn write(this: &Terminal, bytes: &Uint8Array);
    #[wasm_bindgen(method)]
    pub(crate) fn focus(this: &Terminal);
    #[wasm_bindgen(method)]
    pub(crate) fn refit(this: &Terminal);
    #[wasm_bindgen(method)]
    pub(crate) fn retheme(this: &Terminal);
    #[wasm_bindgen(method, js_name = setScreenReader)]
    pub(crate) fn set_screen_reader(this: &Terminal, on: bool);
    #[wasm_bindgen(method, js_name = setLabel)]
    pub(crate) fn set_label(this: &Terminal, label: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn text(this: &Terminal) -> String;
    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &Terminal);

    /// What `create_editor` gives.
    #[derive(Clone, PartialEq)]
    pub(crate) type Editor;
    #[wasm_bindgen(method, js_name = setDocument)]
    pub(crate) fn set_document(this: &Editor, text: &str, label: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    pub(crate) fn set_diagnostics(this: &Editor, json: &str);
    #[wasm_bindgen(method, js_name = goTo)]
    pub(crate) fn go_to(this: &Editor, line: u32, column: u32);
    #[wasm_bindgen(method, js_name = focus)]
    pub(crate) fn focus_editor(this: &Editor);
    #[wasm_bindgen(method, js_name = dispose)]
    pub(crate) fn dispose_editor(this: &Editor);
}

/// A plain object of options.
pub(crate) fn options(entries: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object
}

/// The page's window.
pub(crate) fn window() -> Window {
    web_sys::window().expect("the app runs in a page")
}

/// The page's document.
pub(crate) fn document() -> Document {
    window().document().expect("a page has a document")
}

/// The `<html>` element, which carries theme, language and layout.
pub(crate) fn root() -> HtmlElement {
    document().document_element().expect("a document has a root").unchecked_into()
}

/// The element that the app is drawn into.
pub(crate) fn app_root() -> Element {
    document().get_element_by_id("app").expect("index.html has #app")
}

/// The first element that matches.
pub(crate) fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten().and_then(|found| found.dyn_into().ok())
}

/// Whether a media query holds.
pub(crate) fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// The page's build; empty while developing.
pub(crate) fn build() -> String {
    find("meta[name=build]").and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// The address of a file whose name stays the same from build to build.
pub(crate) fn versioned(name: &str) -> String {
    match build().as_str() {
        "" => name.to_owned(),
        build => format!("{name}?v={build}"),
    }
}
