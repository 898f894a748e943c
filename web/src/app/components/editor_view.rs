//! The text itself, in CodeMirror.

use super::editor_files::short;
use crate::actions::Context;
use crate::js;
use crate::state::OpenFile;
use crate::strings::fill;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) file: OpenFile,
    /// Holds the editor once it is there.
    pub(crate) editor: Rc<RefCell<Option<js::Editor>>>,
    pub(crate) changed: Callback<String>,
    /// "save" or "apply", from the keyboard.
    pub(crate) command: Callback<String>,
}

/// The text. The editor is made once and given another text when another file is opened.
#[component]
pub(crate) fn EditorView(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let host = use_node_ref();
    let failure = use_state(|| None::<String>);
    let made = use_state(|| false);
    // The editor outlives many renderings: it calls whatever the latest one left here.
    let latest = use_mut_ref(|| (props.changed.clone(), props.command.clone()));
    *latest.borrow_mut() = (props.changed.clone(), props.command.clone());
    let label = fill(context.strings.editor_label, &[("file", &short(&props.file.path))]);
    {
        let (host, editor, failure, made) =
            (host.clone(), props.editor.clone(), failure.clone(), made.clone());
        use_effect_with((), move |()| {
            let gone = Rc::new(Cell::new(false));
            let (unmounted, leaving) = (gone.clone(), editor.clone());
            let heard = latest.clone();
            let on_change = Closure::<dyn FnMut(String)>::new(move |text| {
                let changed = heard.borrow().0.clone();
                changed.emit(text);
            });
            let on_command = Closure::<dyn FnMut(String)>::new(move |which| {
                let command = latest.borrow().1.clone();
                command.emit(which);
            });
            let change = on_change.as_ref().unchecked_ref::<js_sys::Function>().clone();
            let command = on_command.as_ref().unchecked_ref::<js_sys::Function>().clone();
            spawn_local(async move {
                let Some(element) = host.cast::<Element>() else { return };
                let options = js::options(&[("text", "".into()), ("label", "".into())]);
                match js::create_editor(&element, &options, &change, &command).await {
                    Ok(value) => {
                        let new: js::Editor = value.unchecked_into();
                        if gone.get() {
                            new.dispose_editor();
                            return;
                        }
                        *editor.borrow_mut() = Some(new);
                        made.set(true);
                    }
                    Err(error) => failure.set(Some(format!("{error:?}"))),
                }
            });
            move || {
                unmounted.set(true);
                if let Some(editor) = leaving.borrow_mut().take() {
                    editor.dispose_editor();
                }
                drop((on_change, on_command));
            }
        });
    }
    {
        let (editor, text) = (props.editor.clone(), props.file.text.clone());
        let key = (props.file.path.clone(), props.file.load, label, *made);
        use_effect_with(key, move |(_, _, label, _)| {
            if let Some(editor) = &*editor.borrow() {
                editor.set_document(&text, label);
            }
        });
    }
    {
        let editor = props.editor.clone();
        use_effect_with((props.file.diagnostics.clone(), *made), move |(diagnostics, _)| {
            let json = serde_json::to_string(&**diagnostics).unwrap_or_else(|_| "[]".to_owned());
            if let Some(editor) = &*editor.borrow() {
                editor.set_diagnostics(&json);
            }
        });
    }
    html! {
        <>
            <div class="editor-host" ref={host} />
            if let Some(reason) = &*failure {
                <p class="starting" role="alert">{ fill(context.strings.editor_failed, &[("reason", reason)]) }</p>
            } else if !*made {
                <p class="starting" role="status">{ context.strings.loading }</p>
            }
        </>
    }
}
