//! Mistakes in the object's bytes.

use std::ops::Range;

use object::{Object, ObjectSection, ObjectSymbol};

/// Another definition for the map `SUBJECT`: type, key size, value size, entries, flags.
pub(crate) fn subject(definition: [u32; 5]) -> Vec<u8> {
    let mut bytes = crate::guest::good();
    let at = {
        let file = object::File::parse(&*bytes).expect("an object");
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok("SUBJECT")).expect("the map");
        let section = file.section_by_name("maps").expect("maps");
        (section.file_range().expect("in the file").0 + symbol.address()) as usize
    };
    for (index, word) in definition.iter().enumerate() {
        bytes[at + 4 * index..][..4].copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// Lets what refers to one symbol refer to another.
pub(crate) fn redirect(mut bytes: Vec<u8>, old: &str, new: &str) -> Vec<u8> {
    let mut entries = Vec::new();
    let new = {
        let file = object::File::parse(&*bytes).expect("an object");
        let index = |name| file.symbols().find(|symbol| symbol.name() == Ok(name)).expect(name).index().0;
        let tables =
            file.sections().filter(|section| section.name().is_ok_and(|name| name.starts_with(".rel")));
        for (from, size) in tables.filter_map(|section| section.file_range()) {
            // An entry: where (8 bytes), kind (4), symbol (4).
            let of_table = (from as usize..(from + size) as usize).step_by(16).map(|at| at + 12);
            entries.extend(of_table.filter(|at| word(&bytes, *at) == index(old) as u32));
        }
        index(new) as u32
    };
    assert!(!entries.is_empty(), "nothing refers to `{old}`");
    for at in entries {
        bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
    }
    bytes
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Replaces a text by another of the same length, everywhere.
pub(crate) fn text(bytes: Vec<u8>, old: &str, new: &str) -> Vec<u8> {
    let all = 0..bytes.len();
    text_in(bytes, all, old, new)
}

/// Gives a symbol another name of the same length.
pub(crate) fn symbol(bytes: Vec<u8>, old: &str, new: &str) -> Vec<u8> {
    let names = {
        let file = object::File::parse(&*bytes).expect("an object");
        let (from, size) =
            file.section_by_name(".strtab").and_then(|table| table.file_range()).expect("names");
        from as usize..(from + size) as usize
    };
    text_in(bytes, names, old, new)
}

fn text_in(mut bytes: Vec<u8>, places: Range<usize>, old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut found = 0;
    for at in places.start..places.end - old.len() {
        if bytes[at..].starts_with(old.as_bytes()) {
            bytes[at..at + old.len()].copy_from_slice(new.as_bytes());
            found += 1;
        }
    }
    assert!(found > 0, "no `{old}` in the object");
    bytes
}

/// Another number in the first call of the helper `bpf_ktime_get_ns` (5): one that no kernel has.
pub(crate) fn wrong_helper() -> Vec<u8> {
    let mut bytes = crate::guest::good();
    let call = [0x85, 0, 0, 0, 5, 0, 0, 0];
    let at = bytes.windows(8).position(|window| window == call).expect("the call");
    bytes[at + 4..at + 6].copy_from_slice(&9999_u16.to_le_bytes());
    bytes
}

/// A kernel function for the call in the program `inside`, by its BTF id.
pub(crate) fn kernel_function(id: u32) -> Vec<u8> {
    let mut bytes = crate::guest::good();
    let call = 0x1111_1111_0000_2085_u64.to_le_bytes();
    let at = bytes.windows(8).position(|window| window == call).expect("the call");
    bytes[at + 4..at + 8].copy_from_slice(&id.to_le_bytes());
    bytes
}
