//! Each sort of check passes on what it asks for and fails on anything else; mistakes of authors are named.

mod fake;

use fake::{FakeWorld, block_on};
use podground_lessons::*;
use serde_json::json;

fn lesson(checks: &str) -> Result<Lesson, LessonError> {
    let text = "---\ntitle: T\ngoal: G\nminutes: 5\n---\nIntro.\n\n## A {#a}\n\nx\n\n## B {#b}\n\ny\n\n## C {#c}\n\nz\n";
    let files = [("lesson.en.md", text), ("lesson.ko.md", text), ("checks.yaml", checks)];
    Lesson::parse("t/01", &files.map(|(name, text)| (name.to_string(), text.to_string())).into())
}

/// The verdict on one check, written in flow style.
fn check(world: &FakeWorld, check: &str) -> CheckReport {
    let lesson = lesson(&format!("steps:\n  a:\n    - {{{check}, onFail: {{en: no, ko: 아니}}}}\n"))
        .unwrap_or_else(|error| panic!("{check}: {error}"));
    let report = block_on(evaluate(&lesson, world, &mut Progress::default()));
    report.steps[0].checks[0].clone()
}

fn passes(world: &FakeWorld, text: &str) {
    let report = check(world, text);
    assert!(report.passed, "{text}: {:?}", report.found);
}

fn fails(world: &FakeWorld, text: &str, found: &str) {
    let report = check(world, text);
    assert!(!report.passed, "{text}");
    assert_eq!(report.found.as_deref().unwrap_or_default(), found, "{text}");
}

fn world() -> FakeWorld {
    let mut world = FakeWorld::default();
    world.add(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web", "port": "8080"}},
        "spec": {"containers": [{"name": "kubia"}, {"name": "helper"}]},
        "status": {"phase": "Running", "podIP": "10.244.1.5", "restarts": 2,
            "conditions": [{"type": "Ready", "status": "True"}]},
    }));
    world.add(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "db", "namespace": "default", "labels": {"app": "db"}},
        "spec": {"containers": [{"name": "redis"}]},
        "status": {"phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}]},
    }));
    world.add(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "far", "namespace": "other"}}));
    world.add(json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"}}));
    world
}

#[test]
fn objects_exist_or_not() {
    let world = world();
    passes(&world, "exists: {kind: Pod, name: web}");
    passes(&world, "exists: {kind: Pod, selector: app=db}");
    passes(&world, "exists: {kind: Pod, namespace: other}");
    passes(&world, "exists: {kind: Pod, namespace: '*', name: far}");
    passes(&world, "exists: {kind: Deployment, name: web}");
    fails(&world, "exists: {kind: Pod, name: nosuch}", "no pod/nosuch");
    fails(&world, "exists: {kind: Pod, name: far}", "no pod/far");
    fails(&world, "exists: {kind: Pod, selector: app=x}", "no pod -l app=x");
    passes(&world, "absent: {kind: Pod, name: far}");
    passes(&world, "absent: {kind: Pod, fields: [{path: .status.phase, equals: Failed}]}");
    fails(&world, "absent: {kind: Pod}", "pod/web, pod/db");
    // An author's mistake passes neither.
    fails(&world, "exists: {kind: Nosuch}", "unknown kind Nosuch");
    fails(&world, "absent: {kind: Nosuch}", "unknown kind Nosuch");
}

