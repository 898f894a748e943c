//! The page's Content-Security-Policy: nothing but the page's own origin, and no script in the page itself.
//!
//! A static host sends no headers of ours, so the policy stands in the page.

use crate::Failure;

/// Neither scripts nor styles may stand in the page; `wasm-unsafe-eval` allows compiling WebAssembly and nothing
/// else. The terminal emulator and the editor write their styles through constructed style sheets.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    manifest-src 'self'; base-uri 'self'; form-action 'none'";

/// A page whose scripts are all files, with its policy.
pub(crate) struct Page {
    pub(crate) html: String,
    /// Files to lie beside it: name and text.
    pub(crate) scripts: Vec<(String, String)>,
}

/// Moves inline scripts (Trunk writes one) into files, puts the policy at the head, and refuses a page that would
/// break under it.
pub(crate) fn apply(html: &str) -> Result<Page, Failure> {
    if html.contains("Content-Security-Policy") {
        return Err("index.html has a policy of its own: the build writes it".into());
    }
    let (html, scripts) = move_scripts(html)?;
    for tag in tags(&html) {
        check(&tag)?;
    }
    let head = tags(&html).find(|tag| tag.name == "head").ok_or("index.html has no <head>")?;
    let (before, after) = html.split_at(head.end);
    let html = format!("{before}<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">{after}");
    Ok(Page { html, scripts })
}

fn move_scripts(html: &str) -> Result<(String, Vec<(String, String)>), Failure> {
    let mut out = String::with_capacity(html.len());
    let mut scripts = Vec::new();
    let mut copied = 0;
    for tag in tags(html).filter(|tag| tag.name == "script" && tag.attribute("src").is_none()) {
        // A data block is not run.
        if tag.attribute("type").is_some_and(|kind| kind.ends_with("json")) {
            continue;
        }
        let length = html[tag.end..].find("</script").ok_or("index.html has a <script> without an end")?;
        let text = html[tag.end..tag.end + length].trim();
        let name = format!("start-{:016x}.js", fingerprint(text.as_bytes()));
        out.push_str(html[copied..tag.end].trim_end_matches('>'));
        out.push_str(&format!(" src=\"{name}\">"));
        copied = tag.end + length;
        scripts.push((name, format!("{text}\n")));
    }
    out.push_str(&html[copied..]);
    Ok((out, scripts))
}

fn check(tag: &Tag<'_>) -> Result<(), Failure> {
    if tag.name == "style" {
        return Err("<style>: the policy forbids styles in the page".into());
    }
    for (name, value) in tag.attributes() {
        if name.starts_with("on") || name == "style" {
            return Err(format!(
                "<{} {name}=…>: the policy forbids scripts and styles in the page",
                tag.name
            ));
        }
        let loads = name == "src" || (name == "href" && tag.name == "link");
        let foreign = value.contains("://") || value.starts_with("//") || value.starts_with("javascript:");
        if loads && foreign {
            return Err(format!(
                "<{} {name}=\"{value}\">: the policy allows only the page's own origin",
                tag.name
            ));
        }
    }
    Ok(())
}

/// A name for some bytes that changes when they do (FNV-1a; against stale caches, not against attackers).
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// An opening tag.
struct Tag<'a> {
    name: String,
    inside: &'a str,
    /// Offset just after its `>`.
    end: usize,
}

impl<'a> Tag<'a> {
    /// Names in lower case, values without their quotes.
    fn attributes(&self) -> Vec<(String, &'a str)> {
        let mut found = Vec::new();
        let mut rest = self.inside.trim_start();
        while let Some(end) = rest.find(|letter: char| letter == '=' || letter.is_whitespace()) {
            let name = rest[..end].to_lowercase();
            rest = rest[end..].trim_start();
            let Some(after) = rest.strip_prefix('=') else {
                found.push((name, ""));
                continue;
            };
            let after = after.trim_start();
            let (value, next) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            found.push((name, value));
            rest = next.trim_start();
        }
        if !rest.is_empty() {
            found.push((rest.trim_end_matches('/').to_lowercase(), ""));
        }
        found
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes().into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }
}

/// Opening tags in order; the text of scripts and comments is passed over.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + html[from..].find('<')?;
            if html[start..].starts_with("<!--") {
                from = start + html[start..].find("-->")?;
                continue;
            }
            from = start + 1;
            if !html[from..].starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                continue;
            }
            let end = tag_end(html, from)?;
            let inside = &html[from..end - 1];
            let cut =
                inside.find(|letter: char| letter.is_whitespace() || letter == '/').unwrap_or(inside.len());
            let name = inside[..cut].to_lowercase();
            from = if name == "script" { end + html[end..].find("</script")? } else { end };
            return Some(Tag { name, inside: &inside[cut..], end });
        }
    })
}

fn tag_end(html: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    for (index, letter) in html[from..].char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(from + index + 1),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn moves_the_loader_into_a_file() {
        let page = apply(
            "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><base href=\"./\">\
             <script type=\"module\">\nimport init from './app.js';if(1<2)init()\n</script></head><body></body></html>",
        )
        .expect("a page");
        let (name, text) = &page.scripts[0];
        assert!(
            page.html.contains(&format!("<script type=\"module\" src=\"{name}\"></script>")),
            "{}",
            page.html
        );
        assert_eq!(text, "import init from './app.js';if(1<2)init()\n");
        let policy = page.html.find("Content-Security-Policy").expect("a policy");
        assert!(policy < page.html.find("<meta charset").expect("kept"));
    }

    #[test]
    fn leaves_data_blocks_and_files_alone() {
        let html = "<head><script src=a.js></script><script type=application/json>{\"on\":1}</script>";
        assert!(apply(html).expect("a page").scripts.is_empty());
    }

    #[test]
    fn refuses_what_the_policy_would_break() {
        for bad in [
            "<head></head><body onload=\"go()\">",
            "<head><link rel=stylesheet href='https://example.org/a.css'>",
            "<head><script src=//example.org/a.js></script>",
            "<head><style>a{}</style>",
            "<head></head><p style='color:red'>",
            "<body></body>",
        ] {
            assert!(apply(bad).is_err(), "{bad}");
        }
        assert!(apply("<head></head><a href=https://kubernetes.io>docs</a>").is_ok());
    }
}
