//! What arithmetic and comparisons do: "BPF Instruction Set Architecture" (RFC 9669), sections 4.1 to 4.3.

use crate::see::bpf::Insn;

/// The bit of an opcode that says that the second operand is a register.
const X: u8 = 8;

/// The class of arithmetic on lower halves.
const ALU: u8 = 4;

/// The class of comparisons of lower halves.
const JMP32: u8 = 6;

/// The result of arithmetic on a register with `left`, by `right`: a register or the immediate.
///
/// # Errors
/// If there is no such operation.
pub(super) fn arithmetic(insn: Insn, left: u64, right: u64) -> Result<u64, String> {
    match (insn.opcode & 0xf0, insn.opcode & 7) {
        (0xd0, _) => swapped(insn, left),
        (0xb0, class) if insn.offset != 0 => {
            let moved = extended(right, insn.offset)?;
            Ok(if class == ALU { u64::from(moved as u32) } else { moved })
        }
        (_, ALU) => half(insn, left as u32, right as u32).map(u64::from),
        _ => whole(insn, left, right),
    }
}

fn whole(insn: Insn, left: u64, right: u64) -> Result<u64, String> {
    let [signed, by] = [left, right].map(|value| value as i64);
    Ok(match insn.opcode & 0xf0 {
        0x00 => left.wrapping_add(right),
        0x10 => left.wrapping_sub(right),
        0x20 => left.wrapping_mul(right),
        0x30 if right == 0 => 0,
        0x30 if insn.offset == 1 => signed.wrapping_div(by) as u64,
        0x30 => left / right,
        0x40 => left | right,
        0x50 => left & right,
        0x60 => left.wrapping_shl(right as u32),
        0x70 => left.wrapping_shr(right as u32),
        0x80 => left.wrapping_neg(),
        0x90 if right == 0 => left,
        0x90 if insn.offset == 1 => signed.wrapping_rem(by) as u64,
        0x90 => left % right,
        0xa0 => left ^ right,
        0xb0 => right,
        0xc0 => signed.wrapping_shr(right as u32) as u64,
        _ => return unknown(insn),
    })
}

fn half(insn: Insn, left: u32, right: u32) -> Result<u32, String> {
    let [signed, by] = [left, right].map(|value| value as i32);
    Ok(match insn.opcode & 0xf0 {
        0x30 if right == 0 => 0,
        0x30 if insn.offset == 1 => signed.wrapping_div(by) as u32,
        0x30 => left / right,
        0x60 => left.wrapping_shl(right),
        0x70 => left.wrapping_shr(right),
        0x90 if right == 0 => left,
        0x90 if insn.offset == 1 => signed.wrapping_rem(by) as u32,
        0x90 => left % right,
        0xc0 => signed.wrapping_shr(right) as u32,
        _ => whole(insn, left.into(), right.into())? as u32,
    })
}

/// Byte order: to little or big endian, and always (`bswap`).
fn swapped(insn: Insn, value: u64) -> Result<u64, String> {
    let is_swapped = insn.opcode & 7 == 7 || insn.opcode & X != 0;
    Ok(match (insn.immediate, is_swapped) {
        (16, true) => u64::from((value as u16).swap_bytes()),
        (32, true) => u64::from((value as u32).swap_bytes()),
        (64, true) => value.swap_bytes(),
        (16, false) => u64::from(value as u16),
        (32, false) => u64::from(value as u32),
        (64, false) => value,
        _ => return unknown(insn),
    })
}

/// The lower bits of a value, and its sign in all the others.
pub(super) fn extended(value: u64, bits: i16) -> Result<u64, String> {
    Ok(match bits {
        8 => value as i8 as u64,
        16 => value as i16 as u64,
        32 => value as i32 as u64,
        _ => return Err(format!("no number has {bits} bits")),
    })
}

/// Whether a jump is taken.
///
/// # Errors
/// If there is no such comparison.
pub(super) fn holds(insn: Insn, left: u64, right: u64) -> Result<bool, String> {
    let [left, right] = match insn.opcode & 7 {
        // The sign of a half is its own highest bit.
        JMP32 => [left, right].map(|value| value as i32 as u64),
        _ => [left, right],
    };
    let signed = (left as i64).cmp(&(right as i64));
    Ok(match insn.opcode & 0xf0 {
        0x10 => left == right,
        0x20 => left > right,
        0x30 => left >= right,
        0x40 => left & right != 0,
        0x50 => left != right,
        0x60 => signed.is_gt(),
        0x70 => signed.is_ge(),
        0xa0 => left < right,
        0xb0 => left <= right,
        0xc0 => signed.is_lt(),
        0xd0 => signed.is_le(),
        _ => return unknown(insn),
    })
}

/// An atomic operation on memory that holds `old`: the new value.
///
/// # Errors
/// If there is no such operation.
pub(super) fn atomic(insn: Insn, old: u64, operand: u64, expected: u64) -> Result<u64, String> {
    Ok(match insn.immediate & 0xf0 {
        0x00 => old.wrapping_add(operand),
        0x40 => old | operand,
        0x50 => old & operand,
        0xa0 => old ^ operand,
        0xe0 => operand,
        0xf0 if old == expected => operand,
        0xf0 => old,
        _ => return unknown(insn),
    })
}

fn unknown<T>(insn: Insn) -> Result<T, String> {
    Err(format!("opcode {:#04x} is unknown", insn.opcode))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn insn(opcode: u8, offset: i16, immediate: i32) -> Insn {
        Insn { opcode, dst: 0, src: 0, offset, immediate }
    }

    #[rstest]
    #[case::divides_by_zero(0x3f, 0, 7, 0, 0)]
    #[case::remainder_by_zero(0x9f, 0, 7, 0, 7)]
    #[case::a_half_has_no_upper_half(0x0c, 0, u64::MAX, 1, 0)]
    #[case::division_with_sign(0x3f, 1, -10_i64 as u64, 3, -3_i64 as u64)]
    #[case::the_smallest_by_minus_one(0x3f, 1, 1 << 63, u64::MAX, 1 << 63)]
    #[case::shift_of_a_half_with_sign(0xc4, 0, 0x8000_0000, 4, 0xf800_0000)]
    #[case::move_with_sign(0xbf, 8, 0, 0x80, -128_i64 as u64)]
    #[case::move_of_a_half_with_sign(0xbc, 8, 0, 0x80, 0xffff_ff80)]
    fn operations(
        #[case] opcode: u8,
        #[case] offset: i16,
        #[case] left: u64,
        #[case] right: u64,
        #[case] is: u64,
    ) {
        assert_eq!(arithmetic(insn(opcode, offset, 0), left, right), Ok(is));
    }

    #[test]
    fn byte_order() {
        assert_eq!(arithmetic(insn(0xdc, 0, 16), 0x1234_5678, 0), Ok(0x7856));
        assert_eq!(arithmetic(insn(0xd4, 0, 32), u64::MAX, 0), Ok(0xffff_ffff));
        assert_eq!(arithmetic(insn(0xd7, 0, 64), 1, 0), Ok(1 << 56));
        assert!(arithmetic(insn(0xd7, 0, 8), 1, 0).is_err());
    }

    #[test]
    fn comparisons() {
        assert_eq!(holds(insn(0x65, 0, 0), u64::MAX, 0), Ok(false));
        assert_eq!(holds(insn(0x25, 0, 0), u64::MAX, 0), Ok(true));
        assert_eq!(holds(insn(0x66, 0, 0), 0x8000_0000, 0), Ok(false));
        assert!(holds(insn(0x85, 0, 0), 0, 0).is_err());
    }
}
