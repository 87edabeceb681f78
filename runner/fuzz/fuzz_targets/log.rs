//! Verifier logs, as bytes without end. What must hold is in `tests/src/fuzzed/log.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tests::fuzzed::log::holds(bytes));
