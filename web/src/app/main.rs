//! The page: a Yew application that shows what the engine's worker tells it.

mod actions;
mod app;
mod components;
mod engine;
mod js;
mod layout;
mod state;
mod storage;
mod strings;

fn main() {
    yew::Renderer::<app::App>::with_root(js::app_root()).render();
}
