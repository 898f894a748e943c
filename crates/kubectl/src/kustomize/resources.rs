//! The objects of a build: read from files, brought together, replaced and merged.
//!
//! Upstream: `api/resource/factory.go`, `api/resmap/reswrangler.go`

use podground_api::object::{self, array_at, map_at, set_at};
use podground_api::{Selector, yaml};
use regex_lite::Regex;
use serde_json::Value;

use super::resource::{Behavior, Id, Resource};

/// The objects of a text, those of lists one by one.
///
/// # Errors
/// Kustomize's sentences for what is no object.
pub(super) fn parse(text: &str) -> Result<Vec<Resource>, String> {
    let mut found = Vec::new();
    for (_, part) in yaml::documents(text) {
        let value = super::words::load(part).map_err(|why| format!("MalformedYAMLError: {why}"))?;
        if !value.is_null() {
            add(value, &mut found)?;
        }
    }
    Ok(found)
}

fn add(value: Value, found: &mut Vec<Resource>) -> Result<(), String> {
    if !value.is_object() {
        return Err("expected a mapping node as the root of a resource".to_owned());
    }
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(());
    }
    let kind = object::kind(&value);
    if kind.is_empty() {
        return Err(format!("missing kind in object {}", go_meta(&value)));
    }
    if kind.ends_with("List") && (value.get("items").is_some() || object::name(&value).is_empty()) {
        for item in array_at(&value, "/items") {
            add(item.clone(), found)?;
        }
        return Ok(());
    }
    if object::name(&value).is_empty() {
        return Err(format!("missing metadata.name in object {}", go_meta(&value)));
    }
    found.push(Resource::new(value));
    Ok(())
}

/// As Go prints kyaml's `ResourceMeta`.
fn go_meta(value: &Value) -> String {
    let map = |pointer: &str| {
        let pairs: Vec<String> =
            object::strings_at(value, pointer).map(|(key, value)| format!("{key}:{value}")).collect();
        format!("map[{}]", pairs.join(" "))
    };
    format!(
        "{{{{{} {}}} {{{{{} {}}} {} {}}}}}",
        object::api_version(value),
        object::kind(value),
        object::name(value),
        object::namespace(value),
        map("/metadata/labels"),
        map("/metadata/annotations")
    )
}

/// The objects of a build, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Resources(pub(super) Vec<Resource>);

impl Resources {
    /// Adds one that must not be there yet.
    pub(super) fn append(&mut self, resource: Resource) -> Result<(), String> {
        let id = resource.id();
        if self.0.iter().any(|other| other.id().is(&id)) {
            return Err(format!("may not add resource with an already registered id: {}", id.text()));
        }
        self.0.push(resource);
        Ok(())
    }

    /// Adds several.
    pub(super) fn append_all(&mut self, others: Vec<Resource>) -> Result<(), String> {
        others.into_iter().try_for_each(|other| self.append(other))
    }

    /// Where those are that are or were called so.
    pub(super) fn by_any_id(&self, id: &Id) -> Vec<usize> {
        let is = |resource: &Resource| resource.ids().iter().any(|known| known.is(id));
        (0..self.0.len()).filter(|&at| is(&self.0[at])).collect()
    }

    /// Takes in a generated object as its behaviour says.
    ///
    /// Upstream: `appendReplaceOrMerge`
    pub(super) fn absorb(&mut self, mut new: Resource) -> Result<(), String> {
        let id = new.id();
        let behavior = new.behavior;
        let replaces = matches!(behavior, Behavior::Merge | Behavior::Replace);
        match self.by_any_id(&id).as_slice() {
            [] if replaces => Err(format!("id {} does not exist; cannot merge or replace", id.go_syntax())),
            [] => self.append(new),
            [_] if !replaces => Err(format!(
                "id {} exists; can not use behavior: '{}', behavior must be merge or replace",
                id.go_syntax(),
                behavior.word()
            )),
            &[at] => {
                let old = &self.0[at];
                new.take_metadata(old);
                if behavior == Behavior::Merge {
                    for field in ["data", "binaryData"] {
                        let mut merged =
                            map_at(&old.value, &format!("/{field}")).cloned().unwrap_or_default();
                        merged.extend(map_at(&new.value, &format!("/{field}")).cloned().unwrap_or_default());
                        if !merged.is_empty() {
                            set_at(&mut new.value, &format!("/{field}"), merged.into());
                        }
                    }
                }
                self.0[at] = new;
                Ok(())
            }
            many => {
                let ids: Vec<String> = many.iter().map(|&at| self.0[at].id().text()).collect();
                Err(format!(
                    "found multiple objects [{}] that could accept merge of {}",
                    ids.join(" "),
                    id.text()
                ))
            }
        }
    }

