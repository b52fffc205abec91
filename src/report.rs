//! What a run checked and found, file by file, and the sums.

use crate::error::{Error, Result};
use crate::finding::{Finding, Suppressed};
use crate::fix::{self, Made};
use crate::rule::{Applicability, Rule, Severity, Text};
use crate::source::{Position, Source};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A file that was checked.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub source: Source,
    /// What was found in it, sorted by place.
    pub findings: Vec<Finding>,
    /// What is found in it and may stand, likewise.
    pub suppressed: Vec<Suppressed>,
    /// How it was read: its format and, for a data file, the profile that it follows.
    pub read_as: String,
    /// How many replies it holds. With none, nothing was checked.
    pub replies: usize,
    /// How many words they hold.
    pub words: usize,
    /// The suggestions that were written into it, or into what is proposed.
    pub fixed: Vec<Made>,
    /// How many could not be written.
    pub unwritten: usize,
    /// The ids of rules that undo each other's fixes, so that the last of them were not made.
    pub rivals: Vec<Text>,
    /// The file as fixes would make it, where they are only to be shown.
    pub proposed: Option<Source>,
    /// How many texts in it are in another language.
    pub foreign: usize,
    /// What of it may not be meant as it is read, and where.
    pub doubts: Vec<(Position, String)>,
    /// How many texts in it are too long to be judged as a reply.
    pub long: usize,
}

impl Checked {
    /// A file and what was found in it, of which no more is known.
    pub fn new(source: Source, findings: Vec<Finding>) -> Self {
        Self {
            source,
            findings,
            suppressed: Vec::new(),
            read_as: String::new(),
            replies: 0,
            words: 0,
            fixed: Vec::new(),
            unwritten: 0,
            rivals: Vec::new(),
            proposed: None,
            foreign: 0,
            doubts: Vec::new(),
            long: 0,
        }
    }

    /// The same without any words of drafts or customers, for reports that leave the house. All places stay what they are.
    #[must_use]
    pub fn redacted(self) -> Self {
        Self {
            source: self.source.redacted(),
            findings: self.findings.into_iter().map(Finding::redacted).collect(),
            suppressed: self.suppressed.into_iter().map(Suppressed::redacted).collect(),
            fixed: self.fixed.into_iter().map(|made| Made { title: String::new(), ..made }).collect(),
            proposed: None,
            ..self
        }
    }
}

/// A run over files: an iterator that gives them as they are checked, and keeps the sums.
///
/// It holds no file longer than its reader does, so that a run over any number of them fits in memory.
pub struct Report<'a> {
    files: Box<dyn Iterator<Item = Result<Option<Checked>>> + 'a>,
    /// Whether it gives them without any words of drafts or customers. The sums are the same.
    pub redact: bool,
    /// The sums over the files given so far.
    pub summary: Summary,
}

/// The sums over the files of a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many files held a reply, or a finding without one.
    pub files: usize,
    /// How many of them have a finding.
    pub files_with_findings: usize,
    /// How many findings are suppressed.
    pub suppressed: usize,
    /// How many replies were checked.
    pub replies: usize,
    /// How many words they hold.
    pub words: usize,
    /// How many suggestions were written, or proposed.
    pub fixed: usize,
    /// How many could not be written.
    pub unwritten: usize,
    /// Files in which fixes undo each other, and the rules that do so.
    pub unstable: Vec<(String, Vec<Text>)>,
    /// How many findings there are of each severity, in the order of [`Severity::ALL`].
    severities: [usize; Severity::ALL.len()],
    /// How many findings have a first suggestion of each applicability, in the order of [`Applicability::ALL`].
    suggested: [usize; Applicability::ALL.len()],
    /// How many suggestions `--fix` would write at first, and how many with `--unsafe-fixes`.
    fixes: [usize; 2],
    /// How many findings each rule has, by its id.
    pub rules: BTreeMap<String, (Arc<Rule>, usize)>,
    /// Files in which there was no reply to check, in any language.
    pub empty: Vec<String>,
    /// How many files met in folders were left out because they are not text.
    pub binary: usize,
    /// How many texts were left out because they are in another language.
    pub foreign: usize,
    /// What may not be meant as it is read: the file, the place, and what is odd there.
    pub doubts: Vec<(String, Position, String)>,
    /// How many texts are too long to be judged as a reply; their wording was checked.
    pub long: usize,
    /// What could not be read.
    pub errors: Vec<Error>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was checked, and nothing is as grave as was asked about.
    Clean,
    /// Something is.
    Found,
    /// Something, or everything, was not checked.
    Failed,
}

