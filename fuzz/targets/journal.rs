#![no_main]

#[path = "../../tests/it/readers.rs"]
#[allow(dead_code)]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    readers::journal(bytes);
});
