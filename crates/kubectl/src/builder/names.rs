//! The words `TYPE NAME…`, `TYPE/NAME…`, `TYPE1,TYPE2`.

use super::Query;
use crate::context::Context;
use crate::error::{Error, Result};

/// What the words name.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Types that stand alone or before names.
    pub(crate) types: Vec<String>,
    /// Names after a type.
    pub(crate) names: Vec<String>,
    /// `TYPE/NAME`
    pub(crate) pairs: Vec<(String, String)>,
    /// Whether the types stand alone and mean all their objects.
    pub(crate) everything: bool,
}

/// Reads the words.
///
/// Upstream: `builder.go ResourceTypeOrNameArgs`
pub(crate) async fn parse(cx: &Context, query: &Query) -> Result<Selection> {
    let mut selection = Selection::default();
    if let Some(resource) = query.resource {
        for word in &query.words {
            match split_pair(word)? {
                Some(pair) => selection.pairs.push(pair),
                None => selection.pairs.push((resource.to_owned(), word.clone())),
            }
        }
        if selection.pairs.is_empty() && (query.labels.is_some() || query.all) {
            selection.types.push(resource.to_owned());
        }
        return Ok(selection);
    }
    let words = several_types(&query.words);
    let slashes = words.iter().filter(|word| word.contains('/')).count();
    if slashes > 0 {
        if slashes != words.len() {
            return Err(Error::local(
                "there is no need to specify a resource type as a separate argument when passing arguments in \
                 resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
                 resource/<resource_name>'",
            ));
        }
        for word in &words {
            selection.pairs.extend(split_pair(word)?);
        }
        return Ok(selection);
    }
    let Some((first, names)) = words.split_first() else { return Ok(selection) };
    selection.types = types_of(cx, first).await?;
    selection.names = names.to_vec();
    selection.everything = names.is_empty() && query.labels.is_none() && query.type_is_enough;
    Ok(selection)
}

/// `a,b c d` means `a/c a/d b/c b/d`.
fn several_types(words: &[String]) -> Vec<String> {
    if words.len() >= 2 {
        let types = split_types(&words[0]);
        if types.len() > 1 {
            return types
                .iter()
                .flat_map(|kind| words[1..].iter().map(move |name| format!("{kind}/{name}")))
                .collect();
        }
    }
    words.to_vec()
}

/// The parts of `TYPE1,TYPE2`, each once.
pub(crate) fn split_types(word: &str) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for part in word.split(',') {
        if !types.iter().any(|known| known == part) {
            types.push(part.to_owned());
        }
    }
    types
}

fn split_pair(word: &str) -> Result<Option<(String, String)>> {
    if !word.contains('/') {
        return Ok(None);
    }
    let parts: Vec<&str> = word.split('/').collect();
    let [kind, name] = parts[..] else {
        return Err(Error::local("arguments in resource/name form may not have more than one slash"));
    };
    if kind.is_empty() || name.is_empty() || split_types(kind).len() != 1 {
        return Err(Error::local("arguments in resource/name form must have a single resource and name"));
    }
    Ok(Some((kind.to_owned(), name.to_owned())))
}

/// The types of a word, categories such as `all` replaced by what is in them.
async fn types_of(cx: &Context, word: &str) -> Result<Vec<String>> {
    let mapper = cx.mapper().await?;
    let mut types: Vec<String> = Vec::new();
    for part in word.split(',') {
        let members = mapper.category(part);
        if members.is_empty() {
            types.push(part.to_owned());
        } else {
            types.extend(members.iter().map(|mapping| mapping.group_resource()));
        }
    }
    let mut unique: Vec<String> = Vec::new();
    for kind in types {
        if !unique.contains(&kind) {
            unique.push(kind);
        }
    }
    Ok(unique)
}
