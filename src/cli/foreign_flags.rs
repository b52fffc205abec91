//! Flags that other tools have for what has another name here. They are answered with that name.

use clap::builder::UnknownArgumentValueParser;
use clap::{Arg, ArgAction, Command};

/// What they are called, and what to write instead.
const FLAGS: [(&str, &str); 20] = [
    ("diagnostic-level", "--min-severity"),
    ("dry-run", "--diff"),
    ("error-on-warnings", "--fail-on warning"),
    ("file-list", "--files-from"),
    ("fix-dry-run", "--diff"),
    ("format", "--output-format"),
    ("json", "--output-format json"),
    ("max-warnings", "--fail-on"),
    ("minAlertLevel", "--min-severity"),
    ("no-config", "--isolated"),
    ("no-config-lookup", "--isolated"),
    ("no-exit", "--exit-zero"),
    ("no-exit-codes", "--exit-zero"),
    ("only", "--select"),
    ("reporter", "--output-format"),
    ("sarif", "--output-format sarif"),
    ("skip", "--ignore"),
    ("stdin-file-path", "--stdin-filename"),
    ("unsafe", "--unsafe-fixes"),
    ("write", "--fix"),
];

/// Has a command answer them. The help is silent about them.
pub(super) fn answer(command: Command) -> Command {
    let takes_value = |ours: &str| {
        let ours = command.get_arguments().find(|arg| arg.get_long() == ours.strip_prefix("--"));
        ours.is_some_and(|arg| arg.get_action().takes_values())
    };
    let flags = FLAGS.map(|(theirs, ours)| {
        let flag = Arg::new(theirs).long(theirs).hide(true);
        let flag = flag.action(if takes_value(ours) { ArgAction::Set } else { ArgAction::SetTrue }).value_name("VALUE");
        let flag = flag.value_parser(UnknownArgumentValueParser::suggest_arg(ours));
        if theirs == "write" { flag.short('w') } else { flag }
    });
    command.args(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_answered_with_a_flag_that_there_is() {
        let parse = |args: &[&str]| {
            let command = super::super::answering().try_get_matches_from([&["replylint", "check"], args].concat());
            command.expect_err("no flag of ours").to_string()
        };
        for (theirs, ours) in FLAGS {
            let error = parse(&[&format!("--{theirs}"), "x"]);
            assert!(error.contains(&format!("unexpected argument '--{theirs}")), "{error}");
            assert!(error.contains(&format!("a similar argument exists: '{ours}'")), "{error}");
            let name = ours.split(' ').next().and_then(|flag| flag.strip_prefix("--"));
            let command = super::super::answering();
            let check = command.find_subcommand("check").expect("a command");
            assert!(check.get_arguments().any(|arg| arg.get_long() == name && !arg.is_hide_set()), "{ours}");
        }
    }
}
