//! `audit`: where a team stands, and what to fix first.

use super::answers::Answers;
use super::config_flags::ConfigFlags;
use super::desk::Brief;
use super::inputs::{Input, Paths as Given};
use super::lines::Lines;
use super::output_files::OutputFile;
use super::paths::typed;
use super::progress::Progress;
use super::rule_flags::Wanted;
use super::suppression_flags::SuppressionFlags;
use super::terminal::{Terminal, raw_stdout, unattended};
use super::{STDIN, Stop, Workers, closing, jobs, output_flags};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use history::History;
use questions::{Desk, Questions, Read};
use replylint::audit::trend::{Run as Past, Trend};
use replylint::audit::{Audit, MAX_FAULTS, Options, Place};
use replylint::error::{Error, Result};
use replylint::output::{self, Style, audit::Format as Output};
use replylint::report::{Outcome, Summary};
use replylint::source::{LogicalPlace, Source};
use serde::de::IgnoredAny;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod compare;
mod history;
mod questions;

/// Tell where a team stands, and what to fix first
///
/// Reads what `check` reads, be it a folder of macros or millions of sent replies, and sums up: the score, the rules that find most, the moves
/// that are left out, the worst replies, and what can be fixed at once. JSON Lines are read line by line, however many there are.
///
/// Findings do not change the exit code.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Compare(compare::Args),
}

#[derive(Debug, clap::Args)]
struct Run {
    #[command(flatten)]
    paths: Given,
    #[command(flatten)]
    answers: Answers,
    #[command(flatten)]
    questions: Questions,
    /// Remember the sums of this run in FILE, a line of JSON for each run and no text of any reply, and tell what changed since the
    /// last run over the same paths
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", value_parser = format(), default_value = "text")]
    output_format: Output,
    /// Write it to FILE as a page to read and to pass on: short for `--output html=FILE`
    #[arg(long, value_name = "FILE", value_parser = html)]
    html: Option<(Output, PathBuf)>,
    /// Write it to a file as well, in any of these formats: `markdown=report.md`. May be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    output: Vec<(Output, PathBuf)>,
    /// Leave out all words of drafts and customers, in every format: for reports that are passed on
    #[arg(long)]
    redact: bool,
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
}

/// How many files are read and checked before they are summed up: enough for every core, and little memory.
const CHUNK: usize = 256;

fn format() -> impl TypedValueParser<Value = Output> {
    let names = Output::NAMED.iter().map(|(_, name, about)| PossibleValue::new(*name).help(*about));
    PossibleValuesParser::new(names).map(|name| Output::from_name(&name).unwrap_or(Output::Text))
}

fn html(path: &str) -> std::result::Result<(Output, PathBuf), String> {
    format_and_path(&format!("html={path}"))
}

fn format_and_path(text: &str) -> std::result::Result<(Output, PathBuf), String> {
    output_flags::part(text, Output::NAMED, "markdown=report.md")
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        match &self.command {
            Some(Command::Compare(args)) => args.run(terminal),
            None => self.run.run(terminal),
        }
    }
}

impl Run {
    fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let mut settings = self.config.load()?;
        let reports: Vec<_> = self.html.iter().chain(&self.output).cloned().collect();
        let formats = || reports.iter().map(|(format, _)| *format).chain([self.output_format]);
        let compare = formats().any(Output::compares);
        let questions = self.questions.asked(compare)?;
        let files = OutputFile::open(&reports)?;
        let history = self.history.as_ref().map(|path| History::read(path)).transpose()?;
        let mut inputs = self.paths.inputs(&mut settings, self.answers.read_stdin())?;
        files.iter().try_for_each(|file| file.spare(&mut inputs))?;
        if let Some(path) = self.history.as_ref().filter(|path| files.iter().any(|file| file.is_at(path))) {
            let error = format!("cannot write a report to `{}`: it is the history", path.display());
            return Err(Error::new(error).hint("give one of them another name").into());
        }
        if let Some(history) = &history {
            inputs.files.retain(|input| input.named || !history.is_at(&input.path));
        }
        let linters = self.wanted.linters(&mut settings, terminal)?;
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

