// fails: Differs in count with seed 7: counted: 100
//! Lab 05, wrong on purpose: the number of seed 0 instead of a sum.

/// How often the worker has called. Each CPU has counted for itself.
pub(crate) fn sum(_counts: &[u64]) -> anyhow::Result<u64> {
    Ok(100)
}
