//! The page of an audit: one file that asks for nothing, in which nothing is markup but its own.

use proptest::prelude::*;
use quick_xml::events::Event;
use replylint::audit::trend::{Run, Trend};
use replylint::audit::{self, Audit, Options};
use replylint::date::Date;
use replylint::document::{Document, Format, Mode, Reading};
use replylint::likeness::Reader;
use replylint::linter::Linter;
use replylint::output::Style;
use replylint::output::audit::Format as Output;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use replylint::suppression::{Paths, Suppression};
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()).with_detectors());

/// Audits files by a column, which says the same of each reply.
fn audit(files: &[(&str, String)], column: &str, redact: bool) -> Audit {
    let by = vec![column.to_owned()];
    let mut audit = Audit::new(Options { by, usage: Some("uses".to_owned()), redact, compare: true, prints: false });
    audit.mend = "replylint check macros --fix".to_owned();
    for (name, text) in files {
        let source = Arc::new(Source::new(*name, text.as_str()));
        let reading = Reading { mode: Mode::Template, ..Reading::from(Format::detect(name, text)) };
        let mut document = Document::read(&source, &reading).expect("a file of its format");
        let suppression = Suppression::of_drafts(Date::at(0));
        let replies = audit::replies(&LINTER, &suppression, Paths::default(), &source, &mut document, false);
        let compared = Reader::new().read_all(&source, &document);
        assert_eq!(replies.len(), compared.len(), "each reply is read once");
        for (mut reply, compared) in replies.into_iter().zip(compared) {
            reply.compared = compared;
            reply.usage = Some(12_345);
            reply.columns = vec![Some(column.to_owned())];
            audit.add(&reply);
        }
        audit.files += 1;
    }
    audit.unchecked.lines += 1;
    audit.unchecked.faults.push(format!("{column}: line 3: not a JSON object"));
    audit.end();
    audit
}

fn page(audit: &Audit) -> String {
    let mut out = Vec::new();
    Output::Html.write(audit, Style::PLAIN, Box::new(&mut out)).expect("memory takes all");
    String::from_utf8(out).expect("UTF-8")
}

/// Macros with all that the page tells of, and some text in each of them.
fn macros(told: &str) -> Vec<(&'static str, String)> {
    let json = |text: &str| serde_json::to_string(text).expect("JSON");
    let title = |number: usize| json(&format!("Macro {number} {told}"));
    let bodies = [
        format!("Kindly be advised that refunds take 3 days. {told}"),
        "We looked into the bill for you. Refunds take 7 days.".to_owned(),
        "You can return opened lamps.".to_owned(),
        "It is good that you ask. You cannot return opened lamps.".to_owned(),
        format!(
            "Your engineer {told} comes on Monday at nine and brings a new meter, so nothing is left for you to do."
        ),
        format!(
            "Your engineer {told} comes on Tuesday at nine and brings a new meter, so nothing is left for you to do."
        ),
        format!("Who handled your case {told} last? That is not our problem. Someone will look into it."),
        format!("Per our {told} policy, you failed to read the terms, and there is nothing we can do."),
    ];
    let entries: Vec<_> = (0..)
        .zip(&bodies)
        .map(|(number, body)| format!("{{\"id\": {number}, \"title\": {}, \"body\": {}}}", title(number), json(body)))
        .collect();
    vec![("macros.json", format!("{{\"macros\": [{}]}}", entries.join(", ")))]
}

fn trend(audit: &Audit) -> Trend {
    let now = Run::of(audit, Date::at(86_400 * 20_000), vec!["macros".to_owned()], "a".to_owned());
    let before =
        (1..9).map(|day| Run { date: Date::at(86_400 * day), score: audit::Tenths(500 + 7 * day), ..now.clone() });
    Trend::new(before.collect::<Vec<_>>(), now)
}

/// The page of macros that hold some text, with every section there is.
fn whole(told: &str) -> String {
    let mut audit = audit(&macros(told), told, false);
    audit.trend = Some(trend(&audit));
    page(&audit)
}

/// Reads a page as XML, and gives the names of its elements, and their attributes as they are written.
fn elements(page: &str) -> Vec<(String, String)> {
    let xml = page.replace("<!doctype html>", "").replace("<br>", "<br/>");
    let xml: String = xml
        .split("<meta")
        .enumerate()
        .map(|(i, part)| if i == 0 { part.to_owned() } else { format!("<meta{}", part.replacen('>', "/>", 1)) })
        .collect();
    let mut reader = quick_xml::Reader::from_str(&xml);
    let (mut found, mut open) = (Vec::new(), 0);
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{e} at {}: {page}", reader.error_position())) {
            Event::Start(tag) | Event::Empty(tag) if tag.attributes().any(|a| a.is_err()) => panic!("{tag:?}"),
            Event::Start(tag) => {
                open += 1;
                found.push((tag.name().as_ref().to_owned(), tag.attributes_raw().to_owned()));
            }
            Event::Empty(tag) => found.push((tag.name().as_ref().to_owned(), tag.attributes_raw().to_owned())),
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0, "{page}");
    found
}

