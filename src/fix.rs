//! Writes suggestions into a text, through all the layers that it is wrapped in.

use crate::document::{Document, Record};
use crate::effort::spend;
use crate::error::Result;
use crate::finding::{Edit, Finding, Suggestion};
use crate::linter;
use crate::rule::{Applicability, Rule, Text};
use crate::source::{Position, Source};
use crate::suppression::Parted;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A file with suggestions written into it.
#[derive(Debug)]
pub struct Fixed {
    /// The file as it is to be.
    pub source: Source,
    /// What is found in it: what is to be mended, and what may stand.
    pub found: Parted,
    /// The suggestions that were written.
    pub made: Vec<Made>,
    /// How many suggestions could not be written: the file has no way to hold them, or something else would have changed with them.
    pub unwritten: usize,
    /// The ids of rules that undo each other's work, so that there is no end to it; none where there is one.
    pub rivals: Vec<Text>,
}

/// A suggestion that was written.
#[derive(Clone, Debug)]
pub struct Made {
    /// The rule that it mends.
    pub rule: Arc<Rule>,
    /// What it did, in the imperative.
    pub title: String,
    /// Where, in the text as it stood before.
    pub at: Position,
}

/// Reads a file and says what stands to be changed in it, before fixes and after.
pub trait Reviewer {
    /// The replies in a source.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>>;

    /// What is found in them. What may stand is left as it is.
    fn check(&self, source: &Source, document: &Document<'_>) -> Parted;
}

/// One suggestion may call for the next. No file needs more rounds than this.
const ROUNDS: usize = 10;

/// How often a data file is read to tell which of its replies cannot be fixed. Those that are left then wait, and are told as unwritten.
const MAX_TRIES: usize = 100;

/// Applies the first suggestion of each finding that may be trusted at least so far, and looks again, until nothing is left to do.
///
/// # Errors
/// Where the file cannot be read.
pub fn fix(source: &Source, floor: Applicability, reviewer: &dyn Reviewer) -> Result<Fixed> {
    let mut fixed =
        Fixed { source: source.clone(), found: Parted::default(), made: Vec::new(), unwritten: 0, rivals: Vec::new() };
    // What each round began with, and how many suggestions had been written by then.
    let mut rounds: Vec<(String, usize)> = Vec::new();
    loop {
        let document = reviewer.read(&fixed.source)?;
        let found = reviewer.check(&fixed.source, &document);
        let (next, made) = write(&fixed.source, &document, &choose(&found.open, floor), reviewer);
        rounds.push((fixed.source.text().to_owned(), fixed.made.len()));
        let again = rounds.iter().find(|(text, _)| text == next.text()).map(|(_, made)| *made);
        let endless = again.or((rounds.len() > ROUNDS).then_some(fixed.made.len()));
        if let Some(since) = endless.filter(|_| !made.is_empty()) {
            let rules = fixed.made[since..].iter().map(|made| &made.rule).chain(made.iter().map(|f| &f.rule));
            let ids: BTreeSet<_> = rules.map(|rule| rule.id.clone()).collect();
            fixed.rivals = ids.into_iter().collect();
        }
        if made.is_empty() || !fixed.rivals.is_empty() {
            // In the reply itself the suggestion is there even where its file cannot hold it.
            fixed.unwritten = found.open.iter().filter(|finding| is_trusted(finding.in_reply(), floor)).count();
            fixed.found = found;
            return Ok(fixed);
        }
        fixed.made.extend(made.into_iter().filter_map(|finding| Made::of(finding, &fixed.source)));
        fixed.source = next;
    }
}

/// Writes one suggestion, given in places and words of the reply, for one finding. `None` where the file cannot hold it, or where
/// something else would change with it.
pub fn take(
    source: &Source,
    document: &Document<'_>,
    finding: &Finding,
    suggestion: Suggestion,
    reviewer: &dyn Reviewer,
) -> Option<(Source, Made)> {
    let mut finding = finding.clone();
    finding.suggestions = vec![match &mut finding.recorded {
        Some(recorded) => {
            recorded.finding.suggestions = vec![suggestion.clone()];
            linter::written(&suggestion, document.records.get(recorded.place.index)?)?
        }
        None => suggestion,
    }];
    let (next, made) = write(source, document, &[&finding], reviewer);
    let made = made.first().and_then(|finding| Made::of(finding, source))?;
    Some((next, made))
}

impl Made {
    fn of(finding: &Finding, source: &Source) -> Option<Self> {
        let title = best(finding)?.title.clone();
        Some(Self { rule: finding.rule.clone(), title, at: source.position(finding.span.start) })
    }
}

/// A file with the suggestions of some findings written into it, and those for which that is so.
fn write<'f>(
    source: &Source,
    document: &Document<'_>,
    chosen: &[&'f Finding],
    reviewer: &dyn Reviewer,
) -> (Source, Vec<&'f Finding>) {
    let next = source.with_text(splice(source.text(), chosen.iter().filter_map(|f| best(f))));
    if document.records.is_empty() || says(&next, document, chosen, reviewer) {
        return (next, chosen.to_vec());
    }
    // Something else has changed with a reply.
    let record = |finding: &Finding| finding.recorded.as_ref().map(|recorded| recorded.place.index);
    let replies: Vec<&[&'f Finding]> = chosen.chunk_by(|a, b| record(a) == record(b)).collect();
    let (mut kept, mut next) = (Vec::new(), source.clone());
    let mut parts = vec![&replies[..]];
    let mut tries = 0;
    while let Some(part) = parts.pop().filter(|_| tries < MAX_TRIES) {
        tries += 1;
        let all: Vec<&'f Finding> = kept.iter().copied().chain(part.iter().copied().flatten().copied()).collect();
        let tried = source.with_text(splice(source.text(), all.iter().filter_map(|f| best(f))));
        if says(&tried, document, &all, reviewer) {
            (kept, next) = (all, tried);
        } else if part.len() > 1 {
            // Halves tell which reply it is after few looks at the file, however many there are.
            let (first, second) = part.split_at(part.len() / 2);
            parts.extend([second, first]);
        }
    }
    (next, kept)
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
pub(crate) fn choose(findings: &[Finding], floor: Applicability) -> Vec<&Finding> {
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
    spend(text.len());
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