impl Checked {
    /// Its findings as people are shown them, by place; with those that are suppressed, if they are to be shown.
    pub(crate) fn shown(&self, suppressed: bool) -> impl Iterator<Item = Cow<'_, Finding>> {
        let told = self.suppressed.iter().filter(|_| suppressed).map(|stands| Cow::Owned(stands.told()));
        let mut all: Vec<Cow<'_, Finding>> = self.findings.iter().map(Cow::Borrowed).chain(told).collect();
        if suppressed {
            all.sort_by_key(|finding| (finding.span.start, finding.span.end));
        }
        all.into_iter()
    }
}

impl<'a> Report<'a> {
    /// A report of files still to be checked; `None` is one that was left out because it is not text.
    pub fn new(files: impl Iterator<Item = Result<Option<Checked>>> + 'a) -> Self {
        Self { files: Box::new(files), redact: false, summary: Summary::default() }
    }
}

impl Iterator for Report<'_> {
    type Item = Checked;

    fn next(&mut self) -> Option<Checked> {
        loop {
            match self.files.next()? {
                Ok(Some(checked)) => {
                    self.summary.add(&checked);
                    return Some(if self.redact { checked.redacted() } else { checked });
                }
                Ok(None) => self.summary.binary += 1,
                Err(error) => self.summary.errors.push(error),
            }
        }
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("summary", &self.summary).finish_non_exhaustive()
    }
}

impl Summary {
    fn add(&mut self, checked: &Checked) {
        self.foreign += checked.foreign;
        let doubt = |(at, message): &(Position, String)| (checked.source.name().to_owned(), *at, message.clone());
        self.doubts.extend(checked.doubts.iter().map(doubt));
        self.long += checked.long;
        if checked.replies == 0 && checked.findings.is_empty() {
            if checked.foreign > 0 {
                return;
            }
            self.empty.push(checked.source.name().to_string());
            return;
        }
        self.files += 1;
        self.files_with_findings += usize::from(!checked.findings.is_empty());
        self.suppressed += checked.suppressed.len();
        self.replies += checked.replies;
        self.words += checked.words;
        self.fixed += checked.fixed.len();
        if checked.rivals.is_empty() {
            self.unwritten += checked.unwritten;
            // What was not written once will not be the next time.
            if checked.unwritten == 0 {
                self.fixes[0] += fix::count(&checked.findings, Applicability::Safe);
                self.fixes[1] += fix::count(&checked.findings, Applicability::Unsafe);
            }
        } else {
            self.unstable.push((checked.source.name().to_owned(), checked.rivals.clone()));
        }
        for finding in &checked.findings {
            self.severities[finding.severity as usize] += 1;
            if let Some(first) = finding.suggestions.first() {
                self.suggested[first.applicability as usize] += 1;
            }
            self.rules.entry(finding.rule.id.to_string()).or_insert_with(|| (finding.rule.clone(), 0)).1 += 1;
        }
    }

    /// How many findings there are.
    pub fn findings(&self) -> usize {
        self.severities.iter().sum()
    }

    /// How many findings there are of a severity.
    pub fn of_severity(&self, severity: Severity) -> usize {
        self.severities[severity as usize]
    }

    /// How many findings have a suggestion that may be trusted so far and no further.
    pub fn with_suggestion(&self, applicability: Applicability) -> usize {
        self.suggested[applicability as usize]
    }

    /// The rules with findings, those with most first.
    pub fn by_rule(&self) -> Vec<(&Rule, usize)> {
        let mut rules: Vec<_> = self.rules.values().map(|(rule, count)| (rule.as_ref(), *count)).collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        rules
    }

    /// How the run ended, when findings below `fail_on` do not count. A run that checked nothing is never clean.
    pub fn outcome(&self, fail_on: Severity) -> Outcome {
        if !self.errors.is_empty() || self.replies == 0 {
            Outcome::Failed
        } else if Severity::ALL.iter().any(|&s| s >= fail_on && self.of_severity(s) > 0) {
            Outcome::Found
        } else {
            Outcome::Clean
        }
    }
}

impl Outcome {
    /// The exit code for it.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Failed => 2,
        }
    }
}

