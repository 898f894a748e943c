//! The root file systems that images are built on.

use std::rc::Rc;

use podground_shell::ProgramTable;
use podground_vfs::{Device, Tree};

use super::builder::Layer;

/// A root file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Base {
    /// Nothing but the folders that every container has.
    Scratch,
    /// busybox's own image.
    Busybox,
    /// Alpine Linux: busybox and a package manager.
    Alpine,
    /// Debian: bash and the GNU tools.
    Debian,
}

/// The commands of busybox, as far as they are simulated.
const BUSYBOX: &[&str] = &[
    "sh",
    "ash",
    "arch",
    "awk",
    "base64",
    "basename",
    "cat",
    "chmod",
    "chown",
    "clear",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "diff",
    "dirname",
    "dmesg",
    "du",
    "echo",
    "egrep",
    "env",
    "expr",
    "false",
    "fgrep",
    "find",
    "free",
    "getent",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "hexdump",
    "hostname",
    "httpd",
    "id",
    "ifconfig",
    "ip",
    "kill",
    "killall",
    "less",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mktemp",
    "more",
    "mount",
    "mv",
    "nc",
    "netstat",
    "nproc",
    "nslookup",
    "od",
    "ping",
    "pgrep",
    "pkill",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "sync",
    "tac",
    "tail",
    "tar",
    "tee",
    "telnet",
    "test",
    "time",
    "timeout",
    "top",
    "touch",
    "tr",
    "traceroute",
    "true",
    "tty",
    "umount",
    "uname",
    "uniq",
    "uptime",
    "vi",
    "watch",
    "wc",
    "wget",
    "which",
    "who",
    "whoami",
    "xargs",
    "yes",
    "[",
    "chgrp",
    "cmp",
    "comm",
    "fold",
    "nl",
    "nohup",
    "paste",
    "rev",
    "sha1sum",
    "sha512sum",
    "su",
    "tree",
    "xxd",
    "zcat",
];

/// What a slim Debian has.
const DEBIAN: &[&str] = &[
    "bash",
    "sh",
    "arch",
    "awk",
    "base64",
    "basename",
    "cat",
    "chmod",
    "chown",
    "clear",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "diff",
    "dirname",
    "du",
    "echo",
    "egrep",
    "env",
    "expr",
    "false",
    "fgrep",
    "find",
    "getent",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "hostname",
    "id",
    "kill",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mktemp",
    "more",
    "mount",
    "mv",
    "nproc",
    "od",
    "printenv",
    "printf",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "sync",
    "tac",
    "tail",
    "tar",
    "tee",
    "test",
    "timeout",
    "touch",
    "tr",
    "true",
    "tty",
    "umount",
    "uname",
    "uniq",
    "uptime",
    "wc",
    "which",
    "who",
    "whoami",
    "xargs",
    "yes",
    "[",
    "apt",
    "apt-get",
    "chgrp",
    "cmp",
    "comm",
    "fold",
    "join",
    "mawk",
    "nl",
    "nohup",
    "paste",
    "sha1sum",
    "sha512sum",
    "su",
    "zcat",
];

/// What full-size Debian images (`buildpack-deps`) have besides.
pub(crate) const DEBIAN_FULL: &[&str] = &[
    "curl", "wget", "git", "openssl", "ping", "ps", "top", "free", "watch", "less", "nc", "file", "pgrep",
    "pkill",
];