        let mut audit = Audit::new(Options {
            by: self.questions.by.clone(),
            usage: self.questions.usage.clone(),
            redact: self.redact,
            compare,
            prints: formats().any(|format| format == Output::Json),
        });
        audit.mend = self.mend();
        audit.unchecked.errors.clone_from(&inputs.errors);
        let reasons = closing::reasons(&inputs.left_out);
        audit.unchecked.left_out = reasons.into_iter().map(|(count, why)| (why, count as u64)).collect();
        let shown = terminal.is_watched() && !self.no_progress;
        let progress = Progress::of_bytes(inputs.files.iter().map(Input::size).sum(), shown);
        let workers = Workers::new(self.jobs)?;
        let desk = |input: &Input, head: &Source| Desk::new(brief.desk(input, head), &questions, head);
        let streams = |input: &Input| {
            let name = input.path.display().to_string();
            input.is_stdin() || input.staged.is_none() && desk(input, &Source::new(name, "")).has_lines()
        };
        let mut summary = Summary::default();
        let mut left = &inputs.files[..];
        while let Some(input) = left.first() {
            if streams(input) {
                let streamed = self.stream(input, &desk, &workers, &mut audit, &progress);
                streamed.unwrap_or_else(|error| audit.unchecked.errors.push(error));
                left = &left[1..];
                continue;
            }
            let (chunk, others) = left.split_at(left.iter().take(CHUNK).take_while(|input| !streams(input)).count());
            let read = |input: &Input| -> Result<Option<(Arc<Source>, Read)>> {
                let Some(source) = input.read()?.map(Arc::new) else { return Ok(None) };
                let read = desk(input, &source).replies(&source)?;
                Ok(Some((source, read)))
            };
            for (input, read) in chunk.iter().zip(workers.map(chunk, read)) {
                let before = audit.sums.replies;
                match read {
                    Ok(Some((source, read))) => {
                        take(&mut audit, source.name(), &read);
                        summary.doubts.extend(read.doubts);
                    }
                    Ok(None) => audit.unchecked.binary += 1,
                    Err(error) => audit.unchecked.errors.push(error),
                }
                progress.pass(input.size(), audit.sums.replies - before);
            }
            left = others;
        }
        progress.clear();
        audit.end();

