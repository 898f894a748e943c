//! What the processes of a host take of their machine's memory and cores.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;

/// The memory and the cores that the processes of a host have taken, and how much memory they may take: a container's
/// control group.
#[derive(Default)]
pub struct Usage {
    memory: Cell<u64>,
    cores: Cell<u64>,
    limit: RefCell<Option<Limit>>,
}

struct Limit {
    bytes: u64,
    on_exceeded: Box<dyn Fn()>,
}

impl Usage {
    /// The memory that is taken, in bytes.
    pub fn memory(&self) -> u64 {
        self.memory.get()
    }

    /// The cores that are kept busy.
    pub fn cores(&self) -> u64 {
        self.cores.get()
    }

    /// Lets no more than so many bytes be taken; the function is called when more are.
    pub fn set_limit(&self, bytes: u64, on_exceeded: impl Fn() + 'static) {
        *self.limit.borrow_mut() = Some(Limit { bytes, on_exceeded: Box::new(on_exceeded) });
        self.check();
    }

    fn check(&self) {
        if let Some(limit) = &*self.limit.borrow()
            && self.memory.get() > limit.bytes
        {
            (limit.on_exceeded)();
        }
    }

    /// A program would take more memory than is simulated. Where there is a limit it would be reached: this does
    /// not return then. Otherwise the program has to go without.
    pub(super) async fn exhaust(&self) {
        if let Some(limit) = &*self.limit.borrow() {
            (limit.on_exceeded)();
        } else {
            return;
        }
        pending().await
    }
}

/// What a program has taken; dropping it gives it back.
pub struct Taken {
    usage: Rc<Usage>,
    memory: Cell<u64>,
    cores: u64,
}

impl Taken {
    pub(super) fn new(usage: Rc<Usage>, cores: u64) -> Self {
        usage.cores.set(usage.cores.get() + cores);
        Self { usage, memory: Cell::new(0), cores }
    }

    /// Takes so many bytes of memory altogether.
    pub fn set_memory(&self, bytes: u64) {
        let others = self.usage.memory.get() - self.memory.replace(bytes);
        self.usage.memory.set(others + bytes);
        self.usage.check();
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.usage.memory.set(self.usage.memory.get() - self.memory.get());
        self.usage.cores.set(self.usage.cores.get() - self.cores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back() {
        let (usage, exceeded) = (Rc::new(Usage::default()), Rc::new(Cell::new(0)));
        let (one, two) = (Taken::new(usage.clone(), 2), Taken::new(usage.clone(), 0));
        one.set_memory(100);
        two.set_memory(50);
        one.set_memory(70);
        assert_eq!((usage.memory(), usage.cores()), (120, 2));
        let count = exceeded.clone();
        usage.set_limit(120, move || count.set(count.get() + 1));
        assert_eq!(exceeded.get(), 0);
        one.set_memory(71);
        assert_eq!(exceeded.get(), 1);
        drop(one);
        two.set_memory(51);
        assert_eq!((usage.memory(), usage.cores(), exceeded.get()), (51, 0, 1));
    }
}
