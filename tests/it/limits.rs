//! What is larger than a limit is told, in the words of `docs/limits.md`.

use crate::sound::Desk;
use replylint::config::Layer;
use replylint::document::{Document, Format};
use replylint::fix;
use replylint::linter::{Linter, MAX_FINDINGS};
use replylint::rule::Applicability;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

static PAGE: LazyLock<String> = LazyLock::new(|| std::fs::read_to_string("docs/limits.md").expect("the page"));

/// What is wrong with a rule file.
fn faults(text: String) -> Vec<String> {
    let problems = Ruleset::load(&[Source::new("rules.toml", text)], true).expect_err("it is faulty");
    problems.into_iter().flat_map(|of| of.findings).map(|finding| finding.message).collect()
}

/// What is wrong with a template.
fn of_template(template: &str) -> Vec<String> {
    faults(format!("[rules.a.b]\ntitle = 'x'\nwhy = 'x'\nmatch = ['{template}']\n"))
}

/// Makes sure that a message is said, and that the page tells of it. What differs from case to case is `…` there.
fn told(said: &[String], message: &str) {
    assert!(said.iter().any(|said| said == message), "{message:?} is not among {:?}", said.first());
    let is_told = |part: &str| PAGE.contains(part) || PAGE.contains(&part.replace("`x`", "…"));
    assert!(is_told(message), "docs/limits.md does not tell of {message:?}");
}

#[test]
fn rule_files_have_limits() {
    told(&faults("#".repeat((8 << 20) + 1)), "it is larger than 8 MiB, and is not read; split it");
    let mut problems = Vec::new();
    let large = Source::new("replylint.toml", "#".repeat((8 << 20) + 1));
    assert!(Layer::read(&large, 0, Path::new("/"), &mut problems).is_none() && problems.len() == 1);
    assert!(of_template(&"a ".repeat(41)).contains(&"it may match more than 40 tokens; split it".to_owned()));
    let gaps = "at most 2 gaps and 12 gap words fit in a template; split it".to_owned();
    assert!(of_template("a …2 b …2 c …2 d").contains(&gaps));
    let deep = format!("{}a{} x", "(b|".repeat(99), ")".repeat(99));
    assert!(of_template(&deep).contains(&"brackets nest more than 8 deep; name the inner part as a list".to_owned()));
    let expression = faults("[rules.a.b]\ntitle = 'x'\nwhy = 'x'\nregex = ['(aa{100}){300}']\n".into());
    told(&expression, "this expression repeats so much that it would be slow; use smaller counts");
    let entries: String = (0..10_000).map(|n| format!("'a b{n}',")).collect();
    let lists = format!("[lists]\nlong = [{entries}]\n[rules.a.b]\ntitle = 'x'\nwhy = 'x'\n");
    let twice = faults(format!("{lists}match = ['@long @long']\n"));
    told(&twice, "with its lists it has more than 20000 parts; use fewer or smaller lists");
    let often: String = (0..201).map(|n| format!("'@long c{n}',")).collect();
    let often = faults(lists.replacen("'a b9999',", "", 1) + &format!("match = [{often}]\n"));
    told(
        &often,
        "all templates up to this one have more than 4000000 parts with their lists; use fewer or smaller lists",
    );
}

#[test]
fn a_rule_set_has_no_more_rules_than_can_be_read() {
    let rules: String =
        (0..20_001).map(|n| format!("[rules.a.b{n}]\ntitle = 'x'\nwhy = 'x'\nmatch = ['x']\n")).collect();
    let rules = faults(rules + "[rules.a.c]\ntitle = 'x'\nwhy = 'x'\nmatch = ['x']\n");
    assert_eq!(rules.len(), 1);
    told(&rules, "there are more than 20000 rules; this one and those after it are not read");
}

/// Why a data file cannot be read.
fn fault(name: &str, text: String) -> Vec<String> {
    let source = Source::new(name, text);
    let format = Format::detect(name, source.text());
    vec![Document::read(&source, &format.into()).expect_err("it is too much").message]
}

/// What may not be meant in a data file, and how many replies are read with a message.
fn doubts(name: &str, text: &str) -> (Vec<String>, usize) {
    let source = Source::new(name, text);
    let document = Document::read(&source, &Format::detect(name, text).into()).expect("it can be read");
    let answers = document.replies().filter(|region| region.customer.is_some()).count();
    (document.doubts.into_iter().map(|doubt| doubt.message).collect(), answers)
}

