//! Masking what a cluster makes up: ages, times, UIDs, addresses, random names.

use std::sync::OnceLock;

use fancy_regex::Regex;
use libtest_mimic::Failed;

/// The characters of generated names.
const RANDOM: &str = "bcdfghjklmnpqrstvwxz2456789";

/// Patterns and what stands in their place, in order; `@R` is a class of [`RANDOM`].
const MASKS: &[(&str, &str)] = &[
    (r"/tmp/[\w./-]+", "<tmpfile>"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uid>"),
    (r"\b(sha256:)?[0-9a-f]{64}\b", "<sha>"),
    (r"\bcontainerd://\S+", "<containerid>"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<time>"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4}( [A-Z]{3})?", "<time>"),
    (
        r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
        "<time>",
    ),
    (r"\b10\.244\.\d+\.\d+(/24)?\b", "<podip>"),
    (r"\b10\.(9[6-9]|10\d|11[01])\.\d+\.\d+\b", "<clusterip>"),
    (r"\b172\.18\.0\.[2-5]\b", "<nodeip>"),
    (r"\bnode-[123]\b", "<node>"),
    (r"(?<=:)3[0-2]\d{3}(?=/(TCP|UDP|SCTP)\b)", "<nodeport>"),
    (r"(?<=nodePort: )3[0-2]\d{3}\b", "<nodeport>"),
    (r#"(?<="nodePort": )3[0-2]\d{3}\b"#, "<nodeport>"),
    (r"(NodePort:\s+\S+\s+)3[0-2]\d{3}(?=/)", "${1}<nodeport>"),
    (r#"(resourceVersion"?: ?)"?\d+"?"#, "${1}<rv>"),
    (r#"(pod-template-hash"?[=:] ?)"?@R{6,10}"?"#, "${1}<hash>"),
    (r#"(controller-revision-hash"?[=:] ?)"?([a-z0-9-]*-)?@R{6,10}"?"#, "${1}<hash>"),
    (r"-@R{8,10}-@R{5}\b", "-<hash>-<rand>"),
    (r"(?<=[a-z0-9])-(?=[a-z0-9]*\d[a-z0-9]*\b)@R{8,10}\b", "-<hash>"),
    (r"(?<=[a-z0-9])-\d{8}\b", "-<cronstamp>"),
    (r"kube-api-access-@R{5}\b", "kube-api-access-<rand>"),
    (r"(?<=-)@R{5}\b", "<rand>"),
    (r"\b(\d+y)?(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?(ms|µs|s))\b(?! ?grace)", "<age>"),
    (r"\b(\d+y)(\d+d)?\b|\b(\d+d)(\d+h)?\b|\b(\d+h)(\d+m)?\b|\b\d+m(?=\s|\)|$)", "<age>"),
    (r"<invalid>|<unknown>(?= *$)", "<age>"),
    (r"\(x\d+ over <age>\)", "(xN over <age>)"),
    (r"Image size: \d+ bytes", "Image size: <n> bytes"),
    (r"/[\w./-]*/\.kube/config", "<kubeconfig>"),
    (r"https://(127\.0\.0\.1|172\.18\.0\.2|localhost|control-plane):\d+", "https://<apiserver>"),
];

fn masks() -> &'static [(Regex, &'static str)] {
    static COMPILED: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let compile = |pattern: &str| Regex::new(&pattern.replace("@R", &format!("[{RANDOM}]")));
        MASKS.iter().map(|(pattern, mask)| (compile(pattern).expect("a pattern of ours"), *mask)).collect()
    })
}

fn mask(line: &str) -> String {
    masks()
        .iter()
        .fold(line.to_owned(), |line, (pattern, mask)| pattern.replace_all(&line, *mask).into_owned())
}

/// Runs of blanks become two.
fn fold(line: &str) -> String {
    static BLANKS: OnceLock<Regex> = OnceLock::new();
    let blanks = BLANKS.get_or_init(|| Regex::new(r" {2,}|\t+").expect("a pattern of ours"));
    blanks.replace_all(line, "  ").trim_end().to_owned()
}

/// The lines after masking; in a block of adjacent lines where one was masked, blanks are folded.
pub(crate) fn canonical(lines: &[String]) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    for (index, block) in lines.split(|line| line.trim().is_empty()).enumerate() {
        if index > 0 {
            result.push(String::new());
        }
        let masked: Vec<String> = block.iter().map(|line| mask(line)).collect();
        let touched = masked.iter().zip(block).any(|(masked, line)| masked != line);
        result
            .extend(masked.iter().map(|line| if touched { fold(line) } else { line.trim_end().to_owned() }));
    }
    while result.last().is_some_and(String::is_empty) {
        result.pop();
    }
    result
}

/// A test of the masks themselves: what must differ still differs.
pub(crate) fn masks_what_a_cluster_makes_up() -> Result<(), Failed> {
    let lines = |text: &str| canonical(&text.lines().map(str::to_owned).collect::<Vec<_>>());
    let same = [
        (
            "web-7887448d46-5m75h   1/1     Running   0          3s",
            "web-9c6b5d4f87-x2xk9  1/1  Running  0  12s",
        ),
        ("uid: a6f5f427-fd4c-4606-b6e2-3421d958abb2", "uid: b6f5f427-fd4c-4606-b6e2-3421d958abb2"),
    ];
    let different =
        [("web   1/1   Running   0   3s", "web   0/1   Running   0   3s"), ("a  b", "a b"), ("x", "x\n\ny")];
    for (left, right) in same {
        if lines(left) != lines(right) {
            return Err(format!("{:?} and {:?} should be the same", lines(left), lines(right)).into());
        }
    }
    for (left, right) in different {
        if lines(left) == lines(right) {
            return Err(format!("{left:?} and {right:?} should differ").into());
        }
    }
    Ok(())
}
