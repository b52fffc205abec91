//! Plain text that holds several replies, parted by lines such as `---- REFUND APPROVED` or `=== Title ===`.

use super::{Quoting, ROOT, Text, Tree, Value};
use crate::document::thread::ORIGINAL;
use crate::mapped::Mapped;
use crate::source::Span;
use std::borrow::Cow;

/// Whether a text is a collection: two such lines at least, with no more than a heading before the first.
pub(in crate::document) fn is_separated(text: &str) -> bool {
    let mut before = 0;
    let mut titles = 0;
    for line in text.lines() {
        if title(line).is_some() {
            titles += 1;
        } else if titles == 0 && !line.trim().is_empty() {
            before += 1;
            if before > MAX_HEADING || !is_heading(line) {
                return false;
            }
        }
        if titles == 2 {
            return true;
        }
    }
    false
}

/// The most lines of a heading.
const MAX_HEADING: usize = 3;

/// The most words in the line of a heading.
const MAX_WORDS: usize = 8;

/// Whether a line is no part of a reply: it is marked as a heading or a comment, or is short and ends no sentence.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("# ")
        || line.starts_with("<!--")
        || !line.ends_with([',', '.', '!', '?', ':', ';']) && line.split_whitespace().nth(MAX_WORDS).is_none()
}

/// Reads a collection as a list of titles and texts.
pub(super) fn parse(source: &str, span: Span) -> Tree<'_> {
    let mut tree = Tree::new(Value::List(Vec::new()));
    let mut reply: Option<(&str, usize)> = None;
    let mut at = span.start;
    for line in source[span.range()].split_inclusive('\n') {
        if let Some(title) = title(line) {
            finish(&mut tree, source, reply.replace((title, at + line.len())), at);
        }
        at += line.len();
    }
    finish(&mut tree, source, reply, span.end);
    tree
}

fn finish<'s>(tree: &mut Tree<'s>, source: &'s str, reply: Option<(&'s str, usize)>, end: usize) {
    let Some((title, start)) = reply else { return };
    let inside = &source[start..end];
    let lead = inside.len() - inside.trim_start().len();
    let span = Span::new(start + lead, start + lead + inside.trim().len());
    let map = tree.add(ROOT, None, Value::Map(Vec::new()));
    tree.add(map, Some(Cow::Borrowed("title")), Value::Other(Cow::Borrowed(title)));
    let text = Text { text: Mapped::verbatim(source, span), quoting: vec![Quoting::Separated] };
    tree.add(map, Some(Cow::Borrowed("text")), Value::Text(text));
}

/// The title in a line that parts replies: after three or more hyphens or equals signs, and perhaps before as many again.
fn title(line: &str) -> Option<&str> {
    let sign = line.chars().next().filter(|c| matches!(c, '-' | '='))?;
    let rest = line.trim_start_matches(sign);
    if line.len() - rest.len() < 3 || !rest.starts_with([' ', '\t']) {
        return None;
    }
    let title = rest.trim().trim_end_matches(sign).trim_end();
    let mail = || {
        let lower = title.to_lowercase();
        ORIGINAL.iter().any(|known| lower == *known)
    };
    (title.chars().any(char::is_alphabetic) && !mail()).then_some(title)
}