#[test]
fn data_files_have_limits() {
    told(&fault("a.json", " ".repeat((64 << 20) + 1)), "it is larger than 64 MiB");
    told(&fault("a.json", "[".repeat(1_000)), "maximum nesting depth exceeded");
    told(&fault("a.yaml", "[".repeat(1_000)), "lists and maps are nested deeper than 256");
    told(&fault("a.xml", "<a>".repeat(1_000)), "elements stand more than 256 deep in one another");
}

#[test]
fn a_quotation_mark_that_nothing_closes_is_told() {
    let unclosed = "this quotation mark is not closed, so all that follows is one cell";
    for (table, is_told) in [
        ("id,reply\n1,\"Kindly wait till noon.\n2,And then wait.\n", true),
        ("id,reply\n1,\"Kindly wait till noon.\"\"\n", true),
        ("id,reply\n1,\"Kindly wait till noon.\"\n", false),
        ("id,reply\n1,\"Kindly wait till \"\"noon\"\"\"", false),
        ("id,reply\n1,\"Kindly wait\" till noon.\n", false),
        ("id,reply\n1,Kindly wait till 5\" of noon.\n", false),
        ("id,reply\n1,Kindly wait till noon.\n\"", true),
    ] {
        let said = doubts("a.csv", table).0;
        assert_eq!(said.contains(&unclosed.to_owned()), is_told, "{table:?}: {said:?}");
    }
    told(&doubts("a.csv", "id,reply\n1,\"Kindly wait till noon.\n").0, unclosed);
}

