//! Comparing two transcripts, command by command.

use podground_core::transcript::Transcript;

use crate::mask::canonical;

struct Step<'a> {
    /// The command or what was done, as the transcript has it.
    title: String,
    output: &'a [String],
    status: u8,
}

fn steps(transcript: &Transcript) -> Vec<Step<'_>> {
    transcript
        .lines
        .iter()
        .filter_map(|line| line.step())
        .map(|(title, output, status)| Step { title, output, status })
        .collect()
}

/// What differs: the command, and both outputs after masking.
pub(crate) fn differences(expected: &Transcript, actual: &Transcript) -> Vec<String> {
    let (expected, actual) = (steps(expected), steps(actual));
    let mut differences = Vec::new();
    if expected.len() != actual.len() {
        differences.push(format!("{} commands expected, {} run", expected.len(), actual.len()));
    }
    for (expected, actual) in expected.iter().zip(&actual) {
        let (left, right) = (canonical(expected.output), canonical(actual.output));
        if expected.status != actual.status || left != right {
            differences.push(format!(
                "{}\n  expected (status {}):\n    {}\n  actual (status {}):\n    {}",
                expected.title,
                expected.status,
                left.join("\n    "),
                actual.status,
                right.join("\n    ")
            ));
        }
    }
    differences
}
