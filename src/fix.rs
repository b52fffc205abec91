//! Writes suggestions into a text, through all the layers that it is wrapped in.

use crate::document::{Document, Record};
use crate::error::Result;
use crate::finding::{Edit, Finding, Suggestion};
use crate::rule::Applicability;
use crate::source::Source;
use std::collections::{HashMap, HashSet};

/// A file with suggestions written into it.
#[derive(Debug)]
pub struct Fixed {
    /// The file as it is to be.
    pub source: Source,
    /// What is found in it.
    pub findings: Vec<Finding>,
    /// How many suggestions were written.
    pub made: usize,
    /// How many suggestions could not be written: the file has no way to hold them, or something else would have changed with them.
    pub unwritten: usize,
    /// Whether rules undo each other's work, so that there is no end to it.
    pub unstable: bool,
}

/// Reads a file and says what stands to be changed in it, before fixes and after.
pub trait Reviewer {
    /// The replies in a source.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>>;

    /// What is found in them, but for what is to be left as it is.
    fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding>;
}

/// One suggestion may call for the next. No file needs more rounds than this.
const ROUNDS: usize = 10;

/// Applies the first suggestion of each finding that may be trusted at least so far, and looks again, until nothing is left to do.
///
/// # Errors
/// Where the file cannot be read.
pub fn fix(source: &Source, floor: Applicability, reviewer: &dyn Reviewer) -> Result<Fixed> {
    let mut fixed = Fixed {
        source: source.with_text(source.text().to_owned()),
        findings: Vec::new(),
        made: 0,
        unwritten: 0,
        unstable: false,
    };
    let mut seen = HashSet::from([source.text().to_owned()]);
    for round in 0.. {
        let document = reviewer.read(&fixed.source)?;
        let findings = reviewer.check(&fixed.source, &document);
        let chosen = choose(&findings, floor);
        let (next, made) = write(&fixed.source, &document, &chosen, reviewer);
        fixed.unstable = made > 0 && (round == ROUNDS || !seen.insert(next.text().to_owned()));
        if made == 0 || fixed.unstable {
            // In the reply itself the suggestion is there even where its file cannot hold it.
            let own =
                |finding: &&Finding| is_trusted(finding.recorded.as_ref().map_or(*finding, |r| &r.finding), floor);
            fixed.unwritten = findings.iter().filter(own).count();
            fixed.findings = findings;
            break;
        }
        fixed.made += made;
        fixed.source = next;
    }
    Ok(fixed)
}

/// A file with the suggestions of some findings written into it, and for how many of them that is so.
fn write(source: &Source, document: &Document<'_>, chosen: &[&Finding], reviewer: &dyn Reviewer) -> (Source, usize) {
    let next = source.with_text(splice(source.text(), chosen.iter().filter_map(|f| best(f))));
    if document.records.is_empty() || says(&next, document, chosen, reviewer) {
        return (next, chosen.len());
    }
    // Something else has changed with a reply.
    let record = |finding: &Finding| finding.recorded.as_ref().map(|recorded| recorded.place.index);
    let replies: Vec<&[&Finding]> = chosen.chunk_by(|a, b| record(a) == record(b)).collect();
    let (mut kept, mut next) = (Vec::new(), source.with_text(source.text().to_owned()));
    let mut parts = vec![&replies[..]];
    while let Some(part) = parts.pop() {
        let all: Vec<&Finding> = kept.iter().copied().chain(part.iter().copied().flatten().copied()).collect();
        let tried = source.with_text(splice(source.text(), all.iter().filter_map(|f| best(f))));
        if says(&tried, document, &all, reviewer) {
            (kept, next) = (all, tried);
        } else if part.len() > 1 {
            // Halves tell which reply it is after few looks at the file, however many there are.
            let (first, second) = part.split_at(part.len() / 2);
            parts.extend([second, first]);
        }
    }
    (next, kept.len())
}

/// Whether a data file says what it is to say: each reply as it was, with the suggestions that concern it, and all else as it was.
fn says(next: &Source, before: &Document<'_>, chosen: &[&Finding], reviewer: &dyn Reviewer) -> bool {
    let Ok(after) = reviewer.read(next) else { return false };
    let mut wanted: HashMap<usize, Vec<&Suggestion>> = HashMap::new();
    for recorded in chosen.iter().filter_map(|finding| finding.recorded.as_ref()) {
        wanted.entry(recorded.place.index).or_default().extend(best(&recorded.finding));
    }
    let same = |(before, after): (&Record, &Record)| {
        let own = wanted.get(&before.place.index).into_iter().flatten().copied();
        let expected = splice(before.source.text(), own);
        before.place.path == after.place.path && expected == after.source.text()
    };
    before.records.len() == after.records.len()
        && (before.profile == after.profile && before.rest == after.rest)
        && before.records.iter().zip(&after.records).all(same)
}

/// The findings whose first suggestion is to be written. Of two that overlap, the one that begins first is; a suggestion is written
/// as a whole or not at all.
fn choose(findings: &[Finding], floor: Applicability) -> Vec<&Finding> {
    let start = |f: &&Finding| best(f).and_then(|s| s.edits.first()).map(|edit| edit.span);
    let mut wanted: Vec<&Finding> = findings.iter().filter(|f| is_trusted(f, floor)).collect();
    wanted.sort_by_key(start);
    let mut chosen: Vec<&Finding> = Vec::new();
    let mut done = 0;
    for finding in wanted {
        let edits = || best(finding).into_iter().flat_map(|s| &s.edits);
        if edits().all(|edit| edit.span.start >= done) {
            done = edits().map(|edit| edit.span.end).max().unwrap_or(done);
            chosen.push(finding);
        }
    }
    chosen
}

/// How many suggestions would be written at first, when they must be trusted at least so far.
pub(crate) fn count(findings: &[Finding], floor: Applicability) -> usize {
    choose(findings, floor).len()
}

/// Whether the first suggestion of a finding can be written and may be trusted at least so far.
fn is_trusted(finding: &Finding, floor: Applicability) -> bool {
    best(finding)
        .is_some_and(|s| s.applicability >= floor && s.applicability > Applicability::Manual && !s.edits.is_empty())
}

fn best(finding: &Finding) -> Option<&Suggestion> {
    finding.suggestions.first()
}

/// A text with edits made that do not overlap. The rest of it stays as it is.
fn splice<'f>(text: &str, suggestions: impl Iterator<Item = &'f Suggestion>) -> String {
    let mut edits: Vec<&Edit> = suggestions.flat_map(|s| &s.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.span.start]);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(&text[done..]);
    out
}

/// A text with the suggestions of its findings applied once, as rules are tried on their examples.
pub(crate) fn apply(source: &Source, findings: &[Finding], floor: Applicability) -> String {
    splice(source.text(), choose(findings, floor).into_iter().filter_map(best))
}
