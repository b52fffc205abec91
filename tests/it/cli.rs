//! The command line, from outside. `TRYCMD=overwrite cargo test` rewrites what the cases expect.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

const REPLYLINT: &str = env!("CARGO_BIN_EXE_replylint");

fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    // The machine that runs the tests may be an agent's, or have a format of its own.
    for name in ["AI_AGENT", "AGENT", "REPLYLINT_OUTPUT_FORMAT"] {
        cases.env(name, "");
    }
    cases.env("COLUMNS", "100").insert_var("[VERSION]", env!("CARGO_PKG_VERSION")).expect("a name in brackets");
    cases
}

#[test]
fn cases_hold() {
    cases().case("tests/cli/*.trycmd").case("tests/cli/*.toml");
}

#[test]
fn readme_is_true() {
    cases().case("README.md");
}

/// Feeds standard input from a thread, so that neither side waits for the other for ever.
fn run(args: &[&str], input: Vec<u8>, read: impl FnOnce(&mut dyn Read)) -> Option<i32> {
    let mut command = Command::new(REPLYLINT);
    command.env_remove("AI_AGENT").env_remove("AGENT").env_remove("REPLYLINT_OUTPUT_FORMAT");
    let command = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    read(&mut child.stdout.take().expect("a pipe"));
    writer.join().expect("no panic");
    child.wait().expect("an exit code").code()
}

fn output(args: &[&str], input: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let code = run(args, input, |stdout| drop(stdout.read_to_end(&mut out)));
    assert_ne!(code, None);
    out
}

/// The name of a file is any bytes without a NUL, and one that is odd does not hide the others.
#[cfg(unix)]
#[test]
fn a_list_holds_names_that_are_not_utf_8() {
    let list = b"caf\xe9.txt\n\nexamples/replies/late-parcel.txt\n".to_vec();
    let out = output(&["check", "--files-from", "-", "--output-format", "concise"], list);
    assert!(String::from_utf8_lossy(&out).contains("late-parcel.txt:3:"), "{out:?}");
}

/// Who runs the program, and what it is asked for, decide how findings are printed; never how it ends.
#[test]
fn the_environment_names_a_format() {
    const FULL: &str = "  = note: It reads like a form letter.";
    const CONCISE: &str = "zoe.txt:2:7: warning[boilerplate.kindly] stiff wording\n";
    const AGENT: &str =
        "stiff wording; safe: \"kindly\" -> \"please\"\n1 finding in 1 draft: 1 warning. 1 safe fix with --fix.\n";
    let concise: &[&str] = &["--output-format", "concise"];
    type Case<'c> = (&'c [(&'c str, &'c str)], &'c [&'c str], i32, &'c str);
    let cases: &[Case<'_>] = &[
        (&[], &[], 1, FULL),
        (&[("AI_AGENT", "1")], &[], 1, AGENT),
        (&[("AGENT", "a-name")], &[], 1, AGENT),
        (&[("AGENT", ""), ("AI_AGENT", "")], &[], 1, FULL),
        (&[("AI_AGENT", "1")], concise, 1, CONCISE),
        (&[("AI_AGENT", "1")], &["--statistics"], 1, "     1  boilerplate.kindly"),
        (&[("AI_AGENT", "1"), ("REPLYLINT_OUTPUT_FORMAT", "concise")], &[], 1, CONCISE),
        (&[("REPLYLINT_OUTPUT_FORMAT", "github")], &[], 1, "::warning file="),
        (&[("REPLYLINT_OUTPUT_FORMAT", "github")], concise, 1, CONCISE),
        (&[("REPLYLINT_OUTPUT_FORMAT", "github")], &["--statistics"], 1, "     1  boilerplate.kindly"),
        (&[("REPLYLINT_OUTPUT_FORMAT", "github")], &["--diff"], 1, "--- a/"),
        (&[("REPLYLINT_OUTPUT_FORMAT", "sarfi")], &[], 2, "a similar name exists: `sarif`"),
        (&[("REPLYLINT_OUTPUT_FORMAT", "sarfi")], concise, 1, CONCISE),
    ];
    for (variables, flags, code, expected) in cases {
        let mut command = Command::new(REPLYLINT);
        command.env_remove("AI_AGENT").env_remove("AGENT").env_remove("REPLYLINT_OUTPUT_FORMAT");
        command.args(["check", "--no-default-rules", "--rules", "kindly.toml", "replies/zoe.txt"]).args(*flags);
        let output = command.envs(variables.iter().copied()).current_dir("tests/cli/outputs.in").output();
        let output = output.expect("the program starts");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert_eq!(output.status.code(), Some(*code), "{variables:?} {flags:?}: {text}");
        assert!(text.contains(expected), "{variables:?} {flags:?}: {text}");
    }
}

