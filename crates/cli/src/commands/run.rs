//! `podground run`: a script in a fresh cluster.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use podground_core::Session;

use crate::files;
use crate::options::Options;

/// How long a script may take, in virtual time.
pub(super) const LIMIT: Duration = Duration::from_secs(24 * 3600);

pub(crate) fn run(options: Options) -> Result<ExitCode, String> {
    let [script] = options.operands.as_slice() else {
        return Err("run takes one script".to_owned());
    };
    let script = files::read(Path::new(script))?;
    let mut session = Session::new(options.config);
    if let Some(home) = &options.home {
        for (path, bytes) in files::read_folder(home)? {
            session.put_file(&path, &bytes)?;
        }
    }
    let (output, status) = session.run_script(&script, LIMIT);
    print!("{output}");
    match status {
        Some(status) => Ok(ExitCode::from(status)),
        None => Err("the script did not end within a day of virtual time".to_owned()),
    }
}
