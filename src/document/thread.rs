//! Splits a draft, line by line, into the writer's own words and the rest of the thread: what is quoted, and what mail programs add.

use crate::effort::spend;
use crate::source::Span;
use memchr::{memchr, memmem};

/// What is whose.
#[derive(Debug, Default)]
pub(super) struct Thread {
    /// The writer's own stretches, each of whole lines. Something else stood between two of them.
    pub(super) own: Vec<Span>,
    /// The customer's lines without the marks of quoting, in groups that stood together. What is quoted inside a quote, which is
    /// mostly an earlier reply of ours, is left out.
    pub(super) quoted: Vec<Vec<Span>>,
}

/// Which lines belong to the markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fences {
    /// A fenced block is code, and no text.
    Drop,
    /// A fenced block is looked into later.
    Keep,
}

/// Splits the lines of a span of a text.
pub(super) fn split(text: &str, span: Span, fences: Fences) -> Thread {
    let mut splitter =
        Splitter { text, end: span.end, fences, thread: Thread::default(), unclosed: [usize::MAX; 2], open: false };
    splitter.run(span.start);
    splitter.thread
}

struct Splitter<'t> {
    text: &'t str,
    end: usize,
    fences: Fences,
    thread: Thread,
    /// The least width of a fence of back-ticks, and of tildes, that is known to be closed by nothing from here on.
    unclosed: [usize; 2],
    /// Whether that is known of a comment.
    open: bool,
}

/// A line without its end, and where the next one begins.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    /// Without white space around it.
    body: &'t str,
    next: usize,
}

/// The widest fence, so that only so many are looked for in vain.
const MAX_FENCE: usize = 20;

/// How much of a paragraph is looked at to tell whether it is of a legal department, in bytes.
const MAX_LEGAL: usize = 2_000;

/// The longest attribution, in lines and in bytes.
const MAX_WRAP: usize = 4;
const MAX_ATTRIBUTION: usize = 400;

