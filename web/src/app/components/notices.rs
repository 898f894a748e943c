//! What went wrong, told until it is put away.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::{Action, Notice, NoticeKind};
use yew::prelude::*;

/// The notices.
pub(crate) fn notices(context: &Context, notices: &[Notice]) -> Html {
    let strings = context.strings;
    let notices = notices.iter().map(|notice| {
        let (text, detail) = match &notice.kind {
            NoticeKind::StorageFull => (strings.notice_full, None),
            NoticeKind::StorageRefused => (strings.notice_refused, None),
            NoticeKind::Restored(message) => (strings.notice_restored, Some(message)),
            NoticeKind::Broken(message) => (strings.notice_broken, Some(message)),
            NoticeKind::Forgotten(message) => (strings.notice_forgotten, Some(message)),
            NoticeKind::Missing(message) => (strings.notice_missing, Some(message)),
            NoticeKind::Unreadable(message) => (strings.notice_unreadable, Some(message)),
        };
        let (context, id) = (context.clone(), notice.id);
        let dismiss = Callback::from(move |_| context.send(Action::Dismiss(id)));
        html! {
            <div class="notice" key={id}>
                { icon(Shape::Warn) }
                <div>
                    <p>{ text }</p>
                    if let Some(detail) = detail { <pre>{ detail }</pre> }
                </div>
                <button class="tool" type="button" aria-label={strings.close} onclick={dismiss}>
                    { icon(Shape::Close) }
                </button>
            </div>
        }
    });
    html! { <div class="notices" role="alert">{ for notices }</div> }
}
