//! Sizes of the panes, and moving the keyboard among them.

use super::js;
use super::state::Pane;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A border between panes that can be dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    /// Right of the lesson.
    Lesson,
    /// Above the editor.
    Editor,
    /// Left of the picture.
    Picture,
}

impl Split {
    /// All.
    pub(crate) const ALL: [Self; 3] = [Self::Lesson, Self::Editor, Self::Picture];

    /// The pane whose size it sets.
    pub(crate) fn pane(self) -> Pane {
        match self {
            Self::Lesson => Pane::Lesson,
            Self::Editor => Pane::Editor,
            Self::Picture => Pane::Picture,
        }
    }

    /// Whether it is dragged up and down.
    pub(crate) fn vertical(self) -> bool {
        self == Self::Editor
    }

    /// The style sheet's variable for the size.
    pub(crate) fn variable(self) -> String {
        format!("--{}-size", self.pane().key())
    }

    /// Whether the pane grows when the border moves right or down.
    pub(crate) fn grows_forward(self) -> bool {
        self == Self::Lesson
    }

    /// The pane's size now, and the most it may have.
    pub(crate) fn measure(self) -> Option<(f64, f64)> {
        let pane = js::find(&format!(".pane-{}", self.sized_pane()))?;
        let whole = js::find(".panes")?;
        Some(if self.vertical() {
            (f64::from(pane.offset_height()), f64::from(whole.offset_height()) - 120.0)
        } else {
            (f64::from(pane.offset_width()), f64::from(whole.offset_width()) - 280.0)
        })
    }

    /// On a phone the lower pane is the terminal.
    fn sized_pane(self) -> &'static str {
        if self.vertical() && js::media("(max-width: 720px)") { "terminal" } else { self.pane().key() }
    }
}

/// The least size of a pane.
pub(crate) const LEAST: f64 = 96.0;

/// The dragged size of each split, if there is one.
pub(crate) fn sizes(kept: &[(String, f64)]) -> Vec<(String, f64)> {
    kept.iter()
        .filter(|(name, size)| Split::ALL.iter().any(|split| split.variable() == *name) && size.is_finite())
        .cloned()
        .collect()
}

/// Puts the sizes into the style sheet's variables. Through the CSSOM: the policy forbids style attributes.
pub(crate) fn apply(sizes: &[(String, f64)]) {
    let style = js::root().style();
    for (name, size) in sizes {
        // A variable with a fixed name can always be set.
        let _ = style.set_property(name, &format!("{}px", *size as i32));
    }
}

fn pane_element(pane: Pane) -> Option<HtmlElement> {
    js::find(&format!(".pane-{}", pane.key())).filter(|element| element.offset_width() > 0)
}

/// Puts the keyboard into a pane: on what was marked for it, else on its first control, else on itself.
pub(crate) fn focus_pane(pane: Pane) {
    let Some(element) = pane_element(pane) else { return };
    let inner = |selector: &str| element.query_selector(selector).ok().flatten();
    let editor = inner(".editor-host")
        .and_then(|host| host.shadow_root())
        .and_then(|root| root.query_selector(".cm-content").ok().flatten());
    let target: Option<Element> = editor
        .or_else(|| inner(".terminal-host:not([hidden]) textarea"))
        .or_else(|| inner("[data-focus]"))
        .or_else(|| inner("button, [href], input, select, [tabindex='0']"));
    let target = target.unwrap_or_else(|| element.clone().unchecked_into());
    // An element that cannot take the keyboard leaves it where it was.
    let _ = target.unchecked_into::<HtmlElement>().focus();
}

/// Moves the keyboard to the next pane, or the one before.
pub(crate) fn focus_next(back: bool) {
    let present: Vec<Pane> = Pane::ALL.into_iter().filter(|pane| pane_element(*pane).is_some()).collect();
    if present.is_empty() {
        return;
    }
    let active = js::document().active_element();
    let here = present.iter().position(|pane| {
        pane_element(*pane).is_some_and(|element| element.contains(active.as_deref().map(AsRef::as_ref)))
    });
    let count = present.len();
    let next = match here {
        Some(here) if back => (here + count - 1) % count,
        Some(here) => (here + 1) % count,
        None => 0,
    };
    focus_pane(present[next]);
}
