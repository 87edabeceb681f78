//! Machine code as text.

use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter};

/// One machine instruction.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it begins.
    pub(crate) at: usize,
    bytes: String,
    text: String,
}

impl Line {
    pub(crate) fn without_place(&self) -> String {
        format!("{:<26}  {}", self.bytes, self.text)
    }
}

/// The instructions of these bytes, the first of which is byte `from`: in Intel's notation, numbers as objdump writes
/// them.
pub(crate) fn lines(code: &[u8], from: usize) -> Vec<Line> {
    let mut formatter = IntelFormatter::new();
    formatter.options_mut().set_hex_prefix("0x");
    formatter.options_mut().set_hex_suffix("");
    formatter.options_mut().set_uppercase_hex(false);
    formatter.options_mut().set_branch_leading_zeros(false);
    let line = |instruction: Instruction| {
        let (at, mut text) = (instruction.ip() as usize, String::new());
        formatter.format(&instruction, &mut text);
        Line { at, bytes: hex(&code[at - from..][..instruction.len()]), text }
    };
    Decoder::with_ip(64, code, from as u64, DecoderOptions::NONE).into_iter().map(line).collect()
}

/// `48 89 e5`
pub(crate) fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_with_its_bytes() {
        let lines = lines(&[0x55, 0x48, 0x89, 0x75, 0xe8], 7);
        let texts: Vec<_> = lines.iter().map(|line| (line.at, line.without_place())).collect();
        assert_eq!(texts[0], (7, "55                          push rbp".to_owned()));
        assert_eq!(texts[1], (8, "48 89 75 e8                 mov [rbp-0x18],rsi".to_owned()));
    }
}
