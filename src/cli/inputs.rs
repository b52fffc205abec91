//! The paths on the command line, and the files that they come to.

use super::config_flags::Settings;
use super::filters::{Filter, FilterFlags, Filters, HEADING};
use super::git::{self, Scope, Staged};
use super::paths::{absolute, dotted, plain};
use super::{STDIN, STDIN_NAME, read_bytes};
use replylint::error::{Error, Result};
use replylint::output;
use replylint::report::Count;
use replylint::source::{self, Source};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Paths {
    /// Files and folders to check, or `-` for standard input. Files are read whatever they are called; in folders, text files are
    /// taken (.txt, .md, .eml, .html, data and template files), but not hidden ones or those that .gitignore names
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Check the files listed in FILE as well, a path on each line. `-` reads the list from standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// The list has a NUL after each path, as `find -print0` and `git ls-files -z` write it
    #[arg(short = '0', long, requires = "files_from")]
    null: bool,
    /// What to call standard input; the format follows from the name
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// Check what is staged for the next commit, as it is staged: in the paths, or in the whole repository
    #[arg(long, conflicts_with_all = ["since", "files_from"], help_heading = HEADING)]
    pub(super) staged: bool,
    /// Check what is changed since the current branch left REF, committed or not: in the paths, or in the whole repository
    #[arg(long, value_name = "REF", conflicts_with = "files_from", help_heading = HEADING)]
    since: Option<String>,
    #[command(flatten)]
    filters: FilterFlags,
}

/// What the paths on the command line come to.
#[derive(Default)]
pub(super) struct Inputs {
    /// The files to check, each once, in the order of the arguments and sorted within folders.
    pub(super) files: Vec<Input>,
    /// Folders that were searched.
    pub(super) walked: Vec<PathBuf>,
    /// Folders in which there are none.
    pub(super) barren: Vec<PathBuf>,
    /// What could not be listed.
    pub(super) errors: Vec<Error>,
    /// Why files were left out, for each one that was, where it is known.
    pub(super) left_out: Vec<Filter>,
    /// What a program chose to have checked, if it was one: that may come to nothing.
    pub(super) chosen: Option<String>,
}

/// A file to check.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Whether the user named it. What is met in a folder may turn out not to be text.
    pub(super) named: bool,
    /// What is staged of it, where that is to be checked and the file is no longer the same.
    pub(super) staged: Option<Staged>,
    /// The number of the configuration that counts for it.
    pub(super) config: usize,
}

impl Input {
    pub(super) fn is_stdin(&self) -> bool {
        is_stdin(&self.path)
    }

    /// How many bytes it has, where that can be told without reading it.
    pub(super) fn size(&self) -> u64 {
        self.path.metadata().map_or(0, |of| of.len())
    }

