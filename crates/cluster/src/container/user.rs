//! Which user a container runs as.

use podground_vfs::FileSystem;

/// Number and group of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserIds {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The numbers of a user as an image names it: `nginx`, `101`, `101:101`; `None` if the image has no such user.
pub(crate) fn look_up(files: &FileSystem, user: &str) -> Option<UserIds> {
    if user.is_empty() {
        return Some(UserIds::default());
    }
    let (name, group) = user.split_once(':').unwrap_or((user, ""));
    let passwd = files.read_to_string("/etc/passwd").unwrap_or_default();
    let line = passwd
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&name) || fields.get(2) == Some(&name));
    let field = |index: usize| line.as_ref().and_then(|fields| fields.get(index)?.parse::<u32>().ok());
    let uid = name.parse().ok().or_else(|| field(2))?;
    let gid = if group.is_empty() { field(3).unwrap_or(0) } else { group_id(files, group)? };
    Some(UserIds { uid, gid })
}

fn group_id(files: &FileSystem, group: &str) -> Option<u32> {
    if let Ok(gid) = group.parse() {
        return Some(gid);
    }
    let text = files.read_to_string("/etc/group").unwrap_or_default();
    text.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.first() == Some(&group)).then(|| fields.get(2)?.parse().ok())?
    })
}
