//! From findings to steps, and whether these may be taken. Pure: nothing is asked or done here.

use super::{
    Consent, Facts, Finding, Network, Rights, SetupError, Size, Step, Weight, commands, packages, table,
};

/// The steps that set-up would take, in the order in which they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan(Vec<Step>);

impl Plan {
    /// The steps that mend these findings, those of one kind merged.
    #[must_use]
    pub fn for_findings(findings: &[Finding]) -> Self {
        let mut plan = Self::default();
        for step in findings.iter().filter_map(|finding| finding.step.as_ref()) {
            plan.add(step);
        }
        plan.0.sort_by_key(place);
        plan
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What all steps cost.
    #[must_use]
    pub fn size(&self) -> Size {
        self.0.iter().map(Step::size).fold(Size::default(), |sum, size| sum + size)
    }

    /// Whether it has a step that is not in another plan: without one it would do the same again.
    pub(super) fn adds_to(&self, taken: &Self) -> bool {
        self.0.iter().any(|step| !taken.0.contains(step))
    }

    /// Adds the steps of a plan that was carried out.
    pub(super) fn remember(&mut self, taken: Self) {
        self.0.extend(taken.0);
    }

    /// The system packages that are to be installed, with the others merged away.
    pub(super) fn packages(&self) -> Vec<String> {
        let names = self.0.iter().filter_map(|step| match step {
            Step::SystemPackages(packages) => Some(packages.iter().map(|package| package.name.clone())),
            _ => None,
        });
        names.flatten().collect()
    }

    fn add(&mut self, step: &Step) {
        if let Step::SystemPackages(more) = step
            && let Some(Step::SystemPackages(packages)) =
                self.0.iter_mut().find(|step| matches!(step, Step::SystemPackages(_)))
        {
            packages.extend(
                more.iter().filter(|package| !packages.contains(package)).cloned().collect::<Vec<_>>(),
            );
        } else {
            self.0.push(step.clone());
        }
    }
}

/// Where a step stands in a plan: what needs rights first, the long ones last.
fn place(step: &Step) -> u8 {
    match step {
        Step::Toolchain(_) => 0,
        Step::SystemPackages(_) => 1,
        Step::Components(_) => 2,
        Step::RustSource(_) => 3,
        Step::Busybox => 4,
        Step::BpfLinker(_) => 5,
        Step::Kernels(_) => 6,
    }
}

/// What is to become of the findings.
#[derive(Debug)]
pub(super) enum Decision {
    /// Work can start.
    Start,
    /// These steps first. Consent is given or has to be asked for.
    Mend(Plan),
}

/// Decides what to do. Advice alone is followed only when consent has been given beforehand; if a
/// step that is only advised cannot be taken, it is left out.
///
/// # Errors
/// When work cannot start and set-up may not or cannot mend that.
pub(super) fn decide(
    findings: &[Finding],
    facts: &Facts,
    consent: Consent,
    network: Network,
) -> Result<Decision, SetupError> {
    let stops = |finding: &&Finding| finding.weight == Weight::Stops;
    let required: Vec<Finding> = findings.iter().filter(stops).cloned().collect();
    let by_hand: Vec<Finding> = required.iter().filter(|finding| finding.step.is_none()).cloned().collect();
    if !by_hand.is_empty() {
        return Err(SetupError::ByHand { findings: by_hand });
    }
    let free = |finding: &&Finding| network == Network::Allowed && allowed(finding, facts);
    if required.is_empty() && consent != Consent::Given {
        return Ok(Decision::Start);
    }
    if network == Network::Offline && !required.is_empty() {
        return Err(SetupError::Offline { findings: required });
    }
    let plan = Plan::for_findings(&required);
    if facts.rights == Rights::None && !plan.packages().is_empty() {
        let commands = commands::for_packages(facts, &plan.packages());
        return Err(SetupError::NoRights { why: packages::NO_SUDO, findings: required, commands });
    }
    let chosen: Vec<Finding> =
        findings.iter().filter(|finding| stops(finding) || free(finding)).cloned().collect();
    let plan = Plan::for_findings(&chosen);
    if plan.is_empty() {
        return Ok(Decision::Start);
    }
    if consent == Consent::Never {
        let commands = commands::for_plan(facts, &plan);
        return Err(SetupError::NoConsent { table: table::render(&plan, facts), commands });
    }
    Ok(Decision::Mend(plan))
}

/// Whether a step that is only advised can be taken.
fn allowed(finding: &Finding, facts: &Facts) -> bool {
    match &finding.step {
        Some(Step::SystemPackages(_)) => facts.rights != Rights::None,
        Some(_) => true,
        None => false,
    }
}
