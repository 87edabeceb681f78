//! What the kernel comes to: the truth about a program.

use anyhow::{Context, anyhow};
use kit::raw::{Insn, Kind, Program as Loaded, Words};

use crate::{
    Program, REGISTERS,
    opcode::{MEM, MOV, class},
    program::exit,
};

/// The register through which the kernel's side reaches the map.
const MAP: u8 = 9;

/// Bytes of a packet that the kernel wants; no program looks at it.
const PACKET: [u8; 64] = [0; 64];

/// A kernel that runs programs, and the map through which registers go in and come out.
#[derive(Debug)]
pub struct Kernel {
    words: Words,
}

impl Kernel {
    /// The kernel at hand.
    ///
    /// # Errors
    /// If it makes no map.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { words: Words::new(REGISTERS).context("the kernel makes no map")? })
    }

    /// R0 to R8 after the program.
    ///
    /// # Errors
    /// If the kernel does not accept the program; its last words are in the error.
    pub fn run(&self, program: &Program) -> anyhow::Result<[u64; REGISTERS]> {
        let loaded =
            Loaded::load(Kind::Classifier, "generated", &self.framed(program)).map_err(|refusal| {
                let reason: Vec<&str> = refusal.log.lines().rev().take(3).collect();
                anyhow!("the kernel refuses the program: {}: {}", refusal.error, reason.join(" | "))
            })?;
        self.words.write(&program.start).context("the kernel does not take the registers")?;
        loaded.run(&PACKET).context("the kernel does not run the program")?;
        let words = self.words.read().context("the kernel does not give the registers back")?;
        words.try_into().map_err(|_| anyhow!("the map has another length"))
    }

    /// The program between loads and stores of all its registers.
    fn framed(&self, program: &Program) -> Vec<Insn> {
        let place = |register: u8| i16::from(register) * 8;
        let wide = 0x18;
        let load = |register| Insn::new(class::LDX | MEM | wide, register, MAP, place(register), 0);
        let store = |register| Insn::new(class::STX | MEM | wide, MAP, register, place(register), 0);
        let before: Vec<Insn> =
            self.words.address_in(MAP).into_iter().chain((0..REGISTERS as u8).map(load)).collect();
        let end = [Insn::new(class::ALU64 | MOV, 0, 0, 0, 0), exit()];
        let after: Vec<Insn> = (0..REGISTERS as u8).map(store).chain(end).collect();
        program.between(&before, &after)
    }
}
