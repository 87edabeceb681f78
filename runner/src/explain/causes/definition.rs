//! What is wrong in a map's declaration, where the kernel only says `EINVAL`: read from the object.
//!
//! It knows the rules that the kernel checks without saying which one was broken (`map_alloc_check` of each
//! type, `kernel/bpf/` of 6.12). The loader may set other sizes than the object holds; then it may see nothing.

use object::{Object, ObjectSection, ObjectSymbol};

use super::Cause;

/// A map as the section `maps` declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Definition {
    kind: u32,
    key: u32,
    value: u32,
    entries: u32,
    flags: u32,
}

/// `BPF_F_NO_PREALLOC`.
const NO_PREALLOC: u32 = 1;

/// Types by their numbers in `enum bpf_map_type`.
const HASHES: [u32; 4] = [1, 5, 9, 10];
const ARRAYS: [u32; 5] = [2, 3, 4, 6, 8];
const PERF_BUFFER: u32 = 4;
const STACK_TRACE: u32 = 7;
const LPM_TRIE: u32 = 11;
const RING_BUFFER: u32 = 27;

/// Types that came with kernels of the course: number, name, since.
const NEWER: [(u32, &str, &str); 4] = [
    (30, "a Bloom filter", "5.16"),
    (31, "a user ring buffer", "6.1"),
    (32, "a storage for cgroups", "6.2"),
    (33, "an arena", "6.9"),
];

/// Puts into a cause what is wrong, if the object tells.
#[must_use]
pub fn made_exact(cause: Cause, error: &str, object: &[u8]) -> Cause {
    if cause.id != "map-definition" {
        return cause;
    }
    let name = error.split_once("failed to create map `").and_then(|(_, rest)| rest.split_once('`'));
    let Some((name, fault)) = name.and_then(|(name, _)| Some((name, fault_of(object, name)?))) else {
        return cause;
    };
    Cause {
        words: format!("The kernel refuses the definition of the map `{name}`. {fault}"),
        fix: format!("Change that in the declaration of `{name}`."),
        ..cause
    }
}

/// The first rule that the declaration of `map` breaks, as a sentence. `None` if there is no such map, or
/// nothing to be seen.
fn fault_of(object: &[u8], map: &str) -> Option<String> {
    let bad_name = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.';
    if let Some(bad) = map.chars().find(|c| bad_name(*c)) {
        return Some(format!(
            "Its name has the character `{bad}`; letters, digits, `_` and `.` are allowed."
        ));
    }
    fault(read(object, map)?)
}

fn read(object: &[u8], map: &str) -> Option<Definition> {
    let file = object::File::parse(object).ok()?;
    let section = file.section_by_name("maps")?;
    let symbol = file
        .symbols()
        .find(|symbol| symbol.name() == Ok(map) && symbol.section_index() == Some(section.index()))?;
    let at = usize::try_from(symbol.address()).ok()?;
    let bytes = section.data().ok()?.get(at..at.checked_add(20)?)?;
    let mut words =
        bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
    let mut next = || words.next();
    Some(Definition { kind: next()?, key: next()?, value: next()?, entries: next()?, flags: next()? })
}

