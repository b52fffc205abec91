//! What people write for the program: rule files, templates, expressions and configurations.

#![no_main]

use libfuzzer_sys::fuzz_target;
use replylint::config::{Config, Layer, problems_of};
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::selection::Selection;
use replylint::source::Source;
use replylint_fuzz::{LINTER, chosen, rule, sound};
use std::path::Path;
use std::sync::Arc;

const DRAFT: &str = "Hi Ana,\n\nWho handled your case last? You should've read the terms, and I don't have {{order.total}} on 3 May; \
                     someone will look into it. We are sorry that you feel that way!!\n\nKind regards,\nTom";

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, source)) = chosen(bytes) else { return };
    let source = match choice % 5 {
        0 | 1 => source,
        2 => rule("match", source.text()),
        3 => rule("regex", source.text()),
        _ => return configuration(&source),
    };
    match Ruleset::load(std::slice::from_ref(&source), choice % 5 != 1) {
        Err(problems) => sound::faults(&[&source], &problems),
        Ok(rules) => {
            let linter = Linter::new(rules);
            let draft = Source::new("x", DRAFT);
            let document = Document::extract(&draft, Format::Text);
            sound::findings(&draft, &document, &linter.check(&draft, &document));
        }
    }
});

fn configuration(source: &Source) {
    let mut problems = Vec::new();
    let layer = Layer::read(source, 0, Path::new("/"), &mut problems);
    assert!(layer.is_some() || !problems.is_empty());
    let config = Config::new(layer.into_iter().map(Arc::new).collect());
    problems.extend(config.unknown(LINTER.ruleset()));
    if !problems.is_empty() {
        sound::faults(&[source], &problems_of(problems));
    }
    let draft = Source::new("a/b.md", DRAFT);
    let file = config.for_file(Path::new("/a/b.md"));
    let Some(document) = sound::read(&draft, &file.reading(&draft)) else { return };
    let selection: Selection = file.selection(LINTER.ruleset(), &Default::default());
    let linter = LINTER.select(&selection);
    sound::findings(&draft, &document, &linter.check(&draft, &document));
}
