//! Templates: what placeholders say by themselves, branches, and template logic that cannot be read.

use replylint::document::{Document, Format, Known, Mode, Reading, Syntax};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;

/// What is found in a kept reply: rules and the words that they found.
fn check(text: &str, kind: Option<&str>) -> Vec<(String, String)> {
    let linter = Linter::new(Ruleset::builtin());
    let source = Source::new("reply", text);
    let reading = Reading { mode: Mode::Template, ..Format::Text.into() };
    let mut document = Document::read(&source, &reading).expect("a text never fails");
    document.tell(Known { kind, ..Known::default() });
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

#[test]
fn a_branch_that_lacks_something_is_named() {
    let linter = Linter::new(Ruleset::builtin());
    let messages = |reply: &str| -> Vec<String> {
        let message = "> I am furious. My order is three weeks late and nobody answers me!";
        let source = Source::new("reply", format!("{message}\n\nHi Ana,\n\n{reply}\n\nBest wishes,\nBen"));
        let found = linter.check(&source, &Document::extract(&source, Format::Text));
        found.into_iter().filter(|f| f.rule.id == "missing.solution").map(|f| f.message).collect()
    };
    let good = "I am so sorry that your order is late, and that nobody answered you. I have asked our warehouse to send it again \
                today, and it will be with you on Friday.";
    let poor = "I am so sorry that your order is late, and that nobody answered you.";
    for (reply, expected) in [
        (format!("{{% if vip %}}{good}{{% else %}}{good}{{% endif %}}"), &[][..]),
        (format!("{{% if vip %}}{good}{{% else %}}{poor}{{% endif %}}"), &[", where “vip” does not hold"]),
        (format!("{{{{#if vip}}}}\n{poor}\n{{{{else}}}}\n{good}\n{{{{/if}}}}"), &[", where “vip” holds"]),
        (format!("{{% if vip %}}{poor}{{% else %}}{poor}{{% endif %}}"), &[""]),
        (format!("{{% for i in l %}}{good}{{% endfor %}}"), &[]),
        (format!("{{% if vip %}}{poor}"), &[""]),
    ] {
        let expected: Vec<String> =
            expected.iter().map(|branch| format!("no answer, step or next action{branch}")).collect();
        assert_eq!(messages(&reply), expected, "{reply}");
    }
}

#[test]
fn a_value_that_was_missing_is_found_as_it_is_written() {
    let found = check("Hi [[MISSING TOKEN - FIRSTNAME]],\n\nYour order left our warehouse this morning.", None);
    assert_eq!(found, [("template.missing-value".to_owned(), "[[MISSING TOKEN - FIRSTNAME]]".to_owned())]);
}

#[test]
fn the_dialect_is_that_of_the_product() {
    let linter = Linter::new(Ruleset::builtin());
    let found = |json: &str| -> Vec<String> {
        let source = Source::new("macros.json", json);
        let document = Document::read(&source, &Format::Data(Syntax::Json).into()).expect("JSON");
        let found = linter.check(&source, &document);
        found.into_iter().filter(|f| f.rule.id == "template.dialect").map(|f| f.matched).collect()
    };
    let macros = |slot: &str| {
        let text = format!("Hi {slot}, your order left our warehouse this morning.");
        format!(r#"{{"macros": [{{"id": 1, "actions": [{{"field": "comment_value", "value": "{text}"}}]}}]}}"#)
    };
    assert_eq!(found(&macros("{{ticket.requester.first_name}}")), [""; 0]);
    assert_eq!(found(&macros("%{name}")), ["%{name}"]);
    assert_eq!(found(&macros("[Name]")), [""; 0]);
}
