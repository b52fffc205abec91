//! What fixes change, and what they leave alone.

use crate::sound::{self, Desk};
use proptest::prelude::*;
use replylint::document::{Document, Format};
use replylint::fix::Fixed;
use replylint::linter::Linter;
use replylint::rule::Applicability;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::sync::LazyLock;

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// Fixes a text. Once is enough.
fn fixed(text: &str, format: Format) -> Fixed {
    let desk = Desk { linter: &LINTER, reading: format.into() };
    sound::fixes(&Source::new("x", text), &desk).expect("texts are always read")
}

/// Wordings that are fixed, from the examples of all rules.
static BEFORE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rules = LINTER.ruleset().rules();
    rules.flat_map(|rule| rule.examples.fixed.iter().map(|(before, _)| before.to_string())).collect()
});

/// What no fix may touch: none of it is the writer's own prose.
const KEPT: &[&str] = &[
    "{{kindly.advise}}",
    "{% if kindly %}",
    "[[KINDLY NAME]]",
    "`kindly wait`",
    "\n\n```\nkindly --wait\n```\n\n",
    "\n\n> Kindly note, please be advised that it rains.\n\n",
    "https://kindly.example/please-be-advised-that",
    "kindly@example.com",
    "“kindly wait”",
    // Only Markdown has this; keep it last.
    "<b title=\"please be advised that\">",
];

proptest! {
    #[test]
    fn fixes_keep_what_is_not_the_writers_prose(
        pieces in prop::collection::vec((0..usize::MAX, 0..KEPT.len(), 0..3u8), 1..6),
        markdown: bool,
    ) {
        let mut text = String::new();
        let mut kept = Vec::new();
        for (before, keep, order) in pieces {
            let keep = if markdown { keep } else { keep % (KEPT.len() - 1) };
            let (before, keep) = (&BEFORE[before % BEFORE.len()], KEPT[keep]);
            kept.push(keep);
            match order {
                0 => text += &format!("{before} {keep} and more. "),
                1 => text += &format!("See {keep}: {before} "),
                _ => text += &format!("{keep}\n\n{before}\n\n"),
            }
        }
        let format = if markdown { Format::Markdown } else { Format::Text };
        let done = fixed(&text, format);
        let mut rest = done.source.text();
        for keep in kept {
            let at = rest.find(keep);
            prop_assert!(at.is_some(), "{keep:?} in {text:?} became {:?}", done.source.text());
            rest = &rest[at.unwrap_or_default() + keep.len()..];
        }
        let small = |text: &str| text.match_indices(". ").filter(|(i, _)| text[i + 2..].starts_with(char::is_lowercase)).count();
        prop_assert!(small(done.source.text()) <= small(&text), "{text:?} became {:?}", done.source.text());
    }
}

#[test]
fn words_left_out_take_their_space_with_them() {
    let rules = Source::new(
        "r.toml",
        r#"
[rules.tone.opener]
severity = "warning"
title = "an opener that says nothing"
why = "It delays the answer."
source = "Tests"
swap = { "to be honest" = "", "unfortunately" = "" }
[rules.tone.opener.examples]
fires = ["[[To be honest]], it rains.", "It [[unfortunately]] rains."]
fixed = [["To be honest, it rains.", "It rains."], ["It unfortunately rains.", "It rains."]]
"#,
    );
    let linter = Linter::new(Ruleset::load(&[rules], true).expect("a rule file"));
    for (before, after) in [
        ("To be honest, it rains.", "It rains."),
        ("to be honest it rains", "It rains"),
        ("It rains, to be honest.", "It rains."),
        ("It rains, to be honest, and I am late.", "It rains, and I am late."),
        ("It rains. Unfortunately, Élodie is out.", "It rains. Élodie is out."),
        ("It rains.\n\nUnfortunately\nélodie is out.", "It rains.\n\nÉlodie is out."),
        ("(Unfortunately) it rains.", "(Unfortunately) it rains."),
        ("Unfortunately, {{name}} is out.", "{{name}} is out."),
        ("Unfortunately.", "Unfortunately."),
        ("**Unfortunately**, it rains.", "**Unfortunately**, it rains."),
        ("It is {{day}}, unfortunately, and wet.", "It is {{day}}, and wet."),
    ] {
        let source = Source::new("x", before);
        let document = Document::extract(&source, Format::Text);
        let mut text = before.to_owned();
        for finding in linter.check(&source, &document).iter().rev() {
            let first = &finding.suggestions[0];
            if first.applicability == Applicability::Safe {
                text.replace_range(first.edits[0].span.range(), &first.edits[0].text);
            }
        }
        assert_eq!(text, after, "{before:?}");
    }
}
