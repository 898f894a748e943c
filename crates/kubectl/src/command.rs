//! What a subcommand is, and how the words of a call find theirs.

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::{self, Args};
use podground_sim::LocalBoxFuture;

/// The code of a subcommand.
pub(crate) type Run = for<'a> fn(&'a Context, Args) -> LocalBoxFuture<'a, Result<()>>;

/// A subcommand; its flags and its usage line are in `assets/`.
pub(crate) struct Command {
    /// The word.
    pub(crate) name: &'static str,
    /// Other words for it.
    pub(crate) aliases: &'static [&'static str],
    /// What it does, in a line.
    pub(crate) short: &'static str,
    /// What it does, in full; empty if the line says all.
    pub(crate) long: &'static str,
    /// Flags that must be given.
    pub(crate) required: &'static [&'static str],
    /// The code; absent if only its subcommands do something.
    pub(crate) run: Option<Run>,
    /// Its subcommands.
    pub(crate) subcommands: &'static [Command],
}

impl Command {
    /// A subcommand with the fields that most leave empty.
    pub(crate) const fn new(name: &'static str, short: &'static str, run: Run) -> Self {
        Self { name, aliases: &[], short, long: "", required: &[], run: Some(run), subcommands: &[] }
    }

    /// A subcommand that only has subcommands.
    pub(crate) const fn group(
        name: &'static str,
        short: &'static str,
        subcommands: &'static [Command],
    ) -> Self {
        Self { name, aliases: &[], short, long: "", required: &[], run: None, subcommands }
    }

    /// With other names.
    pub(crate) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// With a longer description.
    pub(crate) const fn long(mut self, long: &'static str) -> Self {
        self.long = long;
        self
    }

    /// With flags that must be given.
    pub(crate) const fn required(mut self, required: &'static [&'static str]) -> Self {
        self.required = required;
        self
    }

    /// With subcommands beside its own code.
    pub(crate) const fn subcommands(mut self, subcommands: &'static [Command]) -> Self {
        self.subcommands = subcommands;
        self
    }

    fn answers_to(&self, word: &str) -> bool {
        self.name == word || self.aliases.contains(&word)
    }
}

/// The command that the words name, outermost first, and the words without its name.
///
/// Upstream: `spf13/cobra command.go Find`
pub(crate) fn find(words: &[String]) -> (Vec<&'static Command>, Vec<String>) {
    let mut path: Vec<&'static Command> = Vec::new();
    let mut rest = words.to_vec();
    let mut table: &'static [Command] = crate::commands::COMMANDS;
    loop {
        let name = full_name(&path);
        let Some(&place) = flags::strip(&name, &rest).first() else { break };
        let Some(command) = table.iter().find(|command| command.answers_to(&rest[place])) else { break };
        rest.remove(place);
        path.push(command);
        table = command.subcommands;
    }
    (path, rest)
}

/// The words of a command path: `rollout status`.
pub(crate) fn full_name(path: &[&Command]) -> String {
    path.iter().map(|command| command.name).collect::<Vec<_>>().join(" ")
}

/// Runs the call that `words` make (without `kubectl` itself).
pub(crate) async fn dispatch(cx: &Context, words: &[String]) -> Result<()> {
    let (path, rest) = find(words);
    let Some(command) = path.last() else {
        return root(cx, &rest).await;
    };
    let name = full_name(&path);
    let full = format!("kubectl {name}");
    let (args, notices) = match flags::parse(&full, &rest) {
        Ok(parsed) => parsed,
        Err(flags::ParseError::Help) => {
            cx.io.out(&crate::help::of(&path)).await;
            return Ok(());
        }
        Err(flags::ParseError::Wrong(text)) => {
            return Err(Error::Local(format!("{text}\nSee '{full} --help' for usage.")));
        }
    };
    for notice in notices {
        cx.io.err_line(notice).await;
    }
    let missing: Vec<String> = command
        .required
        .iter()
        .filter(|flag| !args.changed(flag))
        .map(|flag| format!("\"{flag}\""))
        .collect();
    if !missing.is_empty() {
        return Err(Error::Local(format!("required flag(s) {} not set", missing.join(", "))));
    }
    if let Some(what) = args.refused() {
        return Err(Error::unsupported(what));
    }
    cx.set_globals(&args)?;
    match command.run {
        Some(run) => {
            #[cfg(debug_assertions)]
            let given = args.clone();
            let done = run(cx, args).await;
            #[cfg(debug_assertions)]
            tell_unread(cx, &name, &given).await;
            done
        }
        None if !args.words.is_empty() => {
            Err(args.usage(format!("unknown command {}", flags::go_quote(&args.words.join(" ")))))
        }
        None => {
            cx.io.err(&crate::help::of(&path)).await;
            Err(Error::Exit(1))
        }
    }
}

/// Tells of flags that were taken and ignored, where a test asks for it by `PODGROUND_UNREAD_FLAGS`.
#[cfg(debug_assertions)]
async fn tell_unread(cx: &Context, name: &str, args: &flags::Args) {
    if cx.io.env("PODGROUND_UNREAD_FLAGS").is_some() {
        for flag in args.unread() {
            cx.io.err_line(format!("unread: {name} --{flag}")).await;
        }
    }
}

async fn root(cx: &Context, words: &[String]) -> Result<()> {
    if let Some(done) = crate::commands::plugin::run(cx, words).await {
        return done;
    }
    if let Some(place) = flags::strip("", words).first() {
        return Err(unknown(&words[*place]));
    }
    match flags::parse("kubectl", words) {
        Err(flags::ParseError::Wrong(text)) => {
            Err(Error::Local(format!("{text}\nSee 'kubectl --help' for usage.")))
        }
        Ok((args, _)) if !args.words.is_empty() => Err(unknown(&args.words[0])),
        _ => {
            cx.io.out(&crate::help::root()).await;
            Ok(())
        }
    }
}

fn unknown(word: &str) -> Error {
    let mut text = format!("unknown command {} for \"kubectl\"", flags::go_quote(word));
    let mut near: Vec<&str> = crate::commands::COMMANDS
        .iter()
        .map(|command| command.name)
        .filter(|name| distance(word, name) <= 2 || name.starts_with(&word.to_lowercase()))
        .collect();
    near.sort_unstable();
    if !near.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        text.push_str(&near.iter().map(|name| format!("\t{name}")).collect::<Vec<_>>().join("\n"));
    }
    Error::Local(text)
}

/// The Levenshtein distance, without regard to case.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) =
        (left.to_lowercase().chars().collect(), right.to_lowercase().chars().collect());
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let change = diagonal + usize::from(l != r);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
