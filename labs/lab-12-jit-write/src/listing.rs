//! Machine code as text, in the notation of Intel's manual.
//!
//! It decodes bytes. Whether they are right is not its matter.

use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};

/// More lines are not shown.
const LINES: usize = 40;

/// One line for each instruction: where it begins, its bytes, its text; `stopped` marks the one that holds this byte.
pub(crate) fn of(code: &[u8], stopped: Option<usize>) -> Vec<String> {
    let mut decoder = Decoder::new(64, code, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_space_after_operand_separator(true);
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_branch_leading_zeros(false);
    options.set_show_branch_size(false);
    let mut lines = Vec::new();
    while decoder.can_decode() && lines.len() < LINES {
        let begin = decoder.position();
        let insn = decoder.decode();
        let mut text = String::new();
        formatter.format(&insn, &mut text);
        let bytes: Vec<String> =
            code[begin..decoder.position()].iter().map(|byte| format!("{byte:02x}")).collect();
        let here = stopped.is_some_and(|at| (begin..decoder.position()).contains(&at));
        let mark = if here { "    <- stopped here" } else { "" };
        lines.push(format!("  {begin:02x}: {:30} {text}{mark}", bytes.join(" ")));
    }
    if decoder.can_decode() {
        lines.push(format!("  and {} bytes more", code.len() - decoder.position()));
    } else if stopped.is_some_and(|at| at >= code.len()) {
        lines.push(format!("  {:02x}: behind the end{:17}<- stopped here", code.len(), ""));
    }
    lines
}
