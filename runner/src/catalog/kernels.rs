//! Which kernels are meant: versions that can be compared, and what `--kernel` may say.
//!
//! It does not fetch kernels and does not know where they lie.

use std::{fmt, path::PathBuf, str::FromStr};

use serde::Deserialize;

use super::{Catalog, CatalogError, find::near};

/// The first two numbers of a kernel's version, for example `6.1`. Ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct KernelVersion {
    /// `6` of `6.1`.
    pub major: u32,
    /// `1` of `6.1`.
    pub minor: u32,
}

impl FromStr for KernelVersion {
    type Err = String;

    /// Reads a series (`6.1`) or a release (`6.1.0-56-cloud-amd64`).
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no kernel version, expected one like `6.1`");
        let (major, rest) = text.split_once('.').ok_or_else(wrong)?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (minor, rest) = rest.split_at(end);
        // What may follow in a release; the `/` of a path may not.
        if !rest.is_empty() && !rest.starts_with(['.', '-', '+', '~']) {
            return Err(wrong());
        }
        Ok(Self { major: major.parse().map_err(|_| wrong())?, minor: minor.parse().map_err(|_| wrong())? })
    }
}

impl TryFrom<String> for KernelVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// One kernel that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KernelChoice {
    /// A series of the kernel list: `6.1`.
    Series(String),
    /// A kernel image by path: whatever holds a `/`.
    Image(PathBuf),
}

impl Catalog {
    /// What `--kernel` means, oldest first, each kernel once: nothing or `all` is the whole list,
    /// `newest` its last entry, a text with a `/` is the path of an image.
    ///
    /// # Errors
    /// [`CatalogError::UnknownKernel`] lists the kernels that there are.
    pub fn select_kernels(&self, asked: &[String]) -> Result<Vec<KernelChoice>, CatalogError> {
        let everything = asked.is_empty() || asked.iter().any(|name| name == "all");
        let mut series: Vec<&str> = Vec::new();
        let mut images = Vec::new();
        for name in asked.iter().filter(|name| *name != "all") {
            if name.contains('/') {
                let image = KernelChoice::Image(PathBuf::from(name));
                if !images.contains(&image) {
                    images.push(image);
                }
            } else {
                series.push(self.series(name)?);
            }
        }
        let wanted = |name: &&String| everything || series.contains(&name.as_str());
        let mut chosen: Vec<_> =
            self.kernels().iter().filter(wanted).cloned().map(KernelChoice::Series).collect();
        chosen.append(&mut images);
        Ok(chosen)
    }

    fn series<'a>(&'a self, name: &str) -> Result<&'a str, CatalogError> {
        let found = match name {
            "newest" => self.kernels().last(),
            name => self.kernels().iter().find(|known| *known == name),
        };
        found.map(String::as_str).ok_or_else(|| CatalogError::UnknownKernel {
            name: name.to_owned(),
            near: near(name, self.kernels()),
            known: self.kernels().to_vec(),
        })
    }
}
