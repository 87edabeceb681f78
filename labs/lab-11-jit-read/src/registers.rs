//! The second check: in which machine register does each BPF register live?
//!
//! One program gives each register a value. The exercise is told the values, in another order than the program's, and
//! not which register got which.

use kit::{Exercise, Lab, Seed, raw::Insn};

use crate::{
    ask,
    job::{Answer, Question},
    load,
};

/// A value that a register gets.
#[derive(Debug, Clone, Copy)]
struct Given {
    register: u8,
    value: u64,
}

/// How a value gets into a register.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// A number.
    Number,
    /// One below 0: 64 bits with the upper half set.
    Negative,
    /// Into the lower half, with its highest bit set: the upper half becomes 0.
    Half,
    /// 64 bits at once.
    Wide,
}

/// A mention that moves something else, in front of a move.
#[derive(Debug, Clone, Copy)]
enum Decoy {
    None,
    /// `rX ^= value`, if it is a number of 32 bits.
    Xor,
    /// A wide move of a value that has this one in its lower half.
    Wide,
}

pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let (program, mut given) = draw(lab.seed());
    let loaded = load("values", &program)?;
    let jited = loaded.code()?.jited;
    given.sort_by_key(|given| given.value);
    let values: Vec<u64> = given.iter().map(|given| given.value).collect();
    let names: Vec<String> = values.iter().map(|value| format!("{value:#x}")).collect();
    lab.check("registers");
    match ask(exercise, &Question::Registers { jited, values }, &names)? {
        Ok(Answer::Registers(found)) => {
            let mut lines: Vec<_> = given.iter().zip(found).collect();
            lines.sort_by_key(|(given, _)| given.register);
            for (Given { register, value }, found) in lines {
                let found = found.unwrap_or_else(|| "not found".to_owned());
                lab.observe(format!("r{register}: {found}, where the code has {value:#x}"));
            }
        }
        Ok(_) => {}
        Err(why) => lab.observe(why),
    }
    Ok(())
}

/// The program, and what each register gets in it.
fn draw(seed: &mut Seed) -> (Vec<Insn>, Vec<Given>) {
    let mut order = [3, 0, 9, 1, 6, 4, 8, 2, 7, 5];
    let mut ways = [Way::Number; 10];
    (ways[1], ways[4], ways[6], ways[7]) = (Way::Negative, Way::Wide, Way::Half, Way::Negative);
    let mut decoys: [Decoy; 10] = std::array::from_fn(|at| [Decoy::Xor, Decoy::None, Decoy::Wide][at % 3]);
    seed.shuffle(&mut order);
    seed.shuffle(&mut ways);
    seed.shuffle(&mut decoys[1..]);
    // There is no register yet that a decoy could go to.
    decoys[0] = Decoy::None;
    let (mut program, mut given) = (Vec::new(), Vec::new());
    for (at, register) in order.into_iter().enumerate() {
        let number = number(seed, at);
        let (insns, value) = moved(ways[at], register, number);
        let before = order[at.saturating_sub(1)];
        match decoys[at] {
            Decoy::Xor if i32::try_from(value as i64).is_ok() => {
                program.push(Insn::new(0xa7, before, 0, 0, value as i32));
            }
            Decoy::Wide => program.extend(wide(before, value & 0xffff_ffff | 0x5eed_0000_0000)),
            _ => {}
        }
        program.extend(insns);
        given.push(Given { register, value });
    }
    // R10 cannot be written; it says where on the stack this number goes.
    let number = number(seed, order.len());
    program.push(Insn::new(0x7a, 10, 0, -8, number));
    given.push(Given { register: 10, value: number as u64 });
    program.extend([Insn::new(0xb7, 0, 0, 0, 0), Insn::new(0x95, 0, 0, 0, 0)]);
    (program, given)
}

/// A number above 0 that no other place has.
fn number(seed: &mut Seed, at: usize) -> i32 {
    let drawn = seed.number(0x0a21 + 0x111 * at as u64, 0x0800..=0x7eff);
    (drawn as i32) << 16 | (at as i32) << 8 | 0x21
}

/// The instructions that give a register a value, and which value that is.
fn moved(way: Way, register: u8, number: i32) -> (Vec<Insn>, u64) {
    let sign = i32::MIN;
    match way {
        Way::Number => (vec![Insn::new(0xb7, register, 0, 0, number)], number as u64),
        Way::Negative => (vec![Insn::new(0xb7, register, 0, 0, -number)], i64::from(-number) as u64),
        Way::Half => {
            (vec![Insn::new(0xb4, register, 0, 0, number | sign)], u64::from((number | sign) as u32))
        }
        Way::Wide => {
            let value = (number as u64) << 32 | number.rotate_left(8) as u32 as u64;
            (wide(register, value).to_vec(), value)
        }
    }
}

fn wide(register: u8, value: u64) -> [Insn; 2] {
    [Insn::new(0x18, register, 0, 0, value as i32), Insn::new(0, 0, 0, 0, (value >> 32) as i32)]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_register_gets_a_value_of_its_own() {
        for value in 0..200 {
            let (_, given) = draw(&mut Seed::new(value));
            let registers: BTreeSet<u8> = given.iter().map(|given| given.register).collect();
            let values: BTreeSet<u64> = given.iter().map(|given| given.value).collect();
            assert_eq!((registers.len(), values.len()), (11, 11), "{value}");
        }
    }
}
