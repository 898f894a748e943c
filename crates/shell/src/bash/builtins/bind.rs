//! `bind`: accepted, since scripts call it at start; the keys stay as they are.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if !shell.interactive {
            shell.error("bind: warning: line editing not enabled").await;
            return Ok(0);
        }
        shell.error("bind: podground does not support changing the keys yet").await;
        Ok(1)
    })
}
