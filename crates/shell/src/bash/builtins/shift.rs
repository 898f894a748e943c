//! `shift`.

use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let count = match call.rest().first() {
            None => 1,
            Some(word) => match word.parse::<i64>() {
                Ok(count) if count >= 0 => {
                    super::control::one_argument(shell, "shift", call.rest()).await?;
                    count as usize
                }
                Ok(_) => {
                    return shell.complain("shift", &format!("{word}: shift count out of range"), 1).await;
                }
                Err(_) => {
                    return shell.complain("shift", &format!("{word}: numeric argument required"), 1).await;
                }
            },
        };
        if count > shell.positional.len() {
            return Ok(1);
        }
        Rc::make_mut(&mut shell.positional).drain(..count);
        Ok(0)
    })
}
