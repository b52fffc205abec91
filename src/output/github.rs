//! Workflow commands of GitHub Actions, which become notes beside the lines of a change.

use super::{Out, Writer, safe, view};
use crate::report::{Checked, Summary};
use crate::rule::Severity;
use std::cmp::Reverse;
use std::io;

/// Of all annotations of a step GitHub shows the first few only: the worst come first.
pub(super) struct Github<'w> {
    pub(super) commands: Vec<(Severity, String)>,
    pub(super) out: Out<'w>,
}

impl Writer for Github<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        for view in view::open(checked) {
            let severity = view.finding.severity;
            let command = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let (start, end) = (view.start, view.end);
            let lines =
                format!("line={},endLine={},col={},endColumn={}", start.line, end.line, start.column, end.column);
            let (file, title) = (property(&view.path()), property(&view.finding.rule.id));
            let mut text = vec![view.message(), view.finding.rule.why.to_string()];
            text.extend(view.rewrites().next().map(|rewrite| format!("Instead: {}", rewrite.told())));
            text.retain(|line| !line.is_empty());
            let text: Vec<_> = text.iter().map(|line| data(line)).collect();
            let text = text.join("%0A");
            self.commands.push((severity, format!("::{command} file={file},{lines},title={title}::{text}")));
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.commands.sort_by_key(|(severity, _)| Reverse(*severity));
        self.commands.iter().try_for_each(|(_, command)| writeln!(self.out, "{command}"))?;
        self.out.flush()
    }
}

/// A text as a command's message. It is shown in a log, and so must be safe for a terminal; that leaves no line end in it.
fn data(text: &str) -> String {
    safe(text).replace('%', "%25")
}

/// A text as the value of a command's property. A line end in a path is one of its letters.
fn property(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    safe(&escaped).replace(':', "%3A").replace(',', "%2C")
}
