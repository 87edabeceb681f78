//! What a guest says, as bytes without end. What must hold is in `tests/src/fuzzed/transcript.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tests::fuzzed::transcript::holds(bytes));
