//! How something fares, as a shape that can be told apart without its colour.

use podground_web::protocol::Health;
use yew::prelude::*;

/// All, in the order of the legend.
pub(crate) const ALL: [Health; 6] =
    [Health::Waiting, Health::Starting, Health::Ready, Health::Done, Health::Failing, Health::Leaving];

/// Its name in class names.
pub(crate) fn key(health: Health) -> &'static str {
    match health {
        Health::Waiting => "waiting",
        Health::Starting => "starting",
        Health::Ready => "ready",
        Health::Done => "done",
        Health::Failing => "failing",
        Health::Leaving => "leaving",
    }
}

/// The shape. The words stand beside it.
pub(crate) fn glyph(health: Health) -> Html {
    let shape = match health {
        Health::Waiting => html! { <circle class="dashed" cx="7" cy="7" r="5" /> },
        Health::Starting => html! {
            <>
                <circle class="faint" cx="7" cy="7" r="5" />
                <path class="turning" d="M7 2a5 5 0 0 1 5 5" />
            </>
        },
        Health::Ready => html! { <circle class="solid" cx="7" cy="7" r="5.5" /> },
        Health::Done => html! {
            <>
                <rect class="solid" x="1.8" y="1.8" width="10.4" height="10.4" rx="2.5" />
                <path class="cut" d="M4.2 7.2l2 2L10 5.2" />
            </>
        },
        Health::Failing => html! {
            <>
                <path class="solid" d="M7 .9 13.4 12.4H.6z" />
                <path class="cut" d="M7 5v3.4M7 10.4v.1" />
            </>
        },
        Health::Leaving => html! { <path d="M3.4 3.4l7.2 7.2M10.6 3.4l-7.2 7.2" /> },
    };
    html! {
        <svg class={classes!("glyph", format!("is-{}", key(health)))} viewBox="0 0 14 14" width="14"
            height="14" aria-hidden="true" focusable="false">{ shape }</svg>
    }
}
