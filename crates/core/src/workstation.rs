//! The learner's machine.

use std::cell::RefCell;
use std::rc::Rc;

use podground_api::object::{array_at, name, str_at};
use podground_cluster::Cluster;
use podground_shell::{Host, ProcessTable, ProgramTable};
use podground_sim::Sim;
use podground_vfs::{Device, FileSystem, Tree};

use crate::kubeconfig;

/// The home directory of the learner, who is root as in the recordings.
pub(crate) const HOME: &str = "/root";

/// Where programs are found.
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The machine with its files and programs.
pub(crate) fn build(sim: &Sim, cluster: &Cluster) -> Rc<Host> {
    let mut programs = ProgramTable::new();
    cluster.register_programs(&mut programs);
    let transport = cluster.transport("kubernetes-admin");
    let lender = cluster.clone();
    let connect: podground_kubectl::Connect = Rc::new(move |server: &str| {
        (kubeconfig::SERVERS.contains(&server) || lender.is_endpoint(server)).then(|| transport.clone())
    });
    programs.insert("kubectl", podground_kubectl::program(connect.clone()));
    programs.insert_completer("kubectl", podground_kubectl::completer(connect));

    let clock = {
        let sim = sim.clone();
        Rc::new(move || sim.now().0)
    };
    let files = FileSystem::new(Tree::new(), clock);
    populate(&files, &programs);
    let _ = files.append("/etc/hosts", node_names(cluster).as_bytes());
    Rc::new(Host {
        sim: sim.clone(),
        network: cluster.workstation_network(files.clone()),
        files,
        hostname: RefCell::new("workstation".to_owned()),
        programs: Rc::new(programs),
        processes: ProcessTable::starting_at(100),
    })
}

/// The nodes by name, as lines of `/etc/hosts`: they are machines of the learner's own network.
fn node_names(cluster: &Cluster) -> String {
    cluster.with_informers(|informers| {
        let mut text = String::new();
        for node in informers.list("nodes") {
            let addresses = array_at(node, "/status/addresses");
            let internal = addresses.iter().find(|address| str_at(address, "/type") == "InternalIP");
            if let Some(address) = internal {
                text.push_str(&format!("{}\t{}\n", str_at(address, "/address"), name(node)));
            }
        }
        text
    })
}

fn populate(files: &FileSystem, programs: &ProgramTable) {
    // A fresh tree takes all of these; what fails would show in every test.
    let directories =
        ["/dev", "/etc", "/home", "/root/.kube", "/tmp", "/usr/bin", "/usr/local/bin", "/var/log"];
    for directory in directories {
        let _ = files.create_directories(directory);
    }
    let _ = files.set_mode("/tmp", 0o1777);
    let _ = files.set_mode(HOME, 0o700);
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
        let _ = files.create_device(&format!("/dev/{name}"), device);
    }
    for name in programs.names() {
        let directory = if name == "kubectl" { "/usr/local/bin" } else { "/usr/bin" };
        let path = format!("{directory}/{name}");
        let _ = files.write(&path, &Host::program_file(name));
        let _ = files.set_mode(&path, 0o755);
    }
    let _ = files.symlink("usr/bin", "/bin");
    for (path, text) in [
        ("/etc/hostname", "workstation\n"),
        ("/etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost\n172.18.0.1\tworkstation\n"),
        ("/etc/resolv.conf", "nameserver 127.0.0.11\noptions ndots:0\n"),
        ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"),
        ("/etc/group", "root:x:0:\n"),
        ("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n"),
        ("/etc/shells", "/bin/sh\n/bin/bash\n"),
        ("/root/.kube/config", kubeconfig::TEXT),
    ] {
        let _ = files.write(path, text.as_bytes());
    }
    let _ = files.set_mode("/root/.kube/config", 0o600);
}
