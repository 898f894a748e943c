//! A border between panes, moved by pointer or arrow keys.

use crate::actions::Context;
use crate::js;
use crate::layout::{self, LEAST, Split};
use crate::state::Action;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

const STEP: f64 = 24.0;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) split: Split,
}

fn position(event: &PointerEvent, vertical: bool) -> f64 {
    f64::from(if vertical { event.client_y() } else { event.client_x() })
}

/// A border.
#[component]
pub(crate) fn Splitter(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let split = props.split;
    let vertical = split.vertical();
    // Where the drag began: the pointer, the size, the most it may be.
    let drag = use_mut_ref(|| None::<(f64, f64, f64)>);
    let set = {
        let context = context.clone();
        move |size: f64, most: f64| {
            let size = size.clamp(LEAST, most.max(LEAST)).round();
            context.send(Action::Size(split.variable(), size));
        }
    };
    let sign = if split.grows_forward() { 1.0 } else { -1.0 };
    let down = {
        let drag = drag.clone();
        Callback::from(move |event: PointerEvent| {
            let Some((size, most)) = split.measure() else { return };
            event.prevent_default();
            if let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
                // Without capture the drag merely ends at the border's edge.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            *drag.borrow_mut() = Some((position(&event, vertical), size, most));
        })
    };
    let moved = {
        let (drag, set) = (drag.clone(), set.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some((from, size, most)) = *drag.borrow() {
                set(size + sign * (position(&event, vertical) - from), most);
            }
        })
    };
    let up = Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None);
    let key = Callback::from(move |event: KeyboardEvent| {
        let step = match (event.key().as_str(), vertical) {
            ("ArrowLeft", false) | ("ArrowUp", true) => -STEP,
            ("ArrowRight", false) | ("ArrowDown", true) => STEP,
            _ => return,
        };
        event.prevent_default();
        if let Some((size, most)) = split.measure() {
            set(size + sign * step, most);
        }
    });
    let reset = Callback::from(move |_: MouseEvent| {
        // A variable with a fixed name can always be removed.
        let _ = js::root().style().remove_property(&split.variable());
        context.send(Action::Size(split.variable(), f64::NAN));
    });
    let size = split.measure().map(|(size, most)| (size, most, layout::LEAST));
    let (now, most, least) = size.unwrap_or((LEAST, LEAST, LEAST));
    let context = use_context::<Context>().expect("the app provides it");
    html! {
        <div class={classes!("splitter", format!("split-{}", split.pane().key()))} role="separator" tabindex="0"
            aria-orientation={if vertical { "horizontal" } else { "vertical" }} aria-label={context.strings.resize}
            aria-valuenow={(now as i32).to_string()} aria-valuemin={(least as i32).to_string()} aria-valuemax={(most as i32).to_string()}
            onpointerdown={down} onpointermove={moved} onpointerup={up} onkeydown={key} ondblclick={reset} />
    }
}
