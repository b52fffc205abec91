//! Commands and their flags. To add a command: a file here, a line in [`Command`] and an arm in its `match`.

use anstream::{AutoStream, ColorChoice};
use clap::builder::{PossibleValuesParser, TypedValueParser, styling};
use clap::{Args as Flags, Parser, Subcommand, ValueEnum};
use rayon::prelude::*;
use replylint::document::Document;
use replylint::error::{Error, Result};
use replylint::finding::Finding;
use replylint::linter::Linter;
use replylint::mapped::Mapped;
use replylint::output::{self, Style, wire};
use replylint::report::{Count, Outcome};
use replylint::rule::{Confidence, Rule, Severity};
use replylint::ruleset::{Problems, Ruleset};
use replylint::selection::Selection;
use replylint::source::{Source, Span};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod check;
mod explain;
mod rules;
mod scan;

const EXAMPLES: &str = "\
Examples:
  May I send this, and how do I say it better?
    replylint check draft.md
    replylint check - --customer message.txt < draft.txt

  Nothing bad gets merged:
    replylint check macros/ --output-format concise

  Where do we stand, what do we fix first?
    replylint check macros/ --statistics
    replylint scan < replies.jsonl > findings.jsonl

Exit codes:
  0  nothing found at or above --fail-on
  1  something found
  2  something, or everything, could not be checked";

/// A linter for customer replies: finds blame, excuses, dismissals and dead ends, says why, and offers kinder words
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// When to colour the output. `auto` heeds NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", display_order = 100)]
    color: When,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Scan(scan::Args),
    Explain(explain::Args),
    /// List rules, or run the examples they come with
    Rules(rules::Args),
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum When {
    #[default]
    Auto,
    Always,
    Never,
}

/// Text for a person, or JSON for a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Listing {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// Which rule files to use.
#[derive(Debug, Default, Flags)]
struct RuleFiles {
    /// Add the rules of a file to the built-in ones, or override them. May be repeated
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long)]
    no_default_rules: bool,
}

/// Which rules and findings are wanted.
#[derive(Debug, Flags)]
#[command(next_help_heading = "Rules")]
struct Wanted {
    /// Use only these rules: an id, a category, or ALL. May be repeated or separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Use these rules as well
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

fn severity() -> impl TypedValueParser<Value = Severity> {
    let words = Severity::ALL.iter().rev().map(|s| s.word());
    PossibleValuesParser::new(words).map(|word| Severity::from_word(&word).unwrap_or(Severity::Warning))
}

fn confidence() -> impl TypedValueParser<Value = Confidence> {
    let words = Confidence::ALL.iter().rev().map(|c| c.word());
    PossibleValuesParser::new(words).map(|word| Confidence::from_word(&word).unwrap_or(Confidence::Low))
}

fn jobs() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u16).range(1..).map(usize::from)
}

/// Why a command stopped.
enum Stop {
    /// Something failed.
    Error(Error),
    /// Whoever reads the output has seen enough.
    BrokenPipe,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Only writing to standard output makes a bare [`io::Error`]; reading says what it could not read.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Error(Error::new(format!("cannot write the output: {error}"))),
        }
    }
}

impl Args {
    /// Runs the command and says how it ended.
    pub(crate) fn run(self) -> ExitCode {
        let terminal = Terminal::new(self.color);
        let ended = match self.command {
            Command::Check(args) => args.run(&terminal),
            Command::Scan(args) => args.run(&terminal),
            Command::Explain(args) => args.run(&terminal),
            Command::Rules(args) => args.run(&terminal),
        };
        match ended {
            Ok(outcome) => outcome.code().into(),
            // Nobody is left to read the rest: `replylint check . | head` did what was asked.
            Err(Stop::BrokenPipe) => Outcome::Clean.code().into(),
            Err(Stop::Error(error)) => {
                terminal.error(&error);
                Outcome::Failed.code().into()
            }
        }
    }
}

const RED: styling::Style = styling::AnsiColor::BrightRed.on_default().bold();
const CYAN: styling::Style = styling::AnsiColor::BrightCyan.on_default().bold();
const BOLD: styling::Style = styling::Style::new().bold();
const UNDERLINE: styling::Style = styling::Style::new().underline();

/// Standard output and error, and what they can show.
struct Terminal {
    out: ColorChoice,
    err: ColorChoice,
}

impl Terminal {
    fn new(when: When) -> Self {
        let choose = |auto: ColorChoice| match (when, forced()) {
            (When::Always, _) => ColorChoice::Always,
            (When::Never, _) => ColorChoice::Never,
            (When::Auto, Some(choice)) => choice,
            (When::Auto, None) => auto,
        };
        Self { out: choose(AutoStream::choice(&io::stdout())), err: choose(AutoStream::choice(&io::stderr())) }
    }

    /// Standard output for text, buffered. Flush it before anything is written to standard error.
    fn stdout(&self) -> Box<dyn Write> {
        Box::new(io::BufWriter::with_capacity(64 * 1024, AutoStream::new(io::stdout(), self.out)))
    }

    /// How to draw on standard output.
    fn style(&self) -> Style {
        Self::drawing(self.out, &io::stdout())
    }

    fn drawing(choice: ColorChoice, stream: &impl IsTerminal) -> Style {
        let color = !matches!(choice, ColorChoice::Never);
        if !stream.is_terminal() {
            return Style { color, ..Style::PLAIN };
        }
        let width = terminal_size::terminal_size().map_or(Style::PLAIN.width, |(width, _)| width.0.into());
        Style { color, unicode: speaks_unicode(), width: width.clamp(60, 120) }
    }

