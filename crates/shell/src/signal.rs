//! Signals: their numbers, names and what they do to a process that does not care.

/// What a signal does to a process that neither catches nor ignores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultAction {
    /// The process ends.
    Terminate,
    /// Nothing happens.
    Ignore,
    /// The process stops until it is continued.
    Stop,
    /// A stopped process goes on.
    Continue,
}

macro_rules! signals {
    ($($variant:ident = $number:literal, $name:literal, $action:ident, $text:literal;)*) => {
        /// The signals of Linux on x86-64.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Signal { $(#[doc = $text] $variant = $number,)* }

        impl Signal {
            /// All signals, by number.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name without `SIG`: `INT`.
            pub const fn short_name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What a shell says of a process that it ended: `Terminated`.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What it does by default.
            pub const fn default_action(self) -> DefaultAction {
                match self { $(Self::$variant => DefaultAction::$action,)* }
            }
        }
    };
}

signals! {
    Hup = 1, "HUP", Terminate, "Hangup";
    Int = 2, "INT", Terminate, "Interrupt";
    Quit = 3, "QUIT", Terminate, "Quit";
    Ill = 4, "ILL", Terminate, "Illegal instruction";
    Trap = 5, "TRAP", Terminate, "Trace/breakpoint trap";
    Abrt = 6, "ABRT", Terminate, "Aborted";
    Bus = 7, "BUS", Terminate, "Bus error";
    Fpe = 8, "FPE", Terminate, "Floating point exception";
    Kill = 9, "KILL", Terminate, "Killed";
    Usr1 = 10, "USR1", Terminate, "User defined signal 1";
    Segv = 11, "SEGV", Terminate, "Segmentation fault";
    Usr2 = 12, "USR2", Terminate, "User defined signal 2";
    Pipe = 13, "PIPE", Terminate, "Broken pipe";
    Alrm = 14, "ALRM", Terminate, "Alarm clock";
    Term = 15, "TERM", Terminate, "Terminated";
    Stkflt = 16, "STKFLT", Terminate, "Stack fault";
    Chld = 17, "CHLD", Ignore, "Child exited";
    Cont = 18, "CONT", Continue, "Continued";
    Stop = 19, "STOP", Stop, "Stopped (signal)";
    Tstp = 20, "TSTP", Stop, "Stopped";
    Ttin = 21, "TTIN", Stop, "Stopped (tty input)";
    Ttou = 22, "TTOU", Stop, "Stopped (tty output)";
    Urg = 23, "URG", Ignore, "Urgent I/O condition";
    Xcpu = 24, "XCPU", Terminate, "CPU time limit exceeded";
    Xfsz = 25, "XFSZ", Terminate, "File size limit exceeded";
    Vtalrm = 26, "VTALRM", Terminate, "Virtual timer expired";
    Prof = 27, "PROF", Terminate, "Profiling timer expired";
    Winch = 28, "WINCH", Ignore, "Window changed";
    Io = 29, "IO", Terminate, "I/O possible";
    Pwr = 30, "PWR", Terminate, "Power failure";
    Sys = 31, "SYS", Terminate, "Bad system call";
}

impl Signal {
    /// The number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The signal of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The signal of that name, with or without `SIG`, in any case: `TERM`, `sigterm`.
    pub fn from_name(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        let short = upper.strip_prefix("SIG").unwrap_or(&upper);
        Self::ALL.iter().copied().find(|signal| signal.short_name() == short)
    }

    /// The signal of a name or a number, as `kill -9` and `kill -TERM` take them.
    pub fn parse(text: &str) -> Option<Self> {
        match text.parse() {
            Ok(number) => Self::from_number(number),
            Err(_) => Self::from_name(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        assert_eq!(Signal::parse("9"), Some(Signal::Kill));
        assert_eq!(Signal::parse("sigterm"), Some(Signal::Term));
        assert_eq!(Signal::parse("0"), None);
        for (index, signal) in Signal::ALL.iter().enumerate() {
            assert_eq!(usize::from(signal.number()), index + 1);
        }
    }
}
