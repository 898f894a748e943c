//! One step: what to read and do, hints one by one, and what its checks still miss.

use super::icon::{Shape, icon};
use super::prose::{self, Setting};
use crate::strings::fill;
use podground_web::protocol::{CheckReport, LessonStep, StepReport, StepState};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) number: usize,
    pub(crate) step: LessonStep,
    pub(crate) report: Option<StepReport>,
    pub(crate) setting: Setting,
}

/// A step.
#[component]
pub(crate) fn Step(props: &Props) -> Html {
    let hints_open = use_state(|| 0_usize);
    let strings = props.setting.strings;
    let step = &props.step;
    let state = props.report.as_ref().map_or(StepState::Later, |report| report.state);
    let (class, word) = match state {
        StepState::Passed => ("is-done", Some(strings.step_done)),
        StepState::Current => ("is-current", Some(strings.step_current)),
        StepState::Later => ("is-later", None),
    };
    let mut checks = props.report.iter().flat_map(|report| &report.checks);
    // Checks go from coarse to fine: the first that fails says what to do next.
    let missing = checks.find(|check| !check.passed).filter(|_| state == StepState::Current);
    html! {
        <li class={classes!("step", class)} data-step={step.id.clone()}>
            <h3 class="step-title">
                <span class="step-mark" aria-hidden="true">
                    if state == StepState::Passed { { icon(Shape::Tick) } } else { { props.number } }
                </span>
                <span>{ prose::inlines(&step.title) }</span>
                if let Some(word) = word { <span class="step-state">{ word }</span> }
            </h3>
            <div class="step-body">
                { prose::blocks(&step.blocks, &props.setting) }
                { hints(props, &hints_open) }
                if let Some(check) = missing {
                    <div class="checks" aria-live="polite">
                        <strong>{ strings.checks_missing }</strong>
                        { missing_check(check, &props.setting) }
                    </div>
                }
            </div>
        </li>
    }
}

fn missing_check(check: &CheckReport, setting: &Setting) -> Html {
    html! {
        <p>
            { prose::message(setting.language.of(&check.message).as_str()) }
            if let Some(found) = &check.found { <code class="found">{ found }</code> }
        </p>
    }
}

fn hints(props: &Props, open: &UseStateHandle<usize>) -> Html {
    let strings = props.setting.strings;
    let all = &props.step.hints;
    let shown = all.iter().take(**open).enumerate().map(|(index, hint)| {
        html! {
            <div class="hint">
                <strong>{ fill(strings.hint_number, &[("n", &(index + 1))]) }</strong>
                { prose::blocks(hint, &props.setting) }
            </div>
        }
    });
    let more = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(*open + 1))
    };
    html! {
        <>
            { for shown }
            if **open < all.len() {
                <button class="button is-quiet" type="button" onclick={more}>
                    { if **open == 0 { strings.hint_show } else { strings.hint_next } }
                </button>
            }
        </>
    }
}
