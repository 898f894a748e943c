//! What can make the cluster move besides a change in the store.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use podground_sim::Notify;

/// Everything that reaches the controllers from outside the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A controller shall look at a key, for instance since a container has exited.
    Enqueue {
        /// [`crate::controllers::Controller::name`] of the controller.
        controller: &'static str,
        /// The key as that controller understands it.
        key: String,
        /// How long from now.
        after: Duration,
    },
}

/// Where tasks leave events for the cluster's pump; clones share it.
#[derive(Clone)]
pub struct Inbox {
    events: Rc<RefCell<VecDeque<Event>>>,
    arrived: Notify,
}

impl Inbox {
    /// An empty inbox; `arrived` fires when an event comes.
    pub fn new(arrived: Notify) -> Self {
        Self { events: Rc::default(), arrived }
    }

    /// Leaves an event and wakes the pump.
    pub fn push(&self, event: Event) {
        self.events.borrow_mut().push_back(event);
        self.arrived.notify();
    }

    /// Asks `controller` to look at `key` after a while.
    pub fn enqueue(&self, controller: &'static str, key: impl Into<String>, after: Duration) {
        self.push(Event::Enqueue { controller, key: key.into(), after });
    }

    /// Takes the oldest event.
    pub(crate) fn pop(&self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }
}
