//! An object's programs as the loader hands them to the kernel: which functions, in which order.
//!
//! A function that a program calls stands behind it in the loaded program. This is Aya's order: each callee is
//! appended when its first call is met, then its own callees
//! (<https://docs.rs/aya-obj/0.3.0/src/aya_obj/relocation.rs.html>).

use std::collections::BTreeMap;

use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

use super::lines::LinesError;

/// Bytes of one instruction.
pub(super) const INSTRUCTION: u64 = 8;

/// How many functions a program may have.
const MOST: usize = 256;

/// A function of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) section: String,
    /// From the beginning of the section, in bytes.
    pub(super) address: u64,
    /// In bytes.
    pub(super) size: u64,
    /// Calls and addresses of functions: where in this function (in bytes), and which.
    calls: Vec<(u64, usize)>,
    /// Its instructions, as they stand in the object.
    code: Vec<u8>,
}

/// One instruction of a program, with what is needed to recognise it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instruction<'a> {
    /// What it does.
    pub(super) opcode: u8,
    /// The source register; says for a call what is called.
    pub(super) source: u8,
    /// The constant.
    pub(super) immediate: i32,
    /// The function of the program that it calls or takes the address of.
    pub(super) function: Option<&'a Function>,
    /// Whether it is a jump to an instruction before it: the end of a loop.
    pub(super) jumps_back: bool,
}

/// All functions of an object.
#[derive(Debug, Default)]
pub(super) struct Functions(Vec<Function>);

/// One program of an object, by name and section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPrograms {
    /// The function's name.
    pub name: String,
    /// The section, which tells its type: `tracepoint/syscalls/sys_enter_getppid`.
    pub section: String,
    /// The section's number.
    pub index: u32,
}

/// The programs of an object, in its order.
///
/// # Errors
/// [`LinesError::NoObject`].
pub fn programs_of(bytes: &[u8]) -> Result<Vec<ObjectPrograms>, LinesError> {
    let file = open(bytes)?;
    let functions = Functions::read(&file);
    let sections: BTreeMap<String, u32> = file
        .sections()
        .filter_map(|section| Some((section.name().ok()?.to_owned(), section.index().0 as u32)))
        .collect();
    let program = |function: &&Function| !function.section.starts_with(".text") && !function.name.is_empty();
    let found = functions.0.iter().filter(program);
    let shown = |f: &Function| ObjectPrograms {
        name: f.name.clone(),
        section: f.section.clone(),
        index: sections.get(&f.section).copied().unwrap_or_default(),
    };
    Ok(found.map(shown).collect())
}

/// A program's instructions, with the functions that it calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramSize {
    /// The program's name.
    pub name: String,
    /// How many instructions there are in all functions.
    pub instructions: u64,
    /// The program itself, then what it calls, in the order in which the kernel sees them.
    pub functions: Vec<SizedFunction>,
}

/// One function of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizedFunction {
    /// Its instructions, 8 bytes each.
    pub code: Vec<u8>,
    /// The functions that it calls or takes the address of, as places in [`ProgramSize::functions`].
    pub callees: Vec<usize>,
}

/// The sizes of all programs of an object, in its order.
///
/// # Errors
/// [`LinesError::NoObject`].
pub fn sizes_of(bytes: &[u8]) -> Result<Vec<ProgramSize>, LinesError> {
    let functions = Functions::read(&open(bytes)?);
    let programs = functions.0.iter().filter(|function| !function.section.starts_with(".text"));
    Ok(programs.filter_map(|program| functions.size(&program.name)).collect())
}

/// Opens an eBPF object.
pub(super) fn open(bytes: &[u8]) -> Result<object::File<'_>, LinesError> {
    let broken = |error| LinesError::NoObject(format!("it is damaged or cut off ({error})"));
    let file = object::File::parse(bytes).map_err(broken)?;
    if file.architecture() != object::Architecture::Bpf {
        let (kind, machine) = (kind(file.kind()), file.architecture());
        return Err(LinesError::NotBpf(format!("it is {kind} for {machine:?}, not for BPF")));
    }
    if !(file.is_little_endian() && file.is_64()) {
        return Err(LinesError::NotBpf("it is made for machines with another order of bytes".to_owned()));
    }
    Ok(file)
}

/// What an ELF file is.
fn kind(kind: object::ObjectKind) -> &'static str {
    match kind {
        object::ObjectKind::Relocatable => "an object",
        object::ObjectKind::Executable => "a program",
        object::ObjectKind::Dynamic => "a shared library or a program",
        object::ObjectKind::Core => "a memory dump",
        _ => "something",
    }
}

