//! (stub, being written)
use crate::finding::Finding;
use crate::rule::Rule;
use crate::source::Source;
use std::sync::Arc;

/// Rules, ready to check.
#[derive(Debug, Clone)]
pub struct Ruleset {
    rules: Vec<Arc<Rule>>,
}

/// What is wrong with a rule file: findings with places in it.
#[derive(Debug)]
pub struct Problems {
    /// Which of the sources given.
    pub source: usize,
    /// What is wrong, and where.
    pub findings: Vec<Finding>,
}

impl Ruleset {
    /// The rules that come with the program.
    pub fn builtin() -> Self {
        use crate::rule::*;
        Self {
            rules: vec![Arc::new(Rule {
                id: "boilerplate.kindly".into(),
                severity: Severity::Warning,
                confidence: Confidence::High,
                title: "stiff wording".into(),
                why: "It reads like a form letter.".into(),
                source: "x".into(),
                suggest: vec!["please".into()].into(),
                apply: Applicability::Safe,
                examples: Examples::default(),
            })],
        }
    }
    /// The text of the rules that come with the program, for showing places in it.
    pub fn builtin_source() -> Source {
        Source::new("rules.toml", "")
    }
    /// Reads rule files, each extending or overriding those before it, and the built-in set unless `bare`.
    ///
    /// # Errors
    /// Everything that is wrong with the files, all at once.
    pub fn load(_sources: &[Source], _bare: bool) -> Result<Self, Vec<Problems>> {
        Ok(Self::builtin())
    }
    /// The rules in the order of their files.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }
    /// Runs every example of the rules in `sources` (of the built-in file when there are none). Each failure is a finding with its place in the rule file.
    pub fn test(_sources: &[Source], _bare: bool) -> Result<Tested, Vec<Problems>> {
        Ok(Tested { rules: 1, examples: 2, failures: vec![] })
    }
}

/// The result of running a rule set's examples.
#[derive(Debug)]
pub struct Tested {
    /// How many rules were tested.
    pub rules: usize,
    /// How many examples were run.
    pub examples: usize,
    /// What did not hold, per source.
    pub failures: Vec<Problems>,
}
