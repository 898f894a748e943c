//! On a phone: which pane stands above the terminal.

use crate::actions::Context;
use crate::state::{Action, Pane};
use yew::prelude::*;

/// The row of choices; the style sheet shows it on narrow screens only.
pub(crate) fn upper_tabs(context: &Context, upper: Pane, lesson: bool) -> Html {
    let strings = context.strings;
    let choices = [
        (Pane::Lesson, strings.pane_lesson),
        (Pane::Picture, strings.pane_picture),
        (Pane::Editor, strings.pane_editor),
    ];
    let buttons = choices.into_iter().filter(|(pane, _)| lesson || *pane != Pane::Lesson).map(|(pane, name)| {
        let context = context.clone();
        let choose = Callback::from(move |_| context.send(Action::Upper(pane)));
        html! {
            <button type="button" aria-pressed={(upper == pane).to_string()} onclick={choose}>{ name }</button>
        }
    });
    html! { <div class="upper-tabs segmented" role="group" aria-label={strings.upper_pane}>{ for buttons }</div> }
}
