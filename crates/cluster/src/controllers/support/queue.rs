//! A queue of keys that waits a little, so that a burst of events becomes one sync.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use podground_sim::{Sim, Time};

/// The first back-off of a key that failed; it doubles from there.
const BASE_BACKOFF: Duration = Duration::from_millis(5);
/// The longest back-off.
const MAX_BACKOFF: Duration = Duration::from_secs(1000);

/// Keys with the time at which each is due; a key is in the queue at most once.
pub struct WorkQueue {
    sim: Sim,
    delay: Duration,
    sequence: u64,
    due: BTreeMap<(Time, u64), Rc<str>>,
    places: BTreeMap<Rc<str>, (Time, u64)>,
    failures: BTreeMap<Rc<str>, u32>,
    /// Keys of large sets, and when each may come again.
    pauses: BTreeMap<Rc<str>, Time>,
}

impl WorkQueue {
    /// A queue whose keys wait for `delay` unless said otherwise.
    pub fn new(sim: Sim, delay: Duration) -> Self {
        Self {
            sim,
            delay,
            sequence: 0,
            due: BTreeMap::new(),
            places: BTreeMap::new(),
            failures: BTreeMap::new(),
            pauses: BTreeMap::new(),
        }
    }

    /// Adds a key after the queue's usual delay.
    pub fn add(&mut self, key: &str) {
        let now = self.sim.now();
        let pause = self.pauses.get(key).map_or(Duration::ZERO, |until| until.since(now));
        self.add_after(key, self.delay.max(pause));
    }

    /// Makes the next sync of a key wait in proportion to the `size` of what it looks at,
    /// so that the changes of many pods are taken in together.
    pub fn pause(&mut self, key: &str, size: usize) {
        if size < 50 {
            self.pauses.remove(key);
            return;
        }
        let pause = Duration::from_micros(50).saturating_mul(size.min(4000) as u32);
        self.pauses.insert(key.into(), self.sim.now() + pause);
    }

    /// Adds a key after `delay`; if it is in the queue already, the earlier time holds.
    pub fn add_after(&mut self, key: &str, delay: Duration) {
        let time = self.sim.now() + delay;
        if let Some(place) = self.places.get(key).copied() {
            if place.0 <= time {
                return;
            }
            self.due.remove(&place);
        }
        let key: Rc<str> = key.into();
        self.sequence += 1;
        let place = (time, self.sequence);
        self.due.insert(place, key.clone());
        self.places.insert(key, place);
    }

    /// Adds a key that failed, after a time that doubles with each failure.
    // Upstream: client-go util/workqueue ItemExponentialFailureRateLimiter
    pub fn add_rate_limited(&mut self, key: &str) {
        let failures = self.failures.entry(key.into()).or_default();
        let delay = BASE_BACKOFF.saturating_mul(1 << (*failures).min(20)).min(MAX_BACKOFF);
        *failures += 1;
        self.add_after(key, delay.max(self.delay));
    }

    /// Forgets the failures of a key.
    pub fn forget(&mut self, key: &str) {
        self.failures.remove(key);
    }

    /// How often a key has failed since it was last forgotten.
    pub fn failures(&self, key: &str) -> u32 {
        self.failures.get(key).copied().unwrap_or(0)
    }

    /// When the next key is due.
    pub fn next_due(&self) -> Option<Time> {
        self.due.keys().next().map(|(time, _)| *time)
    }

    /// Takes the next key that is due.
    pub(crate) fn pop(&mut self) -> Option<Rc<str>> {
        let entry = self.due.first_entry()?;
        if entry.key().0 > self.sim.now() {
            return None;
        }
        let key = entry.remove();
        self.places.remove(&key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_one_key_and_failures_back_off() {
        let sim = Sim::new(1, Time(0));
        let mut queue = WorkQueue::new(sim.clone(), Duration::from_millis(8));
        queue.add_after("a", Duration::from_secs(5));
        queue.add("a");
        queue.add("a");
        assert_eq!(queue.pop(), None);
        sim.advance_to(Time(8_000_000));
        assert_eq!(queue.pop().as_deref(), Some("a"));
        assert_eq!(queue.next_due(), None);
        for _ in 0..5 {
            queue.add_rate_limited("a");
            sim.advance_to(sim.now() + Duration::from_millis(80));
            assert!(queue.pop().is_some());
        }
        assert_eq!(queue.failures("a"), 5);
    }
}
