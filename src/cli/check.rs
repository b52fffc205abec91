//! `check`: drafts in files, folders and standard input.

use super::answers::{Answers, Context};
use super::baseline::Stood;
use super::config_flags::{ConfigFlags, Settings};
use super::fix_flags::FixFlags;
use super::inputs::{Input, Inputs, Paths as Given};
use super::interactive::Conversation;
use super::output_flags::OutputFlags;
use super::replace::replace;
use super::rule_flags::{Wanted, severity};
use super::suppression_flags::{Known, SuppressionFlags, audited};
use super::terminal::{Terminal, raw_stdout};
use super::{Stop, Workers, closing, jobs, read};
use replylint::config::Ignore;
use replylint::document::Document;
use replylint::error::{Error, Result};
use replylint::finding::Finding;
use replylint::fix::{self, Reviewer};
use replylint::linter::Linter;
use replylint::output::{self, Output, Style};
use replylint::report::{Checked, Count, Outcome, Report};
use replylint::rule::Severity;
use replylint::source::Source;
use replylint::suppression::{Parted, Paths, Suppression};
use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

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
    /// Exit with 1 for findings of this severity and above
    #[arg(long, value_name = "SEVERITY", value_parser = severity(), default_value = "warning")]
    fail_on: Severity,
    /// Exit with 0 even when something is found
    #[arg(long)]
    exit_zero: bool,
    /// How many threads to use. The output is the same for any number [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = jobs())]
    jobs: Option<usize>,
    #[command(flatten)]
    config: ConfigFlags,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    suppression: SuppressionFlags,
}

/// How many files are read and checked before their findings are printed: enough for every core, and little memory.
const CHUNK: usize = 256;

/// How the replies of a file are found, what is known of them, the rules that they are checked with, and what may stand.
pub(super) struct Desk<'a> {
    pub(super) settings: &'a Settings,
    pub(super) context: &'a Context,
    pub(super) linter: Linter,
    pub(super) suppression: Suppression<'a>,
    pub(super) known: Option<&'a Known>,
}

impl Reviewer for Desk<'_> {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        let mut document = self.settings.document(source)?;
        self.context.tell(&mut document);
        Ok(document)
    }

    fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        self.part(source, document).open
    }
}

