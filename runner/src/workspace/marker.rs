//! `workbook.toml`: what makes a folder a learner's workspace, and which course it was written from.

use std::{fs, path::Path};

use anyhow::{Result, anyhow};
use serde::Deserialize;

use super::{embedded, file};
use crate::usage::WrongUsage;

/// The marker's name, at the root of a workspace.
pub const MARKER: &str = "workbook.toml";

/// The form of a workspace that this runner knows.
const SCHEMA: u32 = 1;

/// What the marker says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Marker {
    /// The form of the workspace.
    pub schema: u32,
    /// The version of the course.
    pub course: String,
    /// Which course exactly: see [`embedded::content`].
    pub content: String,
}

impl Marker {
    /// That of a workspace which this runner writes.
    #[must_use]
    pub fn of_this_runner() -> Self {
        Self { schema: SCHEMA, course: embedded::VERSION.into(), content: embedded::content().into() }
    }

    /// Reads the marker of a workspace.
    ///
    /// # Errors
    /// If it cannot be read, or a newer runner wrote it.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join(MARKER);
        let unusable = |why: String| {
            anyhow!(WrongUsage::new(
                "damaged-workspace",
                format!(
                    "`{}` cannot be used: {why}\nhint: it only says which course this is: delete it, make an empty file \
                 of that name, and run `cargo runner update`",
                    path.display()
                )
            ))
        };
        let text = fs::read_to_string(&path).map_err(|error| unusable(error.to_string()))?;
        if text.trim().is_empty() {
            return Ok(Self { schema: SCHEMA, course: "unknown".into(), content: String::new() });
        }
        let marker: Self = toml::from_str(&text)
            .map_err(|error| unusable(error.message().lines().collect::<Vec<_>>().join(": ")))?;
        if marker.schema > SCHEMA {
            return Err(anyhow!(WrongUsage::new(
                "newer-workspace",
                format!(
                    "`{}` was written by a newer runner: its schema is {}, this runner knows {SCHEMA}\nhint: install the \
                 newer runner again",
                    path.display(),
                    marker.schema
                )
            )));
        }
        Ok(marker)
    }

    /// Writes the marker.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, root: &Path) -> std::io::Result<()> {
        let Self { schema, course, content } = self;
        let text = format!(
            "# Makes this folder a workspace of the eBPF workbook. The runner keeps this file.\n\
             schema = {schema}\ncourse = \"{course}\"\ncontent = \"{content}\"\n"
        );
        file::write(&root.join(MARKER), text.as_bytes())
    }
}
