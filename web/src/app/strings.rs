//! What the page says, in one table per language.
//!
//! A missing entry does not compile; a test compares what the entries leave to be filled in.

mod en;
mod ko;

use serde::{Deserialize, Serialize};

/// A language of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Korean.
    Ko,
    /// English.
    En,
}

impl Language {
    /// All, with their own names.
    pub(crate) const ALL: [(Self, &'static str); 2] = [(Self::Ko, "한국어"), (Self::En, "English")];

    /// The language of a tag such as `ko-KR`.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Its tag.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// Its name in one or two letters.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Ko => "한",
            Self::En => "EN",
        }
    }

    /// Its table.
    pub(crate) fn strings(self) -> &'static Strings {
        match self {
            Self::Ko => &ko::STRINGS,
            Self::En => &en::STRINGS,
        }
    }

    /// The text in this language.
    pub(crate) fn of<T>(self, text: &podground_web::protocol::Bilingual<T>) -> &T {
        match self {
            Self::Ko => &text.ko,
            Self::En => &text.en,
        }
    }
}

/// Fills in the gaps of an entry: `fill("line {n}", &[("n", &3)])`.
pub(crate) fn fill(entry: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    values.iter().fold(entry.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), &value.to_string())
    })
}

/// Declares the table and, for the test, a way to walk it.
macro_rules! table {
    ($($name:ident),* $(,)?) => {
        /// All that the page says.
        #[derive(Debug, PartialEq)]
        pub(crate) struct Strings {
            $(pub(crate) $name: &'static str,)*
        }

        #[cfg(test)]
        impl Strings {
            fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

table! {
    app_name,
    skip_to_terminal,
    sandbox,
    sandbox_about,
    lessons,
    lesson_number,
    all_lessons,
    minutes,
    solved,
    language,
    theme,
    theme_auto,
    theme_light,
    theme_dark,
    help,
    reset,
    reset_question,
    reset_about,
    reset_do,
    cancel,
    close,
    fold,
    unfold,
    pane_lesson,
    pane_terminal,
    pane_editor,
    pane_picture,
    resize,
    upper_pane,
    terminal_number,
    terminals,
    new_terminal,
    close_terminal,
    starting,
    terminal_failed,
    editor_failed,
    files,
    no_files,
    new_file,
    file_name,
    create,
    save,
    saved,
    unsaved,
    apply,
    apply_about,
    loading,
    problems,
    one_problem,
    no_problems,
    line,
    editor_label,
    editor_empty,
    namespaces,
    namespaces_learner,
    namespaces_all,
    selector,
    selector_hint,
    selector_matches,
    selector_matches_one,
    picture_as,
    as_picture,
    as_table,
    services,
    service_selects,
    service_selects_one,
    no_selector,
    waiting_area,
    control_plane,
    node_hidden,
    node_more,
    nodes_more,
    node_empty,
    node_label,
    pod_label,
    pod,
    service,
    container_label,
    restarts,
    labels_more,
    light_up,
    empty_cluster,
    empty_try,
    legend,
    health_waiting,
    health_starting,
    health_ready,
    health_done,
    health_failing,
    health_leaving,
    column_name,
    column_namespace,
    column_status,
    column_node,
    column_labels,
    column_containers,
    column_address,
    column_pods,
    table_nodes,
    table_pods,
    table_services,
    table_hops,
    column_from,
    column_through,
    column_to,
    column_port,
    column_result,
    hop_workstation,
    hop_delivered,
    hop_refused,
    hop_unreachable,
    hop_lost,
    hop_forbidden,
    detail_describe,
    detail_yaml,
    detail_events,
    detail_none,
    detail_close,
    node_off,
    switch_off,
    switch_on,
    clock,
    clock_elapsed,
    pause,
    resume,
    speed,
    skip_quiet,
    step_done,
    step_current,
    goal,
    hint_show,
    hint_next,
    hint_number,
    type_it,
    put_file,
    predict_answer,
    checks_missing,
    next_lesson,
    lesson_solved,
    steps_done,
    notice_full,
    notice_refused,
    notice_restored,
    notice_broken,
    notice_forgotten,
    notice_missing,
    notice_unreadable,
    help_panes,
    help_copy,
    help_interrupt,
    help_complete,
    help_save,
    help_apply,
    help_leave_editor,
    help_divider,
    screen_reader,
    about,
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn gaps(text: &str) -> Vec<&str> {
        let mut gaps: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        gaps.sort_unstable();
        gaps
    }

    #[test]
    fn both_languages_say_the_same_things() {
        for ((name, ko), (_, en)) in
            Language::Ko.strings().entries().into_iter().zip(Language::En.strings().entries())
        {
            assert!(!ko.is_empty() && !en.is_empty(), "{name} is empty");
            assert_eq!(gaps(ko), gaps(en), "{name} leaves different gaps");
        }
    }

    #[test]
    fn gaps_are_filled() {
        assert_eq!(fill("{n} of {all}", &[("n", &1), ("all", &"two")]), "1 of two");
    }

    #[test]
    fn browsers_languages_are_understood() {
        assert_eq!(Language::from_code("ko-KR"), Some(Language::Ko));
        assert_eq!(Language::from_code("EN_us"), Some(Language::En));
        assert_eq!(Language::from_code("fr"), None);
    }
}
