//! What is said on standard error after a run: what was not checked or not written, and what to do about it.

use super::config_flags::Settings;
use super::inputs::{Input, Inputs};
use super::terminal::Terminal;
use replylint::output;
use replylint::report::{Count, Summary};
use replylint::source::Source;
use std::collections::HashSet;

/// Says what was left undone.
pub(super) fn notes(summary: &Summary, inputs: &Inputs, settings: &Settings, terminal: &Terminal) {
    for error in &summary.errors {
        terminal.error(error);
    }
    empty(&summary.empty, &inputs.files, settings, terminal);
    for path in &inputs.barren {
        terminal.note(format_args!("note: no text file was found in `{}`", output::safe(&path.to_string_lossy())));
        terminal
            .help("folders are searched for .txt, .md, .eml, .html, data and template files; name others one by one");
    }
    for (name, rules) in &summary.unstable {
        let rules: Vec<_> = rules.iter().map(|rule| format!("`{}`", output::safe(rule))).collect();
        let (name, rules) = (output::safe(name), rules.join(" and "));
        terminal.note(format_args!("note: not all of `{name}` is fixed: there is no end to the fixes of {rules}"));
        terminal.help("`--ignore` one of these rules");
    }
    if summary.unwritten > 0 {
        terminal.note(format_args!("note: not written: {}", Count(summary.unwritten, "suggestion")));
        terminal.help("the file quotes its text in a way that is not safe to write into; change it by hand");
    }
}

/// Says how many findings of a baseline are there no more.
pub(super) fn fixed(count: usize, terminal: &Terminal) {
    if count > 0 {
        terminal.note(format_args!("note: fixed since the baseline: {}", Count(count, "finding")));
        terminal.help("`replylint baseline prune` drops them from it");
    }
}

/// Says in which files there was no reply: each one that was named, and the sum of those met in folders.
fn empty(names: &[String], files: &[Input], settings: &Settings, terminal: &Terminal) {
    let met: HashSet<_> = files.iter().filter(|f| !f.named).map(|f| f.path.display().to_string()).collect();
    let (met, named): (Vec<_>, Vec<_>) = names.iter().partition(|name| met.contains(*name));
    let is_data = |name: &&&String| settings.reading(&Source::new(name.as_str(), "")).format.is_data();
    let help = |names: &[&String]| {
        if let Some(name) = names.iter().find(is_data) {
            terminal.help(&format!("`replylint fields {name}` shows its strings"));
        }
    };
    for name in named {
        terminal.note(format_args!("note: no reply was found in `{}`", output::safe(name)));
        help(&[name]);
    }
    let shown: Vec<_> = met.iter().take(MAX_NAMED).map(|name| format!("`{}`", output::safe(name))).collect();
    let more = match met.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !met.is_empty() {
        let (files, shown) = (Count(met.len(), "file"), shown.join(", "));
        terminal.note(format_args!("note: no reply was found in {files} met in folders: {shown}{more}"));
        help(&met);
    }
}

/// So many files without a reply are named.
const MAX_NAMED: usize = 3;
