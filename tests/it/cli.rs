//! The command line, from outside. `TRYCMD=overwrite cargo test` rewrites what the cases expect.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

const REPLYLINT: &str = env!("CARGO_BIN_EXE_replylint");

fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
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
fn any_number_of_threads_gives_the_same_answers() {
    let lines: String = (0..3_000).map(|i| format!("{{\"id\":{i},\"reply\":\"Kindly wait {i}.\"}}\n")).collect();
    let one = output(&["scan", "-j1"], lines.clone().into());
    assert_eq!(one.iter().filter(|&&byte| byte == b'\n').count(), 3_000);
    assert!(one == output(&["scan", "-j4"], lines.into()));

    let folder = std::env::temp_dir().join(format!("replylint-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for i in 0..600 {
        std::fs::write(folder.join(format!("{i}.txt")), format!("Kindly wait {i}.")).expect("a file");
    }
    let path = folder.to_string_lossy();
    for format in ["full", "json"] {
        let args = ["check", &path, "--output-format", format, "-j"];
        assert!(output(&[&args[..], &["1"]].concat(), vec![]) == output(&[&args[..], &["4"]].concat(), vec![]));
    }
    std::fs::remove_dir_all(&folder).expect("it was made above");
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
