//! What fixes would change, as a unified diff that `patch` and `git apply` take.

use super::{Out, Writer};
use crate::report::{Checked, Summary};
use similar::TextDiff;
use std::io;

pub(super) struct Diff<'w> {
    pub(super) out: Out<'w>,
}

impl Writer for Diff<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let Some(proposed) = &checked.proposed else { return Ok(()) };
        // A name with a line break would forge a header.
        let name = checked.source.name().trim_start_matches('/').replace(['\n', '\r'], " ");
        let diff = TextDiff::from_lines(checked.source.text(), proposed.text());
        let (before, after) = (format!("a/{name}"), format!("b/{name}"));
        write!(self.out, "{}", diff.unified_diff().context_radius(3).header(&before, &after))
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}
