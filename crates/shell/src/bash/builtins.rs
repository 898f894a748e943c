//! What the shell does itself: one file each, one table.

mod alias;
mod bind;
mod cd;
mod command;
mod complete;
mod control;
mod declare;
mod dirs;
mod echo;
mod eval;
mod exec;
mod getopts;
mod hash;
mod help;
mod history;
mod jobs;
mod kill;
mod let_;
mod mapfile;
mod printf;
mod read;
mod set;
mod shift;
mod shopt;
mod test;
mod times;
mod trap;
mod type_;
mod ulimit;
mod umask;
mod unset;
mod wait;

use podground_sim::LocalBoxFuture;

use super::ast::Argument;
use super::state::{Run, Shell};
pub(crate) use declare::declaration;

/// The words of a builtin's command line.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The words, the builtin's name first.
    pub(crate) words: &'a [String],
    /// The same before expansion: declarations look at their assignments.
    pub(crate) arguments: &'a [Argument],
}

impl<'a> Call<'a> {
    fn name(&self) -> &'a str {
        self.words.first().map_or("", String::as_str)
    }

    /// The words behind the name.
    fn rest(&self) -> &'a [String] {
        self.words.get(1..).unwrap_or_default()
    }
}

type Code = for<'a> fn(&'a mut Shell, Call<'a>) -> LocalBoxFuture<'a, Run>;

/// A command that the shell does itself.
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    /// How it is called, for `help` and errors.
    pub(crate) usage: &'static str,
    run: Code,
}

const fn builtin(name: &'static str, usage: &'static str, run: Code) -> Builtin {
    Builtin { name, usage, run }
}

/// All builtins, sorted by name.
pub(crate) const BUILTINS: &[Builtin] = &[
    builtin(".", ". filename [arguments]", eval::source),
    builtin(":", ":", control::true_),
    builtin("[", "[ arg... ]", test::run),
    builtin("alias", "alias [-p] [name[=value] ... ]", alias::alias),
    builtin("bg", "bg [job_spec ...]", jobs::bg),
    builtin(
        "bind",
        "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]",
        bind::run,
    ),
    builtin("break", "break [n]", control::break_),
    builtin("builtin", "builtin [shell-builtin [arg ...]]", command::builtin),
    builtin("caller", "caller [expr]", control::caller),
    builtin("cd", "cd [-L|[-P [-e]] [-@]] [dir]", cd::run),
    builtin("command", "command [-pVv] command [arg ...]", command::run),
    builtin(
        "compgen",
        "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",
        complete::compgen,
    ),
    builtin(
        "complete",
        "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
        complete::complete,
    ),
    builtin("compopt", "compopt [-o|+o option] [-DEI] [name ...]", complete::compopt),
    builtin("continue", "continue [n]", control::continue_),
    builtin(
        "declare",
        "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]",
        declare::declare,
    ),
    builtin("dirs", "dirs [-clpv] [+N] [-N]", dirs::dirs),
    builtin("disown", "disown [-h] [-ar] [jobspec ... | pid ...]", jobs::disown),
    builtin("echo", "echo [-neE] [arg ...]", echo::run),
    builtin("enable", "enable [-a] [-dnps] [-f filename] [name ...]", command::enable),
    builtin("eval", "eval [arg ...]", eval::eval),
    builtin("exec", "exec [-cl] [-a name] [command [argument ...]] [redirection ...]", exec::run),
    builtin("exit", "exit [n]", control::exit),
    builtin("export", "export [-fn] [name[=value] ...] or export -p", declare::export),
    builtin("false", "false", control::false_),
    builtin("fg", "fg [job_spec]", jobs::fg),
    builtin("getopts", "getopts optstring name [arg ...]", getopts::run),
    builtin("hash", "hash [-lr] [-p pathname] [-dt] [name ...]", hash::run),
    builtin("help", "help [-dms] [pattern ...]", help::run),
    builtin(
        "history",
        "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]",
        history::run,
    ),
    builtin("jobs", "jobs [-lnprs] [jobspec ...] or jobs -x command [args]", jobs::jobs),
    builtin(
        "kill",
        "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",
        kill::run,
    ),
    builtin("let", "let arg [arg ...]", let_::run),
    builtin("local", "local [option] name[=value] ...", declare::local),
    builtin("logout", "logout [n]", control::logout),
    builtin(
        "mapfile",
        "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
        mapfile::run,
    ),
    builtin("popd", "popd [-n] [+N | -N]", dirs::popd),
    builtin("printf", "printf [-v var] format [arguments]", printf::run),
    builtin("pushd", "pushd [-n] [+N | -N | dir]", dirs::pushd),
    builtin("pwd", "pwd [-LP]", cd::pwd),
    builtin(
        "read",
        "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
        read::run,
    ),
    builtin(
        "readarray",
        "readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
        mapfile::run,
    ),
    builtin("readonly", "readonly [-aAf] [name[=value] ...] or readonly -p", declare::readonly),
    builtin("return", "return [n]", control::return_),
    builtin("set", "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", set::run),
    builtin("shift", "shift [n]", shift::run),
    builtin("shopt", "shopt [-pqsu] [-o] [optname ...]", shopt::run),
    builtin("source", "source filename [arguments]", eval::source),
    builtin("suspend", "suspend [-f]", jobs::suspend),
    builtin("test", "test [expr]", test::run),
    builtin("times", "times", times::run),
    builtin("trap", "trap [-lp] [[arg] signal_spec ...]", trap::run),
    builtin("true", "true", control::true_),
    builtin("type", "type [-afptP] name [name ...]", type_::run),
    builtin(
        "typeset",
        "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]",
        declare::declare,
    ),
    builtin("ulimit", "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]", ulimit::run),
    builtin("umask", "umask [-p] [-S] [mode]", umask::run),
    builtin("unalias", "unalias [-a] name [name ...]", alias::unalias),
    builtin("unset", "unset [-f] [-v] [-n] [name ...]", unset::run),
    builtin("wait", "wait [-fn] [-p var] [id ...]", wait::run),
];

