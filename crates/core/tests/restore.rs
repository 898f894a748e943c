//! A session that is made again from its journal is the same session.

use std::time::Duration;

use podground_core::journal::Journal;
use podground_core::session::{Session, SessionConfig, Step, TerminalId};

/// What `kubectl explain` tells. Read from where the page fetches it.
static DESCRIPTIONS: &str = include_str!("../../api/schema/descriptions.txt");

fn config() -> SessionConfig {
    SessionConfig { start: 1_767_225_600, nodes: 3, ..SessionConfig::default() }
}

/// What the page sees of a session: all that its terminals were sent, and how far the time is.
#[derive(Debug, PartialEq)]
struct Seen {
    time: u64,
    trace: u64,
    terminals: Vec<(TerminalId, String)>,
}

fn seen(session: &mut Session) -> Seen {
    let terminals = session.terminals().into_iter();
    let terminals =
        terminals.map(|id| (id, String::from_utf8_lossy(&session.take_output(id)).into_owned())).collect();
    Seen { time: session.now().0, trace: session.trace_hash(), terminals }
}

/// The journal goes through its text, as it does in the page's storage.
fn restored(session: &Session, descriptions: Option<&'static str>) -> Session {
    let mut journal = Journal::from_json(&session.journal().to_json()).expect("a journal's own text");
    journal.config.descriptions = descriptions;
    Session::restore(&journal)
}

#[test]
fn all_that_a_learner_does_comes_again() {
    let mut session = Session::new(config());
    let first = session.open_terminal(80, 24);
    let wait = |session: &mut Session, millis| session.advance(Duration::from_millis(millis));
    wait(&mut session, 30);
    session.input(first, b"kubectl create deployment web --image=nginx --replicas=3\r");
    wait(&mut session, 17);
    let second = session.open_terminal(100, 30);
    session.input(second, b"kubectl get pods -w\r");
    wait(&mut session, 1234);
    assert_eq!(session.write_file("a.txt", "한글\n"), Ok(()));
    session.input(first, b"cat a.txt\r");
    session.resize_terminal(first, 60, 20);
    session.skip_until_quiet();
    session.switch_node("node-1", true);
    wait(&mut session, 60_000);
    session.switch_node("node-1", false);
    session.input(second, b"\x03exit\r");
    wait(&mut session, 700);
    session.close_terminal(second);
    session.input(first, b"kubectl get nodes,pods -o wide\r");
    // In the midst of the command's work.
    wait(&mut session, 9);
    session.input(first, b"echo $?\r");
    wait(&mut session, 2000);

    let mut again = restored(&session, None);
    let behind = session.now().0 - again.now().0;
    again.advance(Duration::from_nanos(behind));
    assert_eq!(seen(&mut again), seen(&mut session));
}

#[test]
fn descriptions_that_come_late_change_nothing() {
    // They are asked for while the clock runs ahead: the run stops, and goes on when they are there.
    let mut session = Session::new(config());
    let terminal = session.open_terminal(80, 24);
    session.advance(Duration::from_millis(50));
    session.input(
        terminal,
        b"kubectl run web --image=nginx; sleep 1; kubectl explain pod.spec.hostname; date\r",
    );
    session.advance(Duration::from_millis(500));
    session.skip_until_quiet();
    assert_eq!(session.step(session.now(), 1000), Step::LacksDescriptions);
    session.describe(Some(DESCRIPTIONS));
    session.input(terminal, b"kubectl get pods\r");
    session.advance(Duration::from_secs(3));
    let live = seen(&mut session);
    assert!(live.terminals[0].1.contains("FIELD: hostname <string>"), "{}", live.terminals[0].1);

    // Without them the same journal shows that it lacks them; with them it is the same session.
    assert!(restored(&session, None).lacked_descriptions());
    let mut again = restored(&session, Some(DESCRIPTIONS));
    assert!(!again.lacked_descriptions());
    let behind = session.now().0 - again.now().0;
    again.advance(Duration::from_nanos(behind));
    assert_eq!(seen(&mut again), live);
}
