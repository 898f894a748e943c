//! `diff` and `cmp`

mod hunks;

use podground_shell::Process;
use podground_vfs::FileType;

use crate::calendar::{self, Zone};
use crate::options::{self, Parsed, Syntax};
use crate::stream::{Output, complain};
use crate::text::decode;
use crate::{files, flavor};
use hunks::Style;

const DIFF: Syntax = Syntax::new(
    "abBcC:eiNqrsuU:wyZE",
    &[
        ("unified=?", 'U'),
        ("brief", 'q'),
        ("report-identical-files", 's'),
        ("recursive", 'r'),
        ("new-file", 'N'),
        ("ignore-case", 'i'),
        ("ignore-all-space", 'w'),
        ("ignore-space-change", 'b'),
        ("ignore-blank-lines", 'B'),
        ("text", 'a'),
        ("color=?", '1'),
        ("label=", '2'),
        ("strip-trailing-cr", '3'),
        ("side-by-side", 'y'),
        ("context=?", 'C'),
    ],
    "[OPTION]... FILES",
    "Compare files line by line.",
)
.failing_with(2);

pub(crate) async fn diff(process: &Process) -> Result<u8, u8> {
    let parsed = match options::parse(process, &DIFF).await {
        Ok(parsed) => parsed,
        Err(status) => return Err(status),
    };
    if let Some(letter) = parsed.last_of("cCeyBZE") {
        complain(process, format_args!("podground does not support the option -{letter} yet")).await;
        return Err(2);
    }
    let [left, right] = parsed.operands.as_slice() else {
        let message = match parsed.operands.as_slice() {
            [] => "missing operand after 'diff'".to_owned(),
            [only] => format!("missing operand after '{only}'"),
            [_, _, third, ..] => format!("extra operand '{third}'"),
            [..] => String::new(),
        };
        return Err(options::refuse(process, &DIFF, &message).await);
    };
    let mut out = Output::new(process);
    let (left_folder, right_folder) =
        (files::is_directory(process, left), files::is_directory(process, right));
    let status = if left_folder && right_folder {
        folders(&mut out, &parsed, left, right).await
    } else {
        // A file and a folder: the file of that name in the folder.
        let left_name = if left_folder { files::in_folder(left, right) } else { left.clone() };
        let right_name = if right_folder { files::in_folder(right, left) } else { right.clone() };
        pair(&mut out, &parsed, &left_name, &right_name, false).await
    };
    Ok(out.finish(status).await)
}

/// Compares what is in two folders.
async fn folders(out: &mut Output<'_>, parsed: &Parsed, left: &str, right: &str) -> u8 {
    let process = out.process;
    let mut status = 0;
    let mut queue = vec![(left.to_owned(), right.to_owned())];
    while let Some((left, right)) = queue.pop() {
        let names = |folder: &str| -> Vec<(String, bool)> {
            let entries = process.host.files.read_directory(&process.path(folder)).unwrap_or_default();
            entries
                .into_iter()
                .map(|entry| (entry.name, entry.metadata.file_type == FileType::Directory))
                .collect()
        };
        let (a, b) = (names(&left), names(&right));
        let mut all: Vec<&String> = a.iter().chain(&b).map(|(name, _)| name).collect();
        all.sort();
        all.dedup();
        let kind = |list: &[(String, bool)], name: &str| {
            list.iter().find(|(own, _)| own == name).map(|(_, folder)| *folder)
        };
        let mut below = Vec::new();
        for name in all {
            let (one, two) = (files::in_folder(&left, name), files::in_folder(&right, name));
            match (kind(&a, name), kind(&b, name)) {
                (Some(true), Some(true)) if parsed.has('r') => below.push((one, two)),
                (Some(true), Some(true)) => {
                    out.push(format!("Common subdirectories: {one} and {two}\n"));
                }
                (Some(false), Some(false)) => status = status.max(pair(out, parsed, &one, &two, true).await),
                (Some(false), None) | (None, Some(false)) if parsed.has('N') => {
                    status = status.max(pair(out, parsed, &one, &two, true).await);
                }
                (Some(_), None) => {
                    out.push(format!("Only in {left}: {name}\n"));
                    status = status.max(1);
                }
                (None, Some(_)) => {
                    out.push(format!("Only in {right}: {name}\n"));
                    status = status.max(1);
                }
                (Some(folder), Some(_)) => {
                    let shown = |folder| if folder { "directory" } else { "regular file" };
                    out.push(format!(
                        "File {one} is a {} while file {two} is a {}\n",
                        shown(folder),
                        shown(!folder)
                    ));
                    status = status.max(1);
                }
                (None, None) => {}
            }
        }
        queue.extend(below.into_iter().rev());
    }
    status
}

