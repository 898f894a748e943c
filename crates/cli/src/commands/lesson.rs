//! `podground lesson check`: lessons that prove themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use podground_core::lessons::{Catalogue, Files, Lesson, validate, validate_catalogue};
use podground_core::{Session, SessionConfig};

use crate::files;
use crate::options::Options;

/// How long a solution may take, in virtual time.
const SOLUTION_LIMIT: Duration = Duration::from_secs(3600);

/// How long the checks may take to see what the solution did.
const CHECK_TIME: Duration = Duration::from_secs(20);

pub(crate) fn run(options: Options) -> Result<ExitCode, String> {
    let folder: PathBuf = match options.operands.as_slice() {
        [check] if check == "check" => "lessons".into(),
        [check, folder] if check == "check" => folder.into(),
        _ => return Err("lesson takes: check [DIR]".to_owned()),
    };
    let (mut passed, mut problems) = (0, 0);
    let mut lessons = Vec::new();
    let index = folder.join("index.yaml");
    let catalogue = Catalogue::parse(&index.display().to_string(), &files::read(&index)?)
        .map_err(|error| error.to_string())?;
    for id in catalogue.lesson_ids() {
        let found = match load(&folder.join(&id)).and_then(|files| {
            let lesson = Lesson::parse(&id, &files).map_err(|error| error.to_string())?;
            Ok((lesson, files))
        }) {
            Ok((lesson, files)) => {
                let mut found: Vec<String> =
                    validate(&lesson, &files).iter().map(ToString::to_string).collect();
                found.extend(prove(&id, &lesson, &files, &options.config));
                lessons.push(lesson);
                found
            }
            Err(error) => vec![error],
        };
        println!("{id}: {}", if found.is_empty() { "ok" } else { "FAILED" });
        for problem in &found {
            println!("  {problem}");
        }
        passed += usize::from(found.is_empty());
        problems += usize::from(!found.is_empty());
    }
    for problem in validate_catalogue(&catalogue, &lessons) {
        println!("{problem}");
        problems += 1;
    }
    println!("{passed} passed, {problems} failed");
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn load(folder: &Path) -> Result<Files, String> {
    let mut texts = BTreeMap::new();
    for (path, bytes) in files::read_folder(folder)? {
        let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8"))?;
        texts.insert(path, text);
    }
    Ok(texts)
}

/// The start must fail the goals, the solution must pass them, twice with the same bytes.
fn prove(id: &str, lesson: &Lesson, files: &Files, config: &SessionConfig) -> Vec<String> {
    let mut problems = Vec::new();
    let mut runs = Vec::new();
    for _ in 0..2 {
        let mut session = Session::new(config.clone());
        if let Err(error) = session.open_lesson(id, files.clone()) {
            return vec![format!("the start: {error}")];
        }
        session.advance(CHECK_TIME);
        if session.lesson_report().is_none_or(|report| report.solved) {
            problems.push("the start already passes all checks".to_owned());
        }
        let Some(solution) = &lesson.solution else {
            return vec!["solution.sh is missing".to_owned()];
        };
        let (output, status) = session.run_script(solution, SOLUTION_LIMIT);
        if status != Some(0) {
            problems.push(format!("solution.sh ended with {status:?}:\n{output}"));
        }
        session.advance(CHECK_TIME);
        if let Some(report) = session.lesson_report().filter(|report| !report.solved) {
            let failure = report.first_failure().map(|(step, check)| {
                format!(
                    "{}: {} (found: {})",
                    step.id,
                    check.message.en,
                    check.found.clone().unwrap_or_default()
                )
            });
            problems.push(format!("the solution does not pass: {}\n{output}", failure.unwrap_or_default()));
        }
        runs.push((session.trace_hash(), output));
        if !problems.is_empty() {
            return problems;
        }
    }
    if runs.first() != runs.get(1) {
        problems.push("two runs of the solution differ".to_owned());
    }
    problems
}
