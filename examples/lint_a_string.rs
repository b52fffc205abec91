//! The library in fifteen lines: `cargo run --example lint_a_string`.

use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;

fn main() {
    let linter = Linter::new(Ruleset::builtin());
    let source = Source::new("draft", "Kindly wait. Someone will get back to you soon.");
    let document = Document::extract(&source, Format::Text);
    for finding in linter.check(&source, &document) {
        println!("{}: {}. {}", source.slice(finding.span), finding.message, finding.rule.why);
    }
}
