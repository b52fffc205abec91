//! `check`: drafts in files, folders and standard input.

use super::answers::Answers;
use super::baseline::Stood;
use super::config_flags::ConfigFlags;
use super::desk::Brief;
use super::fix_flags::FixFlags;
use super::inputs::{Input, Paths as Given};
use super::interactive::Conversation;
use super::output_files::OutputFile;
use super::output_flags::{OutputFlags, configured};
use super::progress::Progress;
use super::replace::Held;
use super::rule_flags::{Wanted, severity};
use super::suppression_flags::SuppressionFlags;
use super::terminal::{Terminal, raw_stdout, unattended};
use super::{Stop, Workers, closing, jobs, read};
use replylint::config;
use replylint::error::{Error, Result};
use replylint::fix;
use replylint::output::{self, Output, Style};
use replylint::report::{Checked, Count, Outcome, Report};
use replylint::rule::Severity;
use replylint::source::Source;
use std::cell::Cell;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

/// Check drafts
///
/// Prints what a careful reviewer would send back, with the reason and kinder words. Findings go to standard output, all else to
/// standard error.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    paths: Given,
    #[command(flatten)]
    answers: Answers,
    #[command(flatten)]
    output: OutputFlags,
    #[command(flatten)]
    fixes: FixFlags,
    /// Exit with 1 for findings of this severity and above [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    fail_on: Option<Severity>,
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
    #[command(flatten)]
    suppression: SuppressionFlags,
    /// Show what is suppressed too, with the reason: in `full` and `concise`
    #[arg(long, help_heading = "Suppression")]
    show_suppressed: bool,
}

/// How many files are read and checked before their findings are printed: enough for every core, and little memory.
const CHUNK: usize = 256;

