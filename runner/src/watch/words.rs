//! What a watch says in its own words. What a check found is said by `report`.

/// What the keys do, in one line.
pub(super) const KEYS: &str =
    "keys: h hint, e what was found once more, r run again, l list, n next lab, q quit";

/// The heading of a check.
pub(super) fn begins(lab: &str, why: &str) -> String {
    format!("── {lab}: {why}, checking …")
}

/// The exercise is not there.
pub(super) fn gone(lab: &str, file: &std::path::Path) -> Vec<String> {
    vec![
        format!("{lab}: `{}` is gone, so there is nothing to check", file.display()),
        format!("hint: save it again, or get it back as it was with `cargo runner reset {lab}`"),
    ]
}

/// A check that ended without a report: set-up, wrong usage, trouble of ours.
pub(super) fn undecided(lab: &str, said: &str) -> Vec<String> {
    let mut lines = vec![format!("{lab}: nothing could be decided")];
    lines.extend(said.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("  {line}")));
    lines.push("hint: press `r` to try again; `cargo runner doctor` looks for the cause".to_owned());
    lines
}
