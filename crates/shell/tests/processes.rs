//! Processes, pipes, signals and terminals in virtual time.
#![allow(clippy::unwrap_used, reason = "the helpers of a test may unwrap as the test itself")]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use podground_shell::{
    Child, Command, ExitStatus, Fd, Group, Host, Modes, NoNetwork, OpenOptions, Process, ProcessTable,
    Program, ProgramTable, Signal, Size, SpawnError, Terminal, Wait,
};
use podground_sim::{LocalBoxFuture, Sim, Time, pipe};
use podground_vfs::{FileSystem, Tree};

fn program(code: fn(Process) -> LocalBoxFuture<'static, u8>) -> Program {
    Rc::new(code)
}

fn host() -> Rc<Host> {
    let mut programs = ProgramTable::new();
    programs.insert(
        "cat",
        program(|p| {
            Box::pin(async move {
                while let Ok(bytes) = p.read(0, 100).await {
                    if bytes.is_empty() {
                        break;
                    }
                    let _ = p.write(1, &bytes).await;
                }
                0
            })
        }),
    );
    programs.insert(
        "sleep",
        program(|p| {
            Box::pin(async move {
                let seconds = p.args.get(1).and_then(|a| a.parse().ok()).unwrap_or(0);
                p.host.sim.sleep(Duration::from_secs(seconds)).await;
                0
            })
        }),
    );
    programs.insert(
        "yes",
        program(|p| {
            Box::pin(async move {
                loop {
                    p.print("y\n").await;
                }
            })
        }),
    );
    programs.insert(
        "args",
        program(|p| {
            Box::pin(async move {
                p.print(&format!("{:?}\n", p.args)).await;
                7
            })
        }),
    );
    programs.insert("env", program(|p| Box::pin(async move { p.run(p.args[1..].to_vec()).await })));
    let files = FileSystem::new(Tree::new(), Rc::new(|| 0));
    for folder in ["/bin", "/root", "/dev"] {
        files.create_directories(folder).unwrap();
    }
    for name in ["cat", "sleep", "yes", "args", "env"] {
        let path = format!("/bin/{name}");
        files.write(&path, &Host::program_file(name)).unwrap();
        files.set_mode(&path, 0o755).unwrap();
    }
    Rc::new(Host {
        sim: Sim::new(1, Time::from_unix_seconds(1_767_225_600)),
        files,
        hostname: RefCell::new("test".to_owned()),
        network: Rc::new(NoNetwork),
        programs: Rc::new(programs),
        processes: ProcessTable::starting_at(100),
    })
}

fn run(host: &Host) {
    for _ in 0..10_000 {
        while host.sim.run_ready(1000) {}
        let Some(time) = host.sim.next_deadline() else { return };
        host.sim.advance_to(time);
    }
    panic!("does not end");
}

fn run_for(host: &Host, duration: Duration) {
    let end = host.sim.now() + duration;
    loop {
        while host.sim.run_ready(1000) {}
        match host.sim.next_deadline() {
            Some(time) if time <= end => host.sim.advance_to(time),
            _ => break,
        }
    }
    host.sim.advance_to(end);
}

fn output(host: &Rc<Host>, words: &[&str]) -> (String, ExitStatus) {
    let (reader, writer) = pipe(1000);
    let command = Command::new(words.to_vec())
        .fd(0, Fd::null())
        .fd(1, Fd::PipeWriter(writer.clone()))
        .fd(2, Fd::PipeWriter(writer));
    let child = host.spawn(command).unwrap();
    let task = host.sim.spawn(async move { Fd::PipeReader(reader).read(10_000).await });
    run(host);
    let text = futures_lite::future::block_on(task).unwrap();
    (String::from_utf8(text).unwrap(), child.try_wait().unwrap())
}