/// Compares two files.
async fn pair(out: &mut Output<'_>, parsed: &Parsed, left: &str, right: &str, in_folders: bool) -> u8 {
    let process = out.process;
    let mut texts = Vec::new();
    let mut trouble = false;
    for name in [left, right] {
        match files::read(process, name).await {
            Ok(bytes) => texts.push(bytes),
            Err(_) if parsed.has('N') && files::symlink_metadata(process, name).is_err() => {
                texts.push(Vec::new())
            }
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                trouble = true;
            }
        }
    }
    let ([one, two], false) = (texts.as_slice(), trouble) else { return 2 };
    out.spend(one.len() + two.len()).await;
    if one == two {
        if parsed.has('s') {
            out.push(format!("Files {left} and {right} are identical\n"));
        }
        return 0;
    }
    let binary = !parsed.has('a') && (one.contains(&0) || two.contains(&0));
    let (one, two) = (decode(one).into_owned(), decode(two).into_owned());
    let unified = flavor::is_busybox(process) || parsed.last_of("uU").is_some();
    let context = parsed.value('U').and_then(|lines| lines.parse().ok()).unwrap_or(3);
    let style = Style {
        unified: unified.then_some(context),
        fold_case: parsed.has('i'),
        no_blanks: parsed.has('w'),
        few_blanks: parsed.has('b'),
        color: parsed.value('1').is_some_and(|when| when == "always"),
    };
    let text = if binary { String::new() } else { hunks::write(&style, &one, &two) };
    if !binary && text.is_empty() {
        return 0;
    }
    if binary || parsed.has('q') {
        let kind = if binary && !parsed.has('q') { "Binary files" } else { "Files" };
        out.push(format!("{kind} {left} and {right} differ\n"));
        return if binary && !parsed.has('q') { 2 } else { 1 };
    }
    if in_folders {
        let words: Vec<&str> =
            process.args.iter().skip(1).map(String::as_str).filter(|word| word.starts_with('-')).collect();
        let options: String = words.iter().map(|word| format!("{word} ")).collect();
        out.push(format!("diff {options}{left} {right}\n"));
    }
    if unified {
        let labels: Vec<&str> = parsed.values('2').collect();
        for (index, (mark, name)) in [("---", left), ("+++", right)].into_iter().enumerate() {
            let time = match files::metadata(process, name) {
                Ok(metadata) if name != "-" => podground_sim::Time(metadata.modified),
                _ => process.host.sim.now(),
            };
            let zone = Zone::of(process.env("TZ"));
            let head = match labels.get(index) {
                Some(label) => format!("{mark} {label}\n"),
                None if flavor::is_busybox(process) => format!("{mark} {name}\n"),
                None => {
                    format!("{mark} {name}\t{}\n", calendar::format(time, &zone, "%Y-%m-%d %H:%M:%S.%N %z"))
                }
            };
            out.push(head);
        }
    }
    out.write(text).await;
    1
}

const CMP: Syntax = Syntax::new(
    "bi:ln:s",
    &[("print-bytes", 'b'), ("verbose", 'l'), ("bytes=", 'n'), ("quiet", 's'), ("silent", 's')],
    "[OPTION]... FILE1 [FILE2]",
    "Compare two files byte by byte.",
)
.failing_with(2);

pub(crate) async fn cmp(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &CMP).await?;
    if parsed.has('i') || parsed.has('b') {
        complain(process, "podground does not support the options -b and -i yet").await;
        return Err(2);
    }
    let (left, right) = match parsed.operands.as_slice() {
        [] => return Err(options::refuse(process, &CMP, "missing operand after 'cmp'").await),
        [only] => (only.as_str(), "-"),
        [left, right, ..] => (left.as_str(), right.as_str()),
    };
    let mut out = Output::new(process);
    let mut texts = Vec::new();
    for name in [left, right] {
        match files::read(process, name).await {
            Ok(bytes) => texts.push(bytes),
            Err(error) => {
                if !parsed.has('s') {
                    out.complain(format_args!("{name}: {error}")).await;
                }
                return Err(2);
            }
        }
    }
    let limit = parsed.value('n').and_then(|count| count.parse().ok()).unwrap_or(usize::MAX);
    let (one, two) = (&texts[0][..texts[0].len().min(limit)], &texts[1][..texts[1].len().min(limit)]);
    let common = one.len().min(two.len());
    let mut status = 0;
    for at in 0..common {
        if one[at] == two[at] {
            continue;
        }
        status = 1;
        if parsed.has('s') {
            return Ok(1);
        }
        if parsed.has('l') {
            let width = common.to_string().len();
            out.write(format!("{:width$} {:3o} {:3o}\n", at + 1, one[at], two[at])).await;
            continue;
        }
        let line = one[..at].split(|byte| *byte == b'\n').count();
        out.push(format!("{left} {right} differ: byte {}, line {line}\n", at + 1));
        return Ok(out.finish(1).await);
    }
    if one.len() != two.len() {
        status = 1;
        if !parsed.has('s') {
            let short = if one.len() < two.len() { left } else { right };
            let text = if one.len() < two.len() { one } else { two };
            let lines = text.split(|byte| *byte == b'\n').count() - 1;
            let place = if text.is_empty() {
                "which is empty".to_owned()
            } else if parsed.has('l') {
                format!("after byte {common}")
            } else if text.ends_with(b"\n") {
                format!("after byte {common}, line {lines}")
            } else {
                format!("after byte {common}, in line {}", lines + 1)
            };
            out.complain(format_args!("EOF on {short} {place}")).await;
        }
    }
    Ok(out.finish(status).await)
}
