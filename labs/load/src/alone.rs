//! An object in which only one section holds programs.
//!
//! Aya 0.14 opens an object as a whole or not at all: one program of a type that it does not know, or with a call that it
//! cannot link, and none can be loaded. A section that is not executable is no program for it.

/// Where the header says at which offset the table of sections begins.
const TABLE_OFFSET: usize = 0x28;

/// Bytes of an entry of the table, and where in it the flags lie.
const ENTRY: usize = 64;
const FLAGS: usize = 8;

/// The flag of sections that hold code.
const EXECUTABLE: u8 = 0x4;

/// A copy of the object without the programs of all these sections but one. An object that is not as the format wants
/// it (ELF, 64 bits, little endian) is copied as it is.
pub(crate) fn only(object: &[u8], sections: &[u32], section: u32) -> Vec<u8> {
    let mut copy = object.to_vec();
    let Some(table) = table(object) else { return copy };
    for other in sections.iter().filter(|other| **other != section) {
        let flags =
            (*other as usize).checked_mul(ENTRY).and_then(|at| at.checked_add(table)?.checked_add(FLAGS));
        if let Some(flags) = flags.and_then(|at| copy.get_mut(at)) {
            *flags &= !EXECUTABLE;
        }
    }
    copy
}

fn table(object: &[u8]) -> Option<usize> {
    let bytes = object.get(TABLE_OFFSET..TABLE_OFFSET + 8)?;
    usize::try_from(u64::from_le_bytes(bytes.try_into().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_sections_are_no_code_any_more() {
        let mut object = vec![0_u8; 64];
        object[TABLE_OFFSET] = 64;
        for _ in 0..3 {
            let mut entry = [0_u8; ENTRY];
            entry[FLAGS] = 6;
            object.extend(entry);
        }
        let flags = |copy: &[u8]| [0, 1, 2].map(|section| copy[64 + section * ENTRY + FLAGS]);
        assert_eq!(flags(&only(&object, &[1, 2], 2)), [6, 2, 6]);
    }

    #[test]
    fn a_broken_object_stays_as_it_is() {
        assert_eq!(only(b"\x7fELF", &[1], 2), b"\x7fELF");
        let wild = vec![0xff; 80];
        assert_eq!(only(&wild, &[u32::MAX, 1], 2), wild);
    }
}
