//! Takes the steps of a plan: the only part of set-up that changes the machine.
//!
//! What does not depend on each other overlaps: kernels come over the network while `bpf-linker`
//! compiles. Each step is taken under a lock of its own, and is skipped if another runner took it meanwhile.

use std::{mem::discriminant, thread};

use vm::apt::{AptError, Mirrors};

use super::{
    Facts, Needs, Network, Plan, SetupError, Step, Talk, bpf_linker, busybox, findings, kernels, lock,
    packages, probe, rust_src, toolchain,
};
use crate::{config::Config, paths::Paths};

/// Everything that the steps need.
pub(super) struct Work<'a> {
    pub(super) needs: &'a Needs,
    pub(super) paths: &'a Paths,
    pub(super) config: &'a Config,
    pub(super) facts: &'a Facts,
    pub(super) talk: &'a Talk,
}

/// Takes all steps. If one fails, those that have begun still end, so that their work is kept.
pub(super) fn carry_out(plan: &Plan, work: &Work<'_>) -> Result<(), SetupError> {
    packages::authenticate(work.facts, &plan.packages())?;
    // All that follows asks the toolchain what it is.
    let (first, rest): (Vec<&Step>, Vec<&Step>) =
        plan.steps().iter().partition(|step| matches!(step, Step::Toolchain(_)));
    for step in first {
        work.take(step)?;
    }
    let (compiling, fetching): (Vec<&Step>, Vec<&Step>) =
        rest.into_iter().partition(|step| matches!(step, Step::SystemPackages(_) | Step::BpfLinker(_)));
    let in_turn = |steps: Vec<&Step>| steps.into_iter().try_for_each(|step| work.take(step));
    thread::scope(|scope| {
        let fetching = scope.spawn(|| in_turn(fetching));
        let compiled = in_turn(compiling);
        let fetched = fetching.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        compiled.and(fetched)
    })
}

impl Work<'_> {
    fn take(&self, step: &Step) -> Result<(), SetupError> {
        if vm::children::interrupted() {
            return Err(SetupError::Interrupted);
        }
        // The store has locks of its own, one for each kernel.
        let _lock = match name(step) {
            Some(name) => Some(lock::take(&self.paths.locks(), name, self.talk)?),
            None => None,
        };
        if !self.is_still_wanted(step)? {
            return Ok(());
        }
        let tools = self.paths.tools();
        let cannot = |error: std::io::Error| SetupError::Step {
            what: format!("make the folder `{}`", tools.display()),
            why: error.to_string(),
        };
        std::fs::create_dir_all(&tools).map_err(cannot)?;
        let done = match step {
            Step::SystemPackages(_) => self.install(step),
            Step::Toolchain(release) => {
                self.rustup(&["toolchain", "install", release, "--profile", "minimal", "--no-self-update"])
            }
            Step::Components(names) => {
                let names = names.iter().map(String::as_str);
                let arguments: Vec<&str> = ["component", "add", "--toolchain", &self.facts.pinned]
                    .into_iter()
                    .chain(names)
                    .collect();
                self.rustup(&arguments)
            }
            Step::RustSource(release) => {
                rust_src::get(self.facts, &tools, release, || self.mirrors(), self.talk)
            }
            Step::BpfLinker(llvm) => {
                let log = self.paths.findings().join("bpf-linker.log");
                bpf_linker::get(self.facts, &tools, *llvm, &log, self.talk)
            }
            Step::Busybox => busybox::get(&self.facts.cache, &tools, || self.mirrors(), self.talk),
            Step::Kernels(series) => {
                let store = kernels::store(self.paths, self.config, Network::Allowed);
                series
                    .iter()
                    .try_for_each(|series| kernels::fetch(&store, series, &self.needs.modules, self.talk))
            }
        };
        // A step that was ended by Ctrl-C fails in many ways: this is the true reason.
        if vm::children::interrupted() { Err(SetupError::Interrupted) } else { done }
    }

    fn mirrors(&self) -> Result<Mirrors, AptError> {
        Mirrors::with_overrides(kernels::overrides(self.config))
    }

    fn install(&self, step: &Step) -> Result<(), SetupError> {
        let Step::SystemPackages(packages) = step else { return Ok(()) };
        let names: Vec<String> = packages.iter().map(|package| package.name.clone()).collect();
        packages::install(self.facts, &names, || self.mirrors(), self.talk)
    }

    fn rustup(&self, arguments: &[&str]) -> Result<(), SetupError> {
        let Some(rustup) = &self.facts.rustup else { return Ok(()) };
        toolchain::rustup(rustup, arguments, self.talk).map_err(|why| SetupError::Step {
            what: format!("run `rustup {}`", arguments.join(" ")),
            why: format!("{why}\nhint: run the command by hand to see all it says; a proxy may be needed"),
        })
    }

    /// Whether nobody else has taken a step of this kind while we waited for its lock.
    fn is_still_wanted(&self, step: &Step) -> Result<bool, SetupError> {
        let found = findings::findings(&probe::facts(self.needs, self.paths, self.config)?, self.needs);
        Ok(Plan::for_findings(&found).steps().iter().any(|other| discriminant(other) == discriminant(step)))
    }
}

/// The name of a step's lock; the names tell people what the other runner is at.
fn name(step: &Step) -> Option<&'static str> {
    match step {
        Step::SystemPackages(_) => Some("system-packages"),
        Step::Toolchain(_) | Step::Components(_) => Some("rustup"),
        Step::RustSource(_) => Some("rust-src"),
        Step::BpfLinker(_) => Some("bpf-linker"),
        Step::Busybox => Some("busybox"),
        Step::Kernels(_) => None,
    }
}
