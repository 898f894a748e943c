//! What is simulated, told from the tables that make it so.

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
    text
}
