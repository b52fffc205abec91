//! Markdown: drafts, and collections of canned replies.

use super::placeholder::{Foreign, Kind, Mark, Scanner};
use super::thread::{self, Fences, Thread};
use super::writer::Writer;
use super::{Mode, Region, email, html, text};
use crate::mapped::Object;
use crate::source::Span;
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

/// The replies in a span of a source. Where a fenced block holds prose, it is a reply, and what stands around it is one more. Where
/// several do, they are a collection, and what stands around them is its keeper's: titles, and notes on when to use which.
pub(super) fn extract<'s>(source: &'s str, span: Span, mode: Mode, foreign: &Foreign) -> Vec<Region<'s>> {
    let headers = if mode == Mode::Draft { email::draft_headers(source, span) } else { None };
    let body = Span::new(headers.as_ref().map_or(span.start, |h| h.end), span.end);
    let thread = match mode {
        Mode::Draft => thread::split(source, body, Fences::Keep),
        Mode::Template => Thread { own: vec![body], ..Thread::default() },
    };
    let (inert, marks) = mask(source, body, &thread.own);
    let mut reader = Reader {
        source,
        mode,
        foreign,
        own: Writer::new(source, foreign),
        customer: Writer::new(source, foreign),
        marks: &marks,
        thread: &thread,
        groups: &thread.quoted,
        read: 0,
        quotes: 0,
        hidden: 0,
        fence: None,
        replies: Vec::new(),
    };
    if let Some(headers) = headers {
        headers.write(source, &mut reader.own, &mut reader.customer);
    }
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(&inert, options).into_offset_iter() {
        reader.event(event, Span::new(range.start + body.start, range.end + body.start));
    }
    reader.pass(body.end);
    let Reader { own, customer, mut replies, .. } = reader;
    if let Some(around) = Region::new(own, customer).filter(|_| replies.len() < COLLECTION) {
        let at = replies.partition_point(|r: &Region<'_>| r.start() < around.start());
        replies.insert(at, around);
    }
    replies
}

/// A copy of the body in which nothing but the writer's Markdown is left, every byte in its place: the rest of the thread is
/// blank, and a placeholder, whose inside may look like markup, is a word.
fn mask(source: &str, body: Span, own: &[Span]) -> (String, Vec<Mark>) {
    let (mut copy, mut marks) = (String::with_capacity(body.len()), Vec::new());
    let mut at = body.start;
    for stretch in own {
        let blank = |b: u8| if matches!(b, b'\n' | b'\r') { char::from(b) } else { ' ' };
        copy.extend(source[at..stretch.start].bytes().map(blank));
        at = stretch.start;
        let mut scanner = Scanner::new(&source[..stretch.end]);
        while let Some(mark) = scanner.find(at) {
            copy.push_str(&source[at..mark.span.start]);
            copy.extend(std::iter::repeat_n('x', mark.span.len()));
            at = mark.span.end;
            marks.push(mark);
        }
        copy.push_str(&source[at..stretch.end]);
        at = stretch.end;
    }
    (copy, marks)
}

/// Turns the events of the parser into text.
struct Reader<'s, 'm> {
    source: &'s str,
    mode: Mode,
    foreign: &'m Foreign,
    own: Writer<'s>,
    customer: Writer<'s>,
    /// The placeholders not met yet.
    marks: &'m [Mark],
    /// The lines, and the groups of quoted ones not met yet.
    thread: &'m Thread,
    groups: &'m [Vec<Span>],
    /// One past the text read last.
    read: usize,
    /// How many block quotes are open, and how many things without text of their own, such as images.
    quotes: usize,
    hidden: usize,
    /// The text of the fenced block that is open: whether it may be prose, and where it stands.
    fence: Option<(bool, Span)>,
    replies: Vec<Region<'s>>,
}

