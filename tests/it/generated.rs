//! What figures are measured with is the same for everybody, and unlike itself throughout.

#[path = "../../benches/replies.rs"]
mod replies;

use replies::Replies;
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::collections::HashSet;

#[test]
fn the_same_seed_writes_the_same_replies() {
    let text = |seed| Replies::new(seed, 0.1).text(100_000);
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
    let lines = Replies::new(7, 0.1).json_lines(100_000);
    let replies: Vec<_> = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect();
    let joined: String = replies.iter().map(|reply| reply["reply"].as_str().unwrap().to_owned() + "\n\n").collect();
    assert_eq!(joined, text(7));
    let answering = replies.iter().filter(|reply| reply["customer"].is_string()).count();
    assert!(answering.abs_diff(replies.len() * 3 / 5) < 5);
}

/// A cache that has seen a sentence before is quicker than one that has not.
#[test]
fn long_sentences_hardly_repeat() {
    let text = Replies::new(7, 0.1).text(1_000_000);
    let sentences: Vec<_> = text
        .split("\n\n")
        .flat_map(|paragraph| paragraph.split_inclusive(['.', '?', ':']))
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>())
        .filter(|words| words.len() > 6)
        .collect();
    let different: HashSet<_> = sentences.iter().collect();
    assert!(sentences.len() > 8_000, "{}", sentences.len());
    assert!((sentences.len() - different.len()) * 50 < sentences.len(), "{} of {}", different.len(), sentences.len());
}

#[test]
fn as_many_replies_have_faults_as_asked() {
    let linter = Linter::new(Ruleset::builtin());
    for (asked, between) in [(0.0, 0.0..0.03), (0.5, 0.4..0.6), (1.0, 0.9..1.01)] {
        let faulty = Replies::new(7, asked).take(300).filter(|exchange| {
            let source = Source::new("reply", exchange.reply.as_str());
            let findings = linter.check(&source, &Document::extract(&source, Format::Text));
            findings.iter().any(|finding| finding.severity > replylint::rule::Severity::Info)
        });
        let share = faulty.count() as f64 / 300.0;
        assert!(between.contains(&share), "{share} of the replies have findings, not {asked}");
    }
}