#[test]
fn programs_scripts_and_errors() {
    let host = host();
    assert_eq!(output(&host, &["args", "a b"]), ("[\"args\", \"a b\"]\n".into(), ExitStatus::Exited(7)));
    host.files.write("/root/s", b"#!/bin/args -x\nwhatever").unwrap();
    let spawn = |words: &[&str]| host.spawn(Command::new(words.to_vec())).err();
    assert_eq!(spawn(&["/root/s"]), Some(SpawnError::PermissionDenied));
    host.files.set_mode("/root/s", 0o755).unwrap();
    let (text, _) = output(&host, &["/root/s", "1"]);
    assert_eq!(text, "[\"/bin/args\", \"-x\", \"/root/s\", \"1\"]\n");
    assert_eq!(spawn(&["nope"]), Some(SpawnError::NotFound));
    assert_eq!(spawn(&["/root"]), Some(SpawnError::IsADirectory));
    host.files.write("/root/s", b"#!/bin/nope\n").unwrap();
    assert_eq!(spawn(&["/root/s"]), Some(SpawnError::BadInterpreter("/bin/nope".into())));
    assert_eq!(output(&host, &["env", "args"]).1, ExitStatus::Exited(7));
    let (text, status) = output(&host, &["env", "nope"]);
    assert_eq!((text.as_str(), status.code()), ("env: 'nope': No such file or directory\n", 127));
}

#[test]
fn a_broken_pipe_kills() {
    let host = host();
    let (reader, writer) = pipe(10);
    let child = host.spawn(Command::new(["yes"]).fd(1, Fd::PipeWriter(writer))).unwrap();
    run(&host);
    assert_eq!(child.try_wait(), None);
    drop(reader);
    run(&host);
    assert_eq!(child.try_wait(), Some(ExitStatus::Signaled(Signal::Pipe)));
    assert!(host.processes.list().is_empty());
}

#[test]
fn signals_kill_stop_and_are_caught() {
    let host = host();
    let sleep = || host.spawn(Command::new(["sleep", "10"])).unwrap();
    let child = sleep();
    run_for(&host, Duration::from_secs(1));
    child.signal(Signal::Term);
    run_for(&host, Duration::from_secs(1));
    assert_eq!(child.try_wait().map(ExitStatus::code), Some(143));

    let child = sleep();
    run_for(&host, Duration::from_secs(1));
    child.signal(Signal::Tstp);
    run_for(&host, Duration::from_mins(1));
    assert_eq!((child.try_wait(), child.stopped()), (None, Some(Signal::Tstp)));
    assert_eq!(futures_lite::future::block_on(child.wait_or_stop()), Wait::Stopped(Signal::Tstp));
    child.signal(Signal::Cont);
    run_for(&host, Duration::from_millis(1));
    assert_eq!(child.try_wait(), Some(ExitStatus::Exited(0)));

    let child = host.start(Command::new(["catcher"]), |p| {
        Box::pin(async move {
            let signals = p.catch(Signal::Term);
            signals.recv().await.map_or(1, Signal::number)
        })
    });
    run_for(&host, Duration::from_secs(1));
    host.processes.signal(child.pid(), Signal::Term).unwrap();
    run(&host);
    assert_eq!(child.try_wait(), Some(ExitStatus::Exited(15)));
    assert!(host.processes.signal(child.pid(), Signal::Term).is_err());
}

#[test]
fn the_first_process_is_special() {
    let mut host = host();
    Rc::get_mut(&mut host).unwrap().processes = ProcessTable::default();
    let init = host.spawn(Command::new(["sleep", "100"])).unwrap();
    let other = host.spawn(Command::new(["sleep", "100"])).unwrap();
    assert_eq!((init.pid(), other.pid()), (1, 2));
    host.processes.signal(1, Signal::Term).unwrap();
    run_for(&host, Duration::from_secs(1));
    assert_eq!(init.try_wait(), None);
    host.processes.signal(1, Signal::Kill).unwrap();
    run_for(&host, Duration::from_secs(1));
    assert_eq!(init.try_wait().map(ExitStatus::code), Some(137));
    assert_eq!(other.try_wait().map(ExitStatus::code), Some(137));
}

