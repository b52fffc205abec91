//! What a draft says of findings in it: in a comment that its reader never sees, or in its front matter.

use super::data::{ROOT, Tree};
use super::{Syntax, placeholder};
use crate::source::Span;

/// What the writer of a reply says may stand in it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// All of it, in bytes of the source.
    pub span: Span,
    /// Where it is written.
    pub origin: Origin,
    /// The rules and categories that it names, each in its place.
    pub names: Vec<(String, Span)>,
    /// The last day on which it holds, as it is written.
    pub until: Option<String>,
    /// Why; empty where nothing is said.
    pub reason: String,
}

/// Where a waiver is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In front matter. It holds for all of the file.
    FrontMatter,
    /// In a comment that the helpdesk takes out. It holds for the reply that it stands in, as does the next.
    Comment,
    /// In a comment of HTML, which is sent to the customer.
    Markup,
}

/// What a comment to this program begins with, and the key in front matter.
const NAME: &str = "replylint";

impl Waiver {
    /// The one in a comment, which begins at a byte of the source.
    pub(super) fn in_comment(comment: &str, start: usize) -> Option<Self> {
        let inside = placeholder::inside(comment);
        let said = inside.strip_prefix(NAME)?.trim_start().strip_prefix(':')?.trim_start();
        let listed =
            said.strip_prefix("ignore").map(str::trim_start).and_then(|s| s.strip_prefix('[')?.split_once(']'));
        let (list, rest) = listed.unwrap_or(("", said));
        let place = |part: &str| {
            let at = start + (part.as_ptr() as usize - comment.as_ptr() as usize);
            Span::new(at, at + part.len())
        };
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let names = names.map(|name| (name.to_owned(), place(name))).collect();
        let rest = rest.trim_start();
        let day = rest.strip_prefix("until").filter(|day| day.starts_with(char::is_whitespace)).map(str::trim_start);
        let (until, reason) = match day.filter(|day| day.starts_with(|c: char| c.is_ascii_digit())) {
            Some(day) => {
                let (day, reason) = day.split_once(char::is_whitespace).unwrap_or((day, ""));
                (Some(day.trim_end_matches([',', ';', ':', '.']).to_owned()), reason)
            }
            None => (None, rest),
        };
        let reason = reason.trim_start_matches([':', '-', '–', '—', ',', ' ']).split_whitespace();
        let reason = reason.collect::<Vec<_>>().join(" ");
        let origin = if comment.starts_with("<!--") { Origin::Markup } else { Origin::Comment };
        Some(Self { span: Span::new(start, start + comment.len()), origin, names, until, reason })
    }

    /// The one in front matter: `replylint: { ignore: [blame.who-question], reason: …, until: … }`.
    pub(super) fn in_front_matter(source: &str, front: Span) -> Option<Self> {
        let text = source.get(front.range())?;
        let (at, _) = text.match_indices(NAME).find(|(at, _)| text[..*at].ends_with('\n'))?;
        let mut own = Self {
            span: Span::new(front.start + at, front.start + at + NAME.len()),
            origin: Origin::FrontMatter,
            names: Vec::new(),
            until: None,
            reason: String::new(),
        };
        let mut lines = text.split_inclusive('\n');
        let (fence, last) = (lines.next()?, lines.next_back()?);
        let inside = Span::new(front.start + fence.len(), front.end - last.len());
        let syntax = if fence.trim_end() == "+++" { Syntax::Toml } else { Syntax::Yaml };
        // What cannot be read names no rule.
        let Ok(tree) = Tree::parse(source, inside, syntax) else { return Some(own) };
        let table = tree.under(ROOT, NAME).next()?;
        let said = |key| tree.under(table, key).next();
        let span = |number| tree.text(number).map(|text| text.text.to_source(Span::new(0, text.text.text().len())));
        let named = |number: usize| Some((tree.scalar(number)?.trim().to_owned(), span(number)?));
        let scalar = |key| said(key).and_then(|number| tree.scalar(number)).map(|text| text.trim().to_owned());
        if let Some(list) = said("ignore") {
            let one = [list];
            let listed = if tree.held(list).is_empty() { &one } else { tree.held(list) };
            own.names = listed.iter().filter_map(|number| named(*number)).collect();
        }
        own.span = own.names.iter().map(|(_, span)| *span).reduce(Span::cover).unwrap_or(own.span);
        (own.until, own.reason) = (scalar("until"), scalar("reason").unwrap_or_default());
        Some(own)
    }

    /// The same with other places in the source.
    pub(super) fn map(self, place: impl Fn(Span) -> Span) -> Self {
        let names = self.names.into_iter().map(|(name, span)| (name, place(span))).collect();
        Self { span: place(self.span), names, ..self }
    }
}
