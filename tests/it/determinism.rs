//! The same bytes out: for any number of threads, language, time zone, folder and run, for every command and in every format.

use crate::exit_codes::commands;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What may differ from one machine to the next, and from one run to the next.
struct Place {
    jobs: &'static str,
    folder: &'static str,
    variables: &'static [(&'static str, &'static str)],
}

/// Two in the same way, as each run seeds its hash tables anew.
const PLACES: &[Place] = &[
    Place { jobs: "1", folder: ".", variables: &[("LC_ALL", "C"), ("LANG", "C"), ("TZ", "UTC")] },
    Place { jobs: "1", folder: ".", variables: &[("LC_ALL", "C"), ("LANG", "C"), ("TZ", "UTC")] },
    Place {
        jobs: "2",
        folder: "src",
        variables: &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("CI", "true")],
    },
    Place {
        jobs: "7",
        folder: "/",
        variables: &[
            ("LC_ALL", "de_DE.UTF-8"),
            ("LANG", "de_DE"),
            ("LC_NUMERIC", "de_DE"),
            ("TZ", "America/St_Johns"),
            ("CI", "1"),
            ("GITHUB_ACTIONS", "true"),
            ("GITLAB_CI", "true"),
            ("TF_BUILD", "True"),
            ("HOME", "/nowhere"),
            ("USER", "nobody"),
        ],
    },
];

