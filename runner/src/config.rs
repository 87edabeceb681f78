//! What a user may set for all courses on a machine: where packages come from.
//!
//! It holds nothing that changes a verdict. Without a file every value is unset, and the mirror
//! is the one that the system's apt is set up with.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};
use serde::Deserialize;

use crate::usage::WrongUsage;

/// The user's configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A mirror of Debian's archive, as after `deb` in a `sources.list`.
    pub mirror: Option<String>,
    /// A mirror of Debian's security archive.
    pub security_mirror: Option<String>,
    /// The keyring that the archive's signatures are checked against.
    pub keyring: Option<PathBuf>,
}

impl Config {
    /// Reads the file. A file that does not exist is an empty one.
    ///
    /// # Errors
    /// If the file cannot be read, or is not what [`Config::parse`] accepts.
    pub fn load(file: &Path) -> Result<Self> {
        match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(file, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(anyhow!(
                "cannot read the configuration `{}`: {error}\n\
                 hint: make the file readable, or remove it: it is optional",
                file.display()
            )),
        }
    }

    /// Parses the text of the file named `file`.
    ///
    /// # Errors
    /// If it is not TOML, has an unknown key, or a mirror that is no URL.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).map_err(|error| {
            anyhow!(WrongUsage::new(
                "configuration",
                format!(
                    "the configuration `{}` cannot be used\n{}\n\
                 hint: the keys are `mirror`, `security_mirror` and `keyring`, each a string",
                    file.display(),
                    error.to_string().trim_end()
                )
            ))
        })?;
        let mirrors = [("mirror", &config.mirror), ("security_mirror", &config.security_mirror)];
        for (key, value) in mirrors {
            if let Some(value) = value
                && !value.contains(":/")
            {
                return Err(anyhow!(WrongUsage::new(
                    "configuration",
                    format!(
                        "`{key}` in the configuration `{}` is not a URL: `{value}`\n\
                     hint: write what would stand after `deb` in a `sources.list`, with `http://` or `https://`",
                        file.display()
                    )
                )));
            }
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn parse(text: &str) -> Result<Config> {
        Config::parse(Path::new("/home/ada/.config/ebpf-workbook/config.toml"), text)
    }

    #[test]
    fn every_key_is_read() {
        let config = parse(
            "mirror = 'http://mirror.test/debian'\n\
             security_mirror = 'file:/srv/security'\n\
             keyring = '/usr/share/keyrings/k.gpg'\n",
        )
        .unwrap();
        assert_eq!(config.mirror.as_deref(), Some("http://mirror.test/debian"));
        assert_eq!(config.security_mirror.as_deref(), Some("file:/srv/security"));
        assert_eq!(config.keyring.as_deref(), Some(Path::new("/usr/share/keyrings/k.gpg")));
    }

    #[test]
    fn a_file_that_is_not_there_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Config::load(&folder.path().join("config.toml")).unwrap(), Config::default());
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Config::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("cannot read the configuration"), "{error}");
    }

    #[rstest]
    #[case::unknown_key("config_unknown_key", "miror = 'http://mirror.test'")]
    #[case::wrong_type("config_wrong_type", "mirror = 7")]
    #[case::not_a_url("config_not_a_url", "mirror = 'mirror.test'")]
    fn wrong_files_are_explained(#[case] name: &str, #[case] text: &str) {
        insta::assert_snapshot!(name, parse(text).unwrap_err());
    }
}
