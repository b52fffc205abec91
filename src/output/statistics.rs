//! How often each rule found something, most often first.

use super::{Out, Writer, safe};
use crate::report::{Checked, Summary};
use std::io;

pub(super) struct Statistics<'w> {
    pub(super) out: Out<'w>,
}

impl Writer for Statistics<'_> {
    fn file(&mut self, _: &Checked) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let rules: Vec<_> =
            summary.by_rule().into_iter().map(|(rule, n)| (n, safe(&rule.id), safe(&rule.title))).collect();
        let width = rules.iter().map(|(_, id, _)| id.chars().count()).max().unwrap_or_default();
        for (count, id, title) in rules {
            writeln!(self.out, "{count:>6}  {id:width$}  {title}")?;
        }
        self.out.flush()
    }
}
