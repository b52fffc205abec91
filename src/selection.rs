//! Which rules are wanted, and how grave their findings are.

use crate::error::{Error, Result, nearest};
use crate::rule::{Confidence, DETECTORS, Rule, Severity};
use crate::ruleset::{Check, Ruleset};
use crate::toml_file::{Literal, Place};
use std::sync::Arc;

/// What a configuration or a command line says of rules. A selector is a rule id, a category, or [`Selection::ALL`].
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// In use are these only.
    pub select: Option<Vec<Literal>>,
    /// In use are these as well.
    pub extend_select: Vec<Literal>,
    /// Not in use are these.
    pub ignore: Vec<Literal>,
    /// How grave the findings of a rule, or of a category, are; `None` where they are not wanted.
    pub severity: Vec<(Literal, Option<Severity>)>,
}

/// A selector that names nothing: where it stands, and why it is none.
pub type Unknown = (Place, Error);

/// The rules in use, each with the severity of its findings, and the floors under them.
#[derive(Clone, Debug)]
pub struct Selection {
    /// By the number of a rule.
    levels: Vec<Level>,
    /// Findings below it are dropped.
    pub min_severity: Severity,
    /// Findings of rules below it are dropped.
    pub min_confidence: Confidence,
}

/// What is wanted of a rule.
#[derive(Clone, Copy, Debug)]
struct Level {
    selected: bool,
    /// `None` where it is off, selected or not.
    severity: Option<Severity>,
}

impl Selection {
    /// The selector that stands for every rule.
    pub const ALL: &'static str = "ALL";

    /// The rules that are on by default, each as grave as it says.
    pub fn new(ruleset: &Ruleset) -> Self {
        let level = |(rule, check): (&Arc<Rule>, &Check)| Level {
            selected: check.enabled && check.detects.is_none(),
            severity: Some(rule.severity),
        };
        Self {
            levels: ruleset.all.iter().zip(ruleset.checks.iter()).map(level).collect(),
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
        }
    }

    /// Changes it as somebody says, over what was said before: first what is selected, then what is ignored, then the severities, those
    /// of categories before those of rules. A rule that is off by default is only selected by its id; one that is selected again is as
    /// grave as it says itself if it was turned off. What names nothing is added to `unknown`.
    pub fn apply(&mut self, ruleset: &Ruleset, choice: &Choice, unknown: &mut Vec<Unknown>) {
        let mut numbers = |selector: &Literal| match reporting(ruleset, &selector.text) {
            Ok(numbers) => numbers,
            Err(error) => {
                unknown.push((selector.place, error));
                Vec::new()
            }
        };
        if choice.select.is_some() {
            self.levels.iter_mut().for_each(|level| level.selected = false);
        }
        for selector in choice.select.iter().flatten().chain(&choice.extend_select) {
            for number in numbers(selector) {
                let rule = &ruleset.all[number];
                if ruleset.checks[number].enabled || rule.id == selector.text {
                    let severity = self.levels[number].severity.or(Some(rule.severity));
                    self.levels[number] = Level { selected: true, severity };
                }
            }
        }
        for number in choice.ignore.iter().flat_map(&mut numbers) {
            self.levels[number].selected = false;
        }
        let (rules, categories): (Vec<_>, Vec<_>) = choice.severity.iter().partition(|(of, _)| of.text.contains('.'));
        for (of, severity) in categories.into_iter().chain(rules) {
            for number in numbers(of) {
                self.levels[number].severity = *severity;
            }
        }
    }

    /// How grave the findings of a rule are; `None` where they are not wanted.
    pub fn severity(&self, number: usize, rule: &Rule) -> Option<Severity> {
        let level = self.levels.get(number).filter(|level| level.selected)?;
        level.severity.filter(|severity| *severity >= self.min_severity && rule.confidence >= self.min_confidence)
    }

    /// Whether no rule is in use.
    pub fn is_empty(&self) -> bool {
        self.levels.iter().all(|level| !level.selected || level.severity.is_none())
    }
}

/// The numbers of the rules that a selector names. A detector has no findings to select.
fn reporting(ruleset: &Ruleset, selector: &str) -> Result<Vec<usize>> {
    let found = numbers(ruleset, selector)?;
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
    Ok(numbers(ruleset, selector)?.into_iter().map(|number| ruleset.all[number].id.as_ref()).collect())
}

fn numbers(ruleset: &Ruleset, selector: &str) -> Result<Vec<usize>> {
    let is_named = |rule: &Rule| match selector {
        Selection::ALL => !rule.is_detector(),
        _ => rule.is_named(selector),
    };
    let found: Vec<_> = ruleset.all.iter().enumerate().filter(|(_, rule)| is_named(rule)).map(|(n, _)| n).collect();
    if !found.is_empty() || selector == Selection::ALL {
        return Ok(found);
    }
    let error = Error::new(format!("no rule or category is named `{selector}`"));
    let names = ruleset.all.iter().flat_map(|rule| [rule.id.as_ref(), rule.category()]);
    Err(match nearest(selector, names) {
        Some(name) if name.contains('.') => error.hint(format!("a rule with a similar name exists: `{name}`")),
        Some(name) => error.hint(format!("a category with a similar name exists: `{name}`")),
        None => error.hint("`replylint rules list` shows them all"),
    })
}
