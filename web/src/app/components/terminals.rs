//! The terminals, one tab each.

use super::icon::{Shape, icon};
use super::pane::{Frame, frame};
use super::terminal_view::TerminalView;
use crate::actions::Context;
use crate::state::{Action, Pane, Store};
use crate::strings::fill;
use podground_web::protocol::{TerminalId, ToWorker};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: Store,
}

/// The terminals' pane.
#[component]
pub(crate) fn Terminals(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let state = &props.state;
    let tabs = state.terminals.iter().enumerate().map(|(index, &id)| tab(&context, state, index, id));
    let add = {
        let context = context.clone();
        Callback::from(move |_: MouseEvent| context.engine.post(&ToWorker::OpenTerminal))
    };
    let head = html! {
        <div class="tab-row">
            <div class="tabs" role="tablist" aria-label={strings.terminals}>{ for tabs }</div>
            <button class="tool" type="button" disabled={!state.ready} aria-label={strings.new_terminal}
                title={strings.new_terminal} onclick={add}>{ icon(Shape::Add) }</button>
        </div>
    };
    let folded = state.preferences.folded.contains(&Pane::Terminal);
    let views = state.terminals.iter().enumerate().map(|(index, &id)| {
        html! {
            <TerminalView key={format!("{}.{id}", state.generation)} {id} shown={state.active == Some(id)}
                number={index + 1} screen_reader={state.preferences.screen_reader} />
        }
    });
    let body = html! {
        <>
        if !state.ready { <p class="starting" role="status">{ strings.starting }</p> }
        { for views }
        </>
    };
    frame(&context, Frame { pane: Pane::Terminal, folded, head: Some(head), tools: None, body })
}

fn tab(context: &Context, state: &Store, index: usize, id: TerminalId) -> Html {
    let strings = context.strings;
    let number = index + 1;
    let selected = state.active == Some(id);
    let show = {
        let context = context.clone();
        Callback::from(move |_: MouseEvent| {
            context.send(Action::ShowTerminal(id));
            context.engine.focus(id);
        })
    };
    let close = {
        let context = context.clone();
        Callback::from(move |_: MouseEvent| context.engine.post(&ToWorker::CloseTerminal { terminal: id }))
    };
    let keys = {
        let (context, terminals) = (context.clone(), state.terminals.clone());
        Callback::from(move |event: KeyboardEvent| {
            let count = terminals.len();
            let next = match event.key().as_str() {
                "ArrowRight" => terminals[(index + 1) % count],
                "ArrowLeft" => terminals[(index + count - 1) % count],
                "Delete" if count > 1 => {
                    context.engine.post(&ToWorker::CloseTerminal { terminal: id });
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            context.send(Action::ShowTerminal(next));
        })
    };
    html! {
        <span class={classes!("tab", selected.then_some("is-selected"))} key={id} role="presentation">
            <button type="button" role="tab" id={format!("tab-{id}")} aria-selected={selected.to_string()}
                aria-controls={format!("terminal-{id}")} tabindex={if selected { "0" } else { "-1" }}
                onclick={show} onkeydown={keys}>{ fill(strings.terminal_number, &[("n", &number)]) }</button>
            if state.terminals.len() > 1 {
                <button class="tab-close" type="button" tabindex="-1" onclick={close}
                    aria-label={fill(strings.close_terminal, &[("n", &number)])}>{ icon(Shape::Close) }</button>
            }
        </span>
    }
}
