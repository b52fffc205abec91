//! `check`: drafts in files, folders and standard input.

use super::answers::{Answers, Context};
use super::config_flags::{ConfigFlags, Settings};
use super::replace::replace;
use super::rule_flags::{Wanted, severity};
use super::terminal::{Terminal, raw_stdout};
use super::{STDIN, Stop, Workers, jobs, read};
use ignore::WalkBuilder;
use replylint::config;
use replylint::document::{Document, Format};
use replylint::error::{Error, Result};
use replylint::fix::{self, Reader};
use replylint::linter::Linter;
use replylint::output::{self, Output};
use replylint::report::{Checked, Count, Outcome, Report};
use replylint::rule::{Applicability, Severity};
use replylint::source::Source;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Check drafts
///
/// Prints what a careful reviewer would send back, with the reason and kinder words. Findings go to standard output, all else to
/// standard error.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    /// Files and folders to check, or `-` for standard input. Files are read whatever they are called; in folders, text files are
    /// taken (.txt, .md, .eml, .html, data and template files), but not hidden ones or those that .gitignore names
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Check the files listed in FILE as well, a path on each line. `-` reads the list from standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// What to call standard input; the format follows from the name
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    #[command(flatten)]
    answers: Answers,
    /// How to print findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: OutputFormat,
    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    statistics: bool,
    /// Write the fixes that change no meaning into the files, and report what is left
    #[arg(long)]
    fix: bool,
    /// Fix what changes the tone, too; read it over before you send it
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what fixes would change, as a diff, and write nothing
    #[arg(long, conflicts_with_all = ["fix", "statistics", "output_format"])]
    diff: bool,
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
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum OutputFormat {
    /// Each finding in its lines, with its reason and rewrites
    #[default]
    Full,
    /// One line for each: path:line:column: severity[rule] message
    Concise,
    /// One JSON object
    Json,
    /// JSON Lines: one for each finding, and one for the sums
    Jsonl,
}

/// How many files are read and checked before their findings are printed: enough for every core, and little memory.
const CHUNK: usize = 256;

/// What the paths on the command line come to.
#[derive(Default)]
struct Inputs {
    /// The files to check, each once, in the order of the arguments and sorted within folders.
    files: Vec<Input>,
    /// Folders in which there are none.
    barren: Vec<PathBuf>,
    /// What could not be listed.
    errors: Vec<Error>,
}

/// A file to check.
struct Input {
    path: PathBuf,
    /// Whether the user named it. What is met in a folder may turn out not to be text.
    named: bool,
}

/// How the replies of a file are found, and what is known of them.
struct Drafts<'a> {
    settings: &'a Settings,
    context: &'a Context,
}