/// The closing line: ``3 findings in 2 of 12 files: 1 error, 2 warnings. 1 safe fix with --fix.``
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unchecked = reasons([
            (Count(self.errors.len(), "path"), "not readable"),
            (Count(self.empty.len(), "file"), "without a reply"),
            (Count(self.binary, "file"), "not text"),
            (Count(self.foreign, "text"), "in another language"),
            (Count(self.long, "text"), "as a whole, longer than a reply"),
        ]);
        if self.replies == 0 {
            let why = if unchecked.is_empty() { "no files".into() } else { unchecked.join(", ") };
            return write!(f, "No drafts checked: {why}.");
        }
        if self.fixed > 0 {
            write!(f, "Fixed {}. ", Count(self.fixed, "finding"))?;
        }
        let drafts = Count(self.replies, "draft");
        if self.findings() == 0 && self.errors.is_empty() {
            write!(f, "All clear: {drafts}, 0 findings.")?;
        } else if self.findings() == 0 {
            write!(f, "0 findings in {drafts}.")?;
        } else {
            let counts: Vec<_> = Severity::ALL
                .iter()
                .rev()
                .map(|&severity| (severity, self.of_severity(severity)))
                .filter(|(_, count)| *count > 0)
                .map(|(severity, count)| match severity {
                    Severity::Info => format!("{count} info"),
                    _ => Count(count, severity.word()).to_string(),
                })
                .collect();
            write!(f, "{} in ", Count(self.findings(), "finding"))?;
            match self.files {
                1 => write!(f, "{drafts}")?,
                files => write!(f, "{} of {files} files", self.files_with_findings)?,
            }
            write!(f, ": {}.", counts.join(", "))?;
        }
        let [safe, all] = self.fixes;
        match (safe, all.saturating_sub(safe)) {
            (0, 0) => {}
            (0, more) => write!(f, " {} with --fix --unsafe-fixes.", Count(more, "fix"))?,
            (safe, 0) => write!(f, " {} with --fix.", Count(safe, "safe fix"))?,
            (safe, more) => {
                write!(f, " {} with --fix, {more} more with --unsafe-fixes.", Count(safe, "safe fix"))?;
            }
        }
        if self.suppressed > 0 {
            write!(f, " {} suppressed.", self.suppressed)?;
        }
        if !unchecked.is_empty() {
            write!(f, " Not checked: {}.", unchecked.join(", "))?;
        }
        Ok(())
    }
}

/// How many there are of each, and what is to be said of them, where there are any: `3 files without a reply`.
pub(crate) fn reasons<'a>(of: impl IntoIterator<Item = (Count, &'a str)>) -> Vec<String> {
    of.into_iter().filter(|(count, _)| count.0 > 0).map(|(count, why)| format!("{count} {why}")).collect()
}

/// A number with its noun: `1 draft`, `2 drafts`, `2 replies`, `2 fixes`.
#[derive(Clone, Copy, Debug)]
pub struct Count(pub usize, pub &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = *self;
        match noun.strip_suffix('y') {
            _ if number == 1 => write!(f, "{number} {noun}"),
            Some(stem) => write!(f, "{number} {stem}ies"),
            None => write!(f, "{number} {noun}{}", if noun.ends_with('x') { "es" } else { "s" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_and_outcomes() {
        let mut summary = Summary::default();
        assert_eq!(summary.to_string(), "No drafts checked: no files.");
        assert_eq!(summary.outcome(Severity::Error), Outcome::Failed);
        (summary.files, summary.replies) = (12, 12);
        assert_eq!(summary.to_string(), "All clear: 12 drafts, 0 findings.");
        assert_eq!(summary.outcome(Severity::Info), Outcome::Clean);
        summary.severities = [3, 2, 1];
        summary.files_with_findings = 2;
        summary.binary = 1;
        (summary.foreign, summary.long) = (12, 1);
        summary.fixes = [1, 3];
        summary.suppressed = 4;
        assert_eq!(
            summary.to_string(),
            "6 findings in 2 of 12 files: 1 error, 2 warnings, 3 info. 1 safe fix with --fix, 2 more with --unsafe-fixes. \
             4 suppressed. Not checked: 1 file not text, 12 texts in another language, \
             1 text as a whole, longer than a reply."
        );
        (summary.foreign, summary.long, summary.binary, summary.suppressed) = (0, 0, 0, 0);
        for (fixes, told) in [
            ([2, 2], "2 safe fixes with --fix."),
            ([0, 1], "1 fix with --fix --unsafe-fixes."),
            ([2, 3], "2 safe fixes with --fix, 1 more with --unsafe-fixes."),
        ] {
            summary.fixes = fixes;
            assert!(summary.to_string().ends_with(&format!("3 info. {told}")), "{summary}");
        }
        (summary.fixes, summary.binary) = ([0, 0], 1);
        assert_eq!(summary.outcome(Severity::Error), Outcome::Found);
        summary.foreign = 0;
        summary.severities = [3, 0, 0];
        assert_eq!(summary.outcome(Severity::Warning), Outcome::Clean);
        assert_eq!(summary.outcome(Severity::Info), Outcome::Found);
        summary.severities = [0, 0, 0];
        summary.errors.push(Error::new("cannot read `a`"));
        assert_eq!(summary.to_string(), "0 findings in 12 drafts. Not checked: 1 path not readable, 1 file not text.");
        assert_eq!(summary.outcome(Severity::Error), Outcome::Failed);
    }
}
