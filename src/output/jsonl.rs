//! JSON Lines: each finding as soon as its file is checked, then the sums.

use super::{Out, Writer, wire};
use crate::report::{Checked, Summary};
use serde::Serialize;
use std::io;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Finding(Box<wire::Finding>),
    Suppressed(Box<wire::Finding>),
    Summary(wire::Summary),
}

pub(super) struct Jsonl<'w> {
    pub(super) out: Out<'w>,
}

impl Jsonl<'_> {
    fn line(&mut self, line: &Line) -> io::Result<()> {
        writeln!(self.out, "{}", wire::line(line))
    }
}

impl Writer for Jsonl<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let wire = |finding| Box::new(wire::Finding::new(finding, &checked.source).in_file(&checked.source));
        for finding in &checked.findings {
            self.line(&Line::Finding(wire(finding)))?;
        }
        for of in &checked.suppressed {
            self.line(&Line::Suppressed(Box::new(wire(&of.finding).suppressed(of))))?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.line(&Line::Summary(wire::Summary::new(summary)))?;
        self.out.flush()
    }
}