fn fault(map: Definition) -> Option<String> {
    let Definition { kind, key, value, entries, flags } = map;
    let hash = HASHES.contains(&kind);
    if let Some((_, name, since)) = NEWER.iter().find(|(number, ..)| *number == kind) {
        return Some(format!("It is {name}; this type came with kernel {since}."));
    }
    if ARRAYS.contains(&kind) && key != 4 {
        return Some(format!("Its keys have {key} bytes; a map of this type is an array and has keys of 4."));
    }
    if hash && (key == 0 || value == 0) {
        let part = if key == 0 { "keys" } else { "values" };
        return Some(format!("Its {part} have 0 bytes; a hash map needs at least 1."));
    }
    if kind == STACK_TRACE && (value % 8 != 0 || value == 0 || value > 127 * 8) {
        return Some(format!(
            "Its values have {value} bytes; addresses have 8 bytes each, and there are 1 to 127."
        ));
    }
    if kind == LPM_TRIE && flags & NO_PREALLOC == 0 {
        return Some("Its flags lack `BPF_F_NO_PREALLOC` (1), which an LPM trie needs.".to_owned());
    }
    if ARRAYS.contains(&kind) && flags & NO_PREALLOC != 0 {
        return Some("Its flags have `BPF_F_NO_PREALLOC` (1), which an array does not know.".to_owned());
    }
    if entries == 0 && kind != PERF_BUFFER {
        let what = if kind == RING_BUFFER { "a size of 0 bytes" } else { "0 entries" };
        return Some(format!("It has {what}; at least one is needed."));
    }
    None
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use rstest::rstest;

    use super::{Definition, fault, fault_of, made_exact, read};

    /// The definitions of the recorded mistakes: see `labs/lab-91-errors/src/maps.rs` beside them.
    #[rstest]
    #[case::no_entries([1, 4, 8, 0, 0], Some("It has 0 entries; "))]
    #[case::array_key([2, 8, 8, 8, 0], Some("Its keys have 8 bytes; "))]
    #[case::key_empty([1, 0, 8, 8, 0], Some("Its keys have 0 bytes; "))]
    #[case::value_empty([1, 4, 0, 8, 0], Some("Its values have 0 bytes; "))]
    #[case::ring_empty([27, 0, 0, 0, 0], Some("It has a size of 0 bytes; "))]
    #[case::stack_value([7, 4, 12, 8, 0], Some("Its values have 12 bytes; "))]
    #[case::stack_long([7, 4, 1600, 8, 0], Some("Its values have 1600 bytes; "))]
    #[case::trie([11, 8, 8, 8, 0], Some("Its flags lack `BPF_F_NO_PREALLOC`"))]
    #[case::flags([2, 4, 8, 8, 1], Some("Its flags have `BPF_F_NO_PREALLOC`"))]
    #[case::newer([30, 0, 8, 8, 0], Some("It is a Bloom filter; "))]
    #[case::good_hash([1, 4, 8, 8, 0], None)]
    #[case::good_array([2, 4, 8, 8, 0], None)]
    #[case::good_ring([27, 0, 0, 4096, 0], None)]
    #[case::perf_buffer([4, 4, 4, 0, 0], None)]
    fn definitions(#[case] words: [u32; 5], #[case] begin: Option<&str>) {
        let [kind, key, value, entries, flags] = words;
        let found = fault(Definition { kind, key, value, entries, flags });
        match begin {
            Some(begin) => assert!(found.as_ref().is_some_and(|text| text.starts_with(begin)), "{found:?}"),
            None => assert_eq!(found, None),
        }
    }

    #[test]
    fn a_cause_is_made_exact() {
        let error = "map error: failed to create map `SUB-ECT`: Invalid argument (os error 22)";
        let cause = super::super::open_error(error).unwrap();
        let exact = made_exact(cause.clone(), error, b"");
        assert!(exact.words.contains("Its name has the character `-`") && exact.id == cause.id, "{exact:?}");
        let other = error.replace("SUB-ECT", "TOTAL");
        assert_eq!(made_exact(cause.clone(), &other, b""), cause);
    }

    #[test]
    fn a_declaration_is_read_from_the_object() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/verifier/rejected.o");
        let object = fs::read(path).unwrap();
        let total = read(&object, "TOTAL").unwrap();
        assert_eq!((total.kind, total.key, total.value), (2, 4, 8));
        assert_eq!(fault_of(&object, "TOTAL"), None);
        assert_eq!(fault_of(&object, "NOT_THERE"), None);
        assert_eq!(fault_of(b"no object", "TOTAL"), None);
        assert!(fault_of(&object, "SUB-ECT").unwrap().contains("`-`"));
    }
}
