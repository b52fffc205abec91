//! A frozen corpus: replies over many trades, channels and formats, kind ones beside those with faults, and texts that are hard to judge.
//! All that is found in them stands in one file, so that what a change of the rules or of the engine does is read as a diff.

use replylint::document::Document;
use replylint::document::Format;
use replylint::finding::Finding;
use replylint::linter::Linter;
use replylint::mapped::Mapped;
use replylint::ruleset::Ruleset;
use replylint::source::{Source, Span};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const CORPUS: &str = "tests/corpus";
const FINDINGS: &str = "tests/corpus/findings.out";

/// The files of the corpus, by name.
fn files() -> Vec<Source> {
    fn gather(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                gather(&path, out);
            } else if path != Path::new(FINDINGS) {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    gather(Path::new(CORPUS), &mut paths);
    // The same order whatever parts a path on this machine.
    let name = |path: &PathBuf| path.strip_prefix(CORPUS).expect("below it").to_string_lossy().replace('\\', "/");
    let mut named: Vec<_> = paths.iter().map(|path| (name(path), path)).collect();
    named.sort();
    named.into_iter().map(|(name, path)| Source::new(name, fs::read_to_string(path).expect("text"))).collect()
}

fn read(source: &Source) -> Document<'_> {
    let format = Format::detect(source.name(), source.text());
    Document::read(source, &format.into()).unwrap_or_else(|fault| panic!("{}: {}", source.name(), fault.message))
}

/// The words of each reply, and those of the message that it answers.
pub(crate) fn replies() -> Vec<(String, Option<String>)> {
    let words = |text: &Mapped<'_>, source: &Source| text.shown(source.text());
    let mut out = Vec::new();
    for source in files() {
        let document = read(&source);
        let own = document.regions.iter().map(|region| (region, &source));
        let recorded = document.records.iter().flat_map(|r| r.regions.iter().map(|region| (region, &*r.source)));
        for (region, source) in own.chain(recorded) {
            out.push((words(&region.text, source), region.customer.as_ref().map(|text| words(text, source))));
        }
    }
    out
}

/// A line for each finding, and for each reply in which nothing is found.
fn told(source: &Source, linter: &Linter) -> Vec<String> {
    let document = read(source);
    let first = Span::default();
    let own = document.regions.iter().map(|region| region.text.to_source(first).start);
    let recorded = document
        .records
        .iter()
        .flat_map(|record| record.regions.iter().map(|region| record.to_source(region.text.to_source(first)).start));
    let mut starts: Vec<usize> = own.chain(recorded).collect();
    starts.sort_unstable();
    let findings = linter.check(source, &document);
    let mut lines: Vec<(usize, String)> = findings.iter().map(|f| (f.span.start, line(source, f))).collect();
    for (number, &start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(usize::MAX);
        if !findings.iter().any(|f| (start..end).contains(&f.span.start)) {
            lines.push((start, format!("{} nothing", place(source, start))));
        }
    }
    lines.sort_by_key(|(start, _)| *start);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn line(source: &Source, finding: &Finding) -> String {
    let (severity, rule) = (finding.severity.word(), &finding.rule.id);
    let words = finding.matched.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{} {severity} {rule} `{words}`", place(source, finding.span.start))
}

fn place(source: &Source, byte: usize) -> String {
    let at = source.position(byte);
    format!("{}:{}:{}", source.name(), at.line, at.column)
}

/// `REPLYLINT_UPDATE=1 cargo test` writes what is found now.
#[test]
fn what_is_found_in_the_corpus() {
    let linter = Linter::new(Ruleset::builtin());
    let mut found = String::new();
    for source in files() {
        for line in told(&source, &linter) {
            writeln!(found, "{line}").expect("a string");
        }
    }
    if std::env::var_os("REPLYLINT_UPDATE").is_some() {
        fs::write(FINDINGS, &found).expect("written");
    }
    let expected = fs::read_to_string(FINDINGS).unwrap_or_default();
    let changed: Vec<String> = similar::TextDiff::from_lines(&expected, &found)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{change}", change.tag()))
        .collect();
    assert!(changed.is_empty(), "what is found has changed; REPLYLINT_UPDATE=1 writes it:\n{}", changed.concat());
    assert!(replies().len() >= 180, "{} replies", replies().len());
}
