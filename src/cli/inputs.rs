//! The paths on the command line, and the files that they come to.

use super::config_flags::{Settings, absolute};
use super::{STDIN, read};
use ignore::WalkBuilder;
use replylint::document::Format;
use replylint::error::{Error, Result};
use replylint::source::Source;
use replylint::{baseline, config};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(Debug, clap::Args)]
pub(super) struct Paths {
    /// Files and folders to check, or `-` for standard input. Files are read whatever they are called; in folders, text files are
    /// taken (.txt, .md, .eml, .html, data and template files), but not hidden ones or those that .gitignore names
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Check the files listed in FILE as well, a path on each line. `-` reads the list from standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// What to call standard input; the format follows from the name
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<PathBuf>,
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
}

/// A file to check.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Whether the user named it. What is met in a folder may turn out not to be text.
    pub(super) named: bool,
}

impl Input {
    pub(super) fn is_stdin(&self) -> bool {
        is_stdin(&self.path)
    }

    /// Reads the file; `None` when it is not text and nobody said that it is.
    pub(super) fn read(&self) -> Result<Option<Source>> {
        let bytes = std::fs::read(&self.path).map_err(|e| Error::io("read", &self.path, &e))?;
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

    /// The files to check. `taken` tells whether something else reads standard input.
    pub(super) fn inputs(&self, settings: &Settings, taken: bool) -> Result<Inputs> {
        let mut paths = self.paths.clone();
        let readers = paths.iter().map(PathBuf::as_path).chain(self.files_from.as_deref());
        if readers.filter(|path| is_stdin(path)).count() + usize::from(taken) > 1 {
            return Err(Error::new("standard input can be read only once").hint("use `-` in one place"));
        }
        if self.stdin_filename.is_some() && !self.check_stdin() {
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
            if is_stdin(&path) || !path.is_dir() {
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
}

impl Inputs {
    /// Whether all of a folder was searched.
    pub(super) fn hold(&self, folder: &Path) -> bool {
        self.walked.iter().any(|walked| absolute(walked).is_ok_and(|walked| folder.starts_with(walked)))
    }

    /// Adds the text files of a folder.
    fn walk(&mut self, folder: PathBuf, settings: &Settings) {
        let before = self.files.len();
        self.walked.push(folder.clone());
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

/// Whether a file met in a folder is checked: by its name, or because a configuration says so. The configuration itself is not, nor is the baseline.
fn is_wanted(entry: &ignore::DirEntry, settings: &Settings) -> bool {
    let name = entry.file_name().to_string_lossy();
    let known = Format::is_known(&name) && !config::NAMES.contains(&name.as_ref()) && name != baseline::NAME;
    known || settings.files(entry.path()).is_some()
}
