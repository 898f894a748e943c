//! One object in full: describe, YAML, events.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::Action;
use podground_web::protocol::{ObjectDetail, ObjectRef, ToWorker};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Describe,
    Yaml,
    Events,
}

const TABS: [Tab; 3] = [Tab::Describe, Tab::Yaml, Tab::Events];

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) object: ObjectRef,
    pub(crate) detail: Option<Rc<ObjectDetail>>,
    /// Whether the node is switched off; none for what has no switch.
    pub(crate) off: Option<bool>,
}

/// The drawer over the lower part of the picture.
#[component]
pub(crate) fn ObjectDrawer(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let tab = use_state(|| Tab::Describe);
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.object.clone(), move |_| {
            if let Some(drawer) = node.cast::<HtmlElement>() {
                // Not focusing leaves the keyboard on the tile, which is fine too.
                let _ = drawer.focus();
            }
        });
    }
    let close = {
        let context = context.clone();
        Callback::from(move |()| context.send(Action::Inspect(None)))
    };
    let escape = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close.emit(());
            }
        })
    };
    let name = |which: Tab| match which {
        Tab::Describe => strings.detail_describe,
        Tab::Yaml => strings.detail_yaml,
        Tab::Events => strings.detail_events,
    };
    let tabs = TABS.iter().enumerate().map(|(index, &which)| {
        let selected = *tab == which;
        let show = {
            let tab = tab.clone();
            Callback::from(move |_: MouseEvent| tab.set(which))
        };
        let keys = {
            let tab = tab.clone();
            Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
                "ArrowRight" => tab.set(TABS[(index + 1) % TABS.len()]),
                "ArrowLeft" => tab.set(TABS[(index + TABS.len() - 1) % TABS.len()]),
                _ => {}
            })
        };
        html! {
            <button type="button" role="tab" aria-selected={selected.to_string()} aria-controls="object-text"
                tabindex={if selected { "0" } else { "-1" }} onclick={show} onkeydown={keys}>{ name(which) }</button>
        }
    });
    let switch = props.off.map(|off| {
        let label = if off { strings.switch_on } else { strings.switch_off };
        let (context, name) = (context.clone(), props.object.name.clone());
        let switch = Callback::from(move |_: MouseEvent| {
            context.engine.post(&ToWorker::SwitchNode { name: name.clone(), off: !off });
        });
        html! {
            <button class="tool" type="button" aria-label={label} title={label} onclick={switch}>
                { icon(Shape::Power) }
            </button>
        }
    });
    let text = props.detail.as_ref().map(|detail| match *tab {
        Tab::Describe => detail.describe.clone(),
        Tab::Yaml => detail.yaml.clone(),
        Tab::Events if detail.events.trim().is_empty() => strings.detail_none.to_owned(),
        Tab::Events => detail.events.clone(),
    });
    let title = format!("{}/{}", props.object.kind.to_lowercase(), props.object.name);
    html! {
        <section class="drawer" ref={node} tabindex="-1" aria-label={title.clone()} onkeydown={escape}>
            <header class="drawer-head">
                <h3>{ title }</h3>
                { for switch }
                <button class="tool" type="button" aria-label={strings.detail_close} title={strings.detail_close}
                    onclick={close.reform(|_: MouseEvent| ())}>{ icon(Shape::Close) }</button>
                <div class="tabs" role="tablist" aria-label={props.object.name.clone()}>{ for tabs }</div>
            </header>
            <pre id="object-text" role="tabpanel" tabindex="0" aria-label={name(*tab)}>
                { text.unwrap_or_else(|| strings.loading.to_owned()) }
            </pre>
        </section>
    }
}
