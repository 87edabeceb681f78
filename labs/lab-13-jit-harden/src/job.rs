//! What crosses between the guest program and the exercise: code goes in, settings and constants come back.

use kit::raw::Insn;
use serde::{Deserialize, Serialize};

// ANCHOR: settings
/// What somebody wants of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// Programs are interpreted: no machine code of them anywhere.
    Interpreted,
    /// Programs are compiled, with their constants as they are.
    Compiled,
    /// Programs are compiled, whoever loads them, and no constant is in the machine code.
    Blinded,
}

/// The two switches in `/proc/sys/net/core/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// `bpf_jit_enable`: 0 is off, 1 is on.
    pub enable: u8,
    /// `bpf_jit_harden`: 0 is off, 1 is for those without privileges, 2 is for all.
    pub harden: u8,
}
// ANCHOR_END: settings

/// What the exercise is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// The settings for some wishes.
    Settings(Vec<Wish>),
    /// Where each constant is in machine code.
    Places {
        /// Machine code.
        jited: Vec<u8>,
        /// The constants.
        constants: Vec<u32>,
    },
    /// The constants of a program that was blinded.
    Constants(Vec<Insn>),
}

/// What the exercise says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// For each wish.
    Settings(Vec<Settings>),
    /// For each constant, the offsets of its first byte.
    Places(Vec<Vec<usize>>),
    /// In the order of the program.
    Constants(Vec<u32>),
}