impl Base {
    /// Builds the tree.
    pub(crate) fn build(self, programs: &Rc<ProgramTable>) -> Tree {
        let tree = Tree::new();
        let mut layer = Layer::new(tree.clone(), programs.clone());
        common(&mut layer);
        match self {
            Self::Scratch => {}
            Self::Busybox => {
                layer.programs("/bin", BUSYBOX).link("/bin/sh", "/bin/busybox");
                users(
                    &mut layer,
                    "root:x:0:0:root:/root:/bin/sh",
                    "www-data:x:33:33:www-data:/var/www:/bin/false",
                );
            }
            Self::Alpine => {
                layer.programs("/bin", BUSYBOX).link("/bin/sh", "/bin/busybox").program("/sbin/apk", "apk");
                layer.directory("/media", 0o755).directory("/mnt", 0o755).directory("/srv", 0o755);
                layer.link("/bin/awk", "/usr/bin/awk").link("/bin/env", "/usr/bin/env");
                layer
                    .file("/etc/alpine-release", "3.22.1\n")
                    .file(
                        "/etc/os-release",
                        "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME=\"Alpine Linux v3.22\"\n\
                         HOME_URL=\"https://alpinelinux.org/\"\n\
                         BUG_REPORT_URL=\"https://gitlab.alpinelinux.org/alpine/aports/-/issues\"\n",
                    )
                    .file(
                        "/etc/profile",
                        "export PATH=\"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"\n",
                    );
                users(
                    &mut layer,
                    "root:x:0:0:root:/root:/bin/sh\nguest:x:405:100:guest:/dev/null:/sbin/nologin",
                    "nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin",
                );
            }
            Self::Debian => {
                layer.programs("/usr/bin", DEBIAN);
                let _ = layer.files.remove_directory("/bin");
                let _ = layer.files.remove_directory("/sbin");
                layer.link("usr/bin", "/bin").link("usr/sbin", "/sbin");
                layer.directory("/media", 0o755).directory("/mnt", 0o755).directory("/srv", 0o755);
                layer.file("/etc/bash.bashrc", "PS1='\\u@\\h:\\w\\$ '\n");
                layer.file("/etc/debian_version", "12.11\n").file(
                    "/etc/os-release",
                    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n\
                     VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n\
                     HOME_URL=\"https://www.debian.org/\"\nSUPPORT_URL=\"https://www.debian.org/support\"\n\
                     BUG_REPORT_URL=\"https://bugs.debian.org/\"\n",
                );
                users(
                    &mut layer,
                    "root:x:0:0:root:/root:/bin/bash",
                    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
                );
            }
        }
        tree
    }
}

/// The folders and devices of every container, and the places where the kubelet mounts what it brings.
fn common(layer: &mut Layer) {
    for folder in [
        "/bin",
        "/dev",
        "/etc",
        "/home",
        "/proc",
        "/root",
        "/sbin",
        "/sys",
        "/usr/bin",
        "/usr/local/bin",
        "/usr/sbin",
        "/var/log",
        "/var/run/secrets/kubernetes.io/serviceaccount",
        "/run",
        "/opt",
        "/lib",
    ] {
        layer.directory(folder, 0o755);
    }
    layer.directory("/root", 0o700).directory("/tmp", 0o1777);
    layer.file("/etc/hosts", "").file("/etc/hostname", "").file("/etc/resolv.conf", "");
    layer.file("/dev/termination-log", "");
    for (name, device) in [
        ("null", Device::Null),
        ("zero", Device::Zero),
        ("full", Device::Full),
        ("random", Device::Random),
        ("urandom", Device::Random),
        ("tty", Device::Tty),
        ("stdin", Device::Descriptor(0)),
        ("stdout", Device::Descriptor(1)),
        ("stderr", Device::Descriptor(2)),
    ] {
        let _ = layer.files.create_device(&format!("/dev/{name}"), device);
    }
}

fn users(layer: &mut Layer, root: &str, other: &str) {
    let passwd = format!(
        "{root}\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\n{other}\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
    );
    let other_name = other.split(':').next().unwrap_or_default();
    let other_gid = other.split(':').nth(3).unwrap_or_default();
    let group =
        format!("root:x:0:\ndaemon:x:1:\n{other_name}:x:{other_gid}:\nusers:x:100:\nnogroup:x:65534:\n");
    layer.file("/etc/passwd", passwd).file("/etc/group", group);
}
