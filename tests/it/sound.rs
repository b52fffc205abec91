//! What holds of every text, whatever it is. The tests ask it of texts that they put together, and the targets in `fuzz` of any bytes.

#![allow(unreachable_pub, reason = "another crate takes this file in as a module")]

use quick_xml::events::Event;
use replylint::document::{Document, Reading, Region};
use replylint::error::{Error, Result};
use replylint::finding::{Finding, Problems};
use replylint::fix::{self, Fixed, Reviewer};
use replylint::linter::Linter;
use replylint::mapped::{Mapped, OBJECT, PieceKind};
use replylint::output::{self, Output, Style};
use replylint::report::{Checked, Report};
use replylint::rule::Applicability;
use replylint::source::{Source, Span};
use replylint::suppression::Parted;
use serde_json::Value;

/// The text of a place, which must be one.
fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_else(|| panic!("{span:?} is no place in {text:?}"))
}

/// Reads a source. Every place in what is read is one of the source; `None` where it says what is wrong, and where.
pub fn read<'s>(source: &'s Source, reading: &Reading<'_>) -> Option<Document<'s>> {
    let document = match Document::read(source, reading) {
        Ok(document) => document,
        Err(fault) => {
            assert!(source.text().is_char_boundary(fault.at), "{fault:?} in {:?}", source.text());
            assert!(!fault.message.is_empty());
            return None;
        }
    };
    for region in &document.regions {
        reply(source.text(), region);
    }
    for (number, record) in document.records.iter().enumerate() {
        assert_eq!(record.place.index, number);
        let text = record.source.text();
        let mut last = 0;
        for (at, c) in text.char_indices() {
            let place = record.to_source(Span::new(at, at + c.len_utf8()));
            let written = slice(source.text(), place);
            assert!(place.start >= last, "{at} in {text:?} of {:?}", source.text());
            assert!(written.len() != 1 || !c.is_ascii_alphanumeric() || written.starts_with(c), "{c:?} is {written:?}");
            last = place.start;
        }
        for region in &record.regions {
            reply(text, region);
        }
    }
    for told in document.told() {
        assert_eq!(told.len(), reading.asked.len());
    }
    Some(document)
}

/// A reply and all that is told of it.
fn reply(source: &str, region: &Region<'_>) {
    let text = region.text.text();
    assert!(!text.is_empty() && text.trim() == text, "{text:?}");
    assert!(text.is_char_boundary(region.subject));
    let paths = region.paths();
    let all = std::iter::once(&region.text).chain(&region.fallbacks).chain(paths.iter().map(|path| &path.text));
    for text in all {
        mapped(source, text);
    }
    for path in &paths {
        assert!(path.text.text().is_char_boundary(path.subject));
    }
    for span in region.unbalanced.iter().chain(region.waivers.iter().map(|waiver| &waiver.span)) {
        slice(source, *span);
    }
    for (name, span) in region.waivers.iter().flat_map(|waiver| &waiver.names) {
        assert!(slice(source, *span).contains(&**name) || !source.contains(&**name), "{name:?} at {span:?}");
    }
}

/// Derived text, of which every stretch leads back to where it stands in the source.
fn mapped(source: &str, text: &Mapped<'_>) {
    let pieces = text.pieces();
    let ends = pieces.iter().skip(1).map(|piece| piece.at).chain([text.text().len()]);
    let mut last = 0;
    for (piece, end) in pieces.iter().zip(ends) {
        let derived = slice(text.text(), Span::new(piece.at, end));
        let written = slice(source, piece.source);
        assert!(piece.source.start >= last, "{piece:?} goes back in {source:?}");
        last = piece.source.end;
        match piece.kind {
            PieceKind::Verbatim => assert_eq!(derived, written),
            PieceKind::Opaque(_) => assert!(derived.chars().eq([OBJECT]), "{derived:?}"),
            PieceKind::Escaped => {}
        }
    }
    assert_eq!(pieces.first().map_or(0, |piece| piece.at), 0);
    let mut last = 0;
    for (at, c) in text.text().char_indices() {
        let place = text.to_source(Span::new(at, at + c.len_utf8()));
        slice(source, place);
        assert!(place.start >= last);
        last = place.start;
    }
}

