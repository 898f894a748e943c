//! Programs that do next to nothing.

use podground_programs::http::{self, Response};
use podground_shell::{Process, Signal};

use super::serving::{Connections, accept_loop, listen};

/// `pause`: waits until it is asked to end.
pub(super) async fn pause(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let _ = signals.recv().await;
    0
}

/// Stands in for the program of an image that is not simulated: answers HTTP at `ports` and ends when asked to.
pub async fn stand_in(process: Process, image: String, ports: Vec<u16>) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int, Signal::Quit]);
    process
        .print(&format!("podground: {image} is not simulated in depth, this process stands in for it\n"))
        .await;
    let hostname = process.host.hostname.borrow().clone();
    let listeners: Vec<_> = ports.iter().filter_map(|port| listen(&process, *port).ok()).collect();
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(listeners, signals, &mut connections, |_, connection| {
        let body = format!("{image} on {hostname}\n");
        http::serve(connection, move |_, _| {
            let response = Response::new(200, body.clone()).with_header("Content-Type", "text/plain");
            async { response }
        })
    })
    .await;
    0
}
