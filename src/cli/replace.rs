//! Puts new bytes in the place of a file's, so that at any time one or the other is there, whole.

use super::paths::{dotted, parent};
use replylint::error::{Error, Result};
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, PersistError};

/// What is to take the place of a file, or to become one. Until it does, it is a file beside it; dropped, it is gone.
pub(super) struct Replacement {
    path: PathBuf,
    /// What the name links to.
    real: PathBuf,
    new: NamedTempFile,
}

impl Replacement {
    /// Begins an empty one.
    ///
    /// # Errors
    /// When the file may not be written.
    pub(super) fn begin(path: &Path) -> Result<Self> {
        let failed = |error: &io::Error| Error::io("write", path, error);
        let (real, permissions) = match fs::metadata(path) {
            Ok(held) if held.is_dir() => return Err(failed(&io::ErrorKind::IsADirectory.into())),
            Ok(held) => (fs::canonicalize(path).map_err(|e| failed(&e))?, Some(held.permissions())),
            Err(_) => (path.to_path_buf(), None),
        };
        if permissions.as_ref().is_some_and(Permissions::readonly) {
            return Err(Error::new(format!("cannot write `{}`: it is read-only", path.display())));
        }
        let mut builder = tempfile::Builder::new();
        // As any new file, it may be read by whom the user lets read theirs.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let new = builder.tempfile_in(dotted(parent(&real))).map_err(|e| failed(&e))?;
        if let Some(permissions) = permissions {
            new.as_file().set_permissions(permissions).map_err(|e| failed(&e))?;
        }
        Ok(Self { path: path.to_path_buf(), real, new })
    }

    /// Where the new bytes are written to.
    pub(super) fn body(&self) -> &File {
        self.new.as_file()
    }

    /// Puts it in its place.
    pub(super) fn commit(self) -> Result<()> {
        self.settle(|new, real| new.persist(real))
    }

    /// Puts it where there is no file.
    ///
    /// # Errors
    /// When there is one.
    fn commit_new(self) -> Result<()> {
        self.settle(|new, real| new.persist_noclobber(real))
    }

    fn settle(self, put: impl FnOnce(NamedTempFile, &Path) -> std::result::Result<File, PersistError>) -> Result<()> {
        let failed = |error: &io::Error| Error::io("write", &self.path, error);
        self.new.as_file().sync_all().map_err(|e| failed(&e))?;
        put(self.new, &self.real).map(drop).map_err(|e| failed(&e.error))
    }
}

/// Writes a file that is new; where there is one, `over` tells whether it may be written over.
///
/// # Errors
/// When the file cannot be written, or is there and must not be.
pub(super) fn create(path: &Path, bytes: &[u8], over: bool) -> Result<()> {
    if over && let Ok(before) = fs::read(path) {
        return replace(path, &before, bytes);
    }
    let failed = |error: &io::Error| Error::io("write", path, error);
    let new = Replacement::begin(path)?;
    new.body().write_all(bytes).map_err(|e| failed(&e))?;
    new.commit_new()
}

/// Writes a file anew. What its name links to is written, and keeps its permissions.
///
/// # Errors
/// When the file cannot be written, or no longer holds what it was read with.
pub(super) fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<()> {
    let failed = |error: &io::Error| Error::io("write", path, error);
    let new = Replacement::begin(path)?;
    new.body().write_all(after).map_err(|e| failed(&e))?;
    if fs::read(path).map_err(|e| failed(&e))? != before {
        return Err(Error::new(format!("`{}` was changed while it was checked, and is left as it is", path.display()))
            .hint("check it again"));
    }
    new.commit()
}

#[cfg(test)]
mod tests {
    use super::replace;
    use std::fs;

    #[test]
    fn what_has_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("draft.md");
        fs::write(&path, "saved by an editor").expect("written");
        let error = replace(&path, b"as it was read", b"as it is fixed").expect_err("it has changed");
        assert!(error.to_string().contains("was changed while it was checked"), "{error}");
        assert_eq!(fs::read(&path).expect("read"), b"saved by an editor");
        replace(&path, b"saved by an editor", b"as it is fixed").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"as it is fixed");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }
}
