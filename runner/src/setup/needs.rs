//! What a command needs before it can start. It does not say whether it is there.

/// What a command needs besides what every command needs (a toolchain, `bpf-linker`, QEMU).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// The kernel series that will be booted, such as `6.1`.
    pub series: Vec<String>,
    /// The kernel modules that the guests must have, in their closure.
    pub modules: Vec<String>,
    /// Who runs the command.
    pub audience: Audience,
}

/// Who runs a command: an author needs tools that a learner does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// `runner check` and the like.
    Learner,
    /// `runner shell`: also a shell for the guest.
    Visitor,
    /// `runner dev check`: also clippy, rustfmt, the guest's shell, and the tools that labs are cross-checked against.
    Author,
}

/// Whether anything may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Yes.
    Allowed,
    /// `--offline`: only what is in the cache is used.
    Offline,
}
