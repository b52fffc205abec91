//! Audits: the same sums in any order and from any format, no words where none are wanted, and a memory that a crash does not spoil.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const RULES: [&str; 5] =
    ["--no-default-rules", "--rules", "tests/cli/audit.in/house.toml", "--isolated", "--no-progress"];

/// What an audit prints, its notes, and its exit code.
fn audit(args: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    for name in ["AI_AGENT", "AGENT", "REPLYLINT_OUTPUT_FORMAT", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let out = command.arg("audit").args(args).args(RULES).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(out.stdout), text(out.stderr), out.status.code())
}

fn json(args: &[&str]) -> Value {
    let (out, notes, _) = audit(&[args, &["--output-format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|fault| panic!("{fault}\n{out}\n{notes}"))
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path.to_str().expect("a name").to_owned()
}

/// Replies of which some are alike, some have findings, and some rank alike.
fn replies(count: usize) -> Vec<Value> {
    let texts = [
        "Kindly wait for the courier to call you.",
        "It is your fault that the parcel is late, so kindly wait.",
        "Your parcel comes on Friday, and I will call you then.",
        "Kindly send it back, and kindly tell us when you did.",
    ];
    let reply = |n: usize| {
        let text = format!("{} Your number is {}.", texts[n * 7 % 4], n / 3);
        let team = ["north", "south", "west"][n % 3];
        serde_json::json!({ "id": format!("t-{n}"), "team": team, "sent": n % 5, "reply": text })
    };
    (0..count).map(reply).collect()
}

fn lines(replies: &[Value]) -> String {
    replies.iter().map(|reply| format!("{reply}\n")).collect()
}

#[test]
fn lines_come_to_what_the_same_file_comes_to_as_a_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = replies(500);
    let by_line = written(folder.path(), "sent.jsonl", &lines(&all));
    // Each record is on the same line.
    let list = format!("[{}]", lines(&all).trim_end().replace('\n', ",\n"));
    let whole = written(folder.path(), "sent.json", &list);
    let flags = ["--by", "team", "--usage", "sent"];
    let (one, other) = (json(&[&[&*by_line][..], &flags].concat()), json(&[&[&*whole][..], &flags].concat()));
    for key in ["summary", "rules", "moves", "by"] {
        let told = |of: &Value| of[key].to_string().replace("sent.jsonl", "sent.json");
        assert_eq!(told(&one), told(&other), "{key}");
    }
    let worst =
        |of: &Value| of["worst"].as_array().expect("a list").iter().map(|w| w["record"].clone()).collect::<Vec<_>>();
    assert_eq!(worst(&one), worst(&other));
    assert_eq!(one["worst"].as_array().map(Vec::len), Some(100));
    assert_eq!(one["findings"].as_array().map(Vec::len), other["findings"].as_array().map(Vec::len));
}

#[test]
fn nothing_of_a_reply_is_in_a_redacted_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = |n: usize| {
        serde_json::json!({
            "id": format!("canary-id-{n}"), "title": "Canary title",
            "customer": "A canary sings.", "reply": format!("Kindly feed the canary {n}. It is your fault that it sings."),
        })
    };
    let records: Vec<_> = (0..5).map(record).collect();
    let path = written(folder.path(), "sent.jsonl", &(lines(&records) + "{\"reply\": canary}\n"));
    let draft = written(folder.path(), "draft.md", "Kindly feed the canary.\n");
    let report = folder.path().join("report.json");
    let output = format!("json={}", report.display());
    for format in ["text", "markdown", "csv", "json"] {
        let args = [&*path, &draft, "--redact", "--output-format", format, "--output", &output];
        let (out, notes, code) = audit(&args);
        assert_eq!(code, Some(0), "{notes}");
        let told = out + &notes + &fs::read_to_string(&report).expect("a report");
        assert!(!told.to_lowercase().contains("canary"), "{format}: {told}");
        assert!(told.contains("boilerplate.kindly"), "{format}: {told}");
        // Without the flag there are words to leave out.
        let (out, ..) = audit(&[&*path, &draft, "--output-format", format]);
        assert!(format == "csv" || out.contains("canary"), "{format}: {out}");
    }
}

#[test]
fn a_history_tells_what_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let draft = written(folder.path(), "draft.txt", "Kindly wait. It is your fault.\n");
    let other = written(folder.path(), "other.txt", "Kindly wait.\n");
    let history = folder.path().join("history.jsonl");
    let file = history.to_str().expect("a name");
    let run = |draft: &str, day: &str| audit(&[draft, "--history", file, "--today", day]);
    assert!(run(&draft, "2027-01-01").0.contains("the first run of this history"));
    assert!(run(&other, "2027-01-02").0.contains("the first run of this history"), "it is over another path");
    fs::write(&draft, "Kindly wait. I will call you today.\n").expect("written");
    // A crash has torn the last line.
    let before = fs::read_to_string(&history).expect("a history");
    fs::write(&history, format!("{before}{{\"date\":\"2027-01-0")).expect("written");
    let (out, notes, code) = run(&draft, "2027-01-03");
    assert_eq!(code, Some(0), "{notes}");
    assert!(out.contains("since 2027-01-01: score +") && !out.contains("rules changed"), "{out}");
    assert!(notes.contains("1 line of") && notes.contains("the first of them line 3"), "{notes}");
    let after = fs::read_to_string(&history).expect("a history");
    assert!(after.starts_with(&before) && after.lines().count() == 4 && after.ends_with("}\n"), "{after}");
    assert!(!after.contains("Kindly") && !after.contains("boilerplate"), "{after}");
    let (out, ..) = audit(&[&draft, "--history", file, "--today", "2027-01-04", "--ignore", "blame"]);
    assert!(out.contains("the rules changed since then") && out.contains(" -> "), "{out}");
    let report = json(&[&draft, "--history", file, "--today", "2027-01-05"]);
    assert_eq!(report["history"]["runs"].as_array().map(Vec::len), Some(4));
    assert_eq!(report["history"]["rules_changed"], true);
}