impl Functions {
    pub(super) fn read(file: &object::File<'_>) -> Self {
        let mut list = Vec::new();
        let mut index: BTreeMap<Target, usize> = BTreeMap::new();
        for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
            let Some(section) = symbol.section_index() else { continue };
            let name =
                file.section_by_index(section).ok().and_then(|found| found.name().ok().map(str::to_owned));
            let (Some(name), Ok(symbol_name)) = (name, symbol.name()) else { continue };
            index.entry((section.0, symbol.address())).or_insert(list.len());
            list.push(Function {
                name: symbol_name.to_owned(),
                section: name,
                address: symbol.address(),
                size: symbol.size(),
                calls: Vec::new(),
                code: Vec::new(),
            });
        }
        for section in file.sections().filter(|section| section.kind() == object::SectionKind::Text) {
            let Ok(data) = section.data() else { continue };
            let targets = relocated(file, &section, data);
            let here = section.index().0;
            let places: Vec<(u64, usize)> =
                index.range((here, 0)..=(here, u64::MAX)).map(|((_, at), which)| (*at, *which)).collect();
            for (place, (begin, which)) in places.iter().enumerate() {
                let begin = *begin;
                // A damaged object may claim any size, and thousands of functions with the same code.
                let next = places.get(place + 1).map_or(u64::MAX, |(begin, _)| *begin);
                let end = begin.saturating_add(list[*which].size).min(next).min(data.len() as u64);
                let calls = calls_in(data, begin, end, here, &targets);
                let calls =
                    calls.filter_map(|(at, target)| Some((at - begin, *index.get(&target)?))).collect();
                let code = usize::try_from(begin).ok().zip(usize::try_from(end).ok());
                list[*which].code =
                    code.and_then(|(begin, end)| data.get(begin..end)).unwrap_or_default().to_vec();
                list[*which].calls = calls;
            }
        }
        Self(list)
    }

    /// The functions of a program, in the order in which the kernel sees them, each with the number of its
    /// first instruction.
    pub(super) fn linked(&self, program: &str) -> Option<Vec<(u64, &Function)>> {
        let main = self.main(program)?;
        let mut next = 0;
        let placed = self.reached_from(main).into_iter().map(|which| {
            let first = next;
            next = self.0[which].size.saturating_add(next * INSTRUCTION) / INSTRUCTION;
            (first, &self.0[which])
        });
        Some(placed.collect())
    }

    fn size(&self, program: &str) -> Option<ProgramSize> {
        let linked = self.reached_from(self.main(program)?);
        let places: BTreeMap<usize, usize> = linked.iter().copied().zip(0..).collect();
        let functions = linked.iter().map(|which| &self.0[*which]).map(|function| SizedFunction {
            code: function.code.clone(),
            callees: function.calls.iter().filter_map(|(_, callee)| places.get(callee).copied()).collect(),
        });
        let functions: Vec<SizedFunction> = functions.collect();
        let bytes: usize = functions.iter().map(|function| function.code.len()).sum();
        Some(ProgramSize { name: program.to_owned(), instructions: bytes as u64 / INSTRUCTION, functions })
    }

    /// A function and all that it calls, in the order in which they are appended.
    fn reached_from(&self, function: usize) -> Vec<usize> {
        let (mut order, mut seen) = (vec![function], vec![false; self.0.len()]);
        seen[function] = true;
        self.link(function, &mut order, &mut seen);
        order
    }

    fn link(&self, caller: usize, order: &mut Vec<usize>, seen: &mut [bool]) {
        for (_, callee) in &self.0[caller].calls {
            if !seen[*callee] && order.len() < MOST {
                seen[*callee] = true;
                order.push(*callee);
                self.link(*callee, order, seen);
            }
        }
    }

    /// The calls of a program's functions that can come back to the function in which they stand: the function,
    /// and where in it, in bytes.
    pub(super) fn recursive_calls(&self, program: &str) -> Vec<(&Function, u64)> {
        let Some(main) = self.main(program) else { return Vec::new() };
        let all = self.reached_from(main);
        // Once a function, not once a call: a damaged object may consist of calls.
        let reached: BTreeMap<usize, Vec<usize>> =
            all.iter().map(|which| (*which, self.reached_from(*which))).collect();
        let mut found = Vec::new();
        for which in all {
            let comes_back = |callee: &usize| reached.get(callee).is_some_and(|all| all.contains(&which));
            let function = &self.0[which];
            let calls = function.calls.iter().filter(|(_, callee)| comes_back(callee));
            found.extend(calls.map(|(at, _)| (function, *at)));
        }
        found
    }

    fn main(&self, program: &str) -> Option<usize> {
        self.0.iter().position(|f| f.name == program && !f.section.starts_with(".text"))
    }

    /// The instructions of a function, each with its offset from the function's beginning, in bytes.
    pub(super) fn instructions<'a>(
        &'a self,
        function: &'a Function,
    ) -> impl Iterator<Item = (u64, Instruction<'a>)> {
        let callees: BTreeMap<u64, usize> = function.calls.iter().copied().collect();
        (0..).step_by(INSTRUCTION as usize).zip(function.code.chunks_exact(8)).map(move |(at, code)| {
            let instruction = Instruction {
                opcode: code[0],
                source: code[1] >> 4,
                immediate: immediate(code, 0).unwrap_or_default(),
                function: callees.get(&at).map(|callee| &self.0[*callee]),
                jumps_back: jumps_back(code),
            };
            (at, instruction)
        })
    }

    pub(super) fn all(&self) -> &[Function] {
        &self.0
    }
}

