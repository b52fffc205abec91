//! Puts new bytes in the place of a file's, so that at any time one or the other is there, whole.

use super::paths::{dotted, parent};
use replylint::error::{Error, Result};
use std::fs::{self, File, Metadata};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is to be written.
#[derive(Debug)]
struct Target {
    path: PathBuf,
    /// What the name links to.
    real: PathBuf,
}

/// What files beside others are called until they take their place. Nothing that walks through folders looks at them.
const PREFIX: &str = ".replylint-";

impl Target {
    /// # Errors
    /// When there is something that may not be written, or that is no regular file.
    fn find(path: &Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io("write", path, &error);
        let Ok(held) = fs::metadata(path) else {
            return Ok(Self { path: path.to_path_buf(), real: path.to_path_buf() });
        };
        if held.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if !held.is_file() {
            return Err(Error::new(format!("cannot write `{}`: it is no regular file", path.display()))
                .hint("name a file, or `-` to read standard input and to write standard output"));
        }
        if held.permissions().readonly() {
            return Err(Error::new(format!("cannot write `{}`: it is read-only", path.display()))
                .hint("make it writable, and run this again"));
        }
        let real = fs::canonicalize(path).map_err(failed)?;
        // A folder in which files may be replaced may hold some that are not to be written all the same.
        File::options().write(true).open(&real).map_err(failed)?;
        Ok(Self { path: path.to_path_buf(), real })
    }

    fn failed(&self, error: &io::Error) -> Error {
        Error::io("write", &self.path, error)
    }

    fn folder(&self) -> &Path {
        dotted(parent(&self.real))
    }

    /// An empty file beside it, which is gone when it is dropped, and which none may read who may not read this one.
    fn beside(&self) -> io::Result<NamedTempFile> {
        let held = fs::metadata(&self.real).ok();
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            // A new file may be read by whom the user lets read theirs.
            let new = std::os::unix::fs::PermissionsExt::from_mode(0o666);
            builder.permissions(held.as_ref().map_or(new, Metadata::permissions));
        }
        let new = builder.tempfile_in(self.folder())?;
        if let Some(held) = &held {
            #[cfg(unix)]
            keep_owner(new.as_file(), held)?;
            new.as_file().set_permissions(held.permissions())?;
        }
        Ok(new)
    }

    /// Writes what is to be there, and puts it there if `is_due` finds nothing against it. `over` tells whether what came there meanwhile
    /// may be written over.
    fn write(
        &self,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
        is_due: impl FnOnce() -> Result<()>,
        over: bool,
    ) -> Result<()> {
        let mut new = self.beside().map_err(|e| self.failed(&e))?;
        fill(new.as_file_mut()).and_then(|()| new.as_file().sync_all()).map_err(|e| self.failed(&e))?;
        is_due()?;
        let put = if over { new.persist(&self.real) } else { new.persist_noclobber(&self.real) };
        put.map(drop).map_err(|e| self.failed(&e.error))
    }
}

/// Gives a file to those whom another belongs to. Who may not give it away keeps it, but not for another group.
#[cfg(unix)]
fn keep_owner(new: &File, held: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = new.metadata()?;
    if (own.uid(), own.gid()) == (held.uid(), held.gid()) || fchown(new, Some(held.uid()), Some(held.gid())).is_ok() {
        return Ok(());
    }
    if own.gid() == held.gid() { Ok(()) } else { fchown(new, None, Some(held.gid())) }
}

/// What is to take the place of a file, or to become one, and takes a while to write. Until then it has no name, so that a run which is
/// broken off leaves nothing.
pub(super) struct Replacement {
    target: Target,
    body: File,
}

impl Replacement {
    /// Begins an empty one.
    ///
    /// # Errors
    /// When the file may not be written.
    pub(super) fn begin(path: &Path) -> Result<Self> {
        let target = Target::find(path)?;
        let body = tempfile::tempfile_in(target.folder()).map_err(|e| target.failed(&e))?;
        Ok(Self { target, body })
    }

    /// Where the new bytes are written to.
    pub(super) fn body(&self) -> &File {
        &self.body
    }

    /// Puts it in its place.
    pub(super) fn commit(mut self) -> Result<()> {
        self.body.rewind().map_err(|e| self.target.failed(&e))?;
        self.target.write(|new| io::copy(&mut self.body, new).map(drop), || Ok(()), true)
    }
}

