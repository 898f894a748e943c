//! The rules of `validate`: a lesson that keeps them, and what is said about each that it breaks.

use podground_lessons::{Catalogue, Files, Lesson, validate, validate_catalogue};

const EN: &str = "---
title: Pods
goal: You make one.
minutes: 5
---
Hello.

## Make one {#make}

```console
$ kubectl run web --image=nginx
```

```yaml file=a.yaml
# A comment.
a: 1
```

:::hint
Try it.
:::

## You now know {#debrief}

Pods.
";

const KO: &str = "---
title: 파드
goal: 하나 만들어요.
minutes: 5
---
안녕하세요.

## 만들어 보기 {#make}

```console
$ kubectl run web --image=nginx
```

```yaml file=a.yaml
# 설명이에요.
a: 1
```

:::hint
해 보세요.
:::

## 알게 된 것 {#debrief}

파드예요.
";

const CHECKS: &str = "start: {files: [a.yaml], manifests: [m.yaml]}
steps:
  make:
    - {exists: {kind: Pod, name: web}, onFail: {en: No pod., ko: 파드가 없어요.}}
";

fn files() -> Files {
    let manifest = "kind: Pod\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b}\n";
    [
        ("lesson.en.md", EN),
        ("lesson.ko.md", KO),
        ("checks.yaml", CHECKS),
        ("solution.sh", "kubectl run web --image=nginx\n"),
        ("start/a.yaml", "a: 1\n"),
        ("start/manifests/m.yaml", manifest),
    ]
    .map(|(name, text)| (name.to_string(), text.to_string()))
    .into()
}

fn problems(name: &str, from: &str, to: &str) -> String {
    let mut files = files();
    let text = files.entry(name.to_string()).or_default();
    assert!(text.contains(from), "{from}");
    *text = text.replacen(from, to, 1);
    let lesson = Lesson::parse("c/01", &files).unwrap_or_else(|error| panic!("{error}"));
    validate(&lesson, &files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn breaks(name: &str, from: &str, to: &str, why: &str) {
    let found = problems(name, from, to);
    assert!(found.contains(why), "{to:?}: {found:?}");
}

#[test]
fn a_good_lesson_has_no_problems() {
    assert_eq!(problems("lesson.ko.md", "", ""), "");
    let lesson = Lesson::parse("c/01", &files()).unwrap();
    assert_eq!(lesson.checks.start_paths(), ["start/a.yaml", "start/manifests/m.yaml"]);
    assert_eq!(lesson.checks.start.advance_seconds(), 15);
    assert_eq!(lesson.home["a.yaml"], "a: 1\n");
    assert_eq!(lesson.manifests.len(), 1);
}

#[test]
fn each_broken_rule_is_named() {
    let ko = "c/01/lesson.ko.md: ";
    breaks("lesson.ko.md", "{#make}", "{#made}", &format!("{ko}steps [\"made\"] are not those"));
    breaks("lesson.ko.md", "minutes: 5", "minutes: 6", "minutes or needs are not");
    breaks("lesson.ko.md", "image=nginx", "image=redis", "make: block 1 differs");
    breaks("lesson.ko.md", "a: 1", "a: 2", "make: block 2 differs");
    breaks("lesson.ko.md", ":::hint\n해 보세요.\n:::", "", "make: 0 hints, in English 1");
    breaks("lesson.en.md", "Hello.", "안녕.", "other language");
    breaks("lesson.en.md", "Hello.", &"word ".repeat(80), "over four lines: \"word word");
    breaks("lesson.ko.md", "안녕하세요.", &"말이 ".repeat(80), "over four lines");
    breaks("lesson.en.md", "Hello.", "", "say something before the first step");
    breaks("lesson.en.md", "minutes: 5", "minutes: 90", "1 to 30 minutes");
    breaks("checks.yaml", "No pod.", "파드.", "onFail.en: not a message in that language");
    breaks("checks.yaml", "  make:\n", "  made:\n", "steps.made: the lesson has no such step");
    breaks("checks.yaml", "files: [a.yaml], ", "", "start/a.yaml: checks.yaml does not name this file");
    breaks("solution.sh", "kubectl run web --image=nginx", "", "the solution is missing");
    breaks("start/manifests/m.yaml", "name: b", "nam: b", "no kind or no name");
    breaks("start/manifests/m.yaml", "kind: Pod", "kind: [", "m.yaml: ");
}

#[test]
fn missing_files_are_named() {
    for name in ["lesson.ko.md", "checks.yaml", "start/a.yaml", "start/manifests/m.yaml"] {
        let mut files = files();
        files.remove(name);
        let error = Lesson::parse("c/01", &files).unwrap_err().to_string();
        assert_eq!(error, format!("c/01/{name}: the file is missing"));
    }
}

#[test]
fn the_catalogue_agrees_with_the_lessons() {
    let index = "courses:
  - id: c
    title: {en: C, ko: 씨}
    summary: {en: S, ko: 에스}
    lessons:
      - {folder: '01', title: {en: Pods, ko: 파드}}
";
    let lesson = Lesson::parse("c/01", &files()).unwrap();
    let catalogue = Catalogue::parse("index.yaml", index).unwrap();
    assert_eq!(validate_catalogue(&catalogue, std::slice::from_ref(&lesson)), []);
    assert_eq!(catalogue.lesson_ids(), ["c/01"]);
    assert_eq!(catalogue.next("c/01"), None);
    let problem = |index: &str, lessons: &[Lesson]| {
        let catalogue = Catalogue::parse("index.yaml", index).unwrap();
        validate_catalogue(&catalogue, lessons)[0].to_string()
    };
    let other = index.replace("ko: 파드", "ko: 포드");
    assert_eq!(
        problem(&other, std::slice::from_ref(&lesson)),
        "index.yaml: c/01: the ko title is not that of the lesson"
    );
    assert_eq!(problem(index, &[]), "index.yaml: c/01: there is no such lesson");
    let stray = Lesson { id: "c/02".to_string(), ..lesson.clone() };
    assert_eq!(problem(index, &[lesson.clone(), stray]), "index.yaml: c/02: not listed");
    let mut needy = lesson;
    needy.en.needs = vec!["00".to_string()];
    assert_eq!(problem(index, &[needy]), "index.yaml: c/01: needs \"00\", which does not come before it");
    let error =
        Catalogue::parse("index.yaml", "courses:\n  - id: c\n    titel: x\n").unwrap_err().to_string();
    assert!(error.starts_with("index.yaml:3: courses[0]: unknown field `titel`"), "{error}");
}
