//! A table for each file in Markdown, the worst file first: for the summary of a job, or a comment on a change.

use super::view::{self, View};
use super::{Out, Writer, safe};
use crate::report::{Checked, Count, Summary};
use crate::rule::Severity;
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io;

/// How many bytes of a report are written: GitHub refuses a summary of more than 1 MiB, in which other steps may have a share.
const MAX_BYTES: usize = 1_000_000;

pub(super) struct Markdown<'w> {
    files: Vec<File>,
    left_out: usize,
    out: Out<'w>,
}

struct File {
    name: String,
    /// The rows of its table, the worst first.
    rows: Vec<(Severity, String)>,
}

impl<'w> Markdown<'w> {
    pub(super) fn new(out: Out<'w>) -> Self {
        Self { files: Vec::new(), left_out: 0, out }
    }
}

impl Writer for Markdown<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        let mut rows: Vec<_> = view::open(checked).map(|view| (view.finding.severity, row(&view))).collect();
        rows.sort_by_key(|(severity, _)| Reverse(*severity));
        if !rows.is_empty() {
            self.files.push(File { name: code(checked.source.name()), rows });
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.files.sort_by_cached_key(|file| {
            let counts = Severity::ALL.iter().rev().map(|s| file.rows.iter().filter(|(of, _)| of == s).count());
            Reverse(counts.collect::<Vec<_>>())
        });
        let mut text = format!("## replylint\n\n{}\n", escaped(&summary.to_string()));
        let mut full = false;
        for file in &self.files {
            let head = format!(
                "\n### {}\n\n| place | severity | rule | finding | instead |\n| --- | --- | --- | --- | --- |\n",
                file.name
            );
            for (number, (_, row)) in file.rows.iter().enumerate() {
                let head = if number == 0 { head.as_str() } else { "" };
                full |= text.len() + head.len() + row.len() > MAX_BYTES;
                match full {
                    true => self.left_out += 1,
                    false => text.extend([head, row]),
                }
            }
        }
        if self.left_out > 0 {
            let _ = writeln!(text, "\nAnd {}.", Count(self.left_out, "more finding"));
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn left_out(&self) -> usize {
        self.left_out
    }
}

fn row(view: &View<'_>) -> String {
    let finding = view.finding;
    let mut place = format!("{}:{}", view.start.line, view.start.column);
    if let Some(of) = view.place() {
        let _ = write!(place, " {}", code(&of.to_string()));
    }
    let mut found = escaped(&finding.message);
    if !finding.matched.is_empty() {
        let _ = write!(found, ": {}", code(&finding.matched));
    }
    let instead = view.rewrites().next().map_or_else(String::new, |rewrite| code(rewrite.told()));
    format!("| {place} | {} | {} | {found} | {instead} |\n", finding.severity, escaped(&finding.rule.id))
}

/// A text as code, in which nothing is markup, a name to notify or a link.
pub(super) fn code(text: &str) -> String {
    // A table takes a bar after two backslashes for the end of a cell.
    let text = safe(text).replace("\\|", "\\¦").replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A text without what Markdown would read as markup, or a forge as an address to lead to or a name to notify.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = safe(text);
    for (at, c) in text.char_indices() {
        match c {
            '@' => out.push_str("@<!-- -->"),
            ':' if text[at..].starts_with("://") => out.push_str(":<!-- -->"),
            '.' if out.get(out.len().saturating_sub(3)..).is_some_and(|before| before.eq_ignore_ascii_case("www")) => {
                out.push_str("<!-- -->.");
            }
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#' | '~' | '&' | '$' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("``x`"), "``` ``x` ```");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(code("a\\|b"), "`a\\¦b`");
        assert_eq!(escaped("https://x.example www.x"), "https:<!-- -->//x.example www<!-- -->.x");
        assert_eq!(escaped("<b> *x* @ana [a](b) a|b"), "\\<b\\> \\*x\\* @<!-- -->ana \\[a\\](b) a\\|b");
    }
}