impl<'t> Splitter<'t> {
    fn line(&self, start: usize) -> Line<'t> {
        let rest = &self.text.as_bytes()[start..self.end];
        let len = memchr(b'\n', rest).unwrap_or(rest.len());
        spend(len + 1);
        let next = (start + len + 1).min(self.end);
        Line { start, body: trim(&self.text[start..start + len]), next }
    }

    /// The first line from `at` on that is not blank.
    fn filled(&self, mut at: usize) -> Option<Line<'t>> {
        while at < self.end {
            let line = self.line(at);
            if !line.body.is_empty() {
                return Some(line);
            }
            at = line.next;
        }
        None
    }

    fn run(&mut self, mut at: usize) {
        let mut after_blank = true;
        while at < self.end {
            let line = self.line(at);
            let next = match line.body.as_bytes().first() {
                None => None,
                Some(b'>') => Some(self.quote(at)),
                Some(b'`' | b'~') => self.fence(line),
                Some(b'<') => self.comment(line),
                Some(b'-') if line.body == "--" => self.signature(line, after_blank),
                _ => self.history(line).or_else(|| self.footer(line, after_blank)),
            };
            after_blank = line.body.is_empty() || next.is_some();
            at = next.unwrap_or_else(|| {
                self.own(Span::new(line.start, line.next));
                line.next
            });
        }
    }

    fn own(&mut self, span: Span) {
        match self.thread.own.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => self.thread.own.push(span),
        }
    }

    /// Lines that begin with `>`, and the blank ones between them.
    fn quote(&mut self, mut at: usize) -> usize {
        let mut group = Vec::new();
        let mut end = at;
        while at < self.end {
            let line = self.line(at);
            let Some(inner) = self.text[at..line.next].trim_start().strip_prefix('>') else {
                if !line.body.is_empty() {
                    break;
                }
                group.push(Span::new(at, line.next));
                at = line.next;
                continue;
            };
            let inner = inner.strip_prefix(' ').unwrap_or(inner);
            let older = inner.starts_with('>') || line.body.ends_with(':') && is_attribution(inner.trim());
            if !older {
                group.push(Span::new(line.next - inner.len(), line.next));
            }
            at = line.next;
            end = at;
        }
        self.thread.quoted.push(group);
        end
    }

    /// A splitter and the quote below it. Where the quoted lines have no marks, everything to the end is quote.
    fn history(&mut self, line: Line<'t>) -> Option<usize> {
        let Boundary { end, firm } = self.boundary(line)?;
        if self.filled(end).is_some_and(|below| below.body.starts_with('>')) {
            return Some(end);
        }
        if !firm {
            return None;
        }
        let mut group = Vec::new();
        let mut at = end;
        while at < self.end {
            let line = self.line(at);
            if self.boundary(line).is_some_and(|b| b.firm) {
                break;
            }
            if !line.body.starts_with('>') {
                group.push(Span::new(at, line.next));
            }
            at = line.next;
        }
        self.thread.quoted.push(group);
        Some(self.end)
    }

    /// What stands between a message and the one it answers, if that begins at this line.
    fn boundary(&self, line: Line<'t>) -> Option<Boundary> {
        let body = line.body;
        if body.starts_with("--") || body.starts_with("__") {
            let bare = body.trim_matches(['-', '_', '*', '=', ' ']);
            if bare.is_empty() && body.len() >= 5 {
                return self.headers(self.filled(line.next)?);
            }
            let title = bare.to_lowercase();
            let known = ORIGINAL.contains(&title.as_str()) || is_attribution(bare) && is_dated(bare);
            return known.then(|| self.after_headers(line.next));
        }
        if body.len() < 40 && body.ends_with(':') && body.eq_ignore_ascii_case("begin forwarded message:") {
            return Some(self.after_headers(line.next));
        }
        self.headers(line).or_else(|| self.attribution(line))
    }

    /// The headers that may follow a splitter belong to it.
    fn after_headers(&self, at: usize) -> Boundary {
        let end = self.filled(at).and_then(|line| self.headers(line)).map_or(at, |headers| headers.end);
        Boundary { end, firm: true }
    }

    /// `From:`, `Sent:`, `To:`, `Subject:` and their like, as Outlook writes them above a quote.
    fn headers(&self, first: Line<'t>) -> Option<Boundary> {
        if header(first.body)? != Header::From {
            return None;
        }
        let (mut subject, mut other, mut line) = (false, false, first);
        for _ in 0..12 {
            match header(line.body) {
                Some(Header::From) => {}
                Some(Header::Subject) => subject = true,
                Some(Header::Other) => other = true,
                // A header may go on in the next line, indented or with an address.
                None if !line.body.is_empty() && self.text[line.start..].starts_with([' ', '\t', '<']) => {}
                None => break,
            }
            if line.next >= self.end {
                line.start = self.end;
                break;
            }
            line = self.line(line.next);
        }
        (subject && other).then_some(Boundary { end: line.start, firm: true })
    }

    /// `On … wrote:`, which may be wrapped over a few lines.
    fn attribution(&self, line: Line<'t>) -> Option<Boundary> {
        let opens =
            line.body.starts_with(|c: char| c.is_ascii_digit()) || OPENERS.iter().any(|o| line.body.starts_with(o));
        if !(opens || line.body.ends_with([':', '：'])) {
            return None;
        }
        let mut last = line;
        for _ in 0..MAX_WRAP {
            if last.body.is_empty() || last.body.starts_with('>') || last.next - line.start > MAX_ATTRIBUTION {
                return None;
            }
            if last.body.ends_with([':', '：']) {
                let all = trim(&self.text[line.start..last.next]);
                return is_attribution(all).then(|| Boundary { end: last.next, firm: is_dated(all) });
            }
            if last.next >= self.end || !opens {
                return None;
            }
            last = self.line(last.next);
        }
        None
    }

    /// `-- ` and what follows, up to the next quote.
    fn signature(&mut self, line: Line<'t>, after_blank: bool) -> Option<usize> {
        // RFC 3676 has a space after the dashes. Without it, it is a signature when it is short; in Markdown it may underline a heading.
        let exact = self.text[line.start..line.next].starts_with("-- ");
        if !exact && self.fences == Fences::Keep && !after_blank {
            return None;
        }
        let (mut at, mut lines) = (line.next, 0);
        while at < self.end {
            let next = self.line(at);
            if next.body.starts_with('>') || self.boundary(next).is_some() {
                break;
            }
            lines += usize::from(!next.body.is_empty());
            if lines > 12 && !exact {
                return None;
            }
            at = next.next;
        }
        Some(at)
    }

    /// A fenced block.
    fn fence(&mut self, line: Line<'t>) -> Option<usize> {
        let mark = line.body.as_bytes()[0];
        let width = line.body.bytes().take_while(|b| *b == mark).count();
        let which = usize::from(mark == b'~');
        if !(3..=MAX_FENCE).contains(&width) || width >= self.unclosed[which] || line.body[width..].contains('`') {
            return None;
        }
        let mut at = line.next;
        while at < self.end {
            let next = self.line(at);
            let bytes = next.body.as_bytes();
            if bytes.len() >= width && bytes.iter().all(|b| *b == mark) {
                if self.fences == Fences::Keep {
                    self.own(Span::new(line.start, next.next));
                }
                return Some(next.next);
            }
            at = next.next;
        }
        self.unclosed[which] = width;
        if self.fences == Fences::Keep {
            self.own(Span::new(line.start, self.end));
            return Some(self.end);
        }
        None
    }

    /// An HTML comment that begins a line: nothing in it counts as a line of the thread.
    fn comment(&mut self, line: Line<'t>) -> Option<usize> {
        if !line.body.starts_with("<!--") || self.open {
            return None;
        }
        spend(self.end - line.start);
        let Some(len) = memmem::find(&self.text.as_bytes()[line.start..self.end], b"-->") else {
            self.open = true;
            return None;
        };
        let next = self.line(line.start + len).next;
        self.own(Span::new(line.start, next));
        Some(next)
    }

    /// What a mail program or a legal department adds.
    fn footer(&self, line: Line<'t>, after_blank: bool) -> Option<usize> {
        let body = line.body;
        if body.len() <= 80 && SENT_WITH.iter().any(|s| body.starts_with(s)) {
            return Some(line.next);
        }
        let bare = body.trim_start_matches(['*', '_', ' ', '[']);
        if !after_blank || !LEGAL_OPENERS.iter().any(|o| starts_with_ignore_case(bare, o)) {
            return None;
        }
        let below = |mut at: usize, most: usize| {
            while at < self.end && at - line.start < most && !self.line(at).body.is_empty() {
                at = self.line(at).next;
            }
            at
        };
        let end = below(line.next, MAX_LEGAL);
        let title = starts_with_ignore_case(bare, "confidentiality notice")
            || starts_with_ignore_case(bare, "please consider the env");
        let paragraph = self.text[line.start..end].to_lowercase();
        (title || LEGAL_WORDS.iter().any(|w| paragraph.contains(w))).then(|| below(end, usize::MAX))
    }
}