/// What stands between quotation marks behind a name, in all elements.
fn values<'e>(elements: &'e [(String, String)], name: &'e str) -> impl Iterator<Item = &'e str> {
    let begins = format!(" {name}=\"");
    elements.iter().filter_map(move |(_, attributes)| attributes.split_once(&begins)?.1.split('"').next())
}

#[test]
fn the_page_tells_all_that_there_is() {
    let page = whole("plain");
    let elements = elements(&page);
    let ids: Vec<_> = values(&elements, "id").collect();
    for section in ["score", "changes", "wins", "rules", "moves", "worst", "pairs", "odds", "alike", "by", "unchecked"]
    {
        assert!(ids.contains(&section), "no {section} in {page}");
    }
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "no name twice: {ids:?}");
    let leads = values(&elements, "href").map(|href| href.strip_prefix('#').unwrap_or_else(|| panic!("{href}")));
    for id in leads.chain(values(&elements, "aria-labelledby")) {
        assert!(ids.contains(&id), "{id} is nowhere");
    }
    let count = |name: &str| elements.iter().filter(|(element, _)| element == name).count();
    assert_eq!(count("table"), count("caption"));
    assert_eq!(count("h1"), 1);
    let hidden = elements.iter().filter(|(name, attributes)| name == "svg" && attributes.contains("aria-hidden"));
    // The other title is that of the page.
    assert_eq!(count("svg"), hidden.count() + count("title") - 1);
    for told in [
        "<mark>3 days</mark>",
        "<mark>7 days</mark>",
        "You can<mark>not</mark> return opened lamps.",
        "<mark>Monday</mark>",
        "replylint check macros --fix",
        "data-value=\"12345\">12,345<",
    ] {
        assert!(page.contains(told), "no {told} in {page}");
    }
    // The same replies make the same page.
    assert_eq!(page, whole("plain"));
}

#[test]
fn the_page_asks_for_nothing() {
    let page = whole("plain");
    for outward in ["://", "src=", "@import", "url(", "<link", "<iframe", "fetch(", "style=", "onclick"] {
        assert!(!page.contains(outward), "{outward}");
    }
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
}

#[test]
fn nothing_of_a_macro_is_markup() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror='x'> & \"'`{{x}}\u{202e}</title> <b>\u{1b}[31m";
    let (page, plain) = (whole(hostile), whole("plain"));
    let names = |page: &str| elements(page).into_iter().map(|(name, _)| name).collect::<HashSet<_>>();
    assert!(names(&page).is_subset(&names(&plain)));
    assert_eq!((page.matches("<script").count(), page.matches("<img").count()), (1, 0));
    assert!(page.contains("&lt;img src=x onerror=&#39;x&#39;&gt; &amp; &quot;&#39;`"));
    assert!(!page.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a_redacted_page_holds_no_word_of_macros() {
    let shows = |page: &str| page.contains("Xanthippe");
    let told = |redact| page(&audit(&macros("Xanthippe"), "kind", redact));
    assert!(shows(&told(false)) && !shows(&told(true)), "{}", told(true));
    for section in ["id=\"odds\"", "id=\"alike\"", "id=\"worst\""] {
        assert!(told(true).contains(section), "{section}");
    }
    for words in ["opened lamps", "3 days", "engineer", "handled your case"] {
        assert!(told(false).contains(words) && !told(true).contains(words), "{words}");
    }
}

#[test]
fn nothing_is_a_page_too() {
    let mut nothing = Audit::new(Options { compare: true, ..Options::default() });
    nothing.end();
    let page = page(&nothing);
    assert!(page.contains("There was no reply to check.") && !elements(&page).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_macros_make_a_sound_page(
        pieces in prop::collection::vec(
            prop_oneof![
                Just("Kindly wait."), Just("Refunds take 3 days."), Just("Refunds take 7 days."), Just("\n"), Just("\r\n\n"),
                Just("<!--"), Just("]]>"), Just("&amp;"), Just("\"'"), Just("\u{1b}[31m"), Just("\u{fffe}"), Just("\u{2028}"),
                Just("Zoë 🙂"), Just("{{name}}"), Just("Who handled your case last?"), Just("That is not our problem."),
            ],
            0..12,
        ),
        column in "[a-z <>&\"'\u{1b}\u{202e}é]{1,9}",
    ) {
        let body = |pieces: &[&str]| pieces.join(" ");
        let half = pieces.len() / 2;
        let files = [("a.txt", body(&pieces)), ("b.md", body(&pieces)), ("c.txt", body(&pieces[half..])), ("d.txt", body(&pieces[..half]))];
        for redact in [false, true] {
            let page = page(&audit(&files, &column, redact));
            prop_assert!(!elements(&page).is_empty());
            let raw = ['\u{1b}', '\u{202e}', '\r'];
            prop_assert!(!page.contains(raw));
        }
    }
}
