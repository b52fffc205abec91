//! What is taken out of data files, and that it is the same reply however it is wrapped.

use crate::sound;
use proptest::prelude::*;
use replylint::document::{Document, Format, Record};
use replylint::error::{Error, Result};
use replylint::finding::Suggestion;
use replylint::fix::{self, Reviewer};
use replylint::linter::Linter;
use replylint::rule::Applicability;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use replylint::suppression::Parted;
use std::cell::Cell;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// Each file in `tests/records` stands beside a `.out` that says what is taken out of it: `REPLYLINT_UPDATE=1 cargo test` writes it.
#[test]
fn files_of_every_product() {
    let mut files: Vec<PathBuf> =
        fs::read_dir("tests/records").expect("a folder").map(|e| e.expect("an entry").path()).collect();
    files.retain(|path| !path.to_string_lossy().ends_with(".out"));
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    for path in files {
        let told = told(&path);
        let beside = PathBuf::from(format!("{}.out", path.display()));
        if std::env::var_os("REPLYLINT_UPDATE").is_some() {
            fs::write(&beside, &told).expect("written");
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(told, expected, "{}", path.display());
    }
}

/// The profile of a file, then each record: its path, what it is called, and its words.
fn told(path: &Path) -> String {
    let source = Source::from_bytes(path.to_string_lossy(), fs::read(path).expect("a file")).expect("text");
    let format = Format::detect(source.name(), source.text());
    let document = match Document::read(&source, &format.into()) {
        Ok(document) => document,
        Err(fault) => return format!("fault at byte {}: {}\n", fault.at, fault.message),
    };
    let mut out = format!("profile: {}\n", document.profile.as_deref().unwrap_or("none"));
    if document.foreign > 0 {
        writeln!(out, "in other languages: {}", document.foreign).expect("a string");
    }
    for record in &document.records {
        in_place(&source, record);
        writeln!(out, "\n{}", record.place).expect("a string");
        for region in &record.regions {
            let kind = if region.subject == region.text.text().len() { "subject" } else { "reply" };
            writeln!(out, "  {kind}: {:?}", region.text.text().replace('\u{fffc}', "◇")).expect("a string");
            if let Some(customer) = &region.customer {
                writeln!(out, "  customer: {:?}", customer.text()).expect("a string");
            }
        }
    }
    out
}

#[test]
fn what_stands_beside_a_message_was_sent_and_may_hold_a_thread() {
    let reply = "Hello Ada,\n\nA new lamp is on its way.\n\nTom\n\nOn Mon, 3 Nov 2025 at 10:11, Ada wrote:\n> Calm down, you said.\n";
    let text = |customer: &str| {
        let reply = serde_json::to_string(reply).expect("a string");
        let source = Source::new("sent.jsonl", format!("{{\"reply\":{reply}{customer}}}\n"));
        let document = Document::extract(&source, Format::detect("sent.jsonl", source.text()));
        document.replies().map(|region| region.text.text().to_owned()).collect::<String>()
    };
    let (macros, sent) = (text(""), text(",\"customer\":\"The lamp broke.\""));
    assert!(macros.contains("Calm down"), "a macro quotes nobody: {macros}");
    assert!(sent.contains("on its way") && !sent.contains("Calm down"), "{sent}");
}

/// Letters and digits are written as they are in every format: wherever a word stands in a record, it stands in the file.
fn in_place(source: &Source, record: &Record) {
    let text = record.source.text();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let place = record.to_source((start..start + word.len()).into());
        assert_eq!(source.slice(place), word, "in {} of {}", record.place, source.name());
    }
}

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// Reads a file as its name says.
pub(crate) struct Reply;

impl Reviewer for Reply {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        let format = Format::detect(source.name(), source.text());
        Document::read(source, &format.into()).map_err(|fault| Error::new(fault.message))
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Parted {
        Parted { open: LINTER.check(source, document), ..Parted::default() }
    }
}

proptest! {
    #[test]
    fn any_text_may_be_any_file(text in r#"[\[\]{}":,\\/ua0-9<>&;|#'\-\n\r\t éx😀]{0,60}"#, name in 0usize..NAMES.len()) {
        let source = Source::new(NAMES[name], text);
        let format = Format::detect(source.name(), source.text());
        if let Some(document) = sound::read(&source, &format.into()) {
            document.records.iter().for_each(|record| in_place(&source, record));
            sound::findings(&source, &document, &LINTER.check(&source, &document));
            sound::fixes(&source, &sound::Desk { linter: &LINTER, reading: format.into() });
        }
    }
}

const NAMES: &[&str] =
    &["a.json", "a.jsonl", "a.yaml", "a.toml", "a.csv", "a.tsv", "a.xml", "a.po", "a.html", "a.md", "a.eml", "a"];

/// Reads a file as its name says, as long as what may not change is as it was.
struct Stubborn {
    holds: fn(&str) -> bool,
    reads: Cell<usize>,
}

impl Reviewer for Stubborn {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        self.reads.set(self.reads.get() + 1);
        if (self.holds)(source.text()) { Reply.read(source) } else { Err(Error::new("it has changed")) }
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Parted {
        Reply.check(source, document)
    }
}

