//! The courses in `lessons/` keep every rule of the format.
#![expect(clippy::disallowed_methods, reason = "a test reads the files it is about")]

use podground_lessons::{Catalogue, Files, Lesson, validate, validate_catalogue};
use std::path::{Path, PathBuf};

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a folder's entry").path()).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8")
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Files) {
    for path in entries(folder) {
        let name = format!("{prefix}{}", name(&path));
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, read(&path));
        }
    }
}

#[test]
fn lessons_keep_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let index = read(&root.join("index.yaml"));
    let catalogue = Catalogue::parse("index.yaml", &index).unwrap_or_else(|error| panic!("{error}"));
    let mut problems = Vec::new();
    let mut lessons = Vec::new();
    for course in &catalogue.courses {
        for folder in entries(&root.join(&course.id)) {
            let mut files = Files::new();
            read_folder(&folder, "", &mut files);
            let id = format!("{}/{}", course.id, name(&folder));
            match Lesson::parse(&id, &files) {
                Ok(lesson) => {
                    problems.extend(validate(&lesson, &files).iter().map(ToString::to_string));
                    lessons.push(lesson);
                }
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    problems.extend(validate_catalogue(&catalogue, &lessons).iter().map(ToString::to_string));
    problems.sort();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
