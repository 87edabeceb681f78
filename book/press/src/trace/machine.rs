//! The machine: registers, frames, and one instruction at a time ("BPF Instruction Set Architecture", RFC 9669).

use super::{
    alu,
    context::Context,
    maps::Map,
    memory::{Memory, Naming},
};
use crate::see::{bpf::Insn, raw::StudyMap};

/// Bytes of a function's stack.
const STACK: usize = 512;

/// How deep functions can call each other: `MAX_CALL_FRAMES` of `include/linux/bpf_verifier.h`.
const FRAMES: usize = 8;

/// The register that holds the end of the stack.
const FP: usize = 10;

/// Where a call comes from, and what it gets back.
#[derive(Debug)]
struct Frame {
    back: usize,
    kept: [Option<u64>; 5],
}

/// The whole state of a run. A register that holds nothing of use is `None`.
#[derive(Debug)]
pub(super) struct Machine {
    /// R0 to R10.
    pub(super) registers: [Option<u64>; 11],
    /// The stack, the packet, and the values of maps.
    pub(super) memory: Memory,
    /// In the order in which instructions name them.
    pub(super) maps: Vec<Map>,
    context: Context,
    frames: Vec<Frame>,
}

impl Machine {
    /// The machine before the first instruction of a program of this type.
    ///
    /// # Errors
    /// If programs of this type are not run.
    pub(super) fn new(kind: u32, maps: &[StudyMap]) -> Result<Self, String> {
        let mut memory = Memory::default();
        let context = Context::new(kind, &mut memory)?;
        let fp = memory.add("fp", Naming::Down, vec![None; STACK]) + STACK as u64;
        let maps = maps.iter().map(|map| Map::new(map, &mut memory)).collect();
        let mut registers = [None; 11];
        registers[1] = Some(context.address);
        registers[FP] = Some(fp);
        Ok(Self { registers, memory, maps, context, frames: Vec::new() })
    }

    /// Carries out the instruction at `at`. Returns the next one; `None` at the end of the program.
    ///
    /// # Errors
    /// What cannot be done, and why.
    pub(super) fn step(&mut self, program: &[Insn], at: usize) -> Result<Option<usize>, String> {
        let insn = *program.get(at).ok_or("the program has no end there")?;
        let dst = usize::from(insn.dst);
        match (insn.opcode & 7, insn.opcode) {
            (4 | 7, _) => {
                // A move does not read what it overwrites.
                let left = if insn.opcode & 0xf0 == 0xb0 { 0 } else { self.register(insn.dst)? };
                self.registers[dst] = Some(alu::arithmetic(insn, left, self.operand(insn)?)?);
            }
            (0, 0x18) => {
                let second = program.get(at + 1).ok_or("half of an instruction is missing")?;
                self.registers[dst] = Some(self.wide(insn, second.immediate)?);
                return Ok(Some(at + 2));
            }
            (1, _) => self.load(insn)?,
            (2, _) => self.store(insn, insn.immediate as u64)?,
            (3, opcode) if opcode & 0xe0 == 0xc0 => self.atomic(insn)?,
            (3, _) => self.store(insn, self.register(insn.src)?)?,
            (_, 0x85) if insn.src == 1 => return self.enter(at, insn).map(Some),
            (_, 0x85) if insn.src == 0 => self.call(insn.immediate)?,
            (_, 0x95) => return Ok(self.leave()),
            (_, 0x05) => return target(at, insn.offset.into()).map(Some),
            (_, 0x06) => return target(at, insn.immediate).map(Some),
            (5 | 6, opcode) if opcode & 0xf0 != 0x80 => {
                if alu::holds(insn, self.register(insn.dst)?, self.operand(insn)?)? {
                    return target(at, insn.offset.into()).map(Some);
                }
            }
            (_, opcode) => return Err(format!("opcode {opcode:#04x} is not for the stepper")),
        }
        Ok(Some(at + 1))
    }

    fn register(&self, number: u8) -> Result<u64, String> {
        let register = self.registers.get(usize::from(number)).ok_or("there is no such register")?;
        register.ok_or_else(|| format!("r{number} holds nothing"))
    }

