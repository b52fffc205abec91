//! Any text against the built-in rules, against a template or an expression of its first line, or as an answer to its first part.

#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint::document::{Document, Format, Known};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use replylint_fuzz::{LINTER, chosen, reading, rule, sound};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, source)) = chosen(bytes) else { return };
    let reading = reading(choice % 32);
    let (first, rest) = source.text().split_once(if choice / 32 == 3 { "\n\n\n" } else { "\n" }).unwrap_or_default();
    match choice / 32 {
        kind @ (1 | 2) => {
            let rules = [rule(["", "match", "regex"][kind], first)];
            let Ok(rules) = Ruleset::load(&rules, true) else { return };
            let draft = Source::new("x", rest);
            let document = Document::extract(&draft, Format::Text);
            sound::findings(&draft, &document, &Linter::new(rules).check(&draft, &document));
        }
        3 => {
            let draft = Source::new("x", rest);
            let mut document = Document::extract(&draft, Format::Text);
            document.tell(Known { customer: Some(first), ..Known::default() });
            sound::findings(&draft, &document, &LINTER.check(&draft, &document));
            for (findings, _) in LINTER.understand(&draft, &document) {
                sound::findings(&draft, &document, &findings);
            }
        }
        _ => {
            let Some(document) = sound::read(&source, &reading) else { return };
            sound::findings(&source, &document, &LINTER.check(&source, &document));
        }
    }
});
