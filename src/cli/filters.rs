//! What keeps files from being checked, though they are met in a folder or named by another program.

use super::config_flags::Settings;
use super::paths::absolute;
use globset::GlobMatcher;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Match, WalkBuilder};
use replylint::baseline;
use replylint::config::{self, Config, covers};
use replylint::document::Format;
use replylint::error::{Error, Result};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Which files to leave out.
#[derive(Debug, Default, clap::Args)]
pub(super) struct FilterFlags {
    /// Leave out what a glob names where folders are searched, beside `exclude` in the configuration. May be repeated
    #[arg(long, value_name = "GLOB", help_heading = HEADING)]
    exclude: Vec<String>,
    /// Heed `exclude` and .replylintignore for files that are named, too: for programs that pass on what was changed
    #[arg(long, help_heading = HEADING)]
    pub(super) force_exclude: bool,
    /// Do not heed .gitignore, .ignore and .replylintignore
    #[arg(long, help_heading = HEADING)]
    no_ignore: bool,
    /// Search hidden files and folders, too
    #[arg(long, help_heading = HEADING)]
    hidden: bool,
}

/// The flags that say which files are checked stand together.
pub(super) const HEADING: &str = "Files";

/// Where patterns of files to leave out are written, as in `.gitignore`.
const IGNORE_FILE: &str = ".replylintignore";

/// All files that say what is left out of their folders.
const LISTS: [&str; 3] = [".gitignore", ".ignore", IGNORE_FILE];

/// The one of a folder that is no file but a pipe, or a link to a device, and so might never end.
fn endless(folder: &Path) -> Option<PathBuf> {
    let is_endless = |path: &PathBuf| path.metadata().is_ok_and(|of| !of.is_file() && !of.is_dir());
    LISTS.iter().map(|name| folder.join(name)).find(is_endless)
}

/// Why a file is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// A glob of `exclude` or `--exclude` names it.
    Excluded,
    /// It is hidden, or lies in a hidden folder.
    Hidden,
    /// `.gitignore` or the like names it.
    Ignored,
    /// By its name it is no text with replies.
    Unknown,
}

/// The filters of a run.
pub(super) struct Filters {
    globs: Arc<Globs>,
    heed: bool,
    hidden: bool,
    /// The patterns of each folder that was asked about.
    patterns: HashMap<PathBuf, Gitignore>,
    /// What was met that cannot be read to its end.
    endless: Arc<Mutex<Vec<PathBuf>>>,
}

/// Takes note of something that was met.
fn note(met: &Mutex<Vec<PathBuf>>, path: Option<PathBuf>) {
    if let (Ok(mut met), Some(path)) = (met.lock(), path) {
        met.push(path);
    }
}

/// What the configuration of the run leaves out, and globs of the command line, with the folder that their paths begin in.
struct Globs {
    config: Config,
    folder: PathBuf,
    globs: Vec<GlobMatcher>,
}

impl Globs {
    fn is_empty(&self) -> bool {
        self.globs.is_empty() && !self.config.has_excludes()
    }

    /// Whether one of them names a file or a folder that it lies in.
    fn cover(&self, path: &Path) -> bool {
        let Ok(path) = absolute(path) else { return false };
        self.config.excludes(&path) || covers(&self.globs, &self.folder, &path)
    }
}

impl FilterFlags {
    pub(super) fn filters(&self, settings: &Settings) -> Result<Filters> {
        let read = |text: &String| {
            config::glob(text.strip_prefix("./").unwrap_or(text))
                .map_err(|reason| Error::new(format!("cannot read the glob `{text}`: {reason}")))
        };
        let globs = self.exclude.iter().map(read).collect::<Result<Vec<_>>>()?;
        // Nobody needs to know where the current folder is but for globs.
        let folder = if globs.is_empty() { PathBuf::new() } else { absolute(Path::new("."))? };
        let globs = Globs { config: settings.run().clone(), folder, globs };
        let (heed, hidden) = (!self.no_ignore, self.hidden);
        Ok(Filters { globs: Arc::new(globs), heed, hidden, patterns: HashMap::new(), endless: Arc::default() })
    }
}

impl Filters {
    /// Whether this run leaves out more than others do, so that it does not speak for all of a folder.
    pub(super) fn narrow(&self) -> bool {
        !self.globs.globs.is_empty()
    }