/// Where a splitter ends, and whether it is one even when no quoted line follows.
struct Boundary {
    end: usize,
    firm: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    From,
    Subject,
    Other,
}

/// Which header a line is, in the languages that mail programs speak.
pub(super) fn header(body: &str) -> Option<Header> {
    let window = &body.as_bytes()[..body.len().min(28)];
    let colon = memchr(b':', window).or_else(|| memmem::find(window, "：".as_bytes()))?;
    let key = body.get(..colon)?.trim_matches(['*', ' ', '\u{a0}']).to_lowercase();
    let key = key.as_str();
    [(FROM, Header::From), (SUBJECT, Header::Subject), (OTHER, Header::Other)]
        .into_iter()
        .find_map(|(keys, header)| keys.contains(&key).then_some(header))
}

/// Whether a text, which ends with a colon, says who wrote what follows.
fn is_attribution(text: &str) -> bool {
    let text = text.trim_end_matches([':', '：', ' ', '\u{a0}', '*', '_']);
    WROTE_LAST
        .iter()
        .any(|verb| text.strip_suffix(verb).is_some_and(|rest| rest.ends_with([' ', '\u{a0}', '\n', '>', ')'])))
        || text.ends_with('>') && text.contains('@') && has_time(text)
        || OPENERS.iter().any(|o| text.starts_with(o)) && WROTE_INSIDE.iter().any(|verb| text.contains(verb))
}

