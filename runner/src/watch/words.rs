//! What a watch says in its own words. What a check found is said by `report`.

use crate::report::Paint;

/// What the keys do, in one line.
pub(super) const KEYS: &str = "keys: h hint, e explain, a all kernels, r run again, l list, n next, q quit";

/// The heading of a check.
pub(super) fn begins(lab: &str, why: &str, paint: Paint) -> Vec<String> {
    match paint {
        Paint::Spoken => vec![format!("{lab}: {why}, checking")],
        _ => vec![String::new(), format!("── {lab}: {why}, checking …")],
    }
}

/// Crates that come with the course are compiled, which happens once.
pub(super) fn first_build() -> String {
    "compiling what all labs are built on: this happens once and takes a minute or two …".to_owned()
}

/// The compiler is through.
pub(super) fn built(took_ms: u64) -> String {
    format!("compiled in {:.2} s", took_ms as f64 / 1000.0)
}

/// The kernels at both ends of the matrix have loaded it.
pub(super) fn accepted(kernels: &[String]) -> String {
    format!("the verifier accepts it on {}", kernels.join(" and "))
}

/// What a learner may do after a pass.
pub(super) const GO_ON: &str = "press n for the next lab, or go on experimenting: every save is checked";

/// What another command said, with a key where that one shows a command for the next hint.
pub(super) fn with_keys(lines: &[String]) -> Vec<String> {
    let shows_a_command = |line: &str| line.trim_start().contains("runner hint ");
    let key = |line: &String| match line.strip_suffix(':') {
        Some(next) if next.starts_with("hint ") => format!("{next}: press h again"),
        _ => line.clone(),
    };
    lines.iter().filter(|line| !shows_a_command(line)).map(key).collect()
}

/// Where a learner turns who does not know what to change.
pub(super) const STUCK: &str = "press h for a hint, e for this once more";

/// The exercise is not there.
pub(super) fn gone(lab: &str, file: &std::path::Path) -> Vec<String> {
    vec![
        format!("{lab}: `{}` is gone, so there is nothing to check", file.display()),
        format!("hint: save it again, or get the original with `cargo runner reset {lab}`"),
    ]
}

/// A check that ended without a report: set-up, wrong usage, trouble of ours.
pub(super) fn undecided(lab: &str, said: &str) -> Vec<String> {
    let mut lines = vec![format!("{lab}: nothing could be decided")];
    lines.extend(said.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("  {line}")));
    lines.push("hint: press `r` to try again; `cargo runner doctor` looks for the cause".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_the_next_hint() {
        let said = ["  think", "", "hint 2 would show the rule:", "  runner hint lab-01 --level 2"];
        let lines = with_keys(&said.map(str::to_owned));
        assert_eq!(lines, ["  think", "", "hint 2 would show the rule: press h again"]);
    }
}
