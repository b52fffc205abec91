//! The flags that say which rules to use, and the rules that they stand for.

use super::terminal::{Terminal, raw_stdout};
use clap::Args as Flags;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use replylint::error::{Error, Result};
use replylint::finding::Problems;
use replylint::linter::Linter;
use replylint::output::wire;
use replylint::report::Count;
use replylint::rule::{Confidence, Rule, Severity};
use replylint::ruleset::Ruleset;
use replylint::selection::Selection;
use replylint::source::Source;
use std::io::{self, Write};
use std::path::PathBuf;

/// Which rule files to use.
#[derive(Debug, Default, Flags)]
pub(super) struct RuleFiles {
    /// Add the rules of a file to the built-in ones, or override them. May be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) rules: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long)]
    pub(super) no_default_rules: bool,
}

/// Which rules and findings are wanted.
#[derive(Debug, Flags)]
#[command(next_help_heading = "Rules")]
pub(super) struct Wanted {
    /// Use only these rules: an id, a category, or ALL. May be repeated or separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Use these rules as well, even those that are off by default
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    extend_select: Vec<String>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Drop findings below this severity
    #[arg(long, value_name = "SEVERITY", value_parser = severity(), default_value = "info")]
    min_severity: Severity,
    /// Drop findings of rules that are less sure than this
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence(), default_value = "low")]
    min_confidence: Confidence,
    #[command(flatten)]
    files: RuleFiles,
}

pub(super) fn severity() -> impl TypedValueParser<Value = Severity> {
    let words = Severity::ALL.iter().rev().map(|s| s.word());
    PossibleValuesParser::new(words).map(|word| Severity::from_word(&word).unwrap_or(Severity::Warning))
}

fn confidence() -> impl TypedValueParser<Value = Confidence> {
    let words = Confidence::ALL.iter().rev().map(|c| c.word());
    PossibleValuesParser::new(words).map(|word| Confidence::from_word(&word).unwrap_or(Confidence::Low))
}

impl RuleFiles {
    pub(super) fn sources(&self) -> Result<Vec<Source>> {
        if self.rules.is_empty() && self.no_default_rules {
            return Err(Error::new("`--no-default-rules` leaves no rules").hint("add your own with `--rules FILE`"));
        }
        self.rules.iter().map(|path| Source::read(path)).collect()
    }

    /// Reads the rule files; what is wrong with them is shown at once.
    pub(super) fn load(&self, terminal: &Terminal) -> Result<Ruleset> {
        let sources = self.sources()?;
        Ruleset::load(&sources, self.no_default_rules).map_err(|problems| {
            terminal.problems(&sources, &problems);
            invalid(&problems, "the rule files")
        })
    }
}

/// The error that closes a list of what is wrong with files.
pub(super) fn invalid(problems: &[Problems], files: &str) -> Error {
    let count = problems.iter().map(|p| p.findings.len()).sum();
    Error::new(format!("{} in {files}; nothing was checked", Count(count, "problem")))
}

impl Wanted {
    /// The rules in use, ready for any text.
    pub(super) fn linter(&self, terminal: &Terminal) -> Result<Linter> {
        let ruleset = self.files.load(terminal)?;
        let mut selection = Selection::new(&ruleset, &self.select, &self.extend_select, &self.ignore)?;
        if selection.is_empty() {
            return Err(Error::new("no rule is left to check with").hint("look at `--select` and `--ignore`"));
        }
        selection.min_severity = self.min_severity;
        selection.min_confidence = self.min_confidence;
        let linter = Linter::new(ruleset).select(&selection);
        if linter.is_idle() {
            return Err(Error::new("no rule is left to check with")
                .hint("look at `--select`, `--min-severity`, `--min-confidence`, and at rules that are not enabled"));
        }
        Ok(linter)
    }
}

/// Writes rules for programs.
pub(super) fn print_as_json(rules: &[&Rule]) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Envelope {
        schema_version: u32,
        tool: wire::Tool,
        rules: Vec<wire::Rule>,
    }
    let rules = rules.iter().map(|&rule| rule.into()).collect();
    let envelope = Envelope { schema_version: wire::VERSION, tool: wire::Tool::this(), rules };
    let mut out = raw_stdout();
    serde_json::to_writer_pretty(&mut out, &envelope)?;
    writeln!(out)?;
    out.flush()
}