#[test]
fn fields_are_compared() {
    let world = world();
    let pod = |tests: &str| format!("exists: {{kind: Pod, name: web, fields: [{tests}]}}");
    for test in [
        "{path: '{.status.phase}', equals: Running}",
        "{path: .metadata.labels.port, equals: 8080}",
        "{path: .status.phase, not: Pending}",
        "{path: .status.nosuch, not: Pending}",
        "{path: .status.phase, oneOf: [Succeeded, Running]}",
        "{path: .status.phase, contains: unn}",
        "{path: '.spec.containers[*].name', contains: helper}",
        "{path: .status.podIP, matches: '^10\\.244\\.'}",
        "{path: .status.podIP, exists: true}",
        "{path: .status.hostIP, exists: false}",
        "{path: .status.restarts, atLeast: 2, atMost: 2}",
        "{path: '.spec.containers[*]', count: 2}",
    ] {
        passes(&world, &pod(test));
    }
    for (test, found) in [
        ("{path: .status.phase, equals: Pending}", ".status.phase is Running"),
        ("{path: .status.phase, not: Running}", ".status.phase is Running"),
        ("{path: .status.nosuch, equals: x}", ".status.nosuch is <none>"),
        ("{path: .status.phase, oneOf: [Failed]}", ".status.phase is Running"),
        ("{path: '.spec.containers[*].name', contains: x}", ".spec.containers[*].name is kubia, helper"),
        ("{path: .status.podIP, matches: ^11}", ".status.podIP is 10.244.1.5"),
        ("{path: .status.podIP, exists: false}", ".status.podIP is 10.244.1.5"),
        ("{path: .status.restarts, atLeast: 3}", ".status.restarts is 2"),
        ("{path: .status.phase, equals: Running}, {path: '.spec.containers[*]', count: 1}", ""),
    ] {
        let report = check(&world, &pod(test));
        assert!(!report.passed, "{test}");
        if !found.is_empty() {
            assert_eq!(report.found.as_deref(), Some(format!("pod/web: {found}").as_str()));
        }
    }
}

#[test]
fn objects_are_counted() {
    let world = world();
    passes(&world, "count: {kind: Pod, equals: 2}");
    passes(&world, "count: {kind: Pod, namespace: '*', atLeast: 3}");
    passes(
        &world,
        "count: {kind: Pod, selector: app=web, fields: [{path: .status.phase, equals: Running}], equals: 1}",
    );
    passes(&world, "count: {kind: Pod, selector: app=x, equals: 0}");
    fails(&world, "count: {kind: Pod, atMost: 1}", "2");
    fails(&world, "count: {kind: Nosuch, equals: 0}", "unknown kind Nosuch");
}

#[test]
fn conditions_hold() {
    let world = world();
    passes(&world, "condition: {kind: Pod, name: web, type: Ready}");
    passes(&world, "condition: {kind: Pod, name: db, type: Ready, status: 'False'}");
    fails(&world, "condition: {kind: Pod, name: db, type: Ready}", "pod/db: Ready is False");
    fails(&world, "condition: {kind: Pod, name: web, type: Odd}", "pod/web: Odd is <none>");
    fails(&world, "condition: {kind: Pod, name: no, type: Ready}", "no pod/no");
}

#[test]
fn logs_are_read() {
    let mut world = world();
    world.logs.insert(("web".into(), "kubia".into(), false), "starting\nrequest from 10.244.1.5\n".into());
    world.logs.insert(("web".into(), "helper".into(), true), "address already in use".into());
    passes(&world, "log: {pod: web, contains: starting}");
    passes(&world, "log: {selector: app=web, container: kubia, matches: '^request from [0-9.]+$'}");
    passes(&world, "log: {pod: web, contains: [starting, request]}");
    // The run before counts as well: a container that crashed has restarted since.
    passes(&world, "log: {pod: web, container: helper, contains: in use}");
    passes(
        &world,
        "with: {ip: {kind: Pod, name: web, path: .status.podIP}}, log: {pod: web, contains: 'from {{ip}}'}",
    );
    fails(&world, "log: {pod: web, container: kubia, contains: in use}", "pod/web");
    fails(&world, "log: {pod: web, container: kubia, contains: starting, lacks: request}", "pod/web");
    fails(&world, "log: {pod: no, contains: x}", "no pod/no");
}