/// The builtin of that name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.binary_search_by(|builtin| builtin.name.cmp(name)).ok().map(|index| &BUILTINS[index])
}

pub(crate) async fn run(
    shell: &mut Shell,
    builtin: &'static Builtin,
    words: &[String],
    arguments: &[Argument],
) -> Run {
    if words.len() == 2
        && words[1] == "--help"
        && !matches!(builtin.name, "echo" | "test" | "[" | ":" | "true" | "false")
    {
        let text = help::text(builtin);
        shell.out(builtin.name, &text).await;
        return Ok(2);
    }
    (builtin.run)(shell, Call { words, arguments }).await
}

/// Options and what follows them.
struct Options<'a> {
    letters: Vec<char>,
    /// The arguments of options that take one, by letter.
    values: Vec<(char, &'a str)>,
    rest: &'a [String],
}

impl<'a> Options<'a> {
    fn has(&self, letter: char) -> bool {
        self.letters.contains(&letter)
    }

    fn value(&self, letter: char) -> Option<&'a str> {
        self.values.iter().rev().find(|(found, _)| *found == letter).map(|(_, value)| *value)
    }
}

/// What is wrong with options.
enum BadOption {
    Unknown(char),
    /// An argument is missing.
    Missing(char),
}

/// Splits words into options and the rest. `known` lists the letters; a colon behind one says that it takes an
/// argument.
fn parse_options<'a>(words: &'a [String], known: &str) -> Result<Options<'a>, BadOption> {
    let mut options = Options { letters: Vec::new(), values: Vec::new(), rest: words };
    while let Some((word, rest)) = options.rest.split_first() {
        if word == "--" {
            options.rest = rest;
            break;
        }
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else { break };
        options.rest = rest;
        for (index, letter) in letters.char_indices() {
            let Some(place) = known.find(letter).filter(|_| letter != ':') else {
                return Err(BadOption::Unknown(letter));
            };
            options.letters.push(letter);
            if known[place + letter.len_utf8()..].starts_with(':') {
                let attached = &letters[index + letter.len_utf8()..];
                let value = if attached.is_empty() {
                    let Some((value, rest)) = options.rest.split_first() else {
                        return Err(BadOption::Missing(letter));
                    };
                    options.rest = rest;
                    value.as_str()
                } else {
                    attached
                };
                options.values.push((letter, value));
                break;
            }
        }
    }
    Ok(options)
}

impl Shell {
    /// Tells an error of a builtin and how it is called; status 2.
    async fn bad_option(&mut self, name: &str, bad: BadOption) -> Run {
        match bad {
            BadOption::Unknown(letter) => self.error(&format!("{name}: -{letter}: invalid option")).await,
            BadOption::Missing(letter) => {
                self.error(&format!("{name}: -{letter}: option requires an argument")).await;
            }
        }
        self.usage(name).await
    }

    /// Tells how a builtin is called; status 2.
    async fn usage(&mut self, name: &str) -> Run {
        let usage = find(name).map_or("", |builtin| builtin.usage);
        self.process.eprint(&format!("{name}: usage: {usage}\n")).await;
        Ok(2)
    }

    /// Tells an error of a builtin; gives the status.
    async fn complain(&mut self, name: &str, message: &str, status: u8) -> Run {
        self.error(&format!("{name}: {message}")).await;
        Ok(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(BUILTINS.is_sorted_by_key(|builtin| builtin.name));
        assert!(find("[").is_some() && find("wait").is_some() && find("ls").is_none());
    }
}
