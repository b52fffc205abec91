//! What may stand does, nothing else does, and what stands survives edits elsewhere.

use proptest::prelude::*;
use replylint::baseline::Baseline;
use replylint::config::{Config, Layer};
use replylint::date::Date;
use replylint::document::{Document, Format, Syntax};
use replylint::finding::{By, Finding};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use replylint::suppression::{Parted, Paths, Suppression};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

fn today() -> Date {
    Date::parse("2026-06-01").expect("a day")
}

/// The configuration of a text in the folder `/c`, or what is wrong with it: lines and messages.
fn config(source: &Source) -> Result<Config, Vec<(usize, String)>> {
    let mut problems = Vec::new();
    let layer = Layer::read(source, 0, Path::new("/c"), &mut problems);
    let told = problems.iter().map(|p| (source.position(p.place.start).line, p.message.clone())).collect();
    if problems.is_empty() { Ok(Config::new(layer.into_iter().map(Arc::new).collect())) } else { Err(told) }
}

fn part(text: &str, format: Format, suppression: &Suppression<'_>, path: &str) -> Parted {
    part_in(&Config::default(), text, format, suppression, path)
}

fn part_in(config: &Config, text: &str, format: Format, suppression: &Suppression<'_>, path: &str) -> Parted {
    let source = Source::new("x", text);
    let document = Document::read(&source, &format.into()).expect("replies");
    let findings = LINTER.check(&source, &document);
    let root = Path::new("/c").join(path);
    let paths = Paths { config: Some((config, &root)), baseline: Some(path) };
    suppression.part(&LINTER, paths, &source, &document, findings)
}

/// The rules of the findings that are open, and of those that are not.
fn told(text: &str, format: Format) -> (Vec<String>, Vec<String>) {
    let parted = part(text, format, &Suppression::of_drafts(today()), "x");
    let open = parted.open.iter().map(|f| f.rule.id.to_string()).collect();
    (open, parted.suppressed.iter().map(|s| s.finding.rule.id.to_string()).collect())
}

const RULE: &str = "dismissive.calm-down";
const FORMATS: [Format; 4] = [Format::Text, Format::Markdown, Format::Html, Format::Email];

#[test]
fn a_comment_of_every_template_language_lets_its_rule_stand() {
    for (open, close) in [
        ("{% comment %}", "{% endcomment %}"),
        ("{%- comment -%} ", " {%- endcomment -%}"),
        ("{% # ", " %}"),
        ("{%- # ", " -%}"),
        ("{# ", " #}"),
        ("{#- ", " -#}"),
        ("{{! ", "}}"),
        ("{{!-- ", " --}}"),
        ("<%# ", " %>"),
        ("[%# ", " %]"),
    ] {
        for format in FORMATS {
            for text in ["{}Calm down.", "{}\nCalm down.", "Calm down. {}", "Calm down.\n\n{}\n"] {
                let comment = format!("{open}replylint: ignore[{RULE}] until 2026-06-01 agreed{close}");
                let text = text.replace("{}", &comment);
                assert_eq!(told(&text, format), (vec![], vec![RULE.into()]), "{format:?}: {text}");
                for (now, then) in [("06-01", "05-31"), ("agreed", ""), ("ignore", "allow"), ("replylint:", "note:")] {
                    let other = text.replace(now, then);
                    let (open, stands) = told(&other, format);
                    assert!(open.contains(&RULE.to_owned()) && stands.is_empty(), "{format:?}: {other}");
                }
            }
        }
    }
}

#[test]
fn a_comment_that_is_sent_is_heeded_and_told() {
    for format in FORMATS {
        for text in ["Calm down. {}", "{}\n\nCalm down."] {
            let text = text.replace("{}", "<!-- replylint: ignore[dismissive] agreed -->");
            let (open, stands) = told(&text, format);
            assert_eq!((&*open, &*stands), (&["suppression.visible-comment".into()][..], &[RULE.into()][..]), "{text}");
        }
    }
}

