//! What the page weighs: raw, gzip and brotli, part by part, as size-budget.toml names the parts.

use std::{fs, path::Path};

use crate::{Failure, glob, paths, process};

/// size-budget.toml.
pub(crate) struct Budget {
    /// Brotli bytes of all parts of the first visit.
    pub(crate) limit: u64,
    pub(crate) parts: Vec<Part>,
}

/// Some files of dist/ that belong together.
pub(crate) struct Part {
    pub(crate) name: String,
    /// Whether the page loads it before the first prompt.
    pub(crate) first: bool,
    patterns: Vec<String>,
}

/// Sizes in bytes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

impl Size {
    pub(crate) fn add(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

impl Budget {
    /// Reads `budget = N`, then sections `[first-prompt]` and `[later]` of lines `part = ["pattern", …]`.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let mut limit = None;
        let mut first = None;
        let mut parts = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            let wrong = |what: &str| format!("size-budget.toml:{}: {what}", index + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(section) = line.strip_prefix('[') {
                first = Some(match section {
                    "first-prompt]" => true,
                    "later]" => false,
                    _ => return Err(wrong("the sections are [first-prompt] and [later]")),
                });
                continue;
            }
            let (name, value) = line.split_once(" = ").ok_or_else(|| wrong("expected `name = value`"))?;
            match first {
                None if name == "budget" => {
                    limit = Some(
                        value.replace('_', "").parse().map_err(|_| wrong("budget is a number of bytes"))?,
                    );
                }
                None => return Err(wrong("only `budget` stands before the sections")),
                Some(first) => {
                    let patterns: Vec<String> =
                        value.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                    if patterns.is_empty() {
                        return Err(wrong("expected [\"pattern\", …]"));
                    }
                    parts.push(Part { name: name.to_owned(), first, patterns });
                }
            }
        }
        Ok(Self { limit: limit.ok_or("size-budget.toml: no `budget`")?, parts })
    }

    /// The first part that `file` belongs to.
    pub(crate) fn part_of(&self, file: &str) -> Option<usize> {
        self.parts.iter().position(|part| part.patterns.iter().any(|pattern| glob::matches(pattern, file)))
    }
}

/// Measures files of dist/. Node has both compressors built in, so nothing needs to be installed for it.
pub(crate) fn measure(dist: &Path, files: &[String]) -> Result<Vec<Size>, Failure> {
    const SCRIPT: &str = "
import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync, constants } from 'node:zlib';
for (const path of readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
  const raw = readFileSync(path);
  const hint = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } };
  console.log(raw.length, gzipSync(raw, { level: 9 }).length, brotliCompressSync(raw, hint).length);
}";
    let list: Vec<_> = files.iter().map(|file| dist.join(file).display().to_string()).collect();
    let listed = paths::target().join("size-files.txt");
    fs::write(&listed, list.join("\n")).map_err(|error| format!("{}: {error}", listed.display()))?;
    let input = fs::File::open(&listed).map_err(|error| format!("{}: {error}", listed.display()))?;
    let text =
        process::output(process::command("node").args(["--input-type=module", "-e", SCRIPT]).stdin(input))?;
    let sizes: Vec<Size> = text.lines().filter_map(read_size).collect();
    if sizes.len() == files.len() { Ok(sizes) } else { Err("not every file could be measured".into()) }
}

fn read_size(line: &str) -> Option<Size> {
    let mut numbers = line.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Size { raw: next()?, gzip: next()?, brotli: next()? })
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn the_committed_budget_reads() {
        let budget = Budget::parse(include_str!("../../../size-budget.toml")).expect("a budget");
        assert!(budget.limit <= 1_000_000);
        let part = budget.part_of("index.html").expect("a part");
        assert!(budget.parts[part].first);
    }

    #[test]
    fn says_where_it_is_wrong() {
        let failure = |text| Budget::parse(text).err().expect("refused");
        assert_eq!(
            failure("budget = 1\n[never]"),
            "size-budget.toml:2: the sections are [first-prompt] and [later]"
        );
        assert_eq!(failure("[later]\na = []"), "size-budget.toml:2: expected [\"pattern\", …]");
        assert_eq!(failure(""), "size-budget.toml: no `budget`");
    }
}
