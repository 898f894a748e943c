//! `gcloud storage`

use super::{Call, Command};
use crate::cloud::bucket::Labs;
use crate::cloud::storage::{plan, size, write};

pub(super) const COMMANDS: &[Command] = &[Command {
    path: "storage cp",
    valued: &[],
    switches: &["r", "R", "recursive"],
    run: |call| Box::pin(copy(call)),
}];

async fn copy(call: Call) -> u8 {
    let recursive = call.has("r") || call.has("R") || call.has("recursive");
    let Some((target, sources)) = call.words.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        return call.fail("argument [SOURCE ...] DESTINATION: Must be specified.").await;
    };
    let copies = match plan(&call.cluster, &call.process, sources, target, recursive, Labs::Fortune) {
        Ok(copies) => copies,
        Err(message) => {
            let (_, message) = message.split_once(": ").unwrap_or(("", &message));
            return call.fail(message).await;
        }
    };
    if let Some(note) = Labs::Fortune.note(sources) {
        call.process.eprint(note).await;
    }
    let mut total = 0;
    for (index, copy) in copies.iter().enumerate() {
        if let Err(message) = write(&call.cluster, &call.process, copy) {
            return call.fail(&message).await;
        }
        total += copy.bytes.len();
        let to = if copy.to.starts_with("gs://") { copy.to.clone() } else { format!("file://{}", copy.to) };
        call.process.eprint(&format!("Copying {} to {to}\n", copy.from)).await;
        if index % 8 == 7 {
            call.process.host.sim.sleep(std::time::Duration::from_millis(60)).await;
        }
    }
    let (count, size) = (copies.len(), size(total, ""));
    call.process.eprint(&format!("  Completed files {count}/{count} | {size}/{size}\n")).await;
    0
}
