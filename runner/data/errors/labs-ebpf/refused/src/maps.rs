//! The maps. The recorder rewrites the definition of `SUBJECT`.

use aya_ebpf::{
    Global,
    macros::map,
    maps::{Array, HashMap, PerfEventArray, ProgramArray, RingBuf},
};

/// A global that the loader may set.
#[unsafe(no_mangle)]
pub static WORKER: Global<u32> = Global::new(7);

/// The map whose definition is rewritten.
#[map]
pub static SUBJECT: HashMap<u32, u64> = HashMap::with_max_entries(8, 0);

/// A hash map for two keys.
#[map]
pub static PAIR: HashMap<u32, u64> = HashMap::with_max_entries(2, 0);

/// A hash map that user space may only read (`BPF_F_RDONLY`).
#[map]
pub static READABLE: HashMap<u32, u64> = HashMap::with_max_entries(2, 1 << 3);

/// An array of four.
#[map]
pub static SLOTS: Array<u64> = Array::with_max_entries(4, 0);

/// A ring buffer.
#[map]
pub static EVENTS: RingBuf = RingBuf::with_byte_size(4096, 0);

/// A perf buffer.
#[map]
pub static SAMPLES: PerfEventArray<u64> = PerfEventArray::new(0);

/// Programs for tail calls.
#[map]
pub static STEPS: ProgramArray = ProgramArray::with_max_entries(4, 0);