    /// Reads the file; `None` when it is not text and nobody said that it is.
    pub(super) fn read(&self) -> Result<Option<Source>> {
        let bytes = match &self.staged {
            Some(staged) => staged.read()?,
            None => source::read_file(&self.path)?,
        };
        if !self.named && Source::is_binary(&bytes) {
            return Ok(None);
        }
        Source::from_bytes(self.path.display().to_string(), bytes).map(Some)
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

impl Paths {
    /// Whether standard input is one of the texts to check.
    pub(super) fn check_stdin(&self) -> bool {
        self.paths.iter().any(|path| is_stdin(path))
    }

    /// The list of paths, if there is one.
    pub(super) fn list(&self) -> Option<&Path> {
        self.files_from.as_deref()
    }

    /// What was named on the command line, in a fixed order: where that is nothing, the current folder.
    pub(super) fn named(&self) -> Vec<String> {
        let all = self.paths.iter().chain(&self.files_from);
        let mut named: Vec<_> = all.map(|path| plain(path).components().collect::<PathBuf>()).collect();
        named.sort();
        named.dedup();
        let shown = named.iter().map(|path| dotted(path).display().to_string()).collect::<Vec<_>>();
        if shown.is_empty() { vec![".".to_owned()] } else { shown }
    }

    /// What a file is called in reports.
    pub(super) fn name_of(&self, input: &Input) -> String {
        let path = match &self.stdin_filename {
            _ if !input.is_stdin() => &input.path,
            Some(name) => name,
            None => Path::new(STDIN_NAME),
        };
        path.display().to_string()
    }

    /// The files to check. `taken` tells whether something else reads standard input.
    pub(super) fn inputs(&self, settings: &mut Settings, taken: bool) -> Result<Inputs> {
        let mut paths = self.paths.clone();
        let readers = paths.iter().map(PathBuf::as_path).chain(self.files_from.as_deref());
        if readers.filter(|path| is_stdin(path)).count() + usize::from(taken) > 1 {
            return Err(Error::new("standard input can be read only once").hint("use `-` in one place"));
        }
        if self.stdin_filename.is_some() && !self.check_stdin() {
            return Err(Error::new("`--stdin-filename` names standard input, which is not checked")
                .hint("add `-` to the paths"));
        }
        if let Some(list) = &self.files_from {
            paths.extend(self.listed(list)?);
        }
        let mut filters = self.filters.filters(settings)?;
        let mut inputs = Inputs::default();
        if let Some(scope) = self.scope() {
            if self.check_stdin() {
                return Err(Error::new("standard input is in no repository").hint("leave out `-`"));
            }
            inputs.add_changed(&scope, &paths, settings, &mut filters)?;
            return Ok(inputs);
        }
        if paths.is_empty() && self.files_from.is_none() {
            paths.push(".".into());
        }
        let named = paths.len();
        for path in paths {
            if !is_stdin(&path) && path.is_dir() {
                inputs.walk(path, settings, &filters)?;
                continue;
            }
            let name = if is_stdin(&path) { self.stdin_filename.as_deref().unwrap_or(&path) } else { &path };
            if self.filters.force_exclude
                && let Some(filter) = filters.excludes(settings, name)?
            {
                inputs.left_out.push(filter);
            } else {
                let config = settings.of(name)?;
                inputs.files.push(Input { path, named: true, staged: None, config });
            }
        }
        if self.filters.force_exclude {
            inputs.chosen = Some(format!("{} named", Count(named, "path")));
        }
        let key = |input: &Input| plain(&input.path).to_path_buf();
        let named: HashSet<_> = inputs.files.iter().filter(|input| input.named).map(key).collect();
        let mut seen = HashSet::new();
        inputs.files.retain_mut(|input| {
            input.named |= named.contains(&key(input));
            seen.insert(key(input))
        });
        Ok(inputs)
    }

    /// Which part of a repository is meant, if one is.
    fn scope(&self) -> Option<Scope> {
        let since = self.since.as_ref().map(|name| Scope::Since(name.clone()));
        if self.staged { Some(Scope::Staged) } else { since }
    }

    /// The paths that a list holds.
    fn listed(&self, list: &Path) -> Result<Vec<PathBuf>> {
        let bytes = read_bytes(list)?;
        let split = |end: u8| {
            let paths = bytes.split(|byte| *byte == end).filter(|path| !path.is_empty());
            paths.map(|path| git::path(path.to_vec())).collect()
        };
        if self.null {
            return split(0);
        }
        match Source::from_bytes(list.display().to_string(), bytes.clone()) {
            Ok(text) => Ok(text.text().lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect()),
            Err(error) if Source::is_binary(&bytes) => Err(error),
            // The name of a file need not be UTF-8.
            Err(_) => split(b'\n'),
        }
    }
}

impl Inputs {
    /// Whether all of a folder was searched.
    pub(super) fn hold(&self, folder: &Path) -> bool {
        self.walked.iter().any(|walked| absolute(walked).is_ok_and(|walked| folder.starts_with(walked)))
    }

    /// Adds the text files of a folder.
    fn walk(&mut self, folder: PathBuf, settings: &mut Settings, filters: &Filters) -> Result<()> {
        let before = self.files.len();
        if !filters.narrow() {
            self.walked.push(folder.clone());
        }
        let mut left_out = Vec::new();
        for entry in filters.walk(&folder) {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                    let path = plain(entry.path()).to_path_buf();
                    match Filters::meet(settings, &path)? {
                        Ok(config) => self.files.push(Input { path, named: false, staged: None, config }),
                        Err(Filter::Unknown) => {}
                        Err(filter) => left_out.push(filter),
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    self.errors.push(Error::new(format!("cannot list `{}`: {error}", folder.display())));
                }
            }
        }
        let faults = filters.faults();
        if self.files.len() == before && faults.is_empty() {
            left_out = filters.kept_back(settings, &folder)?;
            if left_out.is_empty() {
                self.barren.push(folder);
            }
        }
        self.errors.extend(faults);
        self.left_out.extend(left_out);
        Ok(())
    }

    /// Adds the text files that are changed in a repository.
    fn add_changed(
        &mut self,
        scope: &Scope,
        paths: &[PathBuf],
        settings: &mut Settings,
        filters: &mut Filters,
    ) -> Result<()> {
        let changed = scope.changed(paths)?;
        let is_below = |path: &Path| changed.iter().any(|file| file.path.starts_with(plain(path)));
        if let Some(missing) = paths.iter().find(|path| path.symlink_metadata().is_err() && !is_below(path)) {
            return Err(Error::new(format!("cannot read `{}`: no such file or folder", missing.display())));
        }
        let how_many = match changed.len() {
            0 => "nothing is".into(),
            1 => "1 file is".into(),
            many => format!("{many} files are"),
        };
        self.chosen = Some(match scope {
            Scope::Staged => format!("{how_many} staged"),
            Scope::Since(name) => format!("{how_many} changed since `{}`", output::safe(name)),
        });
        for file in changed {
            match filters.meet_changed(settings, &file.path)? {
                Err(filter) => self.left_out.push(filter),
                Ok(config) => self.files.push(Input { path: file.path, named: false, staged: file.staged, config }),
            }
        }
        Ok(())
    }
}