#[test]
fn places_lead_to_their_files_where_links_are_followed() {
    let run = |variables: &[(&str, &str)], format: &str| {
        let mut command = Command::new(REPLYLINT);
        for name in ["AI_AGENT", "AGENT", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK"] {
            command.env_remove(name);
        }
        command.args([
            "check",
            "--no-default-rules",
            "--rules",
            "kindly.toml",
            "replies/zoe.txt",
            "--output-format",
            format,
        ]);
        let output = command.envs(variables.iter().copied()).current_dir("tests/cli/outputs.in").output();
        String::from_utf8(output.expect("the program starts").stdout).expect("UTF-8")
    };
    let file = std::path::absolute("tests/cli/outputs.in/replies/zoe.txt").expect("a path");
    let opened = format!("\u{1b}]8;;file://{}\u{1b}\\", file.display()).replace(' ', "%20");
    for format in ["concise", "grouped"] {
        let linked = run(&[("FORCE_COLOR", "1"), ("FORCE_HYPERLINK", "1")], format);
        assert!(linked.contains(&opened), "{linked:?}");
        for variables in [&[("FORCE_HYPERLINK", "1")][..], &[("FORCE_COLOR", "1"), ("FORCE_HYPERLINK", "0")]] {
            assert!(!run(variables, format).contains("]8;;"), "{variables:?}");
        }
    }
}

/// Reports in files are there whole or not at all, and what they have no room for is told.
#[test]
fn reports_in_files_leave_nothing_else_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(path("many.txt"), "Kindly wait. ".repeat(5_003)).expect("a file");
    let draft = path("many.txt");
    let check = |flags: &[&str]| {
        let rules = ["--isolated", "--no-default-rules", "--rules", "tests/cli/outputs.in/kindly.toml"];
        let args = [&["check"], &rules[..], &["--output-format", "concise"], flags, &[&draft]].concat();
        let output = Command::new(REPLYLINT).args(args).output().expect("the program starts");
        let mut files: Vec<_> =
            std::fs::read_dir(folder.path()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
        files.sort();
        let names: Vec<_> = files.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"), names)
    };
    let (sarif, csv) = (format!("sarif={}", path("report.sarif")), format!("csv={}", path("report.csv")));

    let (code, _, names) = check(&["--output", &sarif, "--output", &csv, "--select", "nothing.such"]);
    assert_eq!((code, names.as_slice()), (Some(2), ["many.txt".to_owned()].as_slice()));

    let (code, told, names) = check(&["--output", &sarif, "--output", &csv]);
    assert_eq!((code, names.join(" ")), (Some(1), "many.txt report.csv report.sarif".to_owned()));
    let note = "note: left out of the sarif report for want of room: 3 findings, the least grave\n";
    assert_eq!(told.matches("left out").count(), 1, "{told}");
    assert!(told.starts_with(note), "{told}");
    assert_eq!(std::fs::read_to_string(path("report.csv")).expect("a report").lines().count(), 5_004);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let lines = "{\"reply\":\"Kindly wait.\"}\n".repeat(20_000);
    let code = run(&["scan"], lines.into_bytes(), |stdout| drop(stdout.read(&mut [0; 10])));
    assert_eq!(code, Some(0));
    let code =
        run(&["check", "-"], "Kindly wait. ".repeat(2_000).into_bytes(), |stdout| drop(stdout.read(&mut [0; 10])));
    assert_eq!(code, Some(0));
}

