//! Machine code as text: x86-64, in Intel's notation, by iced-x86.
//!
//! Addresses of the kernel are another one each time: they are named, and their bytes are dots.

use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, OpKind};

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its offset, in bytes.
    pub at: u32,
    /// Its bytes, with `..` for those of an address.
    pub bytes: String,
    /// The text.
    pub text: String,
}

/// All instructions. `calls` are the names of what the program calls, in order.
pub fn listing(code: &[u8], calls: &[String]) -> Vec<Machine> {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    formatter.options_mut().set_space_after_operand_separator(true);
    formatter.options_mut().set_uppercase_hex(false);
    formatter.options_mut().set_signed_immediate_operands(true);
    formatter.options_mut().set_hex_prefix("0x");
    formatter.options_mut().set_hex_suffix("");
    formatter.options_mut().set_branch_leading_zeros(false);
    let mut calls = calls.iter();
    let mut list = Vec::new();
    while decoder.can_decode() {
        let insn = decoder.decode();
        let (at, end) = (insn.ip() as usize, insn.next_ip() as usize);
        let mut bytes: Vec<String> = code[at..end].iter().map(|byte| format!("{byte:02x}")).collect();
        let mut text = String::new();
        formatter.format(&insn, &mut text);
        // A function of the program lies at another distance each time, too.
        if leads_outside(&insn, code.len())
            || insn.mnemonic() == iced_x86::Mnemonic::Call && insn.op0_kind() == OpKind::NearBranch64
        {
            let name = if insn.mnemonic() == iced_x86::Mnemonic::Call { calls.next() } else { None };
            let word = text.split(' ').next().unwrap_or_default();
            text = format!("{word} {}", name.map_or("a place in the kernel", String::as_str));
            hide(&mut bytes, 4);
        } else if holds_an_address(&insn) {
            let (before, _) = text.rsplit_once(", ").unwrap_or((&text, ""));
            text = format!("{before}, an address of the kernel");
            hide(&mut bytes, 8);
        }
        list.push(Machine { at: at as u32, bytes: bytes.join(" "), text });
    }
    list
}

/// Whether it jumps or calls out of the program.
fn leads_outside(insn: &Instruction, length: usize) -> bool {
    insn.op_count() > 0 && insn.op0_kind() == OpKind::NearBranch64 && insn.near_branch64() >= length as u64
}

/// Whether it loads a number that is an address of the kernel: the upper half of all addresses.
fn holds_an_address(insn: &Instruction) -> bool {
    insn.op_count() == 2 && insn.op1_kind() == OpKind::Immediate64 && insn.immediate64() >> 47 == 0x1ffff
}

/// The last bytes of an instruction, which hold the address.
fn hide(bytes: &mut [String], count: usize) {
    let from = bytes.len().saturating_sub(count);
    bytes[from..].iter_mut().for_each(|byte| "..".clone_into(byte));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::see::raw::bytes;

    fn shown(hexadecimal: &str, calls: &[&str]) -> Vec<String> {
        let calls: Vec<String> = calls.iter().map(|name| (*name).to_owned()).collect();
        let line = |line: Machine| format!("{}: {} {}", line.at, line.bytes, line.text);
        listing(&bytes(hexadecimal), &calls).into_iter().map(line).collect()
    }

    #[test]
    fn instructions_have_offset_bytes_and_text() {
        assert_eq!(
            shown("554889e5c9c3", &[]),
            ["0: 55 push rbp", "1: 48 89 e5 mov rbp, rsp", "4: c9 leave", "5: c3 ret"]
        );
    }

    #[test]
    fn addresses_are_named_and_hidden() {
        let call = shown("e8000000c1", &["bpf_map_lookup_elem"]);
        assert_eq!(call, ["0: e8 .. .. .. .. call bpf_map_lookup_elem"]);
        let load = shown("48bf0040544c81880ff0", &[]);
        assert_eq!(load, ["0: 48 bf 00 40 54 4c 81 88 0f f0 mov rdi, -0xff0777eb3abc000"]);
        let load = shown("48bf004054058188ffff", &[]);
        assert_eq!(load, ["0: 48 bf .. .. .. .. .. .. .. .. mov rdi, an address of the kernel"]);
    }
}
