//! (stub, being written)
use crate::document::Document;
use crate::finding::*;
use crate::rule::*;
use crate::ruleset::Ruleset;
use crate::source::{Source, Span};

/// A rule set and what of it is wanted.
#[derive(Debug)]
pub struct Linter {
    ruleset: Ruleset,
}

impl Linter {
    /// Checks with these rules.
    pub fn new(ruleset: Ruleset) -> Self {
        Self { ruleset }
    }
    /// The rules in use.
    pub fn ruleset(&self) -> &Ruleset {
        &self.ruleset
    }
    /// Finds what the rules find in the regions of a document, sorted by place, then by rule.
    pub fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        let mut out = Vec::new();
        let rule = &self.ruleset.rules()[0];
        for region in &document.regions {
            let text = region.text.text().to_lowercase();
            for (at, m) in text.match_indices("kindly") {
                let span = region.text.to_source(Span::new(at, at + m.len()));
                out.push(Finding {
                    rule: rule.clone(),
                    severity: Severity::Warning,
                    message: rule.title.to_string(),
                    span,
                    matched: source.slice(span).to_string(),
                    via: "kindly".into(),
                    missing: None,
                    labels: vec![],
                    suggestions: vec![Suggestion {
                        title: "write `please`".into(),
                        applicability: Applicability::Safe,
                        edits: vec![Edit { span, text: "please".into() }],
                    }],
                    fingerprint: Fingerprint(7),
                });
            }
        }
        out
    }
}
