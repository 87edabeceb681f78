//! Writes what is kept of a kernel: the image, the needed modules, and what is built in.
//!
//! It does not decide where the kernel comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::StoreError;
use super::files::Files;
use super::lockfile::FileRecord;
use crate::modules::{self, Loaded};
use crate::sha256;

/// The unit of holes: a page, and a block of every common file system.
const BLOCK: usize = 4096;

/// How distributions name a module's file.
const MODULE_SUFFIXES: [&str; 4] = [".ko", ".ko.xz", ".ko.gz", ".ko.zst"];

/// Writes an image with holes where it is zero (its padding is), and makes sure that it is on disk.
pub(super) fn image(elf: &[u8], path: &Path) -> Result<FileRecord, StoreError> {
    let write = || -> io::Result<()> {
        let mut file = File::create(path)?;
        for block in elf.chunks(BLOCK) {
            match block.iter().all(|byte| *byte == 0) {
                true => file.seek(SeekFrom::Current(block.len() as i64)).map(drop)?,
                false => file.write_all(block)?,
            }
        }
        file.set_len(elf.len() as u64)?;
        file.sync_all()
    };
    write().map_err(StoreError::io("write", path))?;
    Ok(record(elf))
}

/// Writes the wanted modules and all that they need into `folder`, decompressed and flat, with the
/// `modules.dep` that [`crate::Kernel`] describes, and `modules.builtin`.
pub(super) fn modules(
    kernel: &str,
    files: &(impl Files + ?Sized),
    wanted: &[&str],
    folder: &Path,
) -> Result<BTreeMap<String, FileRecord>, StoreError> {
    let chosen = choose(kernel, files, wanted)?;
    fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
    let mut records = BTreeMap::new();
    let mut write = |name: String, content: &[u8]| {
        let path = folder.join(&name);
        let done =
            File::create(&path).and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
        done.map_err(StoreError::io("write", &path))?;
        records.insert(name, record(content));
        Ok::<(), StoreError>(())
    };
    for (name, content) in &chosen.contents {
        write(format!("{name}.ko"), content)?;
    }
    let builtin: String = chosen.builtin.iter().map(|name| format!("{name}.ko\n")).collect();
    write("modules.builtin".to_owned(), builtin.as_bytes())?;
    write("modules.dep".to_owned(), modules::dep_text(&chosen.order).as_bytes())?;
    Ok(records)
}

struct Chosen {
    order: Vec<Loaded>,
    contents: BTreeMap<String, Vec<u8>>,
    builtin: BTreeSet<String>,
}

/// Reads the wanted modules and all that they need.
fn choose(kernel: &str, files: &(impl Files + ?Sized), wanted: &[&str]) -> Result<Chosen, StoreError> {
    let paths = files.paths();
    let builtin = match paths.iter().find(|path| file_name(path) == "modules.builtin") {
        Some(path) => modules::builtin_names(&String::from_utf8_lossy(&files.read(path)?)),
        None => BTreeSet::new(),
    };
    let places: BTreeMap<String, &String> = paths
        .iter()
        .filter(|path| MODULE_SUFFIXES.iter().any(|suffix| path.ends_with(suffix)))
        .map(|path| (modules::canonical(path), path))
        .collect();
    let mut contents = BTreeMap::new();
    let order = modules::load_order(wanted, &builtin, &places.keys().cloned().collect(), &mut |name| {
        let content = modules::decompressed(name, files.read(places[name])?)?;
        let needs = modules::depends(name, &content)?;
        contents.insert(name.to_owned(), content);
        Ok::<_, StoreError>(needs)
    });
    let order = order.map_err(|error| error.of_kernel(kernel))?;
    Ok(Chosen { order, contents, builtin })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn record(bytes: &[u8]) -> FileRecord {
    FileRecord { size: bytes.len() as u64, sha256: sha256::of_bytes(bytes) }
}

/// Size and hash of a file.
pub(super) fn record_of(path: &Path) -> Result<FileRecord, StoreError> {
    let size = fs::metadata(path).map_err(StoreError::io("read", path))?.len();
    let sha256 = sha256::of_file(path).map_err(StoreError::io("read", path))?;
    Ok(FileRecord { size, sha256 })
}
