//! `check`: drafts in files, folders and standard input.

use super::answers::{Answers, Context};
use super::config_flags::{ConfigFlags, Settings};
use super::fix_flags::FixFlags;
use super::inputs::{Input, Paths};
use super::output_flags::OutputFlags;
use super::progress::Progress;
use super::replace::replace;
use super::rule_flags::{Wanted, severity};
use super::terminal::{Terminal, raw_stdout};
use super::{Stop, Workers, closing, jobs, read};
use replylint::document::Document;
use replylint::error::{Error, Result};
use replylint::finding::Finding;
use replylint::fix::{self, Reviewer};
use replylint::linter::Linter;
use replylint::output::{self, Output};
use replylint::report::{Checked, Count, Outcome, Report};
use replylint::rule::Severity;
use replylint::source::Source;
use std::fmt::Display;
use std::time::Instant;

/// Check drafts
///
/// Prints what a careful reviewer would send back, with the reason and kinder words. Findings go to standard output, all else to
/// standard error.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    answers: Answers,
    #[command(flatten)]
    output: OutputFlags,
    #[command(flatten)]
    fixes: FixFlags,
    /// Exit with 1 for findings of this severity and above
    #[arg(long, value_name = "SEVERITY", value_parser = severity(), default_value = "warning")]
    fail_on: Severity,
    /// Exit with 0 even when something is found
    #[arg(long)]
    exit_zero: bool,
    /// How many threads to use. The output is the same for any number [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = jobs())]
    jobs: Option<usize>,
    /// Do not show how far a long run has come
    #[arg(long)]
    no_progress: bool,
    #[command(flatten)]
    config: ConfigFlags,
    #[command(flatten)]
    wanted: Wanted,
}

/// How many files are read and checked before their findings are printed: enough for every core, and little memory.
const CHUNK: usize = 256;

/// How the replies of a file are found, what is known of them, and the rules that they are checked with.
struct Desk<'a> {
    settings: &'a Settings,
    context: &'a Context,
    linter: Linter,
}

impl Reviewer for Desk<'_> {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        let mut document = self.settings.document(source)?;
        self.context.tell(&mut document);
        Ok(document)
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        self.linter.check(source, document)
    }
}

impl Desk<'_> {
    /// Tells a curious user how a file was read.
    fn tell(&self, checked: &Checked, terminal: &Terminal) {
        if !terminal.is_verbose() {
            return;
        }
        let format = self.settings.reading(&checked.source).format.name();
        let profile = self.read(&checked.source).ok().and_then(|document| document.profile);
        let profile = profile.map_or_else(String::new, |name| format!(", profile {}", output::safe(&name)));
        let replies = match checked.replies {
            1 => "1 reply".into(),
            many => format!("{many} replies"),
        };
        let name = output::safe(checked.source.name());
        terminal.detail(format_args!("read `{name}` as {format}{profile}: {replies}"));
    }
}

/// Tells a curious user how long something takes.
struct Stopwatch<'a> {
    terminal: &'a Terminal,
    start: Instant,
}

