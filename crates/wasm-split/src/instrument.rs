//! The module that takes the profile.

use walrus::ir::{Call, Const, Value};
use walrus::{FunctionId, ValType};

use crate::{Error, parse};

/// The import that an instrumented module calls at the start of each function, with the function's number.
pub const HOOK_MODULE: &str = "profile";

/// Its name in that module.
pub const HOOK_NAME: &str = "ran";

/// The same module, telling the host of each function that it enters.
pub fn instrument(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let mut module = parse(wasm)?;
    let functions: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    let kind = module.types.add(&[ValType::I32], &[]);
    let (hook, _) = module.add_import_func(HOOK_MODULE, HOOK_NAME, kind);
    for (number, id) in (0_i32..).zip(functions) {
        let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
        let entry = function.entry_block();
        let calls = [Const { value: Value::I32(number) }.into(), Call { func: hook }.into()];
        let place = walrus::ir::InstrLocId::default();
        function.block_mut(entry).instrs.splice(0..0, calls.map(|instruction| (instruction, place)));
    }
    Ok(module.emit_wasm())
}