    /// Tells the user something that is not a result. Nothing can be done when even that fails.
    fn note(&self, line: impl std::fmt::Display) {
        let _ = writeln!(AutoStream::new(io::stderr(), self.err), "{line}");
    }

    fn error(&self, error: &Error) {
        self.note(format_args!("{RED}error{RED:#}: {}", output::safe(&error.to_string())));
        if let Some(hint) = error.next_step() {
            self.help(hint);
        }
    }

    fn help(&self, hint: &str) {
        self.note(format_args!("  {CYAN}help{CYAN:#}: {}", output::safe(hint)));
    }

    /// Shows what is wrong with rule files, each in its place.
    fn problems(&self, sources: &[Source], problems: &[Problems]) {
        let style = Self::drawing(self.err, &io::stderr());
        for of in problems {
            let Some(source) = sources.get(of.source) else { continue };
            for finding in &of.findings {
                self.note(format_args!("{}\n", output::draw(finding, source, style)));
            }
        }
    }
}

/// Standard output for data, buffered: not a byte of it is changed.
fn raw_stdout() -> Box<dyn Write> {
    Box::new(io::BufWriter::with_capacity(64 * 1024, io::stdout()))
}

/// What the environment says about colour before anyone asks the terminal. `anstream` knows all but FORCE_COLOR.
fn forced() -> Option<ColorChoice> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return Some(ColorChoice::Never);
    }
    let force = set("FORCE_COLOR")?;
    Some(if force == "0" || force == "false" { ColorChoice::Never } else { ColorChoice::Always })
}

/// Whether the locale is a UTF-8 one, as the C library would decide.
fn speaks_unicode() -> bool {
    let value =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    value.is_some_and(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

impl RuleFiles {
    fn sources(&self) -> Result<Vec<Source>> {
        if self.rules.is_empty() && self.no_default_rules {
            return Err(Error::new("`--no-default-rules` leaves no rules").hint("add your own with `--rules FILE`"));
        }
        self.rules.iter().map(|path| Source::read(path)).collect()
    }

    /// Reads the rule files; what is wrong with them is shown at once.
    fn load(&self, terminal: &Terminal) -> Result<Ruleset> {
        let sources = self.sources()?;
        Ruleset::load(&sources, self.no_default_rules).map_err(|problems| {
            terminal.problems(&sources, &problems);
            invalid(&problems)
        })
    }
}

/// The error that closes a list of what is wrong with rule files.
fn invalid(problems: &[Problems]) -> Error {
    let count = problems.iter().map(|p| p.findings.len()).sum();
    Error::new(format!("{} in the rule files; nothing was checked", Count(count, "problem")))
}

/// Writes rules for programs.
fn print_as_json(rules: &[&Rule]) -> io::Result<()> {
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

/// The rules in use, ready for any text.
struct Checker {
    linter: Linter,
    selection: Selection,
}

impl Checker {
    fn new(wanted: &Wanted, terminal: &Terminal) -> Result<Self> {
        let ruleset = wanted.files.load(terminal)?;
        let mut selection = Selection::new(&ruleset, &wanted.select, &wanted.extend_select, &wanted.ignore)?;
        if selection.is_empty() {
            return Err(Error::new("no rule is left to check with").hint("look at `--select` and `--ignore`"));
        }
        selection.min_severity = wanted.min_severity;
        selection.min_confidence = wanted.min_confidence;
        Ok(Self { linter: Linter::new(ruleset), selection })
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        let mut findings = self.linter.check(source, document);
        findings.retain(|finding| self.selection.wants(finding));
        findings
    }
}

/// Says what the customer wrote, for every reply in the document. It takes the place of what the draft itself quotes.
fn answer<'s>(document: &mut Document<'s>, customer: Option<&'s str>) {
    let Some(customer) = customer else { return };
    for region in &mut document.regions {
        region.customer = Some(Mapped::verbatim(customer, Span::new(0, customer.len())));
    }
}

/// The path that stands for standard input.
const STDIN: &str = "-";

/// What standard input is called where it has no better name.
const STDIN_NAME: &str = "<stdin>";

/// Reads a file, or standard input for `-`.
fn read(path: &Path) -> Result<Source> {
    if path.as_os_str() != STDIN {
        return Source::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|e| Error::io("read", Path::new(STDIN_NAME), &e))?;
    Source::from_bytes(STDIN_NAME, bytes)
}

/// The threads that texts are checked on.
struct Workers(Option<rayon::ThreadPool>);

impl Workers {
    /// So many threads, or one for each core.
    fn new(jobs: Option<usize>) -> Result<Self> {
        let Some(jobs) = jobs else { return Ok(Self(None)) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
        Ok(Self(Some(pool.map_err(|e| Error::new(format!("cannot start {}: {e}", Count(jobs, "thread"))))?)))
    }

    /// Does the work on each item; the results are in the order of the items.
    fn map<T: Sync, U: Send>(&self, items: &[T], work: impl Fn(&T) -> U + Send + Sync) -> Vec<U> {
        match (&self.0, items) {
            // Threads take longer to start than one text takes to check.
            (_, [item]) => vec![work(item)],
            (Some(pool), _) => pool.install(|| items.par_iter().map(work).collect()),
            (None, _) => items.par_iter().map(work).collect(),
        }
    }
}
