//! Runs a recorded program once more, one instruction at a time, and compares the end with the kernel's own.
//!
//! The recording holds what the kernel ran and what came out of it, so nothing here is believed: a run that ends in
//! another way than the kernel's is no run.

mod alu;
mod context;
mod machine;
mod maps;
mod memory;

use crate::see::{bpf::Insn, run::Run};
use machine::Machine;

/// How long a run may be.
const LIMIT: usize = 200_000;

/// A run from the first instruction to the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its steps; in a long run those in the middle are one.
    pub steps: Vec<Step>,
    /// How many instructions were carried out.
    pub count: usize,
}

/// One instruction, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The first instruction's number.
    pub at: u32,
    /// How many instructions: 1, if it is not the middle of a long run.
    pub count: usize,
    /// Name and content of all that changed: registers, and 8 bytes of memory at a time.
    pub changes: Vec<(String, String)>,
}

/// How many steps of a long run are shown at its beginning and at its end.
const SHOWN: (usize, usize) = (64, 16);

/// Runs a program as the kernel did.
///
/// # Errors
/// What cannot be run, or how the end differs from the kernel's.
pub fn trace(run: &Run, program: &[u8]) -> Result<Trace, String> {
    let program: Vec<Insn> = program.as_chunks::<8>().0.iter().map(|word| Insn::from(*word)).collect();
    let mut machine = Machine::new(run.kind, &run.maps)?;
    let count = length(&program, run)?;
    let (first, last) = if count > SHOWN.0 + SHOWN.1 + 1 { SHOWN } else { (count, 0) };
    let (mut steps, mut next, mut done) = (Vec::new(), Some(0), 0);
    while let Some(at) = next {
        let before = machine.registers;
        let together = if done == first { count - first - last } else { 1 };
        for _ in 0..together {
            let Some(at) = next else { break };
            next = machine.step(&program, at).map_err(|error| format!("at instruction {at}: {error}"))?;
        }
        done += together;
        steps.push(Step { at: at as u32, count: together, changes: changes(&mut machine, &before) });
    }
    let result = machine.registers[0].ok_or("R0 holds nothing at the end")? as u32;
    if result != run.returned {
        return Err(format!("R0 is {result} here, and {} in the kernel", run.returned));
    }
    machine.maps.iter().try_for_each(|map| map.compare(&machine.memory))?;
    Ok(Trace { steps, count })
}

/// How many instructions a run takes.
fn length(program: &[Insn], run: &Run) -> Result<usize, String> {
    let mut machine = Machine::new(run.kind, &run.maps)?;
    let (mut count, mut next) = (0, Some(0));
    while let Some(at) = next {
        next = machine.step(program, at).map_err(|error| format!("at instruction {at}: {error}"))?;
        count += 1;
        if count > LIMIT {
            return Err(format!("it does not end within {LIMIT} instructions"));
        }
    }
    Ok(count)
}

fn changes(machine: &mut Machine, before: &[Option<u64>; 11]) -> Vec<(String, String)> {
    let memory = machine.memory.changes();
    let registers = machine.registers.iter().zip(before).enumerate();
    let changed = registers.filter(|(_, (now, before))| now != before).map(|(number, (now, _))| {
        let text = now.map_or_else(|| "nothing".to_owned(), |value| machine.memory.text(value));
        (format!("r{number}"), text)
    });
    changed.chain(memory).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::see::raw::{StudyMap, bytes};
    use crate::see::recording::Recording;

    fn run(returned: u32) -> Run {
        Run { kind: 3, returned, filled: Vec::new(), maps: Vec::new() }
    }

    /// r0 = 0; r0 += 1; if r0 < N goto -2; exit
    fn loops(times: u8) -> Vec<u8> {
        bytes(&format!("b700000000000000 0700000001000000 a500feff{times:02x}000000 9500000000000000"))
    }

    #[test]
    fn each_step_has_its_changes() {
        let traced = trace(&run(2), &loops(2)).unwrap();
        assert_eq!(traced.count, 6);
        let steps: Vec<String> =
            traced.steps.iter().map(|step| format!("{} {:?}", step.at, step.changes)).collect();
        assert_eq!(steps[..3], [r#"0 [("r0", "0")]"#, r#"1 [("r0", "1")]"#, "2 []"]);
    }

    #[test]
    fn the_middle_of_a_long_run_is_one_step() {
        let traced = trace(&run(100), &loops(100)).unwrap();
        assert_eq!(traced.count, 202);
        assert_eq!(traced.steps.iter().map(|step| step.count).sum::<usize>(), 202);
        assert_eq!(traced.steps.len(), SHOWN.0 + 1 + SHOWN.1);
        assert_eq!(traced.steps[SHOWN.0].changes, [("r0".to_owned(), "93".to_owned())]);
    }

    #[test]
    fn another_end_than_the_kernels_is_no_run() {
        assert_eq!(trace(&run(3), &loops(2)), Err("R0 is 2 here, and 3 in the kernel".to_owned()));
        let endless = bytes("0500ffff00000000");
        assert!(trace(&run(0), &endless).unwrap_err().starts_with("it does not end"));
    }

    #[test]
    fn another_value_in_an_array_than_the_kernels_is_no_run() {
        let map = StudyMap {
            name: "COUNTS".to_owned(),
            kind: 2,
            key_size: 4,
            value_size: 4,
            max_entries: 2,
            before: "0500000006000000".to_owned(),
            after: "0500000007000000".to_owned(),
        };
        // r0 = COUNTS[0]+8; *(u32 *)(r0 +0) += 1, with the value 1 in r1; r0 = 0
        let code = bytes(
            "1820000000000000 0000000008000000 b701000001000000 c310000000000000 b700000000000000 9500000000000000",
        );
        let with =
            |after: &str| Run { maps: vec![StudyMap { after: after.to_owned(), ..map.clone() }], ..run(0) };
        let traced = trace(&with(&map.after), &code).unwrap();
        assert_eq!(traced.steps[2].changes, [("COUNTS[1]".to_owned(), "07 00 00 00 00 00 00 00".to_owned())]);
        let why = trace(&with("0500000006000000"), &code).unwrap_err();
        assert_eq!(why, "COUNTS[1] is [07, 00, 00, 00] here, and [06, 00, 00, 00] in the kernel");
    }

    /// All that is recorded: each run must end as it did in the kernel.
    #[test]
    fn as_the_kernels_ran_it() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut compared = 0;
        for lab in std::fs::read_dir(root.join("labs")).unwrap().flatten() {
            for file in std::fs::read_dir(lab.path().join("seen")).into_iter().flatten().flatten() {
                let recording = Recording::parse(&std::fs::read_to_string(file.path()).unwrap()).unwrap();
                let Some(run) = &recording.run else { continue };
                let traced = trace(run, &run.program(&recording.bytecode));
                assert!(traced.is_ok(), "{}: {}", file.path().display(), traced.unwrap_err());
                compared += 1;
            }
        }
        assert!(compared >= 20, "{compared} runs were compared");
    }
}
