//! What is wrong with the file, line by line.

use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{Diagnostic, Severity};
use yew::prelude::*;

/// The findings.
pub(crate) fn problems(context: &Context, diagnostics: &[Diagnostic], go: &Callback<(u32, u32)>) -> Html {
    let strings = context.strings;
    let rows = diagnostics.iter().map(|finding| {
        let (go, at) = (go.clone(), (finding.line, finding.column));
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
    let summary = match diagnostics.len() {
        0 => strings.no_problems.to_owned(),
        1 => strings.one_problem.to_owned(),
        n => fill(strings.problems, &[("n", &n)]),
    };
    html! {
        <div class={classes!("problems", diagnostics.is_empty().then_some("is-empty"))}>
            <p role="status">{ summary }</p>
            if !diagnostics.is_empty() { <ul>{ for rows }</ul> }
        </div>
    }
}
