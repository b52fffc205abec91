//! The table of exit codes in the README says what the cases of the command line show: each code that a command ends with, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

/// A command and the code that it ends with.
type Ends = BTreeMap<(String, i64), String>;

/// The commands that the help lists.
pub(crate) fn commands() -> Vec<String> {
    let listed = |args: &[&str]| {
        let help = Command::new(env!("CARGO_BIN_EXE_replylint")).args(args).arg("-h").output().expect("it runs");
        let help = String::from_utf8(help.stdout).expect("text");
        let list = help.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
        let rows = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(ToOwned::to_owned));
        rows.filter(|name| !name.is_empty() && name != "help").collect::<Vec<_>>()
    };
    let mut commands = Vec::new();
    for name in listed(&[]) {
        match listed(&[&name]) {
            under if under.is_empty() => commands.push(name),
            under => {
                commands.extend(under.iter().map(|second| format!("{name} {second}")));
                // One that does something by itself too comes after those under it, which begin like it.
                commands.extend((name == "audit").then_some(name));
            }
        }
    }
    commands
}

/// What the cases show, and where. Help is no work.
fn shown() -> Ends {
    let (mut shown, commands) = (Ends::new(), commands());
    let mut add = |args: &[&str], code: i64, case: String| {
        let typed = args.join(" ") + " ";
        let command = commands.iter().find(|command| typed.starts_with(&format!("{command} ")));
        if let Some(command) = command.filter(|_| !args.iter().any(|arg| ["--help", "-h"].contains(arg))) {
            shown.entry((command.clone(), code)).or_insert(case);
        }
    };
    for entry in fs::read_dir("tests/cli").expect("the cases") {
        let path = entry.expect("an entry").path();
        let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else { continue };
        let place = path.display();
        match extension {
            "trycmd" => {
                let text = fs::read_to_string(&path).expect("text");
                let lines: Vec<_> = text.lines().collect();
                for (i, line) in lines.iter().enumerate() {
                    let Some(typed) = line.strip_prefix("$ replylint ") else { continue };
                    let code = lines.get(i + 1).and_then(|line| line.strip_prefix("? ")?.parse().ok()).unwrap_or(0);
                    add(&typed.split(' ').collect::<Vec<_>>(), code, format!("{place}: {typed}"));
                }
            }
            "toml" => {
                let case = fs::read_to_string(&path).expect("text");
                let value = |key| case.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix("= "));
                let args: Vec<String> = serde_json::from_str(value("args").expect("arguments")).expect("a list");
                let args: Vec<_> = args.iter().map(String::as_str).collect();
                let code = value("status.code").map_or(0, |code| code.parse().expect("a number"));
                add(&args, code, place.to_string());
            }
            _ => {}
        }
    }
    shown
}

/// What the table in a page claims.
fn claimed(page: &str) -> BTreeSet<(String, i64)> {
    let table = page.split("| command | 0 | 1 | 2 |").nth(1).expect("the table");
    let rows = table.trim_start().lines().skip(1).take_while(|line| line.starts_with('|'));
    let mut claimed = BTreeSet::new();
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 6, "{row}");
        for command in cells[1].split('`').skip(1).step_by(2) {
            let codes = (0..3).filter(|code| !cells[2 + code].is_empty());
            claimed.extend(codes.map(|code| (command.to_owned(), code as i64)));
        }
    }
    claimed
}

#[test]
fn the_table_of_exit_codes_is_true() {
    let (shown, claimed) = (shown(), claimed(&fs::read_to_string("README.md").expect("the page")));
    assert!(claimed.len() > 10, "{claimed:?}");
    for command in commands() {
        assert!(claimed.iter().any(|(of, _)| *of == command), "`{command}` is missing in the table");
    }
    for (command, code) in &claimed {
        assert!(shown.contains_key(&(command.clone(), *code)), "no case shows that `{command}` exits with {code}");
    }
    for (ends, case) in &shown {
        assert!(claimed.contains(ends), "the table does not say that `{}` may exit with {}: {case}", ends.0, ends.1);
    }
}
