//! Templates: what placeholders say by themselves, branches, and template logic that cannot be read.

use replylint::document::{Document, Format, Mode, Reading};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;

/// What is found in a kept reply: rules and the words that they found.
fn check(text: &str, kind: Option<&str>) -> Vec<(String, String)> {
    let linter = Linter::new(Ruleset::builtin());
    let source = Source::new("reply", text);
    let reading = Reading { format: Format::Text, mode: Mode::Template, profile: None };
    let mut document = Document::read(&source, &reading).expect("a text never fails");
    document.tell(None, kind);
    let found = linter.check(&source, &document);
    found.into_iter().map(|f| (f.rule.id.to_string(), source.slice(f.span).to_owned())).collect()
}

#[test]
fn fallback_texts_are_read_for_their_wording_alone() {
    let whole = "Hi {{ name }},\n\nI am sorry that your order is late. I have asked our warehouse to send it again today, and it will \
                 be with you on Friday.\n\nBest wishes,\nAna";
    assert_eq!(check(whole, Some("complaint")), []);
    for (slot, found) in [
        ("{{ name | default: \"there\" }}", &[][..]),
        ("{{ name | default: \"valued customer\" }}", &["valued customer"]),
        ("{{ name | date: \"valued customer\" }}", &[]),
        ("%{name,fallback:valued customer}", &["valued customer"]),
    ] {
        let text = whole.replace("{{ name }}", slot);
        let words: Vec<String> = check(&text, Some("complaint")).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, found, "{slot}");
    }
}
