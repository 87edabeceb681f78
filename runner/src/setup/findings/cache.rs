//! Findings about the cache folder.

use crate::setup::{Facts, Finding, Needs, Plan, Weight};

/// What must stay free for checkpoints and builds while work goes on, in MB.
const RESERVE_MB: u64 = 500;

/// Nothing can be kept.
pub(super) fn unwritable(facts: &Facts, _: &Needs) -> Option<Finding> {
    let why = facts.cache_refuses.as_ref()?;
    Some(Finding::by_hand(
        "cache-unwritable",
        Weight::Stops,
        format!("the cache `{}` cannot be written: {why}", facts.cache.display()),
        "make the folder writable for you, or set `EBPF_WORKBOOK_CACHE` to another one",
    ))
}

/// What the plan stores does not fit, or little would be left.
pub(super) fn full(facts: &Facts, plan: &Plan) -> Option<Finding> {
    let wanted: u64 =
        plan.steps().iter().filter(|step| step.fills_the_cache()).map(|step| step.size().disk_mb).sum();
    let free = facts.cache_free_mb;
    let cache = facts.cache.display();
    let fix = "free some space, or set `EBPF_WORKBOOK_CACHE` to a folder on a larger disk";
    if free < wanted {
        let what = format!("the cache `{cache}` has {free} MB free, and {wanted} MB are to be stored");
        return Some(Finding::by_hand("disk-full", Weight::Stops, what, fix));
    }
    (free < wanted + RESERVE_MB && facts.cache_refuses.is_none()).then(|| {
        let what = format!(
            "the cache `{cache}` has {free} MB free; with {RESERVE_MB} MB{} there is room for checkpoints",
            if wanted == 0 { String::new() } else { format!(" besides the {wanted} MB to be stored") }
        );
        Finding::by_hand("disk-low", Weight::Advice, what, fix)
    })
}
