//! Reports in every format: places in each one's own unit, nothing that a draft could forge, and what others publish about formats.

use crate::sound::{self, written};
use jsonschema::Validator;
use proptest::prelude::*;
use quick_xml::events::Event;
use replylint::document::{Document, Format, Known};
use replylint::finding::{By, Finding, Suppressed};
use replylint::linter::Linter;
use replylint::output::Output;
use replylint::report::Checked;
use replylint::rule::{Rule, Severity};
use replylint::ruleset::Ruleset;
use replylint::source::{Source, Span};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

/// Finds `kindly`, and has a rewrite with words of the draft in it.
const RULES: &str = r#"
[rules.boilerplate.kindly]
severity = "warning"
confidence = "high"
title = "stiff wording"
why = "It reads like a form letter, <b>, and so do | and @all."
source = "Tests"
swap = { "kindly" = "please", "do the needful for <who: …2> today" = "help {who} today" }
apply = "safe"
[rules.boilerplate.kindly.examples]
fires = ["[[Kindly]] wait."]
quiet = ["Please wait."]
"#;

static LINTER: LazyLock<Linter> = LazyLock::new(|| {
    let rules = Ruleset::load(&[Source::new("rules.toml", RULES)], false);
    Linter::new(rules.unwrap_or_else(|problems| panic!("{problems:?}")))
});

/// Checks a file with rules of these categories.
fn check_for(name: &str, text: &str, customer: Option<&str>, wanted: impl Fn(&Finding) -> bool) -> Checked {
    let source = Source::new(name, text);
    let format = Format::detect(name, text);
    let mut document = Document::read(&source, &format.into()).expect("a file of its format");
    let customer = customer.map(ToOwned::to_owned);
    document.tell(Known { customer: customer.as_deref(), ..Known::default() });
    let mut findings = LINTER.check(&source, &document);
    findings.retain(wanted);
    let (replies, foreign) = (document.replies().count(), document.foreign);
    let words = text.split_whitespace().count();
    drop(document);
    Checked { replies, words, foreign, ..Checked::new(source, findings) }
}

/// Checks a file with the rule above.
fn check(name: &str, text: &str) -> Checked {
    check_for(name, text, None, |finding| finding.rule.id == "boilerplate.kindly")
}

fn report(output: Output, files: Vec<Checked>) -> String {
    written(output, files).0
}

fn json(output: Output, files: Vec<Checked>) -> Value {
    serde_json::from_str(&report(output, files)).expect("JSON")
}

fn all() -> impl Iterator<Item = Output> {
    Output::NAMED.iter().map(|(output, ..)| *output)
}

/// The cell of a column in a row.
fn cell<'r>(rows: &'r [Vec<String>], row: usize, column: &str) -> &'r str {
    &rows[row][rows[0].iter().position(|name| name == column).expect("a column")]
}

#[test]
fn columns_are_counted_in_the_unit_of_each_format() {
    enum Unit {
        CodePoints,
        Bytes,
    }
    let line = "Zoë 🙂 kindly wait";
    let text = format!("Good morning,\n{line} till noon.\n");
    let column = |unit: &Unit, part: &str| match unit {
        Unit::CodePoints => part.chars().count() + 1,
        Unit::Bytes => part.len() + 1,
    };
    let (before, word) = ("Zoë 🙂 ", "kindly");
    // How each format says line, column and, where it can, the column after the end.
    let cases: &[(Output, Unit, &str)] = &[
        (Output::Full, Unit::CodePoints, "x.txt:2:START\n"),
        (Output::Concise, Unit::CodePoints, "x.txt:2:START: "),
        (Output::Grouped, Unit::CodePoints, "  2:START  warning"),
        (Output::Agent, Unit::CodePoints, "x.txt:2:START: "),
        (Output::Json, Unit::CodePoints, "\"line\":2,\"column\":END,"),
        (Output::Jsonl, Unit::CodePoints, "\"line\":2,\"column\":START,"),
        (Output::Sarif, Unit::CodePoints, "\"startLine\":2,\"startColumn\":START,\"endLine\":2,\"endColumn\":END}"),
        (Output::Github, Unit::CodePoints, "line=2,endLine=2,col=START,endColumn=END,"),
        (Output::Gitlab, Unit::CodePoints, "\"lines\":{\"begin\":2,\"end\":2}"),
        (
            Output::Rdjson,
            Unit::Bytes,
            "\"range\":{\"start\":{\"line\":2,\"column\":START},\"end\":{\"line\":2,\"column\":END}}",
        ),
        (Output::Junit, Unit::CodePoints, "name=\"boilerplate.kindly at 2:START\""),
        (Output::Csv, Unit::CodePoints, ",2,START,2,END,"),
        (Output::Markdown, Unit::CodePoints, "| 2:START |"),
        (Output::Html, Unit::CodePoints, ">2:START <code>"),
    ];
    assert_eq!(cases.iter().map(|(output, ..)| *output).collect::<Vec<_>>(), all().collect::<Vec<_>>());
    for (output, unit, expected) in cases {
        let start = column(unit, before);
        let end = column(unit, &format!("{before}{word}"));
        let expected = expected.replace("START", &start.to_string()).replace("END", &end.to_string());
        let text = report(*output, vec![check("x.txt", &text)]);
        // JSON is written over many lines for people.
        let compact = serde_json::from_str::<Value>(&text).map(|_| text.split_whitespace().collect::<String>());
        let text = compact.unwrap_or(text);
        assert!(text.contains(&expected), "{output:?}: no {expected:?} in {text}");
    }
}