impl<'s> Reader<'s, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        self.pass(span.start);
        let own = if self.quotes > 0 { &mut self.customer } else { &mut self.own };
        match event {
            Event::Start(tag) => self.start(&tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(_) if self.fence.is_some() => {
                if let Some((_, text)) = &mut self.fence {
                    *text = if text.is_empty() { span } else { text.cover(span) };
                }
            }
            _ if self.hidden > 0 => {}
            Event::Text(text) => self.text(&text, span),
            Event::Code(_) => own.opaque(span, Object::Code),
            Event::InlineHtml(tag) => {
                if tag.starts_with("<!--") {
                    own.mark(Mark { span, kind: Kind::Comment });
                }
                if tag.len() >= 3
                    && tag[1..].trim_start_matches('/').get(..2).is_some_and(|t| t.eq_ignore_ascii_case("br"))
                {
                    own.break_block(span.start);
                }
            }
            Event::SoftBreak => own.soft_break(span),
            Event::HardBreak | Event::Rule => own.break_block(span.start),
            // A block of HTML was read as a whole where it began.
            Event::Html(_) => {}
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    /// Takes the customer's lines that stand before a byte of the source.
    fn pass(&mut self, at: usize) {
        while let Some((group, rest)) = self.groups.split_first()
            && group.first().is_none_or(|line| line.start < at)
        {
            text::write_quoted(&mut self.customer, group);
            self.groups = rest;
        }
    }

    /// A block of HTML, without the lines in it that are not the writer's.
    fn html(&mut self, span: Span) {
        let thread = self.thread;
        let first = thread.own.partition_point(|stretch| stretch.end <= span.start);
        for stretch in thread.own[first..].iter().take_while(|stretch| stretch.start < span.end) {
            let own = Span::new(stretch.start.max(span.start), stretch.end.min(span.end));
            self.pass(own.start);
            html::write(&mut self.own, &mut self.customer, self.source, own, self.mode);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span) {
        let own = if self.quotes > 0 { &mut self.customer } else { &mut self.own };
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            Tag::Link { .. } | Tag::Image { .. } => {
                let object = match tag {
                    Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => Some(Object::Url),
                    Tag::Image { .. } => Some(Object::Other),
                    _ => None,
                };
                if let Some(object) = object.filter(|_| self.hidden == 0) {
                    own.opaque(span, object);
                }
                self.hidden += usize::from(object.is_some() || self.hidden > 0);
            }
            Tag::BlockQuote(_) => {
                own.break_block(span.start);
                self.quotes += usize::from(self.mode == Mode::Draft);
            }
            Tag::HtmlBlock => {
                own.break_block(span.start);
                if self.quotes == 0 {
                    self.html(span);
                }
            }
            Tag::CodeBlock(kind) => {
                own.break_block(span.start);
                let prose = match kind {
                    CodeBlockKind::Fenced(info) => PROSE.contains(&info.trim().to_ascii_lowercase().as_str()),
                    CodeBlockKind::Indented => false,
                };
                self.fence = Some((prose && self.quotes == 0, Span::new(span.start, span.start)));
            }
            _ => own.break_block(span.start),
        }
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        let own = if self.quotes > 0 { &mut self.customer } else { &mut self.own };
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Link | TagEnd::Image => self.hidden = self.hidden.saturating_sub(1),
            TagEnd::BlockQuote(_) => {
                own.break_block(span.end);
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                if let Some((true, inside)) = self.fence.take()
                    && is_prose(&self.source[inside.range()])
                {
                    self.replies.extend(text::extract(self.source, inside, Mode::Draft, self.foreign));
                }
            }
            _ => own.break_block(span.end),
        }
    }

    /// Text as the parser understood it. Where that is not what the source says, it was an escape or an entity.
    fn text(&mut self, text: &str, span: Span) {
        let own = if self.quotes > 0 { &mut self.customer } else { &mut self.own };
        let passed = self.marks.partition_point(|m| m.span.end <= span.start);
        self.marks = &self.marks[passed..];
        let read = std::mem::replace(&mut self.read, span.end);
        let mut at = span.start;
        while let Some(&mark) = self.marks.first().filter(|m| m.span.start < span.end) {
            own.verbatim(Span::new(at, mark.span.start.max(at)));
            own.mark(mark);
            at = mark.span.end;
            self.marks = &self.marks[1..];
        }
        let rest = Span::new(at.min(span.end), span.end);
        if at > span.start {
            own.verbatim(rest);
            return;
        }
        let bytes = self.source.as_bytes();
        let escape = span
            .start
            .checked_sub(1)
            .filter(|i| bytes[*i] == b'\\' && bytes.get(span.start).is_some_and(u8::is_ascii_punctuation));
        match escape {
            _ if text != &self.source[span.range()] => own.escaped(span, text),
            Some(backslash) if backslash >= read => {
                let end = span.start + 1;
                own.escaped(Span::new(backslash, end), &self.source[span.start..end]);
                own.verbatim(Span::new(end, span.end));
            }
            _ => own.verbatim(span),
        }
    }
}

/// So many fenced replies are a collection.
const COLLECTION: usize = 2;

/// What the info string of a fenced block may be if it is to hold a reply.
const PROSE: [&str; 8] = ["", "text", "txt", "plain", "md", "markdown", "reply", "email"];

/// Whether a fenced block reads as a reply and not as code, data or an error message.
fn is_prose(text: &str) -> bool {
    let words =
        text.split_whitespace().filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > w.chars().count() / 2);
    let sentences = text.split_whitespace().filter(|w| {
        let bare = w.trim_end_matches(['"', '\'', ')', '”', '’', '*', '_']);
        bare.ends_with(['.', '!', '?', '。', '！', '？']) && bare.contains(char::is_alphabetic)
    });
    let symbols =
        text.chars().filter(|c| matches!(c, '{' | '}' | '<' | '>' | ';' | '=' | '$' | '|' | '\\' | '+')).count();
    let code = text
        .lines()
        .filter(|l| l.trim_end().ends_with(['{', ';', '\\']) || l.trim_start().starts_with(['}', '$', '#', '<']));
    words.count() >= 10
        && sentences.count() >= 1
        && symbols * 15 < text.chars().count()
        && code.count() * 4 <= text.lines().count()
}