    /// A walk through a folder that keeps to what the filters let through, but for names. What it does not enter is told in [`Self::faults`].
    pub(super) fn walk(&self, folder: &Path) -> impl Iterator<Item = std::result::Result<DirEntry, ignore::Error>> {
        let above = absolute(folder).unwrap_or_default();
        let found = above.ancestors().find_map(endless).filter(|_| self.heed);
        let is_open = found.is_none();
        note(&self.endless, found);
        let mut walk = WalkBuilder::new(folder);
        // A folder outside a repository may have a .gitignore too: a copy, an export, a test.
        walk.standard_filters(self.heed).hidden(!self.hidden).require_git(false).sort_by_file_name(Ord::cmp);
        if self.heed {
            walk.add_custom_ignore_filename(IGNORE_FILE);
        }
        let (globs, hidden, heed, met) = (self.globs.clone(), self.hidden, self.heed, self.endless.clone());
        walk.filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|of| of.is_dir());
            let repository = hidden && entry.depth() > 0 && entry.file_name() == ".git";
            if repository || !globs.is_empty() && globs.cover(entry.path()) {
                return false;
            }
            let found = if heed && is_folder { endless(entry.path()) } else { None };
            let is_open = found.is_none();
            note(&met, found);
            is_open
        });
        is_open.then(|| walk.build()).into_iter().flatten()
    }

    /// Why folders were not entered.
    pub(super) fn faults(&self) -> Vec<Error> {
        let met = self.endless.lock().map(|mut met| std::mem::take(&mut *met)).unwrap_or_default();
        let fault = |path: PathBuf| {
            Error::new(format!("cannot read `{}`: it is no regular file", path.display()))
                .hint("remove it, or pass `--no-ignore` to search its folder without it")
        };
        met.into_iter().map(fault).collect()
    }

    /// The number of the configuration that counts for a file that is met, unless that leaves it out or knows it for no text.
    pub(super) fn meet(settings: &mut Settings, path: &Path) -> Result<std::result::Result<usize, Filter>> {
        let config = settings.of(path)?;
        Ok(if !is_known(path) && !settings.for_file(config, path).is_source() {
            Err(Filter::Unknown)
        } else if settings.configs()[config].has_excludes() && settings.configs()[config].excludes(&absolute(path)?) {
            Err(Filter::Excluded)
        } else {
            Ok(config)
        })
    }

    /// What a walk that lets nothing through has kept back of the files that are known by their names.
    pub(super) fn kept_back(&self, settings: &mut Settings, folder: &Path) -> Result<Vec<Filter>> {
        let mut out = Vec::new();
        for path in all_files(folder) {
            let inside = path.strip_prefix(folder).unwrap_or(&path);
            out.extend(match Self::meet(settings, &path)? {
                Err(Filter::Unknown) => None,
                Err(filter) => Some(filter),
                Ok(_) if self.globs.cover(&path) => Some(Filter::Excluded),
                Ok(_) if !self.hidden && is_hidden(inside) => Some(Filter::Hidden),
                Ok(_) => Some(Filter::Ignored),
            });
        }
        Ok(out)
    }

    /// The configuration of a file that a walk would meet, or why it would not. What git knows of is for git to say.
    pub(super) fn meet_changed(
        &mut self,
        settings: &mut Settings,
        path: &Path,
    ) -> Result<std::result::Result<usize, Filter>> {
        let met = Self::meet(settings, path)?;
        if met.is_ok() && !self.hidden && is_hidden(path) {
            return Ok(Err(Filter::Hidden));
        }
        Ok(self.excludes(settings, path)?.map_or(met, Err))
    }

    /// Why a file is left out even where it is named, if that is so.
    pub(super) fn excludes(&mut self, settings: &mut Settings, path: &Path) -> Result<Option<Filter>> {
        let config = settings.of(path)?;
        if self.globs.cover(path) || settings.configs()[config].excludes(&absolute(path)?) {
            return Ok(Some(Filter::Excluded));
        }
        Ok((self.heed && self.ignores(path)).then_some(Filter::Ignored))
    }

    /// Whether the nearest [`IGNORE_FILE`] that says anything of a file has it left out.
    fn ignores(&mut self, path: &Path) -> bool {
        let Ok(path) = absolute(path) else { return false };
        for folder in path.ancestors().skip(1) {
            let patterns = self.patterns.entry(folder.to_path_buf()).or_insert_with(|| {
                let mut patterns = GitignoreBuilder::new(folder);
                if endless(folder).is_none() {
                    patterns.add(folder.join(IGNORE_FILE));
                }
                patterns.build().unwrap_or_else(|_| Gitignore::empty())
            });
            match patterns.matched_path_or_any_parents(&path, false) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None if folder.join(".git").exists() => return false,
                Match::None => {}
            }
        }
        false
    }
}

/// The files in a folder, whatever leaves them out.
pub(super) fn all_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false).filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
    let files = walk.build().flatten().filter(|entry| entry.file_type().is_some_and(|of| of.is_file()));
    files.map(DirEntry::into_path)
}

/// Whether a file is one by its name that may hold replies.
pub(super) fn is_known(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Format::is_known(&name) && !config::NAMES.contains(&name.as_ref()) && name != baseline::NAME
}

fn is_hidden(path: &Path) -> bool {
    let hidden = |part| matches!(part, Component::Normal(name) if name.as_encoded_bytes().starts_with(b"."));
    path.components().any(hidden)
}
