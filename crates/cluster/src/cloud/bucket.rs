//! Buckets and the objects in them.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::Sim;

use super::{Cloud, fortune_lab, lab};

/// The bucket of the labs, and their folder in it.
const LABS: &str = "spls";
const LAB: &str = "gsp021";
const SEQUEL: &str = "gsp053";

/// Which files the labs' bucket holds. Its folder has had two contents over the years, under the same names; each
/// tool is given those of the years in which the lab's text used it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Labs {
    /// Until 2024, by `gsutil` and `git clone`: the monolith.
    Monolith,
    /// Since 2025, by `gcloud storage`: the fortune app.
    Fortune,
}

impl Labs {
    /// What a learner is told who copies from there.
    pub(super) fn note(self, sources: &[String]) -> Option<&'static str> {
        let from_lab = sources.iter().any(|source| source.starts_with("gs://spls/gsp021"));
        (from_lab && self == Self::Fortune).then_some(
            "Note: podground keeps the lab's files as of 2025 (fortune-app) for gcloud storage, and those of before \
             (monolith) for gsutil and git clone.\n",
        )
    }
}

/// Objects by their names.
pub(super) type Objects = BTreeMap<String, Rc<Vec<u8>>>;

/// Buckets by their names; that of the labs is filled when somebody looks.
#[derive(Default)]
pub(super) struct Buckets(BTreeMap<String, Objects>);

impl Cloud {
    /// The objects of a bucket; `None` if there is no such bucket.
    pub(super) fn objects(&self, sim: &Sim, bucket: &str, labs: Labs) -> Option<Objects> {
        if bucket == LABS {
            let app = match labs {
                Labs::Monolith => lab::files(sim),
                Labs::Fortune => fortune_lab::files(sim),
            };
            let mut objects = Objects::new();
            let mut add = |folder: String, files: Vec<lab::File>| {
                objects.extend(
                    files.into_iter().map(|file| (format!("{folder}/{}", file.path), Rc::new(file.bytes))),
                );
            };
            add(format!("{LAB}/{}", lab::FOLDER), app);
            add(format!("{SEQUEL}/{}", lab::FOLDER), lab::files(sim));
            add(format!("{SEQUEL}/{}", fortune_lab::SEQUEL_FOLDER), fortune_lab::sequel());
            return Some(objects);
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
