//! What went wrong, told until it is put away.

use super::icon::{Icon, Shape};
use crate::actions::Context;
use crate::state::{Action, Notice, NoticeKind};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) notices: Vec<Notice>,
}

/// The notices.
#[component]
pub(crate) fn Notices(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let notices = props.notices.iter().map(|notice| {
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
                <Icon shape={Shape::Warn} />
                <div>
                    <p>{ text }</p>
                    if let Some(detail) = detail { <pre>{ detail }</pre> }
                </div>
                <button class="tool" type="button" aria-label={strings.close} onclick={dismiss}>
                    <Icon shape={Shape::Close} />
                </button>
            </div>
        }
    });
    html! { <div class="notices" role="alert">{ for notices }</div> }
}