/// A schema that others publish.
fn schema(name: &str) -> Validator {
    let text = std::fs::read_to_string(format!("tests/schemas/{name}")).expect("a schema");
    // The pattern of a language, which no report names, has a bracket too many to be one.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
}

/// Files with all that reports tell of: findings of many rules, replies of data files, suppressed findings, odd names and texts.
fn files() -> Vec<Checked> {
    let read = |path: &str| std::fs::read_to_string(path).expect("an example");
    let any = |_: &Finding| true;
    let mut files: Vec<_> = [
        "examples/replies/charger.txt",
        "examples/replies/late-parcel.txt",
        "examples/macros/zendesk.json",
        "tests/records/zendesk.csv",
        "tests/records/rails-mail.yml",
    ]
    .map(|path| check_for(path, &read(path), None, any))
    .into();
    files.push(check("fine.txt", "Good morning, and thank you.\n"));
    files
        .push(check("odd \u{1b}[31m, %:ü\n::error::.txt", "\u{feff}Kindly 🙂\u{7}\r\n> \u{202e}x\r\nKindly wait.\r\n"));
    files.push(check("/there/a.md", "**Kindly** do the needful for Ana & <b>Bo</b> today."));
    let mut held = check("held.txt", "Kindly wait. Kindly wait. Kindly wait. Kindly wait. Kindly wait.");
    let by = [By::Config, By::FrontMatter, By::Comment, By::Baseline];
    let suppressed = |(finding, by)| Suppressed { finding, by, reason: "it is a quotation".to_owned() };
    held.suppressed = held.findings.split_off(1).into_iter().zip(by).map(suppressed).collect();
    files.push(held);
    files
}

#[test]
fn reports_are_valid_by_the_schemas_that_others_publish() {
    for (output, name) in [(Output::Sarif, "sarif-2.1.0.json"), (Output::Rdjson, "rdformat.json")] {
        let schema = schema(name);
        let report = json(output, files());
        let errors: Vec<_> = schema.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        // The schema does look at what is deep inside.
        let mut wrong = report.clone();
        let line = match output {
            Output::Sarif => "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            _ => "/diagnostics/0/location/range/start/line",
        };
        *wrong.pointer_mut(line).expect("a line") = Value::from(0);
        assert!(!schema.is_valid(&wrong), "{name} lets a wrong line pass");
        assert!(schema.is_valid(&json(output, vec![])), "{name}: nothing to tell");
    }
}

#[test]
fn sarif_says_what_code_scanning_asks_for() {
    let report = json(Output::Sarif, files());
    let run = &report["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    let mut prints = HashSet::new();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a place")];
        assert_eq!(rule["id"], result["ruleId"]);
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[key]["text"].as_str().is_some_and(|text| !text.is_empty()), "{key} of {}", rule["id"]);
        }
        let place = &result["locations"][0]["physicalLocation"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][key].as_u64().is_some_and(|n| n > 0), "{key}");
        }
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(uri.bytes().all(|b| b.is_ascii_graphic() && !b"\\<>\"".contains(&b)), "{uri}");
        assert!(prints.insert((uri, result["partialFingerprints"]["primaryLocationLineHash"].to_string())), "{result}");
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let text = &fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"];
            assert!(text.as_str().is_some_and(|text| !text.contains('{')), "a blank: {text}");
        }
    }
    let kinds = results.iter().filter_map(|result| result.pointer("/suppressions/0/kind")?.as_str());
    assert_eq!(kinds.collect::<Vec<_>>(), ["external", "inSource", "inSource", "external"]);
    let replies = results.iter().filter(|r| r.pointer("/locations/0/logicalLocations/0/fullyQualifiedName").is_some());
    assert!(replies.count() > 3, "replies of data files have a place of their own");
    assert!(results.iter().any(|result| result["fixes"].is_array()));
}