impl<'a> Stopwatch<'a> {
    fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, start: Instant::now() }
    }

    fn lap(self, what: impl Display) {
        self.terminal.detail(format_args!("{what} in {:.1} ms", self.start.elapsed().as_secs_f64() * 1e3));
    }
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let output = if self.fixes.diff { Output::Diff } else { self.output.output()? };
        let settings = self.config.load(terminal)?;
        if self.fixes.fix && self.paths.check_stdin() {
            return Err(Error::new("`--fix` writes files, and standard input is none")
                .hint("`--diff` shows what would change")
                .into());
        }
        let watch = Stopwatch::new(terminal);
        let inputs = self.paths.inputs(&settings, self.answers.read_stdin())?;
        watch.lap(format_args!("files: {}, found", inputs.files.len()));
        let watch = Stopwatch::new(terminal);
        let linter = self.wanted.linter(terminal)?;
        watch.lap("rules: ready");
        settings.check_kinds(linter.ruleset())?;
        let context = self.answers.context(linter.ruleset())?;
        let desk = Desk { settings: &settings, context: &context, linter };

        let workers = Workers::new(self.jobs)?;
        let progress = Progress::new(inputs.files.len(), terminal.is_watched() && !self.no_progress);
        let check = |input: &Input| {
            let checked = self.check(input, &desk);
            progress.step(checked.iter().flatten().map(|checked| checked.findings.len()).sum());
            checked
        };
        let watch = Stopwatch::new(terminal);
        let checked = inputs.files.chunks(CHUNK).flat_map(|chunk| {
            let checked = workers.map(chunk, check);
            progress.clear();
            checked.iter().flatten().flatten().for_each(|checked| desk.tell(checked, terminal));
            checked
        });
        let mut report = Report::new(inputs.errors.iter().map(|error| Err(error.clone())).chain(checked));
        let out = if output.is_for_people() { terminal.stdout() } else { raw_stdout() };
        output::write(&mut report, &mut [output.begin(terminal.style(), out)])?;

        watch.lap("check: done");

        let summary = report.summary;
        closing::notes(&summary, &inputs, &settings, terminal);
        if self.fixes.diff && summary.replies > 0 {
            terminal.note(format_args!("Would fix {}.", Count(summary.fixed, "finding")));
        } else if summary.replies == 0 || output.is_for_people() {
            closing::sums(&summary, &inputs, terminal);
        }
        if self.paths.staged && self.fixes.fix && summary.fixed > 0 {
            terminal.note("note: what was fixed is not staged; `git add` stages it");
        }
        Ok(match summary.outcome(self.fail_on) {
            // What a program chooses may come to nothing.
            Outcome::Failed if inputs.chosen.is_some() && summary.errors.is_empty() => Outcome::Clean,
            Outcome::Found | Outcome::Clean if self.fixes.diff && !self.exit_zero && summary.fixed > 0 => {
                Outcome::Found
            }
            Outcome::Found if self.exit_zero || self.fixes.diff => Outcome::Clean,
            outcome => outcome,
        })
    }

    /// Reads a file; `None` when it is not text and nobody said that it is.
    fn read(&self, input: &Input) -> Result<Option<Source>> {
        if input.is_stdin() {
            let source = read(&input.path)?;
            return Ok(Some(match &self.paths.stdin_filename {
                Some(name) => source.renamed(name.display().to_string()),
                None => source,
            }));
        }
        let bytes = match &input.staged {
            Some(_) if self.fixes.fix => {
                return Err(Error::new(format!(
                    "cannot fix `{}`: not all of its changes are staged",
                    input.path.display()
                ))
                .hint("stage the rest of it, or put it aside with `git stash --keep-index`"));
            }
            Some(staged) => staged.read()?,
            None => std::fs::read(&input.path).map_err(|e| Error::io("read", &input.path, &e))?,
        };
        if !input.named && Source::is_binary(&bytes) {
            return Ok(None);
        }
        Source::from_bytes(input.path.display().to_string(), bytes).map(Some)
    }

    /// Checks a file, and fixes it where that is asked for; `None` when it is not text.
    fn check(&self, input: &Input, desk: &Desk<'_>) -> Result<Option<Checked>> {
        let Some(mut source) = self.read(input)? else { return Ok(None) };
        let (mut fixed, mut unwritten, mut unstable, mut proposed, mut found) = (0, 0, false, None, None);
        if let Some(floor) = self.fixes.floor() {
            let done = fix::fix(&source, floor, desk)?;
            (fixed, unwritten, unstable) = (done.made, done.unwritten, done.unstable);
            if fixed > 0 && self.fixes.diff {
                proposed = Some(done.source);
            } else {
                if fixed > 0 {
                    replace(&input.path, &source.encode(source.text()), &done.source.encode(done.source.text()))?;
                    source = done.source;
                }
                found = Some(done.findings);
            }
        }
        let document = desk.read(&source)?;
        let texts = || document.replies().map(|region| region.text.text());
        let replies = document.replies().filter(|region| region.subject < region.text.text().len()).count();
        let words = texts().map(|text| text.split_whitespace().count()).sum();
        let findings = found.unwrap_or_else(|| desk.check(&source, &document));
        Ok(Some(Checked {
            foreign: document.foreign,
            source,
            findings,
            suppressed: Vec::new(),
            replies,
            words,
            fixed,
            unwritten,
            unstable,
            proposed,
        }))
    }
}
