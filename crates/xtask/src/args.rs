//! A command line, taken apart option by option.

use crate::Failure;

/// What is left of a command line.
pub(crate) struct Args {
    words: Vec<String>,
}

impl Args {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Takes the option `name`; tells whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Takes `name VALUE` or `name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        for index in 0..self.words.len() {
            if self.words[index] == name {
                if index + 1 == self.words.len() {
                    return Err(format!("{name} needs a value"));
                }
                self.words.remove(index);
                return Ok(Some(self.words.remove(index)));
            }
            let value = self.words[index].strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
            if let Some(value) = value.map(str::to_owned) {
                self.words.remove(index);
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// All that was not taken, for a command that hands it on.
    pub(crate) fn rest(self) -> Vec<String> {
        self.words
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(format!("unexpected \"{word}\" (--help lists the options)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn takes_flags_and_values() {
        let mut args = args("--port 80 --list --base=/x/");
        assert!(args.flag("--list"));
        assert!(!args.flag("--list"));
        assert_eq!(args.value("--base"), Ok(Some("/x/".into())));
        assert_eq!(args.value("--port"), Ok(Some("80".into())));
        assert_eq!(args.value("--port"), Ok(None));
        assert_eq!(args.finish(), Ok(()));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(args("--prot 80").finish().is_err());
        assert!(args("--port").value("--port").is_err());
    }
}
