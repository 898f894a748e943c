//! A machine with all programs, and running scripts on it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Command, Fd, Host, NoNetwork, ProcessTable, Program, ProgramTable, Terminal, bash};
use podground_sim::{Sim, Time, pipe};
use podground_vfs::{Device, FileSystem, FileType, Tree};

/// Where scripts run.
pub const FOLDER: &str = "/tmp/case";

/// What a script gave.
#[derive(Debug, Default)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub status: i32,
    pub files: BTreeMap<String, String>,
}

/// A machine with the shell and all programs in `/bin`.
pub fn host() -> Rc<Host> {
    let mut programs = ProgramTable::new();
    let shell: Program = Rc::new(bash);
    programs.insert("bash", shell.clone());
    programs.insert("sh", shell);
    podground_programs::register(&mut programs);
    let sim = Sim::new(1, Time::from_unix_seconds(1_767_225_600));
    let clock = sim.clone();
    let files = FileSystem::new(Tree::new(), Rc::new(move || clock.now().0));
    for folder in ["/bin", "/root", "/dev", "/etc", "/tmp", FOLDER] {
        files.create_directories(folder).unwrap();
    }
    for (name, device) in [
        ("null", Device::Null),
        ("zero", Device::Zero),
        ("full", Device::Full),
        ("urandom", Device::Random),
        ("tty", Device::Tty),
        ("stdin", Device::Descriptor(0)),
        ("stdout", Device::Descriptor(1)),
        ("stderr", Device::Descriptor(2)),
    ] {
        files.create_device(&format!("/dev/{name}"), device).unwrap();
    }
    files.write("/etc/passwd", b"root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh\n").unwrap();
    files.write("/etc/group", b"root:x:0:\ndaemon:x:1:\n").unwrap();
    files.create_directories("/usr").unwrap();
    files.symlink("/bin", "/usr/bin").unwrap();
    let names: Vec<&str> = programs.names().collect();
    podground_programs::install(&files, "/bin", &names).unwrap();
    Rc::new(Host {
        sim,
        files,
        hostname: RefCell::new("workstation".to_owned()),
        network: Rc::new(NoNetwork),
        programs: Rc::new(programs),
        processes: ProcessTable::starting_at(100),
    })
}

/// A command with the usual environment.
pub fn command(args: &[&str]) -> Command {
    let mut command =
        Command::new(args.iter().copied()).env("PATH", "/bin").env("HOME", "/root").env("LANG", "C.UTF-8");
    FOLDER.clone_into(&mut command.cwd);
    command
}

/// Lets everything run until nothing moves or `limit` has passed.
pub fn run_for(host: &Host, limit: Duration) {
    let end = host.sim.now() + limit;
    loop {
        while host.sim.run_ready(1000) {}
        match host.sim.next_deadline() {
            Some(time) if time <= end => host.sim.advance_to(time),
            _ => return,
        }
    }
}

/// Runs a program, and lets it take ten minutes.
pub fn run(host: &Rc<Host>, args: &[&str], input: &str) -> Outcome {
    let (out, err) = (pipe(1 << 22), pipe(1 << 22));
    let command =
        command(args).fd(0, Fd::bytes(input)).fd(1, Fd::PipeWriter(out.1)).fd(2, Fd::PipeWriter(err.1));
    let child = host.spawn(command).unwrap();
    let texts: Vec<Rc<RefCell<Vec<u8>>>> = (0..2).map(|_| Rc::default()).collect();
    for (reader, text) in [(out.0, &texts[0]), (err.0, &texts[1])] {
        let text = text.clone();
        host.sim
            .spawn(async move {
                loop {
                    let bytes = reader.read(1 << 16).await;
                    if bytes.is_empty() {
                        break;
                    }
                    text.borrow_mut().extend(bytes);
                }
            })
            .detach();
    }
    run_for(host, Duration::from_secs(600));
    let mut outcome = Outcome {
        stdout: String::from_utf8_lossy(&texts[0].borrow()).into_owned(),
        stderr: String::from_utf8_lossy(&texts[1].borrow()).into_owned(),
        status: child.try_wait().map_or(-1, |status| i32::from(status.code())),
        files: BTreeMap::new(),
    };
    walk(host, FOLDER, "", &mut outcome.files);
    outcome
}

fn walk(host: &Host, folder: &str, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in host.files.read_directory(folder).unwrap() {
        let path = format!("{folder}/{}", entry.name);
        let name = format!("{prefix}{}", entry.name);
        match entry.metadata.file_type {
            FileType::Directory => walk(host, &path, &format!("{name}/"), found),
            FileType::Symlink => {
                let target = host.files.read_link(&path).unwrap();
                found.insert(name, format!("-> {target}\n"));
            }
            _ => {
                let bytes = host.files.read(&path).unwrap_or_default();
                found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
}

/// Starts a program on a terminal.
pub fn on_terminal(host: &Rc<Host>, args: &[&str], terminal: &Rc<Terminal>) -> podground_shell::Child {
    host.spawn(command(args).terminal(terminal)).unwrap()
}
