//! What loaders print, as bytes without end. What must hold is in `tests/src/fuzzed/error.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tests::fuzzed::error::holds(bytes));
