//! The cluster's clock: how long it has run, pause, speed, skip.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{ClockCommand, ClockView, ToWorker};
use yew::prelude::*;

fn elapsed(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The clock.
pub(crate) fn clock(context: &Context, clock: ClockView) -> Html {
    let strings = context.strings;
    let command = |command: ClockCommand| {
        let engine = context.engine.clone();
        Callback::from(move |_: MouseEvent| engine.post(&ToWorker::Clock(command)))
    };
    let (label, shape, toggle) = if clock.paused {
        (strings.resume, Shape::Play, ClockCommand::Run { speed: clock.speed })
    } else {
        (strings.pause, Shape::Pause, ClockCommand::Pause)
    };
    let speeds = [1, 10].into_iter().map(|speed| {
        let pressed = clock.speed == speed;
        html! {
            <button type="button" aria-pressed={pressed.to_string()}
                aria-label={fill(strings.speed, &[("n", &speed)])}
                onclick={command(ClockCommand::Run { speed })}>{ format!("{speed}×") }</button>
        }
    });
    let skip = strings.skip_quiet;
    html! {
        <div class={classes!("clock", clock.paused.then_some("is-paused"))} role="group" aria-label={strings.clock}>
            <button class="tool" type="button" aria-label={label} title={label} onclick={command(toggle)}>
                { icon(shape) }
            </button>
            <span class="clock-time" role="timer" aria-label={strings.clock_elapsed} title={strings.clock_elapsed}>
                { elapsed(clock.elapsed_seconds) }
            </span>
            <div class="segmented">{ for speeds }</div>
            <button class="tool" type="button" aria-label={skip} title={skip}
                onclick={command(ClockCommand::SkipUntilQuiet)}>{ icon(Shape::Skip) }</button>
        </div>
    }
}
