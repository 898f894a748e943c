//! What is mounted into a container besides its image.

use std::rc::Rc;

use podground_vfs::{FileSystem, Tree};

/// What `/proc` shows of the machine, the same for all containers of a node.
pub fn proc_tree(cpus: u32, memory_kib: u64, uptime: Rc<dyn Fn() -> u64>) -> Tree {
    let tree = Tree::new();
    let files = FileSystem::new(tree.clone(), Rc::new(|| 0));
    let mut cpuinfo = String::new();
    for cpu in 0..cpus {
        cpuinfo.push_str(&format!(
            "processor\t: {cpu}\nvendor_id\t: Podground\nmodel name\t: Simulated CPU\ncpu MHz\t\t: 2000.000\n\n"
        ));
    }
    let free = memory_kib / 2;
    let meminfo = format!(
        "MemTotal:       {memory_kib:>8} kB\nMemFree:        {free:>8} kB\nMemAvailable:   {free:>8} kB\n"
    );
    let version = "Linux version 6.1.0-37-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) \
                   12.2.0) #1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1\n";
    // The tree is new: these writes cannot fail.
    let _ = files.write("/cpuinfo", cpuinfo.as_bytes());
    let _ = files.write("/meminfo", meminfo.as_bytes());
    let _ = files.write("/version", version.as_bytes());
    let _ = files.write("/loadavg", b"0.08 0.03 0.01 1/132 7\n");
    let seconds = Rc::new(move || {
        let up = uptime();
        format!("{up}.00 {}.00\n", up * u64::from(cpus)).into_bytes()
    });
    let _ = files.create_generated("/uptime", seconds);
    let _ = files.create_directories("/sys/kernel");
    let _ = files.write("/sys/kernel/ostype", b"Linux\n");
    let _ = files.write("/sys/kernel/osrelease", b"6.1.0-37-amd64\n");
    tree
}