/// A file of so many findings, an error the last of them.
fn many(count: usize) -> Checked {
    let mut file = check("many.txt", &"Kindly wait.\n".repeat(2));
    let finding = file.findings.swap_remove(0);
    let spans = (0..count).map(|_| Span::new(0, 6));
    file.findings = spans.map(|span| Finding { span, ..finding.clone() }).collect();
    let last = file.findings.last_mut().expect("a finding");
    last.severity = Severity::Error;
    last.message = "the worst of all".to_owned();
    file
}

#[test]
fn reports_are_no_larger_than_their_readers_take() {
    let (text, left_out) = written(Output::Sarif, vec![many(5_003)]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let results = report["runs"][0]["results"].as_array().expect("results");
    assert_eq!((results.len(), left_out), (5_000, 3));
    assert_eq!((results[0]["level"].as_str(), results[1]["level"].as_str()), (Some("error"), Some("warning")));

    let (text, left_out) = written(Output::Markdown, vec![check("few.txt", "Kindly wait."), many(20_000)]);
    assert!(text.len() < 1 << 20 && text.len() > 900_000, "{} bytes", text.len());
    let rows = text.lines().filter(|line| line.contains("boilerplate.kindly")).count();
    assert_eq!(rows + left_out, 20_001);
    assert!(text.ends_with(&format!("\nAnd {left_out} more findings.\n")));
    let worst = text.find("the worst of all").expect("the error");
    assert!(text[..worst].matches("boilerplate.kindly").count() == 1, "the worst row of the worst file is the first");

    let text = report_lines(Output::Github, vec![many(50)]);
    assert!(text[0].starts_with("::error ") && text[1].starts_with("::warning "));
}

fn report_lines(output: Output, files: Vec<Checked>) -> Vec<String> {
    report(output, files).lines().map(ToOwned::to_owned).collect()
}

#[test]
fn no_draft_and_no_name_gives_orders_to_github() {
    let name = "a,b:c%0A\n::set-env name=x::y\r.md";
    let file = || check(name, "Hi\n::add-mask::x\nKindly ::stop-commands::x\n%0A::error::Kindly 100% wait");
    for line in report_lines(Output::Github, vec![file()]) {
        assert!(line.starts_with("::warning file=a%2Cb%3Ac%250A%0A%3A%3Aset-env name=x%3A%3Ay%0D.md,line="), "{line}");
        assert_eq!(line.matches("::").count(), 2, "{line}");
    }
    // What is read in the log of a step begins no line with words from outside.
    for output in [Output::Full, Output::Concise, Output::Grouped, Output::Agent, Output::Github] {
        for line in report_lines(output, vec![file()]) {
            let orders = line.trim_start().starts_with("::") && !line.starts_with("::warning file=");
            assert!(!orders, "{output:?}: {line}");
        }
    }
}

#[test]
fn nothing_from_outside_reaches_a_terminal_raw() {
    for output in all().chain([Output::Statistics]) {
        let text = report(output, files());
        // In JSON they are escaped, but for changes of direction: that is data.
        let is_data = matches!(output, Output::Json | Output::Jsonl | Output::Sarif | Output::Gitlab | Output::Rdjson);
        let raw: &[char] = if is_data || output == Output::Csv { &['\u{7}'] } else { &['\u{1b}', '\u{7}', '\u{202e}'] };
        assert!(!text.contains(raw), "{output:?}");
    }
}

#[test]
fn gitlab_takes_every_finding_for_one_of_its_own() {
    let text = report(Output::Gitlab, files());
    assert!(text.starts_with('['));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let issues = report.as_array().expect("an array");
    let open: usize = files().iter().map(|file| file.findings.len()).sum();
    assert_eq!(issues.len(), open);
    let prints: HashSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().expect("a fingerprint")).collect();
    assert_eq!(prints.len(), open);
    for issue in issues {
        assert!(["info", "minor", "major"].contains(&issue["severity"].as_str().expect("a severity")));
        assert!(issue["location"]["lines"]["begin"].as_u64() <= issue["location"]["lines"]["end"].as_u64());
    }
    assert_eq!(report_lines(Output::Gitlab, vec![]), ["[]"]);
}

