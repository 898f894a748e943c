//! Above the picture: which namespaces, which labels light up; and the choice between picture and table.

use super::glyph::{self, glyph};
use crate::actions::Context;
use crate::state::Action;
use crate::strings::fill;
use podground_web::protocol::{ClusterView, Health, Look, NamespaceFilter};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

const LEARNER: &str = ":learner";
const ALL: &str = ":all";

/// The tools of the picture.
pub(crate) fn picture_bar(context: &Context, view: &ClusterView, look: &Look) -> Html {
    let strings = context.strings;
    let filter = {
        let (context, look) = (context.clone(), look.clone());
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let namespaces = match select.value().as_str() {
                LEARNER => NamespaceFilter::Learner,
                ALL => NamespaceFilter::All,
                name => NamespaceFilter::One(name.to_owned()),
            };
            context.send(Action::Look(Look { namespaces, ..look.clone() }));
        })
    };
    let select = {
        let (context, look) = (context.clone(), look.clone());
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            context.send(Action::Look(Look { selector: input.value(), ..look.clone() }));
        })
    };
    let chosen = match &look.namespaces {
        NamespaceFilter::Learner => LEARNER,
        NamespaceFilter::All => ALL,
        NamespaceFilter::One(name) => name,
    };
    let option = |value: &str, text: &str| {
        html! {
            <option value={value.to_owned()} selected={chosen == value}>{ text.to_owned() }</option>
        }
    };
    let outcome = match (&view.selector_error, view.lit) {
        (Some(error), _) => Some(html! { <p class="selector-error">{ error.clone() }</p> }),
        (None, Some(1)) => Some(html! { <p>{ strings.selector_matches_one }</p> }),
        (None, Some(n)) => Some(html! { <p>{ fill(strings.selector_matches, &[("n", &n)]) }</p> }),
        (None, None) => None,
    };
    html! {
        <div class="picture-bar">
            <label class="field">
                <span class="visually-hidden">{ strings.namespaces }</span>
                <select onchange={filter}>
                    { option(LEARNER, strings.namespaces_learner) }
                    { option(ALL, strings.namespaces_all) }
                    { for view.namespaces.iter().map(|name| option(name, name)) }
                </select>
            </label>
            <label class="field is-wide">
                <span class="visually-hidden">{ strings.selector }</span>
                <input type="text" value={look.selector.clone()} placeholder={strings.selector_hint} oninput={select}
                    autocomplete="off" autocapitalize="off" spellcheck="false"
                    aria-invalid={view.selector_error.is_some().to_string()} />
            </label>
            { legend(context) }
            <div class="selector-outcome" role="status">{ outcome.unwrap_or_default() }</div>
        </div>
    }
}

/// Picture or table.
pub(crate) fn view_choice(context: &Context, as_table: bool, show: &Callback<bool>) -> Html {
    let strings = context.strings;
    let choice = |table: bool, name: &'static str| {
        let show = show.clone();
        html! {
            <button type="button" aria-pressed={(as_table == table).to_string()}
                onclick={move |_| show.emit(table)}>{ name }</button>
        }
    };
    html! {
        <div class="segmented" role="group" aria-label={strings.picture_as}>
            { choice(false, strings.as_picture) }
            { choice(true, strings.as_table) }
        </div>
    }
}

fn legend(context: &Context) -> Html {
    let strings = context.strings;
    let word = |health| match health {
        Health::Waiting => strings.health_waiting,
        Health::Starting => strings.health_starting,
        Health::Ready => strings.health_ready,
        Health::Done => strings.health_done,
        Health::Failing => strings.health_failing,
        Health::Leaving => strings.health_leaving,
    };
    html! {
        <details class="legend">
            <summary aria-label={strings.legend} title={strings.legend}>
                { glyph(Health::Ready) }{ glyph(Health::Waiting) }{ glyph(Health::Failing) }
            </summary>
            <ul>
                { for glyph::ALL.into_iter().map(|health| html! { <li>{ glyph(health) }{ word(health) }</li> }) }
            </ul>
        </details>
    }
}
