//! The flags that say which findings may stand, and what they stand for.

use super::STDIN_NAME;
use super::config_flags::Settings;
use super::paths::{absolute, dotted, parent, way};
use super::replace::Held;
use super::rule_flags::invalid;
use super::terminal::Terminal;
use clap::Args as Flags;
use replylint::baseline::{self, Baseline};
use replylint::date::Date;
use replylint::error::{Error, Result};
use replylint::finding::Finding;
use replylint::report::Checked;
use replylint::source::Source;
use replylint::suppression::Suppression;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Whether what drafts and configurations say of findings counts.
#[derive(Debug, Flags)]
#[command(next_help_heading = "Suppression")]
pub(super) struct IgnoreFlags {
    /// Show what is suppressed as if it were not: heed no `[[ignore]]`, front matter, comment or configured baseline
    #[arg(long)]
    no_ignores: bool,
    /// The day on which `until` is asked about, as if it were today
    #[arg(long, value_name = "DATE", value_parser = date, hide = true)]
    today: Option<Date>,
}

/// What may stand, and which baseline counts.
#[derive(Debug, Flags)]
#[command(next_help_heading = "Suppression")]
pub(super) struct SuppressionFlags {
    #[command(flatten)]
    pub(super) ignores: IgnoreFlags,
    #[command(flatten)]
    pub(super) baseline: BaselineFlags,
    /// Use no baseline
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
}

/// Which baseline is meant.
#[derive(Debug, Flags)]
pub(super) struct BaselineFlags {
    /// Leave alone what this file holds; `replylint baseline create` writes one
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// A baseline, and where its paths begin.
pub(super) struct Known {
    pub(super) file: PathBuf,
    pub(super) held: Held,
    pub(super) source: Source,
    pub(super) baseline: Baseline,
    folder: PathBuf,
}

fn date(text: &str) -> std::result::Result<Date, &'static str> {
    Date::parse(text).ok_or("a day is written as 2027-01-31")
}

impl IgnoreFlags {
    /// The day that it is: in UTC, so that it is the same for everybody.
    pub(super) fn today(&self) -> Date {
        let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
        self.today.unwrap_or_else(|| Date::at(now()))
    }

    /// What drafts say, if that counts.
    pub(super) fn of_drafts(&self) -> Suppression<'static> {
        if self.no_ignores { Suppression::none(self.today()) } else { Suppression::of_drafts(self.today()) }
    }

    /// What drafts and configurations say, if that counts, and what a baseline holds.
    pub(super) fn suppression<'s>(&self, settings: &'s Settings, known: Option<&'s Known>) -> Suppression<'s> {
        let said = self.of_drafts();
        let said = if self.no_ignores { said } else { said.with_ignores(settings.configs()) };
        match known {
            Some(known) => said.with_baseline(&known.baseline),
            None => said,
        }
    }
}

impl SuppressionFlags {
    /// The baseline in use, if there is one.
    pub(super) fn known(&self, settings: &Settings, terminal: &Terminal) -> Result<Option<Known>> {
        let configured = || settings.baseline().filter(|_| self.heeds_configured());
        let file = self.baseline.baseline.clone().or_else(configured);
        file.map(|file| Known::read(file, terminal)).transpose()
    }

    /// Whether the baseline is the one that a configuration names.
    fn heeds_configured(&self) -> bool {
        self.baseline.baseline.is_none() && !self.no_baseline && !self.ignores.no_ignores
    }

    /// The configurations of files that name a baseline which is not the run's, where no flag says which one is.
    pub(super) fn passed_by(&self, settings: &Settings, known: Option<&Known>) -> Vec<PathBuf> {
        if !self.heeds_configured() {
            return Vec::new();
        }
        let other = |number: &usize| {
            let named = settings.configs()[*number].baseline();
            named.is_some_and(|named| known.is_none_or(|known| !known.is_at(&settings.beside(named))))
        };
        let numbers = (1..settings.configs().len()).filter(other);
        numbers.filter_map(|number| settings.begun(number).map(Path::to_owned)).collect()
    }
}

impl BaselineFlags {
    /// The file that is meant: the one that is named, that of the configuration, or the one of the usual name.
    pub(super) fn file(&self, settings: &Settings) -> PathBuf {
        self.baseline.clone().or_else(|| settings.baseline()).unwrap_or_else(|| baseline::NAME.into())
    }
}

impl Known {
    /// Reads a baseline; what is wrong with it is shown at once.
    pub(super) fn read(file: PathBuf, terminal: &Terminal) -> Result<Self> {
        if !file.exists() {
            let missing = Error::new(format!("cannot read the baseline `{}`: no such file", file.display()));
            return Err(missing.hint("`replylint baseline create` writes one"));
        }
        let held = Held::at(&file);
        let sources = [Source::read(&file)?];
        let baseline = Baseline::read(&sources[0]).map_err(|problems| {
            terminal.problems(&sources, &problems);
            invalid(&problems, "the baseline")
        })?;
        let folder = absolute(dotted(parent(&file)))?;
        let baseline = baseline.with_gone(|path| !folder.join(path).exists());
        let [source] = sources;
        Ok(Self { file, held, source, baseline, folder })
    }

    /// The way to a file from the folder of the baseline.
    pub(super) fn local(&self, path: &Path) -> Option<String> {
        if path.as_os_str() == STDIN_NAME {
            return None;
        }
        way(&self.folder, path)
    }

    /// Whether a file is the baseline itself.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        path.file_name() == self.file.file_name() && absolute(path).ok() == absolute(&self.file).ok()
    }

    /// Whether one of some folders holds it and all of its files that are gone, so that these are not to be found elsewhere.
    pub(super) fn lies_in_any(&self, folders: &[PathBuf]) -> bool {
        let holds = |folder: &Path| {
            let mut gone = self.baseline.gone().map(|path| absolute(&self.folder.join(path)));
            self.folder.starts_with(folder) && gone.all(|path| path.is_ok_and(|path| path.starts_with(folder)))
        };
        folders.iter().any(|folder| absolute(folder).is_ok_and(|folder| holds(&folder)))
    }
}

/// A configuration as a file in which ignores were found that do nothing any more.
pub(super) fn audited(source: &Source, findings: Vec<Finding>) -> Checked {
    Checked { read_as: "configuration".to_owned(), ..Checked::new(source.clone(), findings) }
}