/// Writes a file that is new; where there is one, `over` tells whether it may be written over.
///
/// # Errors
/// When the file cannot be written, or is there and must not be.
pub(super) fn create(path: &Path, bytes: &[u8], over: bool) -> Result<()> {
    Target::find(path)?.write(|new| new.write_all(bytes), || Ok(()), over)
}

/// A file that is to be read and then written anew.
#[derive(Debug)]
pub(super) struct Held {
    path: PathBuf,
    real: PathBuf,
}

impl Held {
    /// Remembers where it is, if it is anywhere; to be called before it is read.
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf(), real: fs::canonicalize(path).unwrap_or_default() }
    }

    /// Writes it anew. What its name links to is written, and keeps its owner and its permissions.
    ///
    /// # Errors
    /// When it cannot be written, is no longer where it was, or no longer holds what it was read with.
    pub(super) fn replace(&self, before: &[u8], after: &[u8]) -> Result<()> {
        let target = Target::find(&self.path)?;
        let is_due = || {
            let is_there = fs::canonicalize(&self.path).is_ok_and(|real| real == self.real) && target.real == self.real;
            if is_there && fs::read(&self.real).map_err(|e| target.failed(&e))? == before {
                return Ok(());
            }
            let shown = self.path.display();
            Err(Error::new(format!("`{shown}` was changed while it was checked, and is left as it is"))
                .hint("check it again"))
        };
        target.write(|new| new.write_all(after), is_due, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in a folder.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_has_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("draft.md");
        fs::write(&path, "saved by an editor").expect("written");
        let held = Held::at(&path);
        let error = held.replace(b"as it was read", b"as it is fixed").expect_err("it has changed");
        assert!(error.to_string().contains("was changed while it was checked"), "{error}");
        assert_eq!(fs::read(&path).expect("read"), b"saved by an editor");
        held.replace(b"saved by an editor", b"as it is fixed").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"as it is fixed");
        assert_eq!(names(folder.path()), ["draft.md"], "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_became_a_link_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (inside, moved, outside) =
            (folder.path().join("macros"), folder.path().join("moved"), folder.path().join("outside"));
        for place in [&inside, &outside] {
            fs::create_dir(place).expect("a folder");
            fs::write(place.join("draft.md"), "the same words").expect("written");
        }
        let held = Held::at(&inside.join("draft.md"));
        fs::rename(&inside, &moved).expect("moved");
        std::os::unix::fs::symlink(&outside, &inside).expect("a link");
        let error = held.replace(b"the same words", b"other words").expect_err("it is elsewhere");
        assert!(error.to_string().contains("was changed while it was checked"), "{error}");
        for place in [&moved, &outside] {
            assert_eq!(fs::read(place.join("draft.md")).expect("read"), b"the same words");
            assert_eq!(names(place), ["draft.md"]);
        }
    }

    /// Fails at each of its writes in turn: what was there stays, and nothing is left beside it.
    #[test]
    fn a_write_that_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("draft.md");
        for is_there in [true, false] {
            for written in 0..4 {
                if is_there {
                    fs::write(&path, "as it was").expect("written");
                }
                let fill = |new: &mut File| {
                    (0..written).try_for_each(|_| new.write_all(b"a part "))?;
                    Err(io::ErrorKind::StorageFull.into())
                };
                let error = Target::find(&path).expect("a place").write(fill, || Ok(()), true).expect_err("it is full");
                assert!(error.to_string().starts_with("cannot write `"), "{error}");
                let refuse = || Err(Error::new("not now"));
                let target = Target::find(&path).expect("a place");
                target.write(|new| new.write_all(b"all of it"), refuse, true).expect_err("it is refused");
                drop(Replacement::begin(&path).expect("a place").body().write_all(b"a part"));
                let wanted: &[&str] = if is_there { &["draft.md"] } else { &[] };
                assert_eq!(names(folder.path()), wanted);
                if is_there {
                    assert_eq!(fs::read(&path).expect("read"), b"as it was");
                    fs::remove_file(&path).expect("removed");
                }
            }
        }
    }

    #[test]
    fn what_has_come_meanwhile_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("replylint.toml");
        let meanwhile = |_: &mut File| fs::write(&path, "of another");
        Target::find(&path).expect("a place").write(meanwhile, || Ok(()), false).expect_err("it is there");
        assert_eq!(fs::read(&path).expect("read"), b"of another");
        assert_eq!(names(folder.path()), ["replylint.toml"]);
    }
}
