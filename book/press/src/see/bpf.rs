//! An eBPF instruction as text, in the kernel's notation (`print_bpf_insn` of `kernel/bpf/disasm.c`, Linux 6.12).
//!
//! The kernel itself prints what the object holds. This is for translated code, which no verifier prints.

/// One instruction, taken apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Insn {
    pub(crate) opcode: u8,
    pub(crate) dst: u8,
    pub(crate) src: u8,
    pub(crate) offset: i16,
    pub(crate) immediate: i32,
}

/// A line of a listing: the number of the first instruction, its bytes, and the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The instruction's number.
    pub at: u32,
    /// Its bytes, those of the second half of a wide load included.
    pub bytes: Vec<u8>,
    /// The text.
    pub text: String,
}

/// All instructions of a program. `helpers` gives the names of calls by their immediates.
pub fn listing(program: &[u8], helpers: &[(i32, String)]) -> Vec<Listed> {
    let mut list = Vec::new();
    let words = program.as_chunks::<8>().0;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let insn = Insn::from(*word);
        let (taken, text) = match (insn.opcode, words.get(at + 1)) {
            (0x18, Some(second)) => (2, wide(insn, Insn::from(*second))),
            _ => (1, text(insn, helpers)),
        };
        list.push(Listed { at: at as u32, bytes: words[at..at + taken].concat(), text });
        at += taken;
    }
    list
}

impl From<[u8; 8]> for Insn {
    fn from([opcode, registers, low, high, a, b, c, d]: [u8; 8]) -> Self {
        Self {
            opcode,
            dst: registers & 15,
            src: registers >> 4,
            offset: i16::from_le_bytes([low, high]),
            immediate: i32::from_le_bytes([a, b, c, d]),
        }
    }
}

/// A wide load. A map's address is the kernel's own, and another one each time.
fn wide(first: Insn, second: Insn) -> String {
    let value = u64::from(first.immediate as u32) | u64::from(second.immediate as u32) << 32;
    match first.src {
        1 => format!("r{} = the map's address", first.dst),
        2 => format!("r{} = an address in the map's value", first.dst),
        _ if value >> 47 == 0x1ffff => format!("r{} = an address of the kernel", first.dst),
        _ => format!("r{} = {value:#x}", first.dst),
    }
}

fn text(insn: Insn, helpers: &[(i32, String)]) -> String {
    match insn.opcode & 7 {
        0x04 | 0x07 => arithmetic(insn),
        0x05 | 0x06 => jump(insn, helpers),
        0x01 => {
            let signed = if insn.opcode & 0xe0 == 0x80 { "s" } else { "u" };
            format!("r{} = *({signed}{} *)(r{} {:+})", insn.dst, size(insn), insn.src, insn.offset)
        }
        0x02 => format!("*(u{} *)(r{} {:+}) = {}", size(insn), insn.dst, insn.offset, insn.immediate),
        0x03 if insn.opcode & 0xe0 == 0xc0 => {
            let operation = if insn.immediate == 0 { "+=" } else { "atomic" };
            format!("lock *(u{} *)(r{} {:+}) {operation} r{}", size(insn), insn.dst, insn.offset, insn.src)
        }
        0x03 => format!("*(u{} *)(r{} {:+}) = r{}", size(insn), insn.dst, insn.offset, insn.src),
        _ => format!("opcode {:#04x}", insn.opcode),
    }
}

fn size(insn: Insn) -> u8 {
    match insn.opcode & 0x18 {
        0x00 => 32,
        0x08 => 16,
        0x10 => 8,
        _ => 64,
    }
}

