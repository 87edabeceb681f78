//! Reads files out of a Debian package without unpacking the rest.
//!
//! It does not install anything and does not read the control data. Source of the format: deb(5).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::advice;

/// Why a package could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DebError {
    /// It is cut off, or not a package at all.
    #[error("the package `{path}` is damaged: {why}\nhint: delete it and fetch it again", path = .path.display())]
    Damaged {
        /// The package.
        path: PathBuf,
        /// What the decoder found.
        why: String,
    },
    /// The package's compression is none that we know.
    #[error("the package `{path}` is packed as `{member}`, which is none of `.xz`, `.zst`, `.gz` and plain\nhint: report this, with the package's name", path = .path.display())]
    Compression {
        /// The package.
        path: PathBuf,
        /// The archive's member.
        member: String,
    },
    /// The file asked for is not in it.
    #[error("the package `{path}` holds no `{file}`\nhint: the package's layout is new to this version of the workbook; report this, with the package's name", path = .path.display())]
    NoFile {
        /// The package.
        path: PathBuf,
        /// The file's path in the package.
        file: String,
    },
    /// The package or the scratch folder could not be used.
    #[error("cannot unpack `{path}`: {source}\nhint: {advice}", path = .path.display(), advice = advice::for_io(.source))]
    Io {
        /// The package.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// An opened package: its files, in an unnamed temporary file that vanishes with this value.
#[derive(Debug)]
pub struct Deb {
    path: PathBuf,
    data: File,
    files: BTreeMap<String, Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    size: u64,
}

impl Deb {
    /// Opens a package; its data archive is decompressed into an unnamed file in the folder `scratch`.
    ///
    /// # Errors
    /// [`DebError::Damaged`] for whatever is cut off: the whole archive is read.
    pub fn open(path: &Path, scratch: &Path) -> Result<Deb, DebError> {
        let io = |source| DebError::Io { path: path.to_path_buf(), source };
        let mut package = ar::Archive::new(BufReader::new(File::open(path).map_err(io)?));
        let mut data = tempfile::tempfile_in(scratch).map_err(io)?;
        while let Some(entry) = package.next_entry() {
            let entry = entry.map_err(|error| damaged(path, &error))?;
            let member = String::from_utf8_lossy(entry.header().identifier()).into_owned();
            if !member.starts_with("data.tar") {
                continue;
            }
            decompress(path, &member, entry, &mut data)?;
            let files = index(path, &data)?;
            return Ok(Deb { path: path.to_path_buf(), data, files });
        }
        Err(DebError::Damaged { path: path.to_path_buf(), why: "it has no member `data.tar`".to_owned() })
    }

    /// The paths of all regular files, without a leading `./` or `/`.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is such a regular file.
    pub fn contains(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// One file's content.
    ///
    /// # Errors
    /// [`DebError::NoFile`], [`DebError::Io`].
    pub fn read(&self, file: &str) -> Result<Vec<u8>, DebError> {
        let place = self
            .files
            .get(file)
            .ok_or_else(|| DebError::NoFile { path: self.path.clone(), file: file.to_owned() })?;
        let mut content = Vec::new();
        let mut data = &self.data;
        data.seek(SeekFrom::Start(place.offset))
            .and_then(|_| data.take(place.size).read_to_end(&mut content))
            .map_err(|source| DebError::Io { path: self.path.clone(), source })?;
        Ok(content)
    }
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> DebError {
    DebError::Damaged { path: path.to_path_buf(), why: error.to_string() }
}

/// Unpacks one member. Reading problems mean damage, writing problems are the disk's.
fn decompress(path: &Path, member: &str, packed: impl Read, into: &mut File) -> Result<(), DebError> {
    let packed = BufReader::with_capacity(1 << 16, packed);
    let mut reader: Box<dyn Read + '_> = match member.trim_end_matches('/') {
        "data.tar.xz" => Box::new(lzma_rust2::XzReader::new(packed, true)),
        "data.tar.gz" => Box::new(flate2::read::MultiGzDecoder::new(packed)),
        "data.tar.zst" => {
            Box::new(ruzstd::decoding::StreamingDecoder::new(packed).map_err(|error| damaged(path, &error))?)
        }
        "data.tar" => Box::new(packed),
        other => {
            return Err(DebError::Compression { path: path.to_path_buf(), member: other.to_owned() });
        }
    };
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = reader.read(&mut buffer).map_err(|error| damaged(path, &error))?;
        if read == 0 {
            return Ok(());
        }
        into.write_all(&buffer[..read])
            .map_err(|source| DebError::Io { path: path.to_path_buf(), source })?;
    }
}

/// Where each regular file lies in the unpacked archive. Looking for the next one finds out whether one is cut off.
fn index(path: &Path, mut data: &File) -> Result<BTreeMap<String, Place>, DebError> {
    data.rewind().map_err(|source| DebError::Io { path: path.to_path_buf(), source })?;
    let mut archive = tar::Archive::new(BufReader::new(data));
    let mut files = BTreeMap::new();
    for entry in archive.entries().map_err(|error| damaged(path, &error))? {
        let entry = entry.map_err(|error| damaged(path, &error))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes())
            .trim_start_matches("./")
            .trim_start_matches('/')
            .to_owned();
        let place = Place { offset: entry.raw_file_position(), size: entry.size() };
        if name.split('/').all(|part| part != "..") {
            files.insert(name, place);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::testing;

    const FILES: [(&str, &[u8]); 2] = [("boot/vmlinuz-1", b"the kernel"), ("lib/modules/1/a.ko", &[7; 3000])];

    fn open(bytes: &[u8]) -> Result<Deb, DebError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("p.deb");
        std::fs::write(&path, bytes).expect("the package is written");
        Deb::open(&path, folder.path())
    }

    #[rstest]
    #[case::plain("data.tar")]
    #[case::gzip("data.tar.gz")]
    #[case::zstandard("data.tar.zst")]
    fn files_are_read_by_path(#[case] member: &str) {
        let package = open(&testing::deb(member, &FILES)).expect("a package");
        assert_eq!(package.paths().collect::<Vec<_>>(), ["boot/vmlinuz-1", "lib/modules/1/a.ko"]);
        for (path, content) in FILES {
            assert_eq!(package.read(path).expect("the file"), content);
        }
        let error = package.read("boot/vmlinuz-2").expect_err("no such file").to_string();
        assert!(error.contains("holds no `boot/vmlinuz-2`\nhint: "), "{error}");
    }

    /// Cut off anywhere, a package is refused: there is no length at which it passes for whole.
    #[rstest]
    #[case::plain("data.tar")]
    #[case::gzip("data.tar.gz")]
    #[case::zstandard("data.tar.zst")]
    fn a_truncated_package_is_refused(#[case] member: &str) {
        let whole = testing::deb(member, &FILES);
        // Beyond the last file, a plain archive has only padding.
        let end = if member == "data.tar" { whole.len() - 2048 } else { whole.len() };
        for length in (0..end).step_by(61) {
            let error =
                open(&whole[..length]).err().unwrap_or_else(|| panic!("accepted with {length} bytes"));
            assert!(matches!(error, DebError::Damaged { .. }), "{error}");
        }
    }

    #[test]
    fn an_unknown_compression_is_named() {
        let error = open(&testing::deb("data.tar.lzma", &FILES)).expect_err("unknown").to_string();
        assert!(error.contains("is packed as `data.tar.lzma`"), "{error}");
    }
}
