//! What keeps files from being checked, though they are met in a folder or named by another program.

use super::config_flags::{Settings, absolute, local};
use globset::GlobMatcher;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{Match, WalkBuilder};
use replylint::config;
use replylint::document::Format;
use replylint::error::{Error, Result};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Which files to leave out.
#[derive(Debug, clap::Args)]
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
pub(super) struct Filters<'s> {
    settings: &'s Settings,
    globs: Arc<Globs>,
    heed: bool,
    hidden: bool,
    /// The patterns of each folder that was asked about.
    patterns: HashMap<PathBuf, Gitignore>,
}

/// Globs, each with the folder that its paths begin in.
struct Globs(Vec<(PathBuf, GlobMatcher)>);

impl Globs {
    /// Whether one of them names a file or a folder that it lies in.
    fn cover(&self, path: &Path) -> bool {
        let Ok(path) = absolute(path) else { return false };
        self.0.iter().any(|(folder, glob)| {
            let Some(path) = local(&path, folder) else { return false };
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            ends.map(|end| &path[..end]).any(|part| glob.is_match(part))
        })
    }
}

impl FilterFlags {
    pub(super) fn filters<'s>(&self, settings: &'s Settings) -> Result<Filters<'s>> {
        let here = absolute(Path::new("."))?;
        let mut globs: Vec<_> = settings.exclude().collect();
        for text in &self.exclude {
            let glob = config::glob(text.strip_prefix("./").unwrap_or(text))
                .map_err(|reason| Error::new(format!("cannot read the glob `{text}`: {reason}")))?;
            globs.push((here.clone(), glob));
        }
        let (heed, hidden) = (!self.no_ignore, self.hidden);
        Ok(Filters { settings, globs: Arc::new(Globs(globs)), heed, hidden, patterns: HashMap::new() })
    }
}

impl Filters<'_> {
    /// A walk through a folder that keeps to what the filters let through, but for names.
    pub(super) fn walk(&self, folder: &Path) -> ignore::Walk {
        let mut walk = WalkBuilder::new(folder);
        // A folder outside a repository may have a .gitignore too: a copy, an export, a test.
        walk.standard_filters(self.heed).hidden(!self.hidden).require_git(false).sort_by_file_name(Ord::cmp);
        if self.heed {
            walk.add_custom_ignore_filename(IGNORE_FILE);
        }
        let (globs, hidden) = (self.globs.clone(), self.hidden);
        if hidden || !globs.0.is_empty() {
            walk.filter_entry(move |entry| {
                let repository = hidden && entry.depth() > 0 && entry.file_name() == ".git";
                !repository && (globs.0.is_empty() || !globs.cover(entry.path()))
            });
        }
        walk.build()
    }

    /// Whether a file that is met is checked: by its name, or because a configuration says so. The configuration itself is not.
    pub(super) fn knows(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let known = Format::is_known(&name) && !config::NAMES.contains(&name.as_ref());
        known || self.settings.files(path).is_some()
    }

    /// What a walk that lets nothing through has kept back of the files that are known by their names.
    pub(super) fn kept_back(&self, folder: &Path) -> Vec<Filter> {
        let walk = WalkBuilder::new(folder)
            .standard_filters(false)
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
            .build();
        let files = walk.flatten().filter(|entry| entry.file_type().is_some_and(|of| of.is_file()));
        let why = |entry: ignore::DirEntry| {
            let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            self.knows(entry.path()).then(|| match () {
                () if self.globs.cover(entry.path()) => Filter::Excluded,
                () if !self.hidden && is_hidden(inside) => Filter::Hidden,
                () => Filter::Ignored,
            })
        };
        files.filter_map(why).collect()
    }

    /// Why a file would not be met in a walk, if that is so. What git knows of is for git to say.
    pub(super) fn keeps_from_walk(&mut self, path: &Path) -> Option<Filter> {
        match () {
            () if !self.knows(path) => Some(Filter::Unknown),
            () if !self.hidden && is_hidden(path) => Some(Filter::Hidden),
            () => self.excludes(path),
        }
    }

    /// Why a file is left out even where it is named, if that is so.
    pub(super) fn excludes(&mut self, path: &Path) -> Option<Filter> {
        if self.globs.cover(path) {
            return Some(Filter::Excluded);
        }
        (self.heed && self.ignores(path)).then_some(Filter::Ignored)
    }

    /// Whether the nearest [`IGNORE_FILE`] that says anything of a file has it left out.
    fn ignores(&mut self, path: &Path) -> bool {
        let Ok(path) = absolute(path) else { return false };
        for folder in path.ancestors().skip(1) {
            let patterns = self.patterns.entry(folder.to_path_buf()).or_insert_with(|| {
                let mut patterns = GitignoreBuilder::new(folder);
                patterns.add(folder.join(IGNORE_FILE));
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

fn is_hidden(path: &Path) -> bool {
    let hidden = |part| matches!(part, Component::Normal(name) if name.as_encoded_bytes().starts_with(b"."));
    path.components().any(hidden)
}
