//! How often each rule found something, most often first.

use super::safe;
use crate::report::Report;
use std::io::{self, Write};

pub(super) fn write(report: &mut Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    report.by_ref().for_each(drop);
    let rules: Vec<_> =
        report.summary.by_rule().into_iter().map(|(rule, n)| (n, safe(&rule.id), safe(&rule.title))).collect();
    let width = rules.iter().map(|(_, id, _)| id.chars().count()).max().unwrap_or_default();
    for (count, id, title) in rules {
        writeln!(out, "{count:>6}  {id:width$}  {title}")?;
    }
    Ok(())
}
