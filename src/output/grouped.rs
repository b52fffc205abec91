//! Findings by file, in columns, for people who look through many.

use super::{Out, Style, Writer, safe, view};
use crate::report::{Checked, Summary};
use std::io;

pub(super) struct Grouped<'w> {
    pub(super) style: Style,
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
        let at_width = rows.iter().map(|(_, at, ..)| at.len()).max().unwrap_or_default();
        let width = rows.iter().map(|(.., message, _)| message.chars().count()).max().unwrap_or_default();
        let name = checked.source.name();
        writeln!(self.out, "{}", self.style.linked(&safe(name), name))?;
        for (of, at, severity, message, rule) in rows {
            // The findings of one reply stand under its name.
            if let Some(of) = of.filter(|_| of != place) {
                writeln!(self.out, "  {}", safe(&of.to_string()))?;
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
