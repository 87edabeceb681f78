//! The lab's own program, compiled from Rust: each BPF instruction above the machine code that the kernel made of it.
//!
//! It is for readers: `cargo runner shell lab-11 -- /lab/program --show`. No check looks at it.

use std::{fs, process::ExitCode};

use anyhow::{Context, ensure};
use kit::raw::{self, Insn, Place, notation};
use object::{Object, ObjectSection};

use crate::{load, machine};

/// The section of the object in which the program lies.
const SECTION: &str = "classifier";

/// Prints the code; says why if it cannot.
pub(crate) fn show() -> ExitCode {
    match code() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn code() -> anyhow::Result<()> {
    let program = instructions()?;
    let text = notation(&program)?;
    let loaded = load("toll", &program)?;
    let (code, places) = (loaded.code()?, loaded.places()?);
    let [all, translated, jited] = [program.len(), code.translated.len(), code.jited.len()];
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").context("the kernel has no release")?;
    println!("{}", release.trim());
    println!("{all} instructions, {translated} after translation, {jited} bytes of machine code");
    for (number, place) in places.iter().enumerate() {
        let end = places.get(number + 1);
        let text = text.iter().find(|(at, _)| *at == place.loaded).map_or("?", |(_, text)| text);
        println!("\n{}{}: {text}", if number == 0 { "prologue, and " } else { "" }, place.loaded);
        rewritten(
            &program,
            place,
            &code.translated[place.translated..end.map_or(translated, |end| end.translated)],
        );
        let end = end.map_or(jited, |end| end.jited);
        for line in machine::lines(&code.jited[place.jited..end], place.jited) {
            println!("{:>8x}:  {}", line.at, line.without_place());
        }
    }
    Ok(())
}

/// What an instruction was translated to, if that is not itself.
fn rewritten(program: &[Insn], place: &Place, translated: &[Insn]) {
    if program[place.loaded..].iter().take(translated.len()).ne(translated) {
        for insn in translated {
            println!("          translated: {}", machine::hex(&insn.bytes()));
        }
    }
}

/// The program's instructions, as the object has them.
fn instructions() -> anyhow::Result<Vec<Insn>> {
    let bytes = fs::read("/lab/object.o").context("cannot read the object")?;
    let file = object::File::parse(&*bytes).context("the object is none")?;
    let section = file.section_by_name(SECTION).with_context(|| format!("the object has no `{SECTION}`"))?;
    let program = raw::from_bytes(section.data()?);
    ensure!(!program.is_empty(), "`{SECTION}` is empty");
    Ok(program)
}
