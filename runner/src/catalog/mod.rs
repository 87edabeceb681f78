//! All labs and kernels, found by their folders and checked before anything is built or booted.
//!
//! It reads manifests and looks at file names. It does not compile, boot or judge.

mod discover;
mod error;
mod find;
mod kernels;
mod lab;
mod manifest;
mod mutant;
mod range;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use discover::Catalog;
pub use error::CatalogError;
pub use kernels::{KernelChoice, KernelVersion};
pub use lab::{ExerciseSide, Lab, Side};
pub use manifest::{Check, Manifest, Reveal};
pub use mutant::Mutant;
