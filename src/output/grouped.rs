//! Findings by file, in columns, for people who look through many.

use super::{Out, Writer, safe, view};
use crate::report::{Checked, Summary};
use std::io;

pub(super) struct Grouped<'w> {
    pub(super) out: Out<'w>,
}

impl Writer for Grouped<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let mut place = None;
        let rows: Vec<_> = view::open(checked)
            .map(|view| {
                let at = format!("{}:{}", view.start.line, view.start.column);
                let finding = view.finding;
                (view.place(), at, finding.severity.word(), safe(&finding.message), safe(&finding.rule.id))
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let widest = |width: fn(&str) -> usize, texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| width(text)).max().unwrap_or_default()
        };
        let at_width = widest(str::len, &mut rows.iter().map(|row| &row.1));
        let width = widest(|text| text.chars().count(), &mut rows.iter().map(|row| &row.3));
        writeln!(self.out, "{}", safe(checked.source.name()))?;
        for (of, at, severity, message, rule) in rows {
            // The findings of one reply stand under its name.
            if of.is_some() && of != place {
                writeln!(self.out, "  {}", safe(&of.map(ToString::to_string).unwrap_or_default()))?;
            }
            place = of;
            let indent = if of.is_some() { "    " } else { "  " };
            writeln!(self.out, "{indent}{at:>at_width$}  {severity:7}  {message:width$}  {rule}")?;
        }
        writeln!(self.out)
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}
