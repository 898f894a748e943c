//! What servers share: listening, the tasks of their connections, ending when asked to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::Poll;

use podground_shell::{Connection, Listener, NetworkError, Process, Signal};
use podground_sim::channel::Receiver;
use podground_sim::{Sim, Task};

/// Binds a port on all addresses.
pub(super) fn listen(process: &Process, port: u16) -> Result<Listener, NetworkError> {
    process.host.network.listen(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port))
}

/// The tasks that serve connections: they end with the program that holds this.
pub(super) struct Connections {
    sim: Sim,
    tasks: Vec<Task<()>>,
}

impl Connections {
    pub(super) fn new(sim: Sim) -> Self {
        Self { sim, tasks: Vec::new() }
    }

    pub(super) fn serve(&mut self, work: impl Future<Output = ()> + 'static) {
        self.tasks.retain(|task| !task.is_finished());
        self.tasks.push(self.sim.spawn(work));
    }
}

/// What happens next to a server.
pub(super) enum Next {
    /// Somebody has connected to the listener of this index.
    Connection(usize, Connection),
    /// A signal came.
    Signal(Signal),
}

/// Waits for a connection at one of the listeners, or for a signal.
pub(super) async fn next(listeners: &[Listener], signals: &Receiver<Signal>) -> Next {
    // The futures are kept between polls: a dropped one would take its waker along.
    let mut accepts: Vec<_> = listeners.iter().map(|listener| Box::pin(listener.incoming.recv())).collect();
    let accepted = std::future::poll_fn(|cx| {
        for (index, accept) in accepts.iter_mut().enumerate() {
            match accept.as_mut().poll(cx) {
                Poll::Ready(Ok(connection)) => return Poll::Ready(Next::Connection(index, connection)),
                // The network is gone; so will the process be.
                Poll::Ready(Err(_)) | Poll::Pending => {}
            }
        }
        Poll::Pending
    });
    let signalled = async {
        match signals.recv().await {
            Ok(signal) => Next::Signal(signal),
            Err(_) => std::future::pending().await,
        }
    };
    futures_lite::future::or(signalled, accepted).await
}

/// Accepts connections for ever and serves each by a task.
pub(super) async fn accept_loop<Work>(
    listeners: Vec<Listener>,
    signals: Receiver<Signal>,
    connections: &mut Connections,
    mut serve: impl FnMut(usize, Connection) -> Work,
) -> Signal
where
    Work: Future<Output = ()> + 'static,
{
    loop {
        match next(&listeners, &signals).await {
            Next::Signal(signal) => return signal,
            Next::Connection(index, connection) => connections.serve(serve(index, connection)),
        }
    }
}
