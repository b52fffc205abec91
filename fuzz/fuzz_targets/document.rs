//! Any text in any format: every place is one of the file, and derived text leads back to it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint_fuzz::{chosen, reading, sound};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, source)) = chosen(bytes) else { return };
    sound::read(&source, &reading(choice));
});
