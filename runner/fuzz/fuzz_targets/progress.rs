//! A learner's progress, as bytes without end. What must hold is in `tests/src/fuzzed/progress.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tests::fuzzed::progress::holds(bytes));
