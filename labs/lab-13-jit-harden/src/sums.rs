//! Programs with constants: what they look like, what they return, and how the kernel is told to treat them.

use std::fs;

use anyhow::{Context, anyhow};
use kit::{
    Seed,
    raw::{Code, Insn, Kind, Program},
};

use crate::job::Settings;

/// The folder of the switches.
const SWITCHES: &str = "/proc/sys/net/core";

/// What kernels begin with here.
const USUAL: Settings = Settings { enable: 1, harden: 0 };

/// A packet for the runs.
const PACKET: [u8; 64] = [0; 64];

/// A program of so many constants.
pub(crate) struct Sum {
    /// In the order of the program.
    pub(crate) constants: Vec<u32>,
    /// The instructions.
    pub(crate) program: Vec<Insn>,
    /// The lower half of R0 at its end.
    pub(crate) value: u32,
}

/// What became of a program.
pub(crate) struct Made {
    /// Its code.
    pub(crate) code: Code,
    /// What it returned.
    pub(crate) value: u32,
}

impl Sum {
    /// R0 begins with one constant; the others are added to it, or combined with it by exclusive or, in whole registers and
    /// in halves.
    pub(crate) fn new(seed: &mut Seed, count: usize) -> Self {
        // The upper bit is set in some, so that a number with a sign is among them. None is small: small numbers occur
        // in machine code for other reasons.
        let constants: Vec<u32> = (0..count).map(|_| 0x1000_0000 | seed.any() as u32).collect();
        let mut program = Vec::new();
        let mut value = 0_u32;
        for (at, constant) in constants.iter().enumerate() {
            let (opcode, now) = match at {
                0 => (0xb7, *constant),
                _ if at % 3 == 1 => (0x07, value.wrapping_add(*constant)),
                _ if at % 3 == 2 => (0xa4, value ^ constant),
                _ => (0x04, value.wrapping_add(*constant)),
            };
            program.push(Insn::new(opcode, 0, 0, 0, *constant as i32));
            value = now;
        }
        program.push(Insn::new(0x95, 0, 0, 0, 0));
        Self { constants, program, value }
    }

    /// Loads and runs the program under these settings, and puts the switches back.
    pub(crate) fn under(&self, settings: Settings) -> anyhow::Result<Made> {
        switch(settings)?;
        let made = self.made();
        switch(USUAL)?;
        made
    }

    fn made(&self) -> anyhow::Result<Made> {
        let program = Program::load(Kind::Classifier, "sums", &self.program)
            .map_err(|refusal| anyhow!("the kernel refuses a sum: {}\n{}", refusal.error, refusal.log))?;
        let code = program.code().context("no code comes back")?;
        Ok(Made { code, value: program.run(&PACKET)?.value })
    }
}

fn switch(settings: Settings) -> anyhow::Result<()> {
    for (name, value) in [("bpf_jit_enable", settings.enable), ("bpf_jit_harden", settings.harden)] {
        let file = format!("{SWITCHES}/{name}");
        fs::write(&file, value.to_string()).with_context(|| format!("cannot write {value} to `{file}`"))?;
    }
    Ok(())
}

/// Where a number is in machine code.
pub(crate) fn places(jited: &[u8], constant: u32) -> Vec<usize> {
    let is_it = |at: &usize| jited[*at..].starts_with(&constant.to_le_bytes());
    (0..jited.len()).filter(is_it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_what_its_program_says() {
        let sum = Sum::new(&mut Seed::new(3), 4);
        let [a, b, c, d] = sum.constants[..] else { panic!("four were asked for") };
        assert_eq!(sum.value, (a.wrapping_add(b) ^ c).wrapping_add(d));
        assert_eq!(sum.program.len(), 5);
    }

    #[test]
    fn a_number_may_be_in_code_more_than_once() {
        assert_eq!(places(&[1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3], 0x0403_0201), [0, 4]);
    }
}
