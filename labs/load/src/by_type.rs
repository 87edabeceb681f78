//! Loads a program as what its section says that it is.
//!
//! The hook of a typed program (fentry, LSM, …) stands in the name of its section. Nothing is attached.

use aya::{
    Btf,
    programs::{Program, ProgramError},
};

/// Why a program is not loaded.
#[derive(Debug)]
pub(crate) enum Untried {
    /// It cannot be tried here: why.
    Type(String),
    /// It was refused, by the kernel or before that.
    Refused(ProgramError),
}

impl From<ProgramError> for Untried {
    fn from(error: ProgramError) -> Self {
        Self::Refused(error)
    }
}

/// Loads a program. `section` is the name of its section, `btf` the kernel's own.
///
/// # Errors
/// See [`Untried`].
pub(crate) fn load(program: &mut Program, section: &str, btf: Option<&Btf>) -> Result<(), Untried> {
    let typed = || Ok::<_, Untried>((hook(section)?, btf.ok_or_else(no_btf)?));
    match program {
        Program::BtfTracePoint(program) => typed().and_then(|(hook, btf)| Ok(program.load(hook, btf)?)),
        Program::FEntry(program) => typed().and_then(|(hook, btf)| Ok(program.load(hook, btf)?)),
        Program::FExit(program) => typed().and_then(|(hook, btf)| Ok(program.load(hook, btf)?)),
        Program::Lsm(program) => typed().and_then(|(hook, btf)| Ok(program.load(hook, btf)?)),
        Program::LsmCgroup(program) => typed().and_then(|(hook, btf)| Ok(program.load(hook, btf)?)),
        Program::Iter(program) => typed().and_then(|(hook, btf)| Ok(program.load(hook, btf)?)),
        Program::Extension(_) => {
            Err(Untried::Type("it replaces a function of another program, which is not at hand".to_owned()))
        }
        other => Ok(untyped(other)?),
    }
}

/// The types for which the section's name is enough.
fn untyped(program: &mut Program) -> Result<(), ProgramError> {
    match program {
        Program::KProbe(program) => program.load(),
        Program::UProbe(program) => program.load(),
        Program::TracePoint(program) => program.load(),
        Program::SocketFilter(program) => program.load(),
        Program::ReusePortSocketFilter(program) => program.load(),
        Program::Xdp(program) => program.load(),
        Program::SkMsg(program) => program.load(),
        Program::SkSkb(program) => program.load(),
        Program::CgroupSockAddr(program) => program.load(),
        Program::SockOps(program) => program.load(),
        Program::SchedClassifier(program) => program.load(),
        Program::CgroupSkb(program) => program.load(),
        Program::CgroupSysctl(program) => program.load(),
        Program::CgroupSockopt(program) => program.load(),
        Program::LircMode2(program) => program.load(),
        Program::PerfEvent(program) => program.load(),
        Program::RawTracePoint(program) => program.load(),
        Program::FlowDissector(program) => program.load(),
        Program::SkLookup(program) => program.load(),
        Program::SkReuseport(program) => program.load(),
        Program::CgroupSock(program) => program.load(),
        Program::CgroupDevice(program) => program.load(),
        _ => Err(ProgramError::UnexpectedProgramType),
    }
}

/// `vfs_read` of `fentry/vfs_read`.
fn hook(section: &str) -> Result<&str, Untried> {
    let hook = section.split_once('/').map(|(_, hook)| hook).filter(|hook| !hook.is_empty());
    hook.ok_or_else(|| {
        Untried::Type(format!("its section `{section}` does not name the hook: `{section}/NAME` would"))
    })
}

fn no_btf() -> Untried {
    Untried::Type("the kernel has no BTF, in which its hook would be looked up".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hook_stands_behind_the_first_slash() {
        assert_eq!(hook("fentry.s/vfs_read").unwrap(), "vfs_read");
        for section in ["fentry", "fentry/"] {
            assert!(matches!(hook(section), Err(Untried::Type(_))));
        }
    }
}
