//! The known ways in which a machine can fall short, each a pure function of facts and needs.
//!
//! One more fault is one more function in the file of its subject, and one more entry here.

mod cache;
mod kernels;
mod linker;
mod machine;
mod qemu;
mod rust;

use super::{Facts, Finding, Needs, Plan, Step};

type Rule = fn(&Facts, &Needs) -> Option<Finding>;

/// In the order in which a reader should see them: what others build on comes first.
const RULES: [Rule; 18] = [
    machine::foreign_architecture,
    cache::unwritable,
    rust::toolchain_missing,
    rust::toolchain_differs,
    rust::source_missing,
    rust::components_missing,
    linker::cc_missing,
    linker::llvm_missing,
    linker::missing,
    qemu::missing,
    qemu::old,
    kernels::missing,
    machine::mirror_unknown,
    machine::keyring_missing,
    machine::bpftool_missing,
    machine::llvm_objdump_missing,
    machine::busybox_missing,
    machine::kvm_forbidden,
];

/// Everything that is wrong; the disk's space is last, as it depends on what the others will store.
#[must_use]
pub(super) fn findings(facts: &Facts, needs: &Needs) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().filter_map(|rule| rule(facts, needs)).collect();
    if facts.apt.is_none() {
        found.iter_mut().for_each(leave_packages_to_people);
    }
    let plan = Plan::for_findings(&found);
    found.extend(cache::full(facts, &plan));
    found
}

/// Without apt only a person knows what a package is called and how it is installed.
fn leave_packages_to_people(finding: &mut Finding) {
    if let Some(Step::SystemPackages(packages)) = &finding.step {
        let names: Vec<_> = packages.iter().map(|package| format!("`{}`", package.name)).collect();
        finding.fix =
            format!("install what Debian calls {} with this system's package manager", names.join(", "));
        finding.step = None;
    }
}
