//! SHA-256 in hexadecimal: how files are told apart.

use sha2::{Digest, Sha256};

/// The hash of some bytes, 64 hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
