//! Writing one file so that it is there whole or not at all.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

/// Writes a file and the folders above it; it becomes visible only when it is complete.
///
/// # Errors
/// What the system says.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    draft(path, bytes)?.persist(path)?;
    Ok(())
}

/// The same for what cannot be made again: it also survives a crash of the machine.
///
/// # Errors
/// What the system says.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft(path, bytes)?;
    draft.as_file().sync_all()?;
    draft.persist(path)?;
    Ok(())
}

fn draft(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Everybody may read it, unlike tempfile's own default.
    let readable = fs::Permissions::from_mode(0o644);
    let draft = tempfile::Builder::new().prefix(".draft-").permissions(readable).tempfile_in(folder);
    let mut draft = draft.map_err(|error| without_the_draft(&error))?;
    io::Write::write_all(&mut draft, bytes)?;
    Ok(draft)
}

/// What the system said, without the name of a draft that nobody knows.
fn without_the_draft(error: &io::Error) -> io::Error {
    let cause = error.get_ref().and_then(std::error::Error::source);
    let system = cause.and_then(|cause| cause.downcast_ref::<io::Error>()).and_then(io::Error::raw_os_error);
    system.or(error.raw_os_error()).map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

/// The first of `NAME.SUFFIX-1`, `NAME.SUFFIX-2`, … that is not there.
#[must_use]
pub fn free_name(path: &Path, suffix: &str) -> std::path::PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = |number: u32| path.with_file_name(format!("{name}.{suffix}-{number}"));
    (1..).map(numbered).find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| path.to_owned())
}