#[test]
fn tables_read_back_and_compute_nothing() {
    let text = report(Output::Csv, files());
    let rows = sound::rows(&text);
    assert_eq!(text.matches("\r\n").count(), rows.len(), "each row ends with both");
    let findings: usize = files().iter().map(|file| file.findings.len() + file.suppressed.len()).sum();
    assert_eq!(rows.len(), findings + 1);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let suppressed: Vec<_> = (1..rows.len()).map(|row| cell(&rows, row, "suppressed")).collect();
    assert_eq!(suppressed[findings - 4..], ["config", "front-matter", "comment", "baseline"]);

    for (name, expected) in [("=1+1.txt", "'=1+1.txt"), ("@a\"b,;.txt", "'@a\"b,;.txt"), (" -a.txt", "' -a.txt")] {
        let text = report(Output::Csv, vec![check(name, "Kindly wait.")]);
        assert_eq!(cell(&sound::rows(&text), 1, "path"), expected);
    }
    let mut file = check("a.txt", "Kindly wait.");
    file.findings[0].matched = "=HYPERLINK(\"http://x\")\nKindly".to_owned();
    let text = report(Output::Csv, vec![file]);
    assert_eq!(cell(&sound::rows(&text), 1, "match"), "'=HYPERLINK(\"http://x\") Kindly");
    assert_eq!(cell(&sound::rows(&text), 1, "suggestion"), "Please");
}

#[test]
fn test_results_are_well_formed() {
    let text = report(Output::Junit, files());
    let mut xml = quick_xml::Reader::from_str(&text);
    let (mut suites, mut cases, mut failures, mut open) = (0, 0, 0, 0);
    let mut totals = Vec::new();
    loop {
        match xml.read_event().expect("well-formed") {
            Event::Start(tag) | Event::Empty(tag) if tag.attributes().any(|a| a.is_err()) => panic!("{tag:?}"),
            Event::Start(tag) => {
                open += 1;
                match tag.name().as_ref() {
                    "testsuites" => {
                        let of = |name| tag.try_get_attribute(name).expect("well-formed").expect("there").value;
                        totals = ["tests", "failures"].map(|name| of(name).into_owned()).into();
                    }
                    "testsuite" => suites += 1,
                    "testcase" => cases += 1,
                    "failure" => failures += 1,
                    other => panic!("{other:?}"),
                }
            }
            Event::Empty(_) => cases += 1,
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    let files = files();
    let found: usize = files.iter().map(|file| file.findings.len()).sum();
    let clean = files.iter().filter(|file| file.findings.is_empty()).count();
    assert_eq!((open, suites, cases, failures), (0, files.len(), found + clean, found));
    assert_eq!(totals, [cases.to_string(), failures.to_string()]);
}

#[test]
fn pages_hold_no_markup_but_their_own() {
    let draft =
        "<script>alert(1)</script> Kindly \"wait\" <img src=x onerror='x'> & wait. kindly `x` | y @ana <!-- --> [a](b)";
    let html = report(Output::Html, vec![check("<b>\"'&.txt", draft)]);
    let tags = "!doctype html head meta title style body h1 h2 h3 p ul li b table tr td th i code a section article span blockquote mark small";
    for tag in html.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>', '\n']).next().unwrap_or_default();
        assert!(tags.split(' ').any(|known| known == name), "<{name}");
    }
    assert!(html.contains("&lt;b&gt;&quot;&#39;&amp;.txt") && html.contains("<mark>Kindly</mark> &quot;wait&quot;"));
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("<b>Bo"));

    let markdown = report(Output::Markdown, vec![check("a|`b`\n# c.md", draft)]);
    let rows: Vec<_> = markdown.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 4, "{markdown}");
    assert!(rows.iter().all(|row| row.replace("\\|", "").matches('|').count() == 6), "{markdown}");
    assert_eq!(markdown.lines().filter(|line| line.starts_with('#')).count(), 2, "{markdown}");
}

/// A word that stands in every part of these files that is the customer's or the writer's.
const CANARY: &str = "Xanthippe";

/// Files in which that word stands wherever a report might show it.
fn told() -> Vec<Checked> {
    let any = |_: &Finding| true;
    let customer = "Hi, is the Xanthippe shop open on Sundays? And can you refund the broken charger today? My order is \
                    XANTHIPPE-448821.\n\nXanthippe Miller";
    let draft = "Hi Xanthipe,\n\nKindly do the needful for Miss Xanthippe today. Who handled your Xanthippe case last? XANTHIPPE IS \
                 WRONG!!! You failed to send us the Xanthippe form. We will refund the charger today. I looked at \
                 XANTHIPPE-448822 for [Xanthippe].\n";
    let macros = r#"{"macros": {"Miss Xanthippe": [{"id": "Xanthippe", "title": "For Xanthippe",
        "body": "Kindly do the needful for Miss Xanthippe today. Kindly wait, Xanthippe."}]}}"#;
    let mut files = vec![
        check_for("draft.txt", draft, Some(customer), any),
        check_for("macros.json", macros, Some(customer), any),
        check_for("page.html", "<p>Kindly wait, <b>Xanthippe</b>.</p>", Some(customer), any),
    ];
    let finding = check("draft.txt", draft).findings.remove(0);
    files[0].suppressed.push(Suppressed { finding, by: By::Comment, reason: "Xanthippe likes it".to_owned() });
    files
}

