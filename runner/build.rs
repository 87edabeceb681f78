//! Lists the files of the course that the binary carries, for `src/workspace/embedded.rs` to include.
//!
//! It chooses folders, not what a learner gets of them: that is decided in `src/workspace/contents.rs`.
//! Nothing is packed: half a megabyte of text is not worth a dependency.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// Folders of the course, with everything in them that is neither made nor kept by a tool.
const FOLDERS: [&str; 5] = ["labs", "labs-ebpf", "vm/agent", "vm/wire", "book/src"];

/// Files beside them.
const FILES: [&str; 5] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "LICENSE-MIT", "LICENSE-APACHE"];

/// What is not taken from the folders: build results, drawings, what the book's panels show.
const LEFT_OUT: [&str; 3] = ["target", "images", "seen"];

/// Ends of names that tools and editors leave.
const LEFTOVERS: [&str; 5] = [".snap.new", ".pending-snap", ".orig", ".swp", "~"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let runner = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let course = runner.parent().ok_or_else(|| io::Error::other("the runner lies in no course"))?;
    let mut files = Vec::new();
    for file in FILES {
        println!("cargo::rerun-if-changed={}", course.join(file).display());
        files.push(course.join(file));
    }
    for folder in FOLDERS {
        // By entry, not the folder itself: build results below it must not count as changes.
        for entry in entries(&course.join(folder))? {
            println!("cargo::rerun-if-changed={}", entry.display());
            collect(&entry, &mut files)?;
        }
    }
    let mut list = String::from("&[\n");
    for file in files {
        let shown = file.strip_prefix(course).map_err(io::Error::other)?.display().to_string();
        let _ = writeln!(list, "    ({shown:?}, include_bytes!({:?})),", file.display().to_string());
    }
    list.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")?).join("course.rs"), list)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::other(format!("cargo sets no `{name}`: {error}")))
}

/// What a folder holds, sorted, without what is left out.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') && name != ".cargo";
        let left = LEFTOVERS.iter().any(|end| name.ends_with(end));
        if !hidden && !left && !LEFT_OUT.contains(&name.as_str()) {
            kept.push(entry.path());
        }
    }
    kept.sort();
    Ok(kept)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in entries(path)? {
        collect(&entry, files)?;
    }
    Ok(())
}
