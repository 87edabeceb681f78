//! What a person can do about a failed input or output in the cache: the text after `hint: `.

use std::io;

/// The way out that the kind of the error suggests.
pub(crate) fn for_io(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or set `EBPF_WORKBOOK_CACHE` to a folder on a larger disk; a kernel needs about 250 MB while it is unpacked, and its checkpoint up to 130 MB"
        }
        io::ErrorKind::NotFound => "check the path",
        _ => {
            "check that you can read and write there, or set `EBPF_WORKBOOK_CACHE` to a folder where you can"
        }
    }
}