#[test]
fn a_comment_that_does_nothing_leaves_no_hole() {
    let comment = format!("{{# replylint: ignore[{RULE}] agreed #}}");
    for (before, after) in [
        ("{}\nIt rains.\n", "It rains.\n"),
        ("It rains.\n{}\nIt pours.\n", "It rains.\nIt pours.\n"),
        ("It rains.\n  {}  \r\nIt pours.\n", "It rains.\nIt pours.\n"),
        ("It rains.\n{}", "It rains.\n"),
        ("{} It rains.", "It rains."),
        ("It rains. {}", "It rains."),
        ("It rains. {}\nIt pours.", "It rains.\nIt pours."),
        ("It rains. {} It pours.", "It rains. It pours."),
        ("It rains.{} It pours.", "It rains. It pours."),
        ("It {}rains.", "It rains."),
    ] {
        let text = before.replace("{}", &comment);
        let parted = part(&text, Format::Text, &Suppression::of_drafts(today()), "x");
        let [unused] = &parted.open[..] else { panic!("{:?}", parted.open) };
        let edit = &unused.suggestions[0].edits[0];
        let mut fixed = text.clone();
        fixed.replace_range(edit.span.range(), &edit.text);
        assert_eq!((unused.rule.id.as_ref(), fixed.as_str()), ("suppression.unused", after), "{text}");
    }
}

#[test]
fn what_is_quoted_or_code_does_nothing() {
    let comment = format!("{{# replylint: ignore[{RULE}] agreed #}}");
    for text in [
        format!("> {comment}\n\nCalm down."),
        format!("Calm down, and write `{comment}`."),
        format!("Calm down.\n\nOn Mon, 3 Mar 2025, Ann wrote:\n> {comment}"),
    ] {
        for format in [Format::Text, Format::Markdown] {
            assert_eq!(told(&text, format), (vec![RULE.into()], vec![]), "{text}");
        }
    }
    let code = format!("```js\n{comment}\n```\n\nCalm down.");
    assert_eq!(told(&code, Format::Markdown), (vec![RULE.into()], vec![]));
    let code = format!("<blockquote>{comment}</blockquote><pre>{comment}</pre><p>Calm down.</p>");
    assert_eq!(told(&code, Format::Html), (vec![RULE.into()], vec![]));
}

#[test]
fn a_comment_speaks_for_its_reply_alone() {
    let json = r#"[{"reply": "{# replylint: ignore[dismissive.calm-down] agreed #}Calm down, all is well."},
        {"reply": "Calm down, all is well. {{! replylint: ignore[dismissive.calm-down] }}"}]"#;
    let parted = part(json, Format::Data(Syntax::Json), &Suppression::of_drafts(today()), "x");
    let index = |finding: &Finding| finding.recorded.as_ref().expect("a reply").place.index;
    let open: Vec<_> = parted.open.iter().map(|f| (f.rule.id.as_ref(), index(f))).collect();
    assert_eq!(open, [(RULE, 1), ("suppression.reason-missing", 1)]);
    assert_eq!(parted.suppressed.iter().map(|s| index(&s.finding)).collect::<Vec<_>>(), [0]);

    let fence = "```\nCalm down, Ana. Your order left our warehouse this morning, and it comes on Friday.\n\n{}\n```\n";
    let own = fence.replace("{}", "{# replylint: ignore[dismissive.calm-down] agreed #}");
    let text = format!("# Late\n\n{own}\n# Lost\n\n{}", fence.replace("{}", ""));
    let parted = part(&text, Format::Markdown, &Suppression::of_drafts(today()), "x");
    assert_eq!((parted.open.len(), parted.suppressed.len()), (1, 1), "{parted:?}");
    assert!(parted.suppressed[0].finding.span.start < parted.open[0].span.start);
}

#[test]
fn front_matter_speaks_for_all_of_a_draft() {
    for front in [
        "---\nreplylint: { ignore: [dismissive.calm-down], reason: agreed }\n---\n",
        "---\nkind: request\nreplylint:\n  ignore:\n    - dismissive\n  reason: agreed\n  until: 2026-06-01\n---\n",
        "---\nreplylint:\n  ignore: dismissive.calm-down\n  reason: \"agreed\"\n---\n",
        "+++\nreplylint = { ignore = [\"dismissive.calm-down\"], reason = \"agreed\", until = 2026-06-01 }\n+++\n",
    ] {
        let parted = part(&format!("{front}\nCalm down."), Format::Markdown, &Suppression::of_drafts(today()), "x");
        assert!(parted.open.is_empty(), "{front}");
        let [stands] = &parted.suppressed[..] else { panic!("{front}") };
        assert_eq!((stands.by, &*stands.reason), (By::FrontMatter, "agreed"));
        let late = Suppression::of_drafts(Date::parse("2026-06-02").expect("a day"));
        let parted = part(&format!("{front}\nCalm down."), Format::Markdown, &late, "x");
        assert_eq!(parted.open.len(), if front.contains("until") { 2 } else { 0 }, "{front}");
    }
    // What cannot be read, and what names no rule, is told.
    for front in ["replylint: { ignore: [dismissive.calm-down], reason: a: b", "replylint: dismissive.calm-down"] {
        let (open, stands) = told(&format!("---\n{front}\n---\n\nCalm down."), Format::Text);
        assert_eq!((&*open, stands.len()), (&["suppression.unused".into(), RULE.into()][..], 0), "{front}");
    }
    let (open, _) = told("---\nreplylint: { ignore: [dismissive.calm-downs] }\n---\n\nCalm down.", Format::Text);
    assert_eq!(open, ["suppression.unknown-rule", "suppression.reason-missing", RULE]);
}

