//! The flags that say which configuration counts, and how it has files read.

use super::answers::known;
use super::rule_flags::invalid;
use super::terminal::Terminal;
use clap::Args as Flags;
use replylint::config::{Config, Files, NAMES};
use replylint::document::{Document, Fault, Format, Reading, TOO_LARGE};
use replylint::error::{Error, Result};
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::path::{Component, Path, PathBuf};

/// Which configuration counts.
#[derive(Debug, Flags)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigFlags {
    /// Use this configuration, not the nearest `replylint.toml` from here up to the root of the repository
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long)]
    isolated: bool,
}

/// A configuration, and where its paths begin.
pub(super) struct Settings {
    pub(super) config: Config,
    /// The file that it was read from, if there is one.
    pub(super) source: Option<Source>,
    pub(super) folder: PathBuf,
}

impl ConfigFlags {
    /// Reads the configuration; what is wrong with it is shown at once.
    pub(super) fn load(&self, terminal: &Terminal) -> Result<Settings> {
        let file = match &self.config {
            Some(file) => Some(file.clone()),
            None if self.isolated => None,
            None => nearest()?,
        };
        let Some(file) = file else {
            return Ok(Settings { config: Config::default(), source: None, folder: absolute(Path::new("."))? });
        };
        let sources = [Source::read(&file)?];
        let config = Config::read(&sources[0]).map_err(|problems| {
            terminal.problems(&sources, &problems);
            invalid(&problems, "the configuration")
        })?;
        let mut folder = absolute(&file)?;
        folder.pop();
        let [source] = sources;
        Ok(Settings { config, source: Some(source), folder })
    }
}

/// The nearest configuration from the current folder upwards, as a path from there.
fn nearest() -> Result<Option<PathBuf>> {
    let here = std::env::current_dir().map_err(|e| Error::io("open", Path::new("."), &e))?;
    let mut way = PathBuf::new();
    for folder in here.ancestors() {
        for name in NAMES {
            if folder.join(name).is_file() {
                return Ok(Some(way.join(name)));
            }
        }
        if folder.join(".git").exists() {
            break;
        }
        way.push("..");
    }
    Ok(None)
}

/// The same path from the root, without detours.
pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    let mut out = PathBuf::new();
    for part in std::path::absolute(path).map_err(|e| Error::io("find", path, &e))?.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    Ok(out)
}

impl Settings {
    /// What the configuration says of a file.
    pub(super) fn files(&self, path: &Path) -> Option<&Files> {
        if self.config.is_empty() { None } else { self.config.files(&self.local(path)?) }
    }

    /// The baseline that the configuration names, as a path from the current folder.
    pub(super) fn baseline(&self) -> Option<PathBuf> {
        let own = self.source.as_ref().and_then(|source| Path::new(source.name()).parent()).unwrap_or(Path::new(""));
        self.config.baseline.as_ref().map(|path| own.join(path))
    }

    /// The path of a file from the folder of the configuration; where there is none, from the current one.
    pub(super) fn local(&self, path: &Path) -> Option<String> {
        let path = absolute(path).ok()?;
        let local = path.strip_prefix(&self.folder).ok()?;
        Some(local.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
    }

    /// How to read a file.
    pub(super) fn reading(&self, source: &Source) -> Reading<'_> {
        match self.files(Path::new(source.name())) {
            Some(files) => files.reading(source),
            None => Format::detect(source.name(), source.text()).into(),
        }
    }

    /// Reads the replies of a file.
    pub(super) fn document<'s>(&self, source: &'s Source) -> Result<Document<'s>> {
        let mut document = Document::read(source, &self.reading(source)).map_err(|fault| unreadable(source, &fault))?;
        if let Some(kind) = self.files(Path::new(source.name())).and_then(|files| files.kind.as_deref()) {
            document.presume(kind);
        }
        Ok(document)
    }

    /// Makes sure that the kinds of reply which the configuration names are some of these rules.
    pub(super) fn check_kinds(&self, ruleset: &Ruleset) -> Result<()> {
        self.config.kinds().try_for_each(|kind| known(ruleset, kind))
    }
}

/// The error that a file is not written as its format asks.
pub(super) fn unreadable(source: &Source, fault: &Fault) -> Error {
    if fault.message == TOO_LARGE {
        return Error::new(format!("cannot check `{}`: {}", source.name(), fault.message))
            .hint("convert it to JSON Lines, of which each line is read by itself, or split it");
    }
    let at = source.position(fault.at);
    let (name, place) = (source.name(), format_args!("line {}, column {}", at.line, at.column));
    Error::new(format!("cannot check `{name}`: {} ({place})", fault.message))
        .hint("mend the file there, or leave it out")
}