/// Findings are in the order of their places, each place is one of the text, what is found stands there, all units agree, and edits can
/// be made.
pub fn findings(source: &Source, document: &Document<'_>, findings: &[Finding]) {
    let text = source.text();
    assert!(findings.is_sorted_by_key(|finding| finding.span.start), "{:?}", spans(findings));
    let (mut byte, mut chars, mut utf16, mut line) = (0, 0, 0, 1);
    for finding in findings {
        let at = source.position(finding.span.start);
        assert_eq!(at.byte, finding.span.start);
        let passed = slice(text, Span::new(byte, at.byte));
        byte = at.byte;
        chars += passed.chars().count();
        utf16 += passed.encode_utf16().count();
        line += passed.matches('\n').count();
        assert_eq!((at.char, at.utf16, at.line), (chars, utf16, line));
        finding_in(text, finding);
        match &finding.recorded {
            Some(recorded) => {
                finding_in(recorded.source.text(), &recorded.finding);
                let record = &document.records[recorded.place.index];
                let labels = recorded.finding.labels.iter().map(|label| record.to_source(label.span));
                assert!(finding.labels.iter().map(|label| label.span).eq(labels), "{:?}", finding.labels);
                stands(recorded.source.text(), &record.regions, &recorded.finding);
            }
            None => stands(text, &document.regions, finding),
        }
    }
}

fn spans(findings: &[Finding]) -> Vec<(&str, Span)> {
    findings.iter().map(|finding| (&*finding.rule.id, finding.span)).collect()
}

fn finding_in(text: &str, finding: &Finding) {
    let found = slice(text, finding.span);
    // What is missing stands between two places.
    assert_eq!(found.is_empty(), finding.missing.is_some(), "{} in {text:?}", finding.rule.id);
    for label in &finding.labels {
        slice(text, label.span);
    }
    for suggestion in &finding.suggestions {
        let mut done = 0;
        for edit in &suggestion.edits {
            slice(text, edit.span);
            assert!(edit.span.start >= done, "{:?}", suggestion.edits);
            done = edit.span.end;
        }
    }
}

/// What was found is what stands in its place, as it is written or as its reader sees it.
fn stands(source: &str, regions: &[Region<'_>], finding: &Finding) {
    let found = finding.matched.as_str();
    if finding.missing.is_some() || slice(source, finding.span) == found {
        return;
    }
    let in_text = |text: &Mapped<'_>| {
        let derived = text.text();
        let place = |at: usize, c: char| text.to_source(Span::new(at, at + c.len_utf8()));
        let starts = derived.char_indices().filter(|(at, c)| place(*at, *c).start == finding.span.start);
        starts.into_iter().any(|(start, _)| {
            // Placeholders are shown as they are written.
            let mut shown = String::new();
            for (at, c) in derived[start..].char_indices().map(|(at, c)| (start + at, c)) {
                match text.object_at(at) {
                    Some(_) => shown += slice(source, place(at, c)),
                    None => shown.push(c),
                }
                if shown.len() >= found.len() {
                    return shown == found && text.to_source(Span::new(start, at + c.len_utf8())) == finding.span;
                }
            }
            false
        })
    };
    let read = regions.iter().any(|region| {
        let mut texts = std::iter::once(&region.text).chain(&region.fallbacks);
        texts.any(in_text) || region.paths().iter().any(|path| in_text(&path.text))
    });
    assert!(read, "{} found {found:?} at {:?} of {source:?}", finding.rule.id, finding.span);
}

/// What reads and checks a file in one way.
pub struct Desk<'d> {
    /// The rules.
    pub linter: &'d Linter,
    /// The way.
    pub reading: Reading<'d>,
}

