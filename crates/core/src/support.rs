//! What is simulated, told from the tables that make it so.

pub use podground_kubectl::{FLAGS_WITHOUT_EFFECT, UNSUPPORTED_COMMANDS, UNSUPPORTED_FLAGS};

/// The text of SUPPORT.md.
pub fn markdown() -> String {
    let mut text = String::from(
        "# What Podground simulates\n\nMade by `cargo xtask codegen` from the tables in the code; do not edit.\n",
    );
    text.push_str("\n## Programs\n\n");
    let mut programs: Vec<&str> = podground_programs::PROGRAMS.iter().map(|(name, _)| *name).collect();
    programs.sort_unstable();
    for name in programs {
        text.push_str(&format!("- `{name}`\n"));
    }
    kubectl(&mut text);
    text.push_str("\n## Around the cluster\n\nOn the workstation; what is not named here says that it is not simulated.\n\n");
    for (program, commands) in podground_cluster::workstation_tools() {
        let commands: Vec<String> = commands.iter().map(|command| format!("`{command}`")).collect();
        text.push_str(&format!("- `{program}`: {}\n", commands.join(", ")));
    }
    text.push_str(
        "\n## Images\n\nThese run in depth. Every other image pulls too; its program is stood in for by one that answers HTTP at \
         the ports that the pod names. A host, name or tag that begins with `nosuch` does not exist.\n\n",
    );
    for image in podground_cluster::images::IMAGES {
        let names: Vec<String> = image.repositories.iter().map(|name| format!("`{name}`")).collect();
        text.push_str(&format!("- {}: {}\n", names.join(", "), image.summary));
    }
    text.push_str(
        "\n## Nodes\n\n`ssh NODE` opens a shell on a node. The runtime is containerd: `crictl` lists its pods and containers. \
         `docker` is there as well and shows the same containers, as the nodes of older study notes did.\n",
    );
    text
}

fn kubectl(text: &mut String) {
    text.push_str(
        "\n## kubectl\n\nAll commands and flags of kubectl 1.36 are known. These say that they are not simulated, and fail:\n\n",
    );
    for name in podground_kubectl::UNSUPPORTED_COMMANDS {
        text.push_str(&format!("- `kubectl {name}`\n"));
    }
    for (command, flag, nothing) in podground_kubectl::UNSUPPORTED_FLAGS {
        let name = [*command, "--"].join(if command.is_empty() { "" } else { " " });
        let but = if nothing.is_empty() { String::new() } else { format!(", but for `{nothing}`") };
        text.push_str(&format!("- `kubectl {name}{flag}`{but}\n"));
    }
    text.push_str(
        "\nAfter a form that kubectl has dropped and books still teach, a terminal shows one dim line more, with what is \
         written today; `export PODGROUND_HINTS=off` turns that off.\n",
    );
    text.push_str("\nThese change nothing that could be seen here:\n\n");
    for (command, flag, why) in podground_kubectl::FLAGS_WITHOUT_EFFECT {
        let name = [*command, "--"].join(if command.is_empty() { "" } else { " " });
        text.push_str(&format!("- `kubectl {name}{flag}`: {why}\n"));
    }
}
