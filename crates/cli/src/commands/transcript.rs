//! `podground transcript`: golden transcripts, printed or compared.

use std::path::Path;
use std::process::ExitCode;

use podground_core::SessionConfig;
use podground_core::transcript::{HomeFiles, Transcript, run as run_transcript};

use crate::files;
use crate::options::Options;

pub(crate) fn run(options: Options) -> Result<ExitCode, String> {
    if options.operands.is_empty() {
        return Err("transcript takes files".to_owned());
    }
    let mut failed = 0;
    for file in &options.operands {
        let path = Path::new(file);
        let (transcript, home) = load(path)?;
        let (actual, _) = run_transcript(&transcript, config(&options.config, &transcript), &home);
        if !options.check {
            print!("{actual}");
            continue;
        }
        let actual = Transcript::parse(&actual).map_err(|error| format!("{file}: {error}"))?;
        let differences = compare(&transcript, &actual);
        println!("{file}: {}", if differences.is_empty() { "ok" } else { "differs" });
        for difference in &differences {
            println!("{difference}");
        }
        failed += usize::from(!differences.is_empty());
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A transcript and the files of the folder that its front matter names as `home`.
fn load(path: &Path) -> Result<(Transcript, HomeFiles), String> {
    let transcript =
        Transcript::parse(&files::read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let home = match transcript.front_matter("home") {
        Some(folder) => files::read_folder(&path.parent().unwrap_or(Path::new("")).join(folder))?,
        None => HomeFiles::new(),
    };
    Ok((transcript, home))
}

/// The front matter may ask for a profile; so may the command line.
fn config(base: &SessionConfig, transcript: &Transcript) -> SessionConfig {
    let mut config = base.clone();
    config.bare |= transcript.front_matter("provenance") == Some("recorded");
    config
}

/// The commands whose output or status differ, with both sides: compared to the letter.
fn compare(expected: &Transcript, actual: &Transcript) -> Vec<String> {
    let steps = |transcript: &Transcript| -> Vec<(String, Vec<String>, u8)> {
        let steps = transcript.lines.iter().filter_map(|line| line.step());
        steps.map(|(title, output, status)| (title, output.to_vec(), status)).collect()
    };
    let (expected, actual) = (steps(expected), steps(actual));
    expected
        .iter()
        .zip(&actual)
        .filter(|(expected, actual)| expected != actual)
        .map(|(expected, actual)| {
            format!(
                "  {}\n    expected (status {}):\n      {}\n    actual (status {}):\n      {}",
                expected.0,
                expected.2,
                expected.1.join("\n      "),
                actual.2,
                actual.1.join("\n      ")
            )
        })
        .collect()
}
