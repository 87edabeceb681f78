//! The names of errors, which never change: whoever asks for help, or searches, can give one.
//!
//! A name is the kind of the error as the code calls it, in small letters: `UnknownLab` is `unknown-lab`. The
//! texts are the errors' own.

use std::{fmt::Debug, io};

use vm::{VmError, store::StoreError};

use crate::{
    build::BuildError, catalog::CatalogError, cost::ReferenceError, dev::NameError, run::RunError,
    setup::SetupError, snapshot::SnapshotError, usage::WrongUsage,
};

/// The name of an error without a kind of its own: a file or a stream that fails.
const OTHER: &str = "failed";

/// The name of an error: of the innermost cause that has one.
#[must_use]
pub(super) fn id(error: &anyhow::Error) -> String {
    error.chain().filter_map(kind).last().unwrap_or_else(|| OTHER.to_owned())
}

fn kind(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    fn of<E: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> Option<String> {
        error.downcast_ref::<E>().and_then(|error| variant(error))
    }
    if let Some(wrong) = error.downcast_ref::<WrongUsage>() {
        return Some(wrong.id.to_owned());
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return of_system(error.kind()).map(str::to_owned);
    }
    // These only pass another error on.
    match error.downcast_ref() {
        Some(RunError::Build(inner)) => return kind(inner),
        Some(RunError::Vm(inner)) => return kind(inner),
        Some(RunError::Snapshot(inner)) => return kind(inner),
        _ => {}
    }
    if let Some(CatalogError::Snapshot(inner)) = error.downcast_ref() {
        return kind(inner);
    }
    of::<CatalogError>(error)
        .or_else(|| of::<SetupError>(error))
        .or_else(|| of::<BuildError>(error))
        .or_else(|| of::<RunError>(error))
        .or_else(|| of::<SnapshotError>(error))
        .or_else(|| of::<ReferenceError>(error))
        .or_else(|| of::<NameError>(error))
        .or_else(|| of::<StoreError>(error))
        .or_else(|| of::<VmError>(error))
}

/// The variant's name in small letters, with hyphens.
fn variant(error: &impl Debug) -> Option<String> {
    let debug = format!("{error:?}");
    let name: String = debug.chars().take_while(char::is_ascii_alphanumeric).collect();
    let mut id = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !id.is_empty() {
            id.push('-');
        }
        id.push(letter.to_ascii_lowercase());
    }
    (!id.is_empty()).then_some(id)
}

fn of_system(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "no-such-file",
        io::ErrorKind::PermissionDenied => "no-permission",
        io::ErrorKind::StorageFull => "disk-full",
        io::ErrorKind::ReadOnlyFilesystem => "read-only",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn an_error_is_called_after_its_kind() {
        let unknown = CatalogError::UnknownLab { name: "x".into(), near: None, known: Vec::new() };
        assert_eq!(id(&unknown.into()), "unknown-lab");
        assert_eq!(id(&WrongUsage::new("unknown-part", "text").into()), "unknown-part");
        assert_eq!(id(&RunError::Vm(VmError::Interrupted).into()), "interrupted");
        assert_eq!(id(&anyhow!("text")), "failed");
        let file = Err::<(), _>(io::Error::from(io::ErrorKind::NotFound)).context("cannot read").unwrap_err();
        assert_eq!(id(&file), "no-such-file");
    }
}
