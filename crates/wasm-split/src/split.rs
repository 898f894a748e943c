//! The two modules.

use std::collections::BTreeSet;

use walrus::ir::{UnaryOp, Value, Visitor, dfs_in_order};
use walrus::passes::gc;
use walrus::{
    ConstExpr, Data, Element, ElementItems, ElementKind, Export, ExportItem, Function, FunctionBuilder,
    FunctionId, FunctionKind, Global, GlobalId, GlobalKind, Import, ImportedFunction, InstrSeqBuilder,
    LocalFunction, Memory, MemoryId, Module, RefType, Table, TableId, ValType,
};

use crate::late::{Late, LateText};
use crate::{Error, Profile, parse};

/// The export of the first module that is the rest's table of functions.
pub const TABLE: &str = "rest.table";

/// The export of the first module that says whether the rest is there.
pub const LOADED: &str = "rest.loaded";

/// What the rest imports all that it needs from.
const FIRST: &str = "first";

/// Both halves of a module.
#[derive(Debug)]
pub struct Parts {
    /// Runs on its own until it calls a function of the rest.
    pub first: Vec<u8>,
    /// Is instantiated with `{ first: EXPORTS OF THE FIRST }`.
    pub rest: Vec<u8>,
}

/// Splits a module. `profile` are the functions that stay; `load` is the export that has the rest loaded; `late` are
/// texts among the data that only the rest reads.
pub fn split(wasm: &[u8], profile: &Profile, load: &str, late: &[LateText]) -> Result<Parts, Error> {
    let plan = Plan::new(&parse(wasm)?, profile, load, late)?;
    let first = plan.first(parse(wasm)?, late)?.emit_wasm();
    Ok(Parts { first, rest: plan.rest(parse(wasm)?, late)?.emit_wasm() })
}

/// The place of a function among all of a module: the same whenever the module is read, as ids are not.
type Place = usize;

/// Which function goes where.
struct Plan {
    /// Called to have the rest loaded.
    load: Place,
    /// Those that go and that what stays refers to, in the order of the rest's table.
    entries: Vec<Place>,
    /// Those that stay, or that the host gives, and that the rest calls.
    shared: Vec<Place>,
}

impl Plan {
    fn new(module: &Module, profile: &Profile, load: &str, late: &[LateText]) -> Result<Self, Error> {
        let load =
            module.exports.get_func(load).map_err(|_| format!("the module exports no function {load}"))?;
        let mut kept = needed_to_load(module, load);
        let numbered = (0..).zip(module.funcs.iter_local().map(|(id, _)| id));
        kept.extend(numbered.filter(|(number, _)| profile.contains(number)).map(|(_, id)| id));

        Late::find(module, late)?.check(module, &kept)?;

        let (mut from_first, mut from_rest) = (Calls::default(), Calls::default());
        for (id, function) in module.funcs.iter_local() {
            if kept.contains(&id) { &mut from_first } else { &mut from_rest }.read(function);
        }
        for element in module.elements.iter() {
            match &element.items {
                ElementItems::Functions(functions) => from_first.0.extend(functions),
                ElementItems::Expressions(..) => {
                    return Err("tables of expressions are not known here".to_owned());
                }
            }
        }
        from_first.0.extend(module.exports.iter().filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        }));
        let goes = |function: &Function| {
            matches!(function.kind, FunctionKind::Local(_)) && !kept.contains(&function.id())
        };
        let places = || module.funcs.iter().enumerate();
        let is_load = |(_, function): &(Place, &Function)| function.id() == load;
        Ok(Self {
            load: places()
                .find(is_load)
                .map(|(place, _)| place)
                .ok_or("the loading function is not among all")?,
            entries: places()
                .filter(|(_, function)| goes(function) && from_first.0.contains(&function.id()))
                .map(|(place, _)| place)
                .collect(),
            shared: places()
                .filter(|(_, function)| !goes(function) && from_rest.0.contains(&function.id()))
                .map(|(place, _)| place)
                .collect(),
        })
    }

    /// What stays, with stubs for what went.
    fn first(&self, mut module: Module, late: &[LateText]) -> Result<Module, Error> {
        Late::find(&module, late)?.cut(&mut module);
        let functions = Functions::of(&module);
        let shared = Shared::of(&module, functions.at(&self.shared));
        let table = self.add_table(&mut module);
        let loaded = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        let load = functions.0[self.load];
        for (slot, id) in (0_i32..).zip(functions.at(&self.entries)) {
            let stub = stub(&mut module, id, Slot { table, slot }, loaded, load);
            module.funcs.get_mut(id).kind = FunctionKind::Local(stub);
        }
        module.exports.add(TABLE, table);
        module.exports.add(LOADED, loaded);
        for (name, id) in shared.memories {
            module.exports.add(&name, id);
        }
        for (name, id) in shared.tables {
            module.exports.add(&name, id);
        }
        for (name, id) in shared.globals {
            module.exports.add(&name, id);
        }
        for (name, id) in shared.functions {
            module.exports.add(&name, id);
        }
        gc::run(&mut module);
        Ok(module)
    }

    /// What went, which imports all else.
    fn rest(&self, mut module: Module, late: &[LateText]) -> Result<Module, Error> {
        let late = Late::find(&module, late)?;
        let functions = Functions::of(&module);
        let shared = Shared::of(&module, functions.at(&self.shared));
        strip(&mut module);
        late.bring(&mut module);
        for (name, id) in shared.memories {
            module.memories.get_mut(id).import = Some(module.imports.add(FIRST, &name, id));
        }
        for (name, id) in shared.tables {
            module.tables.get_mut(id).import = Some(module.imports.add(FIRST, &name, id));
        }
        for (name, id) in shared.globals {
            module.globals.get_mut(id).kind = GlobalKind::Import(module.imports.add(FIRST, &name, id));
        }
        for (name, id) in shared.functions {
            if let Some(old) = module.imports.get_imported_func(id).map(Import::id) {
                module.imports.delete(old);
            }
            let ty = module.funcs.get(id).ty();
            let import = module.imports.add(FIRST, &name, id);
            module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
        let table = self.add_table(&mut module);
        module.tables.get_mut(table).import = Some(module.imports.add(FIRST, TABLE, table));
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(0)) };
        let entries = ElementItems::Functions(functions.at(&self.entries).collect());
        let element = module.elements.add(kind, entries);
        module.tables.get_mut(table).elem_segments.insert(element);
        gc::run(&mut module);
        Ok(module)
    }

    fn add_table(&self, module: &mut Module) -> TableId {
        let size = self.entries.len() as u64;
        module.tables.add_local(false, size, Some(size), RefType::FUNCREF)
    }
}

