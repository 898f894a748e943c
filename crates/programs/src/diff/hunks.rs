//! The differences of two texts, as `diff` writes them.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How lines are compared and written.
pub(super) struct Style {
    /// The lines of context; none is the old form.
    pub(super) unified: Option<usize>,
    pub(super) fold_case: bool,
    pub(super) no_blanks: bool,
    pub(super) few_blanks: bool,
    pub(super) color: bool,
}

/// Writes the differences; nothing where there are none.
pub(super) fn write(style: &Style, left: &str, right: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (left.split_inclusive('\n').collect(), right.split_inclusive('\n').collect());
    let keys = |lines: &[&str]| -> Vec<String> { lines.iter().map(|line| key(style, line)).collect() };
    let ops = capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new));
    let changed: Vec<&DiffOp> = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).collect();
    let mut out = String::new();
    match style.unified {
        None => changed.iter().for_each(|op| normal(style, &mut out, op, &old, &new)),
        Some(context) => unified(style, &mut out, &changed, context, &old, &new),
    }
    out
}

/// What lines are compared by.
fn key(style: &Style, line: &str) -> String {
    let mut key = if style.no_blanks {
        line.chars().filter(|c| !c.is_whitespace()).collect()
    } else if style.few_blanks {
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        line.to_owned()
    };
    if style.fold_case {
        key = key.to_lowercase();
    }
    key
}

fn line(style: &Style, out: &mut String, mark: &str, text: &str) {
    let color = match mark.chars().next() {
        Some('<' | '-') if style.color => "\x1b[31m",
        Some('>' | '+') if style.color => "\x1b[32m",
        _ => "",
    };
    let body = text.strip_suffix('\n').unwrap_or(text);
    out.push_str(&format!("{color}{mark}{body}{}\n", if color.is_empty() { "" } else { "\x1b[0m" }));
    if !text.ends_with('\n') {
        out.push_str("\\ No newline at end of file\n");
    }
}

/// `2,3c2`
fn normal(style: &Style, out: &mut String, op: &DiffOp, old: &[&str], new: &[&str]) {
    let span = |start: usize, end: usize| {
        if end - start == 1 { format!("{end}") } else { format!("{},{end}", start + 1) }
    };
    let (a, b) = (op.old_range(), op.new_range());
    let head = if a.is_empty() {
        format!("{}a{}", a.start, span(b.start, b.end))
    } else if b.is_empty() {
        format!("{}d{}", span(a.start, a.end), b.start)
    } else {
        format!("{}c{}", span(a.start, a.end), span(b.start, b.end))
    };
    out.push_str(&head);
    out.push('\n');
    old[a.clone()].iter().for_each(|text| line(style, out, "< ", text));
    if !a.is_empty() && !b.is_empty() {
        out.push_str("---\n");
    }
    new[b].iter().for_each(|text| line(style, out, "> ", text));
}

fn unified(style: &Style, out: &mut String, changed: &[&DiffOp], context: usize, old: &[&str], new: &[&str]) {
    let mut start = 0;
    while start < changed.len() {
        let mut end = start + 1;
        while end < changed.len()
            && changed[end].old_range().start - changed[end - 1].old_range().end <= 2 * context
        {
            end += 1;
        }
        let (first, last) = (changed[start], changed[end - 1]);
        let before = first.old_range().start.min(context);
        let after = (old.len() - last.old_range().end).min(context);
        let old_range = first.old_range().start - before..last.old_range().end + after;
        let new_range = first.new_range().start - before..last.new_range().end + after;
        let span = |range: &std::ops::Range<usize>| match range.len() {
            0 => format!("{},0", range.start),
            1 => format!("{}", range.end),
            length => format!("{},{length}", range.start + 1),
        };
        out.push_str(&format!("@@ -{} +{} @@\n", span(&old_range), span(&new_range)));
        let mut at = old_range.start;
        for op in &changed[start..end] {
            old[at..op.old_range().start].iter().for_each(|text| line(style, out, " ", text));
            old[op.old_range()].iter().for_each(|text| line(style, out, "-", text));
            new[op.new_range()].iter().for_each(|text| line(style, out, "+", text));
            at = op.old_range().end;
        }
        old[at..old_range.end].iter().for_each(|text| line(style, out, " ", text));
        start = end;
    }
}
