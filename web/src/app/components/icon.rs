//! Small line icons, drawn in the text's colour.

use yew::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Add,
    Apply,
    Chevron,
    Close,
    Dark,
    File,
    Fold,
    Help,
    Light,
    List,
    Pause,
    Play,
    Power,
    Reset,
    Save,
    Skip,
    Tick,
    Type,
    Auto,
    Warn,
}

/// An icon. It is decoration: what it is on carries the words.
pub(crate) fn icon(shape: Shape) -> Html {
    let path = match shape {
        Shape::Add => "M8 3v10M3 8h10",
        Shape::Apply => "M8 13V4M4.5 7.5 8 4l3.5 3.5M3 2h10",
        Shape::Chevron => "M4 6l4 4 4-4",
        Shape::Close => "M4 4l8 8M12 4l-8 8",
        Shape::Dark => "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
        Shape::File => "M4 2h5l3 3v9H4zM9 2v3h3",
        Shape::Fold => "M2.5 3h11v10h-11zM6 3v10",
        Shape::Help => {
            "M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 11.6v.2M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z"
        }
        Shape::Light => {
            "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13"
        }
        Shape::List => "M6 4h8M6 8h8M6 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
        Shape::Pause => "M5.5 3.5v9M10.5 3.5v9",
        Shape::Play => "M5 3l8 5-8 5z",
        Shape::Power => "M8 2v6M4.8 4.2a5 5 0 1 0 6.4 0",
        Shape::Reset => "M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5h2.5",
        Shape::Save => "M3 3h8l2 2v8H3zM5.5 3v3.5h5V3M5.5 13V9.5h5V13",
        Shape::Skip => "M3 3.5l5 4.5-5 4.5zM8.5 3.5l5 4.5-5 4.5z",
        Shape::Tick => "M3 8.5l3.2 3.2L13 5",
        Shape::Type => "M3 4l3.5 3.5L3 11M8 12h5",
        Shape::Auto => "M8 14.5a6.5 6.5 0 1 0 0-13zM8 1.5a6.5 6.5 0 0 0 0 13",
        Shape::Warn => "M8 2.2 14.3 13H1.7zM8 6.5v3M8 11.3v.2",
    };
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
