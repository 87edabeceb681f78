//! Lab 05's listing beside llvm-objdump's, which has learned the instructions from nobody of us.
//!
//! That the kernel prints the same is the lab's own matter: its snapshot holds what the solution and every kernel say.
//! LLVM has other habits of writing, and its text is turned into the kernel's here; its bytes are compared as they are.

use std::{io::Write, process::Command, sync::Arc};

use anyhow::{Context, Result, ensure};

use crate::{
    build,
    commands::{Ready, Session},
    report::Progress,
    snapshot,
};

/// The lab, its package with the object, and the section of the program.
const LAB: &str = "lab-05";
const PACKAGE: &str = "lab-05-isa-ebpf";
const SECTION: &str = "classifier";

/// Compares the two listings, and says on how many instructions they agree.
///
/// # Errors
/// When the object cannot be built, or llvm-objdump not be run.
pub(super) fn agrees(session: &Session, ready: &Ready) -> Result<bool> {
    let progress = Progress::on_stderr();
    let notice = |build::Notice::Busy(what)| progress.step(what);
    let object = build::build_object(&session.paths.course, PACKAGE, &ready.toolchain, &notice)?;
    progress.finish();
    let theirs: Vec<String> = disassembly(&object)?.lines().filter_map(line).collect();
    let file = session.catalog.find(LAB)?.folder.join("snapshots/listing.snap");
    let lines = snapshot::lines_of(&file).map_err(anyhow::Error::msg)?;
    let ours: Vec<String> = lines.iter().filter_map(|line| accepted(line)).collect();
    let differ = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    if let Some((ours, theirs)) = differ {
        println!("{LAB}: the listing differs from llvm-objdump's\n  ours:   {ours}\n  theirs: {theirs}");
        return Ok(false);
    }
    let same = ours.len() == theirs.len() && !ours.is_empty();
    println!("{LAB}: llvm-objdump lists {} instructions, the solution {}", theirs.len(), ours.len());
    Ok(same)
}

/// What llvm-objdump prints of the program.
fn disassembly(object: &Arc<[u8]>) -> Result<String> {
    let mut file = tempfile::NamedTempFile::new().context("cannot make a file for the object")?;
    file.write_all(object).context("cannot write the object")?;
    let output = Command::new("llvm-objdump")
        .args(["--disassemble", "--section", SECTION])
        .arg(file.path())
        .output()
        .context("cannot run `llvm-objdump`\nhint: run `cargo runner doctor --fix`")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "llvm-objdump ended with {}: {errors}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A line of the snapshot: number, the bytes of one word, text. A helper's name is not in the instruction.
fn accepted(line: &str) -> Option<String> {
    let (place, text) = line.trim().split_once("  ")?;
    let text = match (text.starts_with("call "), text.split_once('#')) {
        (true, Some((_, number))) => format!("call {number}"),
        _ => text.to_owned(),
    };
    Some(format!("{place}  {text}"))
}

/// A line of llvm-objdump, as the snapshot would have it.
fn line(line: &str) -> Option<String> {
    let (place, text) = line.trim().rsplit_once('\t')?;
    let (number, bytes) = place.split_once(':')?;
    let word = bytes.trim().get(..23)?;
    Some(format!("{number}: {word}  {}", in_the_kernels_way(text)))
}

/// `r1 = 5 ll`, `(r10 - 8)`, `if r1 s> -6 goto +6 <sample+0xb8>`: numbers are decimal, and jumps have labels.
fn in_the_kernels_way(text: &str) -> String {
    // A label ends with `>`; `r1 <<= 32` and `if r1 < r2` have none of it.
    let text =
        text.strip_suffix('>').and_then(|labelled| labelled.rsplit_once(" <")).map_or(text, |(text, _)| text);
    let text = text.replace(" + ", " +").replace(" - ", " -").replace("goto ", "goto pc");
    if let Some((left, number)) = text.strip_suffix(" ll").and_then(|wide| wide.split_once(" = ")) {
        return number.parse::<u64>().map_or_else(|_| text.clone(), |number| format!("{left} = {number:#x}"));
    }
    if !text.starts_with("if ") {
        return text;
    }
    let words = text.split(' ').map(|word| match word.parse::<i32>() {
        Ok(number) => format!("{number:#x}"),
        Err(_) => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_come_to_the_same() {
        let same = |theirs: &str, ours: &str| assert_eq!(line(theirs), accepted(ours));
        same(
            "       7:\t85 00 00 00 07 00 00 00\tcall 7",
            "  7: 85 00 00 00 07 00 00 00  call bpf_get_prandom_u32#7",
        );
        same(
            "16: 65 01 06 00 fa ff ff ff\tif r1 s> -6 goto +6 <sample+0xb8>",
            " 16: 65 01 06 00 fa ff ff ff  if r1 s> 0xfffffffa goto pc+6",
        );
        same(
            "1: 18 01 00 00 88 77 66 55 00 00 00 00 44 33 22 11\tr1 = 1234605616436508552 ll",
            "  1: 18 01 00 00 88 77 66 55  r1 = 0x1122334455667788",
        );
        same(
            "3: 7b 1a f8 ff 00 00 00 00\t*(u64 *)(r10 - 8) = r1",
            "  3: 7b 1a f8 ff 00 00 00 00  *(u64 *)(r10 -8) = r1",
        );
        same("9: 67 01 00 00 20 00 00 00\tr1 <<= 32", "  9: 67 01 00 00 20 00 00 00  r1 <<= 32");
        assert_eq!(line("0000000000000000 <sample>:"), None);
        assert_eq!(accepted("as the kernel prints it: 22 of 22"), None);
    }
}
