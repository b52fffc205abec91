//! A finding as most formats tell of it.

use crate::finding::{Finding, Fingerprint, Suggestion, Suppressed};
use crate::report::Checked;
use crate::rule::Applicability;
use crate::source::{LogicalPlace, Position, Source};
use std::collections::HashMap;

/// A finding of a file, with what has to be looked up in that file.
pub(super) struct View<'c> {
    pub(super) finding: &'c Finding,
    /// The file that it was found in.
    pub(super) source: &'c Source,
    pub(super) start: Position,
    pub(super) end: Position,
    /// Which of the findings of its file that have its fingerprint it is, from 1.
    pub(super) occurrence: usize,
    /// Why it may stand, if it may.
    pub(super) suppressed: Option<&'c Suppressed>,
}

/// The findings of a file, then those that are suppressed.
pub(super) fn all(checked: &Checked) -> impl Iterator<Item = View<'_>> {
    let source = &checked.source;
    let suppressed = checked.suppressed.iter().map(|suppressed| (&suppressed.finding, Some(suppressed)));
    let findings = checked.findings.iter().map(|finding| (finding, None)).chain(suppressed);
    let mut seen = HashMap::<Fingerprint, usize>::new();
    findings.map(move |(finding, suppressed)| {
        let occurrence = seen.entry(finding.fingerprint).or_default();
        *occurrence += 1;
        let (start, end) = (source.position(finding.span.start), source.position(finding.span.end));
        View { finding, source, start, end, occurrence: *occurrence, suppressed }
    })
}

/// The findings of a file that are not suppressed.
pub(super) fn open(checked: &Checked) -> impl Iterator<Item = View<'_>> {
    all(checked).take(checked.findings.len())
}

impl<'c> View<'c> {
    /// The name of the file, with `/` between folders on every system.
    pub(super) fn path(&self) -> String {
        path(self.source)
    }

    /// Where the reply stands in a data file.
    pub(super) fn place(&self) -> Option<&'c LogicalPlace> {
        self.finding.recorded.as_ref().map(|recorded| &*recorded.place)
    }

    /// What was found, and in which reply of a data file.
    pub(super) fn message(&self) -> String {
        match self.place() {
            Some(place) => format!("{}, in {place}", self.finding.message),
            None => self.finding.message.clone(),
        }
    }

    /// The finding in the text that its reader sees: that of the reply, where a data file holds many.
    pub(super) fn read(&self) -> (&'c Finding, &'c Source) {
        match &self.finding.recorded {
            Some(recorded) => (&recorded.finding, &recorded.source),
            None => (self.finding, self.source),
        }
    }

    /// The rewrites, best first, in the words that the reader of the reply would see.
    pub(super) fn rewrites(&self) -> impl Iterator<Item = Rewrite<'c>> + use<'c> {
        let (read, source) = self.read();
        let rewrite = |(read, written): (&'c Suggestion, &Suggestion)| {
            let replaced = match read.edits.as_slice() {
                [edit] if !edit.span.is_empty() && !source.is_redacted() => Some(source.slice(edit.span)),
                _ => None,
            };
            let text = read.edits.iter().map(|edit| edit.text.trim()).collect::<Vec<_>>().join(" … ");
            Rewrite { title: &read.title, replaced, text, applicability: written.applicability }
        };
        read.suggestions.iter().zip(&self.finding.suggestions).map(rewrite)
    }
}

/// The name of a file, with `/` between folders on every system.
pub(super) fn path(source: &Source) -> String {
    source.name().replace(std::path::MAIN_SEPARATOR, "/")
}

/// What to write instead.
pub(super) struct Rewrite<'c> {
    /// What it does.
    title: &'c str,
    /// The words that it takes the place of; none where it is put between others, or they are not to be shown.
    pub(super) replaced: Option<&'c str>,
    /// What stands there afterwards; nothing where words are only taken out.
    pub(super) text: String,
    /// How far it may be trusted.
    pub(super) applicability: Applicability,
}

impl Rewrite<'_> {
    /// What people are told: the words to write, or what to do where that leaves none, or a capital.
    pub(super) fn told(&self) -> &str {
        if self.text.chars().nth(1).is_some() { &self.text } else { self.title }
    }
}
