//! The editor: files, the text, what is wrong with it, save and apply.

use super::editor_files::{EditorFiles, short};
use super::editor_view::EditorView;
use super::icon::{Shape, icon};
use super::pane::{Frame, frame};
use super::problems::problems;
use crate::actions::Context;
use crate::js;
use crate::state::{Action, OpenFile, Pane, Store};
use crate::strings::fill;
use gloo::timers::callback::Timeout;
use podground_web::protocol::ToWorker;
use yew::prelude::*;

/// Typing pauses this long before the text is checked.
const CHECK_MILLIS: u32 = 250;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: Store,
}

/// The editor's pane.
#[component]
pub(crate) fn EditorPane(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let state = &props.state;
    let editor = use_mut_ref(|| None::<js::Editor>);
    use_reading(&context, state);
    use_checking(&context, state);

    let save = {
        let (context, state) = (context.clone(), state.clone());
        Callback::from(move |()| save_file(&context, &state))
    };
    let apply = {
        let (context, state) = (context.clone(), state.clone());
        Callback::from(move |()| {
            let Some(file) = &state.file else { return };
            save_file(&context, &state);
            let Some(active) = state.active else { return };
            let name = short(&file.path);
            let quoted = if name.contains(' ') { format!("'{name}'") } else { name.to_owned() };
            context.engine.input(active, &format!("kubectl apply -f {quoted}\r"));
            context.engine.focus(active);
        })
    };
    let tools = state.file.as_ref().map(|file| {
        let about = fill(strings.apply_about, &[("file", &short(&file.path))]);
        html! {
            <>
                <button class="button" type="button" disabled={!file.dirty()}
                    onclick={save.reform(|_: MouseEvent| ())} title="Ctrl+S">
                    { icon(Shape::Save) }{ if file.dirty() { strings.save } else { strings.saved } }
                </button>
                <button class="button is-main" type="button" onclick={apply.reform(|_: MouseEvent| ())}
                    title={about}>{ icon(Shape::Apply) }{ strings.apply }</button>
            </>
        }
    });
    let command = Callback::from(move |command: String| match command.as_str() {
        "apply" => apply.emit(()),
        _ => save.emit(()),
    });
    let changed = {
        let context = context.clone();
        Callback::from(move |text: String| context.send(Action::Edited(text)))
    };
    let go = {
        let editor = editor.clone();
        Callback::from(move |(line, column)| {
            if let Some(editor) = &*editor.borrow() {
                editor.go_to(line, column);
            }
        })
    };
    let head = html! {
        <>
            <h2 class="pane-title">{ strings.pane_editor }</h2>
            <EditorFiles files={state.files.clone()} open={state.file.clone()} />
        </>
    };
    let body = html! {
        <>
        if let Some(file) = &state.file {
            <EditorView file={file.clone()} {editor} {changed} {command} />
            { problems(&context, &file.diagnostics, &go) }
        } else {
            <div class="editor-empty">
                { icon(Shape::File) }
                <p>{ if state.files.is_empty() { strings.no_files } else { strings.editor_empty } }</p>
            </div>
        }
        </>
    };
    let folded = state.preferences.folded.contains(&Pane::Editor);
    frame(&context, Frame { pane: Pane::Editor, folded, head: Some(head), tools, body })
}

fn save_file(context: &Context, state: &Store) {
    let Some(file) = state.file.as_ref().filter(|file| file.dirty()) else { return };
    context.engine.post(&ToWorker::WriteFile { path: file.path.clone(), text: file.text.clone() });
    context.send(Action::Saved);
}

/// Reads the file when it is opened, and again when something else wrote it and nothing here would be lost.
#[hook]
fn use_reading(context: &Context, state: &Store) {
    let file = state.file.as_ref();
    let version = |path: &str| state.files.iter().find(|entry| entry.path == path).map(|entry| entry.version);
    let key = file.map(|file| (file.path.clone(), version(&file.path)));
    let (engine, dirty) = (context.engine.clone(), file.is_some_and(OpenFile::dirty));
    use_effect_with(key, move |key| {
        if let Some((path, _)) = key.clone().filter(|_| !dirty) {
            engine.post(&ToWorker::ReadFile { path });
        }
    });
}

/// Has the text checked once typing pauses.
#[hook]
fn use_checking(context: &Context, state: &Store) {
    let text = state.file.as_ref().filter(|file| is_manifest(&file.path)).map(|file| file.text.clone());
    let engine = context.engine.clone();
    use_effect_with(text, move |text| {
        let text = text.clone();
        let timer = text.map(|text| Timeout::new(CHECK_MILLIS, move || engine.diagnose(text)));
        move || drop(timer)
    });
}

fn is_manifest(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end))
}
