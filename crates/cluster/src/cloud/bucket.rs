//! Buckets and the objects in them.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::Sim;

use super::{Cloud, lab};

/// The bucket of the labs, and their folder in it.
const LABS: &str = "spls";
const LAB: &str = "gsp021";

/// Objects by their names.
pub(super) type Objects = BTreeMap<String, Rc<Vec<u8>>>;

/// Buckets by their names; that of the labs is filled when somebody looks.
#[derive(Default)]
pub(super) struct Buckets(BTreeMap<String, Objects>);

impl Cloud {
    /// The objects of a bucket; `None` if there is no such bucket.
    pub(super) fn objects(&self, sim: &Sim, bucket: &str) -> Option<Objects> {
        if bucket == LABS {
            let files = lab::files(sim).into_iter();
            return Some(
                files
                    .map(|file| (format!("{LAB}/{}/{}", lab::FOLDER, file.path), Rc::new(file.bytes)))
                    .collect(),
            );
        }
        self.0.borrow().buckets.0.get(bucket).cloned()
    }

    /// The names of the learner's own buckets.
    pub(super) fn own_buckets(&self) -> Vec<String> {
        self.0.borrow().buckets.0.keys().cloned().collect()
    }

    /// Makes a bucket; `false` if the name is taken.
    pub(super) fn make_bucket(&self, name: &str) -> bool {
        let mut state = self.0.borrow_mut();
        if name == LABS || state.buckets.0.contains_key(name) {
            return false;
        }
        state.buckets.0.insert(name.to_owned(), Objects::new());
        true
    }

    /// Writes an object into one of the learner's buckets; `false` if it is none.
    pub(super) fn put(&self, bucket: &str, name: &str, bytes: Rc<Vec<u8>>) -> bool {
        match self.0.borrow_mut().buckets.0.get_mut(bucket) {
            Some(objects) => {
                objects.insert(name.to_owned(), bytes);
                true
            }
            None => false,
        }
    }

    /// Takes an object out of one of the learner's buckets; `false` if there is none.
    pub(super) fn remove(&self, bucket: &str, name: &str) -> bool {
        self.0.borrow_mut().buckets.0.get_mut(bucket).is_some_and(|objects| objects.remove(name).is_some())
    }
}