#[test]
fn an_ignore_speaks_of_its_rule_its_files_and_its_words() {
    for (says, stands) in [
        ("rule = 'dismissive.calm-down'", true),
        ("rule = ['jargon', 'dismissive']", true),
        ("rule = 'jargon'", false),
        ("rule = 'dismissive'\npath = 'macros/**'", true),
        ("rule = 'dismissive'\npath = ['a/*', 'macros/late.md']", true),
        ("rule = 'dismissive'\npath = '*.md'", false),
        ("rule = 'dismissive'\nmatch = ' CALM\tdown'", true),
        ("rule = 'dismissive'\nmatch = 'settle down'", false),
        ("rule = 'dismissive'\nuntil = 2026-06-01", true),
        ("rule = 'dismissive'\nuntil = 2026-05-31", false),
    ] {
        let source = Source::new("replylint.toml", format!("[[ignore]]\n{says}\nreason = 'agreed'"));
        let config = [config(&source).expect("a configuration")];
        let suppression = Suppression::of_drafts(today()).with_ignores(&config);
        let parted = part_in(&config[0], "Calm down.", Format::Text, &suppression, "macros/late.md");
        assert_eq!((parted.open.len(), parted.suppressed.len()), if stands { (0, 1) } else { (1, 0) }, "{says}");
    }
}

/// The rules that tell of an ignore, once one text was checked.
fn lapses(says: &str, text: &str) -> Vec<String> {
    let source = Source::new("replylint.toml", format!("[[ignore]]\n{says}\nreason = 'agreed'"));
    let config = [config(&source).expect("a configuration")];
    let suppression = Suppression::of_drafts(today()).with_ignores(&config);
    part_in(&config[0], text, Format::Text, &suppression, "macros/late.md");
    let told = suppression.audit(|_| LINTER.clone(), |_| true);
    told.values().flatten().map(|finding| finding.rule.id.to_string()).collect()
}

#[test]
fn an_ignore_has_expired_on_the_day_after_its_last() {
    for (day, expired) in [("2026-05-31", true), ("2026-06-01", false), ("2026-06-02", false)] {
        let told = lapses(&format!("rule = 'dismissive'\nuntil = {day}"), "Calm down.");
        assert_eq!(told.contains(&"suppression.expired".into()), expired, "{day}");
    }
}

#[test]
fn what_is_wrong_with_an_ignore_is_shown_in_its_place() {
    let text = "[[ignore]]\nreason = ' '\nuntil = '2026-01-01'\n[[ignore]]\nrule = ['dismissive', 'jargonn']\npaths = 'x'\n\
                [[ignore]]\nrule = 1\nreason = 'a'\nuntil = 2026-01-01T00:00:00\nmatch = ['a']\npath = '../x'\n";
    let source = Source::new("replylint.toml", text);
    let mut faults = config(&source).expect_err("faults");
    faults.sort_unstable();
    let faults: Vec<_> = faults.iter().map(|(line, message)| (*line, message.as_str())).collect();
    assert_eq!(
        faults,
        [
            (1, "this ignore needs `rule`"),
            (2, "this reason is empty"),
            (3, "expected a day such as 2027-01-31, without quotes, found string"),
            (4, "this ignore needs `reason`, so that others know why it is here"),
            (6, "an ignore has no key `paths`; a similar name exists: `path`"),
            (7, "this ignore needs `rule`"),
            (8, "expected a string, found integer"),
            (10, "expected a day such as 2027-01-31, without quotes, found datetime"),
            (11, "expected a string, found array"),
            (12, "a glob leads from the folder of the configuration to files in it"),
        ]
    );
    let source = Source::new("replylint.toml", "[[ignore]]\nrule = ['dismissive', 'jargonn']\nreason = 'a'");
    let unknown = config(&source).expect("a configuration").unknown(LINTER.ruleset());
    assert_eq!(unknown[0].message, "no rule or category is named `jargonn`; a similar name exists: `jargon`");
    assert_eq!(&source.text()[unknown[0].place.start..unknown[0].place.end], "'jargonn'");
    let source = Source::new("replylint.toml", "ignore = ['dismissive']");
    let faults = config(&source).expect_err("a fault");
    assert!(faults[0].1.contains("rules are turned off by `severity`"), "{faults:?}");
}

