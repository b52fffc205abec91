//! What the program writes and reads again, and reports of any text under any name.

#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint::audit::compare::Changes;
use replylint::baseline::Baseline;
use replylint::output::wire;
use replylint::report::Checked;
use replylint::source::Source;
use replylint_fuzz::{LINTER, chosen, reading, sound};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, source)) = chosen(bytes) else { return };
    match choice % 8 {
        0 => match Baseline::read(&source) {
            Ok(baseline) => {
                let again = Baseline::read(&Source::new("x", baseline.to_toml()));
                assert_eq!(again.expect("what was written is read"), baseline);
            }
            Err(problems) => sound::faults(&[&source], &problems),
        },
        1 => {
            let Some(run) = wire::Run::read(source.text().as_bytes()) else { return };
            assert_eq!(wire::Run::read(wire::Run::new(&run).line().as_bytes()), Some(run));
        }
        2 => {
            let (old, new) = source.text().split_once("\n\n").unwrap_or((source.text(), source.text()));
            let (Ok(old), Ok(new)) = (wire::prints(old), wire::prints(new)) else { return };
            let changes = wire::Comparison::new(&Changes::between(&old, &new));
            assert!(serde_json::to_string(&changes).is_ok());
        }
        _ => {
            let (name, text) = source.text().split_once('\n').unwrap_or(("x", source.text()));
            let source = Source::new(name, text);
            let reading = reading(choice / 8);
            let Some(document) = sound::read(&source, &reading) else { return };
            let findings = LINTER.check(&source, &document);
            sound::reports(|| Checked::new(source.clone(), findings.clone()));
            sound::reports(|| Checked::new(source.clone(), findings.clone()).redacted());
        }
    }
});
