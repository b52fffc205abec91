//! How paths lead from one place to another, and how they are typed.

use replylint::error::{Error, Result};
use std::path::{Component, Path, PathBuf};

/// The same path from the root, without detours.
pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    let gone = |e| {
        Error::io("find", path, &e)
            .hint("change to a folder that is there, or name files from the root with `--isolated`")
    };
    let mut out = PathBuf::new();
    for part in std::path::absolute(path).map_err(gone)?.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    Ok(out)
}

/// The folder of a path, as it is given; the current one is empty.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// The same path, `.` if it is empty.
pub(super) fn dotted(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// A path without the `./` that it may begin with.
pub(super) fn plain(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

/// The way to a path from a folder, where both begin in the same place.
pub(super) fn relative(path: &Path, folder: &Path) -> PathBuf {
    let shared = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

/// The way to a file from a folder, which is absolute, with `/` between its parts. Nothing leads from one drive to another.
pub(super) fn way(folder: &Path, file: &Path) -> Option<String> {
    let way = relative(&absolute(file).ok()?, folder);
    let parts = way.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    (!way.has_root()).then(|| parts.collect::<Vec<_>>().join("/"))
}

/// Whether two paths lead to one file, whatever links there are.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// A path as it is typed into a shell, after the flags of a command.
pub(super) fn typed(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '\\' | '.' | '_' | '-' | ':');
    let begins = if path.starts_with('-') && path.len() > 1 { "./" } else { "" };
    match path.chars().all(is_plain) {
        true => format!("{begins}{path}"),
        false => format!("'{begins}{}'", path.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_is_more_than_a_path_to_a_shell() {
        for (path, shown) in [
            ("a/b.json", "a/b.json"),
            ("-", "-"),
            ("--fix", "./--fix"),
            ("a b.json", "'a b.json'"),
            ("-x;reboot", "'./-x;reboot'"),
            ("it's $(here)`", "'it'\\''s $(here)`'"),
        ] {
            assert_eq!(typed(Path::new(path)), shown);
        }
    }

    #[test]
    fn paths_lead_from_a_folder() {
        for (path, folder, leads) in [
            ("a.txt", "", "a.txt"),
            ("a/b.txt", "a/", "b.txt"),
            ("a/b/c.txt", "a/", "b/c.txt"),
            ("c.txt", "a/b/", "../../c.txt"),
            ("a/c/d.txt", "a/b/", "../c/d.txt"),
            ("ab/d.txt", "a/", "../ab/d.txt"),
        ] {
            assert_eq!(relative(Path::new(path), Path::new(folder)), Path::new(leads), "{path} from {folder}");
            let from = absolute(dotted(Path::new(folder))).expect("a folder");
            assert_eq!(way(&from, Path::new(path)).as_deref(), Some(leads), "{path} from {folder}");
        }
    }
}
