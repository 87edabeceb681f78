//! eBPF objects, as bytes without end. What must hold is in `tests/src/fuzzed/object.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tests::fuzzed::object::holds(bytes));