#[test]
fn requests_are_answered() {
    let mut world = world();
    world.answers.insert(
        ("pod/db".into(), "http://10.244.1.5:8080".into()),
        HttpAnswer { status: 200, body: "You've hit web\n".into() },
    );
    let with = "with: {ip: {kind: Pod, name: web, path: .status.podIP}}";
    passes(
        &world,
        &format!(
            "{with}, http: {{from: pod/db, url: 'http://{{{{ip}}}}:8080', status: 200, contains: hit web}}"
        ),
    );
    fails(
        &world,
        "http: {from: pod/db, url: 'http://10.244.1.5:8080', status: 404}",
        "http://10.244.1.5:8080: 200",
    );
    fails(
        &world,
        "http: {from: pod/db, url: 'http://10.244.1.5:8080', contains: nginx}",
        "http://10.244.1.5:8080: You've hit web",
    );
    fails(&world, "http: {url: 'http://10.244.1.5:8080'}", "no answer from http://10.244.1.5:8080");
}

#[test]
fn files_are_read() {
    let mut world = world();
    world.files.insert("~/answer.txt".into(), "10.244.1.5\n".into());
    world.files.insert("~/empty".into(), "\n".into());
    passes(&world, "file: {path: ~/answer.txt}");
    passes(&world, "file: {path: ~/answer.txt, matches: '^[0-9.]+$'}");
    passes(&world, "file: {path: ~/no, exists: false}");
    fails(&world, "file: {path: ~/no}", "no file ~/no");
    fails(&world, "file: {path: ~/answer.txt, exists: false}", "~/answer.txt");
    fails(&world, "file: {path: ~/answer.txt, contains: x}", "~/answer.txt: 10.244.1.5");
    // An answer is held against the live object.
    let answer = |file: &str| {
        format!(
            "with: {{answer: {{file: {file}}}}}, \
             exists: {{kind: Pod, name: web, fields: [{{path: .status.podIP, matches: '^{{{{answer}}}}$'}}]}}"
        )
    };
    passes(&world, &answer("~/answer.txt"));
    let differs = answer("~/answer.txt").replace("matches: '^{{answer}}$'", "not: '{{answer}}'");
    fails(&world, &differs, "pod/web: .status.podIP is 10.244.1.5");
    passes(&world, &answer("~/answer.txt").replace("matches: '^{{answer}}$'", "oneOf: [x, '{{answer}}']"));
    fails(&world, &answer("~/empty"), "answer: no text in ~/empty");
    world.files.insert("~/answer.txt".into(), ".*".into());
    fails(&world, &answer("~/answer.txt"), "pod/web: .status.podIP is 10.244.1.5");
}

#[test]
fn commands_are_seen() {
    let mut world = world();
    let run =
        CommandRun { host: Host::Workstation, line: "kubectl get pods -o wide".into(), status: Some(0) };
    world.commands.push(run);
    passes(&world, "command: {matches: '^kubectl get (po|pods?)\\b'}");
    passes(&world, "command: {matches: wide, on: workstation, status: 0}");
    fails(&world, "command: {matches: wide, on: node/node-1}", "");
    fails(&world, "command: {matches: wide, status: 1}", "");
    fails(&world, "command: {matches: ^get}", "");
}

#[test]
fn one_of_several_is_enough() {
    let world = world();
    passes(&world, "anyOf: [{exists: {kind: Pod, name: no}}, {exists: {kind: Pod, name: web}}]");
    fails(&world, "anyOf: [{exists: {kind: Pod, name: a}}, {file: {path: b}}]", "no pod/a; no file b");
}

#[test]
fn steps_pass_in_order_and_stay_passed() {
    let lesson = lesson(
        "steps:\n  a:\n    - exists: {kind: Pod, name: web}\n      onFail: {en: make, ko: 만들기}\n  \
         c:\n    - absent: {kind: Pod, name: web}\n      onFail: {en: delete, ko: 지우기}\n",
    )
    .unwrap();
    let mut progress = Progress::default();
    let empty = FakeWorld::default();

    // `c` would hold at once; it waits for its turn.
    let report = block_on(evaluate(&lesson, &empty, &mut progress));
    let states = |report: &Report| report.steps.iter().map(|step| step.state).collect::<Vec<_>>();
    assert_eq!(states(&report), [StepState::Current, StepState::Later, StepState::Later]);
    let (step, failure) = report.first_failure().unwrap();
    assert_eq!((step.id.as_str(), failure.message.get(Language::Ko)), ("a", "만들기"));

    // `a` passes, and `b`, which only wants to be read.
    let report = block_on(evaluate(&lesson, &world(), &mut progress));
    assert_eq!(states(&report), [StepState::Passed, StepState::Passed, StepState::Current]);
    assert_eq!(report.newly_passed, ["a", "b"]);
    assert_eq!(progress.current(&lesson), Some("c"));

    // Undoing `a` is what `c` asks for.
    let saved = serde_json::to_string(&progress).unwrap();
    let mut progress: Progress = serde_json::from_str(&saved).unwrap();
    let report = block_on(evaluate(&lesson, &empty, &mut progress));
    assert!(report.solved && progress.solved(&lesson));
    assert_eq!(report.newly_passed, ["c"]);
}

