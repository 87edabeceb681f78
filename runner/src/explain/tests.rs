//! The recorded logs of `runner/data/verifier`: each is recognised, with the same line on all kernels.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use object::{Object, ObjectSection, ObjectSymbol};

use super::{
    SourceMap, VerifierLog, explain, families,
    object::{Functions, open},
    place::Source,
    program_of, render,
};

/// Families that only other rights, or other objects than ours, can show.
const WITHOUT_LOGS: [&str; 1] = ["pointer-leak"];

const KERNELS: [&str; 5] = ["5.10", "6.1", "6.12", "6.18", "7.3"];

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/verifier")
}

fn object() -> SourceMap {
    SourceMap::from_object(&fs::read(data().join("rejected.o")).unwrap()).unwrap()
}

/// One recorded log.
struct Recorded {
    family: String,
    variant: Option<String>,
    kernel: String,
    log: String,
}

impl Recorded {
    /// The program in the object: named after the family and the variant, or after the variant alone.
    fn program<'a>(&self, object: &'a SourceMap) -> &'a str {
        let family = self.family.replace('-', "_");
        let names = match self.variant.as_ref().map(|variant| variant.replace('-', "_")) {
            Some(variant) => [format!("{family}__{variant}"), variant],
            None => [family.clone(), format!("stats__{family}")],
        };
        let programs = object.programs();
        let found = programs.into_iter().find(|program| names.iter().any(|name| name == program));
        found.unwrap_or_else(|| panic!("no program for {}/{:?}", self.family, self.variant))
    }
}

fn recorded() -> Vec<Recorded> {
    let mut all = Vec::new();
    let folders = fs::read_dir(data()).unwrap().map(|entry| entry.unwrap().path());
    for folder in folders.filter(|path| path.is_dir()) {
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            let Some(name) = name.strip_suffix(".log") else { continue };
            let (variant, kernel) =
                name.rsplit_once('@').map_or((None, name), |(v, k)| (Some(v.to_owned()), k));
            assert!(KERNELS.contains(&kernel), "{}", file.display());
            all.push(Recorded {
                family: folder.file_name().unwrap().to_str().unwrap().to_owned(),
                variant,
                kernel: kernel.to_owned(),
                log: fs::read_to_string(&file).unwrap(),
            });
        }
    }
    all.sort_by_key(|one| (one.family.clone(), one.variant.clone(), one.kernel.clone()));
    assert!(all.len() > 250, "only {} logs", all.len());
    all
}

#[test]
fn each_log_is_recognised_with_the_same_line_on_all_kernels() {
    let (object, root) = (object(), data());
    let mut lines: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for one in recorded() {
        let program = one.program(&object);
        let source = Source { map: &object, program, root: &root };
        let explained = explain(&one.log, Some(&source));
        let family = explained.family.map(|family| family.id);
        if family != Some(one.family.as_str()) {
            wrong.push(format!(
                "{}/{:?}@{}: {family:?} {:?}",
                one.family, one.variant, one.kernel, explained.reason
            ));
        }
        if explained.words.as_ref().is_some_and(|words| words.contains('{')) {
            wrong.push(format!("{}: {:?}", one.family, explained.words));
        }
        let place = explained.place.map(|place| {
            assert!(place.lines.len() > 1, "no context for {program}: {place:?}");
            format!("{}:{}", place.file.unwrap(), place.line.unwrap())
        });
        let place = place.unwrap_or_else(|| panic!("no place for {program}@{}", one.kernel));
        lines
            .entry(format!("{program}, {}", one.family))
            .or_default()
            .entry(place)
            .or_default()
            .push(one.kernel);
    }
    assert_eq!(wrong, Vec::<String>::new());
    let torn: Vec<_> = lines.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(torn.is_empty(), "other lines on other kernels: {torn:#?}");
}

