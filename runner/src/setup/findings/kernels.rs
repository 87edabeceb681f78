//! Findings about kernels.

use crate::setup::{Facts, Finding, Needs, Step, Weight};

/// Some of the needed series are not in the cache.
pub(super) fn missing(facts: &Facts, needs: &Needs) -> Option<Finding> {
    let series = &facts.missing_kernels;
    let kernels = match series.as_slice() {
        [] => return None,
        [one] => format!("the kernel {one} is"),
        several => format!("the kernels {} are", several.join(", ")),
    };
    // A kernel that was fetched for another lab may lack a module that this one needs.
    let modules: Vec<_> = needs.modules.iter().map(|module| format!("`{module}`")).collect();
    let with = if modules.is_empty() { String::new() } else { format!(" with {}", modules.join(", ")) };
    let what = format!("{kernels} not in the cache{with}");
    if facts.apt.is_none() {
        let what = format!("{what}, and `{}` has no `apt-get` to fetch them with", facts.distribution.name);
        let fix = "work on Debian or Ubuntu, in a container for example, or give a kernel image with `--kernel PATH`";
        return Some(Finding::by_hand("kernel-missing", Weight::Stops, what, fix));
    }
    Some(Finding::mended("kernel-missing", Weight::Stops, what, Step::Kernels(series.clone())))
}
