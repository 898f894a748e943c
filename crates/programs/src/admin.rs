//! `sudo`, `su`, and the package managers that say what they are here.

use podground_shell::Process;

use crate::stream::complain;
use crate::users;

pub(crate) async fn sudo(process: &Process) -> Result<u8, u8> {
    let mut uid = 0;
    let mut shell = false;
    let mut words = process.args.iter().skip(1).peekable();
    while let Some(option) = words.next_if(|word| word.starts_with('-')) {
        match option.as_str() {
            "-u" | "--user" => {
                let name = words.next().cloned().unwrap_or_default();
                match users::uid(process, &name) {
                    Some(found) => uid = found,
                    None => {
                        complain(process, format_args!("unknown user {name}")).await;
                        return Err(1);
                    }
                }
            }
            "-i" | "-s" | "--login" | "--shell" => shell = true,
            "-E" | "-H" | "-n" | "-b" | "-k" | "-S" => {}
            "-l" | "-v" => {
                process
                    .print(&format!(
                        "User {} may run the following commands: (ALL : ALL) ALL\n",
                        users::user(process, process.uid)
                    ))
                    .await;
                return Ok(0);
            }
            "--" => break,
            other => {
                process
                    .eprint(&format!(
                        "sudo: invalid option -- '{}'\nusage: sudo [-u user] [command [arg ...]]\n",
                        other.trim_start_matches('-')
                    ))
                    .await;
                return Err(1);
            }
        }
    }
    let mut env = process.env.clone();
    let mut command: Vec<String> = Vec::new();
    for word in words {
        match word.split_once('=') {
            Some((name, value)) if command.is_empty() && !name.contains('/') => {
                env.insert(name.to_owned(), value.to_owned());
            }
            _ => command.push(word.clone()),
        }
    }
    if command.is_empty() {
        if !shell {
            process.eprint("usage: sudo -h | -K | -k | -V\nusage: sudo [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n").await;
            return Err(1);
        }
        command.push("bash".to_owned());
    }
    env.insert("SUDO_USER".to_owned(), users::user(process, process.uid));
    env.insert("USER".to_owned(), users::user(process, uid));
    become_user(process, uid, env, command).await
}

/// Runs a command as another user.
async fn become_user(
    process: &Process,
    uid: u32,
    env: std::collections::BTreeMap<String, String>,
    words: Vec<String>,
) -> Result<u8, u8> {
    let name = words.first().cloned().unwrap_or_default();
    let mut command = process.command(words);
    command.env = env;
    command.uid = uid;
    let fields = users::passwd(process, &users::user(process, uid));
    command.gid = fields.and_then(|fields| fields.get(3)?.parse().ok()).unwrap_or(uid);
    match process.spawn(command) {
        Ok(child) => Ok(child.wait().await.code()),
        Err(podground_shell::SpawnError::NotFound) => {
            complain(process, format_args!("{name}: command not found")).await;
            Err(1)
        }
        Err(error) => {
            complain(process, format_args!("{name}: {error}")).await;
            Err(error.code())
        }
    }
}

pub(crate) async fn su(process: &Process) -> Result<u8, u8> {
    let mut user = "root".to_owned();
    let mut line = None;
    let mut words = process.args.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-" | "-l" | "--login" | "-m" | "-p" => {}
            "-c" | "--command" => line = words.next().cloned(),
            option if option.starts_with('-') => {
                process
                    .eprint(&format!(
                        "su: invalid option -- '{}'\nTry 'su --help' for more information.\n",
                        option.trim_start_matches('-')
                    ))
                    .await;
                return Err(1);
            }
            name => user = name.to_owned(),
        }
    }
    let Some(uid) = users::passwd(process, &user).and_then(|fields| fields.get(2)?.parse().ok()) else {
        complain(
            process,
            format_args!(
                "user {user} does not exist or the user entry does not contain all the required fields"
            ),
        )
        .await;
        return Err(1);
    };
    if process.uid != 0 {
        complain(process, "Authentication failure").await;
        return Err(1);
    }
    let mut env = process.env.clone();
    env.insert("USER".to_owned(), user.clone());
    env.insert("HOME".to_owned(), process.host.home_of(&user).unwrap_or_else(|| "/".to_owned()));
    let mut command = vec!["sh".to_owned()];
    if let Some(line) = line {
        command.extend(["-c".to_owned(), line]);
    }
    become_user(process, uid, env, command).await
}

/// `apt-get`, `apt`, `apk`, `yum`, `dnf`, `brew`
pub(crate) async fn packages(process: &Process) -> Result<u8, u8> {
    let name = process.name();
    process
        .eprint(&format!(
            "{name}: podground has no package repositories: what can be run is in /bin already (ls /bin)\n"
        ))
        .await;
    Err(100)
}
