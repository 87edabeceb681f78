//! Writes cpio archives in the `newc` format that the kernel unpacks as its initramfs.
//!
//! The same entries always give the same bytes: inode numbers count up, times are zero. It writes
//! only what an initramfs needs: folders, files and character devices.
//! Format: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A folder.
    Folder {
        /// Path without a leading slash.
        path: String,
    },
    /// A regular file.
    File {
        /// Path without a leading slash.
        path: String,
        /// Permission bits.
        mode: u32,
        /// The contents.
        contents: Vec<u8>,
    },
    /// A character device.
    Device {
        /// Path without a leading slash.
        path: String,
        /// Major and minor number.
        number: (u32, u32),
    },
}

const FOLDER: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;
const CHARACTER: u32 = 0o020_000;

/// The archive of these entries, in this order: parents must come before children.
#[must_use]
pub fn archive(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let inode = index as u32 + 1;
        match entry {
            Entry::Folder { path } => append(&mut bytes, inode, path, FOLDER | 0o755, (0, 0), &[]),
            Entry::File { path, mode, contents } => {
                append(&mut bytes, inode, path, REGULAR | mode, (0, 0), contents);
            }
            Entry::Device { path, number } => {
                append(&mut bytes, inode, path, CHARACTER | 0o600, *number, &[])
            }
        }
    }
    append(&mut bytes, 0, "TRAILER!!!", 0, (0, 0), &[]);
    bytes
}

/// Appends one header of 110 bytes, the name and the contents, the latter two padded to four bytes.
fn append(bytes: &mut Vec<u8>, inode: u32, name: &str, mode: u32, device: (u32, u32), contents: &[u8]) {
    let links = 1;
    let name_size = name.len() as u32 + 1;
    let fields = [inode, mode, 0, 0, links, 0, contents.len() as u32, 0, 0, device.0, device.1, name_size, 0];
    bytes.extend_from_slice(b"070701");
    for field in fields {
        bytes.extend_from_slice(format!("{field:08x}").as_bytes());
    }
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0);
    pad(bytes);
    bytes.extend_from_slice(contents);
    pad(bytes);
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_byte_by_byte() {
        let entry = Entry::File { path: "a".into(), mode: 0o644, contents: b"hello".to_vec() };
        let bytes = archive(&[entry]);
        let header = concat!(
            "070701", "00000001", "000081a4", "00000000", "00000000", "00000001", "00000000", "00000005",
            "00000000", "00000000", "00000000", "00000000", "00000002", "00000000"
        );
        assert_eq!(&bytes[..110], header.as_bytes());
        assert_eq!(&bytes[110..112], b"a\0");
        assert_eq!(&bytes[112..120], b"hello\0\0\0");
        assert!(bytes[120..].starts_with(b"070701"));
        assert_eq!(bytes.len() % 4, 0);
    }

    #[test]
    fn a_device_carries_its_number() {
        let bytes = archive(&[Entry::Device { path: "dev/console".into(), number: (5, 1) }]);
        assert_eq!(&bytes[6 + 8 * 9..6 + 8 * 11], b"0000000500000001");
    }
}
