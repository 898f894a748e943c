//! How many tests passed and failed, read from what test runners print.

/// Passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    /// One check that went well or did not.
    pub(crate) fn one(ok: bool) -> Self {
        Self { passed: usize::from(ok), failed: usize::from(!ok) }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Reads the summaries that `runner` printed. A run that failed without a failed test (it did not compile, it was
    /// killed) counts as one failure, and so does a run without a summary: perhaps it did nothing at all.
    pub(crate) fn read(runner: Runner, text: &str, ok: bool) -> Self {
        let mut tally = Self::default();
        let mut found = false;
        for more in text.lines().filter_map(|line| runner.summary(plain(line).trim())) {
            found = true;
            tally.add(more);
        }
        if tally.failed == 0 && !(ok && found) {
            tally.failed = 1;
        }
        tally
    }
}

/// Who printed; what failed tests print may look like another's summary.
#[derive(Clone, Copy)]
pub(crate) enum Runner {
    /// `cargo test`, also for wasm.
    Libtest,
    /// `cargo nextest run`.
    Nextest,
    /// `node --test --test-reporter=spec`.
    Node,
    /// Programs of ours.
    Ours,
}

impl Runner {
    fn summary(self, line: &str) -> Option<Tally> {
        match self {
            // `test result: ok. 3 passed; 0 failed; …`
            Self::Libtest => {
                let rest = line.strip_prefix("test result: ")?;
                Some(counted(rest.split_once(". ").map_or(rest, |(_, counts)| counts), &["failed"]))
            }
            // `Summary [ 0.5s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped`
            Self::Nextest => {
                let (_, counts) = line.strip_prefix("Summary [")?.split_once("run: ")?;
                Some(counted(counts, &["failed", "timed out", "exec failed"]))
            }
            // `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0`
            Self::Node => {
                let (word, number) = line.strip_prefix("ℹ ")?.split_once(' ')?;
                let number = number.parse().ok()?;
                match word {
                    "pass" => Some(Tally { passed: number, failed: 0 }),
                    "fail" | "cancelled" => Some(Tally { passed: 0, failed: number }),
                    _ => None,
                }
            }
            // `N passed, N failed`, alone on its line
            Self::Ours => {
                let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
                Some(Tally { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
            }
        }
    }
}

fn counted(counts: &str, bad: &[&str]) -> Tally {
    let mut tally = Tally::default();
    for part in counts.split([',', ';', '(', ')']) {
        let Some((number, what)) = part.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<usize>() else { continue };
        if what == "passed" {
            tally.passed += number;
        } else if bad.contains(&what) {
            tally.failed += number;
        }
    }
    tally
}

/// The line without colours.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find('\u{1b}') {
        out.push_str(&rest[..start]);
        let after = &rest[start..];
        let end = after.find(|letter: char| letter.is_ascii_alphabetic()).map_or(after.len(), |end| end + 1);
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{Runner, Tally};

    fn tally(passed: usize, failed: usize) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn reads_every_runner() {
        let libtest =
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(Tally::read(Runner::Libtest, &libtest.repeat(2), true), tally(6, 0));
        let nextest =
            "     Summary [   0.012s] 14 tests run: 12 passed (1 slow), 1 failed, 1 timed out, 2 skipped";
        assert_eq!(Tally::read(Runner::Nextest, nextest, false), tally(12, 2));
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [ 1s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(Tally::read(Runner::Nextest, coloured, true), tally(1, 0));
        let node = "ℹ tests 4\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ duration_ms 120.5\n";
        assert_eq!(Tally::read(Runner::Node, node, false), tally(3, 1));
        let ours = "lesson pods-01: ok\n10 passed, 0 failed\n";
        assert_eq!(Tally::read(Runner::Ours, ours, true), tally(10, 0));
    }

    #[test]
    fn what_a_failed_test_printed_does_not_count() {
        let nextest =
            "test result: FAILED. 0 passed; 1 failed;\nSummary [ 1s] 2 tests run: 1 passed, 1 failed";
        assert_eq!(Tally::read(Runner::Nextest, nextest, false), tally(1, 1));
    }

    #[test]
    fn a_run_that_broke_is_a_failure() {
        let broken = "error[E0425]: cannot find value";
        assert_eq!(Tally::read(Runner::Libtest, broken, false), tally(0, 1));
        assert_eq!(Tally::read(Runner::Libtest, "test result: ok. 3 passed; 0 failed;", false), tally(3, 1));
        assert_eq!(Tally::read(Runner::Ours, "", true), tally(0, 1));
    }
}
