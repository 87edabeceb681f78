//! What the reference solution observed, kept per object, guest program, kernel and seed.
//!
//! It keeps and finds. Running the solution is the caller's matter; a damaged entry counts as none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::transcript::ObservedCheck;

/// The cache of the reference solution's observations.
#[derive(Debug, Clone)]
pub struct Oracle {
    folder: PathBuf,
}

/// What an entry depends on, as one hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OracleKey(String);

impl OracleKey {
    /// `object` and `program` are the bytes of the solution's eBPF object (empty if the lab has none) and of
    /// the guest program, `kernel_sha256` is the hash of the kernel's image in hexadecimal.
    #[must_use]
    pub fn new(object: &[u8], program: &[u8], kernel_sha256: &str, seed: u64) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"oracle 1");
        for part in [object, program, kernel_sha256.as_bytes(), &seed.to_le_bytes()] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hex(&hasher.finalize()))
    }
}

impl Oracle {
    /// The oracle in a cache folder; nothing is created yet.
    #[must_use]
    pub fn new(cache: &Path) -> Self {
        Self { folder: cache.join("oracle") }
    }

    /// The kept, normalised observations; `None` if there are none or the entry is damaged.
    #[must_use]
    pub fn get(&self, key: &OracleKey) -> Option<Vec<ObservedCheck>> {
        let text = fs::read_to_string(self.path(key)).ok()?;
        let (sum, body) = text.split_once('\n')?;
        (sum == checksum(body)).then(|| serde_json::from_str(body).ok()).flatten()
    }

    /// Keeps normalised observations; the entry is visible only when it is complete.
    ///
    /// # Errors
    /// What the system says.
    pub fn put(&self, key: &OracleKey, checks: &[ObservedCheck]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let body = serde_json::to_string(checks)?;
        let file = tempfile::NamedTempFile::new_in(&self.folder)?;
        fs::write(file.path(), format!("{}\n{body}", checksum(&body)))?;
        file.persist(self.path(key))?;
        Ok(())
    }

    fn path(&self, key: &OracleKey) -> PathBuf {
        self.folder.join(format!("{}.json", key.0))
    }
}

fn checksum(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<ObservedCheck> {
        vec![ObservedCheck {
            name: "count".into(),
            lines: vec!["after attach: 7".into(), "\"quoted\"\u{fffd}".into()],
        }]
    }

    fn key() -> OracleKey {
        OracleKey::new(b"object", b"program", "abc", 5)
    }

    #[test]
    fn what_is_put_is_got() {
        let cache = tempfile::tempdir().unwrap();
        let oracle = Oracle::new(cache.path());
        assert_eq!(oracle.get(&key()), None);
        oracle.put(&key(), &[]).unwrap();
        oracle.put(&key(), &sample()).unwrap();
        assert_eq!(oracle.get(&key()), Some(sample()));
        assert_eq!(
            fs::read_dir(cache.path().join("oracle")).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn every_part_of_the_key_counts() {
        let others = [
            OracleKey::new(b"objecT", b"program", "abc", 5),
            OracleKey::new(b"object", b"prograM", "abc", 5),
            OracleKey::new(b"object", b"program", "abd", 5),
            OracleKey::new(b"object", b"program", "abc", 6),
            OracleKey::new(b"objectp", b"rogram", "abc", 5),
        ];
        assert!(others.iter().all(|other| *other != key()));
        assert_eq!(key(), OracleKey::new(b"object", b"program", "abc", 5));
    }

    #[test]
    fn a_damaged_entry_counts_as_none() {
        let cache = tempfile::tempdir().unwrap();
        let oracle = Oracle::new(cache.path());
        oracle.put(&key(), &sample()).unwrap();
        let path = oracle.path(&key());
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert_eq!(oracle.get(&key()), None, "byte {at} altered");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(oracle.get(&key()), None, "cut at {at}");
        }
        oracle.put(&key(), &sample()).unwrap();
        assert_eq!(oracle.get(&key()), Some(sample()));
    }
}
