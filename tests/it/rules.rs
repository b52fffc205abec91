//! The built-in rules hold what their examples say, and speak as they ask others to.

use replylint::config::{Config, Layer};
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::rule::{Rule, Severity};
use replylint::ruleset::Ruleset;
use replylint::selection::Choice;
use replylint::source::Source;
use replylint::trial::{self, Coverage};
use std::path::Path;
use std::sync::Arc;

#[test]
fn every_example_holds_and_every_alternative_works() {
    let tested = trial::run(&[], false).expect("the built-in rules compile");
    let source = Ruleset::builtin_source();
    let failures: Vec<String> = tested
        .failures
        .iter()
        .flat_map(|of| &of.findings)
        .map(|f| format!("rules.toml:{}: {} ({})", source.position(f.span.start).line, f.message, source.slice(f.span)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(tested.rules > 50 && tested.examples > 1000, "{} rules, {} examples", tested.rules, tested.examples);
    let Coverage { alternatives, derived, unreached } = tested.coverage;
    let spelled = alternatives - derived.len() - unreached.len();
    let told = format!("{alternatives} alternatives, {spelled} spelled out, {} out of reach", unreached.len());
    assert!(100 * spelled >= SPELLED_OUT * alternatives, "{told}");
    assert!(unreached.len() <= OUT_OF_REACH, "{told}; `rules test --coverage` names them");
}

/// Examples spell out so many of a hundred alternatives. It may rise, and never fall.
const SPELLED_OUT: usize = 23;
/// So many words of lists are reached by no example. It may fall, and never rise.
const OUT_OF_REACH: usize = 41;

#[test]
fn every_rule_says_what_it_should() {
    let ids: Vec<_> = Ruleset::builtin().rules().map(|r| r.id.to_string()).collect();
    let linter = Linter::new(Ruleset::builtin());
    for rule in Ruleset::builtin().rules() {
        let id = &rule.id;
        // What keeps ignores true is no advice on replies.
        assert!(!rule.source.is_empty() || rule.category() == "suppression", "{id} names no source");
        assert!(rule.title.len() <= 80, "{id}: the title is long");
        assert!(
            !rule.title.ends_with('.') && !rule.title.starts_with(|c: char| c.is_uppercase()),
            "{id}: {}",
            rule.title
        );
        assert!(rule.why.ends_with('.') && rule.why.starts_with(|c: char| !c.is_lowercase()), "{id}: {}", rule.why);
        assert!(rule.examples.fires.len() > 1 && !rule.examples.quiet.is_empty(), "{id} has few examples");
        let source =
            Source::new("x", rule.examples.fires.get(0).expect("an example").replace("[[", "").replace("]]", ""));
        let found = linter.check(&source, &Document::extract(&source, Format::Text));
        let absent = found.iter().any(|f| f.rule.id == *id && f.missing.is_some());
        let marked = rule.examples.fires.iter().any(|e| e.contains("[["));
        assert!(marked != absent, "{id}: no example marks the place");
        for name in ["no-", "avoid-", "not-"] {
            assert!(
                !id.split('.').nth(1).unwrap_or_default().starts_with(name),
                "{id}: a rule is named for what it finds"
            );
        }
    }
    assert_eq!(ids.len(), ids.iter().collect::<std::collections::HashSet<_>>().len());
}

#[test]
fn what_rules_say_passes_the_rules() {
    let linter = Linter::new(Ruleset::builtin());
    let check = |rule: &Rule, what: &str| {
        let source = Source::new("x", what.to_owned());
        let document = Document::extract(&source, Format::Text);
        let findings = linter.check(&source, &document);
        // That a sentence is no whole reply is no fault of it.
        let worded = findings.iter().filter(|f| f.severity > Severity::Info && f.missing.is_none());
        let trips: Vec<_> = worded.map(|f| &f.rule.id).collect();
        assert!(trips.is_empty(), "{}: {what:?} trips {trips:?}", rule.id);
    };
    for rule in linter.ruleset().rules() {
        check(rule, &rule.title);
        check(rule, &rule.why);
    }
}

/// The TOML blocks of the page on rule files.
fn documented() -> Vec<Source> {
    let page = std::fs::read_to_string("docs/rule-files.md").expect("the page");
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| Source::new("docs/rule-files.md", block)).collect()
}

#[test]
fn the_page_on_rule_files_is_true() {
    let pages = documented();
    assert_eq!(pages.len(), 3, "a rule file, one of detectors, and one that changes the first");
    for (page, bare) in pages.iter().zip([true, false]) {
        let tested = trial::run(std::slice::from_ref(page), bare).expect("a rule file");
        let failures: Vec<_> = tested.failures.iter().flat_map(|f| &f.findings).map(|f| &f.message).collect();
        assert!(failures.is_empty(), "{failures:?}");
    }
    let changed = Ruleset::load(&pages, false).unwrap_or_else(|problems| panic!("{problems:?}"));
    let check = |text: &str| {
        let source = Source::new("x", text);
        let document = Document::extract(&source, Format::Text);
        let findings = Linter::new(changed.clone()).check(&source, &document);
        findings.into_iter().filter(|f| f.rule.id == "blame.who-question").count()
    };
    assert_eq!(check("Who looked after your ticket?"), 1, "match-add");
    assert_eq!(check("Who handled your case last?"), 0, "match-remove");
    assert!(changed.rules().count() > changed.rules_in_use().count(), "enabled = false");
}

#[test]
fn the_page_of_rules_is_fresh() {
    let ruleset = Ruleset::builtin();
    let rules: Vec<&Rule> = ruleset.rules_and_detectors().map(AsRef::as_ref).collect();
    let articles = Ruleset::advice(&Ruleset::builtin_source());
    let mut page = Vec::new();
    replylint::output::rules_page(&rules, &articles, &mut page).expect("a page");
    let written = std::fs::read_to_string("RULES.md").expect("RULES.md");
    let stale = String::from_utf8(page).expect("text") != written;
    assert!(!stale, "write it anew: cargo run -- explain --all --output-format markdown > RULES.md");
}

#[test]
fn a_rule_that_is_off_for_a_file_casts_no_shadow_there() {
    let wide = Source::new(
        "house.toml",
        "[rules.blame.wide]\nseverity = 'error'\ntitle = 't'\nwhy = 'W.'\nno-suggest = 'n'\nmatch = ['so who handled your case last']\n",
    );
    let ruleset = Ruleset::load(&[wide], false).expect("a rule file");
    let text = "[[override]]\nfiles = ['legacy/*']\nseverity.'blame.wide' = 'off'\n";
    let layer = Layer::read(&Source::new("c", text), 0, Path::new("/c"), &mut Vec::new()).expect("a configuration");
    let config = Config::new(vec![Arc::new(layer)]);
    let linter = Linter::new(ruleset);
    for (path, found) in [("/c/new/a", "blame.wide"), ("/c/legacy/a", "blame.who-question")] {
        let selection = config.for_file(Path::new(path)).selection(linter.ruleset(), &Choice::default());
        let source = Source::new("x", "So who handled your case last?");
        let findings = linter.select(&selection).check(&source, &Document::extract(&source, Format::Text));
        let blamed: Vec<_> =
            findings.iter().map(|f| f.rule.id.as_ref()).filter(|id| id.starts_with("blame.")).collect();
        assert_eq!(blamed, [found], "{path}");
    }
}

#[test]
fn a_later_file_takes_the_place_of_an_earlier_one_in_the_same_run() {
    const RULE: &str =
        "[rules.house.kindly]\ntitle = \"kindly\"\nwhy = \"It is stiff.\"\nno-suggest = \"x\"\nmatch = [\"kindly\"]\n";
    let first = Source::new("a.toml", format!("{RULE}unless = [\"kindly wait\"]\n"));
    let second = Source::new("b.toml", "[rules.house.kindly]\nunless = [\"kindly hurry\"]\n");
    let ruleset = Ruleset::default().extend(&[first, second]).expect("rules");
    let linter = Linter::new(ruleset);
    let found = |text: &str| {
        let source = Source::new("draft.txt", text);
        linter.check(&source, &Document::extract(&source, Format::Text)).len()
    };
    assert_eq!(["Kindly wait.", "Kindly hurry."].map(found), [1, 0]);
}

#[test]
fn an_expression_sees_words_that_are_written_with_invisible_signs() {
    let rule =
        "[rules.house.code]\ntitle = \"code\"\nwhy = \"It is ours.\"\nno-suggest = \"x\"\nregex = ['zorgle\\d+']\n";
    let linter = Linter::new(Ruleset::default().extend(&[Source::new("a.toml", rule)]).expect("rules"));
    let found = |text: &str| {
        let source = Source::new("draft.txt", text);
        linter.check(&source, &Document::extract(&source, Format::Text)).len()
    };
    assert_eq!(
        ["Use zorgle12.", "Use zor\u{ad}gle12.", "Use zor\u{200b}gle12, caf\u{e9}.", "Use it."].map(found),
        [1, 1, 1, 0]
    );
}
