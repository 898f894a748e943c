//! Which programs a machine has, and putting their files there.

use podground_shell::Host;
use podground_vfs::{FileSystem, Result, join};

/// Writes executable files for programs into a folder, which is made if it is missing.
pub fn install(files: &FileSystem, directory: &str, names: &[&str]) -> Result<()> {
    files.create_directories(directory)?;
    for name in names {
        let path = join(directory, name);
        files.write(&path, &Host::program_file(name))?;
        files.set_mode(&path, 0o755)?;
    }
    Ok(())
}
