//! From the bytes of a kernel image to the bytes of the ELF kernel that it carries.
//!
//! Pure functions; they touch no file. Source of the layout: the kernel's
//! Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header", and, for the trailing size,
//! scripts/Makefile.lib (`size_append`).

use std::io::{self, Read};

use object::elf::{FileHeader64, NoteType, PT_NOTE};
use object::read::elf::{FileHeader, ProgramHeader};

/// Why an image is not a kernel that can be booted here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PayloadError {
    /// Neither an ELF file nor a bzImage.
    #[error(
        "it is not a Linux kernel for x86-64: it starts with {start}, which is neither an ELF file nor a bzImage"
    )]
    NotAKernel {
        /// The first bytes, in hexadecimal.
        start: String,
    },
    /// A bzImage whose header points outside of the file.
    #[error("it is a bzImage that is cut off: its payload ends at byte {end}, the file at {length}")]
    CutOff {
        /// Where the payload should end.
        end: u64,
        /// The size of the file.
        length: u64,
    },
    /// A setup header older than 2.08 (kernel 2.6.26) does not say where the payload is.
    #[error("its boot protocol {major}.{minor:02} is too old: 2.08 or newer says where the payload is")]
    OldProtocol {
        /// Major version.
        major: u16,
        /// Minor version.
        minor: u16,
    },
    /// The payload's compression is none that we know.
    #[error("its payload starts with {magic}, which is none of gzip, xz, LZ4 and Zstandard")]
    Compression {
        /// The payload's first bytes, in hexadecimal.
        magic: String,
    },
    /// The payload does not decompress, or not to the size that it declares.
    #[error("its {format} payload is damaged: {why}")]
    Damaged {
        /// The compression.
        format: &'static str,
        /// What the decoder said.
        why: String,
    },
    /// The kernel cannot be entered without its boot loader code.
    #[error("its ELF file has no PVH entry (`CONFIG_PVH` is off), so QEMU cannot start it directly")]
    NoPvh,
    /// The file inside is not a 64-bit ELF file for x86-64.
    #[error("what it carries is not an ELF file that can be read: {why}")]
    Elf {
        /// What the reader said.
        why: String,
    },
    /// No text `Linux version` in it.
    #[error("it does not say which release it is: there is no text `Linux version` in it")]
    NoRelease,
}

/// Offsets in the setup header.
const SETUP_SECTORS: usize = 0x1f1;
const BOOT_FLAG: usize = 0x1fe;
const MAGIC: usize = 0x202;
const PROTOCOL: usize = 0x206;
const PAYLOAD_OFFSET: usize = 0x248;
const PAYLOAD_LENGTH: usize = 0x24c;

/// The uncompressed ELF kernel: out of a bzImage, or the image itself if it is one already.
///
/// # Errors
/// Any of [`PayloadError`], also when the kernel has no PVH entry.
pub fn vmlinux(image: &[u8]) -> Result<Vec<u8>, PayloadError> {
    let elf = match is_elf(image) {
        true => image.to_vec(),
        false => decompress(payload(image)?)?,
    };
    pvh_entry(&elf)?;
    Ok(elf)
}

/// Whether the bytes start like an ELF file.
pub fn is_elf(image: &[u8]) -> bool {
    image.starts_with(b"\x7fELF")
}

/// The physical address at which QEMU enters the kernel.
///
/// Source: include/xen/interface/elfnote.h, `XEN_ELFNOTE_PHYS32_ENTRY`.
///
/// # Errors
/// [`PayloadError::NoPvh`], [`PayloadError::Elf`].
pub fn pvh_entry(elf: &[u8]) -> Result<u64, PayloadError> {
    const PHYS32_ENTRY: NoteType = NoteType(18);
    let bad = |error: object::read::Error| PayloadError::Elf { why: error.to_string() };
    let header = FileHeader64::<object::Endianness>::parse(elf).map_err(bad)?;
    let endian = header.endian().map_err(bad)?;
    for segment in header.program_headers(endian, elf).map_err(bad)? {
        if segment.p_type(endian) != PT_NOTE {
            continue;
        }
        let Some(mut notes) = segment.notes(endian, elf).map_err(bad)? else { continue };
        while let Some(note) = notes.next().map_err(bad)? {
            if note.name() == b"Xen" && note.n_type(endian) == PHYS32_ENTRY {
                let mut entry = [0; 8];
                let length = note.desc().len().min(8);
                entry[..length].copy_from_slice(&note.desc()[..length]);
                return Ok(u64::from_le_bytes(entry));
            }
        }
    }
    Err(PayloadError::NoPvh)
}

