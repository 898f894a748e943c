//! `podground trace`: the trace hash of each script in a fresh cluster, as `tests/determinism/traces.txt` holds them.

use std::path::Path;
use std::process::ExitCode;

use podground_core::Session;

use crate::files;
use crate::options::Options;

pub(crate) fn run(options: Options) -> Result<ExitCode, String> {
    for path in &options.operands {
        let script = files::read(Path::new(path))?;
        let mut session = Session::new(options.config.clone());
        let (output, status) = session.run_script(&script, super::run::LIMIT);
        if status != Some(0) {
            return Err(format!("{path}: status {status:?}\n{output}"));
        }
        let name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        println!("{name} {:016x}", session.trace_hash());
    }
    Ok(ExitCode::SUCCESS)
}
