//! `less` and `more`: a text page by page. Where the output is no terminal the text passes through.

mod options;
mod pager;
mod view;

use std::rc::Rc;

use podground_shell::{Fd, Modes, Process, Terminal};

use crate::stream::{Input, Output};
use crate::vi::keys::Keys;
use options::Options;
use pager::{Pager, Request};

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let options = match options::read(process) {
        Ok(options) => options,
        Err(message) => {
            process.eprint(&format!("{message}\n")).await;
            return Err(1);
        }
    };
    let mut out = Output::new(process);
    let mut texts = Vec::new();
    let mut status = 0;
    if options.files.is_empty() {
        if process.is_terminal(0) {
            let name = process.name();
            process.eprint(&format!("Missing filename (\"{name} --help\" for help)\n")).await;
            return Err(1);
        }
        texts.push((String::new(), Input::standard()));
    }
    let terminal = process.terminal().filter(|_| process.is_terminal(1));
    for name in &options.files {
        let opened = if crate::files::is_directory(process, name) {
            Err(format!("{name} is a directory\n"))
        } else {
            Input::open(process, name).map_err(|error| format!("{name}: {error}\n"))
        };
        match opened {
            Ok(input) => texts.push((name.clone(), input)),
            // Where the text passes through the complaint does as well.
            Err(message) if terminal.is_none() => out.push(message),
            Err(message) => {
                process.eprint(&message).await;
                status = 1;
            }
        }
    }
    match terminal {
        Some(terminal) if !texts.is_empty() => {
            Session { out, terminal, inputs: texts, current: 0 }.run(options).await?;
            Ok(status)
        }
        _ => {
            for (_, input) in &mut texts {
                while let Ok(bytes) = input.chunk(&mut out).await {
                    if bytes.is_empty() || out.failed() {
                        break;
                    }
                    out.write(bytes).await;
                }
            }
            Ok(out.finish(status).await)
        }
    }
}

struct Session<'a> {
    out: Output<'a>,
    terminal: Rc<Terminal>,
    inputs: Vec<(String, Input)>,
    current: usize,
}

/// What happened while the pager waited.
enum Event {
    Keys(Vec<u8>),
    Text(Vec<u8>),
    Resized,
}

impl Session<'_> {
    async fn run(mut self, options: Options) -> Result<u8, u8> {
        let alone = self.inputs.len() == 1;
        let mut pager = Pager::new(self.inputs[0].0.clone(), options, alone);
        // With -F what fits on a screen is printed and that is all.
        if pager.options.quit_if_short && alone {
            let rows = usize::from(self.terminal.size().rows);
            while !pager.complete && pager.lines() < rows {
                let bytes = self.inputs[0].1.chunk(&mut self.out).await.unwrap_or_default();
                pager.add(&bytes);
            }
            if pager.complete && pager.fits(self.terminal.size()) {
                let text = pager.all();
                self.terminal.write(text.as_bytes()).await;
                return Ok(0);
            }
        }
        let modes = self.terminal.set_modes(Modes::RAW);
        if !pager.options.no_clear {
            self.terminal.write(b"\x1b[?1049h\x1b[2J").await;
        }
        let mut keys = Keys::default();
        'paging: loop {
            let picture = pager.draw(self.terminal.size());
            if !pager.wants_more() || pager.shows_progress() {
                self.terminal.write(picture.as_bytes()).await;
            }
            match self.event(&pager).await {
                Event::Resized => {}
                Event::Text(bytes) => pager.add(&bytes),
                Event::Keys(bytes) if bytes.is_empty() => break,
                Event::Keys(bytes) => {
                    for key in keys.feed(&bytes) {
                        match pager.key(key) {
                            None => {}
                            Some(Request::Quit) => break 'paging,
                            Some(Request::Other(step)) => {
                                let next = self.current as isize + step;
                                if let Some((name, _)) =
                                    usize::try_from(next).ok().and_then(|at| self.inputs.get(at))
                                {
                                    let name = name.clone();
                                    self.current = next as usize;
                                    if let Ok(input) = Input::open(self.out.process, &name) {
                                        self.inputs[self.current].1 = input;
                                    }
                                    pager = Pager::new(name, pager.options, false);
                                } else {
                                    pager.message =
                                        if step > 0 { "No next file" } else { "No previous file" }.to_owned();
                                }
                            }
                        }
                    }
                }
            }
        }
        let rows = self.terminal.size().rows;
        let leave =
            if pager.options.no_clear { format!("\x1b[{rows};1H\x1b[K") } else { "\x1b[?1049l".to_owned() };
        self.terminal.write(leave.as_bytes()).await;
        drop(modes);
        Ok(0)
    }

    /// Waits for a key, for more of the text where that is wanted, or for another size.
    async fn event(&mut self, pager: &Pager) -> Event {
        let terminal = self.terminal.clone();
        let resized = terminal.resized.generation();
        let key = async {
            // Keys come from the terminal even where the text comes from a pipe.
            let bytes = match self.out.process.fds.get(&0) {
                Some(Fd::Terminal(_)) => self.out.process.read(0, 4096).await.unwrap_or_default(),
                _ => terminal.read(4096).await,
            };
            Event::Keys(bytes)
        };
        let resize = async {
            terminal.resized.wait_after(resized).await;
            Event::Resized
        };
        let waits = futures_lite::future::or(key, resize);
        if !pager.wants_more() {
            return waits.await;
        }
        let mut out = Output::new(self.out.process);
        let follow = pager.follows();
        let input = &mut self.inputs[self.current].1;
        let text = async {
            loop {
                let bytes = input.chunk(&mut out).await.unwrap_or_default();
                if !bytes.is_empty() || !follow {
                    return Event::Text(bytes);
                }
                out.process.host.sim.sleep(std::time::Duration::from_secs(1)).await;
                input.resume();
            }
        };
        futures_lite::future::or(waits, text).await
    }
}
