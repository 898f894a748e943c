//! The options of `set` and `shopt`.

#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) allexport: bool,
    pub(crate) braceexpand: bool,
    pub(crate) emacs: bool,
    pub(crate) errexit: bool,
    pub(crate) errtrace: bool,
    pub(crate) functrace: bool,
    pub(crate) hashall: bool,
    pub(crate) histexpand: bool,
    pub(crate) history: bool,
    pub(crate) ignoreeof: bool,
    pub(crate) interactive_comments: bool,
    pub(crate) keyword: bool,
    pub(crate) monitor: bool,
    pub(crate) noclobber: bool,
    pub(crate) noexec: bool,
    pub(crate) noglob: bool,
    pub(crate) nolog: bool,
    pub(crate) notify: bool,
    pub(crate) nounset: bool,
    pub(crate) onecmd: bool,
    pub(crate) physical: bool,
    pub(crate) pipefail: bool,
    pub(crate) posix: bool,
    pub(crate) privileged: bool,
    pub(crate) verbose: bool,
    pub(crate) vi: bool,
    pub(crate) xtrace: bool,
    /// Whether the shell, or the one it comes from, is interactive.
    pub(crate) interactive: bool,
    /// Whether the commands came with `-c`.
    pub(crate) command_string: bool,
    /// The names of `shopt` that are on.
    pub(crate) shopt: std::collections::BTreeSet<&'static str>,
}

impl Default for Options {
    fn default() -> Self {
        let shopt = SHOPT.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
        Self {
            allexport: false,
            braceexpand: true,
            emacs: false,
            errexit: false,
            errtrace: false,
            functrace: false,
            hashall: true,
            histexpand: false,
            history: false,
            ignoreeof: false,
            interactive_comments: true,
            keyword: false,
            monitor: false,
            noclobber: false,
            noexec: false,
            noglob: false,
            nolog: false,
            notify: false,
            nounset: false,
            onecmd: false,
            physical: false,
            pipefail: false,
            posix: false,
            privileged: false,
            verbose: false,
            vi: false,
            xtrace: false,
            interactive: false,
            command_string: false,
            shopt,
        }
    }
}

type Field = fn(&mut Options) -> &mut bool;

/// The options of `set -o`: name, letter (or a blank), place.
pub(crate) const SET: &[(&str, char, Field)] = &[
    ("allexport", 'a', |o| &mut o.allexport),
    ("braceexpand", 'B', |o| &mut o.braceexpand),
    ("emacs", ' ', |o| &mut o.emacs),
    ("errexit", 'e', |o| &mut o.errexit),
    ("errtrace", 'E', |o| &mut o.errtrace),
    ("functrace", 'T', |o| &mut o.functrace),
    ("hashall", 'h', |o| &mut o.hashall),
    ("histexpand", 'H', |o| &mut o.histexpand),
    ("history", ' ', |o| &mut o.history),
    ("ignoreeof", ' ', |o| &mut o.ignoreeof),
    ("interactive-comments", ' ', |o| &mut o.interactive_comments),
    ("keyword", 'k', |o| &mut o.keyword),
    ("monitor", 'm', |o| &mut o.monitor),
    ("noclobber", 'C', |o| &mut o.noclobber),
    ("noexec", 'n', |o| &mut o.noexec),
    ("noglob", 'f', |o| &mut o.noglob),
    ("nolog", ' ', |o| &mut o.nolog),
    ("notify", 'b', |o| &mut o.notify),
    ("nounset", 'u', |o| &mut o.nounset),
    ("onecmd", 't', |o| &mut o.onecmd),
    ("physical", 'P', |o| &mut o.physical),
    ("pipefail", ' ', |o| &mut o.pipefail),
    ("posix", ' ', |o| &mut o.posix),
    ("privileged", 'p', |o| &mut o.privileged),
    ("verbose", 'v', |o| &mut o.verbose),
    ("vi", ' ', |o| &mut o.vi),
    ("xtrace", 'x', |o| &mut o.xtrace),
];

/// The options of `shopt`, and whether they are on at the start.
pub(crate) const SHOPT: &[(&str, bool)] = &[
    ("autocd", false),
    ("assoc_expand_once", false),
    ("cdable_vars", false),
    ("cdspell", false),
    ("checkhash", false),
    ("checkjobs", false),
    ("checkwinsize", true),
    ("cmdhist", true),
    ("compat31", false),
    ("compat32", false),
    ("compat40", false),
    ("compat41", false),
    ("compat42", false),
    ("compat43", false),
    ("compat44", false),
    ("complete_fullquote", true),
    ("direxpand", false),
    ("dirspell", false),
    ("dotglob", false),
    ("execfail", false),
    ("expand_aliases", false),
    ("extdebug", false),
    ("extglob", false),
    ("extquote", true),
    ("failglob", false),
    ("force_fignore", true),
    ("globasciiranges", true),
    ("globskipdots", true),
    ("globstar", false),
    ("gnu_errfmt", false),
    ("histappend", false),
    ("histreedit", false),
    ("histverify", false),
    ("hostcomplete", true),
    ("huponexit", false),
    ("inherit_errexit", false),
    ("interactive_comments", true),
    ("lastpipe", false),
    ("lithist", false),
    ("localvar_inherit", false),
    ("localvar_unset", false),
    ("login_shell", false),
    ("mailwarn", false),
    ("no_empty_cmd_completion", false),
    ("nocaseglob", false),
    ("nocasematch", false),
    ("noexpand_translation", false),
    ("nullglob", false),
    ("patsub_replacement", true),
    ("progcomp", true),
    ("progcomp_alias", false),
    ("promptvars", true),
    ("restricted_shell", false),
    ("shift_verbose", false),
    ("sourcepath", true),
    ("varredir_close", false),
    ("xpg_echo", false),
];

impl Options {
    /// Whether an option of `shopt` is on.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.shopt.contains(name)
    }

    /// Switches an option of `shopt`; `false` if there is none of that name.
    pub(crate) fn switch(&mut self, name: &str, on: bool) -> bool {
        let Some((name, _)) = SHOPT.iter().find(|(known, _)| *known == name) else { return false };
        if on {
            self.shopt.insert(name);
        } else {
            self.shopt.remove(name);
        }
        true
    }

    /// The place of an option of `set -o`.
    pub(crate) fn named(&mut self, name: &str) -> Option<&mut bool> {
        let (_, _, field) = SET.iter().find(|(known, _, _)| *known == name)?;
        Some(field(self))
    }

    /// The place of an option of `set -x` and its like.
    pub(crate) fn lettered(&mut self, letter: char) -> Option<&mut bool> {
        let (_, _, field) = SET.iter().find(|(_, known, _)| *known == letter && letter != ' ')?;
        Some(field(self))
    }

    /// `$-`
    pub(crate) fn letters(&self) -> String {
        let mut copy = self.clone();
        let mut letters: Vec<char> = SET
            .iter()
            .filter(|(_, letter, field)| *letter != ' ' && *field(&mut copy))
            .map(|(_, letter, _)| *letter)
            .collect();
        if self.interactive {
            letters.push('i');
        }
        // bash's order: small letters before capitals, then how it reads.
        letters.sort_by_key(|c| (c.is_ascii_uppercase(), *c));
        if self.command_string {
            letters.push('c');
        } else if !self.interactive {
            // A script has neither.
        }
        letters.into_iter().collect()
    }
}