impl Reader for Drafts<'_> {
    fn read<'s>(&'s self, source: &'s Source) -> Result<Document<'s>> {
        let mut document = self.settings.document(source)?;
        self.context.tell(&mut document);
        Ok(document)
    }
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let output = self.output()?;
        let settings = self.config.load(terminal)?;
        let inputs = self.inputs(&settings)?;
        let linter = self.wanted.linter(terminal)?;
        settings.check_kinds(linter.ruleset())?;
        let context = self.answers.context(linter.ruleset())?;
        let reader = Drafts { settings: &settings, context: &context };
        let check = |input: &Input| self.check(input, &reader, &linter);

        let workers = Workers::new(self.jobs)?;
        let checked = inputs.files.chunks(CHUNK).flat_map(|chunk| workers.map(chunk, check));
        let mut report = Report::new(inputs.errors.into_iter().map(Err).chain(checked));
        let mut out = if output.is_for_people() { terminal.stdout() } else { raw_stdout() };
        output.write(&mut report, terminal.style(), &mut out)?;
        out.flush()?;

        let summary = report.summary;
        for error in &summary.errors {
            terminal.error(error);
        }
        empty(&summary.empty, &inputs.files, &settings, terminal);
        for path in &inputs.barren {
            terminal.note(format_args!("note: no text file was found in `{}`", output::safe(&path.to_string_lossy())));
            terminal.help(
                "folders are searched for .txt, .md, .eml, .html, data and template files; name others one by one",
            );
        }
        for name in &summary.unstable {
            let name = output::safe(name);
            terminal.note(format_args!("note: fixes in `{name}` undo each other; `--select` or `--ignore` a rule"));
        }
        if summary.unwritten > 0 {
            terminal.note(format_args!("note: not written: {}", Count(summary.unwritten, "suggestion")));
            terminal.help("the file quotes its text in a way that is not safe to write into; change it by hand");
        }
        if self.diff && summary.replies > 0 {
            terminal.note(format_args!("Would fix {}.", Count(summary.fixed, "finding")));
        } else if summary.replies == 0 || output.is_for_people() {
            terminal.note(&summary);
        }
        Ok(match summary.outcome(self.fail_on) {
            Outcome::Found | Outcome::Clean if self.diff && !self.exit_zero && summary.fixed > 0 => Outcome::Found,
            Outcome::Found if self.exit_zero || self.diff => Outcome::Clean,
            outcome => outcome,
        })
    }

    /// How far the suggestions must be trusted that are written, if any are.
    fn floor(&self) -> Option<Applicability> {
        let floor = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        (self.fix || self.diff).then_some(floor)
    }

    fn output(&self) -> Result<Output> {
        if self.diff {
            return Ok(Output::Diff);
        }
        match self.output_format {
            OutputFormat::Full | OutputFormat::Concise if self.statistics => Ok(Output::Statistics),
            _ if self.statistics => Err(Error::new("`--statistics` is a table for people")
                .hint("leave it out: `summary.by_rule` in JSON holds the same counts")),
            OutputFormat::Full => Ok(Output::Full),
            OutputFormat::Concise => Ok(Output::Concise),
            OutputFormat::Json => Ok(Output::Json),
            OutputFormat::Jsonl => Ok(Output::Jsonl),
        }
    }

    fn inputs(&self, settings: &Settings) -> Result<Inputs> {
        let mut paths = self.paths.clone();
        let from_stdin = |path: &Path| path.as_os_str() == STDIN;
        let readers = paths.iter().map(PathBuf::as_path).chain(self.files_from.as_deref());
        if readers.filter(|path| from_stdin(path)).count() + usize::from(self.answers.read_stdin()) > 1 {
            return Err(Error::new("standard input can be read only once").hint("use `-` in one place"));
        }
        if self.fix && paths.iter().any(|path| from_stdin(path)) {
            return Err(
                Error::new("`--fix` writes files, and standard input is none").hint("`--diff` shows what would change")
            );
        }
        if self.stdin_filename.is_some() && !paths.iter().any(|path| from_stdin(path)) {
            return Err(Error::new("`--stdin-filename` names standard input, which is not checked")
                .hint("add `-` to the paths"));
        }
        match &self.files_from {
            Some(list) => paths.extend(read(list)?.text().lines().filter(|line| !line.is_empty()).map(PathBuf::from)),
            None if paths.is_empty() => paths.push(".".into()),
            None => {}
        }
        let mut inputs = Inputs::default();
        for path in paths {
            if from_stdin(&path) || !path.is_dir() {
                inputs.files.push(Input { path, named: true });
            } else {
                inputs.walk(path, settings);
            }
        }
        let plain = |input: &Input| input.path.strip_prefix(".").unwrap_or(&input.path).to_path_buf();
        let named: HashSet<_> = inputs.files.iter().filter(|input| input.named).map(plain).collect();
        let mut seen = HashSet::new();
        inputs.files.retain_mut(|input| {
            input.named |= named.contains(&plain(input));
            seen.insert(plain(input))
        });
        Ok(inputs)
    }

    /// Checks a file; `None` when it is not text and nobody said that it is.
    fn check(&self, input: &Input, reader: &Drafts<'_>, linter: &Linter) -> Result<Option<Checked>> {
        let stdin = input.path.as_os_str() == STDIN;
        let mut source = match &self.stdin_filename {
            Some(name) if stdin => read(&input.path)?.renamed(name.display().to_string()),
            None if stdin => read(&input.path)?,
            _ => {
                let bytes = std::fs::read(&input.path).map_err(|e| Error::io("read", &input.path, &e))?;
                if !input.named && Source::is_binary(&bytes) {
                    return Ok(None);
                }
                Source::from_bytes(input.path.display().to_string(), bytes)?
            }
        };
        let (mut fixed, mut unwritten, mut unstable, mut proposed, mut found) = (0, 0, false, None, None);
        if let Some(floor) = self.floor() {
            let done = fix::fix(&source, linter, floor, reader)?;
            (fixed, unwritten, unstable) = (done.made, done.unwritten, done.unstable);
            if fixed > 0 && self.diff {
                proposed = Some(done.source);
            } else {
                if fixed > 0 {
                    replace(&input.path, &source.encode(source.text()), &done.source.encode(done.source.text()))?;
                    source = done.source;
                }
                found = Some(done.findings);
            }
        }
        let document = reader.read(&source)?;
        let texts = || document.replies().map(|region| region.text.text());
        let replies = document.replies().filter(|region| region.subject < region.text.text().len()).count();
        let words = texts().map(|text| text.split_whitespace().count()).sum();
        let findings = found.unwrap_or_else(|| linter.check(&source, &document));
        Ok(Some(Checked {
            foreign: document.foreign,
            source,
            findings,
            replies,
            words,
            fixed,
            unwritten,
            unstable,
            proposed,
        }))
    }
}

