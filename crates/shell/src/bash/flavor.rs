//! Which shell is called: bash, or the plain `sh` of the machine. The language is bash's in all; prompt and
//! messages are each one's own.

use super::state::Shell;

/// Whose prompt and words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// GNU bash.
    #[default]
    Bash,
    /// busybox's `ash`.
    Ash,
    /// Debian's `dash`.
    Dash,
}

impl Shell {
    /// Finds out as what the shell is called.
    pub(crate) fn find_flavor(&mut self) {
        let name = podground_vfs::base_name(&self.name).trim_start_matches('-');
        self.flavor = match name {
            "sh" | "ash" if self.process.host.files.symlink_metadata("/bin/busybox").is_ok() => Flavor::Ash,
            "sh" | "dash" => Flavor::Dash,
            _ => Flavor::Bash,
        };
    }

    /// The prompt before any file has set another.
    pub(crate) fn default_prompt(&self) -> &'static str {
        match self.flavor {
            Flavor::Bash => "\\s-\\v\\$ ",
            Flavor::Ash => "\\w \\$ ",
            Flavor::Dash => "\\$ ",
        }
    }

    /// Whether leaving an interactive shell says so.
    pub(crate) fn says_exit(&self) -> bool {
        self.flavor == Flavor::Bash
    }

    /// What a message of the shell itself begins with: `bash: line 1: `, `sh: 1: `, `/bin/sh: `.
    pub(crate) fn prefix(&self) -> String {
        let interactive = self.interactive || self.label_is_interactive();
        match self.flavor {
            Flavor::Bash if !interactive => format!("{}: line {}: ", self.label, self.line),
            Flavor::Dash => format!("{}: {}: ", self.label, self.line),
            Flavor::Bash | Flavor::Ash => format!("{}: ", self.label),
        }
    }

    /// What is said of a command that does not exist.
    pub(crate) fn command_not_found(&self) -> &'static str {
        if self.flavor == Flavor::Bash { "command not found" } else { "not found" }
    }

    /// What `cd` says of a folder where it cannot go.
    pub(crate) fn cannot_change(&self, target: &str, error: &str) -> String {
        match self.flavor {
            Flavor::Bash => format!("{target}: {error}"),
            Flavor::Ash => format!("can't cd to {target}: {error}"),
            Flavor::Dash => format!("can't cd to {target}"),
        }
    }
}
