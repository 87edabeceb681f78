//! What a learner has done: which labs passed, on which kernels, with which text, and which hints were read.
//!
//! Keyed by lab id, which never changes. The bar on the terminal is `report::progress`.

mod document;
mod store;

#[cfg(test)]
mod tests;

pub use document::{Document, LabProgress, Pass, SCHEMA, Unusable};
pub use store::{Read, Store};
