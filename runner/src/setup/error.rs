//! Why set-up could not make the machine ready. It decides nothing.

use super::Finding;

/// Why work cannot start. Every variant is exit code 3: nothing was decided about a lab.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Something that only a person can mend.
    #[error("this machine is not ready{}\nhint: {}", lines(findings), fixes(findings))]
    ByHand {
        /// Those findings; what set-up could mend is left out.
        findings: Vec<Finding>,
    },
    /// System packages are missing, and this user may not install any.
    #[error(
        "this machine is not ready, and packages cannot be installed: {why}{}\nhint: let the administrator run these commands, then start again:{}",
        lines(findings),
        indented(commands)
    )]
    NoRights {
        /// Why not.
        why: &'static str,
        /// What is missing.
        findings: Vec<Finding>,
        /// The exact commands, one a line.
        commands: Vec<String>,
    },
    /// Something would have to be installed, and there is nobody to ask.
    #[error(
        "this machine is not ready, and there is no terminal to ask on whether to set it up\n\n{table}\nhint: add `--yes` to let the runner do it; or do the same by hand:{}",
        indented(commands)
    )]
    NoConsent {
        /// What set-up would do.
        table: String,
        /// The exact commands, one a line.
        commands: Vec<String>,
    },
    /// The user was asked and said no.
    #[error(
        "nothing was changed, and without these changes no lab can run\nhint: start again and answer `y`, or do the same by hand:{}",
        indented(commands)
    )]
    Declined {
        /// The exact commands, one a line.
        commands: Vec<String>,
    },
    /// Something would have to be fetched, and `--offline` forbids it.
    #[error(
        "this machine is not ready, and `--offline` forbids to fetch what is missing{}\nhint: run the same command once without `--offline`",
        lines(findings)
    )]
    Offline {
        /// What is missing.
        findings: Vec<Finding>,
    },
    /// A step failed.
    #[error("set-up could not {what}: {why}")]
    Step {
        /// The step, as a verb phrase.
        what: String,
        /// What went wrong, with a hint.
        why: String,
    },
    /// All steps succeeded, and still something is missing.
    #[error(
        "set-up went through, and still the machine is not ready{}\nhint: run `cargo runner doctor`; the log is in `{log}`",
        lines(findings)
    )]
    DidNotHelp {
        /// What is still missing.
        findings: Vec<Finding>,
        /// The folder with the logs.
        log: String,
    },
    /// The machine could not be looked at.
    #[error("{0}")]
    Probe(String),
    /// The user asked to stop.
    #[error("set-up was interrupted\nhint: start the same command again; what is complete is kept")]
    Interrupted,
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("\n  {}: {}", finding.id, finding.what)).collect()
}

fn indented(commands: &[String]) -> String {
    commands.iter().map(|command| format!("\n  {command}")).collect()
}

fn fixes(findings: &[Finding]) -> String {
    findings.iter().map(|finding| finding.fix.as_str()).collect::<Vec<_>>().join("; ")
}
