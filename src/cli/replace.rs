//! Puts new bytes in the place of a file's, so that at any time one or the other is there, whole.

use replylint::error::{Error, Result};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Writes a file anew. What its name links to is written, and keeps its permissions.
///
/// # Errors
/// When the file cannot be written, or no longer holds what it was read with.
pub(super) fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<()> {
    let failed = |error: &std::io::Error| Error::io("write", path, error);
    let real = fs::canonicalize(path).map_err(|e| failed(&e))?;
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed(&e))?;
    new.write_all(after).map_err(|e| failed(&e))?;
    new.as_file().sync_all().map_err(|e| failed(&e))?;
    let permissions = fs::metadata(&real).map_err(|e| failed(&e))?.permissions();
    if permissions.readonly() {
        return Err(Error::new(format!("cannot write `{}`: it is read-only", path.display())));
    }
    new.as_file().set_permissions(permissions).map_err(|e| failed(&e))?;
    if fs::read(&real).map_err(|e| failed(&e))? != before {
        return Err(Error::new(format!("`{}` was changed while it was checked, and is left as it is", path.display()))
            .hint("check it again"));
    }
    new.persist(&real).map_err(|e| failed(&e.error))?;
    Ok(())
}