#[test]
fn one_reply_that_cannot_be_fixed_holds_up_no_other() {
    let lines = (0..256).map(|n| format!("{{\"reply\": \"Kindly send us number {n}, so that we can look.\"}}\n"));
    let source = Source::new("a.jsonl", lines.collect::<String>());
    let reader = Stubborn { holds: |text| text.contains("Kindly send us number 37,"), reads: Cell::new(0) };
    let done = fix::fix(&source, Applicability::Safe, &reader).expect("what was read is read again");
    assert_eq!((done.made.len(), done.unwritten), (255, 1));
    assert_eq!(done.source.text().matches("Kindly").count(), 1);
    assert!(reader.reads.get() < 40, "{} reads", reader.reads.get());
    // Where none can be fixed, that is known after so many looks, and all of them are told.
    let reader = Stubborn { holds: |text| text.matches("Kindly").count() == 256, reads: Cell::new(0) };
    let done = fix::fix(&source, Applicability::Safe, &reader).expect("what was read is read again");
    assert_eq!((done.made.len(), done.unwritten), (0, 256));
    assert!((100..110).contains(&reader.reads.get()), "{} reads", reader.reads.get());
}

#[test]
fn what_programs_look_messages_up_by_is_never_written() {
    let source = Source::new("a.po", "msgid \"Kindly send us your number.\"\nmsgstr \"\"\n");
    let findings = LINTER.check(&source, &Reply.read(&source).expect("a catalogue"));
    assert_eq!(findings.len(), 1);
    let (shown, own) = (&findings[0].suggestions[0], &findings[0].in_reply().suggestions[0]);
    assert_eq!((shown.applicability, shown.edits.len()), (Applicability::Manual, 0));
    assert_eq!((own.edits.len(), &shown.title), (1, &own.title));
    let done = fix::fix(&source, Applicability::Unsafe, &Reply).expect("what was read is read again");
    assert_eq!((done.made.len(), done.source.text()), (0, source.text()));
}

/// Reads a file as its name says. Of one in which the fix is made, so that `Kindly` is gone, it says what `of_fixed_file` makes of it; of
/// each finding, what `of_each_finding` does.
struct Liar {
    of_fixed_file: fn(&mut Document<'_>),
    of_each_finding: fn(&mut Suggestion),
}

impl Reviewer for Liar {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        let mut document = Reply.read(source)?;
        if !source.text().contains("Kindly") {
            (self.of_fixed_file)(&mut document);
        }
        Ok(document)
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Parted {
        let mut found = Reply.check(source, document);
        found.open.iter_mut().flat_map(|finding| &mut finding.suggestions).for_each(self.of_each_finding);
        found
    }
}

#[test]
fn a_file_in_which_all_else_is_not_as_it_was_is_not_written() {
    let source = Source::new("a.jsonl", "{\"reply\": \"Kindly send us your order number, so that we can look.\"}\n");
    let made = |of_fixed_file| {
        let reader = Liar { of_fixed_file, of_each_finding: |_| {} };
        fix::fix(&source, Applicability::Safe, &reader).expect("what was read is read again").made.len()
    };
    assert_eq!(made(|_| {}), 1);
    assert_eq!(made(|document| document.rest += 1), 0);
    assert_eq!(made(|document| document.profile = Some("another".into())), 0);
    assert_eq!(made(|document| document.records.clear()), 0);
    assert_eq!(made(|document| Arc::make_mut(&mut document.records[0].place).path.push('x')), 0);
}

#[test]
fn only_an_edit_that_may_be_trusted_is_written() {
    let source = Source::new("a.txt", "Kindly send us your order number, so that we can look.");
    let made = |floor, of_each_finding| {
        let reader = Liar { of_fixed_file: |_| {}, of_each_finding };
        fix::fix(&source, floor, &reader).expect("what was read is read again").made.len()
    };
    assert_eq!(made(Applicability::Safe, |_| {}), 1);
    assert_eq!(made(Applicability::Safe, |suggestion| suggestion.edits.clear()), 0);
    assert_eq!(made(Applicability::Safe, |suggestion| suggestion.applicability = Applicability::Unsafe), 0);
    assert_eq!(made(Applicability::Unsafe, |suggestion| suggestion.applicability = Applicability::Unsafe), 1);
    assert_eq!(made(Applicability::Manual, |suggestion| suggestion.applicability = Applicability::Manual), 0);
}

#[test]
fn a_second_place_is_one_of_the_file_too() {
    let rules = "[moves.greet]\ntitle = 't'\nmatch = ['hello']\n[moves.part]\ntitle = 't'\nmatch = ['goodbye']\n\
                 [rules.a.b]\ntitle = 't'\nwhy = 'w'\norder = { of = ['part'], after = ['greet'] }\n";
    let linter = Linter::new(Ruleset::load(&[Source::new("r.toml", rules)], true).expect("rules"));
    let source = Source::new("a.json", "[{\"reply\": \"It is here. Goodbye, \\u00e9. And hello.\"}]");
    let found = linter.check(&source, &Reply.read(&source).expect("a reply"));
    let labels: Vec<_> = found.iter().flat_map(|finding| &finding.labels).map(|l| source.slice(l.span)).collect();
    assert_eq!((source.slice(found[0].span), &labels[..]), ("Goodbye", &["hello"][..]));
}
