//! Tables for a wiki, a comment, or the summary of a job.

use super::super::markdown::{code, escaped};
use super::{changed, counted, faults, grouped, mended, severities};
use crate::audit::{Audit, Group};
use std::fmt::Write as _;
use std::io::{self, Write};

/// How much of each list is shown.
const ROWS: usize = 25;
const EXAMPLES: usize = 10;

pub(super) fn write(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("## Audit of customer replies\n");
    standing(audit, &mut text);
    rules(audit, &mut text);
    moves(audit, &mut text);
    worst(audit, &mut text);
    fixes(audit, &mut text);
    facets(audit, &mut text);
    unchecked(audit, &mut text);
    out.write_all(text.as_bytes())
}

fn standing(audit: &Audit, out: &mut String) {
    let sums = &audit.sums;
    let _ = writeln!(
        out,
        "\n{} in {}, {}.\n",
        counted(sums.replies, "reply", "replies"),
        counted(audit.files, "file", "files"),
        counted(sums.words, "word", "words")
    );
    let Some(score) = sums.score() else { return };
    let scores = &sums.scores;
    let (low, median) = (scores.percentile(10).unwrap_or_default(), scores.percentile(50).unwrap_or_default());
    let last = audit.trend.as_ref().and_then(|trend| Some((trend, trend.last()?)));
    let since = last.map_or_else(String::new, |(_, last)| format!(" since {} |", last.date));
    let _ = writeln!(out, "| | |{since}\n| --- | ---: |{}", if last.is_some() { " ---: |" } else { "" });
    let change = |of: fn(&crate::audit::trend::Run) -> crate::audit::Tenths| {
        last.map_or_else(String::new, |(trend, last)| format!(" {} |", changed(of(&trend.now), of(last))))
    };
    let _ = writeln!(out, "| score, on average | {score} of 100 |{}", change(|run| run.score));
    let _ = writeln!(out, "| findings per 1,000 words | {} |{}", sums.density(), change(|run| run.density()));
    let _ = writeln!(out, "| replies with no finding | {} % |{}", sums.clean_share(), change(|run| run.clean_share()));
    let empty = if last.is_some() { " |" } else { "" };
    let _ = writeln!(out, "| half of the replies score | {median} or less |{empty}");
    let _ = writeln!(out, "| the lowest tenth scores | {low} or less |{empty}");
    if let Some(used) = sums.used_score() {
        let _ = writeln!(out, "| score as customers met them | {used} of 100 |{empty}");
    }
    if sums.findings() > 0 {
        let _ = writeln!(out, "\nFindings: {}.", severities(|severity| sums.of_severity(severity)));
    }
    if last.is_some_and(|(trend, _)| trend.rules_changed()) {
        out.push_str("\nThe rules changed since then, so a part of the change may be theirs.\n");
    }
}

fn rules(audit: &Audit, out: &mut String) {
    let rules = audit.by_rule();
    if rules.is_empty() {
        return;
    }
    out.push_str("\n### What to fix first\n\n| findings | replies | severity | rule | what it finds |\n| ---: | ---: | --- | --- | --- |\n");
    for of in rules.iter().take(ROWS) {
        let (findings, replies) = (grouped(of.findings), grouped(of.replies));
        let (id, title) = (escaped(&of.rule.id), escaped(&of.rule.title));
        let _ = writeln!(out, "| {findings} | {replies} | {} | {id} | {title} |", of.severity);
    }
    more(rules.len(), ROWS, "rule", out);
    let pairs: Vec<_> = rules.iter().take(EXAMPLES).filter(|of| !of.pairs.is_empty()).collect();
    if !pairs.is_empty() {
        out.push_str("\n### Before and after\n\n| rule | before | after |\n| --- | --- | --- |\n");
    }
    for of in pairs {
        for pair in &of.pairs {
            let told = |text: &str| if text.is_empty() { String::new() } else { code(text) };
            let _ = writeln!(out, "| {} | {} | {} |", escaped(&of.rule.id), told(&pair.before), told(&pair.after));
        }
    }
}

fn moves(audit: &Audit, out: &mut String) {
    if audit.moves.is_empty() {
        return;
    }
    out.push_str("\n### What replies do\n\n| move | called for | made | share |\n| --- | ---: | ---: | ---: |\n");
    for (name, of) in audit.by_move() {
        let (asked, made) = (grouped(of.asked), grouped(of.made));
        let _ = writeln!(out, "| {} | {asked} | {made} | {} % |", escaped(name), of.share());
    }
}

fn worst(audit: &Audit, out: &mut String) {
    if audit.worst().len() == 0 {
        return;
    }
    out.push_str(
        "\n### Worst replies\n\n| score | usage | copies | place | rules |\n| ---: | ---: | ---: | --- | --- |\n",
    );
    for worst in audit.worst().take(ROWS) {
        let usage = worst.usage.map_or_else(String::new, grouped);
        let (place, copies) = (code(&worst.place.to_string()), grouped(worst.copies + 1));
        let _ = writeln!(out, "| {} | {usage} | {copies} | {place} | {} |", worst.score, escaped(&faults(worst, 6)));
    }
}

fn fixes(audit: &Audit, out: &mut String) {
    if audit.safe.findings == 0 {
        return;
    }
    let findings = counted(audit.safe.findings, "finding", "findings");
    let replies = counted(audit.safe.replies, "reply", "replies");
    let _ = writeln!(out, "\n### Quick wins\n\n{findings} in {replies} can be mended without a change of meaning.");
    if !audit.mend.is_empty() {
        let _ = writeln!(out, "\n    {}", audit.mend);
    }
    let _ = writeln!(out, "\n| fixes | rule |\n| ---: | --- |");
    for of in mended(audit).into_iter().take(ROWS) {
        let _ = writeln!(out, "| {} | {} |", grouped(of.safe), escaped(&of.rule.id));
    }
}

fn facets(audit: &Audit, out: &mut String) {
    for facet in &audit.facets {
        let _ = writeln!(
            out,
            "\n### By {}\n\n| {0} | replies | score | findings per 1,000 words | most often |\n| --- | ---: | ---: | ---: | --- |",
            escaped(&facet.name)
        );
        let mut row = |name: &str, group: &Group| {
            let score = group.sums.score().map_or_else(String::new, |score| score.to_string());
            let (replies, density) = (grouped(group.sums.replies), group.sums.density());
            let rule = group.top_rule().map_or("", |(rule, _)| rule);
            let _ = writeln!(out, "| {} | {replies} | {score} | {density} | {} |", escaped(name), escaped(rule));
        };
        let (values, rest) = facet.top(ROWS);
        values.into_iter().for_each(|(value, group)| row(value.unwrap_or("(none)"), group));
        if rest.sums.replies > 0 {
            row("(others)", &rest);
        }
    }
}

fn unchecked(audit: &Audit, out: &mut String) {
    let reasons = audit.unchecked.reasons();
    if !reasons.is_empty() {
        let _ = writeln!(out, "\n### Not checked\n\n{}.", escaped(&reasons.join(", ")));
    }
}

fn more(all: usize, shown: usize, noun: &'static str, out: &mut String) {
    if let more @ 1.. = all.saturating_sub(shown) {
        let _ = writeln!(out, "\nAnd {more} more {noun}{}.", if more == 1 { "" } else { "s" });
    }
}
