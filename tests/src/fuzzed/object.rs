//! Objects: a damaged or hostile one is refused or read, and what is read from it fits together.

use std::{path::Path, ptr};

use channel::Cost;
use runner::{
    cost,
    explain::{self, Source, SourceMap, causes},
    transcript::LoadedProgram,
};

use super::assert_printable;

/// How many programs and instructions of one object are asked for.
const ASKED: usize = 32;

/// Reasons for which a line is looked for in the object itself, and a log that names an instruction.
const LOGS: [&str; 8] = [
    "last insn is not an exit or jmp\n",
    "back-edge from insn 12 to 5\n",
    "number of funcs in func_info doesn't match number of subprogs\n",
    "BPF_CALL uses reserved fields\n",
    "BPF_STX uses reserved fields\n",
    "unknown opcode ff\n",
    "Arg#0 type PTR in first_of() is not supported yet.\n",
    "0: (b7) r1 = 0\n1: (79) r1 = *(u64 *)(r0 +0)\nR0 invalid mem access 'map_value_or_null'\n",
];

/// The property.
///
/// # Panics
/// Where it does not hold.
pub fn holds(bytes: &[u8]) {
    let programs = explain::programs_of(bytes);
    is_measured(bytes);
    match SourceMap::from_object(bytes) {
        Ok(map) => {
            let programs = programs.expect("an object with lines is an object");
            assert_eq!(map.programs(), programs.iter().map(|one| one.name.as_str()).collect::<Vec<_>>());
            let known = map.programs();
            known.iter().take(ASKED).for_each(|program| fits_together(&map, program));
            if let Some(program) = known.get(bytes.len() % known.len().max(1)) {
                is_explained(&map, program);
            }
        }
        Err(error) => {
            assert!(programs.is_ok() || programs.as_ref().err() == Some(&error), "{programs:?}, but {error}");
            let message = error.to_string();
            assert_eq!(message.matches("\nhint: ").count(), 1, "{message}");
            assert_printable(&message.lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }
}

/// An instruction's line is not among those behind it.
fn fits_together(map: &SourceMap, program: &str) {
    assert!(map.has(program), "`{program}` is listed and not found");
    let far = [u32::MAX, u32::MAX / 8, 1 << 29];
    for index in (0..).take(ASKED).chain(far) {
        let behind = map.lines_behind(program, index);
        if let Some(line) = map.line_at(program, index) {
            assert!(!behind.iter().any(|other| ptr::eq(*other, line)), "{program}, {index}: {line:?}");
        }
    }
}

/// A refusal of this program is explained in lines that can be printed.
fn is_explained(map: &SourceMap, program: &str) {
    let source = Source { map, program, root: Path::new("no/such/course") };
    for log in LOGS {
        let explanation = explain::explain(log, Some(&source));
        assert!(explanation.family.is_some(), "no family for {log}");
        let lines = explain::render(&explanation, None);
        assert!(lines.len() < 100, "{} lines", lines.len());
        assert_printable(&lines);
        assert!(lines.iter().all(|line| line.len() <= 16 << 10), "a line is too long for a person");
        let known = map.programs();
        assert!(explain::program_of(map, log).is_none_or(|found| known.contains(&found)));
    }
}

/// What its programs cost fits its size, and an error of a map in it has a cause.
fn is_measured(bytes: &[u8]) {
    let Ok(sizes) = explain::sizes_of(bytes) else { return };
    let loaded = sizes.iter().map(|size| {
        assert!(size.instructions <= bytes.len() as u64 / 8, "{} instructions", size.instructions);
        let count = size.functions.len();
        assert!(size.functions.iter().flat_map(|function| &function.callees).all(|callee| *callee < count));
        LoadedProgram { program: size.name.clone(), cost: Cost::default() }
    });
    let loaded: Vec<LoadedProgram> = loaded.take(ASKED).collect();
    assert_eq!(cost::costs(bytes, &loaded).len(), loaded.len());
    let error = "map error: failed to create map `TOTAL`: Invalid argument (os error 22)";
    let cause = explain::open_error(error).expect("a known error");
    assert_eq!(causes::made_exact(cause.clone(), error, bytes).id, cause.id);
}
