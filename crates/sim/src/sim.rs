//! The executor: tasks in virtual time on one thread.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_task::Runnable;

use crate::{Rng, Time, stable_hash};

/// A running task. Dropping it kills the task, `detach` lets it go on, awaiting it gives its result.
pub type Task<T> = async_task::Task<T>;

/// The simulation: clock, tasks, timers, randomness. Clones share it.
#[derive(Clone)]
pub struct Sim(Rc<Inner>);

struct Inner {
    seed: u64,
    now: Cell<Time>,
    // Wakers must be `Send`, hence the lock; it is never contended.
    ready: Arc<Mutex<VecDeque<Runnable>>>,
    timers: RefCell<BTreeMap<(Time, u64), Waker>>,
    timer_sequence: Cell<u64>,
    trace: Cell<u64>,
    polls: Cell<u64>,
    halted: Cell<bool>,
}

impl Sim {
    /// A simulation whose clock stands at `start`.
    pub fn new(seed: u64, start: Time) -> Self {
        Self(Rc::new(Inner {
            seed,
            now: Cell::new(start),
            ready: Arc::default(),
            timers: RefCell::default(),
            timer_sequence: Cell::new(0),
            trace: Cell::new(seed),
            polls: Cell::new(0),
            halted: Cell::new(false),
        }))
    }

