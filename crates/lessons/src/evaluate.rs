//! Holding the checks of a lesson against the world.

mod probe;

use crate::template::Values;
use crate::{Check, CheckReport, Lesson, Progress, Report, StepReport, StepState, Variable, World};
use probe::Verdict;

/// Looks at the current step and, as long as steps pass, at those after it; `progress` keeps what has passed.
///
/// Later steps are not looked at before their turn, so that one that asks for something to be gone does not
/// pass before it was there. A step passes when all its checks hold at once, or have been seen to hold where
/// they are marked `seen`; it then stays passed.
pub async fn evaluate(lesson: &Lesson, world: &dyn World, progress: &mut Progress) -> Report {
    let mut report = Report { steps: Vec::new(), newly_passed: Vec::new(), solved: false };
    let mut blocked = false;
    for step in lesson.step_ids() {
        let checks = lesson.checks.steps.get(step).map_or(&[][..], Vec::as_slice);
        let mut reports = Vec::new();
        let state = if progress.passed.contains(step) {
            StepState::Passed
        } else if blocked {
            StepState::Later
        } else {
            let mut all = true;
            for (at, check) in checks.iter().enumerate() {
                let seen = progress.seen.get(step).is_some_and(|seen| seen.contains(&at));
                let verdict = if seen { Verdict::pass() } else { run(check, world).await };
                if verdict.passed && check.seen {
                    progress.seen.entry(step.to_string()).or_default().insert(at);
                }
                all &= verdict.passed;
                reports.push(CheckReport {
                    passed: verdict.passed,
                    message: check.on_fail.clone(),
                    found: verdict.found,
                });
            }
            if all {
                progress.passed.insert(step.to_string());
                progress.seen.remove(step);
                report.newly_passed.push(step.to_string());
                StepState::Passed
            } else {
                blocked = true;
                StepState::Current
            }
        };
        if state == StepState::Passed && reports.is_empty() {
            reports.extend(checks.iter().map(|check| CheckReport {
                passed: true,
                message: check.on_fail.clone(),
                found: None,
            }));
        }
        report.steps.push(StepReport { id: step.to_string(), state, checks: reports });
    }
    report.solved = !blocked;
    report
}

async fn run(check: &Check, world: &dyn World) -> Verdict {
    let mut values = Values::new();
    for (name, variable) in &check.with {
        match value(variable, world) {
            Ok(Some(value)) => {
                values.insert(name.clone(), value);
            }
            Ok(None) => return Verdict::fail(format!("{name}: {}", source(variable))),
            Err(why) => return Verdict::fail(why),
        }
    }
    probe::hold(&check.probe, &values, world).await
}

/// Where a variable without a value would have come from.
fn source(variable: &Variable) -> String {
    match variable {
        Variable::Field { target, path } => format!("no {} has {path}", target.kind),
        Variable::File { path, .. } => format!("no text in {}", path.source()),
    }
}

fn value(variable: &Variable, world: &dyn World) -> Result<Option<String>, String> {
    match variable {
        Variable::Field { target, path } => {
            let objects = world.objects(&target.query(&Values::new()))?;
            let found =
                objects.iter().flat_map(|object| path.find(object)).map(crate::field_path::scalar).next();
            Ok(found.filter(|text| !text.is_empty()))
        }
        Variable::File { on, path } => {
            let text = world.file(on, path.source()).map(|text| text.trim().to_string());
            Ok(text.filter(|text| !text.is_empty()))
        }
    }
}
