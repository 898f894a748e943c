//! The whole page: state, engine and the four panes.

use super::actions::{self, Context};
use super::components::{
    dialogs::Dialogs, editor_pane::EditorPane, lesson_pane::LessonPane, notices::notices,
    picture_pane::PicturePane, splitter::Splitter, terminals::Terminals, top_bar::top_bar,
    upper_tabs::upper_tabs,
};
use super::engine::Engine;
use super::js;
use super::layout;
use super::state::{Action, AppState, Pane, Room, Store, Theme};
use super::storage;
use gloo::events::{EventListener, EventListenerOptions};
use podground_web::protocol::ToWorker;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// The lesson that the first visit lands in, when the catalogue cannot be asked.
const FIRST_LESSON: &str = "pods-and-labels/01-meet-the-pod";

fn initial_state() -> AppState {
    let preferences = storage::preferences().unwrap_or_default();
    let room = preferences.room.clone().unwrap_or_else(|| Room::Lesson(FIRST_LESSON.to_owned()));
    AppState::new(preferences, room, storage::progress())
}

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let state = use_reducer(initial_state);
    let engine = (*use_memo((), |()| Engine::default())).clone();
    let language = state.preferences.language.unwrap_or_else(actions::browser_language);
    let context = Context {
        engine: engine.clone(),
        dispatch: state.dispatcher(),
        language,
        strings: language.strings(),
    };

    use_engine(&context, &state);
    use_page_attributes(&context, &state);
    use_keys();
    use_saving(&engine, &state);

    let folded: Vec<&str> = state.preferences.folded.iter().map(|pane| pane.key()).collect();
    let room = match state.room {
        Room::Sandbox => "sandbox",
        Room::Lesson(_) => "lesson",
    };
    let strings = context.strings;
    let typed = layout::sizes(&state.preferences.sizes);
    use_effect_with(typed, |sizes| layout::apply(sizes));
    html! {
        <ContextProvider<Context> context={context.clone()}>
            <a class="skip" href="#terminal" onclick={
                Callback::from(|event: MouseEvent| {
                    event.prevent_default();
                    layout::focus_pane(Pane::Terminal);
                })
            }>{ strings.skip_to_terminal }</a>
            { top_bar(&context, &state) }
            <main class="panes" data-room={room} data-folded={folded.join(" ")}
                data-upper={state.preferences.upper.key()}>
                { upper_tabs(&context, state.preferences.upper, matches!(state.room, Room::Lesson(_))) }
                if matches!(state.room, Room::Lesson(_)) {
                    <LessonPane state={state.clone()} />
                    <Splitter split={layout::Split::Lesson} />
                }
                <Terminals state={state.clone()} />
                <Splitter split={layout::Split::Editor} />
                <EditorPane state={state.clone()} />
                <Splitter split={layout::Split::Picture} />
                <PicturePane state={state.clone()} />
            </main>
            { notices(&context, &state.notices) }
            <Dialogs {state} />
        </ContextProvider<Context>>
    }
}

/// Starts the engine, hears it, and tells it what the page wants to see.
#[hook]
fn use_engine(context: &Context, state: &Store) {
    {
        let (context, room) = (context.clone(), state.room.clone());
        use_effect_with((), move |()| {
            let (engine, dispatch) = (context.engine.clone(), context.dispatch.clone());
            let hearing = context.engine.clone();
            engine.listen(Callback::from(move |message| actions::hear(&hearing, &dispatch, message)));
            context.enter(room);
        });
    }
    {
        let engine = context.engine.clone();
        use_effect_with((state.look.clone(), state.ready), move |(look, ready)| {
            if *ready {
                engine.post(&ToWorker::Look(look.clone()));
            }
        });
    }
    {
        let engine = context.engine.clone();
        use_effect_with((state.inspected.clone(), state.ready), move |(object, ready)| {
            if *ready {
                engine.post(&ToWorker::Inspect(object.clone()));
            }
        });
    }
    {
        let engine = context.engine.clone();
        use_effect_with((state.active, state.dialog.is_some(), state.ready), move |(active, dialog, _)| {
            let Some(active) = active.filter(|_| !dialog) else { return };
            let engine = engine.clone();
            gloo::timers::callback::Timeout::new(0, move || engine.focus(active)).forget();
        });
    }
}

/// Language, title and theme stand on the page itself.
#[hook]
fn use_page_attributes(context: &Context, state: &Store) {
    {
        let title = format!("{} – {}", room_title(state, context), context.strings.app_name);
        use_effect_with((context.language, title), |(language, title)| {
            // An attribute with a fixed name can always be set.
            let _ = js::root().set_attribute("lang", language.code());
            js::document().set_title(title);
        });
    }
    let engine = context.engine.clone();
    use_effect_with(state.preferences.theme, move |theme| {
        let _ = match theme {
            Theme::Auto => js::root().remove_attribute("data-theme"),
            Theme::Light => js::root().set_attribute("data-theme", "light"),
            Theme::Dark => js::root().set_attribute("data-theme", "dark"),
        };
        let retheme = move || engine.terminals().iter().for_each(js::Terminal::retheme);
        retheme();
        // The terminal copies its colours, so it must be told when the system changes.
        let query = js::window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        let listener = query.map(|query| EventListener::new(&query, "change", move |_| retheme()));
        move || drop(listener)
    });
}

fn room_title(state: &AppState, context: &Context) -> String {
    match &state.room {
        Room::Sandbox => context.strings.sandbox.to_owned(),
        Room::Lesson(id) => {
            let entry = state.catalogue.as_ref().and_then(|catalogue| catalogue.lesson(id));
            entry.map_or_else(
                || context.strings.pane_lesson.to_owned(),
                |(_, entry)| context.language.of(&entry.title).clone(),
            )
        }
    }
}

/// F6 and Shift+F6 move among the panes, also out of the terminal and the editor, which keep Tab.
#[hook]
fn use_keys() {
    use_effect_with((), |()| {
        let options = EventListenerOptions::run_in_capture_phase();
        let options = EventListenerOptions { passive: false, ..options };
        let listener = EventListener::new_with_options(&js::document(), "keydown", options, |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.key() == "F6" && !event.ctrl_key() && !event.alt_key() {
                event.prevent_default();
                layout::focus_next(event.shift_key());
            }
        });
        move || drop(listener)
    });
}

/// Preferences and progress are kept as they change; the journal once more when the page is hidden.
#[hook]
fn use_saving(engine: &Engine, state: &Store) {
    use_effect_with(state.preferences.clone(), storage::keep_preferences);
    let dispatch = state.dispatcher();
    use_effect_with(state.progress.clone(), move |progress: &Rc<_>| {
        if !progress.is_empty() && storage::keep_progress(progress).is_err() {
            dispatch.dispatch(Action::Notify(super::state::NoticeKind::StorageFull));
        }
    });
    let engine = engine.clone();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&js::document(), "visibilitychange", move |_| {
            if js::document().hidden() {
                engine.post(&ToWorker::Save);
            }
        });
        move || drop(listener)
    });
}
