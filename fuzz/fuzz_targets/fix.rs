//! Fixes of any file come to an end, and leave a file that can be read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{LINTER, chosen, reading, sound};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, source)) = chosen(bytes) else { return };
    sound::fixes(&source, &sound::Desk { linter: &LINTER, reading: reading(choice) });
});