#[test]
fn one_message_is_not_read_for_ever() {
    let file = |replies: usize| {
        let message = "Where is my order? ".repeat(5_000);
        let replies = vec![r#"{"reply": "Kindly wait till noon."}"#; replies].join(",");
        format!(r#"{{"customer": "{message}", "replies": [{replies}]}}"#)
    };
    assert_eq!(doubts("a.json", &file(10)), (vec![], 10));
    let (said, answers) = doubts("a.json", &file(1_000));
    assert!((10..40).contains(&answers) && said.len() == 1, "{answers} replies, {said:?}");
    told(&said, "too many replies answer one message; this one and others are read without it");
}

#[test]
fn names_that_many_replies_share_are_cut() {
    let name = "é".repeat(5_000);
    let text = format!(r#"{{"title": "{name}", "{name}": [{{"reply": "Kindly wait till noon."}}]}}"#);
    let source = Source::new("a.json", text);
    let document = Document::read(&source, &Format::detect("a.json", source.text()).into()).expect("JSON");
    let place = &document.records[0].place;
    assert!(place.path.len() < 600 && place.path.ends_with("[0].reply") && place.path.contains('…'), "{}", place.path);
    assert!(place.title.as_ref().is_some_and(|title| title.len() < 510 && title.ends_with('…')));
}

/// A rule with this wording.
fn rule(id: &str, wording: &str) -> String {
    format!(
        "[rules.a.{id}]\nseverity = 'warning'\ntitle = 'x'\nwhy = 'x'\nsource = 'x'\n{wording}\n[rules.a.{id}.examples]\n\
         fires = ['x']\nquiet = ['y']\n"
    )
}

fn linter(rules: String) -> Linter {
    Linter::new(Ruleset::load(&[Source::new("rules.toml", rules)], true).unwrap_or_else(|e| panic!("{e:?}")))
}

/// Where a rule of this wording finds something.
fn found(wording: &str, text: &str) -> Vec<usize> {
    found_in(Format::Text, wording, text)
}

fn found_in(format: Format, wording: &str, text: &str) -> Vec<usize> {
    let source = Source::new("a.txt", text);
    let linter = linter(rule("b", &format!("no-suggest = 'x'\n{wording}")));
    let found = linter.check(&source, &Document::extract(&source, format));
    found.iter().map(|finding| finding.span.start).collect()
}

#[test]
fn what_is_longer_than_a_placeholder_is_text() {
    let words = |count: usize| " bad".repeat(count);
    for (format, open, close, most) in [
        (Format::Text, "[[x", "]]", 200),
        (Format::Text, "{%", "%}", 1_000),
        (Format::Text, "{#", "#}", usize::MAX),
        (Format::Html, "<b title='", "'>", 4_096),
    ] {
        for count in [1, 40, 60, 240, 260, 1_000, 1_100] {
            let text = format!("Dear {open}{}{close} all", words(count));
            let expected = if count * 4 < most { 0 } else { count };
            assert_eq!(found_in(format, "match = ['bad']", &text).len(), expected, "{open} {count}");
        }
    }
}

#[test]
fn a_file_has_no_more_findings_than_are_told() {
    let text = "bad ".repeat(MAX_FINDINGS + 5_000);
    let long = found("match = ['bad']", &text);
    assert_eq!((long.len(), long.last()), (MAX_FINDINGS, Some(&(4 * (MAX_FINDINGS - 1)))));
    let line = format!("{{\"reply\": \"{}\"}}\n", "bad ".repeat(1_000));
    let source = Source::new("a.jsonl", line.repeat(120));
    let document = Document::read(&source, &Format::detect("a.jsonl", source.text()).into()).expect("it can be read");
    let rules = rule("b", "no-suggest = 'x'\nmatch = ['bad']");
    let linter = linter(rules.clone());
    let found = linter.check(&source, &document);
    assert_eq!((found.len(), source.position(found[MAX_FINDINGS - 1].span.start).line), (MAX_FINDINGS, 100));

    let place = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(place.path().join(".git")).expect("a folder");
    std::fs::write(place.path().join("a.txt"), &text).expect("written");
    std::fs::write(place.path().join("r.toml"), rules).expect("written");
    let run = |args: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_replylint"));
        let done = program.args(args).args(["--rules", "r.toml", "--no-default-rules"]).current_dir(&place).output();
        let done = done.expect("it runs");
        (done.status.code(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
    };
    let (code, said) = run(&["check", "a.txt", "--output-format", "concise"]);
    let last = 4 * (MAX_FINDINGS - 1) + 1;
    let note = "no more than 100000 findings of one file are told; what comes after this one was left out";
    assert!(code == Some(1) && said.contains(&format!("note: a.txt:1:{last}: {note}\n")), "{code:?} {said}");
    told(&[note.to_owned()], note);
    let (_, said) = run(&["audit", "a.txt", "--quiet"]);
    assert!(said.contains("1 text as a whole, longer than a reply\n"), "{said}");
    let (code, said) = run(&["baseline", "create", "a.txt"]);
    assert!(code == Some(2) && said.contains("more findings than are told of one file"), "{code:?} {said}");
    assert!(!place.path().join("replylint-baseline.toml").exists());
}

#[test]
fn fixes_have_an_end() {
    let rules = |count: usize| -> String {
        let step = |n: usize| {
            let wording = format!("match = ['w{n}']\nsuggest = ['w{}']\napply = 'safe'", n + 1);
            rule(&format!("b{n}"), &wording)
        };
        (0..count).map(step).collect()
    };
    for (count, expected) in [(9, "w9"), (30, "w10")] {
        let (linter, source) = (linter(rules(count)), Source::new("a.txt", "Say w0."));
        let desk = Desk { linter: &linter, reading: Format::Text.into() };
        let fixed = fix::fix(&source, Applicability::Safe, &desk).expect("a text is always read");
        assert_eq!(fixed.source.text(), format!("Say {expected}."));
        assert_eq!(fixed.rivals.is_empty(), count < 10, "{:?}", fixed.rivals);
    }
    told(&["there is no end to the fixes of".to_owned()], "there is no end to the fixes of");
}

#[test]
fn a_match_has_an_end() {
    let commas = |n: usize| format!("we {} are late", ", ".repeat(n));
    assert_eq!(found("match = ['we …3 late']", &commas(20)), [0]);
    assert!(found("match = ['we …3 late']", &commas(80)).is_empty());
    // An expression finds all that it should in a sentence without end, each once and in its place.
    let text = format!("{}bad {}bad", "x ".repeat(2_000), "é ".repeat(3_000));
    assert_eq!(found("regex = ['bad']", &text), [4_000, text.len() - 3]);
    let text = format!("{}bad", "x".repeat(9_000));
    assert_eq!(found("regex = ['x{2}bad']", &text), [8_998]);
    let text = format!("{}end", "xxxxxxx bad ".repeat(1_000));
    assert_eq!(found("regex = ['\\bbad\\b']", &text).len(), 1_000);
    // What is longer than a window has no end that is known.
    assert!(found("regex = ['aa.*zz']", &format!("aa{} zz", " b".repeat(4_000))).is_empty());
}
