//! `runner doctor`: every finding about this machine in one line, and its fix.

use std::io::{self, Write};

use anyhow::Result;
use vm::{Accelerator, accelerator};

use super::{
    PASSED, UNDECIDED,
    session::{Session, consent},
};
use crate::{
    cli::DoctorArguments,
    paths::spoken,
    setup::{self, Audience, Finding, Needs, Network, Talk, Weight},
};

/// Lists findings, or mends them.
///
/// # Errors
/// When the machine cannot be looked at, or a fix fails.
pub(super) fn doctor(arguments: &DoctorArguments) -> Result<u8> {
    let session = Session::open()?;
    let needs = Needs {
        series: session.catalog.kernels().to_vec(),
        modules: session.modules(),
        audience: Audience::Author,
    };
    let (paths, config) = (&session.paths, &session.config);
    let findings = if arguments.fix {
        let network = if arguments.setup.offline { Network::Offline } else { Network::Allowed };
        setup::fix(&needs, paths, config, consent(&arguments.setup), network, &Talk::on_stderr())?
    } else {
        setup::doctor(&needs, paths, config)?
    };
    let findings =
        advise(findings, &setup::doctor(&Needs { audience: Audience::Learner, ..needs }, paths, config)?);
    let mut out = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &findings)?;
        writeln!(out)?;
    } else {
        for finding in &findings {
            writeln!(out, "{}", spoken(&finding.to_string()))?;
        }
        writeln!(out, "{}", spoken(&summary(&findings)))?;
        if let Some(line) = accelerator_line(&session) {
            writeln!(out, "{line}")?;
        }
    }
    let stops = findings.iter().any(|finding| finding.weight == Weight::Stops);
    Ok(if stops { UNDECIDED } else { PASSED })
}

/// What only authors need stops nobody: it is advice.
fn advise(findings: Vec<Finding>, learners: &[Finding]) -> Vec<Finding> {
    let stops = |finding: &Finding| {
        learners.iter().any(|other| other.id == finding.id && other.weight == Weight::Stops)
    };
    let weigh = |finding: Finding| {
        let weight = if stops(&finding) { finding.weight } else { Weight::Advice };
        Finding { weight, ..finding }
    };
    findings.into_iter().map(weigh).collect()
}

fn summary(findings: &[Finding]) -> String {
    let stopping = findings.iter().filter(|finding| finding.weight == Weight::Stops).count();
    let mendable = findings.iter().filter(|finding| finding.step.is_some()).count();
    match (findings.len(), stopping) {
        (0, _) => "this machine is ready".into(),
        (_, 0) => "this machine is ready; what is listed above is advice".into(),
        (all, stopping) => format!(
            "{stopping} of {all} findings must be mended; `cargo runner doctor --fix` mends {mendable}"
        ),
    }
}

/// How guests will run, if that was found out since the host's last boot.
fn accelerator_line(session: &Session) -> Option<String> {
    let qemu = setup::qemu(&session.paths)?;
    let finding = accelerator::remembered(&session.paths.findings(), &qemu)?;
    Some(match finding.accelerator {
        Accelerator::Kvm | Accelerator::Tcg => format!("accelerator: {}", finding.why),
    })
}
