//! What stands over everything else until it is answered.

use super::icon::{Shape, icon};
use super::lesson_list::lesson_list;
use crate::actions::Context;
use crate::state::{Action, Dialog, Store};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: Store,
}

/// The dialog, if one is open.
#[component]
pub(crate) fn Dialogs(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let node = use_node_ref();
    let open = props.state.dialog;
    {
        let node = node.clone();
        use_effect_with(open, move |open| {
            let Some(dialog) = node.cast::<HtmlDialogElement>() else { return };
            match open {
                // It throws only if it is open already, which is what is wanted.
                Some(_) => drop(dialog.show_modal()),
                None => dialog.close(),
            }
        });
    }
    let shut = {
        let context = context.clone();
        Callback::from(move |()| context.send(Action::Dialog(None)))
    };
    // Escape closes the element by itself; the state must follow.
    let closed = shut.reform(|_: Event| ());
    let backdrop = {
        let (shut, node) = (shut.clone(), node.clone());
        Callback::from(move |event: MouseEvent| {
            let clicked = event.target_dyn_into::<HtmlDialogElement>();
            if clicked.is_some() && clicked == node.cast::<HtmlDialogElement>() {
                shut.emit(());
            }
        })
    };
    let strings = context.strings;
    let (title, body) = match open {
        None => ("", html! {}),
        Some(Dialog::Reset) => (strings.reset_question, reset(&context, &props.state, &shut)),
        Some(Dialog::Help) => (strings.help, help(&context, &props.state)),
        Some(Dialog::Lessons) => (strings.all_lessons, lesson_list(&context, &props.state, &shut)),
    };
    html! {
        <dialog class="dialog" ref={node} onclose={closed} onclick={backdrop} aria-labelledby="dialog-title">
            <div class="dialog-box">
                <header class="dialog-head">
                    <h2 id="dialog-title">{ title }</h2>
                    <button class="tool" type="button" aria-label={strings.close}
                        onclick={shut.reform(|_: MouseEvent| ())}>{ icon(Shape::Close) }</button>
                </header>
                { body }
            </div>
        </dialog>
    }
}

fn reset(context: &Context, state: &Store, shut: &Callback<()>) -> Html {
    let strings = context.strings;
    let sure = {
        let (context, shut) = (context.clone(), shut.clone());
        let room = state.room.clone();
        Callback::from(move |_: MouseEvent| {
            shut.emit(());
            context.reset(room.clone());
        })
    };
    html! {
        <>
            <p>{ strings.reset_about }</p>
            <div class="dialog-buttons">
                <button class="button" type="button" onclick={shut.reform(|_: MouseEvent| ())}>
                    { strings.cancel }
                </button>
                <button class="button is-grave" type="button" onclick={sure}>{ strings.reset_do }</button>
            </div>
        </>
    }
}

fn help(context: &Context, state: &Store) -> Html {
    let strings = context.strings;
    let rows = [
        ("F6 / Shift+F6", strings.help_panes),
        ("Ctrl+Shift+C / V", strings.help_copy),
        ("Ctrl+C", strings.help_interrupt),
        ("Tab", strings.help_complete),
        ("Ctrl+S", strings.help_save),
        ("Ctrl+Enter", strings.help_apply),
        ("Esc, Tab", strings.help_leave_editor),
        ("← → ↑ ↓", strings.help_divider),
    ];
    let on = state.preferences.screen_reader;
    let toggle = {
        let context = context.clone();
        Callback::from(move |_: Event| context.send(Action::ScreenReader(!on)))
    };
    html! {
        <>
            <p>{ strings.about }</p>
            <dl class="keys">
                { for rows.iter().map(|(key, what)| html! {
                    <div><dt><kbd>{ *key }</kbd></dt><dd>{ *what }</dd></div>
                }) }
            </dl>
            <label class="check">
                <input type="checkbox" checked={on} onchange={toggle} />
                <span>{ strings.screen_reader }</span>
            </label>
        </>
    }
}
