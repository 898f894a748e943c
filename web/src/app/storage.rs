//! What outlives the page: the reader's preferences, each room's journal, the steps done.

use super::state::{Preferences, Room};
use gloo::storage::errors::StorageError;
use gloo::storage::{LocalStorage, Storage};
use std::collections::{BTreeMap, BTreeSet};

const PREFERENCES: &str = "podground.preferences";
const PROGRESS: &str = "podground.progress";

/// Steps done, by lesson.
pub(crate) type Progress = BTreeMap<String, BTreeSet<String>>;

fn journal_key(room: &Room) -> String {
    match room {
        Room::Sandbox => "podground.journal.sandbox".to_owned(),
        Room::Lesson(id) => format!("podground.journal.lesson.{id}"),
    }
}

/// Why something could not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeepError {
    /// The browser's room for this site is used up.
    Full,
    /// The browser keeps nothing for this site.
    Refused,
}

fn keep_error(error: &StorageError) -> KeepError {
    if error.to_string().to_lowercase().contains("quota") { KeepError::Full } else { KeepError::Refused }
}

/// The preferences of the last visit, if there was one.
pub(crate) fn preferences() -> Option<Preferences> {
    LocalStorage::get(PREFERENCES).ok()
}

/// Keeps the preferences. Losing them loses no work, so a failure is not told.
pub(crate) fn keep_preferences(preferences: &Preferences) {
    let _ = LocalStorage::set(PREFERENCES, preferences);
}

/// The journal of a room.
pub(crate) fn journal(room: &Room) -> Option<String> {
    LocalStorage::get(journal_key(room)).ok()
}

/// Keeps the journal of a room.
pub(crate) fn keep_journal(room: &Room, journal: &str) -> Result<(), KeepError> {
    LocalStorage::set(journal_key(room), journal).map_err(|error| keep_error(&error))
}

/// Forgets the journal of a room.
pub(crate) fn forget_journal(room: &Room) {
    LocalStorage::delete(journal_key(room));
}

/// The steps done so far.
pub(crate) fn progress() -> Progress {
    LocalStorage::get(PROGRESS).unwrap_or_default()
}

/// Keeps the steps done so far.
pub(crate) fn keep_progress(progress: &Progress) -> Result<(), KeepError> {
    LocalStorage::set(PROGRESS, progress).map_err(|error| keep_error(&error))
}