/// Tells a curious user how a file was read.
fn tell(checked: &Checked, terminal: &Terminal) {
    let (name, read_as) = (output::safe(checked.source.name()), output::safe(&checked.read_as));
    terminal.detail(format_args!("read `{name}` as {read_as}: {}", Count(checked.replies, "reply")));
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
        let mut settings = self.config.load()?;
        let configured = configured(&mut settings);
        let output = self.fixes.output().map_or_else(|| self.output.output(configured), Ok)?;
        self.fixes.fit(&self.paths)?;
        let files = self.output.files()?;
        let begun = settings.begun(0).map_or("none".into(), |file| output::safe(&file.to_string_lossy()));
        terminal.detail(format_args!("configuration: {begun}"));
        let watch = Stopwatch::new(terminal);
        let mut inputs = self.paths.inputs(&mut settings, self.answers.read_stdin())?;
        files.iter().try_for_each(|file| file.spare(&mut inputs))?;
        if self.fixes.writes() && self.paths.check_stdin() && !inputs.files.iter().any(Input::is_stdin) {
            // What is left out comes back as it is.
            io::copy(&mut io::stdin().lock(), &mut io::stdout().lock())?;
        }
        watch.lap(format_args!("files: {}, found", inputs.files.len()));
        let watch = Stopwatch::new(terminal);
        let linters = self.wanted.linters(&mut settings, terminal)?;
        watch.lap("rules: ready");
        linters.serve(&inputs, &settings)?;
        let context = self.answers.context(linters.ruleset())?;
        let known = self.suppression.known(&settings, terminal)?;
        let known = known.as_ref();
        let suppression = &self.suppression.ignores.suppression(&settings, known);
        if let Some(known) = known {
            inputs.files.retain(|file| file.named || !known.is_at(&file.path));
        }
        let brief = Brief { settings: &settings, context: &context, linters: &linters, suppression, known };
        let beside = brief.files().chain(self.answers.file()).chain(self.paths.list());
        OutputFile::keep_off(&files, beside)?;

        let progress = &Progress::new(inputs.files.len(), terminal.is_watched() && !self.no_progress);
        let watch = Stopwatch::new(terminal);
        let mut checked: Box<dyn Iterator<Item = Result<Option<Checked>>>> = if self.fixes.interactive {
            let conversation = Conversation::new(terminal);
            Box::new(inputs.files.iter().scan(conversation, |conversation, input| {
                (!conversation.over).then(|| self.mend(input, &brief, conversation))
            }))
        } else {
            let workers = Workers::new(self.jobs)?;
            let check = |input: &Input| {
                let checked = self.check(input, &brief);
                progress.step(checked.iter().flatten().map(|checked| checked.findings.len()).sum());
                checked
            };
            Box::new(inputs.files.chunks(CHUNK).flat_map(move |chunk| {
                let checked = workers.map(chunk, check);
                progress.clear();
                checked
            }))
        };
        // A conversation may end before all files were seen.
        let unread = Cell::new(!inputs.errors.is_empty() || self.fixes.interactive);
        let mut stood = known.map(Stood::new);
        let shown = checked.by_ref().inspect(|checked| match checked {
            Ok(Some(checked)) => {
                tell(checked, terminal);
                self.fixes.show(checked, terminal);
                stood.iter_mut().for_each(|stood| stood.note(checked));
            }
            Ok(None) => {}
            Err(_) => unread.set(true),
        });
        // What does nothing is known when all else is.
        let audit = std::iter::once_with(|| match self.fixes.fix_only {
            true => Vec::new(),
            false => brief.lapsed(&inputs, !unread.get()),
        });
        let audit = audit.flatten().map(|checked| Ok(Some(checked)));
        let all = inputs.errors.iter().map(|error| Err(error.clone())).chain(shown).chain(audit);
        let mut report = Report::new(all);
        report.redact = self.output.redact;
        // Where the fixed draft goes to standard output, what is found in it does not.
        let is_patch = output == Output::Diff;
        let out = match (self.fixes.writes() && self.paths.check_stdin(), output.is_for_people() && !is_patch) {
            (true, _) => terminal.stderr(),
            (false, true) => terminal.stdout(),
            (false, false) => raw_stdout(),
        };
        let is_all = files.is_empty() && !self.fixes.writes();
        let out = if is_all { out } else { unattended(out) };
        let style = Style { suppressed: self.show_suppressed, ..terminal.style() };
        let writer = output.begin(style, out);
        // A conversation has shown its findings.
        let mut writers = if self.fixes.interactive { Vec::new() } else { vec![(output, writer)] };
        writers.extend(files.iter().map(|file| (file.format, file.format.begin(Style::PLAIN, file.body()))));
        output::write(&mut report, &mut writers)?;
        let left_out: Vec<_> = writers.iter().map(|(output, writer)| (*output, writer.left_out())).collect();
        drop(writers);
        files.into_iter().try_for_each(OutputFile::finish)?;

        watch.lap("check: done");

        let summary = std::mem::take(&mut report.summary);
        drop(report);
        closing::left_out(&left_out, terminal);
        if let Some(stood) = &stood {
            let walked = if unread.get() { &[][..] } else { &inputs.walked };
            let linter = linters.of(0, &settings.run().for_any_file());
            closing::fixed(stood.fixed(&linter, walked), terminal);
        }
        closing::passed_by(&self.suppression.passed_by(&settings, known), terminal);
        closing::notes(&summary, &inputs, &settings, terminal);
        let fixed = Count(summary.fixed, "finding");
        if self.fixes.diff && summary.replies > 0 {
            terminal.note(format_args!("Would fix {fixed}."));
        } else if self.fixes.fix_only && summary.replies > 0 {
            terminal.note(format_args!("Fixed {fixed}."));
        } else if summary.replies == 0 || output.is_for_people() {
            closing::sums(&summary, &inputs, terminal);
        }
        if self.paths.staged && !self.fixes.diff && summary.fixed > 0 {
            terminal.note("note: what was fixed is not staged; `git add` stages it");
        }
        Ok(match summary.outcome(self.fail_on.unwrap_or(settings.run().fail_on())) {
            // What a program chooses may come to nothing.
            Outcome::Failed if inputs.chosen.is_some() && summary.errors.is_empty() => Outcome::Clean,
            Outcome::Found | Outcome::Clean if self.fixes.diff && !self.exit_zero && summary.fixed > 0 => {
                Outcome::Found
            }
            Outcome::Found if self.exit_zero || self.fixes.diff || self.fixes.fix_only => Outcome::Clean,
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
        if input.staged.is_some() && (self.fixes.writes() || self.fixes.interactive) {
            let path = input.path.display();
            return Err(Error::new(format!("`{path}` has changes that are not staged, and is left as it is"))
                .hint("stage the rest of it, or put it aside with `git stash --keep-index`"));
        }
        input.read()
    }

    /// Checks a file, and fixes it where that is asked for; `None` when it is not text.
    fn check(&self, input: &Input, brief: &Brief<'_>) -> Result<Option<Checked>> {
        let held = if self.fixes.writes() { held(input) } else { None };
        let Some(source) = self.read(input)? else { return Ok(None) };
        let desk = &brief.desk(input, &source);
        let Some(floor) = self.fixes.floor() else { return desk.checked(source, None).map(Some) };
        let done = fix::fix(&source, floor, desk)?;
        let (fixed, unwritten, rivals) = (done.made, done.unwritten, done.rivals);
        let mut checked = if self.fixes.writes() {
            write(held, &source, &done.source, !fixed.is_empty())?;
            Checked { fixed, ..desk.checked(done.source, Some(done.found))? }
        } else if fixed.is_empty() {
            desk.checked(source, Some(done.found))?
        } else {
            Checked { fixed, proposed: Some(done.source), ..desk.checked(source, None)? }
        };
        if self.fixes.fix_only {
            checked.findings.clear();
        }
        Ok(Some(Checked { unwritten, rivals, ..checked }))
    }

    /// Goes through a file as the answers say; `None` when it is not text.
    fn mend(&self, input: &Input, brief: &Brief<'_>, conversation: &mut Conversation<'_>) -> Result<Option<Checked>> {
        let held = held(input);
        let Some(source) = self.read(input)? else { return Ok(None) };
        let desk = &brief.desk(input, &source);
        let config = brief.settings.begun(input.config).unwrap_or(Path::new(config::NAMES[0]));
        let mended = conversation.review(&source, config, desk)?;
        write(held, &source, &mended.source, !mended.made.is_empty())?;
        if let Some(error) = mended.unasked {
            return Err(error);
        }
        Ok(Some(Checked { fixed: mended.made, ..desk.checked(mended.source, Some(mended.found))? }))
    }
}

/// A file that may be written anew; none for standard input.
fn held(input: &Input) -> Option<Held> {
    (!input.is_stdin()).then(|| Held::at(&input.path))
}

/// Writes a file anew if it has changed, and the text of standard input in any case.
fn write(held: Option<Held>, before: &Source, after: &Source, changed: bool) -> Result<()> {
    let bytes = after.encode(after.text());
    let Some(held) = held else {
        let mut out = raw_stdout();
        return match out.write_all(&bytes).and_then(|()| out.flush()) {
            // Whoever reads it has seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::new(format!("cannot write the output: {error}")))
            }
            _ => Ok(()),
        };
    };
    if changed { held.replace(&before.encode(before.text()), &bytes) } else { Ok(()) }
}
