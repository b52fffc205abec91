//! Audits as people and programs read them.
//!
//! To add a format: a file here, its line in [`Format`], in [`Format::NAMED`] and in [`Format::write`].

mod csv;
mod html;
mod markdown;
mod text;

use super::{Out, Style, wire};
use crate::audit::compare::{Change, Changes};
use crate::audit::{Audit, OfRule, Tenths, Worst};
use crate::rule::Severity;
use std::io;

/// A format of audits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A screen for people.
    Text,
    /// A page for a wiki, a comment or the summary of a job.
    Markdown,
    /// A table for spreadsheets.
    Csv,
    /// One JSON object.
    Json,
    /// A page for people, with charts.
    Html,
}

impl Format {
    /// The formats by name, and what is said of each.
    pub const NAMED: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Text, "text", "A screen to read"),
        (Self::Markdown, "markdown", "Tables for a wiki, a comment, or the summary of a job"),
        (Self::Csv, "csv", "A table for spreadsheets"),
        (Self::Json, "json", "One JSON object, which `audit compare` reads"),
        (
            Self::Html,
            "html",
            "A page with charts and tables, to read, to sort and to print; it holds macros against each other as well",
        ),
    ];

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(_, known, _)| *known == name).map(|(format, ..)| *format)
    }

    /// Whether it tells how macros compare, which takes a while to find.
    pub const fn compares(self) -> bool {
        matches!(self, Self::Html)
    }

    /// Writes an audit.
    ///
    /// # Errors
    /// When what it is written to fails.
    pub fn write(self, audit: &Audit, style: Style, mut out: Out<'_>) -> io::Result<()> {
        match self {
            Self::Text => text::write(audit, style, &mut out)?,
            Self::Markdown => markdown::write(audit, &mut out)?,
            Self::Csv => csv::write(audit, &mut out)?,
            Self::Html => html::write(audit, &mut out)?,
            Self::Json => wire::write(&mut out, &wire::Audit::new(audit))?,
        }
        out.flush()
    }
}

/// A number with commas between thousands: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// How a number changed: `+1.2`, `-0.3`, or nothing where it did not.
fn changed(now: Tenths, before: Tenths) -> String {
    let change = now.since(before);
    let sign = if change < 0 { '-' } else { '+' };
    if change == 0 { "no change".to_owned() } else { format!("{sign}{}", Tenths(change.unsigned_abs())) }
}

/// A number with its noun, in the form for many unless it is 1.
fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// How many findings there are of each severity that has any, the gravest first: `1 error, 2 warnings, 3 info`.
fn severities(of: impl Fn(Severity) -> u64) -> String {
    let counts = Severity::ALL.iter().rev().map(|severity| (severity, of(*severity))).filter(|(_, count)| *count > 0);
    let told = counts.map(|(severity, count)| match severity {
        Severity::Info => format!("{} info", grouped(count)),
        _ => counted(count, severity.word(), &format!("{}s", severity.word())),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// What is wrong with one of the worst replies: the gravest rules, or where there are none, what it does not do.
fn faults(worst: &Worst, most: usize) -> String {
    fn told<T: ToString>(all: &[T], most: usize) -> String {
        let more = all.len().saturating_sub(most);
        let shown = all.iter().take(most).map(ToString::to_string);
        shown.chain((more > 0).then(|| format!("{more} more"))).collect::<Vec<_>>().join(", ")
    }
    match &worst.rules[..] {
        [] => format!("leaves out: {}", told(&worst.lacks, most)),
        rules => told(rules, most),
    }
}

/// How often one of the worst replies was used, and how many are the same: `used 12 times, 3 copies`.
fn times(worst: &Worst) -> Option<String> {
    let used = worst.usage.map(|usage| format!("used {}", counted(usage, "time", "times")));
    let copies = (worst.copies > 0).then(|| counted(worst.copies + 1, "copy", "copies"));
    let all: Vec<_> = used.into_iter().chain(copies).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The rules of which `check --fix` mends something, those with most first.
fn mended(audit: &Audit) -> Vec<&OfRule> {
    let mut rules: Vec<_> = audit.by_rule().into_iter().filter(|of| of.safe > 0).collect();
    rules.sort_by_key(|of| std::cmp::Reverse(of.safe));
    rules
}

/// What became of findings, for people.
///
/// # Errors
/// When what it is written to fails.
pub fn compared(changes: &Changes, mut out: Out<'_>) -> io::Result<()> {
    let told = |change: Change| {
        let Change { fixed, new, unchanged, reworded } = change;
        let all = [fixed, new, unchanged, reworded].map(|count| format!("{:>9}", grouped(count)));
        all.join(" ")
    };
    writeln!(out, "{:>9} {:>9} {:>9} {:>9}", "fixed", "new", "unchanged", "reworded")?;
    writeln!(out, "{}  all findings", told(changes.total))?;
    for (title, rows) in [("by rule, where something changed", &changes.rules), ("by file", &changes.files)] {
        let is_told = |change: &Change| change.fixed + change.new + change.reworded > 0;
        let rows: Vec<_> = rows.iter().filter(|(_, change)| is_told(change)).collect();
        if !rows.is_empty() {
            writeln!(out, "\n{title}")?;
        }
        for (name, change) in rows.iter().take(MAX_ROWS) {
            writeln!(out, "{}  {}", told(*change), super::safe(name))?;
        }
        if let more @ 1.. = rows.len().saturating_sub(MAX_ROWS) {
            writeln!(out, "{:41}and {more} more", "")?;
        }
    }
    out.flush()
}

/// How many rules or files a comparison shows.
const MAX_ROWS: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(changed(Tenths(714), Tenths(702)), "+1.2");
        assert_eq!(changed(Tenths(700), Tenths(702)), "-0.2");
        assert_eq!(changed(Tenths(700), Tenths(700)), "no change");
    }
}