#[test]
fn what_was_seen_stays_seen_within_its_step() {
    let lesson = lesson(
        "steps:\n  a:\n    - exists: {kind: Pod, name: web}\n      seen: true\n      onFail: {en: m, ko: 만}\n    \
         - exists: {kind: Node, name: n}\n      onFail: {en: n, ko: 노}\n",
    )
    .unwrap();
    let mut progress = Progress::default();
    block_on(evaluate(&lesson, &world(), &mut progress));
    assert!(progress.passed.is_empty());
    let mut later = FakeWorld::default();
    later.add(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}));
    assert!(block_on(evaluate(&lesson, &later, &mut progress)).solved);
    assert!(progress.seen.is_empty());
}

#[test]
fn mistakes_in_checks_are_named() {
    let on_fail = "onFail: {en: n, ko: 노}";
    for (check, why) in [
        (
            "exists: {kind: Pod, nam: web}",
            "t/01/checks.yaml:3: steps.a[0].exists: unknown field `nam`, expected one of",
        ),
        ("exist: {kind: Pod}", "unknown field `exist`, expected one of `exists`, `absent`"),
        ("exists: {name: web}", "missing field `kind`"),
        ("exists: {kind: Pod}, absent: {kind: Pod}", "exactly one of exists, absent"),
        ("seen: true", "this one has 0"),
        ("exists: {kind: Pod, fields: [{path: .a}]}", "fields: .a is not compared"),
        ("exists: {kind: Pod, fields: [{path: a, equals: 1}]}", "field path \"a\""),
        ("exists: {kind: Pod, fields: [{path: .a, matches: '('}]}", "is no regular expression"),
        ("exists: {kind: Pod, selector: 'app in web'}", "selector \"app in web\": "),
        ("log: {selector: '=a', contains: b}", "selector \"=a\": "),
        ("count: {kind: Pod}", "say how many"),
        ("condition: {kind: Pod, name: a, type: Ready, status: Yes}", "status \"Yes\" is not one of"),
        ("log: {contains: x}", "name the pod"),
        ("log: {pod: x}", "say what to look for"),
        ("http: {from: moon, url: x}", "\"moon\" is no machine"),
        ("file: {path: a, exists: false, contains: b}", "leaves nothing to look for"),
        ("log: {pod: '{{pod}}', contains: a}", "{{pod}} is not declared"),
        ("exists: {kind: Pod, fields: [{path: .a, not: '{{b}}'}]}", "{{b}} is not declared"),
        ("with: {a: {kind: Pod}}, exists: {kind: Pod, name: '{{a}}'}", "with.a: give either file"),
        ("anyOf: [{exists: {kind: Pod}}]", "two members"),
    ] {
        let error = lesson(&format!("steps:\n  a:\n    - {{{check}, {on_fail}}}\n")).unwrap_err().to_string();
        assert!(error.contains(why), "{check}: {error}");
        assert!(error.starts_with("t/01/checks.yaml:"), "{error}");
    }
    let error = lesson("steps:\n  a:\n    - {exists: {kind: Pod}}\n").unwrap_err().to_string();
    assert!(error.contains("onFail is missing"), "{error}");
    let error =
        lesson("steps:\n  a:\n    - {exists: {kind: Pod}, onFail: {en: x}}\n").unwrap_err().to_string();
    assert!(error.contains("missing field `ko`"), "{error}");
}
