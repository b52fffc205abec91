//! What fixes would change, as a unified diff that `patch` and `git apply` take: byte for byte, but for a terminal.

use super::{Out, Style, Writer, safe};
use crate::report::{Checked, Summary};
use similar::TextDiff;
use std::io;

pub(super) struct Diff<'w> {
    pub(super) style: Style,
    pub(super) out: Out<'w>,
}

/// The name of a file as a header has it: in quotation marks, as in C, where it would else forge one.
fn header(side: &str, name: &str) -> String {
    if !name.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        return format!("{side}/{name}");
    }
    let mut out = format!("\"{side}/");
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out += &format!("\\{byte:03o}"),
        }
    }
    out + "\""
}

impl Writer for Diff<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let Some(proposed) = &checked.proposed else { return Ok(()) };
        let name = checked.source.name().trim_start_matches('/');
        let diff = TextDiff::from_lines(checked.source.text(), proposed.text());
        let (before, after) = (header("a", name), header("b", name));
        let mut diff = diff.unified_diff();
        let diff = diff.context_radius(3).header(&before, &after);
        if !self.style.terminal {
            return write!(self.out, "{diff}");
        }
        diff.to_string().lines().try_for_each(|line| writeln!(self.out, "{}", safe(line)))
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}