    /// Where those are that a selector of a patch means.
    ///
    /// Upstream: `Select`, `api/types/selector.go`
    pub(super) fn select(&self, selector: &Value) -> Result<Vec<usize>, String> {
        let selector = Pattern::new(selector)?;
        let mut found = Vec::new();
        for (at, resource) in self.0.iter().enumerate() {
            let (original, current) = (resource.original(), resource.id());
            let fits =
                [&original, &current].iter().any(|id| selector.namespace.fits(id.effective_namespace()))
                    && [&original, &current].iter().any(|id| selector.name.fits(&id.name))
                    && selector.fits_gvk(&current)
                    && selector.fits_metadata(&resource.value);
            if fits {
                found.push(at);
            }
        }
        Ok(found)
    }
}

/// A regular expression that must fit as a whole; an empty one fits all.
pub(super) struct Anchored(Option<Regex>);

impl Anchored {
    fn new(pattern: &str) -> Result<Self, String> {
        if pattern.is_empty() {
            return Ok(Self(None));
        }
        Regex::new(&format!("^(?:{pattern})$"))
            .map(|regex| Self(Some(regex)))
            .map_err(|why| format!("error parsing regexp: {why}: `^(?:{pattern})$`"))
    }

    /// Whether it fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// The target of a patch or a replacement, its patterns read.
pub(super) struct Pattern {
    group: Anchored,
    version: Anchored,
    kind: Anchored,
    /// Of names.
    pub(super) name: Anchored,
    /// Of namespaces.
    pub(super) namespace: Anchored,
    labels: Option<Selector>,
    annotations: Option<Selector>,
}

impl Pattern {
    /// Reads a selector.
    pub(super) fn new(value: &Value) -> Result<Self, String> {
        let pattern =
            |field: &str| Anchored::new(value.get(field).and_then(Value::as_str).unwrap_or_default());
        let selector = |field: &str| match value.get(field).and_then(Value::as_str).unwrap_or_default() {
            "" => Ok(None),
            text => Selector::parse(text).map(Some),
        };
        Ok(Self {
            group: pattern("group")?,
            version: pattern("version")?,
            kind: pattern("kind")?,
            name: pattern("name")?,
            namespace: pattern("namespace")?,
            labels: selector("labelSelector")?,
            annotations: selector("annotationSelector")?,
        })
    }

    /// Whether group, version and kind fit.
    pub(super) fn fits_gvk(&self, id: &Id) -> bool {
        self.group.fits(&id.gvk.group) && self.version.fits(&id.gvk.version) && self.kind.fits(&id.gvk.kind)
    }

    /// Whether all that identifies an object fits.
    pub(super) fn fits_id(&self, id: &Id) -> bool {
        self.fits_gvk(id) && self.name.fits(&id.name) && self.namespace.fits(id.effective_namespace())
    }

    /// Whether labels and annotations fit.
    pub(super) fn fits_metadata(&self, value: &Value) -> bool {
        let fits = |selector: &Option<Selector>, pointer: &str| {
            selector.as_ref().is_none_or(|selector| selector.matches(map_at(value, pointer)))
        };
        fits(&self.labels, "/metadata/labels") && fits(&self.annotations, "/metadata/annotations")
    }
}
