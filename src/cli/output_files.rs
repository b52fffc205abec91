//! The files that reports are written to.

use super::inputs::Inputs;
use super::paths::dotted;
use super::replace::Replacement;
use replylint::error::{Error, Result};
use replylint::output::Out;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// A file that a report is written to, which changes only when the report is whole.
pub(super) struct OutputFile<F> {
    pub(super) format: F,
    path: PathBuf,
    /// The same path without links and detours.
    real: PathBuf,
    target: Target,
}

enum Target {
    /// A file that the report takes the place of.
    Replaced(Replacement),
    /// One that it is added to, when the first is whole.
    Added(File, File),
}

/// The variable of GitHub Actions that names the file which the summary of a step is added to.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

impl<F: Copy> OutputFile<F> {
    /// Makes sure that each file can be written, and that no two are one.
    pub(super) fn open(wanted: &[(F, PathBuf)]) -> Result<Vec<Self>> {
        let mut files: Vec<Self> = Vec::new();
        for (format, path) in wanted {
            let failed = |error: &io::Error| Error::io("write", path, error);
            let real = real(path).map_err(|e| match e.kind() {
                io::ErrorKind::NotFound => failed(&e).hint("make the folder first, or choose one that is there"),
                _ => failed(&e),
            })?;
            if let Some(other) = files.iter().find(|file| file.real == real) {
                return Err(Error::new(format!("cannot write two reports to `{}`", path.display()))
                    .hint(format!("`{}` is the same file: give one of them another name", other.path.display())));
            }
            let is_summary = std::env::var_os(STEP_SUMMARY).is_some_and(|summary| summary == path.as_os_str());
            let is_device = fs::metadata(&real).is_ok_and(|is| !is.is_file() && !is.is_dir());
            let target = if is_summary || is_device {
                let onto = File::options().append(true).create(is_summary).open(&real).map_err(|e| failed(&e))?;
                Target::Added(tempfile::tempfile().map_err(|e| failed(&e))?, onto)
            } else {
                Target::Replaced(Replacement::begin(path)?)
            };
            files.push(Self { format: *format, path: path.clone(), real, target });
        }
        Ok(files)
    }

    /// Leaves the file out of what is checked, if a folder holds it.
    ///
    /// # Errors
    /// When it was named as a draft: the report would take its place.
    pub(super) fn spare(&self, inputs: &mut Inputs) -> Result<()> {
        let is_this = |path: &Path| path.file_name() == self.real.file_name() && self.is_at(path);
        if inputs.files.iter().any(|input| input.named && is_this(&input.path)) {
            return Err(Error::new(format!(
                "cannot write a report to `{}`: it is a draft to check",
                self.path.display()
            ))
            .hint("choose a name that no draft has"));
        }
        inputs.files.retain(|input| !is_this(&input.path));
        Ok(())
    }

    /// Makes sure that no report takes the place of what else was read.
    pub(super) fn keep_off<'p>(files: &[Self], read: impl Iterator<Item = &'p Path>) -> Result<()> {
        for path in read {
            if let Some(file) = files.iter().find(|file| file.is_at(path)) {
                let shown = file.path.display();
                return Err(Error::new(format!("cannot write a report to `{shown}`: this run reads it"))
                    .hint("choose a name that no other file has"));
            }
        }
        Ok(())
    }

    /// Whether this is the file at a path.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        real(path).is_ok_and(|path| path == self.real)
    }

    /// Where the report is written to.
    pub(super) fn body(&self) -> Out<'_> {
        let body = match &self.target {
            Target::Replaced(replacement) => replacement.body(),
            Target::Added(body, _) => body,
        };
        Box::new(Body { path: &self.path, file: io::BufWriter::with_capacity(64 * 1024, body) })
    }

    /// Puts the report in its place.
    pub(super) fn finish(self) -> Result<()> {
        match self.target {
            Target::Replaced(replacement) => replacement.commit(),
            Target::Added(mut body, mut onto) => {
                let added = body.rewind().and_then(|()| io::copy(&mut body, &mut onto));
                added.map(drop).map_err(|e| Error::io("write", &self.path, &e))
            }
        }
    }
}

/// A path without links and detours, of a file that need not be there yet.
fn real(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).or_else(|error| match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if error.kind() == io::ErrorKind::NotFound => {
            Ok(fs::canonicalize(dotted(folder))?.join(name))
        }
        _ => Err(error),
    })
}

/// A report in the making, whose errors name the file that it is for.
struct Body<'f> {
    path: &'f Path,
    file: io::BufWriter<&'f File>,
}

impl Body<'_> {
    fn named<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|e| io::Error::new(e.kind(), format!("`{}`: {e}", self.path.display())))
    }
}

impl Write for Body<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.file.write(bytes);
        self.named(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.named(result)
    }
}
