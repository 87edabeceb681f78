//! The maps that the programs share.

use aya_ebpf::{
    macros::map,
    maps::{Array, HashMap, PerCpuArray, RingBuf},
};

/// Calls by process.
#[map]
pub static COUNTS: HashMap<u32, u64> = HashMap::with_max_entries(16, 0);

/// Four slots in one value.
#[map]
pub static SLOTS: HashMap<u32, [u64; 4]> = HashMap::with_max_entries(16, 0);

/// One counter.
#[map]
pub static TOTAL: Array<u64> = Array::with_max_entries(1, 0);

/// A larger scratch value for each processor.
#[map]
pub static SCRATCH: PerCpuArray<[u8; 64]> = PerCpuArray::with_max_entries(1, 0);

/// Records for user space.
#[map]
pub static EVENTS: RingBuf = RingBuf::with_byte_size(4096, 0);
