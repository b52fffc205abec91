//! The false-alarm budget: replies that are fine as they are, from many trades, channels and kinds of English.

use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::rule::Severity;
use replylint::ruleset::Ruleset;
use replylint::source::Source;

/// At most one piece of advice for so many replies.
const REPLIES_AN_INFO: usize = 4;

#[test]
fn good_replies_raise_no_alarm() {
    let linter = Linter::new(Ruleset::builtin());
    let text = std::fs::read_to_string("tests/replies/good.jsonl").expect("the replies");
    let (mut replies, mut advice, mut alarms) = (0, 0, Vec::new());
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let source = Source::new("reply", record["reply"].as_str().expect("a reply"));
        let customer = record["customer"].as_str().map(|text| Source::new("customer", text));
        let mut document = Document::extract(&source, Format::Text);
        for region in &mut document.regions {
            let whole = |s| replylint::mapped::Mapped::verbatim(s, (0..s.len()).into());
            region.customer = customer.as_ref().map(|c| whole(c.text()));
        }
        for finding in linter.check(&source, &document) {
            if finding.severity == Severity::Info {
                advice += 1;
            } else {
                alarms.push(format!(
                    "{}: {} at `{}`, by `{}`",
                    record["id"], finding.rule.id, finding.matched, finding.via
                ));
            }
        }
        replies += 1;
    }
    assert!(replies >= 300, "{replies} replies");
    assert!(alarms.is_empty(), "{} alarms in {replies} good replies:\n{}", alarms.len(), alarms.join("\n"));
    assert!(advice * REPLIES_AN_INFO <= replies, "{advice} pieces of advice in {replies} good replies");
}