#[test]
fn redacted_reports_hold_no_word_of_drafts_and_customers() {
    let shows = |text: &str| text.to_lowercase().contains(&CANARY.to_lowercase());
    // Each part shows the word, so that its absence below means something.
    let open = json(Output::Json, told());
    let part = |key: &str| {
        let of = |finding: &Value| finding.pointer(key).is_some_and(|value| shows(&value.to_string()));
        let listed = |list: &str| open[list].as_array().expect("a list").iter().any(of);
        listed("findings") || listed("suppressed")
    };
    for key in ["/match", "/title", "/record/title", "/record/id", "/record/path", "/suggestions", "/suppressed/reason"]
    {
        assert!(part(key), "no {key} shows the word");
    }
    let redacted = || told().into_iter().map(Checked::redacted).collect::<Vec<_>>();
    for output in all() {
        assert!(matches!(output, Output::Gitlab) || shows(&report(output, told())), "{output:?} never shows the word");
        let text = report(output, redacted());
        assert!(!shows(&text), "{output:?}: {text}");
    }
    assert!(!shows(&report(Output::Statistics, redacted())) && !shows(&report(Output::Diff, redacted())));
    // What a rule says by itself is still there, and so are the places.
    let closed = json(Output::Json, redacted());
    let spans = |report: &Value| -> Vec<_> {
        report["findings"].as_array().expect("a list").iter().map(|f| (f["start"].clone(), f["end"].clone())).collect()
    };
    assert_eq!(spans(&open), spans(&closed));
    assert!(report(Output::Full, redacted()).contains("help: write `Please`"));
}

#[test]
fn redacting_leaves_nothing_but_what_rules_say() {
    for rule in LINTER.ruleset().rules() {
        for example in rule.examples.fires.iter().take(2) {
            let text = example.replace("[[", "").replace("]]", "");
            for finding in check_for("a.txt", &text, None, |_| true).redacted().findings {
                only_of(&finding.rule, &finding);
            }
        }
    }
}

/// Makes sure that a finding says what its rule says, and no more.
fn only_of(rule: &Arc<Rule>, finding: &Finding) {
    assert_eq!((finding.message.as_str(), finding.matched.as_str()), (&*rule.title, ""));
    let texts: Vec<_> =
        rule.suggest.iter().chain(rule.swaps.iter().map(|(_, to)| to.as_ref())).map(|t| t.to_lowercase()).collect();
    for suggestion in &finding.suggestions {
        for edit in &suggestion.edits {
            assert!(texts.contains(&edit.text.trim().to_lowercase()), "{}: {:?}", rule.id, edit.text);
        }
        let title = suggestion.title.trim_start_matches("write `").trim_end_matches('`').to_lowercase();
        assert!(
            ["one way to say it", "another way", "leave it out"].contains(&title.as_str()) || texts.contains(&title),
            "{title}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_draft_under_any_name_makes_a_sound_report(
        pieces in prop::collection::vec(
            prop_oneof![
                Just("Kindly wait"), Just("kindly"), Just("do the needful for Xanthippe Xanthippe today"), Just("Xanthippe"),
                Just("\n"), Just("\r\n"), Just("\r"), Just("::error::"), Just("%0A"), Just("]]>"), Just("<!--"), Just("`|"), Just("\"'"),
                Just("=1"), Just("\u{1b}[31m"), Just("\u{9b}"), Just("\u{fffe}"), Just("\u{202e}"), Just("\u{2028}"), Just("Zoë 🙂"), Just("\\"),
            ],
            0..12,
        ),
        name in "[a-z \n\r,:;%|<>&\"'`@=#\u{1b}\u{202e}\u{fffe}é]{1,12}",
    ) {
        let file = || check(&name, &pieces.join(" "));
        sound::reports(file);
        sound::reports(|| file().redacted());
        for output in all() {
            prop_assert!(!report(output, vec![file().redacted()]).contains(CANARY), "{output:?}");
        }
    }
}

#[test]
fn the_page_on_outputs_is_true() {
    let page = std::fs::read_to_string("docs/outputs.md").expect("the page");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<Vec<_>>(), Output::NAMED.iter().map(|(_, name, _)| *name).collect::<Vec<_>>());
}
