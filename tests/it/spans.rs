//! A finding's place is where it says, however the text is written.

use crate::sound;
use proptest::prelude::*;
use replylint::document::{Document, Format, MAX_REPLY};
use replylint::finding::Finding;
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::sync::LazyLock;

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// What is found in a text, all of it where it says.
fn check(source: &Source, format: Format) -> Vec<Finding> {
    let document = sound::read(source, &format.into()).expect("a text is always read");
    let findings = LINTER.check(source, &document);
    sound::findings(source, &document, &findings);
    findings
}

/// A fifth of the examples of all rules, as plain texts; not those with lines of the customer's, which must stay lines.
fn examples() -> impl Iterator<Item = String> {
    let rules = LINTER.ruleset().rules();
    let texts = rules.flat_map(|r| r.examples.fires.iter().step_by(5)).filter(|e| !e.starts_with('>'));
    texts.map(|e| e.replace("[[", "").replace("]]", ""))
}

/// What was found, without how apostrophes and spaces are written.
fn told(findings: &[Finding]) -> Vec<(String, String)> {
    let plain = |text: &str| {
        let text = text.replace(['’', '‘'], "'").replace(['“', '”'], "\"");
        text.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    };
    findings.iter().map(|f| (f.rule.id.to_string(), plain(&f.matched))).collect()
}

#[test]
fn what_is_too_long_for_a_reply_is_checked_for_its_wording() {
    let paragraph = "Calm down and look at the ärea once more.\n\n";
    for (space, count) in [("\n\n", 2), (" ", 2), ("\n", 1)] {
        let paragraph = paragraph.replace("\n\n", &space.repeat(count));
        let text = paragraph.repeat(MAX_REPLY / paragraph.len() + 2);
        let source = Source::new("draft.txt", text.trim_end());
        let document = Document::extract(&source, Format::Text);
        assert!(document.regions[0].is_long());
        let findings = LINTER.check(&source, &document);
        assert!(findings.iter().all(|f| source.text().get(f.span.range()) == Some(&*f.matched)), "{space:?}");
        let places: Vec<_> =
            findings.iter().filter(|f| f.rule.id == "dismissive.calm-down").map(|f| f.span.start).collect();
        let all: Vec<_> = (0..text.len()).step_by(paragraph.len()).collect();
        assert_eq!(places, all, "{space:?}");
        let judged: Vec<_> = findings.iter().filter(|f| f.missing.is_some()).map(|f| &f.rule.id).collect();
        assert!(judged.is_empty(), "{judged:?}");
    }
    let word = Source::new("draft.txt", "ä".repeat(MAX_REPLY));
    check(&word, Format::Text);
}

#[test]
fn any_number_of_threads_may_check() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&*LINTER);
    let texts: Vec<String> = examples().take(60).collect();
    let one: Vec<_> = texts.iter().map(|t| told(&check(&Source::new("x", t.clone()), Format::Text))).collect();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for (text, one) in texts.iter().zip(&one) {
                    assert_eq!(&told(&check(&Source::new("x", text.clone()), Format::Text)), one);
                }
            });
        }
    });
}

#[test]
fn a_fingerprint_survives_edits_elsewhere() {
    let print = |text: &str| {
        let source = Source::new("x", text);
        check(&source, Format::Text).iter().map(|f| (f.rule.id.to_string(), f.fingerprint)).collect::<Vec<_>>()
    };
    let one = print("You should have read the terms.");
    assert!(!one.is_empty());
    assert_eq!(one, print("Good morning to you.\n\nYou  should have\nread the terms."));
    assert_ne!(one, print("You should have read the manual."));
}

/// The fingerprints of what a rule finds, sorted.
fn prints(text: &str, rule: &str) -> Vec<String> {
    let findings = check(&Source::new("x", text), Format::Text);
    let mut prints: Vec<_> = findings.iter().filter(|f| f.rule.id == rule).map(|f| f.fingerprint.to_string()).collect();
    prints.sort();
    prints
}

#[test]
fn what_every_rule_finds_keeps_its_fingerprint_when_more_is_said_around_it() {
    let (mut kept, mut rules) = (0, std::collections::BTreeSet::new());
    for rule in LINTER.ruleset().rules() {
        for example in rule.examples.fires.iter().map(|e| e.replace("[[", "").replace("]]", "")) {
            let before = prints(&example, &rule.id);
            // The customer's lines stay where they are.
            let lines =
                example.split_inclusive('\n').take_while(|line| line.starts_with('>') || line.trim().is_empty());
            let own = lines.map(str::len).sum();
            let (quoted, said) = example.split_at(own);
            for more in [
                format!("{quoted}The parcel left Leeds at noon.\n\n{said}"),
                format!("{quoted}{said}\n\nThe parcel left Leeds at noon."),
                format!("{quoted}{said}\n\nThe parcel left Leeds at noon, and the tracking page shows it."),
            ] {
                let after = prints(&more, &rule.id);
                // Another place in the reply may make a rule speak, or not; how it speaks stays the same.
                if after.len() == before.len() && !before.is_empty() {
                    assert_eq!(before, after, "{}: {more:?}", rule.id);
                    kept += 1;
                    rules.insert(&rule.id);
                }
            }
        }
    }
    let all = LINTER.ruleset().rules_in_use().count();
    assert!(kept > 1000 && rules.len() * 20 > all * 19, "{kept} texts, {} of {all} rules", rules.len());
}

#[test]
fn another_phrase_is_another_finding() {
    let [one, other] = ["Calm down.", "Just relax."].map(|text| prints(text, "dismissive.calm-down"));
    assert_eq!((one.len(), other.len()), (1, 1));
    assert_ne!(one, other);
}

proptest! {
    #[test]
    fn any_text_is_checked_and_every_place_is_sound(
        pieces in prop::collection::vec(
            prop_oneof![
                Just("You should have read the terms"), Just("I'm sorry you feel that way"), Just("calm down"),
                Just("Kindly"), Just("that’s our policy"), Just("{{ticket.name}}"), Just("[Customer Name]"), Just("**"), Just("`code`"),
                Just("> quoted\n"), Just("> You lost it AGAIN!!! Where is order 448812?\n"), Just("Hi Ana,\n\n"), Just("Order 448821"), Just("We will look into it"), Just("\r\n"), Just("\n\n"), Just(". "), Just("?! "), Just("\u{feff}"), Just("😂👍🏽"), Just("e\u{301}"),
                Just("\u{a0}"), Just("“"), Just("”"), Just("'"), Just("- "), Just("1. "), Just("<b>"), Just("&amp;"), Just("..."), Just("THE THE "),
                Just("$5"), Just("a@b.c"), Just("www.x.com/"), Just("I'd've "), Just("\u{202e}"), Just("\t"), Just("x"),
            ],
            0..30,
        ),
        format in prop_oneof![Just(Format::Text), Just(Format::Markdown), Just(Format::Email), Just(Format::Html)],
        space in prop_oneof![Just(""), Just(" ")],
    ) {
        let source = Source::new("x", pieces.join(space));
        check(&source, format);
    }
}