#[test]
fn a_run_that_fails_leaves_no_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let draft = written(folder.path(), "draft.txt", "Kindly wait.\n");
    let (report, history) = (folder.path().join("report.json"), folder.path().join("history.jsonl"));
    let (report, history) = (report.to_str().expect("a name"), history.to_str().expect("a name"));
    let output = format!("json={report}");
    let (.., code) = audit(&[&draft, "--output", &output, "--history", history, "--select", "nothing"]);
    assert_eq!(code, Some(2));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is there but the draft");
}

#[test]
fn a_history_is_no_place_for_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let draft = written(folder.path(), "draft.txt", "Kindly wait.\n");
    let history = written(folder.path(), "history.jsonl", "");
    let (_, notes, code) = audit(&[&draft, "--history", &history, "--html", &history]);
    assert_eq!(code, Some(2), "{notes}");
    assert!(notes.contains("it is the history") && fs::read_to_string(&history).is_ok_and(|text| text.is_empty()));
}

#[test]
fn a_page_has_a_flag_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let macros = written(folder.path(), "macro.md", "You should have read the label.\n");
    let pages = ["a.html", "b.html"].map(|name| folder.path().join(name).display().to_string());
    let (.., code) = audit(&[&macros, "--html", &pages[0], "--output", &format!("html={}", pages[1])]);
    let pages = pages.map(|page| std::fs::read_to_string(page).expect("a page"));
    assert_eq!(code, Some(0));
    assert!(pages[0].starts_with("<!doctype html>") && pages[0] == pages[1]);
}

#[test]
fn a_baseline_counts_over_all_lines_of_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = lines(&replies(40));
    let path = written(folder.path(), "sent.jsonl", &all);
    let baseline = folder.path().join("baseline.toml");
    let baseline = baseline.to_str().expect("a name");
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    let made = command.args(["baseline", "create", &path, "--output", baseline]).args(&RULES[..4]).output();
    assert!(made.expect("it runs").status.success());
    let found = json(&[&path])["summary"]["findings"].as_u64().expect("a number");
    assert!(found > 20);
    let accepted = json(&[&path, "--baseline", baseline]);
    assert_eq!((&accepted["summary"]["findings"], &accepted["summary"]["suppressed"]), (&0.into(), &found.into()));
    // What comes twice as often is half new.
    fs::write(&path, all.repeat(2)).expect("written");
    let again = json(&[&path, "--baseline", baseline]);
    assert_eq!((&again["summary"]["findings"], &again["summary"]["suppressed"]), (&found.into(), &found.into()));
}

#[test]
fn a_report_is_compared_with_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let draft = written(folder.path(), "draft.txt", "Kindly wait. It is your fault.\n");
    let report = |name: &str| {
        let path = folder.path().join(name).to_str().expect("a name").to_owned();
        let (.., code) = audit(&[&draft, "--output", &format!("json={path}")]);
        assert_eq!(code, Some(0));
        path
    };
    let old = report("old.json");
    fs::write(&draft, "Thank you for your patience.\n\nKindly wait. Kindly call us.\n").expect("written");
    let new = report("new.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    let out = command.args(["audit", "compare", &old, &new, "--output-format", "json"]).output().expect("it runs");
    let changes: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!([&changes["fixed"], &changes["new"], &changes["unchanged"]], [1, 1, 1].map(Value::from).each_ref());
}

#[test]
fn a_report_of_check_is_one_to_compare_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), "sent.jsonl", &lines(&replies(40)));
    let run = |args: &[&str], rules: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_replylint")).args(args).args(rules).output().expect("it runs");
        String::from_utf8(out.stdout).expect("UTF-8")
    };
    for format in ["json", "jsonl"] {
        let checked = run(&["check", &path, "--output-format", format], &RULES);
        let checked = written(folder.path(), "checked", &checked);
        let audited = written(folder.path(), "audited", &json(&[&path]).to_string());
        let changes = run(&["audit", "compare", &checked, &audited, "--output-format", "json"], &[]);
        let changes: Value = serde_json::from_str(&changes).expect("JSON");
        assert_eq!([&changes["fixed"], &changes["new"]], [0, 0].map(Value::from).each_ref(), "{format}");
        assert!(changes["unchanged"].as_u64() > Some(20), "{format}: {changes}");
    }
}
