//! What the kernel calls the parts of an opcode: tables, in the order of the numbers.
//!
//! It takes no word apart; the one instruction that it writes is an old one.

use crate::insn::{
    Field::{Immediate, Src},
    Insn, Refusal,
};

// ANCHOR: masks
/// The class: the lower three bits of an opcode. It says what the other five mean.
pub const CLASS: u8 = 0x07;
/// In arithmetic and jumps: the second operand is a register, not the immediate.
pub const X: u8 = 0x08;
/// In loads and stores: how memory is reached.
pub const MODE: u8 = 0xe0;
// ANCHOR_END: masks

// ANCHOR: classes
/// The wide load, and packet loads of an older time.
pub const LD: u8 = 0;
/// Loads.
pub const LDX: u8 = 1;
/// Stores of a number.
pub const ST: u8 = 2;
/// Stores of a register.
pub const STX: u8 = 3;
/// Arithmetic on lower halves: `w1` is the lower half of `r1`.
pub const ALU: u8 = 4;
/// Jumps that compare whole registers, calls, the end.
pub const JMP: u8 = 5;
/// Jumps that compare lower halves.
pub const JMP32: u8 = 6;
/// Arithmetic on whole registers.
pub const ALU64: u8 = 7;
// ANCHOR_END: classes

// ANCHOR: tables
/// Signs of arithmetic, by the upper four bits. The ninth is negation, which has no second operand.
pub const ARITHMETIC: [&str; 13] =
    ["+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "", "%=", "^=", "=", "s>>="];

/// Signs of comparisons, by the upper four bits. `goto`, `call` and `exit` compare nothing.
pub const CONDITIONS: [&str; 14] =
    ["", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<="];

/// Sizes of loads and stores, by the two bits above the class.
pub const SIZES: [&str; 4] = ["u32", "u16", "u8", "u64"];

/// The ways to memory that this lab knows: plain, and an addition in one piece.
pub const MEM: u8 = 0x60;
/// It goes with [`STX`] and `u32` or `u64`.
pub const ATOMIC: u8 = 0xc0;
// ANCHOR_END: tables

// ANCHOR: opcodes
/// Whole opcodes that stand for themselves: `r1 = -r1`, and with a `w`.
pub const NEG64: u8 = 0x87;
/// `w1 = -w1`.
pub const NEG: u8 = 0x84;
/// `r1 = le16 r1`: byte order. The immediate says how many bits: 16, 32 or 64.
pub const LE: u8 = 0xd4;
/// `r1 = be16 r1`.
pub const BE: u8 = 0xdc;
/// `goto pc+3`.
pub const GOTO: u8 = 0x05;
/// `call bpf_get_prandom_u32#7`; with 1 in `src` it calls a function of the program: `call pc+8`.
pub const CALL: u8 = 0x85;
/// `exit`.
pub const EXIT: u8 = 0x95;
/// `r1 = 0x1122334455667788`: the only one of two words.
pub const WIDE: u8 = 0x18;
// ANCHOR_END: opcodes

/// The sign of an opcode in one of the tables, by its upper four bits.
///
/// # Errors
/// [`Refusal::Opcode`], if the table has none.
pub fn sign(table: &[&'static str], opcode: u8) -> Result<&'static str, Refusal> {
    let sign = table.get(usize::from(opcode >> 4)).copied().unwrap_or_default();
    if sign.is_empty() { Err(Refusal::Opcode) } else { Ok(sign) }
}

/// The first helpers, by their numbers: `__BPF_FUNC_MAPPER` in `include/uapi/linux/bpf.h`. Linux 5.10 has 155.
const HELPERS: [&str; 16] = [
    "bpf_unspec",
    "bpf_map_lookup_elem",
    "bpf_map_update_elem",
    "bpf_map_delete_elem",
    "bpf_probe_read",
    "bpf_ktime_get_ns",
    "bpf_trace_printk",
    "bpf_get_prandom_u32",
    "bpf_get_smp_processor_id",
    "bpf_skb_store_bytes",
    "bpf_l3_csum_replace",
    "bpf_l4_csum_replace",
    "bpf_tail_call",
    "bpf_clone_redirect",
    "bpf_get_current_pid_tgid",
    "bpf_get_current_uid_gid",
];

/// The name of a helper; `unknown` if it is not in this lab's short list.
#[must_use]
pub fn helper(number: i32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| HELPERS.get(number).copied()).unwrap_or("unknown")
}

// ANCHOR: packet
/// The loads of class LD that are no wide load. They are older than eBPF: `r0` gets a piece of the packet at a fixed place
/// (mode 0x20), or at one that a register says (mode 0x40).
///
/// # Errors
/// All but [`Refusal::SecondHalf`].
pub fn packet(insn: Insn) -> Result<String, Refusal> {
    let Insn { opcode, src, immediate, .. } = insn;
    let size = SIZES[usize::from(opcode >> 3 & 3)];
    match opcode & MODE {
        _ if size == "u64" => Err(Refusal::Opcode),
        0x20 => {
            insn.only(&[Immediate])?;
            Ok(format!("r0 = *({size} *)skb[{immediate}]"))
        }
        0x40 => {
            insn.only(&[Src, Immediate])?;
            Ok(format!("r0 = *({size} *)skb[r{src} + {immediate}]"))
        }
        _ => Err(Refusal::Opcode),
    }
}
// ANCHOR_END: packet
