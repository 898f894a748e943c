//! The lesson: its goal, its steps, and what comes next.

use super::icon::{Shape, icon};
use super::lesson_step::Step;
use super::pane::{Frame, frame};
use super::prose;
use crate::actions::Context;
use crate::js;
use crate::state::{Pane, Room, Store};
use crate::strings::fill;
use podground_web::protocol::{LessonText, StepState};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: Store,
}

/// The lesson's pane.
#[component]
pub(crate) fn LessonPane(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let state = &props.state;
    let current = state.report.steps.iter().find(|step| step.state == StepState::Current);
    // The first step to be known is where the learner starts reading: only later ones are scrolled to.
    let seen = use_mut_ref(|| false);
    use_effect_with(current.map(|step| step.id.clone()), move |id| {
        if !seen.replace(id.is_some()) {
            return;
        }
        let Some(step) = id.as_ref().and_then(|id| js::find(&format!("[data-step='{id}']"))) else { return };
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        step.scroll_into_view_with_scroll_into_view_options(&options);
    });
    let folded = state.preferences.folded.contains(&Pane::Lesson);
    let strings = context.strings;
    let done = state.report.steps.iter().filter(|step| step.state == StepState::Passed).count();
    let all = state.report.steps.len();
    let tools = html! {
        if all > 0 {
            <span class="progress" role="img"
                aria-label={fill(strings.steps_done, &[("done", &done), ("all", &all)])}>
                { for state.report.steps.iter().map(|step| {
                    let is = match step.state {
                        StepState::Passed => "is-done",
                        StepState::Current => "is-current",
                        StepState::Later => "is-later",
                    };
                    html! { <i class={is} /> }
                }) }
            </span>
        }
    };
    let body = match &state.lesson {
        Some(lesson) => text(context.language.of(&lesson.text), props, &context),
        None => html! { <div class="skeleton" aria-hidden="true"><i /><i /><i /><i /></div> },
    };
    let body = html! {
        <>
        <article class="lesson prose" tabindex="0" data-focus="" aria-label={strings.pane_lesson}>
            { body }
        </article>
        </>
    };
    frame(&context, Frame { pane: Pane::Lesson, folded, head: None, tools: Some(tools), body })
}

fn text(text: &LessonText, props: &Props, context: &Context) -> Html {
    let strings = context.strings;
    let state = &props.state;
    let setting = prose::Setting::new(context, state);
    let Room::Lesson(id) = &state.room else { return html! {} };
    let number = state
        .catalogue
        .as_ref()
        .and_then(|catalogue| catalogue.lesson(id).map(|(number, _)| number))
        .unwrap_or(1);
    let steps = text.steps.iter().enumerate().map(|(index, step)| {
        let report = state.report.steps.iter().find(|report| report.id == step.id).cloned();
        html! {
            <Step key={step.id.clone()} number={index + 1} step={step.clone()} {report}
                setting={setting.clone()} />
        }
    });
    html! {
        <>
            <p class="lesson-kicker">
                <span>{ fill(strings.lesson_number, &[("n", &number)]) }</span>
                <span>{ fill(strings.minutes, &[("n", &text.minutes)]) }</span>
            </p>
            <h2 class="lesson-title">{ text.title.clone() }</h2>
            <p class="lesson-goal"><strong>{ strings.goal }</strong><span>{ text.goal.clone() }</span></p>
            { prose::blocks(&text.intro, &setting) }
            <ol class="steps">{ for steps }</ol>
            if state.report.solved { { solved(text, props, context, &setting) } }
        </>
    }
}

fn solved(text: &LessonText, props: &Props, context: &Context, setting: &prose::Setting) -> Html {
    let strings = context.strings;
    let Room::Lesson(id) = &props.state.room else { return html! {} };
    let next = props.state.catalogue.as_ref().and_then(|catalogue| catalogue.after(id));
    let next = next.map(|(id, entry)| {
        let title = context.language.of(&entry.title).clone();
        let context = context.clone();
        let go = Callback::from(move |_: MouseEvent| context.enter(Room::Lesson(id.clone())));
        html! {
            <button class="button is-main next-lesson" type="button" onclick={go}>
                <small>{ strings.next_lesson }</small>{ title }
            </button>
        }
    });
    html! {
        <section class="solved" aria-live="polite">
            <h3>{ icon(Shape::Tick) }{ strings.lesson_solved }</h3>
            { prose::blocks(&text.debrief, setting) }
            { next.unwrap_or_default() }
        </section>
    }
}