/// Whether an attribution names a date, a time or an address: then it was a program that wrote it.
fn is_dated(text: &str) -> bool {
    (has_time(text) || text.contains('@')) && !text.trim_end_matches([':', ' ']).ends_with("you wrote")
}

/// Whether a text names a year or a time of day.
fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).any(|w| w.iter().all(u8::is_ascii_digit))
        || bytes.windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit())
}

fn starts_with_ignore_case(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|t| t.eq_ignore_ascii_case(start.as_bytes()))
}

/// `str::trim`, quick for ASCII.
fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[rustfmt::skip]
pub(super) const ORIGINAL: &[&str] = &[
    "original message", "original mail", "forwarded message", "reply message", "ursprüngliche nachricht",
    "originalnachricht", "weitergeleitete nachricht", "message d'origine", "message original", "message transféré",
    "mensaje original", "mensaje reenviado", "messaggio originale", "mensagem original", "oorspronkelijk bericht",
    "doorgestuurd bericht", "ursprungligt meddelande", "oprindelig meddelelse", "oprindelig besked", "opprinnelig melding",
    "alkuperäinen viesti", "wiadomość oryginalna", "исходное сообщение", "пересылаемое сообщение", "原始邮件", "元のメッセージ",
];

const FROM: &[&str] = &["from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "от", "差出人", "发件人"];

#[rustfmt::skip]
const SUBJECT: &[&str] = &[
    "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne", "aihe", "temat",
    "тема", "件名", "主题",
];

#[rustfmt::skip]
const OTHER: &[&str] = &[
    "sent", "to", "cc", "bcc", "date", "reply-to", "importance", "gesendet", "gesendet am", "an", "datum", "envoyé", "envoyé le", "copie à", "à", "enviado",
    "enviado el", "enviada em", "fecha", "para", "inviato", "a", "data", "verzonden", "aan", "skickat", "till",
    "sendt", "til", "dato", "lähetetty", "vastaanottaja", "wysłano", "do", "кому", "дата", "отправлено", "宛先", "日時",
    "送信日時", "收件人", "发送时间",
];

/// How attributions begin that may be wrapped.
const OPENERS: &[&str] = &["On ", "Le ", "Am ", "El ", "Il ", "Em ", "Op ", "W dniu ", "Dnia ", "Den ", "Dne ", "På "];

#[rustfmt::skip]
const WROTE_LAST: &[&str] = &[
    "wrote", "a écrit", "escribió", "ha scritto", "escreveu", "schrieb", "schreef", "skrev", "kirjoitti",
    "napsal(a)", "napisał(a)", "пишет", "написал", "написала", "написал(а)", "yazdı", "写道", "のメール",
];

const WROTE_INSIDE: &[&str] = &[" schrieb ", " schreef ", " skrev ", " napisał", " napsal", " wrote the following"];

#[rustfmt::skip]
const SENT_WITH: &[&str] = &[
    "Sent from my ", "Sent from Mail for ", "Sent from Outlook", "Sent from Yahoo", "Sent with Proton",
    "Get Outlook for ", "Gesendet von mei", "Gesendet von Outlook", "Von meinem iPhone", "Envoyé de mon ",
    "Envoyé depuis mon ", "Envoyé à partir de ", "Enviado desde mi ", "Enviado do meu ", "Inviato da ",
    "Verzonden vanaf mijn ", "Skickat från min ", "Sendt fra min ", "Lähetetty ",
];

#[rustfmt::skip]
const LEGAL_OPENERS: &[&str] = &[
    "this e-mail", "this email", "this message", "this communication", "this transmission",
    "the information contained in", "the information in this", "the contents of this", "confidentiality",
    "disclaimer", "notice:", "important notice", "please consider the env", "diese e-mail", "diese nachricht",
    "ce message", "este mensaje", "este correo", "questo messaggio",
];

#[rustfmt::skip]
const LEGAL_WORDS: &[&str] = &[
    "confidential", "privileged", "intended recipient", "intended solely", "intended only", "vertraulich",
    "confidentiel", "confidencial", "riservat",
];
