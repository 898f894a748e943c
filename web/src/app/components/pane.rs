//! The frame of a pane: a heading, its tools, and a button that folds it.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::{Action, Pane};
use crate::strings::fill;
use yew::prelude::*;

/// What a pane is made of.
pub(crate) struct Frame {
    pub(crate) pane: Pane,
    pub(crate) folded: bool,
    /// Stands in the heading's place, if given.
    pub(crate) head: Option<Html>,
    pub(crate) tools: Option<Html>,
    pub(crate) body: Html,
}

/// A pane.
pub(crate) fn frame(context: &Context, frame: Frame) -> Html {
    let strings = context.strings;
    let name = match frame.pane {
        Pane::Lesson => strings.pane_lesson,
        Pane::Terminal => strings.pane_terminal,
        Pane::Editor => strings.pane_editor,
        Pane::Picture => strings.pane_picture,
    };
    let (pane, folded) = (frame.pane, frame.folded);
    let entry = if folded { strings.unfold } else { strings.fold };
    let label = fill(entry, &[("name", &name)]);
    let context = context.clone();
    let toggle = Callback::from(move |_| context.send(Action::Fold(pane, !folded)));
    let title = html! { <h2 class="pane-title">{ name }</h2> };
    html! {
        <section class={classes!("pane", format!("pane-{}", pane.key()), folded.then_some("is-folded"))}
            id={pane.key()} aria-label={name} tabindex="-1">
            <header class="pane-head">
                if folded { { title } } else { { frame.head.unwrap_or(title) } }
                if !folded { <div class="pane-tools">{ frame.tools.unwrap_or_default() }</div> }
                <button class="tool fold" type="button" aria-expanded={(!folded).to_string()}
                    aria-label={label.clone()} title={label} onclick={toggle}>
                    { icon(Shape::Fold) }
                </button>
            </header>
            <div class="pane-body" hidden={folded}>{ frame.body }</div>
        </section>
    }
}
