//! Lints the files it is given with Harper's curated rules, and prints a line for each finding.

use harper_core::linting::{LintGroup, Linter};
use harper_core::spell::FstDictionary;
use harper_core::{Dialect, Document};

fn main() -> std::io::Result<()> {
    let dictionary = FstDictionary::curated();
    let mut linter = LintGroup::new_curated(dictionary.clone(), Dialect::American);
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        let document = Document::new_plain_english(&text, &dictionary);
        for lint in linter.lint(&document) {
            println!("{path}:{}: {}", lint.span.start, lint.message);
        }
    }
    Ok(())
}
