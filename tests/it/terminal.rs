//! Colour, width and progress: what the environment, the terminal and the flags come to.

use std::fs;
use std::process::Command;

const REPLYLINT: &str = env!("CARGO_BIN_EXE_replylint");

/// Variables that change how things look.
const KNOWN: [&str; 10] = [
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "COLORTERM",
    "COLUMNS",
    "CI",
    "AI_AGENT",
    "AGENT",
];

fn replylint(env: &str) -> Command {
    let mut command = Command::new(REPLYLINT);
    for name in KNOWN {
        command.env_remove(name);
    }
    command.envs(env.split_whitespace().filter_map(|pair| pair.split_once('=')));
    command
}

/// Whether output is coloured that goes to a pipe and, where a terminal would change that, to a terminal.
const COLOURS: [(&str, &str, bool, bool); 16] = [
    ("", "", false, true),
    ("", "TERM=dumb", false, false),
    ("", "NO_COLOR=1", false, false),
    ("", "NO_COLOR=", false, true),
    ("", "FORCE_COLOR=1", true, true),
    ("", "FORCE_COLOR=0", false, false),
    ("", "FORCE_COLOR=false", false, false),
    ("", "CLICOLOR_FORCE=1", true, true),
    ("", "CLICOLOR=0", false, false),
    ("", "NO_COLOR=1 FORCE_COLOR=1", false, false),
    ("", "NO_COLOR=1 CLICOLOR_FORCE=1", false, false),
    ("", "FORCE_COLOR=1 TERM=dumb", true, true),
    ("always", "NO_COLOR=1", true, true),
    ("always", "TERM=dumb", true, true),
    ("never", "FORCE_COLOR=1 CLICOLOR_FORCE=1", false, false),
    ("auto", "FORCE_COLOR=1", true, true),
];

#[test]
fn colour_follows_the_flag_then_the_environment_then_the_terminal() {
    for (flag, env, coloured, _) in COLOURS {
        let color = format!("--color={flag}");
        let mut command = replylint(env);
        command.args(["rules", "list"]).args((!flag.is_empty()).then_some(&color)).args(["--rules", "absent.toml"]);
        let out = command.output().expect("it runs");
        assert_eq!(out.stderr.contains(&b'\x1b'), coloured, "errors, with `{color}` and {env}");
        let mut command = replylint(env);
        command.args(["explain", "blame.who-question"]).args((!flag.is_empty()).then_some(&color));
        let out = command.output().expect("it runs");
        assert_eq!(out.stdout.contains(&b'\x1b'), coloured, "output, with `{color}` and {env}");
    }
}

#[test]
fn columns_are_heeded_within_bounds() {
    let widest = |env: &str| {
        let out = replylint(env).args(["explain", "blame"]).output().expect("it runs");
        let text = String::from_utf8(out.stdout).expect("text");
        text.lines().filter(|line| line.contains(' ')).map(|line| line.chars().count()).max().unwrap_or_default()
    };
    let (narrow, plain, wide) = (widest("COLUMNS=70"), widest(""), widest("COLUMNS=1000"));
    assert!(narrow < plain && plain <= 100 && wide <= 120, "{narrow} {plain} {wide}");
    assert_eq!(widest("COLUMNS=x"), plain);
}

/// Runs a command on a terminal of its own, and gives what is written there.
fn on_a_terminal(env: &str, command: &str) -> String {
    let mut script = Command::new("script");
    for name in KNOWN {
        script.env_remove(name);
    }
    script.env("TERM", "xterm").envs(env.split_whitespace().filter_map(|pair| pair.split_once('=')));
    let out = script.args(["-qec", command, "/dev/null"]).output().expect("script");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
#[ignore = "needs script, which makes a terminal"]
fn a_terminal_has_colour_unless_something_says_no() {
    for (flag, env, _, coloured) in COLOURS {
        let flag = if flag.is_empty() { String::new() } else { format!("--color={flag}") };
        let shown = on_a_terminal(env, &format!("{REPLYLINT} explain blame.who-question {flag}"));
        assert_eq!(shown.contains('\u{1b}'), coloured, "{flag} {env}: {shown}");
    }
}

#[test]
#[ignore = "needs script, which makes a terminal"]
fn a_long_run_says_how_far_it_is_and_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    for i in 0..1000 {
        fs::write(folder.path().join(format!("{i}.txt")), "Kindly wait. ".repeat(200)).expect("a file");
    }
    let check = format!("{REPLYLINT} check -j1 --output-format concise {}", folder.path().display());
    let drawn = "\r\u{1b}[2Kchecked ";
    let shown = on_a_terminal("", &format!("{check} > {}/out", folder.path().display()));
    assert!(shown.matches(drawn).count() > 1, "{shown}");
    let last = shown.rsplit("\r\u{1b}[2K").next().expect("the end");
    assert!(last.contains(" findings in 1000 of 1000 files"), "{last}");

    // Findings on the same terminal: each line of them is whole.
    let shown = on_a_terminal("", &check);
    assert!(shown.contains(drawn));
    let lines = shown.split("\r\n").map(|line| line.rsplit("\u{1b}[2K").next().expect("the end"));
    let broken = lines.filter(|line| {
        !line.is_empty() && !line.contains(": info[") && !line.contains(": warning[") && !line.contains("files:")
    });
    assert_eq!(broken.collect::<Vec<_>>(), [""; 0]);

    for (env, flag) in
        [("CI=1", ""), ("AGENT=1", ""), ("AI_AGENT=x", ""), ("TERM=dumb", ""), ("", "--no-progress"), ("", "-q")]
    {
        let shown = on_a_terminal(env, &format!("{check} {flag} > {}/out", folder.path().display()));
        assert!(!shown.contains("checked "), "{env} {flag}: {shown}");
    }
}

#[test]
fn a_curious_user_is_told_how_it_is_done() {
    let out =
        replylint("").args(["check", "-v", "examples/macros", "--output-format", "concise"]).output().expect("it runs");
    let told = String::from_utf8(out.stderr).expect("text");
    for line in [
        "configuration: none\n",
        "files: 1, found in ",
        "rules: ready in ",
        "read `examples/macros/zendesk.json` as json, profile zendesk-macros: 2 replies\n",
        "check: done in ",
    ] {
        assert!(told.contains(line), "{line} is missing in {told}");
    }
    let quiet =
        replylint("").args(["check", "examples/macros", "-q", "--output-format", "concise"]).output().expect("it runs");
    assert_eq!((quiet.stdout, quiet.stderr.len()), (out.stdout, 0));
    let failed = replylint("").args(["check", "-q", "absent.txt", "examples/macros/README"]).output().expect("it runs");
    let told = String::from_utf8(failed.stderr).expect("text");
    assert!(told.starts_with("error: cannot read `absent.txt`") && !told.contains("No drafts"), "{told}");
}

#[test]
fn shells_complete_flags_and_those_that_can_the_names_of_rules() {
    for (shell, values) in [("bash", true), ("elvish", false), ("fish", true), ("powershell", false), ("zsh", true)] {
        let out = replylint("").args(["completions", shell]).output().expect("it runs");
        let script = String::from_utf8(out.stdout).expect("text");
        assert!(script.contains("unsafe-fixes") && !script.contains("minAlertLevel"), "{shell}");
        for name in ["blame.who-question", "boilerplate"] {
            assert_eq!(script.contains(name), values, "{shell}: {name}");
        }
    }
}
