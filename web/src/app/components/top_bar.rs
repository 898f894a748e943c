//! The bar at the top: where one is, the clock, language, theme, help, reset.

use super::clock::clock;
use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::{Action, Dialog, Room, Store, Theme};
use crate::strings::{Language, fill};
use yew::prelude::*;

/// The bar.
pub(crate) fn top_bar(context: &Context, state: &Store) -> Html {
    let strings = context.strings;
    let dialog = |dialog: Dialog| {
        let context = context.clone();
        Callback::from(move |_: MouseEvent| context.send(Action::Dialog(Some(dialog))))
    };
    let sandbox = {
        let context = context.clone();
        Callback::from(move |_: MouseEvent| context.enter(Room::Sandbox))
    };
    let in_sandbox = state.room == Room::Sandbox;
    html! {
        <header class="top-bar">
            <div class="brand">
                <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
                    <path class="brand-ground" d="M3 17.5 12 22l9-4.5-9-4.5z" />
                    <path class="brand-pod" d="M12 2l6 3.4v6.9l-6 3.4-6-3.4V5.4z" />
                    <path class="brand-edge" d="M6 5.4l6 3.5 6-3.5M12 8.9v6.8" />
                </svg>
                <h1>{ strings.app_name }</h1>
            </div>
            <nav class="rooms" aria-label={strings.lessons}>
                <button class="room" type="button" aria-haspopup="dialog" onclick={dialog(Dialog::Lessons)}
                    aria-current={(!in_sandbox).then_some("page")}>
                    { icon(Shape::List) }
                    <span class="room-name">{ lesson_name(state, context) }</span>
                    { icon(Shape::Chevron) }
                </button>
                <button class="room" type="button" title={strings.sandbox_about} onclick={sandbox}
                    aria-current={in_sandbox.then_some("page")}>{ strings.sandbox }</button>
            </nav>
            { clock(context, state.clock) }
            <div class="settings">
                { languages(context) }
                { theme(context, state.preferences.theme) }
                <button class="tool" type="button" aria-label={strings.help} title={strings.help}
                    onclick={dialog(Dialog::Help)}>{ icon(Shape::Help) }</button>
                <button class="tool" type="button" aria-label={strings.reset} title={strings.reset}
                    onclick={dialog(Dialog::Reset)}>{ icon(Shape::Reset) }</button>
            </div>
        </header>
    }
}

fn lesson_name(state: &Store, context: &Context) -> String {
    let Room::Lesson(id) = &state.room else { return context.strings.lessons.to_owned() };
    let entry = state.catalogue.as_ref().and_then(|catalogue| catalogue.lesson(id));
    entry.map_or_else(
        || context.strings.lessons.to_owned(),
        |(number, entry)| format!("{number}. {}", context.language.of(&entry.title)),
    )
}

fn languages(context: &Context) -> Html {
    let buttons = Language::ALL.into_iter().map(|(language, name)| {
        let pressed = (language == context.language).to_string();
        let context = context.clone();
        let choose = Callback::from(move |_: MouseEvent| context.send(Action::Language(language)));
        // Who speaks to the page says what stands on the button.
        let label = format!("{} {name}", language.short());
        html! {
            <button type="button" lang={language.code()} aria-pressed={pressed} aria-label={label} title={name}
                onclick={choose}>{ language.short() }</button>
        }
    });
    html! {
        <div class="segmented languages" role="group" aria-label={context.strings.language}>{ for buttons }</div>
    }
}

fn theme(context: &Context, theme: Theme) -> Html {
    let strings = context.strings;
    let (shape, name, next) = match theme {
        Theme::Auto => (Shape::Auto, strings.theme_auto, Theme::Light),
        Theme::Light => (Shape::Light, strings.theme_light, Theme::Dark),
        Theme::Dark => (Shape::Dark, strings.theme_dark, Theme::Auto),
    };
    let label = fill("{theme}: {name}", &[("theme", &strings.theme), ("name", &name)]);
    let context = context.clone();
    let change = Callback::from(move |_: MouseEvent| context.send(Action::Theme(next)));
    html! {
        <button class="tool" type="button" aria-label={label.clone()} title={label} onclick={change}>
            { icon(shape) }
        </button>
    }
}