fn arithmetic(insn: Insn) -> String {
    let letter = if insn.opcode & 7 == 4 { 'w' } else { 'r' };
    let (dst, operation) = (format!("{letter}{}", insn.dst), insn.opcode & 0xf0);
    let operand =
        if insn.opcode & 8 == 0 { insn.immediate.to_string() } else { format!("{letter}{}", insn.src) };
    match operation {
        0x80 => format!("{dst} = -{dst}"),
        0xd0 => {
            let order = match insn.opcode {
                0xd7 => "bswap",
                0xdc => "be",
                _ => "le",
            };
            format!("r{0} = {order}{1} r{0}", insn.dst, insn.immediate)
        }
        0xb0 if insn.opcode & 8 != 0 && insn.offset != 0 => format!("{dst} = (s{}){operand}", insn.offset),
        0xc0 => format!("{dst} s>>= {operand}"),
        0x30 | 0x90 if insn.offset == 1 => {
            format!("{dst} s{} {operand}", if operation == 0x30 { "/=" } else { "%=" })
        }
        _ => {
            let signs = ["+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "", "%=", "^=", "="];
            let sign = signs.get(usize::from(operation >> 4)).copied().unwrap_or("?");
            format!("{dst} {sign} {operand}")
        }
    }
}

fn jump(insn: Insn, helpers: &[(i32, String)]) -> String {
    let to = format!("goto pc{:+}", insn.offset);
    match insn.opcode {
        0x05 => return to,
        0x06 if insn.offset == 0 => return format!("gotol pc{:+}", insn.immediate),
        0x95 => return "exit".to_owned(),
        0x85 if insn.src == 1 => return format!("call pc{:+}", insn.offset.into_or(insn.immediate)),
        0x85 => {
            let name = helpers.iter().find(|(immediate, _)| *immediate == insn.immediate);
            return format!("call {}", name.map_or("a function of the kernel", |(_, name)| name));
        }
        _ => {}
    }
    let letter = if insn.opcode & 7 == 6 { 'w' } else { 'r' };
    let operand =
        if insn.opcode & 8 == 0 { format!("{:#x}", insn.immediate) } else { format!("{letter}{}", insn.src) };
    let signs = ["", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<="];
    let sign = signs.get(usize::from(insn.opcode >> 4)).copied().unwrap_or("?");
    format!("if {letter}{} {sign} {operand} {to}", insn.dst)
}

/// A translated call of a function of the program keeps its distance in the offset, if it was compiled.
trait IntoOr {
    fn into_or(self, other: i32) -> i32;
}

impl IntoOr for i16 {
    fn into_or(self, other: i32) -> i32 {
        if self == 0 { other } else { self.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::see::raw::bytes;

    fn one(hexadecimal: &str) -> String {
        let listed = listing(&bytes(hexadecimal), &[(7, "bpf_ktime_get_ns".to_owned())]);
        listed.into_iter().map(|line| line.text).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn instructions_in_the_kernels_words() {
        assert_eq!(one("b7010000210a0000 0f10000000000000 9500000000000000"), "r1 = 2593; r0 += r1; exit");
        assert_eq!(one("7b1af8ff00000000 61a3fcff00000000"), "*(u64 *)(r10 -8) = r1; r3 = *(u32 *)(r10 -4)");
        assert_eq!(
            one("1504f4ff00000000 6e12030000000000"),
            "if r4 == 0x0 goto pc-12; if w2 s> w1 goto pc+3"
        );
        assert_eq!(one("1801000021430000 0000000000000000"), "r1 = 0x4321");
        assert_eq!(one("8500000007000000 8510000002000000"), "call bpf_ktime_get_ns; call pc+2");
        assert_eq!(one("dc00000010000000 8700000000000000"), "r0 = be16 r0; r0 = -r0");
        assert_eq!(one("1801000000000000 81ff"), "opcode 0x18");
    }

    /// What the kernel printed of the objects' own instructions, in every recording: it must be what this prints.
    #[test]
    fn as_the_kernel_prints_it() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut compared = 0;
        for lab in std::fs::read_dir(root.join("labs")).unwrap().flatten() {
            for file in std::fs::read_dir(lab.path().join("seen")).into_iter().flatten().flatten() {
                let text = std::fs::read_to_string(file.path()).unwrap();
                let recording = crate::see::recording::Recording::parse(&text).unwrap();
                for row in recording.bytecode {
                    let ours = listing(&bytes(&row.bytes), &[]);
                    // Calls have names there, and wide loads the addresses of that moment.
                    if row.text.is_empty() || row.text.starts_with("call") || row.bytes.starts_with("18") {
                        continue;
                    }
                    compared += 1;
                    assert_eq!(ours[0].text, row.text, "{}", file.path().display());
                }
            }
        }
        assert!(compared > 100, "{compared} instructions were compared");
    }
}
