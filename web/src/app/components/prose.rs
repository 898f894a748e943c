//! A lesson's blocks of text as elements.

use super::icon::{Shape, icon};
use crate::actions::Context;
use crate::state::{Action, Store};
use crate::strings::{Language, Strings, fill};
use podground_web::protocol::*;
use yew::prelude::*;

/// What the buttons in a text act on.
#[derive(Clone, PartialEq)]
pub(crate) struct Setting {
    pub(crate) language: Language,
    pub(crate) strings: &'static Strings,
    context: Context,
    terminals: Vec<TerminalId>,
}

impl Setting {
    /// As the page stands now.
    pub(crate) fn new(context: &Context, state: &Store) -> Self {
        Self {
            language: context.language,
            strings: context.strings,
            context: context.clone(),
            terminals: state.terminals.clone(),
        }
    }
}

/// Blocks, one under the other.
pub(crate) fn blocks(blocks: &[Block], setting: &Setting) -> Html {
    blocks.iter().map(|item| block(item, setting)).collect()
}

fn block(block: &Block, setting: &Setting) -> Html {
    match block {
        Block::Paragraph { text } => html! { <p>{ inlines(text) }</p> },
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| html! { <li>{ blocks(item, setting) }</li> });
            if *ordered {
                html! { <ol>{ for items }</ol> }
            } else {
                html! { <ul>{ for items }</ul> }
            }
        }
        Block::Console { terminal, host, entries } => console(*terminal, host.as_deref(), entries, setting),
        Block::Code { language, file, text } => code(language, file.as_deref(), text, setting),
        Block::Aside { kind: AsideKind::Note, title, blocks: inside } => html! {
            <aside class="aside">
                if !title.is_empty() { <p class="aside-title">{ inlines(title) }</p> }
                { blocks(inside, setting) }
            </aside>
        },
        Block::Aside { kind: AsideKind::Predict, title, blocks: inside } => html! {
            <details class="aside is-question">
                <summary>
                    <span>{ inlines(title) }</span>
                    <small>{ setting.strings.predict_answer }</small>
                </summary>
                { blocks(inside, setting) }
            </details>
        },
    }
}

fn console(terminal: u32, host: Option<&str>, entries: &[ConsoleEntry], setting: &Setting) -> Html {
    let lines = entries.iter().map(|entry| {
        let typing = {
            let (setting, text) = (setting.clone(), entry.command.clone());
            Callback::from(move |_: MouseEvent| {
                setting.context.type_command(&setting.terminals, terminal, &format!("{text}\r"));
            })
        };
        html! {
            <>
                <div class="console-line">
                    <code><span class="prompt" aria-hidden="true">{ "$ " }</span>{ words(&entry.command) }</code>
                    <button class="tool" type="button" aria-label={setting.strings.type_it}
                        title={setting.strings.type_it} onclick={typing}>{ icon(Shape::Type) }</button>
                </div>
                if !entry.output.is_empty() { <pre class="console-output">{ entry.output.clone() }</pre> }
            </>
        }
    });
    let place = match host {
        Some(host) => Some(host.to_owned()),
        None if terminal > 1 => Some(fill(setting.strings.terminal_number, &[("n", &terminal)])),
        None => None,
    };
    html! {
        <div class="console">
            if let Some(place) = place { <span class="console-place">{ place }</span> }
            { for lines }
        </div>
    }
}

/// A command breaks between its words only: a flag torn at its hyphens reads like another one.
fn words(command: &str) -> Html {
    command.split_inclusive(' ').map(|word| html! { <span>{ word.to_owned() }</span> }).collect()
}

/// A sentence with code between back-ticks.
pub(crate) fn message(text: &str) -> Html {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| {
            if index % 2 == 1 {
                html! { <code>{ part.to_owned() }</code> }
            } else {
                html! { part }
            }
        })
        .collect()
}

fn code(language: &str, file: Option<&str>, text: &str, setting: &Setting) -> Html {
    let head = file.map(|file| {
        let put = {
            let (setting, path) = (setting.clone(), format!("{HOME}/{file}"));
            let text = format!("{text}\n");
            Callback::from(move |_: MouseEvent| {
                let message = ToWorker::WriteFile { path: path.clone(), text: text.clone() };
                setting.context.engine.post(&message);
                setting.context.send(Action::OpenFile(path.clone()));
            })
        };
        html! {
            <div class="code-head">
                <span>{ file.to_owned() }</span>
                <button class="button is-quiet" type="button" onclick={put}>
                    { fill(setting.strings.put_file, &[("file", &file)]) }
                </button>
            </div>
        }
    });
    html! {
        <div class="code-block">
            { head.unwrap_or_default() }
            <pre tabindex="0" data-language={language.to_owned()}><code>{ text.to_owned() }</code></pre>
        </div>
    }
}

/// Running text.
pub(crate) fn inlines(inlines: &[Inline]) -> Html {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text { text } => html! { { text.clone() } },
            Inline::Code { text } => html! { <code>{ text.clone() }</code> },
            Inline::Strong { children } => html! { <strong>{ self::inlines(children) }</strong> },
            Inline::Emphasis { children } => html! { <em>{ self::inlines(children) }</em> },
            Inline::Link { href, children } => html! {
                <a href={href.clone()} target="_blank" rel="noopener">{ self::inlines(children) }</a>
            },
        })
        .collect()
}