/// From 7.3 on the figures name it; before, the lines of source give it away, if they are the program's own.
#[test]
fn a_log_leads_to_its_program() {
    let object = object();
    let (mut named, mut guessed) = (0, 0);
    for one in recorded() {
        let (program, found) = (one.program(&object), program_of(&object, &one.log));
        if one.log.contains("subprog 0 (") && !one.log.contains("subprog 0 (<unknown>)") {
            assert_eq!(found, Some(program), "{}", one.log);
            named += 1;
        }
        guessed += usize::from(found == Some(program));
    }
    assert!(named > 60 && guessed > 270, "{named} named, {guessed} found");
}

#[test]
fn each_family_has_logs() {
    let recorded: BTreeSet<String> = recorded().into_iter().map(|one| one.family).collect();
    let families: BTreeSet<String> = families::all().map(|family| family.id.to_owned()).collect();
    let without = BTreeSet::from(WITHOUT_LOGS.map(str::to_owned));
    assert_eq!(families.difference(&recorded).cloned().collect::<BTreeSet<_>>(), without);
    assert_eq!(recorded.difference(&families).count(), 0);
    assert!(recorded.len() >= 30);
}

#[test]
fn each_family_leads_to_a_page_that_exists() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src");
    for family in families::all() {
        let (page, heading) = family.read.split_once('#').unwrap_or((family.read, ""));
        let text = fs::read_to_string(book.join(page)).unwrap_or_else(|_| panic!("{}: no {page}", family.id));
        assert!(heading.is_empty() || text.contains(&format!("{{#{heading}}}")), "{}: {heading}", family.id);
    }
}

/// Each family's first log on the newest kernel that refuses it, as a learner sees it.
#[test]
fn explanations_read_well() {
    let (object, root) = (object(), data());
    let mut seen = BTreeMap::new();
    for one in recorded() {
        let better = |old: &Recorded| {
            let age = |kernel: &str| KERNELS.iter().position(|known| *known == kernel);
            (one.variant.is_none(), age(&one.kernel)) > (old.variant.is_none(), age(&old.kernel))
        };
        if seen.get(&one.family).is_none_or(better) {
            seen.insert(one.family.clone(), one);
        }
    }
    for (family, one) in seen {
        let source = Source { map: &object, program: one.program(&object), root: &root };
        let lines = render(&explain(&one.log, Some(&source)), None);
        for line in &lines {
            let free = line.contains(" | ") || line.contains("the kernel says: ");
            assert!(free || line.chars().count() <= 80, "{family}: {line}");
        }
        insta::assert_snapshot!(family, lines.join("\n"));
    }
}

#[test]
fn an_unknown_reason_is_shown_raw() {
    let log = "0: (b7) r0 = 0\n; let x = 1; @ exercise.rs:7\n1: (95) exit\nthe moon is full\nprocessed 2 insns (limit 1000000)";
    let lines = render(&explain(log, None), Some("target/labs/x/verifier.log"));
    insta::assert_snapshot!("unknown-reason", lines.join("\n"));
}

#[test]
fn a_log_cannot_move_the_cursor_or_fill_the_terminal() {
    let log = format!(
        "; let x\u{1b}[2J = 1; @ e\u{7}.rs:7\n1: (95) exit\nthe moon\tis {}\n",
        "full ".repeat(10_000)
    );
    let lines = render(&explain(&log, None), None);
    assert!(lines.iter().all(|line| !line.contains(char::is_control) && line.len() < 1100), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains(r"the moon\tis full full")));
    assert!(lines.iter().any(|line| line.ends_with(r"let x\u{1b}[2J = 1;")));
    assert!(lines.iter().any(|line| line.contains(r"e\u{7}.rs:7:")));
}

#[test]
fn what_is_no_log_is_none() {
    for text in [
        "",
        "\n",
        "hello",
        "{\"a\": 1}\n",
        "0: zero\n1: one\n",
        "Verification faile",
        "R0=",
        "; \n;\n",
        "from x to",
    ] {
        assert!(!VerifierLog::parse(text).is_log(), "{text}");
        let _ = render(&explain(text, None), None);
    }
}