/// Takes out what the first module brings: data, tables' contents, exports, the start.
fn strip(module: &mut Module) {
    module.start = None;
    for id in module.exports.iter().map(Export::id).collect::<Vec<_>>() {
        module.exports.delete(id);
    }
    for id in module.elements.iter().map(Element::id).collect::<Vec<_>>() {
        module.elements.delete(id);
    }
    for id in module.data.iter().map(Data::id).collect::<Vec<_>>() {
        module.data.delete(id);
    }
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());
    module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
}

/// All functions of a module by place.
struct Functions(Vec<FunctionId>);

impl Functions {
    fn of(module: &Module) -> Self {
        Self(module.funcs.iter().map(Function::id).collect())
    }

    fn at(&self, places: &[Place]) -> impl Iterator<Item = FunctionId> {
        places.iter().map(|&place| self.0[place])
    }
}

/// What crosses between the two, each with its name, the same on both sides.
struct Shared {
    memories: Vec<(String, MemoryId)>,
    tables: Vec<(String, TableId)>,
    globals: Vec<(String, GlobalId)>,
    functions: Vec<(String, FunctionId)>,
}

impl Shared {
    fn of(module: &Module, functions: impl Iterator<Item = FunctionId>) -> Self {
        Self {
            memories: named("m", module.memories.iter().map(Memory::id)),
            tables: named("t", module.tables.iter().map(Table::id)),
            globals: named("g", module.globals.iter().map(Global::id)),
            functions: named("f", functions),
        }
    }
}

fn named<T>(kind: &str, ids: impl Iterator<Item = T>) -> Vec<(String, T)> {
    ids.enumerate().map(|(number, id)| (format!("rest.{kind}{number}"), id)).collect()
}

/// A place in the table of the rest.
struct Slot {
    table: TableId,
    slot: i32,
}