impl Reviewer for Desk<'_> {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        Document::read(source, &self.reading).map_err(|fault| Error::new(fault.message))
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Parted {
        Parted { open: self.linter.check(source, document), ..Parted::default() }
    }
}

/// Fixes come to an end, leave a file that can be read, and nothing to fix.
pub fn fixes(source: &Source, desk: &Desk<'_>) -> Option<Fixed> {
    let done = fix::fix(source, Applicability::Unsafe, desk).ok()?;
    assert!(done.rivals.is_empty(), "{:?} in {:?}", done.rivals, source.text());
    let document = read(&done.source, &desk.reading);
    let document = document.unwrap_or_else(|| panic!("{:?} became {:?}", source.text(), done.source.text()));
    findings(&done.source, &document, &done.found.open);
    let again = fix::fix(&done.source, Applicability::Unsafe, desk).expect("what was read is read again");
    assert!(again.made.is_empty(), "{:?} became {:?}", source.text(), done.source.text());
    Some(done)
}

/// What is wrong with files that people write has a place in them.
pub fn faults(sources: &[&Source], problems: &[Problems]) {
    assert!(!problems.is_empty());
    for of in problems {
        assert!(!of.findings.is_empty());
        for finding in &of.findings {
            slice(sources[of.source].text(), finding.span);
            assert!(!finding.message.is_empty());
        }
    }
}

/// A report, and how many findings it has no room for.
pub fn written(output: Output, files: Vec<Checked>) -> (String, usize) {
    let mut out = Vec::new();
    let mut report = Report::new(files.into_iter().map(|checked| Ok(Some(checked))));
    let mut writers = [(output, output.begin(Style::PLAIN, Box::new(&mut out)))];
    output::write(&mut report, &mut writers).expect("memory takes all");
    let left_out = writers[0].1.left_out();
    drop(writers);
    (String::from_utf8(out).expect("UTF-8"), left_out)
}

/// A report of one file in every format is what its readers take it for, and nothing of the file gives them orders.
pub fn reports(file: impl Fn() -> Checked) {
    let found = file().findings.len();
    for (output, ..) in Output::NAMED {
        let text = written(*output, vec![file()]).0;
        let lines = text.lines().count();
        match output {
            Output::Json | Output::Sarif | Output::Gitlab | Output::Rdjson => {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{output:?}: {text}");
            }
            Output::Jsonl => {
                assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
                assert_eq!(lines, found + 1);
            }
            Output::Csv => {
                let rows = rows(&text);
                assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{text}");
                assert_eq!(rows.len(), found + 1);
            }
            Output::Junit => {
                let mut xml = quick_xml::Reader::from_str(&text);
                while !matches!(xml.read_event().expect("well-formed"), Event::Eof) {}
                assert!(!text.contains(['\u{fffe}', '\u{1b}']), "{text}");
            }
            Output::Concise | Output::Github => assert_eq!(lines, found),
            Output::Agent => assert_eq!(lines, found + 1),
            Output::Full | Output::Grouped | Output::Markdown | Output::Html => {
                assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{output:?}: {text}");
            }
            Output::Statistics | Output::Diff => {}
        }
    }
}

/// The cells of a CSV file, row by row.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    use csv_core::{ReadFieldResult, Reader};
    let (mut reader, mut input, mut rows) = (Reader::new(), text.as_bytes(), vec![vec![Vec::new()]]);
    let mut cell = [0; 4096];
    loop {
        let (result, read, wrote) = reader.read_field(input, &mut cell);
        input = &input[read..];
        let row: &mut Vec<Vec<u8>> = rows.last_mut().expect("a row");
        row.last_mut().expect("a cell").extend(&cell[..wrote]);
        match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end: false } => row.push(Vec::new()),
            ReadFieldResult::Field { record_end: true } => rows.push(vec![Vec::new()]),
            ReadFieldResult::End => {
                rows.pop();
                let text = |cell: Vec<u8>| String::from_utf8(cell).expect("UTF-8");
                return rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect();
            }
        }
    }
}
