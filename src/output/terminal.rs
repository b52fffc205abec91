//! Findings drawn in their lines, for people.

use super::{Out, Writer};
use crate::effort::spend;
use crate::finding::{Finding, Label, Suggestion};
use crate::report::{Checked, Summary};
use crate::rule::Severity;
use crate::source::{Source, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet, normalize_untrusted_str};
use std::io;
use std::ops::Range;

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether a terminal shows it, so that not even what is asked for byte by byte may reach it raw.
    pub terminal: bool,
    /// Whether to colour, with ANSI escapes.
    pub color: bool,
    /// Whether to draw lines with box characters instead of ASCII.
    pub unicode: bool,
    /// How many columns there are. Longer lines are cut around the finding.
    pub width: usize,
    /// Whether to show what is suppressed, too.
    pub suppressed: bool,
    /// The address that a path leads to, where the terminal follows links.
    pub links: Option<fn(&str) -> Option<String>>,
}

impl Style {
    /// For files and pipes.
    pub const PLAIN: Self =
        Self { terminal: false, color: false, unicode: false, width: 100, suppressed: false, links: None };

    /// A text that leads to a file, in the escapes of OSC 8 where the terminal follows them.
    pub(super) fn linked(self, text: &str, path: &str) -> String {
        match self.links.and_then(|address| address(path)) {
            Some(address) => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }
}

/// More rewrites than this are a list to study, not help; no more are drawn.
pub const MAX_SUGGESTIONS: usize = 3;

/// How many bytes of a sentence to show on either side of an edit: lines of a diff are not cut by the renderer.
const MARGIN: usize = 60;

/// How many bytes of a line are drawn on either side of what is found in it, before the renderer cuts them to the width.
const MAX_DRAWN: usize = 400;

/// A place that explains a finding is not drawn where so many bytes stand between the two.
const MAX_APART: usize = 4_000;

pub(super) struct Full<'w> {
    pub(super) style: Style,
    pub(super) out: Out<'w>,
}

impl Writer for Full<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        for drawn in checked.shown(self.style.suppressed) {
            writeln!(self.out, "{}\n", finding(&drawn, &checked.source, self.style))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

/// Draws a finding, without a line end.
pub fn finding(finding: &Finding, source: &Source, style: Style) -> String {
    let recorded = finding.recorded.is_some();
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(safe(&finding.message)).id(safe(&finding.rule.id));
    let mut first = Group::with_title(title);
    // A reply in a data file is shown as its reader sees it; the file says where it stands.
    let (finding, source) = match &finding.recorded {
        Some(recorded) => {
            let at = source.position(finding.span.start);
            let at = format!("{}:{}:{}, {}", source.name(), at.line, at.column, recorded.place);
            first = first.element(Level::NOTE.with_name(Some("at")).message(safe(&at)));
            (&recorded.finding, &*recorded.source)
        }
        None => (finding, source),
    };
    first = match (source.is_redacted(), recorded) {
        (true, true) => first,
        (true, false) => first.element(origin(finding, source)),
        (false, _) => places(first, finding, source, recorded),
    };
    if !finding.rule.why.is_empty() {
        first = first.element(Level::NOTE.message(safe(&finding.rule.why)));
    }
    let mut groups = vec![first];
    groups.extend(finding.suggestions.iter().take(MAX_SUGGESTIONS).map(|s| help(s, source, recorded)));
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    renderer.term_width(style.width).decor_style(decor).render(&groups)
}

/// The place of a finding in a source of which there is nothing to draw.
fn origin<'a>(finding: &Finding, source: &Source) -> Origin<'a> {
    let at = source.position(finding.span.start);
    Origin::path(safe(source.name())).line(at.line).char_column(at.column)
}

/// Adds the lines of the finding and of what explains it, with their spans underlined.
fn places<'a>(mut group: Group<'a>, finding: &Finding, source: &Source, recorded: bool) -> Group<'a> {
    let is_near = |label: &&Label| label.span.cover(finding.span).len() <= MAX_APART;
    let labels = || finding.labels.iter().filter(is_near);
    let whole = labels().map(|label| label.span).fold(finding.span, Span::cover);
    let lines = lines(source, clamp(source, whole));
    let window = Window::new(source, lines);
    let mut snippet = window.snippet().fold(true).line_numbering(!recorded);
    let is_cut = lines.start != source.lines_around(lines).start;
    if !recorded && is_cut {
        // The renderer would count columns from where its text begins.
        group = group.element(origin(finding, source));
    } else if !recorded {
        snippet = snippet.path(safe(source.name()));
    }
    snippet = snippet.annotation(AnnotationKind::Primary.span(window.range(finding.span)));
    for label in labels() {
        snippet = snippet.annotation(AnnotationKind::Context.span(window.range(label.span)).label(safe(&label.text)));
    }
    group.element(snippet)
}