/// What a run comes to: its code, what it prints, and the files that it writes.
#[derive(PartialEq, Eq)]
struct Came {
    code: Option<i32>,
    out: Vec<u8>,
    notes: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Variables by which the one who runs the tests would have a say.
const OWN: &[&str] = &[
    "AI_AGENT",
    "AGENT",
    "REPLYLINT_OUTPUT_FORMAT",
    "REPLYLINT_CONFIG",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "CLICOLOR",
    "FORCE_HYPERLINK",
    "COLUMNS",
    "TERM",
    "CI",
    "LC_ALL",
    "LANG",
    "TZ",
];

fn run(args: &[String], input: &[u8], place: &Place, written: &Path) -> Came {
    if written.exists() {
        fs::remove_dir_all(written).expect("removed");
    }
    fs::create_dir_all(written).expect("a folder");
    fs::write(written.join("draft.txt"), "Hi Ana,\n\nKindly wait until noon.\n").expect("written");
    fs::copy("tests/cli/baseline.in/stale.toml", written.join("stale.toml")).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    for name in OWN {
        command.env_remove(name);
    }
    // These two speak of the folder that they are started in.
    let folder = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["config", "init"] => written,
        ["fields", ..] => Path::new("."),
        _ => Path::new(place.folder),
    };
    command.args(args).envs(place.variables.iter().copied()).current_dir(folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let (mut stdin, input) = (child.stdin.take().expect("a pipe"), input.to_vec());
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic");
    let files = fs::read_dir(written).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = files.map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect();
    Came { code: output.status.code(), out: output.stdout, notes: output.stderr, files }
}

/// The formats that a command's help lists for `--output-format`.
fn formats(command: &str) -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_replylint")).args(command.split(' ')).arg("--help").output();
    let help = String::from_utf8(help.expect("it runs").stdout).expect("text");
    let list = help.split("--output-format").nth(1).unwrap_or_default().split("\n      --").next().unwrap_or_default();
    let names = list.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_once(':'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// What each command is asked, with `@` for the folder of the repository, `%` for a folder to write to and `#` for a number of threads;
/// with `--output *` a report is written in every format, and with `--output-format *` one is printed in each.
const ASKED: &[(&str, &str)] = &[
    ("check", "check @/tests/corpus/mail @/tests/corpus/macros -j # --output * --statistics"),
    ("check", "check @/tests/corpus/mail @/tests/corpus/chat --diff --unsafe-fixes --show-fixes -j # --color always"),
    ("check", "check %/draft.txt --fix --show-fixes -j #"),
    ("check", "check - --stdin-filename a.jsonl -j # --redact --output-format json"),
    ("audit", "audit @/tests/corpus --by folder --by file -j # --output * --isolated"),
    ("audit compare", "audit compare @/tests/cli/audit.in/old.json @/tests/cli/audit.in/new.json --output-format *"),
    ("scan", "scan -j #"),
    ("explain", "explain blame jargon.acronym --output-format *"),
    ("explain", "explain @/tests/corpus/mail/school.txt @/tests/corpus/macros/desk.json"),
    ("fields", "fields @/tests/corpus/macros/desk.json @/tests/corpus/sms/texts.csv --output-format *"),
    ("rules list", "rules list --output-format *"),
    ("rules test", "rules test @/tests/cli/outputs.in/kindly.toml --no-default-rules"),
    ("config show", "config show @/tests/corpus/mail/visa.txt --output-format *"),
    ("config schema", "config schema"),
    ("config init", "config init"),
    ("baseline create", "baseline create @/tests/corpus/chat @/tests/corpus/macros -j # -o %/new.toml"),
    ("baseline show", "baseline show --baseline %/stale.toml --output-format *"),
    ("baseline prune", "baseline prune @/tests/corpus/chat --baseline %/stale.toml -j #"),
    ("completions", "completions bash"),
    ("man", "man check"),
];

/// The arguments of each run of a line of [`ASKED`].
fn asked(command: &str, line: &str, place: &Place, written: &Path) -> Vec<Vec<String>> {
    let formats = formats(command);
    let filled = |format: &str| {
        let root = env!("CARGO_MANIFEST_DIR");
        let words = line.split(' ').flat_map(|word| match word {
            "--output" => formats.iter().flat_map(|f| ["--output".to_owned(), format!("{f}=%/report.{f}")]).collect(),
            "*" if line.contains("--output *") => vec![],
            _ => vec![word.to_owned()],
        });
        let written = written.to_str().expect("a name");
        let fill = |word: String| match word.as_str() {
            "*" => format.to_owned(),
            "#" => place.jobs.to_owned(),
            _ => word.replace('@', root).replace('%', written),
        };
        words.map(fill).collect::<Vec<_>>()
    };
    if line.contains("--output-format *") {
        assert!(formats.len() > 1, "{command} has no formats");
        formats.iter().map(|format| filled(format)).collect()
    } else {
        vec![filled("")]
    }
}

#[test]
fn the_same_bytes_wherever_and_whenever_it_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = folder.path().join("out");
    let input = fs::read("tests/replies/good.jsonl").expect("replies");
    for name in commands() {
        assert!(ASKED.iter().any(|(command, _)| *command == name), "`{name}` is not asked anything");
    }
    for (command, line) in ASKED {
        let first = asked(command, line, &PLACES[0], &written);
        for (number, args) in first.iter().enumerate() {
            let came = run(args, &input, &PLACES[0], &written);
            assert!(came.code == Some(0) || came.code == Some(1), "{args:?}: {}", text(&came.notes));
            let rest = came.out.len() + came.notes.len() + came.files.len();
            assert!(rest > 1, "{args:?} says nothing");
            for place in &PLACES[1..] {
                let args = &asked(command, line, place, &written)[number];
                let other = run(args, &input, place, &written);
                let differs = came.files.iter().find(|(name, bytes)| other.files.get(*name) != Some(*bytes));
                assert_eq!(differs.map(|(name, _)| name), None, "{args:?} in {:?}", place.variables);
                assert_eq!(text(&came.out), text(&other.out), "{args:?} in {:?}", place.variables);
                assert!(came == other, "{args:?} in {:?}: {}", place.variables, text(&other.notes));
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What is found does not hang on how its file is named; the names that are told are those that were given.
#[test]
fn a_path_is_told_as_it_is_given() {
    let written = tempfile::tempdir().expect("a folder");
    let written = written.path().join("out");
    let told = |path: &str, folder: &'static str| {
        let place = Place { jobs: "2", folder, variables: &[] };
        let args = ["check", path, "--output-format", "concise"].map(ToOwned::to_owned);
        text(&run(&args, b"", &place, &written).out)
    };
    let whole = format!("{}/tests/corpus/mail", env!("CARGO_MANIFEST_DIR"));
    let absolute = told(&whole, "/");
    assert!(absolute.lines().count() > 50 && absolute.contains(&whole), "{absolute}");
    for (path, folder) in [("tests/corpus/mail", "."), ("mail", "tests/corpus"), ("../corpus/mail", "tests/corpus")] {
        assert_eq!(told(path, folder), absolute.replace(&whole, path), "{path} in {folder}");
    }
    assert_eq!(told("./mail", "tests/corpus"), absolute.replace(&whole, "mail"));
}

/// Findings come in the order of the arguments, each file once; sums and baselines are the same in any order.
#[test]
fn the_order_of_the_arguments_changes_the_order_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = folder.path().join("out");
    let run = |line: &str| {
        let args = asked("check", line, &PLACES[0], &written).remove(0);
        run(&args, b"", &PLACES[0], &written)
    };
    let concise = |paths: &str| {
        let came = run(&format!("check {paths} --output-format concise"));
        let mut lines: Vec<String> = text(&came.out).lines().map(ToOwned::to_owned).collect();
        let first = lines[0].clone();
        lines.sort();
        (first, lines)
    };
    let (mail, chat) = ("@/tests/corpus/mail", "@/tests/corpus/chat");
    let (one, other) =
        (concise(&format!("{mail} {chat}")), concise(&format!("{chat} {mail} {chat}/telecom.jsonl {chat}")));
    assert!(one.0.contains("/mail/") && other.0.contains("/chat/"), "{} {}", one.0, other.0);
    assert_eq!(one.1, other.1);
    for line in ["baseline create # -o %/baseline.toml", "audit # --output json=%/audit.json --by folder"] {
        let line = line.replace('#', "{}");
        let (one, other) =
            (line.replace("{}", &format!("{mail} {chat}")), line.replace("{}", &format!("{chat} {mail}")));
        assert!(run(&one).files == run(&other).files, "{line}");
    }
}