    /// The seed that all randomness comes from.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.0.now.get()
    }

    /// Starts a task; it is first polled by [`Self::run_ready`], in order of spawning.
    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> Task<T> {
        let ready = self.0.ready.clone();
        let schedule = move |runnable| {
            ready.lock().unwrap_or_else(PoisonError::into_inner).push_back(runnable);
        };
        let (runnable, task) = async_task::spawn_local(future, schedule);
        runnable.schedule();
        task
    }

    /// A future that is ready once `duration` of virtual time has passed.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.now() + duration)
    }

    /// A future that is ready once the clock has reached `deadline`.
    pub fn sleep_until(&self, deadline: Time) -> Sleep {
        Sleep { sim: self.clone(), deadline, key: None }
    }

    /// The result of `future`, or `None` if `duration` passes first (then the future is dropped).
    pub async fn timeout<T>(&self, duration: Duration, future: impl Future<Output = T>) -> Option<T> {
        let sleep = self.sleep(duration);
        futures_lite::future::or(async { Some(future.await) }, async {
            sleep.await;
            None
        })
        .await
    }

    /// Runs no further task until [`Self::resume`]: the world outside has to bring something first.
    /// What runs after that is what would have run without, so the trace stays the same.
    pub fn halt(&self) {
        self.0.halted.set(true);
    }

    /// Goes on after [`Self::halt`].
    pub fn resume(&self) {
        self.0.halted.set(false);
    }

    /// Whether it stands still until [`Self::resume`].
    pub fn is_halted(&self) -> bool {
        self.0.halted.get()
    }

    /// Polls ready tasks, at most `budget` of them, without moving the clock.
    /// Returns whether tasks are still ready.
    pub fn run_ready(&self, budget: usize) -> bool {
        for _ in 0..budget {
            if self.is_halted() {
                return false;
            }
            let Some(runnable) = self.pop_ready() else { return false };
            self.0.polls.set(self.0.polls.get() + 1);
            runnable.run();
        }
        !self.0.ready.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// How often tasks were polled so far: with the time it tells exactly how far a run has come.
    pub fn polls(&self) -> u64 {
        self.0.polls.get()
    }

    /// When the next timer is due.
    pub fn next_deadline(&self) -> Option<Time> {
        self.0.timers.borrow().keys().next().map(|(time, _)| *time)
    }

    /// Sets the clock to `time` (never back) and wakes the tasks whose timers are due, in order.
    pub fn advance_to(&self, time: Time) {
        if time > self.now() {
            self.0.now.set(time);
        }
        loop {
            let Some(entry) = self.due_timer() else { break };
            entry.wake();
        }
    }

    /// A random stream for one purpose: the same key gives the same stream, whatever else was drawn.
    pub fn rng(&self, purpose: &str, key: &[&str]) -> Rng {
        let mut parts: Vec<&[u8]> = vec![purpose.as_bytes()];
        parts.extend(key.iter().map(|part| part.as_bytes()));
        Rng::new(stable_hash(&parts) ^ self.0.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Folds what has happened into the trace hash.
    pub fn trace(&self, bytes: &[u8]) {
        let (hash, now) = (self.0.trace.get().to_le_bytes(), self.now().0.to_le_bytes());
        self.0.trace.set(stable_hash(&[&hash, &now, bytes]));
    }

    /// A hash over all that was traced so far: equal for equal runs.
    pub fn trace_hash(&self) -> u64 {
        self.0.trace.get()
    }

    fn pop_ready(&self) -> Option<Runnable> {
        self.0.ready.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn due_timer(&self) -> Option<Waker> {
        let mut timers = self.0.timers.borrow_mut();
        let entry = timers.first_entry()?;
        (entry.key().0 <= self.now()).then(|| entry.remove())
    }
}

/// Waits in virtual time; made by [`Sim::sleep`].
pub struct Sleep {
    sim: Sim,
    deadline: Time,
    key: Option<(Time, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.sim.now() >= self.deadline {
            return Poll::Ready(());
        }
        let key = self.key.unwrap_or_else(|| {
            let sequence = self.sim.0.timer_sequence.get();
            self.sim.0.timer_sequence.set(sequence + 1);
            (self.deadline, sequence)
        });
        self.key = Some(key);
        self.sim.0.timers.borrow_mut().insert(key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.sim.0.timers.borrow_mut().remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(sim: &Sim) {
        loop {
            while sim.run_ready(1000) {}
            let Some(time) = sim.next_deadline() else { break };
            sim.advance_to(time);
        }
    }

    #[test]
    fn a_halted_simulation_goes_on_where_it_stood() {
        let sim = Sim::new(1, Time(0));
        let (halting, done) = (sim.clone(), Rc::new(Cell::new(false)));
        let flag = done.clone();
        sim.spawn(async move { halting.halt() }).detach();
        sim.spawn(async move { flag.set(true) }).detach();
        assert!(!sim.run_ready(10));
        assert!(sim.is_halted() && !done.get());
        assert_eq!(sim.polls(), 1);
        sim.resume();
        sim.run_ready(10);
        assert!(done.get());
    }

    #[test]
    fn sleeping_tasks_wake_in_order() {
        let sim = Sim::new(1, Time(0));
        let log = Rc::new(RefCell::new(Vec::new()));
        for seconds in [3u64, 1, 2] {
            let (sim2, log) = (sim.clone(), log.clone());
            sim.spawn(async move {
                sim2.sleep(Duration::from_secs(seconds)).await;
                log.borrow_mut().push((seconds, sim2.now().unix_seconds()));
            })
            .detach();
        }
        run(&sim);
        assert_eq!(*log.borrow(), [(1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn dropping_a_task_kills_it_and_its_timer() {
        let sim = Sim::new(1, Time(0));
        let sleep = sim.sleep(Duration::from_secs(5));
        let task = sim.spawn(sleep);
        sim.run_ready(10);
        assert!(sim.next_deadline().is_some());
        drop(task);
        sim.run_ready(10);
        assert_eq!(sim.next_deadline(), None);
    }

    #[test]
    fn keyed_randomness_is_independent_of_order() {
        let sim = Sim::new(7, Time(0));
        let first = sim.rng("name", &["default", "web"]).name_suffix(5);
        let _ = sim.rng("uid", &["x"]).uuid();
        assert_eq!(sim.rng("name", &["default", "web"]).name_suffix(5), first);
        assert_ne!(sim.rng("name", &["default", "webx"]).name_suffix(5), first);
        assert_ne!(Sim::new(8, Time(0)).rng("name", &["default", "web"]).name_suffix(5), first);
    }

    #[test]
    fn pipes_wait_for_room_and_end() {
        let sim = Sim::new(1, Time(0));
        let (reader, writer) = crate::pipe(4);
        let written = sim.spawn(async move { writer.write_all(b"hello world").await });
        let read = sim.spawn(async move {
            let mut all = Vec::new();
            loop {
                let bytes = reader.read(3).await;
                if bytes.is_empty() {
                    return all;
                }
                all.extend(bytes);
            }
        });
        run(&sim);
        assert!(written.is_finished());
        assert_eq!(futures_lite::future::block_on(read), b"hello world");
    }
}