/// A rewrite as a diff of the sentences that it touches.
fn help<'a>(suggestion: &Suggestion, source: &Source, recorded: bool) -> Group<'a> {
    if source.is_redacted() {
        let text = suggestion.edits.iter().map(|edit| edit.text.trim()).collect::<Vec<_>>().join(" … ");
        let title = if text.is_empty() { suggestion.title.clone() } else { format!("write `{text}`") };
        return Group::with_title(Level::HELP.secondary_title(safe(&title)));
    }
    let group = Group::with_title(Level::HELP.secondary_title(safe(&suggestion.title)));
    let mut spans = suggestion.edits.iter().map(|edit| edit.span);
    let Some(first) = spans.next() else {
        return group;
    };
    let window = Window::new(source, sentence(source, clamp(source, spans.fold(first, Span::cover))));
    let patches = suggestion
        .edits
        .iter()
        .map(|edit| Patch::new(window.range(edit.span), window.safe(&edit.text.replace("\r\n", "\n"))));
    group.element(window.snippet().line_numbering(!recorded).patches(patches))
}

/// A part of a source that is handed to the renderer, which looks at all that it is given.
struct Window<'s> {
    source: &'s Source,
    span: Span,
}

impl<'s> Window<'s> {
    fn new(source: &'s Source, span: Span) -> Self {
        Self { source, span }
    }

    fn snippet<'a, T: Clone>(&self) -> Snippet<'a, T> {
        spend(self.span.len());
        Snippet::source(self.safe(self.source.slice(self.span))).line_start(self.source.position(self.span.start).line)
    }

    /// A span of the source as a range of the window. The renderer panics on one that is not.
    fn range(&self, span: Span) -> Range<usize> {
        let span = clamp(self.source, span);
        let within = |offset: usize| offset.clamp(self.span.start, self.span.end) - self.span.start;
        within(span.start)..within(span.end)
    }

    /// Source text for the renderer, which makes the ASCII control characters visible, but not those of Latin-1, and knows nothing of
    /// servers that read logs. The stand-ins have as many bytes, so that spans still hold.
    fn safe(&self, text: &str) -> String {
        without_brackets(text.replace(is_c1, "¿").replace(['\u{2028}', '\u{2029}'], "…"))
    }
}

/// Makes text from outside safe to print on one line: control characters and changes of direction become visible marks, and what CI
/// servers take for an order in a log is none any more.
///
/// Everything that a draft, a rule file or a path brings to a terminal comes through here.
pub fn safe(text: &str) -> String {
    let line = text.replace(['\n', '\r', '\u{2028}', '\u{2029}'], " ").replace(is_c1, "¿");
    without_colons(without_brackets(normalize_untrusted_str(&line)))
}

/// The signs with which orders to servers begin that may stand anywhere in a line of a log: `##[error]`, `##vso[task]`.
const MARK: &str = "##";

