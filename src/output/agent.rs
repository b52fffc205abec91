//! What a program that writes drafts needs to mend one: a line for each finding with the best rewrite, then the sums.
//!
//! Words of the draft stand in quotation marks and are escaped as in JSON, so that none of them is taken for another line, for the
//! end of a quotation or for anything that replylint says.

use super::{Out, Writer, safe, view};
use crate::report::{Checked, Summary};
use std::io;

pub(super) struct Agent<'w> {
    pub(super) out: Out<'w>,
}

impl Writer for Agent<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let path = safe(checked.source.name());
        for view in view::open(checked) {
            let finding = view.finding;
            let (severity, rule, message) = (finding.severity, safe(&finding.rule.id), safe(&view.message()));
            write!(self.out, "{path}:{}:{}: {severity}[{rule}] {message}", view.start.line, view.start.column)?;
            match view.rewrites().next() {
                Some(rewrite) => {
                    let (applicability, text) = (rewrite.applicability, quoted(&rewrite.text));
                    match rewrite.replaced {
                        Some(replaced) => writeln!(self.out, "; {applicability}: {} -> {text}", quoted(replaced))?,
                        None if finding.missing.is_some() => writeln!(self.out, "; {applicability}: add {text}")?,
                        None => writeln!(self.out, "; {applicability}: {text}")?,
                    }
                }
                None if finding.matched.is_empty() => writeln!(self.out)?,
                None => writeln!(self.out, "; found: {}", quoted(&finding.matched))?,
            }
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        writeln!(self.out, "{summary}")?;
        self.out.flush()
    }
}

fn quoted(text: &str) -> String {
    safe(&serde_json::Value::from(text).to_string())
}
