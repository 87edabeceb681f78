//! The way from needs to tools: look, decide, say, ask, do, look again.

use std::{
    io::{self, BufRead, BufReader},
    path::PathBuf,
};

use vm::{Kernel, Qemu, apt::Mirrors};

use super::{
    Consent, Facts, Finding, Needs, Network, Plan, RustSource, SetupError, Talk, Weight,
    carry_out::{Work, carry_out},
    commands, consent, findings, kernels, packages,
    plan::{Decision, decide},
    probe, table,
    terminal::Typed,
};
use crate::{config::Config, paths::Paths};

/// What every command works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// QEMU and its version.
    pub qemu: Qemu,
    /// The linker of eBPF objects.
    pub bpf_linker: PathBuf,
    /// The standard library's source, for `__CARGO_TESTS_ONLY_SRC_ROOT`; nothing if it is the
    /// toolchain's own, which cargo finds by itself.
    pub rust_src: Option<PathBuf>,
    /// The guest's shell, if it is there: only a [`super::Audience::Learner`] may go without.
    pub busybox: Option<PathBuf>,
    /// The needed kernels, in the order of the needs.
    pub kernels: Vec<Kernel>,
}

/// Makes sure that all that a command needs is there. When it is, this takes milliseconds and says nothing.
///
/// # Errors
/// Each is exit code 3 and says what to do: see [`SetupError`].
pub fn ensure(
    needs: &Needs,
    paths: &Paths,
    config: &Config,
    consent: Consent,
    network: Network,
    talk: &Talk,
) -> Result<Tools, SetupError> {
    let mut taken = Plan::default();
    loop {
        let facts = probe::facts(needs, paths, config)?;
        let found = findings::findings(&facts, needs);
        let decision = decide(&found, &facts, consent, network);
        match decision.inspect_err(|error| prepare(error, &facts, &found, config))? {
            Decision::Start => return tools(&facts, needs, paths),
            // With a new toolchain it becomes known what fits it: there may be a second round.
            Decision::Mend(plan) if plan.adds_to(&taken) => {
                agree(&plan, &facts, consent, config, talk)?;
                let work = Work { needs, paths, config, facts: &facts, talk };
                match carry_out(&plan, &work).inspect_err(|error| prepare(error, &facts, &found, config)) {
                    Ok(()) => taken.remember(plan),
                    Err(error) if is_only_advised(&found) && !matches!(error, SetupError::Interrupted) => {
                        talk.line(&format!("{error}\nthis was only advised: going on without it"));
                        return tools(&facts, needs, paths);
                    }
                    Err(error) => return Err(error),
                }
            }
            Decision::Mend(_) if is_only_advised(&found) => return tools(&facts, needs, paths),
            Decision::Mend(_) => {
                let findings = found.into_iter().filter(|finding| finding.weight == Weight::Stops).collect();
                return Err(SetupError::DidNotHelp { findings, log: paths.findings().display().to_string() });
            }
        }
    }
}

fn is_only_advised(found: &[Finding]) -> bool {
    found.iter().all(|finding| finding.weight == Weight::Advice)
}

/// Every finding about this machine, advice included. An empty list is a machine that is ready.
///
/// # Errors
/// If the machine cannot be looked at.
pub fn doctor(needs: &Needs, paths: &Paths, config: &Config) -> Result<Vec<Finding>, SetupError> {
    let facts = probe::facts(needs, paths, config)?;
    Ok(findings::findings(&facts, needs))
}

/// Mends every finding that set-up can mend, advice included, and returns those that remain.
///
/// # Errors
/// As [`ensure`], but what only a person can mend is returned, not an error.
pub fn fix(
    needs: &Needs,
    paths: &Paths,
    config: &Config,
    consent: Consent,
    network: Network,
    talk: &Talk,
) -> Result<Vec<Finding>, SetupError> {
    let facts = probe::facts(needs, paths, config)?;
    let found = findings::findings(&facts, needs);
    let mendable: Vec<Finding> = found
        .iter()
        .filter(|finding| finding.step.is_some())
        .cloned()
        .map(|finding| Finding { weight: Weight::Stops, ..finding })
        .collect();
    if found.iter().any(|finding| finding.id == "disk-full") {
        return Ok(found);
    }
    match decide(&mendable, &facts, consent, network)
        .inspect_err(|error| prepare(error, &facts, &found, config))?
    {
        Decision::Start => Ok(found),
        Decision::Mend(plan) => {
            agree(&plan, &facts, consent, config, talk)?;
            let work = Work { needs, paths, config, facts: &facts, talk };
            carry_out(&plan, &work).inspect_err(|error| prepare(error, &facts, &found, config))?;
            doctor(needs, paths, config)
        }
    }
}

/// Says what would be done and has the user agree.
fn agree(
    plan: &Plan,
    facts: &Facts,
    consent: Consent,
    config: &Config,
    talk: &Talk,
) -> Result<(), SetupError> {
    talk.line(&table::render(plan, facts));
    if consent == Consent::Given {
        return Ok(());
    }
    if ask(&mut BufReader::new(Typed))? {
        return Ok(());
    }
    let error = SetupError::Declined { commands: commands::for_plan(facts, plan) };
    write_source(facts, plan, config);
    Err(error)
}

fn ask(input: &mut dyn BufRead) -> Result<bool, SetupError> {
    consent::ask(input, &mut io::stderr()).map_err(|error| match vm::children::interrupted() {
        true => SetupError::Interrupted,
        false => SetupError::Probe(format!("cannot read the answer: {error}")),
    })
}

/// The commands that an error shows name a source list, which has to be there when they are typed.
fn prepare(error: &SetupError, facts: &Facts, found: &[Finding], config: &Config) {
    if matches!(error, SetupError::NoRights { .. } | SetupError::NoConsent { .. }) {
        write_source(facts, &Plan::for_findings(found), config);
    }
}

fn write_source(facts: &Facts, plan: &Plan, config: &Config) {
    let names = plan.packages();
    if facts.distribution.newer_suites().is_none() || names.is_empty() {
        return;
    }
    // Without it apt says that the list is missing; the message that we are about to show matters more.
    let _ = Mirrors::with_overrides(kernels::overrides(config))
        .and_then(|mirrors| packages::write_source(facts, &names, &mirrors));
}

/// The tools, once nothing stops the work.
fn tools(facts: &Facts, needs: &Needs, paths: &Paths) -> Result<Tools, SetupError> {
    let gone =
        |what: &str| SetupError::Probe(format!("{what} vanished while it was looked at\nhint: start again"));
    Ok(Tools {
        qemu: facts.qemu.clone().ok_or_else(|| gone("QEMU"))?,
        bpf_linker: facts.fitting_linker().ok_or_else(|| gone("`bpf-linker`"))?.path.clone(),
        rust_src: match facts.rust_source.as_ref().ok_or_else(|| gone("the standard library's source"))? {
            RustSource::Component => None,
            RustSource::Cache(folder) => Some(folder.clone()),
        },
        busybox: facts.busybox.clone(),
        kernels: kernels::ready(needs, paths)?,
    })
}
