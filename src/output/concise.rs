//! One line for each finding, as compilers and `grep` print them, so that editors can jump to it.

use super::{Out, Style, Writer, safe};
use crate::report::{Checked, Summary};
use std::io;

pub(super) struct Concise<'w> {
    pub(super) style: Style,
    pub(super) out: Out<'w>,
}

impl Writer for Concise<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let path = safe(checked.source.name());
        for finding in checked.shown(self.style.suppressed) {
            let at = checked.source.position(finding.span.start);
            let (severity, rule, message) = (finding.severity, safe(&finding.rule.id), safe(&finding.message));
            let place = self.style.linked(&format!("{path}:{}:{}", at.line, at.column), checked.source.name());
            write!(self.out, "{place}: {severity}[{rule}] {message}")?;
            match &finding.recorded {
                Some(recorded) => writeln!(self.out, ", in {}", safe(&recorded.place.to_string()))?,
                None => writeln!(self.out)?,
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}
