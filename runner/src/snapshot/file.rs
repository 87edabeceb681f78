//! One snapshot file: its name, and insta's format wrapped once.
//!
//! insta 1.49 can read and save a file but not make one: `Snapshot` has no public constructor. So a draft
//! of the few lines of the format is written here, read by insta, and saved by insta.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

/// Which check, and for which kernel only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotKey {
    /// The check's name.
    pub check: String,
    /// The one kernel that an override is for; `None` is the shared file.
    pub kernel: Option<String>,
}

impl SnapshotKey {
    /// The file that all kernels share.
    #[must_use]
    pub fn shared(check: &str) -> Self {
        Self { check: check.to_owned(), kernel: None }
    }

    /// The file for one kernel.
    #[must_use]
    pub fn only(check: &str, kernel: &str) -> Self {
        Self { check: check.to_owned(), kernel: Some(kernel.to_owned()) }
    }

    /// From a file's name: `count.snap` or `count@5.10.snap`.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".snap")?;
        Some(match stem.split_once('@') {
            Some((check, kernel)) => Self::only(check, kernel),
            None => Self::shared(stem),
        })
    }

    /// `count.snap` or `count@5.10.snap`.
    #[must_use]
    pub fn file_name(&self) -> String {
        match &self.kernel {
            Some(kernel) => format!("{}@{kernel}.snap", self.check),
            None => format!("{}.snap", self.check),
        }
    }
}

/// Reads the lines of a snapshot.
///
/// # Errors
/// That the header is cut off, what insta says, or that the snapshot holds no text.
pub fn read(path: &Path) -> Result<Vec<String>, String> {
    // insta takes a file without a whole header for one of an old format, or for an empty snapshot.
    header_is_whole(&fs::read_to_string(path).map_err(|error| error.to_string())?)?;
    let snapshot = insta::Snapshot::from_file(path).map_err(|error| match error.to_string() {
        // insta names the whole path here, which our message has already.
        text if text.contains("YAML") => "its header is no YAML".to_owned(),
        text => text,
    })?;
    let text = snapshot.as_text().ok_or("it holds no text")?.to_string();
    Ok(text.lines().map(str::to_owned).collect())
}

/// Checks that the header stands between two lines of `---`.
fn header_is_whole(text: &str) -> Result<(), String> {
    let mut lines = text.lines();
    match lines.next() {
        None => Err("it is empty".to_owned()),
        Some(first) if first.trim_end() != "---" => {
            Err(format!("line 1 is not `---`, with which its header begins, but `{}`", beginning(first)))
        }
        Some(_) if lines.any(|line| line.trim_end() == "---") => Ok(()),
        Some(_) => Err(format!(
            "its header has no end: no second `---` stands in its {} lines",
            text.lines().count()
        )),
    }
}

/// As much of a line as a message has room for.
fn beginning(line: &str) -> String {
    line.chars().take(40).collect()
}

/// Writes a snapshot as insta writes it, byte for byte, so that accepting by hand changes nothing. The file
/// becomes visible only when it is complete. `source` is relative to the workspace.
///
/// # Errors
/// What the system or insta says.
pub(super) fn write(path: &Path, source: &Path, what: &str, lines: &[String]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Snapshots are source files: everybody may read them, unlike tempfile's own default.
    let readable = PermissionsExt::from_mode(0o644);
    let draft = tempfile::Builder::new().permissions(readable).tempfile_in(folder)?;
    // A JSON string is a YAML string, too.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let (source, what) = (quoted(&source.display().to_string()), quoted(what));
    let text = format!("---\nsource: {source}\ndescription: {what}\n---\n{}\n", lines.join("\n"));
    fs::write(draft.path(), text)?;
    let resave = || insta::Snapshot::from_file(draft.path())?.save(draft.path());
    resave().map_err(|error| io::Error::other(error.to_string()))?;
    draft.persist(path)?;
    Ok(())
}
