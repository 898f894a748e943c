//! The files of the learner's home, to open or to make.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::{Action, OpenFile};
use podground_web::protocol::{FileEntry, HOME, ToWorker};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A path as seen from the home.
pub(crate) fn short(path: &str) -> &str {
    path.strip_prefix(HOME).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// Files that one would edit: dot files and folders stay out of the way.
fn shown(file: &FileEntry) -> bool {
    !file.directory && !short(&file.path).split('/').any(|part| part.starts_with('.'))
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) files: Rc<Vec<FileEntry>>,
    pub(crate) open: Option<OpenFile>,
}

/// The files.
#[component]
pub(crate) fn EditorFiles(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let naming = use_state(|| false);
    let naming_now = *naming;
    let input = use_node_ref();
    {
        let input = input.clone();
        use_effect_with(*naming, move |naming| {
            if let Some(input) = input.cast::<HtmlInputElement>().filter(|_| *naming) {
                // Not focusing costs a click, no more.
                let _ = input.focus();
            }
        });
    }
    let create = {
        let (context, naming, input) = (context.clone(), naming.clone(), input.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(name) = input.cast::<HtmlInputElement>().map(|input| input.value()) else { return };
            let name = name.trim();
            naming.set(false);
            if name.is_empty() {
                return;
            }
            let path = if name.starts_with('/') { name.to_owned() } else { format!("{HOME}/{name}") };
            let write = ToWorker::WriteFile { path: path.clone(), text: String::new() };
            context.engine.post(&write);
            context.send(Action::OpenFile(path));
        })
    };
    let start = {
        let naming = naming.clone();
        Callback::from(move |_: MouseEvent| naming.set(!*naming))
    };
    let leave = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            naming.set(false);
        }
    });
    let files = props.files.iter().filter(|file| shown(file)).map(|file| entry(&context, props, file));
    html! {
        <div class="files" role="group" aria-label={strings.files}>
            { for files }
            <button class="tool" type="button" aria-label={strings.new_file} title={strings.new_file}
                aria-expanded={naming_now.to_string()} onclick={start}>{ icon(Shape::Add) }</button>
            <form class="file-new" onsubmit={create} onkeydown={leave}>
                <input ref={input} type="text" aria-label={strings.file_name} placeholder="pod.yaml"
                    autocomplete="off" spellcheck="false" />
                <button class="button" type="submit">{ strings.create }</button>
            </form>
        </div>
    }
}

fn entry(context: &Context, props: &Props, file: &FileEntry) -> Html {
    let open = props.open.as_ref().filter(|open| open.path == file.path);
    let dirty = open.is_some_and(OpenFile::dirty);
    let show = {
        let (context, path, here) = (context.clone(), file.path.clone(), open.is_some());
        Callback::from(move |_: MouseEvent| {
            if !here {
                context.send(Action::OpenFile(path.clone()));
            }
        })
    };
    html! {
        <button class="file" type="button" key={file.path.clone()} aria-pressed={open.is_some().to_string()}
            onclick={show}>
            { short(&file.path).to_owned() }
            if dirty { <i class="dirty" role="img" aria-label={context.strings.unsaved} /> }
        </button>
    }
}
