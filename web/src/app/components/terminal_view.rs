//! One terminal: the emulator shows the engine's bytes and sends back what is typed.

use crate::actions::Context;
use crate::js;
use crate::strings::fill;
use podground_web::protocol::{TerminalId, ToWorker};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) id: TerminalId,
    /// Its place in the row, from 1.
    pub(crate) number: usize,
    pub(crate) shown: bool,
    pub(crate) screen_reader: bool,
}

/// The emulator, and the closures that it calls, which must live as long as it does.
struct Mounted {
    terminal: js::Terminal,
    _on_data: Closure<dyn FnMut(String)>,
    _on_resize: Closure<dyn FnMut(u16, u16)>,
}

/// A terminal.
#[component]
pub(crate) fn TerminalView(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let host = use_node_ref();
    let mounted = use_mut_ref(|| None::<Mounted>);
    let failure = use_state(|| None::<String>);
    let label = fill(context.strings.terminal_number, &[("n", &props.number)]);
    {
        let (engine, host, mounted, failure) =
            (context.engine.clone(), host.clone(), mounted.clone(), failure.clone());
        let (id, shown, screen_reader, label) = (props.id, props.shown, props.screen_reader, label.clone());
        use_effect_with((), move |()| {
            let gone = Rc::new(Cell::new(false));
            let unmounted = gone.clone();
            let leaving = (engine.clone(), mounted.clone());
            spawn_local(async move {
                let Some(element) = host.cast::<Element>() else { return };
                let typed = engine.clone();
                let on_data = Closure::new(move |data: String| typed.input(id, &data));
                let sized = engine.clone();
                let on_resize = Closure::new(move |columns: u16, rows: u16| {
                    sized.post(&ToWorker::ResizeTerminal { terminal: id, columns, rows });
                });
                let options =
                    js::options(&[("screenReader", screen_reader.into()), ("label", label.as_str().into())]);
                let made = js::create_terminal(
                    &element,
                    &options,
                    on_data.as_ref().unchecked_ref(),
                    on_resize.as_ref().unchecked_ref(),
                )
                .await;
                match made {
                    Ok(value) => {
                        let terminal: js::Terminal = value.unchecked_into();
                        if gone.get() {
                            terminal.dispose();
                            return;
                        }
                        engine.attach(id, terminal.clone());
                        if shown {
                            terminal.focus();
                        }
                        let made = Mounted { terminal, _on_data: on_data, _on_resize: on_resize };
                        *mounted.borrow_mut() = Some(made);
                    }
                    Err(error) => failure.set(Some(format!("{error:?}"))),
                }
            });
            move || {
                unmounted.set(true);
                let (engine, mounted) = leaving;
                engine.detach(id);
                if let Some(mounted) = mounted.borrow_mut().take() {
                    mounted.terminal.dispose();
                }
            }
        });
    }
    {
        let mounted = mounted.clone();
        use_effect_with((props.screen_reader, label.clone()), move |(on, label)| {
            if let Some(mounted) = &*mounted.borrow() {
                mounted.terminal.set_screen_reader(*on);
                mounted.terminal.set_label(label);
            }
        });
    }
    use_effect_with(props.shown, move |shown| {
        if let Some(mounted) = mounted.borrow().as_ref().filter(|_| *shown) {
            mounted.terminal.refit();
            mounted.terminal.focus();
        }
    });
    html! {
        <div class="terminal-host" role="tabpanel" id={format!("terminal-{}", props.id)}
            aria-labelledby={format!("tab-{}", props.id)} hidden={!props.shown}>
            <div class="terminal-box" ref={host} />
            if let Some(reason) = &*failure {
                <p class="starting" role="alert">{ fill(context.strings.terminal_failed, &[("reason", reason)]) }</p>
            }
        </div>
    }
}
