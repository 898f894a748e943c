//! Asking a person, on the terminal.

use podground_shell::{Modes, Process};

/// Asks for a line that the terminal does not show, such as a password; without a terminal it is read from
/// standard input.
pub async fn hidden(process: &Process, prompt: &str) -> String {
    process.eprint(prompt).await;
    let terminal = process.terminal();
    let _hidden = terminal.as_ref().map(|terminal| {
        let modes = Modes { echo: false, ..terminal.modes() };
        terminal.set_modes(modes)
    });
    let line = match &terminal {
        Some(terminal) => {
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\n") {
                let more = terminal.read(256).await;
                if more.is_empty() {
                    break;
                }
                bytes.extend(more);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        None => process.read_line(0).await.ok().flatten().unwrap_or_default(),
    };
    process.eprint("\n").await;
    line.trim_end_matches('\n').to_owned()
}
