//! What is checked of a repository: `--staged` and `--since`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository in a folder of its own, and gone with it.
pub(crate) struct Repository(tempfile::TempDir);

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a folder"));
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    pub(crate) fn git(&self, args: &[&str]) -> Output {
        let mut git = Command::new("git");
        let git = git.args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]);
        let out = without_git(git).args(args).current_dir(self.path("")).output().expect("git");
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        out
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "work"]);
    }
}

/// A test may itself run in a hook.
fn without_git(command: &mut Command) -> &mut Command {
    ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"]
        .iter()
        .fold(command, |command, name| command.env_remove(name))
}

/// What `check` prints, places and closing line, and its exit code.
fn check(folder: &Path, args: &[&str]) -> (String, i32) {
    let rules = fs::canonicalize("tests/cli/fix.in/kindly.toml").expect("rules");
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    command.args(["check", "--no-default-rules", "--output-format", "concise", "--rules"]).arg(rules).args(args);
    let out = without_git(&mut command).current_dir(folder).output().expect("it runs");
    let text = [out.stdout, out.stderr].map(|bytes| String::from_utf8(bytes).expect("text")).concat();
    (text, out.status.code().expect("a code"))
}

/// The places in what `check` prints.
fn places(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once(": warning[")).map(|(place, _)| place).collect()
}

#[test]
#[ignore = "needs git"]
fn what_is_staged_is_checked_as_it_is_staged() {
    let repository = Repository::new();
    let top = repository.path("");
    let staged = |args: &[&str]| check(&top, &[&["--staged"], args].concat());
    assert_eq!(staged(&[]), ("No drafts to check: nothing is staged.\n".into(), 0));

    repository.write("old.md", "Kindly wait.\n");
    repository.commit();
    repository.write("old.md", "Kindly wait for it.\n");
    for name in ["a b\n.md", "-x.md", "ü.md", "sub/deep/c.md", "*.md", "code.rs", ".hidden.md", "gone.md", "mended.md"]
    {
        repository.write(name, "Fine.\nKindly wait.\n");
    }
    repository.git(&["add", "-A"]);
    repository.git(&["reset", "-q", "old.md"]);
    fs::remove_file(repository.path("gone.md")).expect("removed");
    repository.write("mended.md", "All is fine.\n");
    repository.write("new.md", "Kindly wait.\n");

    let (text, code) = staged(&[]);
    assert_eq!(code, 1);
    let wanted =
        ["*.md:2:1", "-x.md:2:1", "a b .md:2:1", "gone.md:2:1", "mended.md:2:1", "sub/deep/c.md:2:1", "ü.md:2:1"];
    assert_eq!(places(&text), wanted, "{text}");
    let (text, _) = staged(&["--hidden", "--", "*.md", ".hidden.md", "-x.md"]);
    assert_eq!(places(&text), ["*.md:2:1", "-x.md:2:1", ".hidden.md:2:1"], "{text}");
    let (text, _) = staged(&["--exclude", "*.md"]);
    assert_eq!(places(&text), ["sub/deep/c.md:2:1"]);
    let (text, code) = staged(&["code.rs", ".hidden.md"]);
    assert_eq!((&*text, code), ("No drafts to check: 2 files are staged, 1 hidden, 1 of no known kind.\n", 0));
    let (text, code) = staged(&["missing.md"]);
    assert_eq!((&*text, code), ("error: cannot read `missing.md`: no such file or folder\n", 2));
    assert_eq!(staged(&["-"]).1, 2);

    let (text, code) = check(&repository.path("sub/deep"), &["--staged", "c.md", "../../mended.md"]);
    assert_eq!((places(&text), code), (vec!["../../mended.md:2:1", "c.md:2:1"], 1), "{text}");

    let (text, code) = staged(&["--fix", "mended.md", "sub"]);
    assert_eq!(code, 2);
    assert!(text.contains("error: `mended.md` has changes that are not staged, and is left as it is"), "{text}");
    assert!(text.contains("what was fixed is not staged"), "{text}");
    assert_eq!(fs::read_to_string(repository.path("mended.md")).expect("text"), "All is fine.\n");
    assert_eq!(fs::read_to_string(repository.path("sub/deep/c.md")).expect("text"), "Fine.\nPlease wait.\n");
}

#[test]
#[ignore = "needs git"]
fn what_is_changed_since_a_branch_was_left_is_checked() {
    let repository = Repository::new();
    for name in ["a.md", "b.md", "sub/c.md"] {
        repository.write(name, "Kindly wait.\n");
    }
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("b.md", "Fine.\nKindly wait.\n");
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("a.md", "This is not of the branch. Kindly wait.\n");
    repository.commit();
    repository.git(&["checkout", "-q", "topic"]);
    repository.write("sub/c.md", "Fine.\nKindly wait.\n");
    repository.write("sub/new.md", "Kindly wait.\n");
    repository.write("ignored.md", "Kindly wait.\n");
    repository.write(".gitignore", "ignored.md\n");

    let since = |folder: &str, args: &[&str]| check(&repository.path(folder), &[&["--since"], args].concat());
    let (text, code) = since("", &["main"]);
    assert_eq!((places(&text), code), (vec!["b.md:2:1", "sub/c.md:2:1", "sub/new.md:1:1"], 1), "{text}");
    let (text, _) = since("sub", &["main"]);
    assert_eq!(places(&text), ["../b.md:2:1", "c.md:2:1", "new.md:1:1"], "{text}");
    let (text, _) = since("sub", &["main", "."]);
    assert_eq!(places(&text), ["c.md:2:1", "new.md:1:1"], "{text}");
    let (text, code) = since("", &["main", "a.md"]);
    assert_eq!((&*text, code), ("No drafts to check: nothing is changed since `main`.\n", 0));

    for name in ["nowhere", "--output=/tmp/x", "-p", "main..topic", ""] {
        let (text, code) = check(&repository.path(""), &[&format!("--since={name}")]);
        let said =
            text.starts_with(&format!("error: there is no commit `{name}`\n")) || text.contains("a value is required");
        assert!(said && code == 2, "{name}: {text}");
    }
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit();
    let (text, code) = since("", &["main"]);
    assert!(text.starts_with("error: no commit is shared by `main` and what is checked out\n") && code == 2, "{text}");

    // A second tree of the same repository.
    let second = tempfile::tempdir().expect("a folder");
    let tree = second.path().join("tree");
    repository.git(&["worktree", "add", "-q", &tree.to_string_lossy(), "topic"]);
    fs::write(tree.join("sub/c.md"), "Fine.\nFine.\nKindly wait.\n").expect("written");
    let (text, _) = check(&tree, &["--since", "HEAD"]);
    assert_eq!(places(&text), ["sub/c.md:3:1"], "{text}");
}

#[test]
#[ignore = "needs git"]
fn where_there_is_no_repository_one_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [&["--staged"][..], &["--since", "main"]] {
        let (text, code) = check(folder.path(), args);
        assert!(text.starts_with("error: git cannot tell which files are changed: not a git repository"), "{text}");
        assert!(text.contains("help: `--staged` and `--since` work in a git repository") && code == 2, "{text}");
    }
}

#[cfg(unix)]
#[test]
fn without_git_the_error_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    let command = command.args(["check", "--staged"]).env("PATH", folder.path()).current_dir(folder.path());
    let out = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&out.stderr);
    assert!(text.starts_with("error: cannot find the program `git`\n"), "{text}");
    assert_eq!(out.status.code(), Some(2));
}
