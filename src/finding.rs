//! A finding: which rule, where, why, and what to write instead.

use crate::rule::{Applicability, Confidence, Examples, Rule, Severity, Text, Texts, capitalized};
use crate::source::{LogicalPlace, Source, Span};
use crate::toml_file::Problem;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Something a reviewer would send back, with its place in the source.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<Rule>,
    /// Its severity; the rule's, unless configuration says otherwise.
    pub severity: Severity,
    /// What was found, in lower case, without a full stop: the rule's title, or what is wrong with a rule file.
    pub message: String,
    /// The place, in bytes of the source.
    pub span: Span,
    /// The text found, as the reader of the reply sees it.
    pub matched: String,
    /// The template, pattern or measure that fired.
    pub via: String,
    /// The move that is absent, where that is the finding.
    pub missing: Option<String>,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// Rewrites, best first.
    pub suggestions: Vec<Suggestion>,
    /// What stays the same when the text around it moves.
    pub fingerprint: Fingerprint,
    /// The same finding in the text of its reply, where that is one of many in a data file.
    pub recorded: Option<Box<Recorded>>,
}

/// A finding in the reply of a data file: places in it, and the words of its suggestions, are those of the reply's own text.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where the reply stands in the file's own terms.
    pub place: Arc<LogicalPlace>,
    /// What the reply says.
    pub source: Arc<Source>,
    /// The finding there.
    pub finding: Finding,
}

impl Finding {
    /// The same in the text of its reply, where that is one of many in a file.
    pub fn in_reply(&self) -> &Self {
        self.recorded.as_ref().map_or(self, |recorded| &recorded.finding)
    }

    /// The same without any words of the draft or of the customer's: what is left is what the rule says, and places.
    #[must_use]
    pub fn redacted(self) -> Self {
        // The words of the rewrites are told in the reply: in a file they may be quoted.
        let read = &self.in_reply().suggestions;
        let own: Vec<bool> = read.iter().map(|suggestion| suggestion.is_of(&self.rule)).collect();
        let mut own = own.into_iter();
        let mut suggestions = self.suggestions;
        suggestions.retain(|_| own.next().unwrap_or_default());
        Self {
            message: self.rule.title.to_string(),
            matched: String::new(),
            suggestions,
            recorded: self.recorded.map(|recorded| Box::new(recorded.redacted())),
            ..self
        }
    }

    /// A place and what is wrong there, without rewrites; as grave as its rule says.
    pub fn plain(rule: Arc<Rule>, message: String, span: Span) -> Self {
        Self {
            severity: rule.severity,
            rule,
            message,
            span,
            matched: String::new(),
            via: String::new(),
            missing: None,
            labels: Vec::new(),
            suggestions: Vec::new(),
            fingerprint: Fingerprint(0),
            recorded: None,
        }
    }
}

impl Recorded {
    /// The same without any words of the reply, or of the file.
    fn redacted(self) -> Self {
        let (place, source) = (self.place.redacted(), self.source.redacted());
        Self { place: Arc::new(place), source: Arc::new(source), finding: self.finding.redacted() }
    }
}

/// What is wrong with one of several files that people wrote: rules, or a configuration.
#[derive(Debug)]
pub struct Problems {
    /// Which of the files, by its index.
    pub source: usize,
    /// What is wrong, and where in it.
    pub findings: Vec<Finding>,
}

impl Problems {
    /// Problems file by file, in the order of their places, under a rule of this id and title.
    pub(crate) fn of(mut problems: Vec<Problem>, id: &'static str, title: &'static str) -> Vec<Self> {
        let rule = Arc::new(Rule {
            id: id.into(),
            severity: Severity::Error,
            confidence: Confidence::High,
            title: title.into(),
            why: Text::default(),
            source: Text::default(),
            suggest: Texts::default(),
            swaps: Cow::default(),
            apply: Applicability::Manual,
            examples: Examples::default(),
        });
        problems.sort_by_key(|p| p.place);
        let mut out: Vec<Self> = Vec::new();
        for problem in problems {
            if out.last().is_none_or(|p| p.source != problem.place.file) {
                out.push(Self { source: problem.place.file, findings: Vec::new() });
            }
            if let Some(last) = out.last_mut() {
                let span = Span::new(problem.place.start, problem.place.end);
                last.findings.push(Finding::plain(rule.clone(), problem.message, span));
            }
        }
        out
    }
}

/// A finding that someone has decided to live with. It is counted and can be shown, and is never fixed.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Where it is said that it may stand.
    pub by: By,
    /// Why it may; empty for what a baseline holds.
    pub reason: String,
}

impl Suppressed {
    /// The same without any words of the draft, or of those who wrote the reason.
    #[must_use]
    pub fn redacted(self) -> Self {
        Self { finding: self.finding.redacted(), reason: String::new(), ..self }
    }

    /// The finding, with what lets it stand beside its message.
    pub fn told(&self) -> Finding {
        let by = match self.by {
            By::Config => "the configuration",
            By::FrontMatter => "front matter",
            By::Comment => "a comment",
            By::Baseline => "the baseline",
        };
        let why = if self.reason.is_empty() { String::new() } else { format!(": {}", self.reason) };
        Finding { message: format!("{} (suppressed by {by}{why})", self.finding.message), ..self.finding.clone() }
    }
}

/// Where a finding is suppressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// In an `[[ignore]]` table of the configuration.
    Config,
    /// In the front matter of the draft.
    FrontMatter,
    /// In a comment beside the words of the draft.
    Comment,
    /// In the baseline: it was there when the baseline was made.
    Baseline,
}

/// A second place, and what it has to do with the finding.
#[derive(Clone, Debug)]
pub struct Label {
    /// The place, in bytes of the source.
    pub span: Span,
    /// What it has to do with the finding.
    pub text: String,
}

/// A rewrite: what it does and the edits that make it.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What it does, in the imperative: ``write `please` ``.
    pub title: String,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// The edits, sorted, not overlapping.
    pub edits: Vec<Edit>,
}

impl Suggestion {
    /// Whether all that it says is said by the rule, with nothing of the draft filled in.
    fn is_of(&self, rule: &Rule) -> bool {
        let told = |text: &str| {
            let mut texts = rule.suggest.iter().chain(rule.swaps.iter().map(|(_, to)| to.as_ref()));
            texts.any(|known| known == text || capitalized(known) == text)
        };
        self.edits.iter().all(|edit| told(edit.text.trim()))
    }
}

/// Replaces the bytes of a span of the source by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the source.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Identifies a finding across edits elsewhere: the first 64 bits of a SHA-256 over the rule's id, the folded sentence that it stands in,
/// and what its message says beside the title. Never of a line number. What is missing from the whole reply, or counted in all of it, has
/// no sentence; a placeholder stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A finding of a rule with this id.
    pub(crate) fn finding(id: &str, severity: Severity) -> Finding {
        let rule = Rule {
            id: id.to_owned().into(),
            severity,
            confidence: Confidence::High,
            title: "title".into(),
            why: "why".into(),
            source: "".into(),
            swaps: Default::default(),
            suggest: Default::default(),
            apply: Applicability::Manual,
            examples: Examples::default(),
        };
        Finding::plain(Arc::new(rule), "found".into(), Span::default())
    }
}
