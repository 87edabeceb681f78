//! Small made-up kernels, modules, packages and package repositories for this crate's tests.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::apt::Mirrors;
use crate::sha256;

/// An ELF file for x86-64 with one note segment and at most one section; enough for readers.
fn elf(kind: u16, note: &[u8], section: Option<(&str, &[u8])>, tail: &[u8]) -> Vec<u8> {
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let (name, content) = section.unwrap_or(("", &[]));
    let names = format!("\0{name}\0.shstrtab\0");
    let note_at = 64 + 56;
    let content_at = note_at + note.len();
    let names_at = content_at + content.len();
    let headers_at = (names_at + names.len() + tail.len()).next_multiple_of(8);
    let sections = if section.is_some() { 3u16 } else { 0 };
    let header_at = if section.is_some() { headers_at as u64 } else { 0 };
    // e_type, e_machine, e_version, e_entry, e_phoff, e_shoff, e_flags, and the sizes and counts.
    for half in [kind, 62] {
        file.extend(half.to_le_bytes());
    }
    file.extend(1u32.to_le_bytes());
    for word in [0, 64, header_at] {
        file.extend(u64::to_le_bytes(word));
    }
    file.extend(0u32.to_le_bytes());
    for half in [64, 56, 1, 64, sections, sections.saturating_sub(1)] {
        file.extend(u16::to_le_bytes(half));
    }
    // One program header: PT_NOTE.
    file.extend(4u32.to_le_bytes());
    file.extend(4u32.to_le_bytes());
    for word in [note_at, note_at, note_at, note.len(), note.len(), 4] {
        file.extend((word as u64).to_le_bytes());
    }
    for part in [note, content, names.as_bytes(), tail] {
        file.extend(part);
    }
    file.resize(headers_at, 0);
    if section.is_some() {
        file.extend([0; 64]);
        section_header(&mut file, 1, 1, content_at, content.len());
        section_header(&mut file, 2 + name.len() as u32, 3, names_at, names.len());
    }
    file
}

/// sh_name, sh_type, sh_flags, sh_addr, sh_offset, sh_size, sh_link and sh_info, sh_addralign, sh_entsize.
fn section_header(file: &mut Vec<u8>, name: u32, kind: u32, at: usize, size: usize) {
    file.extend(name.to_le_bytes());
    file.extend(kind.to_le_bytes());
    for word in [0, 0, at as u64, size as u64, 0, 1, 0] {
        file.extend(u64::to_le_bytes(word));
    }
}

/// A module that names what it needs.
pub(crate) fn module(depends: &str) -> Vec<u8> {
    let info = format!("license=GPL\0depends={depends}\0name=x\0");
    elf(1, &[], Some((".modinfo", info.as_bytes())), &[])
}

/// An ELF kernel with a PVH entry, and a banner between zeros.
pub(crate) fn vmlinux(release: &str) -> Vec<u8> {
    let mut note = Vec::new();
    for word in [4u32, 8, 18] {
        note.extend(word.to_le_bytes());
    }
    note.extend(b"Xen\0");
    note.extend(0x0100_0850u64.to_le_bytes());
    elf(2, &note, None, &banner(release))
}

/// The same without the note.
pub(crate) fn vmlinux_without_pvh(release: &str) -> Vec<u8> {
    elf(2, &[], None, &banner(release))
}

fn banner(release: &str) -> Vec<u8> {
    let mut text = b"%s version %s\0Linux version \0".to_vec();
    text.resize(20_000, 0);
    text.extend(format!("Linux version {release} (someone@somewhere) #1 SMP\n").into_bytes());
    text.resize(text.len() + 10_000, 0);
    text
}

/// A bzImage around a compressed payload.
pub(crate) fn bzimage(payload: &[u8]) -> Vec<u8> {
    let mut image = vec![0; 1024 + 64];
    image[0x1f1] = 1;
    image[0x1fe..0x200].copy_from_slice(&[0x55, 0xaa]);
    image[0x202..0x206].copy_from_slice(b"HdrS");
    image[0x206..0x208].copy_from_slice(&0x020fu16.to_le_bytes());
    image[0x248..0x24c].copy_from_slice(&64u32.to_le_bytes());
    image[0x24c..0x250].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    image.extend(payload);
    image.extend(b"what follows the payload");
    image
}

/// gzip, which ends with the size of what is in it, as a kernel's payload does.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// A Debian package with some files; `member` names how the data archive is packed: `data.tar`, `data.tar.gz`, `data.tar.zst`.
pub(crate) fn deb(member: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("./{path}"), *content).expect("a vector takes all");
    }
    let data = tar.into_inner().expect("a vector takes all");
    let data = match member.rsplit('.').next() {
        Some("gz") => gzip(&data),
        Some("zst") => {
            ruzstd::encoding::compress_to_vec(data.as_slice(), ruzstd::encoding::CompressionLevel::Fastest)
        }
        _ => data,
    };
    let mut package = ar::Builder::new(Vec::new());
    for (name, content) in [("debian-binary", b"2.0\n".as_slice()), ("control.tar", b""), (member, &data)] {
        let header = ar::Header::new(name.as_bytes().to_vec(), content.len() as u64);
        package.append(&header, content).expect("a vector takes all");
    }
    package.into_inner().expect("a vector takes all")
}

/// A local package repository with suites; what it serves can be damaged afterwards.
pub(crate) struct Repository {
    root: tempfile::TempDir,
}

impl Repository {
    pub(crate) fn new() -> Repository {
        Repository { root: tempfile::tempdir().expect("a temporary folder") }
    }

    /// This repository for all suites. Signatures are not checked.
    pub(crate) fn mirrors(&self) -> Mirrors {
        let address = format!("file://{}", self.root.path().display());
        Mirrors::unsigned(address.clone(), address)
    }

    /// Adds a package to a suite's index and to the pool.
    pub(crate) fn add(&self, suite: &str, name: &str, version: &str, package: &[u8]) {
        let file = self.file(name, version);
        fs::create_dir_all(file.parent().expect("the pool")).expect("the pool is made");
        fs::write(&file, package).expect("the package is written");
        let folder = self.root.path().join(format!("dists/{suite}/main/binary-amd64"));
        fs::create_dir_all(&folder).expect("the index folder is made");
        let stanza = format!(
            "Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: nobody <n@example.org>\n\
             Description: made up\nFilename: pool/{name}_{version}_amd64.deb\nSize: {}\nSHA256: {}\n\n",
            package.len(),
            sha256::of_bytes(package)
        );
        let index = folder.join("Packages");
        let text = fs::read_to_string(&index).unwrap_or_default() + &stanza;
        fs::write(&index, &text).expect("the index is written");
        let release = format!(
            "Suite: {suite}\nCodename: {suite}\nArchitectures: amd64\nComponents: main\nDate: Sat, 01 Jan 2022 00:00:00 UTC\n\
             SHA256:\n {} {} main/binary-amd64/Packages\n",
            sha256::of_bytes(text.as_bytes()),
            text.len()
        );
        fs::write(self.root.path().join(format!("dists/{suite}/Release")), release)
            .expect("the release is written");
    }

    /// The file of a package in the pool.
    pub(crate) fn file(&self, name: &str, version: &str) -> PathBuf {
        self.root.path().join(format!("pool/{name}_{version}_amd64.deb"))
    }
}

/// Cuts a file off in the middle.
pub(crate) fn truncate(path: &Path) {
    let bytes = fs::read(path).expect("the file is read");
    fs::write(path, &bytes[..bytes.len() / 2]).expect("the file is cut off");
}
