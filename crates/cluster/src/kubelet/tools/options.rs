//! Flags of the tools: a short list each, everything else is refused plainly.

use podground_shell::Process;

/// A command line in its parts.
#[derive(Debug, Default)]
pub(crate) struct Options {
    flags: Vec<(String, String)>,
    pub(crate) words: Vec<String>,
}

impl Options {
    /// Splits a command line. `switches` take no value, `valued` take one; a flag is named without dashes.
    /// With `stop`, flags end at the first word: what follows is another command's.
    pub(crate) fn parse(
        args: &[String],
        switches: &[&str],
        valued: &[&str],
        stop: bool,
    ) -> Result<Self, String> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let Some(flag) = arg.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
                options.words.push(arg.clone());
                if stop {
                    options.words.extend(args.by_ref().cloned());
                }
                continue;
            };
            let long = flag.strip_prefix('-');
            let (name, value) = match long.unwrap_or(flag).split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long.unwrap_or(flag), None),
            };
            if valued.contains(&name) {
                let value = value.or_else(|| args.next().cloned()).unwrap_or_default();
                options.flags.push((name.to_owned(), value));
            } else if switches.contains(&name) {
                options.flags.push((name.to_owned(), value.unwrap_or_else(|| "true".to_owned())));
            } else if long.is_none() && name.chars().all(|c| switches.contains(&c.to_string().as_str())) {
                options.flags.extend(name.chars().map(|c| (c.to_string(), "true".to_owned())));
            } else {
                return Err(arg.clone());
            }
        }
        Ok(options)
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.value(names).is_some_and(|value| value != "false")
    }

    /// All values of a flag, in order.
    pub(crate) fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
    }

    pub(crate) fn value(&self, names: &[&str]) -> Option<&str> {
        self.flags
            .iter()
            .rev()
            .find(|(name, _)| names.contains(&name.as_str()))
            .map(|(_, value)| value.as_str())
    }
}

/// Says that a flag or command is not simulated.
pub(crate) async fn unsupported(process: &Process, what: &str, command: &str) -> u8 {
    process.eprint(&format!("error: podground does not support {what} of \"{command}\" yet\n")).await;
    1
}