/// A function that has the rest loaded, if that is still to do, and calls on.
fn stub(
    module: &mut Module,
    id: FunctionId,
    slot: Slot,
    loaded: GlobalId,
    load: FunctionId,
) -> LocalFunction {
    let ty = module.funcs.get(id).ty();
    let (params, results) = (module.types.params(ty).to_vec(), module.types.results(ty).to_vec());
    let arguments: Vec<_> = params.iter().map(|&param| module.locals.add(param)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let mut body = builder.func_body();
    let call_load = |then: &mut InstrSeqBuilder| {
        then.call(load);
    };
    body.global_get(loaded).unop(UnaryOp::I32Eqz).if_else(None, call_load, |_| {});
    for &argument in &arguments {
        body.local_get(argument);
    }
    body.i32_const(slot.slot).call_indirect(ty, slot.table);
    builder.local_func(arguments)
}

/// Functions that must be in the first module whatever the profile says: loading may not need loading.
fn needed_to_load(module: &Module, load: FunctionId) -> BTreeSet<FunctionId> {
    let (mut found, mut open) = (BTreeSet::new(), vec![load]);
    open.extend(module.start);
    while let Some(id) = open.pop() {
        if let FunctionKind::Local(function) = &module.funcs.get(id).kind
            && found.insert(id)
        {
            let mut calls = Calls::default();
            calls.read(function);
            open.extend(calls.0);
        }
    }
    found
}

/// Functions that functions refer to.
#[derive(Default)]
struct Calls(BTreeSet<FunctionId>);

impl Calls {
    fn read(&mut self, function: &LocalFunction) {
        dfs_in_order(self, function, function.entry_block());
    }
}

impl Visitor<'_> for Calls {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.0.insert(*function);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use walrus::{ImportKind, Module};

    use super::{LOADED, Parts, TABLE, split};
    use crate::LateText;

    /// `main` calls `early`, and `late` by the table; `late` calls `later` and `early`.
    const PROGRAM: &str = r#"(module
        (type $unary (func (param i32) (result i32)))
        (import "host" "load" (func $host_load))
        (import "host" "told" (func $told (param i32)))
        (memory (export "memory") 1)
        (table $table 1 funcref)
        (elem (table $table) (i32.const 0) func $late)
        (global $stack (mut i32) (i32.const 7))
        (data (i32.const 8) "earlylatetext/home/a.rs/home/b.rs/home")
        (func $early (param i32) (result i32) local.get 0)
        (func $late (param i32) (result i32)
          global.get $stack call $told local.get 0 call $early call $later)
        (func $later (param i32) (result i32) local.get 0 i32.const 1 i32.add)
        (func (export "main") (result i32)
          i32.const 1 call $early i32.const 0 call_indirect $table (type $unary))
        (func (export "load") call $host_load))"#;

    fn parts() -> Parts {
        let wasm = wat::parse_str(PROGRAM).expect("a module");
        let late = [LateText::Whole(b"late".to_vec()), LateText::Paths(b"/home/".to_vec())];
        // `early`, `main` and `load` ran.
        split(&wasm, &[0, 3, 4].into(), "load", &late).expect("two modules")
    }

    #[test]
    fn the_rest_imports_what_the_first_exports() {
        let parts = parts();
        let first = Module::from_buffer(&parts.first).expect("the first is valid");
        let rest = Module::from_buffer(&parts.rest).expect("the rest is valid");
        let exports: Vec<&str> = first.exports.iter().map(|export| export.name.as_str()).collect();
        let mut imports = BTreeMap::<&str, usize>::new();
        for import in rest.imports.iter() {
            assert_eq!(import.module, "first");
            assert!(exports.contains(&import.name.as_str()), "{} is not exported", import.name);
            let kind = match import.kind {
                ImportKind::Function(_) => "functions",
                ImportKind::Table(_) => "tables",
                ImportKind::Global(_) => "globals",
                _ => "others",
            };
            *imports.entry(kind).or_default() += 1;
        }
        assert!(exports.contains(&TABLE) && exports.contains(&LOADED));
        // `told` and `early`; the table of the rest; the stack pointer; the memory for its data.
        let expected = [("functions", 2), ("tables", 1), ("globals", 1), ("others", 1)];
        assert_eq!(imports, BTreeMap::from(expected));
    }

    #[test]
    fn each_function_is_in_one_part() {
        let parts = parts();
        let first = Module::from_buffer(&parts.first).expect("the first is valid");
        let rest = Module::from_buffer(&parts.rest).expect("the rest is valid");
        // `early`, `main`, `load` and a stub for `late`; nothing in the first refers to `later`.
        assert_eq!(first.funcs.iter_local().count(), 4);
        assert_eq!(rest.funcs.iter_local().count(), 2);
        let data = |module: &Module| module.data.iter().map(|data| data.value.clone()).collect::<Vec<_>>();
        assert_eq!(data(&first), [b"early".to_vec(), b"text".to_vec(), b"/home".to_vec()]);
        assert_eq!(data(&rest), [b"late".to_vec(), b"/home/a.rs/home/b.rs".to_vec()]);
    }

    #[test]
    fn the_loading_function_must_be_there() {
        let wasm = wat::parse_str(PROGRAM).expect("a module");
        assert!(split(&wasm, &[0].into(), "nothing", &[]).expect_err("no such export").contains("nothing"));
    }

    #[test]
    fn what_stays_may_not_refer_to_late_data() {
        let wasm = wat::parse_str(PROGRAM.replace("local.get 0)", "i32.const 14)")).expect("a module");
        let parts = |late: &[u8]| split(&wasm, &[0, 3, 4].into(), "load", &[LateText::Whole(late.to_vec())]);
        assert!(parts(b"late").expect_err("`early` refers to it").contains("at 14"));
        assert!(parts(b"text").is_ok());
        assert!(parts(b"nowhere").expect_err("not there").contains("nowhere"));
    }
}
