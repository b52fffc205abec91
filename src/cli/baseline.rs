//! `baseline`: what was found on one day, written down, so that only what is new is told.

use super::answers::Answers;
use super::config_flags::{ConfigFlags, Settings};
use super::desk::Brief;
use super::inputs::{Input, Inputs, Paths};
use super::paths::{absolute, dotted, is_same, parent, typed, way};
use super::replace::create;
use super::rule_flags::Wanted;
use super::suppression_flags::{BaselineFlags, IgnoreFlags, Known};
use super::terminal::{Terminal, print_json};
use super::{Listing, Stop, Workers, jobs};
use replylint::baseline::{self, Baseline};
use replylint::error::{Error, Result};
use replylint::finding::{By, Finding};
use replylint::fix::Reviewer;
use replylint::linter::Linter;
use replylint::output::{safe, wire};
use replylint::report::{Checked, Count, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write down what is found now
    Create(Create),
    /// Show what a baseline holds, by rule and by file
    Show(Show),
    /// Drop what is fixed or gone
    Prune(Prune),
}

/// What to check, and with which rules.
#[derive(Debug, clap::Args)]
struct Scope {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    answers: Answers,
    /// How many threads to use. The output is the same for any number [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = jobs())]
    jobs: Option<usize>,
    #[command(flatten)]
    config: ConfigFlags,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    ignores: IgnoreFlags,
}

#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Create {
    /// The file to write; paths in it begin at its folder [default: that of the configuration, or replylint-baseline.toml]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a baseline that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Show {
    #[command(flatten)]
    baseline: BaselineFlags,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Listing,
    #[command(flatten)]
    config: ConfigFlags,
}

#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Prune {
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    baseline: BaselineFlags,
}

impl Args {
    pub(super) fn run(self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        match self.command {
            Command::Create(args) => args.run(terminal),
            Command::Show(args) => args.run(terminal),
            Command::Prune(args) => args.run(terminal),
        }
    }
}

/// What a run over all files of a scope found.
struct Found {
    inputs: Inputs,
    linter: Linter,
    files: Vec<FoundIn>,
}

/// What was found in a file.
struct FoundIn {
    path: PathBuf,
    open: Vec<Finding>,
    /// What the baseline lets stand.
    stood: Vec<Finding>,
}

impl Scope {
    /// Checks all of it. Unless every file can be read, nothing is known of the whole.
    fn find(&self, settings: &mut Settings, known: Option<&Known>, terminal: &Terminal) -> Result<Found> {
        if self.paths.check_stdin() {
            return Err(Error::new("a baseline is of files, and standard input is none").hint("name files or folders"));
        }
        let mut inputs = self.paths.inputs(settings, self.answers.read_stdin())?;
        let linters = self.wanted.linters(settings, terminal)?;
        let context = self.answers.context(linters.ruleset())?;
        let suppression = &self.ignores.suppression(settings, known);
        if let Some(known) = known {
            inputs.files.retain(|file| !known.is_at(&file.path));
        }
        let brief = Brief { settings, context: &context, linters: &linters, suppression, known };
        let check = |input: &Input| -> Result<Option<FoundIn>> {
            let Some(source) = input.read()? else { return Ok(None) };
            let desk = brief.desk(input, &source);
            let parted = desk.check(&source, &desk.read(&source)?);
            if parted.cut().is_some() {
                let path = input.path.display();
                let much = Error::new(format!("`{path}` has more findings than are told of one file"));
                return Err(much.hint("leave it out with `exclude`, or split it"));
            }
            let stood = parted.suppressed.into_iter().filter(|s| s.by == By::Baseline).map(|s| s.finding).collect();
            Ok(Some(FoundIn { path: input.path.clone(), open: parted.open, stood }))
        };
        let (mut files, mut errors) = (Vec::new(), inputs.errors.clone());
        for checked in Workers::new(self.jobs)?.map(&inputs.files, check) {
            match checked {
                Ok(checked) => files.extend(checked),
                Err(error) => errors.push(error),
            }
        }
        errors.iter().for_each(|error| terminal.error(error));
        if !errors.is_empty() {
            let paths = Count(errors.len(), "path");
            return Err(Error::new(format!("{paths} not readable; nothing was written")));
        }
        let linter = linters.of(0, &settings.run().for_any_file());
        Ok(Found { inputs, linter, files })
    }
}

impl Create {
    fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let mut settings = self.scope.config.load()?;
        let configured = settings.baseline();
        let output = self.output.clone().or_else(|| configured.clone()).unwrap_or_else(|| baseline::NAME.into());
        let shown = output.display();
        if output.exists() && !self.force {
            return Err(Error::new(format!("`{shown}` is there already"))
                .hint("`replylint baseline prune` drops what is fixed; `--force` writes it anew")
                .into());
        }
        let found = self.scope.find(&mut settings, None, terminal)?;
        if found.inputs.files.iter().any(|input| is_same(&input.path, &output)) {
            return Err(Error::new(format!("cannot write a baseline to `{shown}`: it is a draft to check"))
                .hint("choose a name that no draft has")
                .into());
        }
        let folder = absolute(dotted(parent(&output)))?;
        let mut baseline = Baseline::default();
        for FoundIn { path, open, .. } in &found.files {
            let Some(local) = way(&folder, path) else { continue };
            open.iter().for_each(|finding| baseline.add(&local, finding));
        }
        create(&output, baseline.to_toml().as_bytes(), self.force)?;
        let (count, files) = (baseline.count(), baseline.files().count());
        let shown = safe(&shown.to_string());
        let found = match count {
            0 => format!("nothing was found in {}", Count(found.files.len(), "file")),
            _ => format!("{} in {}", Count(count, "finding"), Count(files, "file")),
        };
        terminal.note(format_args!("Wrote `{shown}`: {found}."));
        let in_use = configured.is_some_and(|file| absolute(&file).ok() == absolute(&output).ok());
        if count > 0 && !in_use {
            terminal.help(&format!(
                "`--baseline {}` leaves them alone, as does `baseline = \"{shown}\"` in replylint.toml",
                typed(&output)
            ));
        }
        Ok(Outcome::Clean)
    }
}

