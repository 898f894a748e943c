//! Waking tasks when something has changed.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A counter of changes that tasks can wait for; clones share it.
#[derive(Clone, Default)]
pub struct Notify(Rc<State>);

#[derive(Default)]
struct State {
    generation: Cell<u64>,
    wakers: RefCell<Vec<Waker>>,
}

impl Notify {
    /// A counter at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many changes there were.
    pub fn generation(&self) -> u64 {
        self.0.generation.get()
    }

    /// Counts a change and wakes all who wait.
    pub fn notify(&self) {
        self.0.generation.set(self.0.generation.get() + 1);
        for waker in self.0.wakers.take() {
            waker.wake();
        }
    }

    /// Waits for the next change.
    pub async fn wait(&self) {
        self.wait_after(self.generation()).await;
    }

    /// Waits until the count is above `generation`, which the caller read before it looked at the state:
    /// no change in between is missed.
    pub async fn wait_after(&self, generation: u64) {
        poll_fn(|cx| {
            if self.generation() > generation {
                return Poll::Ready(());
            }
            self.0.wakers.borrow_mut().push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
