//! The flags that say which rules to use, and the rules that they stand for.

use super::config_flags::Settings;
use super::inputs::{Input, Inputs};
use super::terminal::{Terminal, print_json};
use clap::Args as Flags;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use replylint::config::ForFile;
use replylint::error::{Error, Result};
use replylint::finding::Problems;
use replylint::linter::Linter;
use replylint::output::wire;
use replylint::report::Count;
use replylint::rule::{Confidence, Rule, Severity};
use replylint::ruleset::Ruleset;
use replylint::selection::{Choice, Selection};
use replylint::source::Source;
use replylint::toml_file::Literal;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

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
    /// Drop findings below this severity [default: info]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    min_severity: Option<Severity>,
    /// Drop findings of rules that are less sure than this [default: low]
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence())]
    min_confidence: Option<Confidence>,
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
        load(&self.sources()?, self.no_default_rules, terminal)
    }
}

impl RuleFiles {
    /// The rules of each configuration, with those of the flags. What is wrong with configurations and rule files is shown at once.
    pub(super) fn linters(&self, settings: &mut Settings, terminal: &Terminal) -> Result<Linters> {
        let mut made: Vec<((Vec<PathBuf>, bool), Linter)> = Vec::new();
        let (mut bases, mut texts) = (Vec::new(), Vec::new());
        for number in 0..settings.configs().len() {
            let config = &settings.configs()[number];
            let bare = self.no_default_rules || !config.default_rules();
            let mut named: Vec<(PathBuf, Option<Literal>)> = Vec::new();
            let of_config = config.rules().map(|literal| (settings.beside(literal), Some(literal.clone())));
            for (path, literal) in of_config.chain(self.rules.iter().map(|path| (path.clone(), None))) {
                if !named.iter().any(|(other, _)| *other == path) {
                    named.push((path, literal));
                }
            }
            let key = (named.iter().map(|(path, _)| path.clone()).collect(), bare);
            if let Some((_, linter)) = made.iter().find(|(other, _)| *other == key) {
                bases.push(linter.clone());
                continue;
            }
            let mut sources = Vec::new();
            for (path, literal) in &named {
                match (Source::read(path), literal) {
                    (Ok(source), _) => sources.push(source),
                    (Err(error), Some(literal)) => settings.problem(literal.place, error.to_string()),
                    (Err(error), None) => return Err(error),
                }
            }
            if named.is_empty() && bare {
                let why = if self.no_default_rules { "`--no-default-rules`" } else { "`default-rules = false`" };
                return Err(Error::new(format!("{why} leaves no rules")).hint("add your own with `--rules FILE`"));
            }
            let ruleset = load(&sources, bare, terminal).or_else(|error| {
                settings.check(terminal)?;
                Err(error)
            });
            let linter = Linter::new(ruleset?);
            texts.extend(sources);
            bases.push(linter.clone());
            made.push((key, linter));
        }
        for (number, base) in bases.iter().enumerate() {
            let unknown = settings.configs()[number].unknown(base.ruleset());
            settings.problems(unknown);
        }
        settings.check(terminal)?;
        Ok(Linters { bases, texts, choice: Choice::default(), floors: (None, None), views: Mutex::default() })
    }
}

/// Compiles rule files; what is wrong with them is shown at once.
fn load(sources: &[Source], bare: bool, terminal: &Terminal) -> Result<Ruleset> {
    Ruleset::load(sources, bare).map_err(|problems| {
        terminal.problems(sources, &problems);
        invalid(&problems, "the rule files")
    })
}

/// The error that closes a list of what is wrong with files.
pub(super) fn invalid(problems: &[Problems], files: &str) -> Error {
    let count = problems.iter().map(|p| p.findings.len()).sum();
    Error::new(format!("{} in {files}; nothing was checked", Count(count, "problem")))
}

