//! From a file to the writer's own words.
//!
//! Only this module knows formats. A [`Region`] is the text of one reply as its reader will see it; what is not the writer's (quoted
//! history, signatures, code, front matter) is left out of it, and the way back to the file is kept.

use crate::mapped::Mapped;
use crate::source::Source;

/// The replies in a source.
#[derive(Debug, Default)]
pub struct Document<'s> {
    /// One for each reply, in order. Empty when nothing in the source is a reply.
    pub regions: Vec<Region<'s>>,
}

/// One reply: the writer's own words.
#[derive(Debug)]
pub struct Region<'s> {
    /// The text as its reader sees it. A blank line ends a block (paragraph, heading, list item); a single line break does not.
    pub text: Mapped<'s>,
    /// What the reply answers, where the source quotes it.
    pub customer: Option<Mapped<'s>>,
}

/// How a source is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, chat, and e-mail drafts as a mail program shows them.
    Text,
    /// Markdown, with front matter.
    Markdown,
    /// An e-mail with its headers.
    Email,
}

impl<'s> Document<'s> {
    /// Takes the replies out of a source.
    pub fn extract(source: &'s Source, _format: Format) -> Self {
        let text = Mapped::verbatim(source.text(), crate::source::Span::new(0, source.text().len()));
        Self { regions: vec![Region { text, customer: None }] }
    }
}

impl Format {
    /// The format that a file's name, and where that does not tell its beginning, says.
    pub fn detect(_name: &str, _text: &str) -> Self {
        Self::Text
    }
}
