//! A host with a few small programs, and helpers to let it run.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use podground_shell::{
    Command, Fd, Host, NoNetwork, OpenOptions, Process, ProcessTable, Program, ProgramTable, bash,
};
use podground_sim::{LocalBoxFuture, Sim, Time, pipe};
use podground_vfs::{Device, FileSystem, FileType, Tree};

type Code = fn(Process) -> LocalBoxFuture<'static, u8>;

fn cat(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let mut status = 0;
        let files: Vec<String> = p.args[1..].to_vec();
        if files.is_empty() {
            while let Ok(bytes) = p.read(0, 4096).await {
                if bytes.is_empty() || p.write(1, &bytes).await.is_err() {
                    break;
                }
            }
        }
        for file in files {
            if file == "-" {
                let bytes = p.read_to_end(0).await.unwrap_or_default();
                let _ = p.write(1, &bytes).await;
                continue;
            }
            match p.open(&file, OpenOptions::READ) {
                Ok(fd) => loop {
                    let bytes = fd.read(4096).await.unwrap_or_default();
                    if bytes.is_empty() || p.write(1, &bytes).await.is_err() {
                        break;
                    }
                },
                Err(error) => {
                    p.eprint(&format!("cat: {file}: {error}\n")).await;
                    status = 1;
                }
            }
        }
        status
    })
}

fn sleep(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let seconds: f64 = p.args.get(1).and_then(|a| a.parse().ok()).unwrap_or(0.0);
        p.host.sim.sleep(Duration::from_secs_f64(seconds)).await;
        0
    })
}

fn env(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        for (name, value) in &p.env {
            p.print(&format!("{name}={value}\n")).await;
        }
        0
    })
}

fn printenv(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let mut status = 0;
        for name in &p.args[1..] {
            match p.env(name) {
                Some(value) => p.print(&format!("{value}\n")).await,
                None => status = 1,
            }
        }
        status
    })
}

fn seq(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let last: i64 = p.args.last().and_then(|a| a.parse().ok()).unwrap_or(0);
        let first = if p.args.len() > 2 { p.args[1].parse().unwrap_or(1) } else { 1 };
        for number in first..=last {
            if p.write(1, format!("{number}\n").as_bytes()).await.is_err() {
                return 1;
            }
        }
        0
    })
}

fn head(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let count: usize = p.args.last().and_then(|word| word.parse().ok()).unwrap_or(10);
        for _ in 0..count {
            match p.read_until(0, b'\n').await {
                Ok(line) if !line.is_empty() => drop(p.write(1, &line).await),
                _ => break,
            }
        }
        0
    })
}

fn echo(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        p.print(&format!("{}\n", p.args[1..].join(" "))).await;
        0
    })
}

fn sort(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let mut lines = Vec::new();
        while let Ok(Some(line)) = p.read_line(0).await {
            lines.push(line);
        }
        lines.sort();
        for line in lines {
            p.print(&format!("{line}\n")).await;
        }
        0
    })
}

fn files(p: Process) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move {
        let words: Vec<&String> = p.args[1..].iter().filter(|word| !word.starts_with('-')).collect();
        let files = &p.host.files;
        match p.name() {
            "mkdir" => words.iter().for_each(|word| files.create_directories(&p.path(word)).unwrap_or(())),
            "rm" => words.iter().for_each(|word| files.remove_all(&p.path(word)).unwrap_or(())),
            "touch" => words.iter().for_each(|word| files.append(&p.path(word), b"").unwrap_or(())),
            "ln" => files.symlink(words[0], &p.path(words[1])).unwrap_or(()),
            "chmod" => {
                let mode =
                    u32::from_str_radix(words[0], 8).unwrap_or(if words[0] == "+x" { 0o755 } else { 0o644 });
                words[1..].iter().for_each(|word| files.set_mode(&p.path(word), mode).unwrap_or(()));
            }
            _ => {
                let folder = words.first().map_or(".", |word| word.as_str());
                for entry in files.read_directory(&p.path(folder)).unwrap_or_default() {
                    if !entry.name.starts_with('.') {
                        p.print(&format!("{}\n", entry.name)).await;
                    }
                }
            }
        }
        0
    })
}

