//! Ways to damage a file of a checkpoint: what disks, power cuts, other programs and people do.

use std::{
    fs::{self, FileTimes, OpenOptions},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};

use serde_json::{Value, json};

pub(crate) fn delete(file: &Path) -> io::Result<()> {
    fs::remove_file(file)
}

/// The second half is gone.
pub(crate) fn truncate(file: &Path) -> io::Result<()> {
    let size = fs::metadata(file)?.len();
    OpenOptions::new().write(true).open(file)?.set_len(size / 2)
}

/// A text that was not written to its end.
pub(crate) fn cut_off(file: &Path) -> io::Result<()> {
    let text = fs::read(file)?;
    fs::write(file, &text[..text.len() / 2])
}

/// One byte in the first quarter is another one.
pub(crate) fn flip(file: &Path) -> io::Result<()> {
    let at = fs::metadata(file)?.len() / 4;
    let file = OpenOptions::new().read(true).write(true).open(file)?;
    let mut byte = [0];
    file.read_exact_at(&mut byte, at)?;
    file.write_all_at(&[!byte[0]], at)
}

/// The same, and the file claims that it was not changed.
pub(crate) fn flip_and_set_the_time_back(file: &Path) -> io::Result<()> {
    let before = fs::metadata(file)?;
    flip(file)?;
    let times = FileTimes::new().set_modified(before.modified()?).set_accessed(before.accessed()?);
    OpenOptions::new().write(true).open(file)?.set_times(times)?;
    assert_eq!(fs::metadata(file)?.modified()?, before.modified()?);
    Ok(())
}

/// A copy with all that can be copied, as a backup that was played back.
pub(crate) fn replace_by_a_copy(file: &Path) -> io::Result<()> {
    let copy = file.with_extension("copy");
    duct::cmd!("cp", "--sparse=always", "--preserve", file, &copy).run()?;
    fs::rename(copy, file)
}

/// What only QEMU can notice: rubbish whose hash is the one written down.
pub(crate) fn state_that_looks_right(state: &Path) -> io::Result<()> {
    fs::write(state, [b'?'; 4096])?;
    let hash = duct::cmd!("sha256sum", state).read()?;
    amend(state, |facts| facts["state_sha256"] = json!(hash.split_whitespace().next()))
}

/// What only the guest's silence can tell: zeros whose size, time and inode are the ones written down.
pub(crate) fn memory_that_looks_right(memory: &Path) -> io::Result<()> {
    let size = fs::metadata(memory)?.len();
    let file = OpenOptions::new().write(true).open(memory)?;
    file.set_len(0)?;
    file.set_len(size)?;
    let_memory_look_right(memory)
}

/// Writes the fingerprint that the memory file has now into the facts.
pub(crate) fn let_memory_look_right(memory: &Path) -> io::Result<()> {
    let data = fs::metadata(memory)?;
    let changed_ns = i128::from(data.ctime()) * 1_000_000_000 + i128::from(data.ctime_nsec());
    let changed_ns: Value = serde_json::from_str(&changed_ns.to_string())?;
    amend(memory, |facts| {
        facts["memory"]["changed_ns"] = changed_ns;
        facts["memory"]["inode"] = json!(data.ino());
    })
}

/// What a runner of another version might have written under the same name.
pub(crate) fn facts_of_another_version(facts: &Path) -> io::Result<()> {
    amend(facts, |facts| facts["more"] = json!(1))
}

pub(crate) fn file_instead(folder: &Path) -> io::Result<()> {
    fs::remove_dir_all(folder)?;
    fs::write(folder, "not a folder")
}

/// Changes the facts beside a file.
fn amend(file: &Path, change: impl FnOnce(&mut Value)) -> io::Result<()> {
    let path = file.with_file_name("facts.json");
    let mut facts = serde_json::from_slice(&fs::read(&path)?)?;
    change(&mut facts);
    fs::write(path, facts.to_string())
}