    fn operand(&self, insn: Insn) -> Result<u64, String> {
        if insn.opcode & 8 == 0 || insn.opcode & 0xf0 == 0xd0 || insn.opcode & 0xf0 == 0x80 {
            return Ok(insn.immediate as u64);
        }
        self.register(insn.src)
    }

    fn wide(&self, insn: Insn, high: i32) -> Result<u64, String> {
        let map = || self.maps.get(insn.immediate as usize).ok_or("there is no such map");
        match insn.src {
            0 => Ok(u64::from(insn.immediate as u32) | u64::from(high as u32) << 32),
            1 => Ok(map()?.handle),
            2 => map()?.value(high as u32),
            _ => Err("the stepper cannot load what this instruction names".to_owned()),
        }
    }

    fn load(&mut self, insn: Insn) -> Result<(), String> {
        let address = self.register(insn.src)?.wrapping_add_signed(insn.offset.into());
        let value = match self.context.field(address, size(insn)) {
            Some(value) => value?,
            None => self.memory.load(address, size(insn))?,
        };
        let is_signed = insn.opcode & 0xe0 == 0x80;
        self.registers[usize::from(insn.dst)] =
            Some(if is_signed { alu::extended(value, 8 * size(insn) as i16)? } else { value });
        Ok(())
    }

    fn store(&mut self, insn: Insn, value: u64) -> Result<(), String> {
        let address = self.register(insn.dst)?.wrapping_add_signed(insn.offset.into());
        self.memory.store(address, &value.to_le_bytes()[..size(insn)])
    }

    fn atomic(&mut self, insn: Insn) -> Result<(), String> {
        let address = self.register(insn.dst)?.wrapping_add_signed(insn.offset.into());
        let old = self.memory.load(address, size(insn))?;
        let is_comparing = insn.immediate & 0xf0 == 0xf0;
        let expected = if is_comparing { self.register(0)? } else { 0 };
        let new = alu::atomic(insn, old, self.register(insn.src)?, expected)?;
        self.memory.store(address, &new.to_le_bytes()[..size(insn)])?;
        if is_comparing {
            self.registers[0] = Some(old);
        } else if insn.immediate & 1 == 1 {
            self.registers[usize::from(insn.src)] = Some(old);
        }
        Ok(())
    }

    /// A call of a function of the program: R6 to R10 are kept, and the stack is a new one.
    fn enter(&mut self, at: usize, insn: Insn) -> Result<usize, String> {
        if self.frames.len() + 1 == FRAMES {
            return Err(format!("functions call each other deeper than {FRAMES}"));
        }
        let kept = [6, 7, 8, 9, FP].map(|number| self.registers[number]);
        self.frames.push(Frame { back: at + 1, kept });
        let name = format!("frame{}:fp", self.frames.len());
        let fp = self.memory.add(&name, Naming::Down, vec![None; STACK]) + STACK as u64;
        self.registers[0] = None;
        self.registers[6..FP].fill(None);
        self.registers[FP] = Some(fp);
        target(at, insn.immediate)
    }

    fn leave(&mut self) -> Option<usize> {
        let frame = self.frames.pop()?;
        self.registers[1..6].fill(None);
        for (number, kept) in [6, 7, 8, 9, FP].into_iter().zip(frame.kept) {
            self.registers[number] = kept;
        }
        Some(frame.back)
    }

    /// A call of a helper: its result is in R0, and R1 to R5 hold nothing of use any more.
    fn call(&mut self, number: i32) -> Result<(), String> {
        let [r1, r2, r3] = [1, 2, 3].map(|number| self.registers[number]);
        let argument = |register: Option<u64>| register.ok_or("an argument is missing");
        let map = |maps: &mut Vec<Map>| {
            let found = maps.iter().position(|map| Some(map.handle) == r1);
            found.ok_or_else(|| "R1 holds no map".to_owned())
        };
        let result = match number {
            1 => {
                let map = map(&mut self.maps)?;
                self.maps[map].lookup(argument(r2)?, &self.memory)?
            }
            2 => {
                let map = map(&mut self.maps)?;
                self.maps[map].update(argument(r2)?, argument(r3)?, &mut self.memory)?
            }
            3 => {
                let map = map(&mut self.maps)?;
                self.maps[map].delete(argument(r2)?, &self.memory)?
            }
            // The kernels of the matrix run on one processor.
            8 => 0,
            _ => return Err(format!("helper {number} answers something else each time")),
        };
        self.registers[0] = Some(result);
        self.registers[1..6].fill(None);
        Ok(())
    }
}