impl Prune {
    fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let mut settings = self.scope.config.load()?;
        let known = Known::read(self.baseline.file(&settings), terminal)?;
        let found = self.scope.find(&mut settings, Some(&known), terminal)?;
        let mut stood = Stood::new(&known);
        for file in &found.files {
            stood.add(&file.path, file.stood.iter());
        }
        let pruned = stood.pruned(&found.linter, known.lies_in_any(&found.inputs.walked));
        let dropped = known.baseline.lost(&pruned);
        let text = pruned.to_toml();
        let before = &known.source;
        if text != before.text() {
            known.held.replace(&before.encode(before.text()), &before.encode(&text))?;
        }
        let file = safe(&known.file.display().to_string());
        terminal.note(format_args!("Dropped {}; `{file}` holds {}.", Count(dropped, "finding"), pruned.count()));
        Ok(Outcome::Clean)
    }
}

impl Show {
    fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let mut settings = self.config.load()?;
        settings.check(terminal)?;
        let Known { file, baseline, .. } = Known::read(self.baseline.file(&settings), terminal)?;
        if self.output_format == Listing::Json {
            print_json(&wire::Baseline::new(&file.display().to_string(), &baseline))?;
            return Ok(Outcome::Clean);
        }
        let mut out = terminal.stdout();
        let (count, files) = (Count(baseline.count(), "finding"), Count(baseline.files().count(), "file"));
        writeln!(out, "{}: {count} in {files}", safe(&file.display().to_string()))?;
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for ((rule, _), count) in baseline.files().flat_map(|(_, held)| held) {
            *rules.entry(rule).or_default() += count;
        }
        table(&mut *out, "by rule", rules.into_iter().collect())?;
        table(&mut *out, "by file", baseline.files().map(|(path, held)| (path, held.values().sum())).collect())?;
        out.flush()?;
        Ok(Outcome::Clean)
    }
}

/// Names and how often each is there, most often first.
fn table(out: &mut dyn Write, title: &str, mut rows: Vec<(&str, usize)>) -> std::io::Result<()> {
    rows.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let width = rows.iter().map(|(_, count)| count.to_string().len()).max().unwrap_or_default();
    if !rows.is_empty() {
        writeln!(out, "\n{title}")?;
    }
    rows.iter().try_for_each(|(name, count)| writeln!(out, "  {count:>width$}  {}", safe(name)))
}

/// What of a baseline still stood in a run.
pub(super) struct Stood<'k> {
    known: &'k Known,
    /// The files that were checked, as the baseline names them.
    checked: BTreeSet<String>,
    /// What it let stand in them.
    found: Baseline,
}

impl<'k> Stood<'k> {
    pub(super) fn new(known: &'k Known) -> Self {
        Self { known, checked: BTreeSet::new(), found: Baseline::default() }
    }

    /// Takes note of a file that was checked.
    pub(super) fn note(&mut self, checked: &Checked) {
        let stands = checked.suppressed.iter().filter(|suppressed| suppressed.by == By::Baseline);
        self.add(Path::new(checked.source.name()), stands.map(|suppressed| &suppressed.finding));
    }

    fn add<'f>(&mut self, path: &Path, stands: impl Iterator<Item = &'f Finding>) {
        let Some(local) = self.known.local(path) else { return };
        stands.for_each(|finding| self.found.add(&local, finding));
        self.checked.insert(local);
    }

    /// The baseline without what is not there any more. `is_whole` tells whether files that are gone were looked for under other names.
    fn pruned(&self, linter: &Linter, is_whole: bool) -> Baseline {
        let baseline = &self.known.baseline;
        let gone = baseline.gone().filter(|_| is_whole).map(str::to_owned);
        let seen = self.checked.iter().cloned().chain(gone).collect();
        let is_rule = |name: &str| linter.ruleset().rules().any(|rule| rule.id == name);
        // Many findings are of few rules.
        let mut rules: BTreeSet<&str> =
            baseline.files().flat_map(|(_, held)| held.keys().map(|(rule, _)| &**rule)).collect();
        rules.retain(|rule| linter.tries(rule, true) || !is_rule(rule));
        baseline.clone().renewed(&seen, &self.found, |rule| rules.contains(rule))
    }

    /// How many of its findings are there no more.
    pub(super) fn fixed(&self, linter: &Linter, walked: &[PathBuf]) -> usize {
        let is_whole = self.known.lies_in_any(walked);
        self.known.baseline.lost(&self.pruned(linter, is_whole))
    }
}
