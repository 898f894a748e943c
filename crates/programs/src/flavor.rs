//! Whose tools a machine has: GNU's or busybox's.

use podground_shell::Process;

/// What busybox says above its usage.
pub(crate) const BUSYBOX_BANNER: &str = "BusyBox v1.37.0 (2025-01-17 18:12:01 UTC) multi-call binary.";

/// Whether the programs of the process's machine are busybox's: it has `/bin/busybox`.
pub(crate) fn is_busybox(process: &Process) -> bool {
    process.host.files.symlink_metadata("/bin/busybox").is_ok()
}

/// How busybox words what GNU's programs say of a file: the program, what stands before the name in quotes and
/// behind it, and busybox's way.
const WORDS: &[(&str, &str, &str, &str)] = &[
    ("chmod", "cannot access ", "", "{}"),
    ("chown", "cannot access ", "", "{}"),
    ("cp", "cannot stat ", "", "can't stat '{}'"),
    ("head", "cannot open ", " for reading", "{}"),
    ("ln", "failed to create symbolic link ", "", "{}"),
    ("mkdir", "cannot create directory ", "", "can't create directory '{}'"),
    ("mv", "cannot stat ", "", "can't rename '{}'"),
    ("rm", "cannot remove ", "", "can't remove '{}'"),
    ("rmdir", "failed to remove ", "", "'{}'"),
    ("stat", "cannot statx ", "", "can't stat '{}'"),
    ("tail", "cannot open ", " for reading", "can't open '{}'"),
    ("touch", "cannot touch ", "", "{}"),
];

/// A complaint of a program in busybox's words, where they differ.
pub(crate) fn reword(program: &str, message: &str) -> Option<String> {
    if program == "cat" {
        let (name, error) = message.split_once(": ")?;
        return Some(format!("can't open '{name}': {error}"));
    }
    let (_, lead, behind, words) =
        WORDS.iter().find(|(name, lead, ..)| *name == program && message.starts_with(lead))?;
    let quoted = &message[lead.len()..];
    let close = match quoted.chars().next()? {
        '‘' => '’',
        quote => quote,
    };
    let start = quoted.chars().next()?.len_utf8();
    let end = format!("{close}{behind}: ");
    let (name, error) = quoted[start..].split_once(&end)?;
    if program == "rm" && error == "Is a directory" {
        return Some(format!("'{name}' is a directory"));
    }
    Some(format!("{}: {error}", words.replace("{}", name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_busybox() {
        let reworded = |program, message| reword(program, message).unwrap_or_default();
        assert_eq!(
            reworded("mkdir", "cannot create directory ‘/a’: File exists"),
            "can't create directory '/a': File exists"
        );
        assert_eq!(reworded("rm", "cannot remove 'd': Is a directory"), "'d' is a directory");
        assert_eq!(
            reworded("head", "cannot open 'x' for reading: No such file or directory"),
            "x: No such file or directory"
        );
        assert_eq!(
            reworded("cat", "x: No such file or directory"),
            "can't open 'x': No such file or directory"
        );
        assert_eq!(reword("grep", "x: No such file or directory"), None);
    }
}
