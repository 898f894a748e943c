//! `index.yaml`: which courses there are, and their lessons in order.

use crate::{LessonError, Localized};
use serde::{Deserialize, Serialize};

/// All courses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The courses in order.
    pub courses: Vec<Course>,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// The id, which is also its folder.
    pub id: String,
    /// The title.
    pub title: Localized,
    /// What it is about, in a sentence.
    pub summary: Localized,
    /// Its lessons in order.
    pub lessons: Vec<Entry>,
}

/// A lesson in the list. The title stands here too, so that the list can be shown without loading the lessons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its folder within the course's.
    pub folder: String,
    /// The title, as in the lesson's front matter.
    pub title: Localized,
}

impl Catalogue {
    /// Reads an `index.yaml`; `file` is its name in errors.
    pub fn parse(file: &str, text: &str) -> Result<Catalogue, LessonError> {
        serde_yaml::from_str(text).map_err(|error| LessonError::yaml(file, 1, &error))
    }

    /// The ids of all lessons in order, such as `pods-and-labels/01-meet-the-pod`.
    pub fn lesson_ids(&self) -> Vec<String> {
        let of_course = |course: &Course| {
            course.lessons.iter().map(|entry| format!("{}/{}", course.id, entry.folder)).collect::<Vec<_>>()
        };
        self.courses.iter().flat_map(of_course).collect()
    }

    /// The entry of a lesson by its id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        let (course, folder) = id.split_once('/')?;
        let course = self.courses.iter().find(|candidate| candidate.id == course)?;
        course.lessons.iter().find(|entry| entry.folder == folder)
    }

    /// The lesson that follows, within the course and on to the next course.
    pub fn next(&self, id: &str) -> Option<String> {
        let ids = self.lesson_ids();
        let at = ids.iter().position(|candidate| candidate == id)?;
        ids.into_iter().nth(at + 1)
    }
}
