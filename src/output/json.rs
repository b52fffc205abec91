//! One JSON object, version 1.

use super::{Out, Writer, wire};
use crate::report::{Checked, Summary};
use serde::Serialize;
use std::io;

#[derive(Serialize)]
struct Envelope {
    schema_version: u32,
    tool: wire::Tool,
    summary: wire::Summary,
    findings: Vec<wire::Finding>,
    suppressed: Vec<wire::Finding>,
}

pub(super) struct Json<'w> {
    pub(super) findings: Vec<wire::Finding>,
    pub(super) suppressed: Vec<wire::Finding>,
    pub(super) out: Out<'w>,
}

impl Writer for Json<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let wire = |finding| wire::Finding::new(finding, &checked.source).in_file(&checked.source);
        self.findings.extend(checked.findings.iter().map(wire));
        self.suppressed.extend(checked.suppressed.iter().map(|of| wire(&of.finding).suppressed(of)));
        Ok(())
    }

    /// The sums come first, so that all findings are kept until now.
    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let summary = wire::Summary::new(summary);
        let (findings, suppressed) = (std::mem::take(&mut self.findings), std::mem::take(&mut self.suppressed));
        let envelope =
            Envelope { schema_version: wire::VERSION, tool: wire::Tool::this(), summary, findings, suppressed };
        wire::write(&mut self.out, &envelope)?;
        self.out.flush()
    }
}
