//! Set-up that does itself: finds what this machine lacks, says what it would do, and does it.
//!
//! The decisions are pure functions of facts: [`Facts`] (what is there) and [`Needs`] (what a
//! command wants) give [`Finding`]s, these give a [`Plan`]. Only `probe` looks at the machine and
//! only `carry_out` changes it. Set-up knows no lab and judges nothing.

mod binary;
mod bpf_linker;
mod busybox;
mod carry_out;
mod commands;
mod consent;
mod distribution;
mod ensure;
mod error;
mod facts;
mod finding;
mod findings;
mod kernels;
mod lock;
mod memo;
mod needs;
mod packages;
mod plan;
mod probe;
mod rust_src;
mod size;
mod step;
mod table;
mod talk;
mod terminal;
#[cfg(test)]
mod tests;
mod toolchain;

pub(crate) use binary::on_path;
pub use consent::Consent;
pub use distribution::Distribution;
pub use ensure::{Tools, doctor, ensure, fix};
pub use error::SetupError;
pub use facts::{BpfLinker, Facts, Kvm, LinkerPlace, Rights, RustSource, Toolchain};
pub use finding::{Finding, Weight};
pub use kernels::{fetch, store};
pub use needs::{Audience, Needs, Network};
pub use plan::Plan;
pub use probe::qemu;
pub use size::Size;
pub use step::Step;
pub use talk::{Bar, Talk};
pub(crate) use toolchain::INHERITED;
