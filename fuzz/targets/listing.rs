#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pledgewatch_fuzz::bodies::listing::run(bytes));
