//! What is wrong with the file, line by line.

use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{Diagnostic, Severity};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) diagnostics: Rc<Vec<Diagnostic>>,
    /// Goes to a line and column.
    pub(crate) go: Callback<(u32, u32)>,
}

/// The findings.
#[component]
pub(crate) fn Problems(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let rows = props.diagnostics.iter().map(|finding| {
        let (go, at) = (props.go.clone(), (finding.line, finding.column));
        let class = if finding.severity == Severity::Error { "is-error" } else { "is-warning" };
        html! {
            <li>
                <button type="button" class={classes!("problem", class)} onclick={move |_| go.emit(at)}>
                    <span class="problem-line">{ fill(strings.line, &[("n", &finding.line)]) }</span>
                    <span>{ finding.message.clone() }</span>
                </button>
            </li>
        }
    });
    let summary = match props.diagnostics.len() {
        0 => strings.no_problems.to_owned(),
        1 => strings.one_problem.to_owned(),
        n => fill(strings.problems, &[("n", &n)]),
    };
    html! {
        <div class={classes!("problems", props.diagnostics.is_empty().then_some("is-empty"))}>
            <p role="status">{ summary }</p>
            if !props.diagnostics.is_empty() { <ul>{ for rows }</ul> }
        </div>
    }
}
