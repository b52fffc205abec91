//! What people write for the program, and what it writes to read it again: any of it is understood, or told with its place.

use crate::sound;
use proptest::prelude::*;
use replylint::audit::compare::Changes;
use replylint::baseline::Baseline;
use replylint::config::{Config, Layer, problems_of};
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::output::wire;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

const DRAFT: &str =
    "Hi Ana,\n\nWho handled your case last? You should've read it, and I don't have {{order.total}} on 3 May!!\n\nTom";

/// Lines of which some are right where they stand.
fn lines(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(of), 0..12).prop_map(|lines| lines.join("\n"))
}

const RULES: &[&str] = &[
    "[rules.a.b]",
    "title = \"x\"",
    "why = \"x\"",
    "source = \"x\"",
    "no-suggest = \"x\"",
    "match = [\"who handled\"]",
    "match = [\"(you|we …2 [should]\", \"@x\", \"~read <x: …3> it\"]",
    "regex = [\"case( last)?\"]",
    "regex = [\"(\"]",
    "severity = \"é\"",
    "swap = { \"who\" = \"{who}\" }",
    "unless = [\"@owned\", \"^ hi $\"]",
    "[rules.a.b.examples]",
    "fires = [\"[[who handled]] it\"]",
    "quiet = [\"x\"]",
    "[lists]",
    "x = [\"a\", \"@x\"]",
    "[guards.owned]",
    "where = \"near\"",
    "match = [\"…\"]",
    "[moves.x]",
    "[customer.y]",
    "when = [{ has = [\"a.b\"], customer = [\"y\"] }]",
    "limit = { of = \"words\", max = 1, per = \"reply\" }",
    "[kinds.z]",
    "\"é😀\" = 1",
    "= [",
];

const CONFIGURATIONS: &[&str] = &[
    "select = [\"blame\", \"é\"]",
    "ignore = \"blame\"",
    "fail-on = \"error\"",
    "exclude = [\"**[\", \"a*\"]",
    "[[override]]",
    "files = [\"*.md\", \"{\"]",
    "select = [\"vague.x\"]",
    "[[source]]",
    "reply = [\"**.body\", \"a[\", { path = \"a\", markup = \"html\" }]",
    "[[ignore]]",
    "rules = [\"blame.who-question\"]",
    "until = \"2026-02-30\"",
    "reason = 1",
    "kind = \"complain\"",
    "channel = \"chat\"",
    "language = \"x y\"",
    "baseline = \"é\"",
    "é = 1",
    "severity = { \"blame\" = \"info\" }",
];

const BASELINES: &[&str] = &[
    "version = 1",
    "version = 9",
    "findings = [",
    "]",
    "{ path = \"é\", rule = \"a.b\", fingerprint = \"00112233445566aa\", count = 2 },",
    "{ path = \"a\\n\", rule = \"\\u001b\", fingerprint = \"00112233445566AA\" },",
    "{ path = \"a\", rule = \"a\", fingerprint = \"x\" },",
    "{ path = \"a\", count = 99999999999 },",
    "{ é = 1 },",
    "# x",
];

