//! Manifests of labs, as bytes without end. What must hold is in `tests/src/fuzzed/manifest.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tests::fuzzed::manifest::holds(bytes));