fn target(at: usize, distance: i32) -> Result<usize, String> {
    at.checked_add_signed(distance as isize + 1).ok_or_else(|| "a jump leads before the program".to_owned())
}

/// How many bytes a load or store moves.
fn size(insn: Insn) -> usize {
    match insn.opcode & 0x18 {
        0x00 => 4,
        0x08 => 2,
        0x10 => 1,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::see::raw::bytes;

    /// R0 at the end of a classifier, or why there is no end.
    fn end(code: &str, maps: &[StudyMap]) -> Result<String, String> {
        let program: Vec<Insn> =
            bytes(code).as_chunks::<8>().0.iter().map(|word| Insn::from(*word)).collect();
        let mut machine = Machine::new(3, maps)?;
        let mut next = Some(0);
        while let Some(at) = next {
            next = machine.step(&program, at)?;
        }
        machine.register(0).map(|value| machine.memory.text(value))
    }

    #[rstest]
    #[case::the_length("6110000000000000 9500000000000000", Ok("64"))]
    #[case::the_end_of_the_packet("6110500000000000 9500000000000000", Ok("packet+64"))]
    #[case::half_a_field(
        "6910000000000000 9500000000000000",
        Err("the stepper does not know 2 bytes at offset 0 of the context")
    )]
    #[case::nothing_in_r2("bf20000000000000 9500000000000000", Err("r2 holds nothing"))]
    #[case::the_stack("7a0af8ff07000000 79a0f8ff00000000 9500000000000000", Ok("7"))]
    #[case::a_call_takes_r1("8500000008000000 bf10000000000000 9500000000000000", Err("r1 holds nothing"))]
    #[case::a_random_number(
        "8500000007000000 9500000000000000",
        Err("helper 7 answers something else each time")
    )]
    fn programs(#[case] code: &str, #[case] ends: Result<&str, &str>) {
        assert_eq!(end(code, &[]), ends.map(str::to_owned).map_err(str::to_owned));
    }

    #[test]
    fn a_function_has_a_stack_and_registers_of_its_own() {
        // r6 = 5; call +2; r0 = r6; exit; then: r6 = 9; r0 = r10; exit
        let code = "b706000005000000 8510000002000000 bf60000000000000 9500000000000000 \
                    b706000009000000 bfa0000000000000 9500000000000000";
        assert_eq!(end(code, &[]).as_deref(), Ok("5"));
        let own = code.replace("bf60000000000000 ", "").replace("8510000002", "8510000001");
        assert_eq!(end(&own, &[]).as_deref(), Ok("frame1:fp-0"));
    }

    #[test]
    fn counting_in_a_hash_table() {
        let map = StudyMap {
            name: "COUNTS".to_owned(),
            kind: 1,
            key_size: 4,
            value_size: 4,
            max_entries: 1,
            before: String::new(),
            after: String::new(),
        };
        // *(u32 *)(fp-4) = 3; r1 = COUNTS; r2 = fp; r2 += -4; then a lookup, or an update with the key for its value
        let key = "620afcff03000000 1811000000000000 0000000000000000 bfa2000000000000 07020000fcffffff";
        let lookup = format!("{key} 8500000001000000 ");
        let update = format!("{key} bf23000000000000 b704000000000000 8500000002000000");
        let exit = "9500000000000000";
        assert_eq!(end(&format!("{lookup}{exit}"), std::slice::from_ref(&map)).as_deref(), Ok("0"));
        assert_eq!(
            end(&format!("{update}{lookup}{exit}"), std::slice::from_ref(&map)).as_deref(),
            Ok("COUNTS[3]")
        );
        let other = update.replace("0afcff03", "0afcff04");
        assert_eq!(end(&format!("{update}{other}{exit}"), &[map]).as_deref(), Ok("-7"));
    }
}
