//! Commands and their flags. To add a command: a file here, a line in [`Command`] and an arm in its `match`.

use clap::builder::TypedValueParser;
use clap::{Parser, Subcommand, ValueEnum};
use rayon::prelude::*;
use replylint::error::{Error, Result};
use replylint::report::{Count, Outcome};
use replylint::source::Source;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;
use terminal::Terminal;

mod answers;
mod check;
mod closing;
mod config_flags;
mod fix_flags;
mod inputs;
mod interactive;
mod output_flags;
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
    Fields(fields::Args),
    /// Accept what is found today, and be told of what is new
    Baseline(baseline::Args),
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
            Command::Fields(args) => args.run(&terminal),
            Command::Baseline(args) => args.run(&terminal),
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
            (None, [item]) => vec![work(item)],
            (Some(pool), _) => pool.install(|| items.par_iter().map(work).collect()),
            (None, _) => items.par_iter().map(work).collect(),
        }
    }
}
