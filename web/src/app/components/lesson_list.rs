//! The list of courses and lessons.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::{Room, Store};
use podground_web::protocol::CourseEntry;
use yew::prelude::*;

/// The list.
pub(crate) fn lesson_list(context: &Context, state: &Store, shut: &Callback<()>) -> Html {
    let strings = context.strings;
    let courses = state.catalogue.as_ref().map(|catalogue| catalogue.courses.clone()).unwrap_or_default();
    let mut number = 0;
    let courses = courses.iter().map(|course| {
        let lessons: Html = course
            .lessons
            .iter()
            .map(|entry| {
                number += 1;
                lesson(state, shut, context, format!("{}/{}", course.id, entry.folder), entry, number)
            })
            .collect();
        html! {
            <section class="course">
                <h3>{ context.language.of(&course.title).clone() }</h3>
                <p>{ context.language.of(&course.summary).clone() }</p>
                <ol class="lesson-list">{ lessons }</ol>
            </section>
        }
    });
    let courses: Vec<Html> = courses.collect();
    html! {
        <>
            { courses }
            <ol class="lesson-list">
                <li>{ choice(state, shut, context, Room::Sandbox, html! {
                    <>
                        <span class="lesson-number">{ icon(Shape::Type) }</span>
                        <span class="lesson-name">{ strings.sandbox }<small>{ strings.sandbox_about }</small></span>
                    </>
                }) }</li>
            </ol>
        </>
    }
}

fn lesson(
    state: &Store,
    shut: &Callback<()>,
    context: &Context,
    id: String,
    entry: &CourseEntry,
    number: usize,
) -> Html {
    let strings = context.strings;
    let solved = state.progress.get(&id).is_some_and(|steps| steps.contains(SOLVED));
    let inside = html! {
        <>
            <span class={classes!("lesson-number", solved.then_some("is-done"))}>
                if solved { { icon(Shape::Tick) } } else { { number } }
            </span>
            <span class="lesson-name">
                { context.language.of(&entry.title).clone() }
                if solved { <small>{ strings.solved }</small> }
            </span>
        </>
    };
    html! { <li>{ choice(state, shut, context, Room::Lesson(id), inside) }</li> }
}

fn choice(state: &Store, shut: &Callback<()>, context: &Context, room: Room, inside: Html) -> Html {
    let current = (state.room == room).then_some("page");
    let (context, shut) = (context.clone(), shut.clone());
    let here = state.room == room;
    let go = Callback::from(move |_: MouseEvent| {
        shut.emit(());
        if !here {
            context.enter(room.clone());
        }
    });
    html! { <button class="lesson-choice" type="button" aria-current={current} onclick={go}>{ inside }</button> }
}

/// The name that marks a lesson as solved among its steps; no step can have it.
pub(crate) const SOLVED: &str = "*";