#[test]
fn bad_lines_are_answered_in_their_place() {
    let mut input = b"{\"id\":1,\"reply\":\"a\xff\"}\n".to_vec();
    input.extend(b"{\"reply\":\"");
    input.resize(input.len() + (17 << 20), b'a');
    input.extend(b"\"}\n{\"reply\":\"fine\"}");
    let out = String::from_utf8(output(&["scan"], input)).expect("UTF-8");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines[0], r#"{"error":"line 1: not UTF-8 text (byte 18)","line":1}"#);
    assert_eq!(lines[1], r#"{"error":"line 2: longer than 16 MiB","line":2}"#);
    assert_eq!(lines[2], r#"{"reply":"fine","findings":[],"score":100}"#);
    assert_eq!(lines.len(), 3);
}

/// A program may write a line and wait for its answer before it writes the next.
#[test]
fn a_line_is_answered_before_the_next_arrives() {
    let mut command = Command::new(REPLYLINT);
    let mut child = command.arg("scan").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let (mut stdin, mut stdout) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    for _ in 0..3 {
        stdin.write_all(b"{\"reply\":\"fine\"}\n").expect("a reader");
        let mut answer = [0; 42];
        stdout.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer[..], b"{\"reply\":\"fine\",\"findings\":[],\"score\":100}");
        stdout.read_exact(&mut [0]).expect("a line end");
    }
    drop(stdin);
    assert!(child.wait().expect("an exit code").success());
}

#[cfg(unix)]
#[test]
fn a_fix_changes_its_words_and_nothing_else() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = std::env::temp_dir().join(format!("replylint-fix-{}", std::process::id()));
    fs::create_dir_all(folder.join("real")).expect("a folder");
    let utf16: Vec<u8> = "\u{feff}Kindly wait till noon, Zoë.\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let macros = fs::read("tests/cli/fix.in/macros.json").expect("a file");
    let before = [("real/macros.json", macros), ("utf-16.txt", utf16)];
    for (name, bytes) in &before {
        fs::write(folder.join(name), bytes).expect("written");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o640)).expect("a mode");
    }
    symlink("real/macros.json", folder.join("macros.json")).expect("a link");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let rules = ["--no-default-rules", "--rules", "tests/cli/fix.in/kindly.toml"];
    let files = [path("macros.json"), path("utf-16.txt")];
    let args = [&["check", "--fix"][..], &rules, &[files[0].as_str(), files[1].as_str()]].concat();
    assert_eq!(run(&args, Vec::new(), |out| drop(out.read_to_end(&mut Vec::new()))), Some(0));

    let [(_, macros), (_, utf16)] = before;
    let fixed = String::from_utf8(macros).expect("text").replacen("Kindly wait", "Please wait", 1);
    let fixed = fixed.replacen("Kindly use", "Please use", 1);
    assert_eq!(fs::read(folder.join("real/macros.json")).expect("a file"), fixed.into_bytes());
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let (old, new) = (units("Kindly"), units("Please"));
    let at = utf16.windows(old.len()).position(|w| w == old).expect("the word");
    let fixed = [&utf16[..at], &new, &utf16[at + old.len()..]].concat();
    assert_eq!(fs::read(folder.join("utf-16.txt")).expect("a file"), fixed);
    assert!(fs::symlink_metadata(folder.join("macros.json")).expect("a link").is_symlink());
    for name in ["real/macros.json", "utf-16.txt"] {
        assert_eq!(fs::metadata(folder.join(name)).expect("a file").permissions().mode() & 0o777, 0o640);
    }
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 3);
    fs::remove_dir_all(&folder).expect("removed");
}
