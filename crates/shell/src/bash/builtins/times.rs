//! `times`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move { Ok(shell.out("times", "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n").await) })
}
