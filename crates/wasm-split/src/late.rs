//! Data that only the rest reads: it goes there, and comes to its place in memory when the rest is instantiated.

use std::collections::BTreeSet;
use std::ops::Range;

use walrus::ir::{Const, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, Data, DataKind, FunctionId, MemoryId, Module};

use crate::Error;

/// Data that only the rest reads.
pub enum LateText {
    /// A file that the program includes; it has to be there once.
    Whole(Vec<u8>),
    /// The paths of source files that begin so, which only a panic tells.
    Paths(Vec<u8>),
}

/// Where the texts are in memory.
pub(crate) struct Late {
    memory: Option<MemoryId>,
    texts: Vec<(u32, Vec<u8>)>,
    /// Where the files are: nothing that stays may read there. Of a path it would only tell too little.
    files: Vec<Range<u32>>,
}

impl Late {
    /// Finds the texts by their bytes.
    pub(crate) fn find(module: &Module, texts: &[LateText]) -> Result<Self, Error> {
        let mut late = Self { memory: None, texts: Vec::new(), files: Vec::new() };
        for text in texts {
            let text = match text {
                LateText::Whole(text) => text,
                LateText::Paths(prefix) => {
                    late.find_paths(module, prefix);
                    continue;
                }
            };
            let shown = || String::from_utf8_lossy(&text[..text.len().min(40)]).into_owned();
            let places: Vec<(MemoryId, u32)> = module
                .data
                .iter()
                .filter_map(|data| Some((placed(data)?, &data.value)))
                .flat_map(|((memory, start), value)| {
                    let found = value.windows(text.len()).enumerate().filter(|(_, window)| window == text);
                    found.map(move |(offset, _)| (memory, start + offset as u32)).collect::<Vec<_>>()
                })
                .collect();
            match places.as_slice() {
                [(memory, address)] => {
                    late.memory = Some(*memory);
                    late.texts.push((*address, text.clone()));
                    late.files.push(*address..*address + text.len() as u32);
                }
                [] => return Err(format!("the module's data do not hold the late text {:?}…", shown())),
                _ => return Err(format!("the module's data hold the late text {:?}… twice", shown())),
            }
        }
        late.join();
        Ok(late)
    }

    fn find_paths(&mut self, module: &Module, prefix: &[u8]) {
        const END: &[u8] = b".rs";
        const LONGEST: usize = 200;
        for data in module.data.iter() {
            let Some((memory, start)) = placed(data) else { continue };
            let mut from = 0;
            while let Some(begin) = position(&data.value[from..], prefix).map(|at| from + at) {
                from = begin + prefix.len();
                let rest = &data.value[from..data.value.len().min(from + LONGEST)];
                if let Some(end) = position(rest, END).map(|at| from + at + END.len()) {
                    self.memory = Some(memory);
                    self.texts.push((start + begin as u32, data.value[begin..end].to_vec()));
                    from = end;
                }
            }
        }
    }

    fn ranges(&self) -> impl Iterator<Item = Range<u32>> {
        self.texts.iter().map(|(address, text)| *address..address + text.len() as u32)
    }

    /// Puts texts together that lie side by side: each segment takes some bytes of its own.
    fn join(&mut self) {
        self.texts.sort();
        let mut joined: Vec<(u32, Vec<u8>)> = Vec::new();
        for (address, text) in std::mem::take(&mut self.texts) {
            match joined.last_mut() {
                Some((before, bytes)) if *before + bytes.len() as u32 == address => bytes.extend(text),
                _ => joined.push((address, text)),
            }
        }
        self.texts = joined;
    }

    /// Refuses where a function that stays refers to what goes.
    pub(crate) fn check(&self, module: &Module, kept: &BTreeSet<FunctionId>) -> Result<(), Error> {
        for (id, function) in module.funcs.iter_local().filter(|(id, _)| kept.contains(id)) {
            let mut constants = Constants::default();
            dfs_in_order(&mut constants, function, function.entry_block());
            if let Some(address) =
                constants.0.iter().find(|c| self.files.iter().any(|range| range.contains(c)))
            {
                let name = module.funcs.get(id).name.clone().unwrap_or_else(|| format!("{id:?}"));
                return Err(format!(
                    "{name} runs before the rest is there, and refers to late data at {address}"
                ));
            }
        }
        Ok(())
    }

    /// Leaves the data without the texts.
    pub(crate) fn cut(&self, module: &mut Module) {
        let Some(memory) = self.memory else { return };
        let whole: Vec<_> =
            module.data.iter().filter_map(|data| Some((data.id(), placed(data)?.1))).collect();
        for (id, start) in whole {
            let value = std::mem::take(&mut module.data.get_mut(id).value);
            let end = start + value.len() as u32;
            let mut from = start;
            let mut pieces = Vec::new();
            for range in self.ranges().filter(|range| start <= range.start && range.end <= end) {
                pieces.push(from..range.start);
                from = range.end;
            }
            pieces.push(from..end);
            module.data.delete(id);
            module.memories.get_mut(memory).data_segments.remove(&id);
            for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
                let bytes = value[(piece.start - start) as usize..(piece.end - start) as usize].to_vec();
                add(module, memory, piece.start, bytes);
            }
        }
    }

    /// Adds the texts to a module without data.
    pub(crate) fn bring(self, module: &mut Module) {
        let Some(memory) = self.memory else { return };
        for (address, text) in self.texts {
            add(module, memory, address, text);
        }
    }
}

fn add(module: &mut Module, memory: MemoryId, address: u32, bytes: Vec<u8>) {
    let offset = ConstExpr::Value(Value::I32(address.cast_signed()));
    let id = module.data.add(DataKind::Active { memory, offset }, bytes);
    module.memories.get_mut(memory).data_segments.insert(id);
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The memory and the address that a segment goes to.
fn placed(data: &Data) -> Option<(MemoryId, u32)> {
    match &data.kind {
        DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(offset)) } => {
            Some((*memory, offset.cast_unsigned()))
        }
        _ => None,
    }
}

/// The integers that a function names.
#[derive(Default)]
struct Constants(Vec<u32>);

impl Visitor<'_> for Constants {
    fn visit_const(&mut self, constant: &Const) {
        if let Value::I32(value) = constant.value {
            self.0.push(value.cast_unsigned());
        }
    }
}