impl Desk<'_> {
    /// What is found in the replies of a file: what is to be mended, and what may stand.
    pub(super) fn part(&self, source: &Source, document: &Document<'_>) -> Parted {
        let findings = self.linter.check(source, document);
        if !self.suppression.concerns(document) {
            return Parted { open: findings, suppressed: Vec::new() };
        }
        let file = Path::new(source.name());
        let config = self.settings.local(file);
        let baseline = self.known.and_then(|known| known.local(file));
        let paths = Paths { config: config.as_deref(), baseline: baseline.as_deref() };
        self.suppression.part(&self.linter, paths, source, document, findings)
    }

    /// The configuration as a file of findings, where it ignores what is not there. `whole` tells whether all that it speaks for was
    /// checked, but for files that are left out of folders.
    fn audit(&self, inputs: &Inputs, whole: bool) -> Option<Checked> {
        let checked: OnceCell<HashSet<String>> = OnceCell::new();
        let locals = || inputs.files.iter().filter_map(|file| self.settings.local(&file.path)).collect();
        let checked = |path: &str| checked.get_or_init(locals).contains(path);
        let named = |path: &str| !path.contains(['*', '?', '[', '{', '\\']);
        let is_whole = |ignore: &Ignore| {
            let all = |path: &str| {
                let path = path.strip_prefix("./").unwrap_or(path);
                match named(path) {
                    true => checked(path) || whole && !self.settings.folder.join(path).exists(),
                    false => whole,
                }
            };
            if ignore.paths().next().is_none() { whole } else { ignore.paths().all(all) }
        };
        audited(self.settings, self.suppression.audit(&self.linter, is_whole))
    }

    /// What a report says of a file. What was found in it may be known already.
    fn checked(&self, source: Source, found: Option<Vec<Finding>>) -> Result<Checked> {
        let document = self.read(&source)?;
        let texts = || document.replies().map(|region| region.text.text());
        let replies = document.replies().filter(|region| region.subject < region.text.text().len()).count();
        let words = texts().map(|text| text.split_whitespace().count()).sum();
        let parted = match &found {
            Some(_) if !self.suppression.concerns(&document) => Parted::default(),
            _ => self.part(&source, &document),
        };
        Ok(Checked {
            foreign: document.foreign,
            source,
            findings: found.unwrap_or(parted.open),
            suppressed: parted.suppressed,
            replies,
            words,
            fixed: Vec::new(),
            unwritten: 0,
            rivals: Vec::new(),
            proposed: None,
        })
    }
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let output = if self.fixes.diff { Output::Diff } else { self.output.output()? };
        self.fixes.fit(&self.paths)?;
        let settings = self.config.load(terminal)?;
        let mut inputs = self.paths.inputs(&settings, self.answers.read_stdin())?;
        let linter = self.wanted.linter(terminal)?;
        settings.check_kinds(linter.ruleset())?;
        let context = self.answers.context(linter.ruleset())?;
        let suppression = self.suppression.ignores.suppression(&settings, &linter, terminal)?;
        let known = self.suppression.known(&settings, terminal)?;
        let suppression = match &known {
            Some(known) => suppression.with_baseline(&known.baseline),
            None => suppression,
        };
        if let Some(known) = &known {
            inputs.files.retain(|file| file.named || !known.is_at(&file.path));
        }
        let desk = Desk { settings: &settings, context: &context, linter, suppression, known: known.as_ref() };

        let mut checked: Box<dyn Iterator<Item = Result<Option<Checked>>>> = if self.fixes.interactive {
            let conversation = Conversation::new(terminal);
            Box::new(inputs.files.iter().scan(conversation, |conversation, input| {
                (!conversation.over).then(|| self.mend(input, &desk, conversation))
            }))
        } else {
            let workers = Workers::new(self.jobs)?;
            let check = |input: &Input| self.check(input, &desk);
            Box::new(inputs.files.chunks(CHUNK).flat_map(move |chunk| workers.map(chunk, check)))
        };
        // A conversation may end before all files were seen.
        let unread = Cell::new(!inputs.errors.is_empty() || self.fixes.interactive);
        let mut stood = known.as_ref().map(Stood::new);
        let shown = checked.by_ref().inspect(|checked| match checked {
            Ok(Some(checked)) => {
                self.fixes.show(checked, terminal);
                stood.iter_mut().for_each(|stood| stood.note(checked));
            }
            Ok(None) => {}
            Err(_) => unread.set(true),
        });
        // What does nothing is known when all else is.
        let whole = || !unread.get() && inputs.hold(&settings.folder);
        let audit = std::iter::once_with(|| desk.audit(&inputs, whole()).filter(|_| !self.fixes.fix_only));
        let audit = audit.flatten().map(|checked| Ok(Some(checked)));
        let errors = inputs.errors.iter().map(|error| Err(error.clone()));
        let mut report = Report::new(errors.chain(shown).chain(audit));
        // Where the fixed draft goes to standard output, what is found in it does not.
        let out = match (self.fixes.writes() && self.paths.check_stdin(), output.is_for_people()) {
            (true, _) => terminal.stderr(),
            (false, true) => terminal.stdout(),
            (false, false) => raw_stdout(),
        };
        let style = Style { suppressed: self.suppression.show_suppressed, ..terminal.style() };
        let writer = output.begin(style, out);
        // A conversation has shown its findings.
        let mut writers = if self.fixes.interactive { Vec::new() } else { vec![writer] };
        output::write(&mut report, &mut writers)?;

        let summary = std::mem::take(&mut report.summary);
        drop(report);
        if let Some(stood) = &stood {
            let walked = if unread.get() { &[][..] } else { &inputs.walked };
            closing::fixed(stood.fixed(&desk.linter, walked), terminal);
        }
        closing::notes(&summary, &inputs, &settings, terminal);
        let fixed = Count(summary.fixed, "finding");
        if self.fixes.diff && summary.replies > 0 {
            terminal.note(format_args!("Would fix {fixed}."));
        } else if self.fixes.fix_only && summary.replies > 0 {
            terminal.note(format_args!("Fixed {fixed}."));
        } else if summary.replies == 0 || output.is_for_people() {
            terminal.note(&summary);
        }
        Ok(match summary.outcome(self.fail_on) {
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
        input.read()
    }

    /// Checks a file, and fixes it where that is asked for; `None` when it is not text.
    fn check(&self, input: &Input, desk: &Desk<'_>) -> Result<Option<Checked>> {
        let Some(source) = self.read(input)? else { return Ok(None) };
        let Some(floor) = self.fixes.floor() else { return desk.checked(source, None).map(Some) };
        let done = fix::fix(&source, floor, desk)?;
        let (fixed, unwritten, rivals) = (done.made, done.unwritten, done.rivals);
        let mut checked = if self.fixes.writes() {
            write(input, &source, &done.source, !fixed.is_empty())?;
            Checked { fixed, ..desk.checked(done.source, Some(done.findings))? }
        } else if fixed.is_empty() {
            desk.checked(source, Some(done.findings))?
        } else {
            Checked { fixed, proposed: Some(done.source), ..desk.checked(source, None)? }
        };
        if self.fixes.fix_only {
            checked.findings.clear();
        }
        Ok(Some(Checked { unwritten, rivals, ..checked }))
    }

    /// Goes through a file as the answers say; `None` when it is not text.
    fn mend(&self, input: &Input, desk: &Desk<'_>, conversation: &mut Conversation<'_>) -> Result<Option<Checked>> {
        let Some(source) = self.read(input)? else { return Ok(None) };
        let mended = conversation.review(&source, desk)?;
        write(input, &source, &mended.source, !mended.made.is_empty())?;
        let checked = desk.checked(mended.source, Some(mended.findings))?;
        Ok(Some(Checked { fixed: mended.made, ..checked }))
    }
}

/// Writes a file anew if it has changed, and the text of standard input in any case.
fn write(input: &Input, before: &Source, after: &Source, changed: bool) -> Result<()> {
    let bytes = after.encode(after.text());
    if input.is_stdin() {
        let mut out = raw_stdout();
        let failed = |error| Error::new(format!("cannot write the output: {error}"));
        return out.write_all(&bytes).and_then(|()| out.flush()).map_err(failed);
    }
    if changed { replace(&input.path, &before.encode(before.text()), &bytes) } else { Ok(()) }
}
