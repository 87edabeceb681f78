//! The table that says what set-up is going to do, before it does it.

use super::{Facts, Plan, Size, Step, packages};

/// Renders the plan: one line a step, the sum, and where things go.
pub(super) fn render(plan: &Plan, facts: &Facts) -> String {
    let mut rows = vec![["what", "how", "download", "on disk"].map(ToOwned::to_owned)];
    rows.extend(plan.steps().iter().map(|step| row(step.subject(), step.means(), step.size())));
    if plan.steps().len() > 1 {
        rows.push(row("together".to_owned(), "", plan.size()));
    }
    let widths: [usize; 4] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::from("set-up does this, once (sizes are upper estimates):\n\n");
    for [what, how, download, disk] in &rows {
        let [a, b, c, d] = widths;
        text.push_str(&format!("  {what:a$}  {how:b$}  {download:>c$}  {disk:>d$}\n"));
    }
    if let Some(suites) = facts.distribution.newer_suites()
        && packages::extra_source(facts, &plan.packages())
            .is_some_and(|source| source.target_release.is_some())
    {
        text.push_str(&format!("\n`{}` is taken from the suite `{}`\n", packages::NEWER, suites.preferred));
    }
    let elsewhere = plan.steps().iter().any(|step| !step.fills_the_cache());
    if plan.steps().iter().any(Step::fills_the_cache) {
        let what = if elsewhere { "what apt and rustup do not keep themselves" } else { "everything" };
        text.push_str(&format!("\n{what} goes to `{}`\n", facts.cache.display()));
    }
    text
}

fn row(what: String, how: &str, size: Size) -> [String; 4] {
    [what, how.to_owned(), format!("{} MB", size.download_mb), format!("{} MB", size.disk_mb)]
}