/// Whether a file met in a folder is checked: by its name, or because a configuration says so. The configuration itself is not.
fn is_wanted(entry: &ignore::DirEntry, settings: &Settings) -> bool {
    let name = entry.file_name().to_string_lossy();
    let known = Format::is_known(&name) && !config::NAMES.contains(&name.as_ref());
    known || settings.files(entry.path()).is_some()
}

/// Says in which files there was no reply: each one that was named, and the sum of those met in folders.
fn empty(names: &[String], files: &[Input], settings: &Settings, terminal: &Terminal) {
    let met: HashSet<_> = files.iter().filter(|f| !f.named).map(|f| f.path.display().to_string()).collect();
    let (met, named): (Vec<_>, Vec<_>) = names.iter().partition(|name| met.contains(*name));
    let is_data = |name: &&&String| settings.reading(&Source::new(name.as_str(), "")).format.is_data();
    let help = |names: &[&String]| {
        if let Some(name) = names.iter().find(is_data) {
            terminal.help(&format!("`replylint fields {name}` shows its strings"));
        }
    };
    for name in named {
        terminal.note(format_args!("note: no reply was found in `{}`", output::safe(name)));
        help(&[name]);
    }
    let shown: Vec<_> = met.iter().take(MAX_NAMED).map(|name| format!("`{}`", output::safe(name))).collect();
    let more = match met.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !met.is_empty() {
        let (files, shown) = (Count(met.len(), "file"), shown.join(", "));
        terminal.note(format_args!("note: no reply was found in {files} met in folders: {shown}{more}"));
        help(&met);
    }
}

/// So many files without a reply are named.
const MAX_NAMED: usize = 3;

impl Inputs {
    /// Adds the text files of a folder.
    fn walk(&mut self, folder: PathBuf, settings: &Settings) {
        let before = self.files.len();
        // A folder outside a repository may have a .gitignore too: a copy, an export, a test.
        for entry in WalkBuilder::new(&folder).sort_by_file_name(Ord::cmp).require_git(false).build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) && is_wanted(&entry, settings) => {
                    let path = entry.path().strip_prefix(".").unwrap_or(entry.path()).to_path_buf();
                    self.files.push(Input { path, named: false });
                }
                Ok(_) => {}
                Err(error) => {
                    self.errors.push(Error::new(format!("cannot list `{}`: {error}", folder.display())));
                }
            }
        }
        if self.files.len() == before {
            self.barren.push(folder);
        }
    }
}
