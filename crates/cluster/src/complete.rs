//! Completing the words of tools whose commands are a list of paths: `gcloud compute instances list`.

use std::collections::BTreeSet;
use std::rc::Rc;

use podground_shell::{Candidate, Completer, Completion, CompletionRequest};

/// A completer for commands of one or more words; behind them come names of files.
pub(crate) fn by_paths(paths: Vec<&'static str>) -> Completer {
    Rc::new(move |request: CompletionRequest| {
        let typed = request.words.get(1..request.current).unwrap_or_default();
        let next = next_words(&paths, typed);
        let answer = if next.is_empty() {
            Completion::Files
        } else {
            Completion::Candidates(next.into_iter().map(Candidate::new).collect())
        };
        Box::pin(async move { answer })
    })
}

/// The words that may follow those that were typed.
fn next_words<'a>(paths: &[&'a str], typed: &[String]) -> BTreeSet<&'a str> {
    let follows = |path: &&'a str| {
        let mut words = path.split(' ');
        typed.iter().all(|word| words.next() == Some(word)).then(|| words.next()).flatten()
    };
    paths.iter().filter_map(follows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_words() {
        let paths = ["compute instances list", "compute firewall-rules list", "config set"];
        let next = |typed: &[&str]| {
            let typed: Vec<String> = typed.iter().map(|word| (*word).to_owned()).collect();
            next_words(&paths, &typed).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(next(&[]), ["compute", "config"]);
        assert_eq!(next(&["compute"]), ["firewall-rules", "instances"]);
        assert!(next(&["config", "set"]).is_empty() && next(&["nope"]).is_empty());
    }
}