proptest! {
    #[test]
    fn what_is_wrong_with_rules_has_a_place(text in lines(RULES)) {
        let source = Source::new("rules.toml", text);
        match Ruleset::load(std::slice::from_ref(&source), true) {
            Err(problems) => sound::faults(&[&source], &problems),
            Ok(rules) => {
                let draft = Source::new("x", DRAFT);
                let document = Document::extract(&draft, Format::Text);
                sound::findings(&draft, &document, &Linter::new(rules).check(&draft, &document));
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_configuration_has_a_place(text in lines(CONFIGURATIONS)) {
        let (source, mut problems) = (Source::new("replylint.toml", text), Vec::new());
        let layer = Layer::read(&source, 0, Path::new("/"), &mut problems);
        prop_assert!(layer.is_some() || !problems.is_empty());
        let config = Config::new(layer.into_iter().map(Arc::new).collect());
        problems.extend(config.unknown(LINTER.ruleset()));
        if !problems.is_empty() {
            sound::faults(&[&source], &problems_of(problems));
        }
        let draft = Source::new("a.md", DRAFT);
        let file = config.for_file(Path::new("/a.md"));
        let Some(document) = sound::read(&draft, &file.reading(&draft)) else { return Ok(()) };
        let linter = LINTER.select(&file.selection(LINTER.ruleset(), &Default::default()));
        sound::findings(&draft, &document, &linter.check(&draft, &document));
    }

    #[test]
    fn a_baseline_reads_back_as_it_is_written(text in lines(BASELINES)) {
        let source = Source::new("baseline.toml", text);
        match Baseline::read(&source) {
            Err(problems) => sound::faults(&[&source], &problems),
            Ok(baseline) => {
                let again = Baseline::read(&Source::new("x", baseline.to_toml())).expect("what was written is read");
                prop_assert_eq!(again, baseline);
            }
        }
    }

    #[test]
    fn a_run_reads_back_as_it_is_written(
        date in "20[0-9]{2}-[01][0-9]-[0-3][0-9]", inputs in prop::collection::vec("[a-z\\\\\"\n é\u{1b}]{0,5}", 0..3), counts: [u64; 6], score in -10.0..200.0,
    ) {
        let [replies, words, error, warning, info, clean] = counts;
        let line = serde_json::json!({
            "date": date, "inputs": inputs, "rules": "0", "replies": replies, "words": words, "error": error, "warning": warning,
            "info": info, "clean": clean, "score": score,
        });
        if let Some(run) = wire::Run::read(line.to_string().as_bytes()) {
            let again = wire::Run::new(&run).line();
            prop_assert!(!again.contains('\n'));
            prop_assert_eq!(wire::Run::read(again.as_bytes()), Some(run));
        }
    }

    #[test]
    fn any_two_reports_are_compared_or_refused(
        findings in prop::collection::vec(("[ab]{1,2}", "[ab]\\.[ab]", "[0-9a-f]{1,17}", any::<u64>()), 0..5), below in prop::option::of("[0-9a-fx]{0,17}"),
    ) {
        let findings: Vec<Value> = findings.iter().map(|(path, rule, print, count)| {
            serde_json::json!({ "path": path, "rule": rule, "fingerprint": print, "count": count })
        }).collect();
        let report = serde_json::json!({ "findings": findings, "findings_below": below }).to_string();
        if let Ok(prints) = wire::prints(&report) {
            for (old, new) in [(&prints, &prints), (&prints, &Default::default()), (&Default::default(), &prints)] {
                prop_assert!(serde_json::to_string(&wire::Comparison::new(&Changes::between(old, new))).is_ok());
            }
        }
    }
}

/// Every line of a stream has its answer, in order, whatever it says; blank ones have none.
#[test]
fn every_line_of_a_stream_is_answered() {
    let field = ["\"reply\"", "\"customer\"", "\"id\"", "\"kind\"", "\"findings\"", "\"é\\u0000\""];
    let value = [
        "\"Kindly wait.\"",
        "\"Hi {% if a %}\\u2028 you lost it\"",
        "null",
        "1e99",
        "[{}]",
        "{\"a\": \"\"}",
        "true",
        "\"",
        "-",
    ];
    let mut lines =
        vec!["\u{feff}{}".to_owned(), "[".repeat(10_000), "{".into(), "x\u{0}".into(), "{\"reply\": \"a\"} b".into()];
    for (n, one) in field.iter().enumerate() {
        for (m, other) in value.iter().enumerate() {
            lines.push(format!("{{{one}: {other}, \"reply\": {}}}", value[(n + m) % value.len()]));
            lines.push(format!("{{\"reply\": \"Kindly wait.\", {one}: {other}, {one}: {other}}}  "));
        }
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    let mut run = command.arg("scan").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    let mut stdin = run.stdin.take().expect("its input");
    let text = lines.join("\n\n") + "\n\u{a0}\n";
    let writer = std::thread::spawn(move || {
        stdin.write_all(text.as_bytes()).and_then(|()| stdin.write_all(b"{\"reply\": \"\xff\"}")).expect("it is read");
    });
    let out = run.wait_with_output().expect("it ends");
    writer.join().expect("it is written");
    assert!(out.status.success());
    let text = String::from_utf8(out.stdout).expect("UTF-8");
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let is_answer =
        |answer: &Value| answer["error"].is_string() != answer["score"].is_number() || answer["findings"].is_array();
    assert!(answers.iter().all(is_answer), "{text}");
    // The line with a no-break space is not blank to a reader of JSON.
    assert_eq!(answers.len(), lines.len() + 2);
    let told: Vec<u64> = answers.iter().filter_map(|answer| answer["line"].as_u64()).collect();
    assert!(told.is_sorted() && told.len() > 20, "{told:?}");
}
