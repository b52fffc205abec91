//! What is said on standard error after a run: what was not checked or not written, and what to do about it.

use super::config_flags::Settings;
use super::filters::Filter;
use super::inputs::{Input, Inputs};
use super::paths::typed;
use super::terminal::Terminal;
use replylint::output::{self, Output};
use replylint::report::{Count, Summary};
use replylint::source::{Position, Source};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Says what was left undone.
pub(super) fn notes(summary: &Summary, inputs: &Inputs, settings: &Settings, terminal: &Terminal) {
    for error in &summary.errors {
        terminal.error(error);
    }
    doubts(&summary.doubts, terminal);
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

/// Says what the run comes to. Where nothing was checked, that is what kept files from being checked.
pub(super) fn sums(summary: &Summary, inputs: &Inputs, terminal: &Terminal) {
    let kept = kept(&inputs.left_out);
    let found = Count(inputs.left_out.len(), "file");
    if summary.replies > 0 || !inputs.files.is_empty() || !summary.errors.is_empty() {
        if !kept.is_empty() && inputs.chosen.is_none() {
            terminal.note(format_args!("note: {found} left out: {kept}"));
        }
        return match summary.replies == 0 && summary.errors.is_empty() && inputs.chosen.is_none() {
            true => terminal.failure(summary),
            false => terminal.note(summary),
        };
    }
    let comma = if kept.is_empty() { "" } else { ", " };
    match &inputs.chosen {
        Some(chosen) => terminal.note(format_args!("No drafts to check: {chosen}{comma}{kept}.")),
        None if kept.is_empty() => terminal.failure(summary),
        None => {
            let flags = [(Filter::Ignored, "--no-ignore"), (Filter::Hidden, "--hidden")];
            let flags = flags.iter().filter(|(filter, _)| inputs.left_out.contains(filter)).map(|(_, flag)| *flag);
            let flags = flags.collect::<Vec<_>>().join(" and ");
            let include = if flags.is_empty() { String::new() } else { format!("; pass {flags} to include them") };
            terminal.failure(format_args!("No drafts checked: {found} found, {kept}{include}."));
        }
    }
}

/// How many files each filter kept back: `9 ignored, 3 hidden`.
fn kept(left_out: &[Filter]) -> String {
    let counts = reasons(left_out).into_iter().map(|(count, word)| format!("{count} {word}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// The same, apart.
pub(super) fn reasons(left_out: &[Filter]) -> Vec<(usize, &'static str)> {
    let words = [
        (Filter::Ignored, "excluded by .gitignore or the like"),
        (Filter::Hidden, "hidden"),
        (Filter::Excluded, "excluded by globs"),
        (Filter::Unknown, "of no known kind"),
    ];
    let counts = words.map(|(filter, word)| (left_out.iter().filter(|of| **of == filter).count(), word));
    counts.into_iter().filter(|(count, _)| *count > 0).collect()
}

/// Says which reports do not hold all findings.
pub(super) fn left_out(reports: &[(Output, usize)], terminal: &Terminal) {
    for (output, count) in reports.iter().filter(|(_, count)| *count > 0) {
        let (findings, format) = (Count(*count, "finding"), output.name().unwrap_or_default());
        terminal
            .note(format_args!("note: left out of the {format} report for want of room: {findings}, the least grave"));
        terminal.help("`--output jsonl=PATH` holds them all");
    }
}

/// Says which configurations name a baseline that this run does not use.
pub(super) fn passed_by(configs: &[PathBuf], terminal: &Terminal) {
    for config in configs {
        let config = output::safe(&config.to_string_lossy());
        terminal
            .note(format_args!("note: the baseline of `{config}` is not in use: that of the current folder counts"));
        terminal.help("run it in that folder, or name the baseline with `--baseline`");
    }
}

/// Says how many findings of a baseline are there no more.
pub(super) fn fixed(count: usize, terminal: &Terminal) {
    if count > 0 {
        terminal.note(format_args!("note: fixed since the baseline: {}", Count(count, "finding")));
        terminal.help("`replylint baseline prune` drops them from it");
    }
}

/// Says what may not be meant as it was read.
pub(super) fn doubts(doubts: &[(String, Position, String)], terminal: &Terminal) {
    for (name, at, message) in doubts {
        terminal.note(format_args!("note: {}:{}:{}: {message}", output::safe(name), at.line, at.column));
    }
}

/// Says in which files there was no reply: each one that was named, and the sum of those met in folders.
fn empty(names: &[String], files: &[Input], settings: &Settings, terminal: &Terminal) {
    let inputs: HashMap<_, _> = files.iter().map(|input| (input.path.display().to_string(), input)).collect();
    let (met, named): (Vec<_>, Vec<_>) =
        names.iter().partition(|name| inputs.get(*name).is_some_and(|input| !input.named));
    let is_data = |name: &&&String| {
        let config = inputs.get(**name).map_or(0, |input| input.config);
        let says = settings.for_file(config, Path::new(name.as_str()));
        says.reading(&Source::new(name.as_str(), "")).format.is_data()
    };
    let help = |names: &[&String]| {
        if let Some(name) = names.iter().find(is_data) {
            terminal.help(&format!("`replylint fields {}` shows its strings", typed(Path::new(name))));
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