#[test]
fn files_share_offsets_and_have_modes() {
    let host = host();
    host.files.write("/root/f", b"one\ntwo\n").unwrap();
    host.files.create_device("/dev/tty", podground_vfs::Device::Tty).unwrap();
    let child = host.start(Command::new(["test"]), |mut p| {
        Box::pin(async move {
            p.cwd = "/root".into();
            let fd = p.open("f", OpenOptions::READ).unwrap();
            p.fds.insert(0, fd.clone());
            p.fds.insert(3, fd);
            assert_eq!(p.read_line(0).await.unwrap().unwrap(), "one");
            assert_eq!(p.read_to_end(3).await.unwrap(), b"two\n");
            assert_eq!(p.read_line(0).await.unwrap(), None);
            assert!(p.write(0, b"x").await.is_err());
            let out = p.open("g", OpenOptions::WRITE).unwrap();
            p.fds.insert(1, out.clone());
            p.fds.insert(2, out);
            p.print("1").await;
            p.eprint("2").await;
            p.uid = 1000;
            assert_eq!(p.open("g", OpenOptions::APPEND).err(), Some(podground_vfs::Error::PermissionDenied));
            assert_eq!(p.open("h", OpenOptions::WRITE).err(), Some(podground_vfs::Error::PermissionDenied));
            assert_eq!(p.open("/dev/tty", OpenOptions::READ).err(), Some(podground_vfs::Error::NoSuchDevice));
            0
        })
    });
    run(&host);
    assert_eq!(child.try_wait(), Some(ExitStatus::Exited(0)));
    assert_eq!(host.files.read_to_string("/root/g").unwrap(), "12");
}

fn on_terminal(words: &[&str]) -> (Rc<Host>, Rc<Terminal>, Child) {
    let host = host();
    let terminal = Terminal::new(Size::default());
    let child = host.spawn(Command::new(words.to_vec()).terminal(&terminal)).unwrap();
    run_for(&host, Duration::from_millis(10));
    (host, terminal, child)
}

fn shown(host: &Host, terminal: &Terminal) -> String {
    run_for(host, Duration::from_millis(10));
    String::from_utf8(terminal.take_output()).unwrap()
}

#[test]
fn a_terminal_edits_lines() {
    let (host, terminal, child) = on_terminal(&["cat"]);
    terminal.input("ab\x7fc\r".as_bytes());
    assert_eq!(shown(&host, &terminal), "ab\x08 \x08c\r\nac\r\n");
    terminal.input("가\x7f나 다라\x17x\r".as_bytes());
    let text = shown(&host, &terminal);
    assert!(text.ends_with("나 x\r\n"), "{text:?}");
    assert!(text.starts_with("가\x08 \x08\x08 \x08나"), "{text:?}");
    terminal.input(b"\x04");
    assert_eq!(shown(&host, &terminal), "");
    assert_eq!(child.try_wait(), Some(ExitStatus::Exited(0)));
}

#[test]
fn ctrl_c_ends_a_flood() {
    let (host, terminal, child) = on_terminal(&["yes"]);
    terminal.input(b"\x03");
    run_for(&host, Duration::from_millis(10));
    assert_eq!(child.try_wait().map(ExitStatus::code), Some(130));
    assert!(String::from_utf8(terminal.take_output()).unwrap().contains("^C"));
}

#[test]
fn background_readers_stop_and_hang_up_kills() {
    let (host, terminal, child) = on_terminal(&["sleep", "100"]);
    let mut command = Command::new(["cat"]).terminal(&terminal);
    command.group = Group::New;
    let background = {
        // A second session leader would take the terminal: give it back.
        let background = host.spawn(command).unwrap();
        terminal.set_foreground(child.group());
        background
    };
    run_for(&host, Duration::from_millis(10));
    assert_eq!(background.stopped(), Some(Signal::Ttin));
    terminal.hang_up();
    run_for(&host, Duration::from_millis(10));
    assert_eq!(child.try_wait().map(ExitStatus::code), Some(129));
}

#[test]
fn raw_mode_is_put_back() {
    let terminal = Terminal::new(Size::default());
    {
        let _raw = terminal.set_modes(Modes::RAW);
        terminal.input(b"\x03a");
        assert_eq!(terminal.try_read(10).unwrap(), b"\x03a");
        assert!(terminal.take_output().is_empty());
        terminal.input(b"ahead\rx");
    }
    // What was typed ahead is shown when it is read.
    assert!(terminal.take_output().is_empty());
    assert_eq!(terminal.try_read(10).unwrap(), b"ahead\n");
    assert_eq!(terminal.take_output(), b"ahead\r\n");
    assert_eq!(terminal.try_read(10), None);
}