#[test]
fn an_ignore_is_unused_only_where_all_was_there_to_be_found() {
    let message = "> Where is my lamp?\n\n";
    for (rule, text, unused) in [
        ("dismissive.calm-down", "Your lamp comes on Monday.", true),
        ("dismissive.calm-down", "Your lamp comes on Monday. Calm down.", false),
        // A message could only silence it.
        ("jargon.office-speak", "Your lamp comes on Monday.", true),
        // What it is about needs a message to be found.
        ("missing.unanswered", "Your lamp comes on Monday.", false),
        ("missing.unanswered", &format!("{message}Your lamp comes on Monday."), true),
    ] {
        let told = lapses(&format!("rule = '{rule}'"), text);
        assert_eq!(told.contains(&"suppression.unused".into()), unused, "{rule}: {text}");
    }
}

#[test]
fn any_number_of_threads_may_part() {
    let source = Source::new(
        "replylint.toml",
        "[[ignore]]\nrule = 'dismissive'\nreason = 'a'\n[[ignore]]\nrule = 'dismissive.calm-down'\nmatch = 'never'\nreason = 'b'",
    );
    let config = [config(&source).expect("a configuration")];
    let held = baseline("x", TEXT);
    let texts: Vec<String> = (0..40).map(|n| format!("{TEXT}\n\n{}", "Calm down. ".repeat(n % 3))).collect();
    let told = |suppression: &Suppression<'_>, n: usize| {
        let parted =
            part_in(&config[0], &texts[n], Format::Text, suppression, if n.is_multiple_of(2) { "x" } else { "y" });
        format!("{:?}", (parted.open, parted.suppressed))
    };
    let fresh = || Suppression::of_drafts(today()).with_ignores(&config).with_baseline(&held);
    let one = fresh();
    let alone: Vec<_> = (0..texts.len()).map(|n| told(&one, n)).collect();
    let many = fresh();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (many, told, alone) = (&many, &told, &alone);
            scope.spawn(move || {
                for n in (0..40).rev().filter(|n| n % 4 == thread) {
                    assert_eq!(told(many, n), alone[n]);
                }
            });
        }
    });
    let audit = |suppression: &Suppression<'_>| format!("{:?}", suppression.audit(|_| LINTER.clone(), |_| true));
    assert_eq!(audit(&one), audit(&many));
    let unused = one.audit(|_| LINTER.clone(), |_| true);
    assert_eq!(unused[&0].iter().map(|f| source.slice(f.span)).collect::<Vec<_>>(), ["'dismissive.calm-down'"]);
    assert!(one.audit(|_| LINTER.clone(), |_| false).is_empty());
}

/// The baseline of what is found in a file.
fn baseline(path: &str, text: &str) -> Baseline {
    let mut baseline = Baseline::default();
    let parted = part(text, Format::Text, &Suppression::none(today()), path);
    parted.open.iter().for_each(|finding| baseline.add(path, finding));
    baseline
}

/// The texts of the findings that a baseline does not hold.
fn new(baseline: &Baseline, path: &str, text: &str) -> Vec<String> {
    let suppression = Suppression::none(today()).with_baseline(baseline);
    part(text, Format::Text, &suppression, path).open.into_iter().map(|finding| finding.matched).collect()
}

const TEXT: &str = "Hi Ana,\n\nCalm down. Your parcel comes at noon.\n\nPlease be advised that it is large.";

#[test]
fn a_baseline_holds_what_was_there_and_no_more() {
    let held = baseline("a.txt", TEXT);
    assert_eq!(held.count(), 2);
    for same in [
        TEXT.to_owned(),
        TEXT.replace("Your parcel comes at noon", "Your parcel comes at one, by van"),
        TEXT.replace('\n', "\r\n").replace("Ana", "Zoë"),
        "Hi Ana,\n\nPlease be advised that it is large.\n\nYour parcel comes at noon. Calm  down.".to_owned(),
        TEXT.replace("Calm down. ", ""),
    ] {
        assert!(new(&held, "a.txt", &same).is_empty(), "{same}");
    }
    assert_eq!(new(&held, "a.txt", &TEXT.replace("Calm down.", "Just relax.")), ["Just relax"]);
    let twice = format!("{TEXT}\n\nCalm down.");
    assert_eq!(new(&held, "a.txt", &twice), ["Calm down"]);
    assert_eq!(new(&baseline("a.txt", &twice), "a.txt", &twice), [""; 0]);
}

