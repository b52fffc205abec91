//! What `git` knows of files: which are staged, and which are changed since a commit.
//!
//! The program is asked rather than a library, so that hooks, worktrees and filters are what they are everywhere else.

use super::paths::relative;
use replylint::error::{Error, Result};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Which of the files in a repository are meant.
pub(super) enum Scope {
    /// Those that the next commit changes, as it will hold them.
    Staged,
    /// Those that are changed since this branch left another, committed or not.
    Since(String),
}

/// A file that is changed.
pub(super) struct Changed {
    /// Its path from the current folder.
    pub(super) path: PathBuf,
    /// What is staged of it, where the file is no longer the same.
    pub(super) staged: Option<Staged>,
}

/// The content of a file that the next commit will hold, by git's name for it.
pub(super) struct Staged(OsString);

impl Staged {
    /// The bytes, as a checkout would write them.
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        git(["cat-file".as_ref(), "--filters".as_ref(), self.0.as_os_str()])
    }
}

impl Scope {
    /// The regular files at or below the paths, or in the whole repository without any, in the order of their paths.
    pub(super) fn changed(&self, paths: &[PathBuf]) -> Result<Vec<Changed>> {
        let mut prefix = git(["rev-parse", "--show-prefix"]).map_err(|error| {
            error.hint("`--staged` and `--since` work in a git repository; elsewhere, name files and folders")
        })?;
        prefix.truncate(prefix.trim_ascii_end().len());
        let prefix = path(prefix)?;
        let up: PathBuf = prefix.components().map(|_| "..").collect();
        let whole = [if up.as_os_str().is_empty() { PathBuf::from(".") } else { up }];
        let paths = if paths.is_empty() { &whole[..] } else { paths };

        let mut files = match self {
            Self::Staged => {
                let unstaged: HashSet<_> = differences(&[], paths)?.into_iter().map(|entry| entry.path).collect();
                let staged = differences(&["--cached"], paths)?.into_iter().filter(|entry| entry.is_file);
                let content = |entry: &Entry| {
                    let mut name = OsString::from(":0:");
                    name.push(&entry.path);
                    unstaged.contains(&entry.path).then_some(Staged(name))
                };
                staged.map(|entry| Changed { staged: content(&entry), path: entry.path }).collect::<Vec<_>>()
            }
            Self::Since(name) => {
                let base = base(name)?;
                let changed = differences(&[&base], paths)?.into_iter().filter(|entry| entry.is_file);
                let mut files: Vec<_> = changed.map(|entry| entry.path).collect();
                let asked = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--"].map(OsStr::new);
                let new = git(asked.into_iter().chain(paths.iter().map(|path| path.as_os_str())))?;
                for name in new.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
                    files.push(path(name.to_vec())?);
                }
                files.into_iter().map(|path| Changed { path, staged: None }).collect()
            }
        };
        for file in &mut files {
            file.path = relative(&file.path, &prefix);
        }
        files.retain(|file| file.staged.is_some() || file.path.symlink_metadata().is_ok_and(|data| data.is_file()));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

/// The commit at which this branch left another.
fn base(name: &str) -> Result<String> {
    let unknown = || {
        Error::new(format!("there is no commit `{name}`"))
            .hint("`--since` takes a branch, a tag or a commit; in a shallow clone, fetch it first")
    };
    if name.starts_with('-') {
        return Err(unknown());
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
    let commit = git(["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]).map_err(|_| unknown())?;
    git(["merge-base", "HEAD", &text(commit)]).map(text).map_err(|_| {
        Error::new(format!("no commit is shared by `{name}` and what is checked out"))
            .hint("in a shallow clone, `git fetch --unshallow` gets the rest")
    })
}

/// A file that differs, by its path from the top of the repository.
struct Entry {
    path: PathBuf,
    /// Whether it is there, and neither a link nor another repository.
    is_file: bool,
}

/// What differs between two states of a repository at or below some paths.
fn differences(between: &[&str], paths: &[PathBuf]) -> Result<Vec<Entry>> {
    let asked = ["diff", "--raw", "-z", "--no-renames", "--no-relative", "--no-color", "--ignore-submodules"];
    let asked = asked.iter().chain(&["--no-ext-diff", "--no-textconv"]).chain(between).chain(&["--"]).map(OsStr::new);
    let out = git(asked.chain(paths.iter().map(|path| path.as_os_str())))?;
    let mut parts = out.split(|byte| *byte == 0);
    let mut entries = Vec::new();
    // `:100644 100755 bcd1234 0123456 M`, then the path. The second number is the mode.
    while let (Some(header), Some(name)) = (parts.next(), parts.next()) {
        let mode = header.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        entries.push(Entry { path: path(name.to_vec())?, is_file: mode.starts_with(b"100") });
    }
    Ok(entries)
}

/// What keeps a repository that is not to be trusted from running a program of its choice, as far as git lets itself be kept from it: what
/// a configuration names that watches files, hooks, and a bare repository that was committed into a folder of another.
const GUARDS: [&str; 7] = [
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "safe.bareRepository=explicit",
];

/// No program is started that others wait for, nothing is written, and what a partial clone has left elsewhere is not fetched.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("LC_ALL", "C"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// What git answers.
fn git(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Vec<u8>> {
    let mut git = Command::new("git");
    git.args(GUARDS).args(args).envs(ENVIRONMENT).stdin(Stdio::null());
    let out = git.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new("cannot find the program `git`"),
        _ => Error::new(format!("cannot run the program `git`: {error}")),
    })?;
    if out.status.success() {
        return Ok(out.stdout);
    }
    let said = String::from_utf8_lossy(&out.stderr);
    let line = said.lines().next().unwrap_or("it gives no reason");
    Err(Error::new(format!("git cannot tell which files are changed: {}", line.trim_start_matches("fatal: "))))
}

/// The path that git, or a list, writes so.
#[cfg(unix)]
pub(super) fn path(bytes: Vec<u8>) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(OsString::from_vec(bytes).into())
}

/// The path that git, or a list, writes so.
#[cfg(not(unix))]
pub(super) fn path(bytes: Vec<u8>) -> Result<PathBuf> {
    String::from_utf8(bytes).map(PathBuf::from).map_err(|error| {
        Error::new(format!("cannot read the path `{}`: it is not UTF-8", String::from_utf8_lossy(error.as_bytes())))
    })
}
