//! Which rules are wanted, and which of their findings.

use crate::error::{Error, Result, nearest};
use crate::rule::{Confidence, DETECTORS, Rule, Severity};
use crate::ruleset::Ruleset;
use std::collections::HashSet;

/// The rules in use and the floors under their findings.
#[derive(Clone, Debug)]
pub struct Selection {
    rules: HashSet<String>,
    /// Those that a selector names one by one: they are in use even if they are off by default.
    named: HashSet<String>,
    /// Findings below it are dropped.
    pub min_severity: Severity,
    /// Findings of rules below it are dropped.
    pub min_confidence: Confidence,
}

impl Selection {
    /// The selector that stands for every rule.
    pub const ALL: &'static str = "ALL";

    /// The rules that `select` names, and those that `extend` names, without those that `ignore` names. Every rule when `select` is
    /// empty. A selector is a rule id, a category, or [`Selection::ALL`]; a rule that is off by default is only in use by its id.
    ///
    /// # Errors
    /// When a selector names no rule and no category.
    pub fn new(ruleset: &Ruleset, select: &[String], extend: &[String], ignore: &[String]) -> Result<Self> {
        let mut rules = HashSet::new();
        let everything = [Self::ALL.to_string()];
        let select = if select.is_empty() { &everything } else { select };
        for selector in select.iter().chain(extend) {
            rules.extend(reporting(ruleset, selector)?);
        }
        for selector in ignore {
            for id in reporting(ruleset, selector)? {
                rules.remove(id);
            }
        }
        let named = select.iter().chain(extend).filter(|selector| rules.contains(selector.as_str())).cloned().collect();
        Ok(Self {
            named,
            rules: rules.into_iter().map(str::to_string).collect(),
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
        })
    }

    /// Whether the findings of a rule are wanted.
    pub fn wants(&self, rule: &Rule) -> bool {
        rule.severity >= self.min_severity
            && rule.confidence >= self.min_confidence
            && self.rules.contains(rule.id.as_ref())
    }

    /// Whether a rule is in use that is off by default.
    pub fn turns_on(&self, rule: &Rule) -> bool {
        self.named.contains(rule.id.as_ref())
    }

    /// Whether no rule is in use.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// The ids of the rules that a selector names. A detector has no findings to select.
fn reporting<'r>(ruleset: &'r Ruleset, selector: &str) -> Result<Vec<&'r str>> {
    let found = named(ruleset, selector)?;
    if DETECTORS.iter().any(|category| selector.split('.').next() == Some(category)) {
        return Err(Error::new(format!("`{selector}` is a detector, which reports nothing"))
            .hint("select or ignore the rules that look at what it finds"));
    }
    Ok(found)
}

/// The ids of the rules and detectors that a selector names, in the order of the rule set. [`Selection::ALL`] names no detector.
///
/// # Errors
/// When it names none; the error's hint is the nearest name.
pub fn named<'r>(ruleset: &'r Ruleset, selector: &str) -> Result<Vec<&'r str>> {
    let all = || ruleset.rules_and_detectors();
    let found: Vec<_> = all()
        .filter(|rule| match selector {
            Selection::ALL => !rule.is_detector(),
            _ => rule.is_named(selector),
        })
        .map(|rule| rule.id.as_ref())
        .collect();
    if !found.is_empty() || selector == Selection::ALL {
        return Ok(found);
    }
    let error = Error::new(format!("no rule or category is named `{selector}`"));
    let names = all().flat_map(|rule| [rule.id.as_ref(), rule.category()]);
    Err(match nearest(selector, names) {
        Some(name) if name.contains('.') => error.hint(format!("a rule with a similar name exists: `{name}`")),
        Some(name) => error.hint(format!("a category with a similar name exists: `{name}`")),
        None => error.hint("`replylint rules list` shows them all"),
    })
}