/// Where in a text the brackets of such orders are, in bytes.
pub(super) fn brackets(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(MARK).filter_map(|(at, _)| {
        let rest = text[at..].trim_start_matches('#');
        let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
        rest[name..].starts_with('[').then(|| text.len() - rest.len() + name)
    })
}

/// A text in which no bracket makes an order. It has as many bytes as before.
fn without_brackets(text: String) -> String {
    let Some(first) = brackets(&text).next() else { return text };
    let mut out = text[..first].to_owned();
    let mut done = first;
    for at in brackets(&text) {
        if at >= done {
            out.extend([&text[done..at], "("]);
            done = at + 1;
        }
    }
    out + &text[done..]
}

/// A text in which no word begins as an order does that stands first in a line: `::error::`.
fn without_colons(text: String) -> String {
    let is_order = |at: usize| {
        let (before, after) = (&text[..at], &text[at + 2..]);
        (before.is_empty() || before.ends_with(char::is_whitespace))
            && after.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let orders: Vec<_> = text.match_indices("::").map(|(at, _)| at).filter(|at| is_order(*at)).collect();
    let mut out = text.clone();
    orders.iter().rev().for_each(|at| out.insert(at + 1, ' '));
    out
}

fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// The nearest span that lies within the source and cuts no character.
fn clamp(source: &Source, span: Span) -> Span {
    let start = source.position(span.start).byte;
    Span::new(start, source.position(span.end).byte.max(start))
}

/// The lines that a span touches, as far as they are near it, without the last one's end, be it `\n` or `\r\n`.
fn lines(source: &Source, span: Span) -> Span {
    let lines = source.lines_near(span, MAX_DRAWN);
    Span::new(lines.start, lines.start + source.slice(lines).trim_end_matches('\r').len())
}

/// The span widened to whole sentences, within its lines and, where they are long, not by more than [`MARGIN`].
pub(super) fn sentence(source: &Source, span: Span) -> Span {
    let (whole, near) = (source.sentences_around(span), source.lines_near(span, MAX_DRAWN));
    let whole = Span::new(whole.start.max(near.start), whole.end.min(near.end));
    let (from, to) = (span.start.max(whole.start), span.end.clamp(whole.start, whole.end));
    let spaces = |part: Range<usize>| source.text()[part.clone()].match_indices(' ').map(move |(i, _)| part.start + i);
    let start = spaces(whole.start..from.min(whole.end)).take_while(|i| i + MARGIN < from).last();
    let end = spaces(to..whole.end).find(|i| *i > to + MARGIN);
    Span::new(start.map_or(whole.start, |i| i + 1), end.unwrap_or(whole.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Edit, Fingerprint};
    use crate::rule::{Applicability, Confidence, Examples, Rule};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn found(span: Span, text: &str) -> Finding {
        Finding {
            rule: Arc::new(Rule {
                id: "tone.\u{1b}[31mred".into(),
                severity: Severity::Warning,
                confidence: Confidence::High,
                title: "title".into(),
                why: "why \u{1b}[31m\nso".into(),
                source: "".into(),
                swaps: Default::default(),
                suggest: Default::default(),
                apply: Applicability::Manual,
                examples: Examples::default(),
            }),
            severity: Severity::Warning,
            message: "found \u{1b}[31m \u{9b}31m".into(),
            span,
            matched: String::new(),
            via: String::new(),
            missing: None,
            labels: vec![Label { span: Span::new(0, 1), text: "label \u{1b}[31m \u{202e}".into() }],
            suggestions: vec![Suggestion {
                title: "do \u{1b}[31m".into(),
                applicability: Applicability::Manual,
                edits: vec![Edit { span, text: text.into() }],
            }],
            fingerprint: Fingerprint(0),
            recorded: None,
        }
    }

    #[test]
    fn nothing_from_outside_reaches_the_terminal_raw() {
        let text = "a \u{1b}[31m line\u{7} \u{9b}31m with \u{202e} marks";
        let source = Source::new("a\u{1b}[31m\nb.md", text);
        let drawn = finding(&found(Span::new(2, 12), "new \u{1b}[31m \u{9b}0m"), &source, Style::PLAIN);
        assert!(!drawn.contains(['\u{1b}', '\u{9b}', '\u{7}', '\u{202e}']), "{drawn:?}");
        assert_eq!(safe("a\u{1b}[1m\r\nb\u{9b}"), "a␛[1m  b¿");
    }

    #[test]
    fn nothing_from_outside_gives_orders_to_a_server() {
        for (text, shown) in [
            ("::error::x", ": :error::x"),
            ("a\n::stop-commands::x ::y", "a : :stop-commands::x : :y"),
            ("std::string, a:: b, ::", "std::string, a:: b, ::"),
            ("##[error]x", "##(error]x"),
            ("a ##vso[task.setvariable]x ###[a]##[", "a ##vso(task.setvariable]x ###(a]##("),
            ("## [a](b), #[a], ##a", "## [a](b), #[a], ##a"),
        ] {
            assert_eq!(safe(text), shown);
        }
    }

    #[test]
    fn a_rewrite_shows_its_sentence() {
        let source = Source::new("x", "First, done. Who did this, then? Tell me.\nNext line.");
        let shown = |start, end| source.slice(sentence(&source, Span::new(start, end)));
        assert_eq!(shown(13, 16), "Who did this, then?");
        assert_eq!(shown(13, 32), "Who did this, then?");
        assert_eq!(shown(12, 12), "First, done.");
        assert_eq!(shown(13, 13), "Who did this, then?");
        assert_eq!(shown(0, 5), "First, done.");
        assert_eq!(shown(41, 41), "Tell me.");
        assert_eq!(shown(7, 20), "First, done. Who did this, then?");
        let source = Source::new("x", "Do it, e.g. now. Then go.\r\n");
        assert_eq!(source.slice(sentence(&source, Span::new(0, 2))), "Do it, e.g. now.");
        assert_eq!(source.slice(sentence(&source, Span::new(24, 27))), "Then go.");
        let long = "word ".repeat(100) + "bad" + &" word".repeat(100);
        let source = Source::new("x", long);
        assert!(sentence(&source, Span::new(500, 503)).len() < 2 * MARGIN + 20);
    }

    #[test]
    fn a_line_without_end_is_drawn_around_what_is_found_and_its_column_is_true() {
        let source = Source::new("x.txt", "é ".repeat(5_000) + "bad" + &" é".repeat(5_000) + "\nend");
        let drawn = finding(&found(Span::new(15_000, 15_003), "good"), &source, Style::PLAIN);
        assert!(drawn.contains("\n --> x.txt:1:10001\n"), "{drawn}");
        assert!(drawn.contains("bad") && drawn.contains("^^^") && drawn.contains("good"), "{drawn}");
        assert!(drawn.lines().all(|line| line.chars().count() < 300), "{drawn}");
        let apart = Finding {
            labels: vec![Label { span: Span::new(0, 2), text: "label".into() }],
            ..found(Span::new(source.text().len() - 3, source.text().len()), "good")
        };
        let drawn = finding(&apart, &source, Style::PLAIN);
        assert!(drawn.contains("x.txt:2:1") && !drawn.contains("label"), "{drawn}");
    }

    proptest! {
        #[test]
        fn any_span_can_be_drawn(
            text in r"(\u{feff})?([a-zé😀.!? ]{0,12}(\r\n|\n|\t|\x1b)?){0,6}",
            new in r"[a-z{}…]{0,5}(\n[a-z]{0,3}){0,2}",
            a in 0usize..90,
            b in 0usize..90,
            unicode: bool,
        ) {
            let source = Source::new("x", text);
            for (a, b) in [(a.min(b), a.max(b)), (a, a), (source.text().len(), source.text().len())] {
                finding(&found(Span::new(a, b), &new), &source, Style { unicode, ..Style::PLAIN });
            }
        }
    }
}