/// A jump (classes 5 and 6 of RFC 9669, but for calls and the end) with a distance below zero.
fn jumps_back(code: &[u8]) -> bool {
    let (class, operation) = (code[0] & 0x07, code[0] & 0xf0);
    let far = class == 0x06 && operation == 0x00;
    let distance = i32::from(i16::from_le_bytes([code[2], code[3]]));
    let distance = if far { immediate(code, 0).unwrap_or_default() } else { distance };
    matches!(class, 0x05 | 0x06) && !matches!(operation, 0x80 | 0x90) && distance < 0
}

/// A place in an object: a section (its index) and an offset in bytes.
type Target = (usize, u64);

/// What the relocations of a section point to, by offset.
fn relocated(
    file: &object::File<'_>,
    section: &object::Section<'_, '_>,
    data: &[u8],
) -> BTreeMap<u64, Target> {
    let mut found = BTreeMap::new();
    for (at, relocation) in section.relocations() {
        let RelocationTarget::Symbol(symbol) = relocation.target() else { continue };
        let Ok(symbol) = file.symbol_by_index(symbol) else { continue };
        let Some(of) = symbol.section_index() else { continue };
        let is_section = symbol.kind() == SymbolKind::Section;
        let immediate = i64::from(immediate(data, at).unwrap_or_default());
        let call = data.get(usize::try_from(at).unwrap_or(usize::MAX)) == Some(&0x85);
        let added = match (is_section, call) {
            (true, true) => (immediate + 1) * 8,
            (true, false) => immediate,
            (false, _) => 0,
        };
        found.insert(at, (of.0, symbol.address().wrapping_add_signed(added)));
    }
    found
}

fn immediate(data: &[u8], at: u64) -> Option<i32> {
    let instruction = data.get(usize::try_from(at).ok()?..)?;
    Some(i32::from_le_bytes(instruction.get(4..8)?.try_into().ok()?))
}

/// The calls of the program's own functions between two offsets of a section.
fn calls_in<'a>(
    data: &'a [u8],
    begin: u64,
    end: u64,
    section: usize,
    targets: &'a BTreeMap<u64, Target>,
) -> impl Iterator<Item = (u64, Target)> + 'a {
    (begin..end).step_by(INSTRUCTION as usize).filter_map(move |at| {
        if let Some(target) = targets.get(&at) {
            return Some((at, *target));
        }
        // `call` with the source register 1: to a function in the same section, in instructions from the next one.
        let code = data.get(usize::try_from(at).ok()?..)?;
        (code.first() == Some(&0x85) && code.get(1).is_some_and(|registers| registers >> 4 == 1))
            .then_some(())?;
        let distance = (i64::from(immediate(data, at)?) + 1) * 8;
        Some((at, (section, at.wrapping_add_signed(distance))))
    })
}

#[cfg(test)]
mod tests {
    use super::{Function, Functions, INSTRUCTION};

    /// As many functions as count, each calling all of them many times: without care, this takes hours.
    #[test]
    fn an_object_of_calls_costs_no_more_than_its_size() {
        let (functions, calls) = (300, 4_000);
        let function = |number: usize| Function {
            name: format!("f{number}"),
            section: "xdp".to_owned(),
            address: 0,
            size: calls as u64 * INSTRUCTION,
            calls: (0..calls).map(|call| (call as u64 * INSTRUCTION, (call + number) % functions)).collect(),
            code: vec![0x85; calls * 8],
        };
        let all = Functions((0..functions).map(function).collect());
        let linked = all.linked("f0").unwrap();
        assert_eq!(linked.len(), super::MOST);
        let called = linked.iter().flat_map(|(_, function)| all.instructions(function));
        assert_eq!(called.filter(|(_, code)| code.function.is_some()).count(), super::MOST * calls);
        assert!(all.recursive_calls("f0").len() > calls);
    }
}