/// The small programs.
pub const PROGRAMS: &[(&str, Code)] = &[
    ("bash", bash),
    ("sh", bash),
    ("cat", cat),
    ("sleep", sleep),
    ("env", env),
    ("printenv", printenv),
    ("seq", seq),
    ("head", head),
    ("echo", echo),
    ("sort", sort),
    ("mkdir", files),
    ("rm", files),
    ("touch", files),
    ("ln", files),
    ("chmod", files),
    ("ls", files),
];

/// A machine with the small programs in `/bin`.
pub fn host() -> Rc<Host> {
    let mut programs = ProgramTable::new();
    let sim = Sim::new(1, Time::from_unix_seconds(1_767_225_600));
    let clock = sim.clone();
    let files = FileSystem::new(Tree::new(), Rc::new(move || clock.now().0));
    for folder in ["/bin", "/root", "/dev", "/etc", "/tmp"] {
        files.create_directories(folder).unwrap();
    }
    for (device, kind) in [
        ("null", Device::Null),
        ("zero", Device::Zero),
        ("full", Device::Full),
        ("tty", Device::Tty),
        ("stdin", Device::Descriptor(0)),
        ("stdout", Device::Descriptor(1)),
        ("stderr", Device::Descriptor(2)),
    ] {
        files.create_device(&format!("/dev/{device}"), kind).unwrap();
    }
    files
        .write("/etc/passwd", b"root:x:0:0:root:/root:/bin/bash\nkim:x:1000:1000::/home/kim:/bin/bash\n")
        .unwrap();
    for (name, code) in PROGRAMS {
        let code: Program = Rc::new(*code);
        programs.insert(*name, code);
        let path = format!("/bin/{name}");
        files.write(&path, &Host::program_file(name)).unwrap();
        files.set_mode(&path, 0o755).unwrap();
    }
    Rc::new(Host {
        sim,
        files,
        hostname: RefCell::new("workstation".to_owned()),
        network: Rc::new(NoNetwork),
        programs: Rc::new(programs),
        processes: ProcessTable::starting_at(100),
    })
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

/// What a run gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub status: i32,
    pub files: BTreeMap<String, String>,
}

/// The folder that scripts run in.
pub const FOLDER: &str = "/tmp/case";

/// Runs a program in [`FOLDER`] with empty input.
pub fn run(host: &Rc<Host>, args: &[&str], input: &str) -> Outcome {
    host.files.create_directories(FOLDER).unwrap();
    let collect = || {
        let (reader, writer) = pipe(1 << 16);
        let task = host.sim.spawn(async move {
            let mut all = Vec::new();
            loop {
                let bytes = reader.read(1 << 16).await;
                if bytes.is_empty() {
                    return String::from_utf8_lossy(&all).into_owned();
                }
                all.extend(bytes);
            }
        });
        (Fd::PipeWriter(writer), task)
    };
    let ((out, stdout), (err, stderr)) = (collect(), collect());
    let mut command = Command::new(args.to_vec()).fd(0, Fd::bytes(input)).fd(1, out).fd(2, err);
    command.cwd = FOLDER.to_owned();
    for (name, value) in [("PATH", "/bin"), ("HOME", "/root"), ("LANG", "C.UTF-8")] {
        command = command.env(name, value);
    }
    let child = host.spawn(command).unwrap();
    run_for(host, Duration::from_mins(2));
    let status = child.try_wait().map_or(-1, |status| i32::from(status.code()));
    host.processes.kill_all();
    run_for(host, Duration::from_secs(1));
    let text = |task: podground_sim::Task<String>| {
        if task.is_finished() { futures_lite::future::block_on(task) } else { "(never ends)".to_owned() }
    };
    let mut found = BTreeMap::new();
    walk(&host.files, FOLDER, "", &mut found);
    Outcome { stdout: text(stdout), stderr: text(stderr), status, files: found }
}

fn walk(files: &FileSystem, folder: &str, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in files.read_directory(folder).unwrap_or_default() {
        let (path, name) = (format!("{folder}/{}", entry.name), format!("{prefix}{}", entry.name));
        match entry.metadata.file_type {
            FileType::Directory => walk(files, &path, &format!("{name}/"), found),
            _ => drop(found.insert(name, files.read_to_string(&path).unwrap_or_default())),
        }
    }
}
