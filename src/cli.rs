//! Commands and their flags. To add a command: a file here, a line in [`Command`] and an arm in its `match`.

use clap::builder::TypedValueParser;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use rayon::prelude::*;
use replylint::error::{Error, Result};
use replylint::output;
use replylint::report::{Count, Outcome};
use replylint::source::{self, Source};
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use terminal::{Terminal, Verbosity};

mod answers;
mod audit;
mod check;
mod closing;
mod completions;
mod config;
mod config_flags;
mod filters;
mod fix_flags;
mod foreign_flags;
mod git;
mod desk;
mod inputs;
mod interactive;
mod lines;
mod man;
mod output_flags;
mod output_files;
mod paths;
mod progress;
mod rule_flags;
mod suppression_flags;
mod baseline;
mod explain;
mod replace;
mod fields;
mod rules;
mod scan;
mod terminal;

const EXAMPLES: &str = "\
Examples:
  May I send this, and how do I say it better?
    replylint check draft.md
    replylint check - --customer message.txt < draft.txt

  Nothing bad gets merged:
    replylint check macros/ --output-format concise

  Where do we stand, what do we fix first?
    replylint audit macros/
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
    /// Print findings and errors, and nothing else
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 101)]
    quiet: bool,
    /// Say which configuration counts, how each file is read, and how long it takes
    #[arg(short, long, global = true, display_order = 102)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(alias = "lint")]
    Check(check::Args),
    Audit(Box<audit::Args>),
    Scan(scan::Args),
    #[command(alias = "rule")]
    Explain(explain::Args),
    Fields(fields::Args),
    /// Accept what is found today, and be told of what is new
    Baseline(baseline::Args),
    /// List rules, or run the examples they come with
    Rules(rules::Args),
    Completions(completions::Args),
    Man(man::Args),
    /// Show the configuration, or begin one
    Config(config::Args),
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

/// The commands with their flags, and answers to those of other tools.
fn answering() -> clap::Command {
    Args::command().mut_subcommand("check", foreign_flags::answer)
}

/// Reads the command line, runs the command, and says how it ended.
pub(crate) fn run() -> ExitCode {
    let matches = answering().try_get_matches().unwrap_or_else(|error| {
        // What is typed may be a stranger's name for a branch or a file, and stands in the error.
        let shown = std::env::args_os().map(|argument| output::safe(&argument.to_string_lossy()));
        answering().try_get_matches_from(shown).err().unwrap_or(error).exit()
    });
    match Args::from_arg_matches(&matches) {
        Ok(args) => args.run(),
        Err(error) => error.exit(),
    }
}

/// Says that the program itself is at fault, and ends it. What the fault says may hold a part of a draft, and is left out.
pub(crate) fn apologize(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let error = Error::new(format!("{name} {version} has come to a fault of its own{place}, and stops")).hint(
        "report that place, and how to get there; what was printed before holds, and no file is left half written",
    );
    Terminal::new(When::Auto, Verbosity::Normal).error(&error);
    std::process::exit(Outcome::Failed.code().into());
}

impl Args {
    fn run(self) -> ExitCode {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        };
        let terminal = Terminal::new(self.color, verbosity);
        let ended = match self.command {
            Command::Check(args) => args.run(&terminal),
            Command::Audit(args) => args.run(&terminal),
            Command::Scan(args) => args.run(&terminal),
            Command::Explain(args) => args.run(&terminal),
            Command::Fields(args) => args.run(&terminal),
            Command::Baseline(args) => args.run(&terminal),
            Command::Rules(args) => args.run(&terminal),
            Command::Completions(args) => args.run(),
            Command::Man(args) => args.run(),
            Command::Config(args) => args.run(&terminal),
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

/// What a variable of the environment says, if it says anything.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The variables by which AI agents say that they are some.
const AGENTS: [&str; 2] = ["AI_AGENT", "AGENT"];

/// The path that stands for standard input.
const STDIN: &str = "-";

/// What standard input is called where it has no better name.
const STDIN_NAME: &str = "<stdin>";

/// Reads a file, or standard input for `-`.
fn read(path: &Path) -> Result<Source> {
    if path.as_os_str() != STDIN {
        return Source::read(path);
    }
    Source::from_bytes(STDIN_NAME, read_bytes(path)?)
}

/// The same, whatever it is.
fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() != STDIN {
        return source::read_file(path);
    }
    source::read_from(io::stdin().lock(), 0).map_err(|e| Error::io("read", Path::new(STDIN_NAME), &e))
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
            (None, [item]) => vec![work(item)],
            (Some(pool), _) => pool.install(|| items.par_iter().map(work).collect()),
            (None, _) => items.par_iter().map(work).collect(),
        }
    }
}
