//! The frame of a pane: a heading, its tools, and a button that folds it.

use super::icon::{Icon, Shape};
use crate::actions::Context;
use crate::state::{Action, Pane};
use crate::strings::fill;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) pane: Pane,
    pub(crate) folded: bool,
    /// Stands in the heading's place, if given.
    #[prop_or_default]
    pub(crate) head: Option<Html>,
    #[prop_or_default]
    pub(crate) tools: Option<Html>,
    pub(crate) children: Html,
}

/// A pane.
#[component]
pub(crate) fn Frame(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let name = match props.pane {
        Pane::Lesson => strings.pane_lesson,
        Pane::Terminal => strings.pane_terminal,
        Pane::Editor => strings.pane_editor,
        Pane::Picture => strings.pane_picture,
    };
    let (pane, folded) = (props.pane, props.folded);
    let entry = if folded { strings.unfold } else { strings.fold };
    let label = fill(entry, &[("name", &name)]);
    let toggle = Callback::from(move |_| context.send(Action::Fold(pane, !folded)));
    let title = html! { <h2 class="pane-title">{ name }</h2> };
    html! {
        <section class={classes!("pane", format!("pane-{}", pane.key()), folded.then_some("is-folded"))}
            id={pane.key()} aria-label={name} tabindex="-1">
            <header class="pane-head">
                if folded { { title } } else { { props.head.clone().unwrap_or(title) } }
                if !folded { <div class="pane-tools">{ props.tools.clone() }</div> }
                <button class="tool fold" type="button" aria-expanded={(!folded).to_string()}
                    aria-label={label.clone()} title={label} onclick={toggle}>
                    <Icon shape={Shape::Fold} />
                </button>
            </header>
            <div class="pane-body" hidden={folded}>{ props.children.clone() }</div>
        </section>
    }
}