#[test]
fn a_renamed_file_keeps_its_baseline_and_a_copy_does_not() {
    let held = baseline("a.txt", TEXT);
    assert_eq!(new(&held, "b.txt", TEXT).len(), 2, "a.txt is there, so b.txt is a copy");
    let gone = held.clone().with_gone(|path| path == "a.txt");
    assert!(new(&gone, "b.txt", TEXT).is_empty());
    assert_eq!(new(&gone, "b.txt", &format!("{TEXT}\n\nCalm down.")), ["Calm down"]);
    // A file that the baseline knows has what it holds of it, and no more.
    let other = baseline("b.txt", "Please be advised that it is late.");
    let both = held.renewed(&seen(&[]), &other, |_| true).with_gone(|path| path == "a.txt");
    assert_eq!(new(&both, "b.txt", TEXT).len(), 2);
}

fn seen(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn what_is_fixed_or_gone_is_dropped_where_it_was_looked_for() {
    let held = baseline("a.txt", TEXT).renewed(&seen(&[]), &baseline("b.txt", TEXT), |_| true);
    let nothing = Baseline::default();
    let left = |paths: &[&str], found: &Baseline| held.clone().renewed(&seen(paths), found, |_| true);
    assert_eq!((left(&["a.txt"], &nothing).count(), held.lost(&left(&["a.txt"], &nothing))), (2, 2));
    assert_eq!(held.clone().renewed(&seen(&["a.txt"]), &nothing, |rule| rule == RULE).count(), 3);
    assert_eq!(left(&["c.txt"], &nothing), held);
    assert_eq!(left(&["a.txt"], &baseline("a.txt", TEXT)), held);
    // Under another name: where the old one was not looked for, it keeps what it holds.
    let gone = held.clone().with_gone(|path| path == "a.txt");
    let found = baseline("c.txt", TEXT);
    assert_eq!(gone.clone().renewed(&seen(&["c.txt"]), &found, |_| true), gone);
    let moved = gone.clone().renewed(&seen(&["a.txt", "c.txt"]), &found, |_| true);
    assert_eq!((moved.count(), gone.lost(&moved), moved.gone().count()), (4, 0, 0));
    assert!(new(&moved, "c.txt", TEXT).is_empty());
}

proptest! {
    #[test]
    fn a_baseline_says_what_it_was_written_from(
        found in prop::collection::vec((r#"[a-z/"\\\n é.]{1,8}"#, 0usize..40, 1usize..4), 0..12)
    ) {
        let text = "Calm down. Please be advised that it is late. Who did you speak to? Kindly wait. ";
        let findings = part(text, Format::Text, &Suppression::none(today()), "x").open;
        let mut baseline = Baseline::default();
        for (path, number, count) in &found {
            (0..*count).for_each(|_| baseline.add(path, &findings[number % findings.len()]));
        }
        let written = baseline.to_toml();
        prop_assert_eq!(Baseline::read(&Source::new("b", &*written)).expect("a baseline"), baseline);
    }

    #[test]
    fn a_baseline_lets_all_of_what_it_was_made_of_stand_in_any_order(
        order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle(),
        more in 0usize..3,
    ) {
        let pieces = ["Calm down.", "Please be advised that it is late.", "Who did you speak to?", "Calm down.", "It is here."];
        let text = |order: &[usize]| order.iter().map(|n| pieces[*n]).collect::<Vec<_>>().join("\n\n");
        let held = baseline("a", &text(&[0, 1, 2, 3, 4]));
        let now = text(&order) + &"\n\nCalm down.".repeat(more);
        let parted = part(&now, Format::Text, &Suppression::none(today()).with_baseline(&held), "a");
        // What looks at how sentences follow each other may find something new in another order.
        let worded = |category: &&str| ["dismissive", "boilerplate", "blame"].contains(category);
        let open: Vec<_> = parted.open.iter().map(|finding| finding.rule.category()).filter(worded).collect();
        prop_assert_eq!(open, vec!["dismissive"; more]);
    }
}
