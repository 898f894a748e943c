//! `let`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if call.rest().is_empty() {
            return shell.complain("let", "expression expected", 1).await;
        }
        let mut value = 0;
        for word in call.rest() {
            match shell.evaluate(word) {
                Ok(number) => value = number,
                Err(error) => return shell.complain("let", &error.message, 1).await,
            }
        }
        Ok(u8::from(value == 0))
    })
}