#[test]
fn a_long_log_costs_no_more_than_its_end() {
    let line = "1: (07) r1 += 1                       ; R1_w=scalar(umax=4,var_off=(0x0; 0x7))\n";
    let end = "; *p += 1; @ exercise.rs:9\n2: (79) r1 = *(u64 *)(r0 +0)\nR0 invalid mem access 'map_value_or_null'\nprocessed 9 insns (limit 1000000)\n";
    let log = line.repeat((64 << 20) / line.len()) + end;
    let parsed = VerifierLog::parse(&log);
    assert!(parsed.steps.len() <= 20_000, "{}", parsed.steps.len());
    let explained = explain(&log, None);
    assert_eq!(explained.family.map(|family| family.id), Some("null-check"));
    assert_eq!(explained.place.and_then(|place| place.line), Some(9));
}

/// Every log, cut off anywhere: nothing panics, and what is said fits what is there.
#[test]
fn half_logs_are_survived() {
    for one in recorded().into_iter().step_by(7) {
        for length in (0..one.log.len()).step_by(61).filter(|length| one.log.is_char_boundary(*length)) {
            let _ = render(&explain(&one.log[..length], None), None);
            let _ = explain(&one.log[length..], None);
        }
    }
}

#[test]
fn broken_objects_are_survived() {
    let bytes = fs::read(data().join("rejected.o")).unwrap();
    for length in (0..bytes.len()).step_by(997) {
        let _ = SourceMap::from_object(&bytes[..length]);
        let _ = super::programs_of(&bytes[..length]);
    }
    for at in (0..bytes.len()).step_by(113) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0xff;
        let _ = super::programs_of(&bytes);
        if let Ok(map) = SourceMap::from_object(&bytes) {
            let _ = map.line_at("null_check", 8);
            let _ = map.lines_of_recursion("recursion");
        }
    }
}

/// The recorded object, with another address and size for every function of a section, as far as they are given.
fn damaged(address: Option<u64>, size: u64) -> Vec<u8> {
    let bytes = fs::read(data().join("rejected.o")).unwrap();
    let file = open(&bytes).unwrap();
    let (table, _) = file.section_by_name(".symtab").unwrap().file_range().unwrap();
    let functions = file.symbols().filter(|symbol| symbol.kind() == object::SymbolKind::Text);
    let mut damaged = bytes.clone();
    for symbol in functions {
        // A symbol of ELF64: the address is 8 bytes in, the size 16.
        let at = usize::try_from(table).unwrap() + symbol.index().0 * 24 + 8;
        let address = address.unwrap_or_else(|| symbol.address());
        damaged[at..at + 8].copy_from_slice(&address.to_le_bytes());
        damaged[at + 8..at + 16].copy_from_slice(&size.to_le_bytes());
    }
    damaged
}

#[test]
fn a_function_may_claim_any_place() {
    for address in [u64::MAX, u64::MAX - 7, 1 << 63, 1 << 40] {
        let map = SourceMap::from_object(&damaged(Some(address), u64::MAX)).unwrap();
        for index in [1, 8, u32::MAX] {
            assert_eq!(map.line_at("null_check", index), None);
            assert_eq!(map.lines_behind("null_check", index), Vec::<&super::lines::LineRecord>::new());
        }
    }
}

/// Else an object of a megabyte takes gigabytes: thousands of functions, each with a copy of the same code.
#[test]
fn functions_that_overlap_share_no_code() {
    let bytes = damaged(None, u64::MAX);
    let functions = Functions::read(&open(&bytes).unwrap());
    let instructions: usize =
        functions.all().iter().map(|function| functions.instructions(function).count()).sum();
    assert!((100..bytes.len() / 8).contains(&instructions), "{instructions} instructions");
}

#[test]
fn sizes_beyond_all_numbers_lie_outside_of_the_stack() {
    let log = "invalid read from stack R1 off=9 size=9223372036854775807\n";
    assert_ne!(explain(log, None).family.map(|family| family.id), Some("stack-uninitialised"));
}
