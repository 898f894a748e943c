//! Delays that double with each failure.

use std::time::Duration;

use podground_sim::Time;

/// The first delay after a crash or a failed pull.
const INITIAL: Duration = Duration::from_secs(10);
/// The longest.
const MAX: Duration = Duration::from_mins(5);

/// The back-off of one container or image.
// Upstream: client-go util/flowcontrol/backoff.go Backoff
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Backoff(Option<(Duration, Time)>);

impl Backoff {
    /// The present delay, for messages.
    pub(crate) fn delay(&self) -> Duration {
        self.0.map_or(Duration::ZERO, |(delay, _)| delay)
    }

    /// How long one still has to wait after an event at `since`; `None` if one need not.
    pub(crate) fn remaining(&self, since: Time, now: Time) -> Option<Duration> {
        let (delay, last) = self.0?;
        if expired(since, last) {
            return None;
        }
        let passed = now.since(since);
        (passed < delay).then(|| delay.saturating_sub(passed))
    }

    /// How long one still has to wait after the last failure.
    pub(crate) fn remaining_since_failure(&self, now: Time) -> Option<Duration> {
        let (_, last) = self.0?;
        self.remaining(last, now)
    }

    /// Notes another failure that happened at `event`.
    pub(crate) fn next(&mut self, event: Time, now: Time) {
        let delay = match self.0 {
            Some((delay, last)) if !expired(event, last) => (delay * 2).min(MAX),
            _ => INITIAL,
        };
        self.0 = Some((delay, now));
    }
}

/// A container that ran for long enough begins anew.
fn expired(event: Time, last: Time) -> bool {
    event.since(last) > MAX * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_five_minutes_and_forgets() {
        let at = Time::from_unix_seconds;
        let mut backoff = Backoff::default();
        assert_eq!(backoff.remaining(at(0), at(0)), None);
        let mut delays = Vec::new();
        for second in 0..7 {
            backoff.next(at(second), at(second));
            delays.push(backoff.delay().as_secs());
        }
        assert_eq!(delays, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(backoff.remaining(at(100), at(150)), Some(Duration::from_secs(250)));
        backoff.next(at(1000), at(1000));
        assert_eq!(backoff.delay().as_secs(), 10);
    }
}