        if let Some(history) = &history {
            let today = self.suppression.ignores.today();
            let now = Past::of(&audit, today, self.paths.named(), linters.digest(&settings));
            audit.trend = Some(Trend::new(history.runs.iter().cloned(), now));
        }
        let out = match self.output_format {
            Output::Text => terminal.stdout(),
            _ => raw_stdout(),
        };
        let out = if files.is_empty() && history.is_none() { out } else { unattended(out) };
        self.output_format.write(&audit, terminal.style(), out)?;
        files.iter().try_for_each(|file| file.format.write(&audit, Style::PLAIN, file.body()))?;
        files.into_iter().try_for_each(OutputFile::finish)?;
        if let (Some(history), Some(trend)) = (&history, &audit.trend) {
            history.tell(terminal);
            // What was read in part cannot be compared with the whole.
            match audit.sums.replies > 0 && audit.unchecked.errors.is_empty() {
                true => history.add(&trend.now)?,
                false => terminal.note("note: the history stays as it is, for a part of this run could not be read"),
            }
        }
        closing::passed_by(&self.suppression.passed_by(&settings, known), terminal);
        let unchecked = &audit.unchecked;
        summary.empty.clone_from(&unchecked.empty);
        summary.errors.clone_from(&unchecked.errors);
        (summary.binary, summary.foreign) = (unchecked.binary as usize, unchecked.foreign as usize);
        summary.long = unchecked.long as usize;
        closing::notes(&summary, &inputs, &settings, terminal);
        for fault in &unchecked.faults {
            terminal.note(format_args!("note: {}", output::safe(fault)));
        }
        if audit.sums.replies == 0 {
            closing::sums(&summary, &inputs, terminal);
        }
        Ok(match audit.sums.replies {
            _ if !summary.errors.is_empty() => Outcome::Failed,
            0 if inputs.chosen.is_none() => Outcome::Failed,
            _ => Outcome::Clean,
        })
    }

    /// Takes in an input line by line, if it is one of lines, and else as a whole.
    fn stream<'a>(
        &self,
        input: &Input,
        desk: &impl Fn(&Input, &Source) -> Desk<'a>,
        workers: &Workers,
        audit: &mut Audit,
        progress: &Progress,
    ) -> Result<()> {
        let name = self.paths.name_of(input);
        let failed = |error: io::Error| Error::io("read", Path::new(&name), &error);
        let reader: Box<dyn io::Read> = match input.is_stdin() {
            true => Box::new(io::stdin().lock()),
            false => Box::new(File::open(&input.path).map_err(failed)?),
        };
        let (head, mut lines) = Lines::begun(reader).map_err(failed)?;
        if !input.named && Source::is_binary(&head) {
            audit.unchecked.binary += 1;
            return Ok(());
        }
        let (is_utf16, head) = (Source::is_utf16(&head), Source::new(&*name, String::from_utf8_lossy(&head)));
        let mut desk = desk(input, &head);
        if !desk.has_lines() || is_utf16 {
            let before = audit.sums.replies;
            let source = Arc::new(Source::from_bytes(name.clone(), lines.rest().map_err(failed)?)?);
            take(audit, &name, &desk.replies(&source)?);
            progress.pass(input.size(), audit.sums.replies - before);
            return Ok(());
        }
        let mut tally = desk.tally();
        let (mut index, mut passed, before) = (0, 0, audit.sums.replies);
        loop {
            let (chunk, checked) = (lines.chunk().map_err(failed)?, audit.sums.replies);
            if chunk.is_empty() {
                break;
            }
            if index == 0 {
                let is_json = |text: &&str| serde_json::from_str::<IgnoredAny>(text).is_ok();
                let sample = chunk.iter().take(SAMPLE).filter_map(|line| line.text().ok()).filter(is_json);
                let sample: Vec<&str> = sample.collect();
                desk.settle(&Source::new(&*name, sample.join("\n")))?;
            }
            for (line, read) in chunk.iter().zip(workers.map(&chunk, |line| desk.line(line, &name))) {
                let mut read = read.unwrap_or_else(|reason| {
                    audit.unchecked.lines += 1;
                    if audit.unchecked.faults.len() < MAX_FAULTS {
                        audit.unchecked.faults.push(format!("{name}: line {}: {reason}", line.number));
                    }
                    Read::default()
                });
                read.count(&mut audit.unchecked);
                for reply in &mut read.replies {
                    reply.place = place(&reply.place, line.number, index);
                    if let Some(tally) = &mut tally {
                        let found = reply.findings.len();
                        reply.findings.retain(|finding| !tally.stands(finding));
                        reply.suppressed += found - reply.findings.len();
                    }
                    audit.add(reply);
                }
                index += 1;
            }
            progress.pass(lines.read - passed, audit.sums.replies - checked);
            passed = lines.read;
        }
        match audit.sums.replies > before {
            true => audit.files += 1,
            false => audit.unchecked.empty.push(name),
        }
        Ok(())
    }

    /// The command that makes the safe fixes in what was audited; empty where there is none.
    fn mend(&self) -> String {
        let paths: Vec<_> = self.paths.named().into_iter().map(|path| typed(Path::new(&path))).collect();
        // Nothing is written back to a stream, nor where only flags of this command say which fields are replies.
        if self.questions.name_fields() || paths.iter().any(|path| path == STDIN) {
            return String::new();
        }
        format!("replylint check --fix {}", paths.join(" "))
    }
}

/// How many lines tell where the replies of a stream stand.
const SAMPLE: usize = 200;

/// Takes in the replies of a file.
fn take(audit: &mut Audit, name: &str, read: &Read) {
    read.count(&mut audit.unchecked);
    if read.replies.iter().any(|reply| !reply.is_subject) {
        audit.files += 1;
    } else if read.foreign == 0 {
        audit.unchecked.empty.push(name.to_owned());
    }
    read.replies.iter().for_each(|reply| audit.add(reply));
}

/// The place in a file of one in a line of it.
fn place(within: &Place, line: usize, index: usize) -> Place {
    let record = within.record.as_ref().map(|record| {
        let rest = record.path.strip_prefix("[0]").unwrap_or(&record.path);
        let shape = record.shape.strip_prefix("[0]").unwrap_or(&record.shape);
        let (path, shape) = (format!("[{index}]{rest}"), format!("[{index}]{shape}"));
        Arc::new(LogicalPlace { index, path, shape, ..LogicalPlace::clone(record) })
    });
    Place { path: within.path.clone(), line, record }
}
