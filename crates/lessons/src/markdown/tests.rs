use super::*;
use crate::{AsideKind, ConsoleEntry, plain_text};

const HEAD: &str = "---\ntitle: T\ngoal: G\nminutes: 5\n---\n";

fn read(body: &str) -> Result<crate::Text, LessonError> {
    parse("lesson.en.md", &format!("{HEAD}{body}"))
}

fn text(text: &str) -> Inline {
    Inline::Text { text: text.to_string() }
}

fn fails(body: &str, line: usize, why: &str) {
    let error = read(body).unwrap_err();
    assert_eq!(error.line, Some(line), "{error}");
    assert!(error.message.contains(why), "{error}");
}

#[test]
fn a_lesson_is_intro_steps_and_debrief() {
    let lesson = read("Hello\nthere.\n\n## Do `it` {#do-it}\n\nNow.\n\n:::hint\nOne.\n:::\n\n:::hint\nTwo.\n:::\n\n## End {#debrief}\n\n- a\n- b\n").unwrap();
    assert_eq!((lesson.title.as_str(), lesson.minutes), ("T", 5));
    assert_eq!(lesson.intro, [Block::Paragraph { text: vec![text("Hello there.")] }]);
    assert_eq!(lesson.steps.len(), 1);
    assert_eq!(lesson.steps[0].id, "do-it");
    assert_eq!(plain_text(&lesson.steps[0].title), "Do it");
    assert_eq!(lesson.steps[0].blocks.len(), 1);
    assert_eq!(lesson.steps[0].hints.len(), 2);
    assert!(matches!(&lesson.debrief[..], [Block::List { ordered: false, items }] if items.len() == 2));
}

#[test]
fn inlines_nest_and_korean_particles_do_not_break_strong() {
    let lesson =
        read("**파드(Pod)**는 `a*b` 안의 *말 **뭉치***, [여기](https://kubernetes.io). \\*no\\*\n").unwrap();
    let Block::Paragraph { text: inlines } = &lesson.intro[0] else { panic!() };
    assert_eq!(inlines[0], Inline::Strong { children: vec![text("파드(Pod)")] });
    assert_eq!(inlines[1], text("는 "));
    assert_eq!(inlines[2], Inline::Code { text: "a*b".to_string() });
    assert_eq!(
        inlines[4],
        Inline::Emphasis { children: vec![text("말 "), Inline::Strong { children: vec![text("뭉치")] }] }
    );
    assert_eq!(plain_text(inlines), "파드(Pod)는 a*b 안의 말 뭉치, 여기. *no*");
}

#[test]
fn console_blocks_hold_commands_and_output() {
    let lesson =
        read("```console terminal=2 host=node-1\n$ cat <<E\n> a\n>\n> E\na\n\nb\n$ ls\n```\n").unwrap();
    let Block::Console { terminal, host, entries } = &lesson.intro[0] else { panic!() };
    assert_eq!((*terminal, host.as_deref()), (2, Some("node-1")));
    let entry = |command: &str, output: &str| ConsoleEntry { command: command.into(), output: output.into() };
    assert_eq!(*entries, [entry("cat <<E\na\n\nE", "a\n\nb"), entry("ls", "")]);
}

#[test]
fn code_keeps_its_file_and_its_shape() {
    let lesson =
        read("```yaml file=a/web.yaml\na:\n  b: \"## no heading\"\n## nor this {#x}\n\n```\n").unwrap();
    let Block::Code { language, file, text } = &lesson.intro[0] else { panic!() };
    assert_eq!((language.as_str(), file.as_deref()), ("yaml", Some("a/web.yaml")));
    assert_eq!(text, "a:\n  b: \"## no heading\"\n## nor this {#x}\n");
}

#[test]
fn lists_hold_blocks() {
    let lesson =
        read("1. one\n   more\n\n   ```console\n   $ ls\n   ```\n2. two\n   - inner\n\nafter\n").unwrap();
    let [Block::List { ordered: true, items }, Block::Paragraph { .. }] = &lesson.intro[..] else {
        panic!("{:?}", lesson.intro)
    };
    assert!(matches!(&items[0][..], [Block::Paragraph { .. }, Block::Console { .. }]));
    assert!(matches!(&items[1][..], [Block::Paragraph { .. }, Block::List { ordered: false, .. }]));
}

#[test]
fn boxes_hold_blocks() {
    let lesson = read(":::predict What *now*?\nThis.\n\n```\n:::\n```\n:::\n:::note\nThat.\n:::\n").unwrap();
    let [
        Block::Aside { kind: AsideKind::Predict, title, blocks },
        Block::Aside { kind: AsideKind::Note, .. },
    ] = &lesson.intro[..]
    else {
        panic!("{:?}", lesson.intro)
    };
    assert_eq!(plain_text(title), "What now?");
    assert_eq!(blocks.len(), 2);
}

#[test]
fn mistakes_name_their_line() {
    fails("## No id\n", 6, "`## Title {#id}`");
    fails("## A {#a}\nx\n## B {#a}\n", 8, "already a step {#a}");
    fails("## A {#A b}\n", 6, "small letters");
    fails("## End {#debrief}\nx\n## A {#a}\n", 6, "last section");
    fails("ok\n\n# Title\n", 8, "only steps have headings");
    fails("> quote\n", 6, "quotations");
    fails("| a |\n", 6, "tables");
    fails("* item\n", 6, "list items");
    fails("```console\nls\n```\n", 7, "starts with a command");
    fails("```yaml terminal=2\n```\n", 6, "\"terminal=2\" is unknown here");
    fails("```\nnever closed\n", 6, "not closed");
    fails(":::hint\nx\n:::\n", 6, "belongs to a step");
    fails(":::tip\nx\n:::\n", 6, "not hint, predict or note");
    fails(":::note\nx\n", 6, "not closed");
    fails(":::predict\nx\n:::\n", 6, "question is missing");
    fails("a **b\n", 6, "** is not closed");
    fails("a `b\n", 6, "not closed");
    fails("a [b]\n", 6, "a link is written");
    fails("a [b](http://x)\n", 6, "only https://");
    fails("a <b>c</b>\n", 6, "HTML");
}

#[test]
fn front_matter_mistakes_name_their_line() {
    let error = parse("l.md", "# Title\n").unwrap_err();
    assert_eq!((error.line, error.message.contains("front matter")), (Some(1), true));
    let error = parse("l.md", "---\ntitle: T\ngaol: G\nminutes: 5\n---\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "l.md:3: unknown field `gaol`, expected one of `title`, `goal`, `minutes`, `needs`"
    );
    let error = parse("l.md", "---\ntitle: T\n").unwrap_err();
    assert!(error.message.contains("not closed"));
}

#[test]
fn no_text_makes_the_reader_panic() {
    let body = "\u{3000}* 가 *나 **다** `라` [마](https://바) \\<사> \\\u{3000}\n\n1. 아\n   - 자\n\n```console x=1\n$ 차\n> 카\n```\n\
                :::predict 타\n파\n:::\n## 하 {#a}\n";
    let chars: Vec<char> = body.chars().collect();
    for from in 0..chars.len() {
        for to in from..chars.len() {
            let piece: String = chars[from..to].iter().collect();
            // Read or refused, but never a panic.
            drop(read(&piece));
        }
    }
}