impl Wanted {
    /// The rules that count for each file, ready for any text.
    pub(super) fn linters(&self, settings: &mut Settings, terminal: &Terminal) -> Result<Linters> {
        let literals = |texts: &[String]| texts.iter().map(|text| Literal::bare(text)).collect::<Vec<_>>();
        let choice = Choice {
            select: (!self.select.is_empty()).then(|| literals(&self.select)),
            extend_select: literals(&self.extend_select),
            ignore: literals(&self.ignore),
            severity: Vec::new(),
        };
        let floors = (self.min_severity, self.min_confidence);
        let linters = Linters { choice, floors, ..self.files.linters(settings, terminal)? };
        let mut unknown = Vec::new();
        Selection::new(linters.ruleset()).apply(linters.ruleset(), &linters.choice, &mut unknown);
        if let Some((_, error)) = unknown.into_iter().next() {
            return Err(error);
        }
        Ok(linters)
    }
}

/// The rules that count for each file. Rule files are read and compiled once, however many configurations name them.
pub(super) struct Linters {
    /// By the number of the configuration.
    bases: Vec<Linter>,
    /// The rule files.
    texts: Vec<Source>,
    /// What flags say of rules.
    choice: Choice,
    floors: (Option<Severity>, Option<Confidence>),
    /// Those with the rules that count, by the number of the configuration and the overrides that name the file.
    views: Mutex<HashMap<View, Linter>>,
}

/// The error that nothing would be looked for.
pub(super) fn no_rules() -> Error {
    Error::new("no rule is left to check with").hint(
        "look at `--select`, `--ignore`, `--min-severity`, `--min-confidence`, at the configuration, and at rules that are not enabled",
    )
}

/// The number of a configuration, and the overrides in it that name a file.
type View = (usize, Vec<(usize, usize)>);

impl Linters {
    /// The rule files that were read.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.texts.iter().map(|text| Path::new(text.name()))
    }

    /// The rules of the run's configuration.
    pub(super) fn ruleset(&self) -> &Ruleset {
        self.bases[0].ruleset()
    }

    /// What checks a file, of which its configuration, by number, says so much.
    pub(super) fn of(&self, config: usize, says: &ForFile<'_>) -> Linter {
        let base = &self.bases[config];
        let make = || base.select(&self.selection(base.ruleset(), says));
        match self.views.lock() {
            Ok(mut views) => views.entry((config, says.overrides().to_vec())).or_insert_with(make).clone(),
            Err(_) => make(),
        }
    }

    /// Makes sure that a rule is left for some file.
    ///
    /// # Errors
    /// When none is.
    pub(super) fn serve(&self, inputs: &Inputs, settings: &Settings) -> Result<()> {
        let is_idle = |input: &Input| self.of(input.config, &settings.for_file(input.config, &input.path)).is_idle();
        let idle = !inputs.files.is_empty() && inputs.files.iter().all(is_idle);
        if idle { Err(no_rules()) } else { Ok(()) }
    }

    /// What stands for the rules in use: it changes with each of them, with its severity, and with the program.
    pub(super) fn digest(&self, settings: &Settings) -> String {
        let mut digest = Sha256::new();
        digest.update(env!("CARGO_PKG_VERSION"));
        self.texts.iter().for_each(|source| digest.update(source.text()));
        for (base, config) in self.bases.iter().zip(settings.configs()) {
            let selection = self.selection(base.ruleset(), &config.for_any_file());
            for (number, rule) in base.ruleset().rules_and_detectors().enumerate() {
                let severity = selection.severity(number, rule);
                digest.update(format!("{severity:?} {rule:?}"));
            }
        }
        digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    fn selection(&self, ruleset: &Ruleset, says: &ForFile<'_>) -> Selection {
        let mut selection = says.selection(ruleset, &self.choice);
        selection.min_severity = self.floors.0.unwrap_or(selection.min_severity);
        selection.min_confidence = self.floors.1.unwrap_or(selection.min_confidence);
        selection
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
    print_json(&Envelope { schema_version: wire::VERSION, tool: wire::Tool::this(), rules })
}