/// What `uname -r` will say, from the kernel's banner.
///
/// # Errors
/// [`PayloadError::NoRelease`].
pub fn release(elf: &[u8]) -> Result<String, PayloadError> {
    const BANNER: &[u8] = b"Linux version ";
    let mut rest = elf;
    while let Some(at) = rest.windows(BANNER.len()).position(|window| window == BANNER) {
        rest = &rest[at + BANNER.len()..];
        let word: Vec<u8> = rest.iter().copied().take(128).take_while(u8::is_ascii_graphic).collect();
        if word.first().is_some_and(u8::is_ascii_digit) {
            return Ok(String::from_utf8_lossy(&word).into_owned());
        }
    }
    Err(PayloadError::NoRelease)
}

/// The compressed kernel within a bzImage.
fn payload(image: &[u8]) -> Result<&[u8], PayloadError> {
    let is_image = image.get(BOOT_FLAG..BOOT_FLAG + 2) == Some(&[0x55, 0xaa])
        && image.get(MAGIC..MAGIC + 4) == Some(b"HdrS");
    if !is_image || image.len() < PAYLOAD_LENGTH + 4 {
        return Err(PayloadError::NotAKernel { start: hexadecimal(image) });
    }
    let protocol = u16::from_le_bytes([image[PROTOCOL], image[PROTOCOL + 1]]);
    if protocol < 0x0208 {
        return Err(PayloadError::OldProtocol { major: protocol >> 8, minor: protocol & 0xff });
    }
    // Zero means four, "for backwards compatibility".
    let sectors = match image[SETUP_SECTORS] {
        0 => 4,
        sectors => u64::from(sectors),
    };
    let start = (sectors + 1) * 512 + u64::from(word(image, PAYLOAD_OFFSET));
    let end = start + u64::from(word(image, PAYLOAD_LENGTH));
    let length = image.len() as u64;
    let range = usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(end).unwrap_or(usize::MAX);
    image.get(range).ok_or(PayloadError::CutOff { end, length })
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Decompresses a payload. All formats but gzip are followed by the size of the result, four bytes;
/// gzip has it as its own last field.
fn decompress(payload: &[u8]) -> Result<Vec<u8>, PayloadError> {
    let Some((format, result)) = unpack(payload) else {
        return Err(PayloadError::Compression { magic: hexadecimal(payload) });
    };
    let elf = result.map_err(|error| PayloadError::Damaged { format, why: error.to_string() })?;
    let declared = word(payload, payload.len() - 4) as usize;
    if elf.len() != declared {
        let why = format!("it has {} bytes and declares {declared}", elf.len());
        return Err(PayloadError::Damaged { format, why });
    }
    Ok(elf)
}

/// Decompresses by the first bytes and names the format; `None` if they are of none that we know.
pub(crate) fn unpack(packed: &[u8]) -> Option<(&'static str, io::Result<Vec<u8>>)> {
    Some(match packed {
        [0x1f, 0x8b, ..] => ("gzip", gzip(packed)),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("xz", xz(packed)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("Zstandard", zstandard(packed)),
        [0x02, 0x21, 0x4c, 0x18, ..] => ("LZ4", lz4(packed)),
        _ => return None,
    })
}

fn gzip(payload: &[u8]) -> io::Result<Vec<u8>> {
    read_all(flate2::read::GzDecoder::new(payload))
}

fn xz(payload: &[u8]) -> io::Result<Vec<u8>> {
    read_all(lzma_rust2::XzReader::new(payload, false))
}

fn zstandard(payload: &[u8]) -> io::Result<Vec<u8>> {
    // The kernel is compressed with a window of up to 128 MB (`zstd --ultra -22`).
    read_all(ruzstd::decoding::StreamingDecoder::new(payload).map_err(io::Error::other)?)
}

/// LZ4's legacy frame: after the magic number, blocks with their compressed size before them.
/// Source: lz4's doc/lz4_Frame_format.md, "Legacy frame".
fn lz4(payload: &[u8]) -> io::Result<Vec<u8>> {
    const BLOCK: usize = 8 << 20;
    let mut rest = &payload[4..];
    let mut elf = Vec::new();
    // What remains at the end is the size of the result.
    while rest.len() > 4 {
        let size = word(rest, 0) as usize;
        let block = rest.get(4..4 + size).ok_or(io::ErrorKind::UnexpectedEof)?;
        elf.extend(lz4_flex::block::decompress(block, BLOCK).map_err(io::Error::other)?);
        rest = &rest[4 + size..];
    }
    Ok(elf)
}

fn read_all(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    match bytes {
        [] => "nothing (it is empty)".to_owned(),
        _ => bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::testing::{bzimage, gzip, vmlinux as kernel, vmlinux_without_pvh};

    const RELEASE: &str = "6.1.0-test-amd64";

    /// LZ4's legacy frame of two blocks, with the size at its end.
    fn lz4(elf: &[u8]) -> Vec<u8> {
        let mut payload = vec![0x02, 0x21, 0x4c, 0x18];
        let (first, second) = elf.split_at(100);
        for block in [first, second] {
            let packed = lz4_flex::block::compress(block);
            payload.extend((packed.len() as u32).to_le_bytes());
            payload.extend(packed);
        }
        payload.extend((elf.len() as u32).to_le_bytes());
        payload
    }

    /// Zstandard, with the size at its end.
    fn zstandard(elf: &[u8]) -> Vec<u8> {
        let mut payload = ruzstd::encoding::compress_to_vec(elf, ruzstd::encoding::CompressionLevel::Fastest);
        payload.extend((elf.len() as u32).to_le_bytes());
        payload
    }

    #[rstest]
    #[case::gzip(&gzip(&kernel(RELEASE)))]
    #[case::lz4(&lz4(&kernel(RELEASE)))]
    #[case::zstandard(&zstandard(&kernel(RELEASE)))]
    fn an_image_gives_its_kernel(#[case] payload: &[u8]) {
        let elf = vmlinux(&bzimage(payload)).expect("a kernel");
        assert!(elf == kernel(RELEASE), "another kernel came out");
        assert_eq!(pvh_entry(&elf), Ok(0x0100_0850));
        assert_eq!(release(&elf).as_deref(), Ok(RELEASE));
    }

    /// `printf 'a module' | xz`: this crate's xz library only reads.
    const XZ: &[u8] = include_bytes!("../testdata/module.xz");

    #[test]
    fn xz_is_known() {
        let (format, unpacked) = unpack(XZ).expect("a known format");
        assert_eq!((format, unpacked.expect("whole")), ("xz", b"a module".to_vec()));
    }

    #[test]
    fn an_elf_kernel_stays_as_it_is() {
        assert!(vmlinux(&kernel(RELEASE)).expect("a kernel") == kernel(RELEASE));
    }

    #[rstest]
    #[case::empty(b"", "it starts with nothing (it is empty)")]
    #[case::text(b"hello, world", "it starts with 68 65 6c 6c, which is neither an ELF file nor a bzImage")]
    #[case::no_pvh(&vmlinux_without_pvh(RELEASE), "its ELF file has no PVH entry")]
    #[case::elf_cut_off(&kernel(RELEASE)[..100], "what it carries is not an ELF file that can be read")]
    #[case::unknown_compression(&bzimage(b"BZh9 and so on"), "its payload starts with 42 5a 68 39")]
    #[case::damaged(&bzimage(&gzip(&kernel(RELEASE))[..60]), "its gzip payload is damaged")]
    #[case::other_size(&bzimage(&[&zstandard(&kernel(RELEASE))[..], &[1, 0, 0, 0]].concat()), "and declares 1")]
    #[case::lz4_cut_off(&bzimage(&lz4(&kernel(RELEASE))[..60]), "its LZ4 payload is damaged")]
    #[case::cut_off(&bzimage(&gzip(&kernel(RELEASE)))[..1100], "it is a bzImage that is cut off: its payload ends at byte")]
    fn what_is_no_kernel_is_refused(#[case] image: &[u8], #[case] expected: &str) {
        let error = vmlinux(image).expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn an_old_header_is_refused() {
        let mut image = bzimage(&gzip(b"x"));
        image[PROTOCOL] = 0x07;
        assert_eq!(vmlinux(&image), Err(PayloadError::OldProtocol { major: 2, minor: 7 }));
    }

    #[test]
    fn a_kernel_without_banner_has_no_release() {
        assert_eq!(release(b"Linux version %s"), Err(PayloadError::NoRelease));
    }
}
