//! Names of users and groups, from `/etc/passwd` and `/etc/group`.

use podground_shell::Process;

/// The name of a user, or the number.
pub(crate) fn user(process: &Process, uid: u32) -> String {
    process.host.user_name(uid).unwrap_or_else(|| uid.to_string())
}

/// The name of a group, or the number.
pub(crate) fn group(process: &Process, gid: u32) -> String {
    group_name(process, gid).unwrap_or_else(|| gid.to_string())
}

/// The name of a group.
pub(crate) fn group_name(process: &Process, gid: u32) -> Option<String> {
    let gid = gid.to_string();
    find(process, "/etc/group", |fields| fields.get(2) == Some(&gid.as_str()))
        .and_then(|fields| fields.into_iter().next())
}

/// The number of a user and that of the group: a name or a number is given.
pub(crate) fn uid(process: &Process, name: &str) -> Option<u32> {
    let found = find(process, "/etc/passwd", |fields| fields.first() == Some(&name));
    found.and_then(|fields| fields.get(2)?.parse().ok()).or_else(|| name.parse().ok())
}

/// The number of a group: a name or a number is given.
pub(crate) fn gid(process: &Process, name: &str) -> Option<u32> {
    let found = find(process, "/etc/group", |fields| fields.first() == Some(&name));
    found.and_then(|fields| fields.get(2)?.parse().ok()).or_else(|| name.parse().ok())
}

/// The fields of the line of a user.
pub(crate) fn passwd(process: &Process, name: &str) -> Option<Vec<String>> {
    find(process, "/etc/passwd", |fields| fields.first() == Some(&name))
}

fn find(process: &Process, file: &str, wanted: impl Fn(&[&str]) -> bool) -> Option<Vec<String>> {
    let text = process.host.files.read_to_string(file).ok()?;
    let fields =
        text.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| wanted(fields))?;
    Some(fields.into_iter().map(str::to_owned).collect())
}
