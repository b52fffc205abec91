//! What is on the disk when something goes wrong: the old file or the new one, whole, and nothing beside it.
//!
//! A program is stopped, or fails to write, at one point after the other by a limit on the size of files, which the shell sets: it holds
//! for every user. `strace` reaches all other points; its tests run where they are asked for.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

const REPLYLINT: &str = env!("CARGO_BIN_EXE_replylint");

/// Finds `kindly`, and has a safe rewrite for it.
const RULES: &str = "tests/cli/fix.in/kindly.toml";

/// What files beside others are called until they take their place.
const BESIDE: &str = ".replylint-";

/// The files of a folder, and what they hold.
type Files = BTreeMap<String, Vec<u8>>;

/// A folder to work in, gone with its value. It is a repository, so that no configuration counts that stands above it.
struct Place(tempfile::TempDir);

impl Place {
    fn new(files: &Files) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(place.path(".git")).expect("a folder");
        files.iter().for_each(|(name, bytes)| place.write(name, bytes));
        place
    }

    fn of(name: &str, text: &str) -> Self {
        Self::new(&[(name.to_owned(), text.into())].into())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.path(name)).expect("read")).into_owned()
    }

    fn files(&self) -> Files {
        let paths = fs::read_dir(self.path("")).expect("a folder").map(|entry| entry.expect("an entry").path());
        let files = paths.filter(|path| path.is_file());
        files
            .map(|path| {
                (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("read"))
            })
            .collect()
    }

    /// The program, or another that runs it. All that checks does so with the one rule above.
    fn command(&self, program: &[&str], args: &[&str]) -> Command {
        let mut command = Command::new(program[0]);
        for name in
            ["AI_AGENT", "AGENT", "REPLYLINT_OUTPUT_FORMAT", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_STEP_SUMMARY"]
        {
            command.env_remove(name);
        }
        command.args(&program[1..]).args(args).current_dir(self.path(""));
        if matches!(args, ["check" | "audit", ..] | ["baseline", "create" | "prune", ..]) && !args.contains(&"compare")
        {
            command.args(["--no-default-rules", "--rules"]).arg(fs::canonicalize(RULES).expect("rules"));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        finish(self.command(&[REPLYLINT], args), input)
    }

    /// How it ends, and what it says.
    fn ends(&self, args: &[&str]) -> (i32, String) {
        let out = self.run(args, "");
        (out.status.code().expect("a code"), told(&out))
    }
}

fn finish(mut command: Command, input: &str) -> Output {
    let mut child = command.spawn().expect("it starts");
    // It may end before it has read anything.
    drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
    child.wait_with_output().expect("it ends")
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// A draft of so many sentences, each with a finding.
fn draft(sentences: usize) -> Vec<u8> {
    (0..sentences).map(|n| format!("Kindly wait for parcel {n}.\n")).collect::<String>().into_bytes()
}

/// A command that writes, what is typed in, and the files that it finds.
struct Act(&'static [&'static str], &'static str, Files);

/// Everything that writes to files.
fn acts() -> Vec<Act> {
    let file = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    let (long, short) = (file("draft.md", draft(120)), file("draft.md", draft(60)));
    let old = file("report", b"An earlier report, which is not lost. ".repeat(100));
    let place = Place::new(&[long.clone()].into());
    place.run(&["baseline", "create", "draft.md", "-o", "baseline.toml"], "");
    let known = file("baseline.toml", fs::read(place.path("baseline.toml")).expect("a baseline"));
    vec![
        Act(&["check", "--fix", "draft.md"], "", [long.clone()].into()),
        Act(&["check", "--fix-only", "draft.md"], "", [long.clone()].into()),
        Act(
            &["check", "draft.md", "--output", "json=report", "--output", "html=new.html"],
            "",
            [long.clone(), old.clone()].into(),
        ),
        Act(&["baseline", "create", "draft.md", "-o", "baseline.toml"], "", [long.clone()].into()),
        Act(
            &["baseline", "create", "--force", "draft.md", "-o", "baseline.toml"],
            "",
            [short.clone(), known.clone()].into(),
        ),
        Act(&["baseline", "prune", "draft.md", "--baseline", "baseline.toml"], "", [short, known].into()),
        Act(&["audit", "draft.md", "--html", "new.html", "--output", "json=report"], "", [long.clone(), old].into()),
        Act(&["audit", "draft.md", "--history", "history", "--today", "2027-01-31"], "", [long.clone()].into()),
        Act(&["config", "init"], "", [long.clone()].into()),
        Act(&["check", "--interactive", "draft.md"], "1\n", [long.clone()].into()),
        Act(&["check", "--interactive", "draft.md"], "i\nit is a quotation\nq\n", [long].into()),
    ]
}

/// Makes sure that each file is the old or the new one. Those beside them may be left where the program was killed. Gives how many files
/// are new, and how many are left.
fn whole(act: &Act, after: &Files, found: &Files) -> (usize, usize) {
    let Act(args, _, before) = act;
    let (mut new, mut left) = (0, 0);
    for (name, bytes) in found {
        // A line of a history may be cut short, and spoils no other: that has a test of its own.
        let is_cut = name == "history" && after[name].starts_with(bytes);
        left += usize::from(name.starts_with(BESIDE));
        let is_new = after.get(name) == Some(bytes) && before.get(name) != Some(bytes);
        new += usize::from(is_new);
        assert!(
            is_new || is_cut || before.get(name) == Some(bytes) || name.starts_with(BESIDE),
            "{args:?}: {name} is neither the old nor the new: {}",
            String::from_utf8_lossy(bytes)
        );
    }
    assert!(before.keys().all(|name| found.contains_key(name)), "{args:?}: a file is gone: {:?}", found.keys());
    (new, left)
}

/// What a command leaves when nothing goes wrong, how many files are new then, and how it ends.
fn unharmed(act: &Act) -> (Files, usize, i32) {
    let place = Place::new(&act.2);
    let out = place.run(act.0, act.1);
    let (after, code) = (place.files(), out.status.code().expect("a code"));
    assert!(code < 2, "{:?}: {}", act.0, told(&out));
    let new = whole(act, &after, &after).0;
    assert!(new > 0 && !after.keys().any(|name| name.starts_with(BESIDE)), "{:?}", act.0);
    (after, new, code)
}

#[test]
fn a_disk_that_is_full_loses_nothing() {
    for act in acts() {
        let (after, all, code) = unharmed(&act);
        for blocks in (0..4).chain((2..14).map(|n| 1 << n)) {
            for (signal, is_killed) in [("trap '' XFSZ", false), (":", true)] {
                let place = Place::new(&act.2);
                let limited = format!("{signal}; ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\"");
                let out = finish(place.command(&["sh", "-c", &limited, REPLYLINT], act.0), act.1);
                let (new, left) = whole(&act, &after, &place.files());
                let (case, says) = (format!("{:?} with {blocks} blocks", act.0), told(&out));
                match out.status.code() {
                    None => assert!(is_killed && out.status.signal().is_some(), "{case}"),
                    // In a conversation, what cannot be written down is told, and the next question is asked.
                    Some(ended) if ended == code => {
                        assert!(new == all || says.contains("error: cannot write `"), "{case}: {says}");
                    }
                    Some(2) => assert!(says.contains("cannot write "), "{case}: {says}"),
                    Some(1) => assert!(says.contains("error: cannot write `replylint.toml`"), "{case}: {says}"),
                    Some(other) => panic!("{case} ends with {other}: {says}"),
                }
                assert!(is_killed || left == 0, "{case} leaves a file");
            }
        }
    }
}

/// The system calls at which a run is stopped.
const CALLS: [&str; 17] = [
    "openat",
    "read",
    "write",
    "close",
    "fsync",
    "fchmod",
    "fchown",
    "rename",
    "renameat2",
    "linkat",
    "unlink",
    "statx",
    "ftruncate",
    "copy_file_range",
    "sendfile",
    "lseek",
    "mkdir",
];

/// Runs a command so often that something happens at each time it makes a call, and gives how often that was.
fn at_each(act: &Act, call: &str, event: &str, mut look: impl FnMut(&Place, &Output)) -> usize {
    for number in 1.. {
        let place = Place::new(&act.2);
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:{event}:when={number}"));
        let log = place.path(".git/log");
        let log = log.to_string_lossy();
        let strace = ["strace", "-f", "-qq", "-o", &log, "-e", &trace, "-e", &inject, REPLYLINT];
        let out = finish(place.command(&strace, act.0), act.1);
        let log = fs::read_to_string(place.path(".git/log")).expect("what strace saw");
        let was_hit = log.contains("(INJECTED)") || out.status.code().is_none() || log.contains("killed by SIGKILL");
        look(&place, &out);
        if !was_hit {
            return number - 1;
        }
    }
    0
}

#[test]
#[ignore = "needs strace"]
fn a_run_that_is_killed_at_any_call_loses_nothing() {
    let (mut points, mut left) = (0, 0);
    for act in acts() {
        let (after, ..) = unharmed(&act);
        for call in CALLS {
            points += at_each(&act, call, "signal=SIGKILL", |place, _| left += whole(&act, &after, &place.files()).1);
        }
    }
    println!("killed at {points} points; {left} times a file was left beside the others");
    assert!(points > 500, "{points}");
}

#[test]
#[ignore = "needs strace"]
fn a_call_that_fails_loses_nothing_and_is_told() {
    let calls = ["write", "fsync", "fchmod", "rename", "renameat2", "linkat", "copy_file_range", "sendfile"];
    let mut points = 0;
    for act in acts() {
        let (after, all, code) = unharmed(&act);
        for (call, fault) in calls.iter().flat_map(|call| ["ENOSPC", "EIO", "EACCES"].map(|fault| (call, fault))) {
            points += at_each(&act, call, &format!("error={fault}"), |place, out| {
                let (new, left) = whole(&act, &after, &place.files());
                let (ended, says) = (out.status.code(), told(out));
                let case = format!("{:?}: {call} with {fault}: {ended:?}: {says}", act.0);
                assert_eq!(left, 0, "{case}");
                // In a conversation, what cannot be written down is told, and the finding stays.
                let stays = ended == Some(1) && says.contains("cannot write `replylint.toml`");
                assert!(ended == Some(code) || ended == Some(2) || stays, "{case}");
                // What is said may be what fails.
                let is_told = ended == Some(2) || says.contains("cannot write") || says.contains("cannot ask");
                assert!(new == all || is_told, "{case}");
            });
        }
    }
    println!("failed at {points} points");
    assert!(points > 100, "{points}");
}

/// A conversation that waits for its first answer.
fn waiting(place: &Place, args: &[&str]) -> Child {
    let mut child = place.command(&[REPLYLINT], args).spawn().expect("it starts");
    let mut shown = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut seen = Vec::new();
    while !seen.ends_with(b"? help >") {
        assert!(shown.read_until(b'>', &mut seen).expect("it is read") > 0, "{}", String::from_utf8_lossy(&seen));
    }
    // What is asked from now on goes nowhere, and need not be read.
    std::thread::spawn(move || drop(std::io::copy(&mut shown, &mut std::io::sink())));
    child
}

/// Answers, and gives how it ends and what it says.
fn answered(mut child: Child, answer: &str) -> (i32, String) {
    child.stdin.take().expect("a pipe").write_all(answer.as_bytes()).expect("it listens");
    let out = child.wait_with_output().expect("it ends");
    (out.status.code().expect("a code"), told(&out))
}

#[test]
fn a_file_that_changes_meanwhile_is_left_as_it_is() {
    type Change = (&'static str, fn(&Place));
    let changes: [Change; 4] = [
        ("it is saved", |place| place.write("in/draft.md", "Saved by an editor.\n")),
        ("it becomes a link", |place| {
            place.write("outside.md", draft(2));
            fs::remove_file(place.path("in/draft.md")).expect("removed");
            symlink(place.path("outside.md"), place.path("in/draft.md")).expect("a link");
        }),
        ("its folder becomes a link", |place| {
            place.write("outside/draft.md", draft(2));
            fs::rename(place.path("in"), place.path("moved")).expect("moved");
            symlink(place.path("outside"), place.path("in")).expect("a link");
        }),
        ("it becomes a folder", |place| {
            fs::remove_file(place.path("in/draft.md")).expect("removed");
            fs::create_dir(place.path("in/draft.md")).expect("a folder");
        }),
    ];
    for (what, change) in changes {
        let place = Place::of("in/draft.md", "");
        place.write("in/draft.md", draft(2));
        let child = waiting(&place, &["check", "--interactive", "in/draft.md"]);
        change(&place);
        let (code, says) = answered(child, "1\nq\n");
        assert_eq!(code, 2, "{what}: {says}");
        let expected = [
            "`in/draft.md` was changed while it was checked, and is left as it is",
            "cannot write `in/draft.md`: it is a folder",
        ];
        assert!(expected.iter().any(|expected| says.contains(expected)), "{what}: {says}");
        for name in ["outside.md", "outside/draft.md", "moved/draft.md"] {
            if place.path(name).exists() {
                assert_eq!(place.text(name).into_bytes(), draft(2), "{what}: {name}");
            }
        }
        let names = fs::read_dir(place.path("in")).expect("a folder").count();
        assert_eq!(names, 1, "{what}");
    }
    // A new name for the old words is still the same file.
    let place = Place::of("draft.md", "Kindly wait.\n");
    let child = waiting(&place, &["check", "--interactive", "draft.md"]);
    fs::rename(place.path("draft.md"), place.path("other.md")).expect("moved");
    fs::copy(place.path("other.md"), place.path("draft.md")).expect("copied");
    assert_eq!(answered(child, "1\n").0, 0);
    assert_eq!((place.text("draft.md"), place.text("other.md")), ("Please wait.\n".into(), "Kindly wait.\n".into()));
}

#[test]
fn a_report_in_the_making_has_no_name() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    let args = ["check", "--interactive", "draft.md", "--output", "json=new.json"];
    let mut child = waiting(&place, &args);
    assert_eq!(place.files().keys().collect::<Vec<_>>(), ["draft.md"]);
    child.kill().expect("killed");
    child.wait().expect("it ends");
    assert_eq!(place.files().keys().collect::<Vec<_>>(), ["draft.md"]);
}

#[test]
fn a_conversation_that_ends_keeps_what_was_taken() {
    let place = Place::of("draft.md", "Kindly wait. Kindly call.\n");
    let mut child = place.command(&[REPLYLINT], &["check", "--interactive", "draft.md"]).spawn().expect("it starts");
    // Nobody reads the questions.
    drop(child.stdout.take());
    drop(child.stdin.take());
    let out = child.wait_with_output().expect("it ends");
    assert_ne!(out.status.code(), None, "{}", told(&out));
    let child = waiting(&place, &["check", "--interactive", "draft.md"]);
    assert_eq!(answered(child, "1\n").0, 1);
    assert_eq!(place.text("draft.md"), "Please wait. Kindly call.\n");
}

#[test]
fn what_may_not_be_written_is_told_and_left() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    let make = |mode| fs::set_permissions(place.path("draft.md"), fs::Permissions::from_mode(mode)).expect("a mode");
    make(0o444);
    let (code, says) = place.ends(&["check", "--fix", "draft.md"]);
    assert!(
        code == 2 && says.contains("error: cannot write `draft.md`: it is read-only\n  help: make it writable"),
        "{says}"
    );
    assert_eq!(place.text("draft.md"), "Kindly wait.\n");
    let (code, says) = place.ends(&["check", "draft.md", "--output", "json=draft.md/x.json"]);
    assert!(code == 2 && says.contains("cannot write `draft.md/x.json`"), "{says}");
    for args in [
        &["check", "draft.md", "--output", "json=none/x.json"][..],
        &["audit", "draft.md", "--html", "none/x.html"],
        &["audit", "draft.md", "--history", "none/x.jsonl"],
        &["baseline", "create", "draft.md", "-o", "none/x.toml"],
    ] {
        let (code, says) = place.ends(args);
        assert!(code == 2 && says.contains("error: cannot write `none/x."), "{args:?}: {says}");
    }
    make(0o644);
    // A folder that may not be written, or read, by anyone but an administrator.
    place.write("kept/draft.md", "Kindly wait.\n");
    for (mode, act) in [(0o555, "cannot write `kept/draft.md`: permission denied"), (0o000, "permission denied")] {
        fs::set_permissions(place.path("kept"), fs::Permissions::from_mode(mode)).expect("a mode");
        let may = fs::write(place.path("kept/probe"), "").is_ok();
        let (code, says) = place.ends(&["check", "--fix", "kept/draft.md"]);
        fs::set_permissions(place.path("kept"), fs::Permissions::from_mode(0o755)).expect("a mode");
        match may {
            true => assert_eq!((code, &*place.text("kept/draft.md")), (0, "Please wait.\n"), "{says}"),
            false => {
                assert!(code == 2 && says.contains(act), "{says}");
                assert_eq!(place.text("kept/draft.md"), "Kindly wait.\n");
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_file_is_told() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    let args: [&[&str]; 3] = [
        &["check", "draft.md", "--output", "json=/proc/report.json"],
        &["audit", "draft.md", "--html", "/proc/report.html"],
        &["baseline", "create", "draft.md", "-o", "/proc/baseline.toml"],
    ];
    for args in args {
        let (code, says) = place.ends(args);
        assert!(code == 2 && says.contains("error: cannot write `/proc/"), "{args:?}: {says}");
    }
}

#[test]
fn a_fix_keeps_what_a_file_is() {
    let place = Place::of("real/draft.md", "Kindly wait.\n");
    fs::set_permissions(place.path("real/draft.md"), fs::Permissions::from_mode(0o640)).expect("a mode");
    // Only an administrator may give a file away.
    let given = std::os::unix::fs::chown(place.path("real/draft.md"), Some(12_345), Some(12_345)).is_ok();
    let owner = |name: &str| fs::metadata(place.path(name)).map(|of| (of.uid(), of.gid())).expect("a file");
    let before = owner("real/draft.md");
    assert!(!given || before == (12_345, 12_345));
    fs::hard_link(place.path("real/draft.md"), place.path("second.md")).expect("a second name");
    symlink("real/draft.md", place.path("link.md")).expect("a link");
    let (code, says) = place.ends(&["check", "--fix", "link.md"]);
    assert_eq!(code, 0, "{says}");
    assert!(place.path("link.md").symlink_metadata().expect("a link").is_symlink());
    assert_eq!(place.text("real/draft.md"), "Please wait.\n");
    assert_eq!(fs::metadata(place.path("real/draft.md")).expect("a file").permissions().mode() & 0o7777, 0o640);
    assert_eq!(owner("real/draft.md"), before);
    // A file with two names is two files from then on: neither is ever half written.
    assert_eq!(place.text("second.md"), "Kindly wait.\n");
    assert_eq!(fs::read_dir(place.path("real")).expect("a folder").count(), 1);
}

#[test]
fn links_are_followed_where_they_are_named_and_not_where_they_are_met() {
    let place = Place::of("outside/secret.md", "Kindly wait.\n");
    place.write("in/fine.md", "All is fine.\n");
    symlink("../outside/secret.md", place.path("in/link.md")).expect("a link");
    symlink("../outside", place.path("in/folder")).expect("a link");
    symlink("../in", place.path("in/again")).expect("a link");
    let (code, says) = place.ends(&["check", "--fix", "in"]);
    assert_eq!((code, says.as_str()), (0, "All clear: 1 draft, 0 findings.\n"));
    assert_eq!(place.text("outside/secret.md"), "Kindly wait.\n");
    for named in ["in/link.md", "in/folder", "in/folder/secret.md"] {
        assert_eq!(place.ends(&["check", named]).0, 1, "{named}");
    }
    // A link that leads nowhere gives way to the report.
    symlink("nowhere", place.path("report.json")).expect("a link");
    assert_eq!(place.ends(&["check", "in", "--output", "json=report.json"]).0, 0);
    assert!(place.path("report.json").symlink_metadata().expect("a file").is_file());
    assert!(!place.path("nowhere").exists());
}

#[test]
fn what_is_no_file_is_read_or_refused_and_never_replaced() {
    let place = Place::of("draft.md", "All is fine.\n");
    let made = Command::new("sh").args(["-c", "mkfifo pipe.md"]).current_dir(place.path("")).status().expect("a shell");
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(place.path("socket.md")).expect("a socket");
    // Met in a folder, they are passed over.
    assert_eq!(place.ends(&["check", "--fix", "."]), (0, "All clear: 1 draft, 0 findings.\n".to_owned()));
    let fed = || {
        let path = place.path("pipe.md");
        std::thread::spawn(move || fs::write(path, "Kindly wait.\n"))
    };
    let writer = fed();
    let (code, says) = place.ends(&["check", "pipe.md"]);
    assert_eq!(code, 1, "{says}");
    writer.join().expect("no panic").expect("written");
    let writer = fed();
    let (code, says) = place.ends(&["check", "--fix", "pipe.md"]);
    writer.join().expect("no panic").expect("written");
    assert!(code == 2 && says.contains("error: cannot write `pipe.md`: it is no regular file\n  help: "), "{says}");
    assert!(fs::metadata(place.path("pipe.md")).expect("a pipe").file_type().is_fifo());
    let (code, says) = place.ends(&["check", "socket.md"]);
    assert!(code == 2 && says.contains("error: cannot read `socket.md`"), "{says}");
    for (path, why) in [("/dev/null", "No drafts checked"), ("/dev/zero", "it is larger than 1 GiB")] {
        let (code, says) = place.ends(&["check", path]);
        assert!(code == 2 && says.contains(why), "{path}: {says}");
    }
    for flag in ["--customer", "--files-from", "--config", "--baseline"] {
        let (code, says) = place.ends(&["check", "draft.md", flag, "/dev/zero"]);
        assert!(code == 2 && says.contains("error: cannot read `/dev/zero`"), "{flag}: {says}");
    }
}

#[test]
fn a_list_of_what_is_left_out_that_never_ends_is_told() {
    for name in [".gitignore", ".ignore", ".replylintignore"] {
        let place = Place::of("a/draft.md", "Kindly wait.\n");
        place.write("b/draft.md", "Kindly wait.\n");
        symlink("/dev/zero", place.path("b").join(name)).expect("a link");
        let expected =
            format!("error: cannot read `./b/{name}`: it is no regular file\n  help: remove it, or pass `--no-ignore`");
        let (code, says) = place.ends(&["check", "."]);
        assert!(code == 2 && says.contains(&expected), "{says}");
        assert!(says.contains("1 finding in 1 draft"), "{says}");
        assert_eq!(place.ends(&["check", ".", "--no-ignore"]).0, 1);
        // Those of the folders above count as well.
        fs::create_dir(place.path("b/c")).expect("a folder");
        place.write("b/c/draft.md", "Kindly wait.\n");
        let (code, says) = place.ends(&["check", "b/c"]);
        assert!(code == 2 && says.contains(&format!("/b/{name}`: it is no regular file")), "{says}");
    }
}

#[test]
fn no_report_takes_the_place_of_what_is_read() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    place.write("customer.txt", "Where is it?\n");
    place.write("list", "draft.md\n");
    place.write("house.toml", fs::read(RULES).expect("rules"));
    place.write("replylint.toml", "rules = [\"house.toml\"]\n");
    assert_eq!(place.ends(&["baseline", "create", "draft.md", "-o", "known.toml"]).0, 0);
    let before = place.files();
    let given = ["draft.md", "--customer", "customer.txt", "--files-from", "list", "--baseline", "known.toml"];
    for (name, why) in [
        ("draft.md", "it is a draft to check"),
        ("customer.txt", "this run reads it"),
        ("list", "this run reads it"),
        ("house.toml", "this run reads it"),
        ("replylint.toml", "this run reads it"),
        ("known.toml", "this run reads it"),
    ] {
        for (command, flag) in [("check", "csv"), ("audit", "csv")] {
            let to = format!("{flag}={name}");
            let (code, says) = place.ends(&[&[command][..], &given, &["--output", &to]].concat());
            assert!(code == 2 && says.contains(&format!("error: cannot write a report to `{name}`: {why}")), "{says}");
        }
    }
    let (code, says) = place.ends(&["baseline", "create", "--force", "draft.md", "-o", "draft.md"]);
    assert!(code == 2 && says.contains("cannot write a baseline to `draft.md`: it is a draft to check"), "{says}");
    assert_eq!(place.files(), before);
}

#[test]
fn runs_at_once_leave_whole_files() {
    let place = Place::new(&[("draft.md".to_owned(), draft(400))].into());
    let start = |args: &[&str]| {
        let mut command = place.command(&[REPLYLINT], args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts")
    };
    let fixes: Vec<_> = (0..6).map(|_| start(&["check", "--fix", "draft.md"])).collect();
    let audits: Vec<_> =
        (0..6).map(|_| start(&["audit", "draft.md", "--history", "history", "--html", "page.html"])).collect();
    for child in fixes {
        let out = child.wait_with_output().expect("it ends");
        let (code, says) = (out.status.code(), told(&out));
        assert!(code == Some(0) || says.contains("was changed while it was checked"), "{says}");
    }
    for child in audits {
        assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(0));
    }
    assert_eq!(place.text("draft.md").matches("Please wait").count(), 400);
    assert_eq!(place.files().keys().collect::<Vec<_>>(), ["draft.md", "history", "page.html"]);
    let runs = place.text("history");
    assert_eq!(
        runs.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count(),
        6,
        "{runs}"
    );
    assert!(place.text("page.html").ends_with("</html>\n"));
}

/// Everything that prints.
const PRINTS: [&[&str]; 14] = [
    &["check", "draft.md"],
    &["check", "draft.md", "--output-format", "json"],
    &["check", "draft.md", "--output-format", "sarif"],
    &["check", "draft.md", "--output-format", "html"],
    &["check", "draft.md", "--diff"],
    &["audit", "draft.md"],
    &["audit", "draft.md", "--output-format", "json"],
    &["scan", "replies.jsonl"],
    &["explain", "blame.who-question"],
    &["explain", "draft.md"],
    &["rules", "list"],
    &["fields", "draft.md", "--output-format", "json"],
    &["config", "show"],
    &["completions", "bash"],
];

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_told() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    place.write("replies.jsonl", "{\"reply\": \"Kindly wait.\"}\n");
    let full = || fs::File::options().write(true).open("/dev/full").expect("a device");
    for args in PRINTS {
        let mut command = place.command(&[REPLYLINT], args);
        command.stdout(full());
        let out = finish(command, "");
        let says = told(&out);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {says}");
        assert!(says.contains("error: cannot write the output: "), "{args:?}: {says}");
        // What is said on the side decides nothing.
        let mut command = place.command(&[REPLYLINT], args);
        command.stderr(full());
        assert_eq!(finish(command, "").status.code(), place.run(args, "").status.code(), "{args:?}");
    }
    let (code, says) = place.ends(&["check", "draft.md", "--output", "json=/dev/full"]);
    assert!(code == 2 && says.contains("cannot write `/dev/full`"), "{says}");
}

/// Ends with nobody to read one of its outputs.
fn unread(place: &Place, args: &[&str], out: bool) -> (Option<i32>, String) {
    let mut child = place.command(&[REPLYLINT], args).spawn().expect("it starts");
    match out {
        true => drop(child.stdout.take()),
        false => drop(child.stderr.take()),
    }
    let out = child.wait_with_output().expect("it ends");
    (out.status.code(), told(&out))
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let place = Place::of("replies.jsonl", &"{\"reply\": \"Kindly wait for the parcel.\"}\n".repeat(3_000));
    place.write("draft.md", draft(2_000));
    for args in PRINTS {
        let (code, says) = unread(&place, args, true);
        assert!(code.is_some_and(|code| code < 2) && !says.contains("error"), "{args:?}: {code:?} {says}");
        assert_eq!(unread(&place, args, false).0, place.run(args, "").status.code(), "{args:?}");
    }
    // What is to be written is written all the same, and the code is the true one.
    for (args, code) in [
        (&["check", "draft.md", "--output", "jsonl=all.jsonl"][..], 1),
        (&["audit", "draft.md", "--html", "page.html", "--history", "history"], 0),
        (&["check", "draft.md", "replies.jsonl", "--fix"], 0),
    ] {
        assert_eq!(unread(&place, args, true).0, Some(code), "{args:?}");
    }
    assert_eq!(place.text("all.jsonl").lines().count(), 2_001);
    assert_eq!(place.text("history").lines().count(), 1);
    assert!(place.text("page.html").ends_with("</html>\n"));
    assert!(!place.text("draft.md").contains("Kindly") && !place.text("replies.jsonl").contains("Kindly"));
}

#[test]
fn what_is_no_text_is_told_with_its_place() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    let broken = b"Kindly wait, caf\xe9.\n";
    place.write("broken.md", broken);
    place.write("broken.toml", b"# caf\xe9\n");
    let rules = ["--rules", "broken.toml"];
    for (args, name) in [
        (&["check", "broken.md"][..], "broken.md"),
        (&["check", "--fix", "broken.md"], "broken.md"),
        (&["audit", "broken.md"], "broken.md"),
        (&["explain", "broken.md"], "broken.md"),
        (&["fields", "broken.md"], "broken.md"),
        (&["baseline", "create", "broken.md"], "broken.md"),
        (&["check", "draft.md", "--customer", "broken.md"], "broken.md"),
        (&["check", "draft.md", "--config", "broken.toml"], "broken.toml"),
        (&["check", "draft.md", "--baseline", "broken.toml"], "broken.toml"),
        (&["rules", "list", rules[0], rules[1]], "broken.toml"),
        (&["rules", "test", "broken.toml"], "broken.toml"),
        (&["audit", "compare", "broken.md", "broken.md"], "broken.md"),
    ] {
        let (code, says) = place.ends(args);
        assert_eq!(code, 2, "{args:?}: {says}");
        assert!(says.contains(&format!("cannot read `{name}`: it is not UTF-8 text (byte ")), "{args:?}: {says}");
        assert!(says.contains("help: save the file as UTF-8"), "{args:?}: {says}");
    }
    assert_eq!(fs::read(place.path("broken.md")).expect("read"), broken);
    // Of a stream, the line is answered, and the others are checked.
    place.write("replies.jsonl", b"{\"reply\": \"caf\xe9\"}\n{\"reply\": \"Kindly wait.\"}\n");
    let out = place.run(&["scan", "replies.jsonl"], "");
    let lines = String::from_utf8(out.stdout).expect("UTF-8");
    assert!(
        lines.starts_with("{\"error\":\"replies.jsonl: line 1: not UTF-8 text (byte 14)\",\"line\":1}\n"),
        "{lines}"
    );
    assert_eq!((out.status.code(), lines.lines().count()), (Some(0), 2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_is_any_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for name in [&b"caf\xe9.md"[..], b"a\nb.md", b"\x1b[31m.md", b"--fix.md", b" .md", b"'\"`$(reboot).md"] {
        let place = Place::of("fine.txt", "All is fine.\n");
        let path = place.path("").join(OsStr::from_bytes(name));
        fs::write(&path, "Kindly wait.\n").expect("written");
        let shown = String::from_utf8_lossy(name);
        assert_eq!(place.ends(&["check", "."]).0, 1, "{shown}");
        assert_eq!(place.ends(&["check", ".", "--fix"]).0, 0, "{shown}");
        assert_eq!(fs::read(&path).expect("read"), b"Please wait.\n", "{shown}");
        fs::write(&path, "Kindly wait.\n").expect("written");
        let (code, says) = place.ends(&["baseline", "create", "."]);
        assert_eq!(code, 0, "{shown}: {says}");
        if std::str::from_utf8(name).is_ok() {
            assert_eq!(place.ends(&["check", ".", "--baseline", "replylint-baseline.toml"]).0, 0, "{shown}");
        }
    }
}

#[test]
fn a_folder_that_is_gone_is_missed_only_where_it_is_needed() {
    let place = Place::of("draft.md", "Kindly wait.\n");
    fs::create_dir(place.path("gone")).expect("a folder");
    let path = place.path("draft.md");
    let path = path.to_string_lossy();
    let from_gone = |args: &[&str]| {
        let shell = "cd gone && rmdir ../gone && exec \"$0\" \"$@\"";
        let out = finish(place.command(&["sh", "-c", shell, REPLYLINT], args), "");
        fs::create_dir(place.path("gone")).expect("a folder");
        (out.status.code(), told(&out))
    };
    let (code, says) = from_gone(&["check", "--isolated", &path]);
    assert_eq!(code, Some(1), "{says}");
    let (code, says) = from_gone(&["check", &path]);
    assert!(code == Some(2) && says.contains("error: cannot find `.`: no such file or folder\n  help: "), "{says}");
}
