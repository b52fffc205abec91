//! From bytes to tokens: one pass, with what English and keyboards do to sentences, contractions, numbers and quotation marks.

use super::vocabulary::{
    ACRONYM, AMOUNT, APOSTROPHE_IS, APOSTROPHE_S, BOUND, CLOCK, COLON, COMMA, DASH, DATE, EMAIL, EMOJI, EXCLAMATION,
    FIRST_JOINED, FIRST_OWN, Id, JOINED, NEGATED, NOT, NUMBER, OBJECT, PAREN, PLACEHOLDER, PRONOUNS, QUESTION,
    SEMICOLON, SLOT_AMOUNT, SLOT_DATE, SLOT_EMAIL, SLOT_NAME, SLOT_NUMBER, SLOT_URL, SUFFIXES, SYMBOL, UNKNOWN, URL,
    US,
};
use super::{Part, Sentence, Tokens};
use crate::effort::spend;
use crate::mapped::{self, Object, Slot};
use crate::source::Span;
use std::borrow::Cow;

/// Abbreviations after which a sentence goes on.
const ALWAYS: &[&str] = &[
    "mr", "mrs", "ms", "mx", "dr", "prof", "vs", "e.g", "i.e", "approx", "tel", "ext", "fig", "dept", "cf", "incl",
    "excl", "min", "max", "est", "ref", "eg", "ie", "st", "rev", "hon", "sgt", "capt", "messrs",
];
/// Abbreviations after which a sentence goes on unless a capital follows.
const BEFORE_SMALL: &[&str] =
    &["etc", "inc", "ltd", "co", "a.m", "p.m", "jr", "sr", "u.s", "u.k", "plc", "corp", "no", "nos"];

/// Endings by which a word with a full stop inside is told from two sentences without a space between.
const HOST_ENDS: &[&str] = &[
    "com", "org", "net", "io", "gov", "uk", "co", "de", "fr", "es", "it", "nl", "ca", "au", "nz", "in", "ie", "eu",
    "us", "info", "app", "dev", "me", "tv", "ai", "edu", "ly", "gl", "example", "test", "html", "htm", "pdf", "txt",
    "exe", "zip", "png", "jpg", "jpeg", "gif", "doc", "docx", "xls", "xlsx", "csv", "json", "xml", "py", "js", "ts",
    "md", "rs", "yml", "yaml", "toml", "conf", "cfg", "ini", "log", "sh", "msi", "dmg", "apk", "mp3", "mp4", "php",
    "pages",
];

/// The longest word that is looked up, in bytes.
pub(super) const MAX_WORD: usize = 40;
/// How many closing marks after the end of a sentence are stepped over.
const MAX_CLOSING: usize = 16;
/// How far behind its first part a word with full stops or an `@` in it is read, in bytes.
const MAX_AHEAD: usize = 256;

pub(super) struct Segmenter<'t, 's, O, L> {
    out: &'t mut Tokens,
    text: &'s str,
    bytes: &'s [u8],
    object_at: O,
    lookup: L,
    /// A final mark was read; the sentence ends at the next white space.
    ending: bool,
    /// Where the current sentence's tokens begin.
    sentence: usize,
    /// The first token inside an open double quotation.
    double: Option<usize>,
    /// The same for a single one.
    single: Option<usize>,
    /// The longest line of the paragraph at hand, in bytes; measured at its first line break.
    widest: Option<usize>,
}

impl<'t, 's, O, L> Segmenter<'t, 's, O, L>
where
    O: FnMut(usize) -> Option<Object>,
    L: FnMut(&[u8]) -> Id,
{
    pub(super) fn new(out: &'t mut Tokens, text: &'s str, object_at: O, lookup: L) -> Self {
        Self {
            out,
            text,
            bytes: text.as_bytes(),
            object_at,
            lookup,
            ending: false,
            sentence: 1,
            double: None,
            single: None,
            widest: None,
        }
    }

    pub(super) fn run(mut self) {
        self.push(BOUND, 0, 0);
        let mut at = self.line_start(0);
        while let Some(&b) = self.bytes.get(at) {
            spend(1);
            at = match b {
                b' ' | b'\t' | b'\r' => {
                    self.settle(at);
                    at + 1
                }
                b'\n' => self.newline(at),
                b'a'..=b'z' | b'A'..=b'Z' => self.word(at),
                b'0'..=b'9' => self.number(at, at),
                b'.' => self.full_stop(at),
                b'!' | b'?' => self.mark(at),
                b',' => self.one(COMMA, at, 1),
                b';' | b':' | b'=' => self.colon(at),
                b'(' | b')' => self.one(PAREN, at, 1),
                b'-' => self.dash(at),
                b'"' => self.double_quote(at, at + 1, None),
                b'\'' | b'`' => self.single_quote(at, at + 1),
                b'$' if self.digit(at + 1) => self.number(at, at + 1),
                b'#' if self.digit(at + 1) => self.number(at, at + 1),
                b'@' if self.bytes.get(at + 1).is_some_and(|&b| is_name(b)) => {
                    let end = self.skip(at + 1, is_name);
                    self.token(EMAIL, at, end)
                }
                b'&' if self.alone(at) => {
                    let id = (self.lookup)(b"and");
                    self.token(id, at, at + 1)
                }
                b'<' if self.bytes.get(at + 1) == Some(&b'3') && self.alone_run(at, at + 2) => self.face(at, at + 2),
                b'/' | b'+' | b'%' | b'^' | b'|' if self.alone(at) => self.one(SYMBOL, at, 1),
                0..=127 => at + 1,
                _ => self.beyond_ascii(at),
            };
        }
        self.close(self.bytes.len());
        self.out.quotes.sort_by_key(|q| q.start);
        if self.out.ids.len() == 1 {
            self.push(BOUND, self.bytes.len(), self.bytes.len());
        }
    }

    fn push(&mut self, id: Id, start: usize, end: usize) {
        self.out.ids.push(id);
        self.out.spans.push((start as u32, end as u32));
    }

    /// Adds a token; a sentence whose end was read is closed first.
    fn token(&mut self, id: Id, start: usize, end: usize) -> usize {
        self.settle(start);
        self.push(id, start, end);
        end
    }

    fn one(&mut self, id: Id, at: usize, len: usize) -> usize {
        self.token(id, at, at + len)
    }

    fn settle(&mut self, at: usize) {
        if self.ending {
            self.close(at);
        }
    }

    /// Ends the sentence before byte `at`.
    fn close(&mut self, at: usize) {
        self.ending = false;
        let tokens = self.sentence..self.out.ids.len();
        if tokens.is_empty() {
            return;
        }
        if tokens.clone().any(|i| self.out.ids[i] >= NUMBER || self.out.ids[i] == UNKNOWN) {
            let first = self.out.spans[tokens.start].0 as usize;
            let bound = self.out.spans[tokens.start - 1].1 as usize;
            let opened = self.text[bound..first].trim_end_matches(['"', '\'', '“', '‘', '«', '„', '(', '[']).len();
            let start = bound + opened;
            let end = self.text[..at].trim_end().len().max(first);
            let question = self.out.ids[tokens.clone()].iter().rev().take(2).any(|&id| id == QUESTION);
            self.out.within.resize(tokens.end, self.out.sentences.len() as u32);
            self.out.sentences.push(Sentence { tokens, span: Span::new(start, end), question, part: Part::Body });
        }
        self.push(BOUND, at, at);
        self.sentence = self.out.ids.len();
    }

    fn digit(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_digit)
    }

    fn skip(&self, from: usize, keep: impl Fn(u8) -> bool) -> usize {
        self.bytes[from..].iter().position(|&b| !keep(b)).map_or(self.bytes.len(), |n| from + n)
    }

    fn space(&self, at: usize) -> bool {
        self.bytes.get(at).is_none_or(|b| b.is_ascii_whitespace())
            || self.text.get(at..).and_then(|t| t.chars().next()).is_some_and(char::is_whitespace)
    }

    fn space_before(&self, at: usize) -> bool {
        at == 0 || self.text[..at].chars().next_back().is_some_and(char::is_whitespace)
    }

    fn alone(&self, at: usize) -> bool {
        self.alone_run(at, at + 1)
    }

    fn alone_run(&self, start: usize, end: usize) -> bool {
        self.space_before(start) && self.space(end)
    }

    // ---- words ----

    fn word(&mut self, start: usize) -> usize {
        let end = self.skip(start, |b| b.is_ascii_alphabetic());
        match self.bytes.get(end) {
            None | Some(b' ' | b',' | b'\n') => self.lookup_word(start, end),
            Some(b'0'..=b'9') => self.identifier(start),
            Some(b'_') if self.bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) => self.identifier(start),
            Some(b'.' | b'@' | b':' | b'/') => self.dotted(start, end),
            Some(b'\'' | 128..) => self.word_beyond(start, end),
            Some(_) => self.lookup_word(start, end),
        }
    }

    /// A word of ASCII letters, looked up in lower case.
    fn lookup_word(&mut self, start: usize, end: usize) -> usize {
        let id = self.fold(start, end);
        self.known(id, start, end)
    }

    fn fold(&mut self, start: usize, end: usize) -> Id {
        let mut folded = [0; MAX_WORD];
        let Some(room) = folded.get_mut(..end - start) else { return UNKNOWN };
        room.copy_from_slice(&self.bytes[start..end]);
        room.make_ascii_lowercase();
        (self.lookup)(room)
    }

    fn known(&mut self, id: Id, start: usize, end: usize) -> usize {
        if (FIRST_JOINED..FIRST_OWN).contains(&id) {
            let (_, split, first, second) = JOINED[(id - FIRST_JOINED) as usize];
            // Signs that do not show may stand among its letters.
            let mut letters = self.text[start..end].char_indices().filter(|(_, c)| !is_mark(*c));
            let middle = letters.nth(split).map_or(end, |(at, _)| start + at);
            self.token(first, start, middle);
            return self.token(second, middle, end);
        }
        if id == UNKNOWN && self.is_initials(start, end) {
            return self.token(OBJECT, start, end);
        }
        let kind = if self.is_acronym(start, end) { ACRONYM } else { UNKNOWN };
        self.named(id, kind, start, end)
    }

    /// A token of a kind, which some rule may have a name for.
    fn named(&mut self, id: Id, kind: Id, start: usize, end: usize) -> usize {
        self.settle(start);
        if id == UNKNOWN {
            self.push(kind, start, end);
        } else {
            if kind != UNKNOWN {
                self.out.kinds.push((self.out.ids.len() as u32, kind));
            }
            self.push(id, start, end);
        }
        end
    }

    /// Agents sign chats with their initials: `^JG`, `/RB`, `*HCK`, `-DG`.
    fn is_initials(&self, start: usize, end: usize) -> bool {
        let Some(sign) = start.checked_sub(1) else { return false };
        let signed = self.bytes[sign] == b'^' || b"/*-~".contains(&self.bytes[sign]) && self.space_before(sign);
        // `*RMA*` is emphasis.
        let around = self.bytes.get(end) == Some(&self.bytes[sign]);
        signed && !around && end - start <= 3 && self.bytes[start..end].iter().all(u8::is_ascii_uppercase)
    }

    fn is_acronym(&self, start: usize, end: usize) -> bool {
        let capitals = |word: &str| (2..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
        self.bytes[start].is_ascii_uppercase() && capitals(&bare(&self.text[start..end]))
    }

    /// Letters and digits mixed: an order number, a version, a product.
    fn identifier(&mut self, start: usize) -> usize {
        let mut end = self.skip(start, is_name);
        while self.bytes.get(end).is_some_and(|&b| b == b'.' || b == b'-') && self.digit(end + 1) {
            end = self.skip(end + 1, is_name);
        }
        let id = self.fold(start, end);
        self.named(id, NUMBER, start, end)
    }

    /// A word with `.`, `@`, `:` or `/` right behind it: an address, a host, a file, or only a word.
    fn dotted(&mut self, start: usize, end: usize) -> usize {
        let limit = self.bytes.len().min(end + MAX_AHEAD);
        let ahead = &self.bytes[start..limit];
        if ahead[end - start..].starts_with(b"://") || ahead[..end - start].eq_ignore_ascii_case(b"www") {
            return self.url(start);
        }
        let len = ahead.iter().position(|&b| !(is_name(b) || b"@.-+%".contains(&b))).unwrap_or(ahead.len());
        let chunk = self.text.as_bytes()[start..start + len].trim_ascii_end();
        let chunk = &chunk[..chunk.iter().rposition(|b| b.is_ascii_alphanumeric()).map_or(0, |i| i + 1)];
        if chunk.contains(&b'@') {
            return self.token(EMAIL, start, start + chunk.len());
        }
        if let Some(dot) = memchr::memrchr(b'.', chunk) {
            let last = &chunk[dot + 1..];
            let upper = last.first().is_some_and(u8::is_ascii_uppercase) && !last.iter().all(u8::is_ascii_uppercase);
            if !upper && HOST_ENDS.iter().any(|e| last.eq_ignore_ascii_case(e.as_bytes())) {
                return self.url(start);
            }
        }
        self.lookup_word(start, end)
    }

    fn url(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let stops = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '|' | mapped::OBJECT);
        let text = &rest[..rest.find(stops).unwrap_or(rest.len())];
        let end = start
            + text.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '’', '”', '*', '_', '…']).len();
        self.token(URL, start, end)
    }

    /// A word with an apostrophe or a letter beyond ASCII in it.
    fn word_beyond(&mut self, start: usize, ascii_end: usize) -> usize {
        let mut end = ascii_end;
        while let Some(c) = self.text[end..].chars().next().filter(|&c| is_letter(c)) {
            end += c.len_utf8();
        }
        let apostrophe = self.text[end..].chars().next().filter(|&c| is_apostrophe(c));
        let suffix = apostrophe.map(|c| end + c.len_utf8());
        let letters = suffix.map_or(0, |s| self.skip(s, |b| b.is_ascii_alphabetic()) - s);
        let Some(suffix) = suffix.filter(|_| letters > 0) else {
            let id = self.fold_any(start, end);
            return self.known(id, start, end);
        };
        self.contraction(start, end, suffix, suffix + letters)
    }

    fn contraction(&mut self, start: usize, end: usize, suffix: usize, stop: usize) -> usize {
        let tail = self.bytes[suffix..stop].to_ascii_lowercase();
        let head = bare(&self.text[start..end]);
        let head = head.as_bytes();
        if tail == b"t" && head.last().is_some_and(|b| b.eq_ignore_ascii_case(&b'n')) && head.len() > 1 {
            let stem = &head[..head.len() - 1];
            let middle = start + self.text[start..end].rfind(['n', 'N']).unwrap_or(end - start);
            let id = match NEGATED.iter().find(|(s, _)| stem.eq_ignore_ascii_case(s)) {
                Some(&(_, id)) => id,
                None => self.fold_any(start, middle),
            };
            self.token(id, start, middle);
            self.token(NOT, middle, stop);
        } else if let Some(&(_, id)) = SUFFIXES.iter().find(|(s, _)| *s == tail) {
            let id = match id {
                APOSTROPHE_S if head.eq_ignore_ascii_case(b"let") => US,
                APOSTROPHE_S if PRONOUNS.iter().any(|p| head.eq_ignore_ascii_case(p)) => APOSTROPHE_IS,
                other => other,
            };
            let word = self.fold_any(start, end);
            self.token(word, start, end);
            self.token(id, end, stop);
        } else {
            let id = self.fold_any(start, stop);
            self.token(id, start, stop);
            return stop;
        }
        // `I'd've`: another suffix may follow.
        let Some(c) = self.text[stop..].chars().next().filter(|&c| is_apostrophe(c)) else { return stop };
        let next = stop + c.len_utf8();
        let end = self.skip(next, |b| b.is_ascii_alphabetic());
        let tail = self.bytes[next..end].to_ascii_lowercase();
        match SUFFIXES.iter().find(|(s, _)| *s == tail) {
            Some(&(_, id)) => self.token(id, stop, end),
            None => stop,
        }
    }

    /// Looks up a word that may hold letters beyond ASCII: lower case, straight apostrophes, no combining marks.
    fn fold_any(&mut self, start: usize, end: usize) -> Id {
        let word = &self.text[start..end];
        if word.is_ascii() {
            return self.fold(start, end);
        }
        if word.len() > 2 * MAX_WORD {
            return UNKNOWN;
        }
        let folded: String = word
            .chars()
            .filter(|&c| !is_mark(c))
            .map(|c| if is_apostrophe(c) { '\'' } else { c })
            .flat_map(char::to_lowercase)
            .collect();
        (self.lookup)(folded.as_bytes())
    }

    // ---- numbers ----

    /// A token that begins with a digit, or with a sign before `from`.
    fn number(&mut self, start: usize, from: usize) -> usize {
        let mut end = from;
        let mut money = self.bytes[start] == b'$' || start < from && !self.bytes[start].is_ascii();
        let (mut colons, mut slashes, mut dashes) = (0, 0, 0);
        while let Some(&b) = self.bytes.get(end) {
            match b {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => {}
                b'.' | b',' | b'\'' if self.digit(end + 1) && self.bytes[end - 1].is_ascii_digit() => {}
                b':' if self.digit(end + 1) => colons += 1,
                b'/' if self.digit(end + 1) => slashes += 1,
                b'-' if self.digit(end + 1) => dashes += 1,
                _ => break,
            }
            end += 1;
        }
        let rest = &self.text[end..];
        if rest.starts_with('%') {
            end += 1;
        } else if rest.starts_with(['€', '£', '¥', '₹']) || rest.starts_with('$') {
            money = true;
            end += rest.chars().next().map_or(0, char::len_utf8);
        } else if rest.starts_with(['–', '‑']) && self.digit(end + 3) {
            end = self.skip(end + 3, |b| b.is_ascii_alphanumeric());
        }
        let folded = self.fold_any(start, end);
        let text = &self.bytes[from..end];
        let kind = if money {
            AMOUNT
        } else if slashes > 0 || dashes == 2 {
            DATE
        } else if colons > 0 || text.to_ascii_lowercase().ends_with(b"am") || text.to_ascii_lowercase().ends_with(b"pm")
        {
            CLOCK
        } else {
            NUMBER
        };
        self.named(folded, kind, start, end)
    }

    // ---- marks ----

    fn full_stop(&mut self, at: usize) -> usize {
        let end = self.skip(at, |b| b == b'.');
        if end - at > 1 {
            return self.ellipsis(at, end);
        }
        if self.digit(end) && (at == 0 || !self.bytes[at - 1].is_ascii_alphanumeric()) {
            return self.number(at, end);
        }
        if self.ends_here(end) && !self.abbreviation(at) {
            self.ending = true;
        }
        end
    }

    /// Three dots end a sentence before a capital; before a small letter they are a pause.
    fn ellipsis(&mut self, start: usize, end: usize) -> usize {
        let after = self.text[end..].trim_start();
        if self.ends_here(end) && !after.starts_with(|c: char| c.is_lowercase()) {
            self.ending = true;
            end
        } else {
            self.token(DASH, start, end)
        }
    }

    fn mark(&mut self, start: usize) -> usize {
        let end = self.skip(start, |b| b == b'!' || b == b'?');
        let id = |b| if b == b'?' { QUESTION } else { EXCLAMATION };
        // `?!` is two tokens; what comes after the first change goes to the second.
        let change = self.bytes[start..end].iter().position(|b| *b != self.bytes[start]).map_or(end, |n| start + n);
        self.push(id(self.bytes[start]), start, change);
        if change < end {
            self.push(id(self.bytes[change]), change, end);
        }
        self.ending |= self.ends_here(end);
        end
    }

    /// Whether a final mark that ends at `at` ends the sentence: space or nothing follows, perhaps behind closing quotes.
    fn ends_here(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let closes = |c: &char| matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '*' | '_' | '!' | '?' | '.');
        let closing: usize = rest.chars().take(MAX_CLOSING).take_while(closes).map(char::len_utf8).sum();
        let behind = &rest[closing..];
        let quoted = rest.starts_with(['"', '\'', '”', '’', '»', ')']);
        match behind.chars().next() {
            None => true,
            Some(c) if c.is_whitespace() => !quoted || !behind.trim_start().starts_with(|c: char| c.is_lowercase()),
            // `done.Thanks`: no space, yet a new sentence.
            Some(c) => c.is_uppercase() && self.bytes[..at - 1].last().is_some_and(u8::is_ascii_lowercase),
        }
    }

    fn abbreviation(&self, dot: usize) -> bool {
        let from = dot.saturating_sub(8);
        let tail = &self.bytes[from..dot];
        let start = tail.iter().rposition(|b| !(b.is_ascii_alphabetic() || *b == b'.')).map_or(from, |i| from + i + 1);
        // The end of a longer word is none.
        if self.text[..start].ends_with(is_letter) {
            return false;
        }
        let word = self.bytes[start..dot].to_ascii_lowercase();
        let Ok(word) = std::str::from_utf8(&word) else { return false };
        let next = self.text[dot + 1..].trim_start().chars().next();
        if ALWAYS.contains(&word) {
            return next.is_some();
        }
        if BEFORE_SMALL.contains(&word) {
            // `No. 5`, but `No. We …` and `no. we …`
            return match word {
                "no" | "nos" => next.is_some_and(|c| c.is_ascii_digit()),
                _ => next.is_some_and(char::is_lowercase),
            };
        }
        // An initial: `J. Smith`; but `so do I. We …`
        word.len() == 1
            && word != "i"
            && self.bytes[dot - 1].is_ascii_uppercase()
            && next.is_some_and(char::is_uppercase)
    }

    fn colon(&mut self, at: usize) -> usize {
        // Before the first byte there is space.
        if self.space_before(at) || self.bytes[at - 1].is_ascii_punctuation() {
            let nose = at + 1 + usize::from(matches!(self.bytes.get(at + 1), Some(b'-' | b'~' | b'o')));
            if self.bytes.get(nose).is_some_and(|b| b")(DPp/|*3]>".contains(b))
                && self.bytes.get(nose + 1).is_none_or(|b| !b.is_ascii_alphanumeric())
            {
                return self.face(at, nose + 1);
            }
        }
        match self.bytes[at] {
            b';' => self.one(SEMICOLON, at, 1),
            b':' => self.one(COLON, at, 1),
            _ => at + 1,
        }
    }

    fn dash(&mut self, at: usize) -> usize {
        let end = self.skip(at, |b| b == b'-');
        if end - at > 1 || self.space_before(at) && self.space(end) {
            return self.token(DASH, at, end);
        }
        end
    }

    fn double_quote(&mut self, at: usize, end: usize, opens: Option<bool>) -> usize {
        let here = self.out.ids.len();
        match (self.double, opens) {
            (Some(first), None | Some(false)) => {
                self.double = None;
                if here > first {
                    self.out.quotes.push(first..here);
                }
            }
            // `24"` is a size.
            (None, None) if at > 0 && self.bytes[at - 1].is_ascii_digit() => {}
            (None, None | Some(true)) => {
                self.settle(at);
                self.double = Some(self.out.ids.len());
            }
            _ => {}
        }
        end
    }

    fn single_quote(&mut self, at: usize, end: usize) -> usize {
        let before = self.text[..at].chars().next_back().is_some_and(|c| !c.is_whitespace() && !"([\"“*_".contains(c));
        let after = self.text[end..].chars().next().is_some_and(char::is_alphanumeric);
        let here = self.out.ids.len();
        if !before && after {
            self.settle(at);
            self.single = Some(self.out.ids.len());
        } else if before
            && !after
            && let Some(first) = self.single.take()
            && here > first
        {
            self.out.quotes.push(first..here);
        }
        end
    }

    fn beyond_ascii(&mut self, at: usize) -> usize {
        let Some(c) = self.text[at..].chars().next() else { return at + 1 };
        let end = at + c.len_utf8();
        match c {
            mapped::OBJECT => {
                let id = match (self.object_at)(at) {
                    Some(Object::Placeholder(slot)) => match slot {
                        Slot::Name => SLOT_NAME,
                        Slot::Amount => SLOT_AMOUNT,
                        Slot::Date => SLOT_DATE,
                        Slot::Number => SLOT_NUMBER,
                        Slot::Url => SLOT_URL,
                        Slot::Email => SLOT_EMAIL,
                        Slot::Other => PLACEHOLDER,
                    },
                    Some(Object::Url) => URL,
                    _ => OBJECT,
                };
                self.token(id, at, end)
            }
            _ if is_letter(c) => self.word_beyond(at, at),
            _ if is_apostrophe(c) => self.single_quote(at, end),
            '“' | '„' | '«' => self.double_quote(at, end, Some(true)),
            '”' | '»' => self.double_quote(at, end, Some(false)),
            '—' | '―' => self.token(DASH, at, end),
            '–' | '−' if self.alone_run(at, end) => self.token(DASH, at, end),
            '…' => self.ellipsis(at, end),
            '£' | '€' | '¥' | '₹' if self.digit(end) => self.number(at, end),
            '\u{2028}' | '\u{2029}' => {
                self.close(at);
                end
            }
            _ if c.is_whitespace() => {
                self.settle(at);
                end
            }
            _ if is_emoji(c) => self.emoji(at),
            _ => end,
        }
    }

    /// One emoji with what modifies or joins it. Behind a final mark it belongs to the next sentence, if one follows.
    fn emoji(&mut self, at: usize) -> usize {
        let mut end = at;
        let mut joined = true;
        for c in self.text[at..].chars() {
            let modifier = is_mark(c) || ('\u{1F3FB}'..='\u{1F3FF}').contains(&c);
            let part = modifier || joined && is_emoji(c);
            if !part {
                break;
            }
            joined = c == '\u{200D}';
            end += c.len_utf8();
        }
        let first = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let id = (self.lookup)(&self.bytes[at..at + first]);
        self.named(id, EMOJI, at, end)
    }

    /// An emoticon.
    fn face(&mut self, at: usize, end: usize) -> usize {
        let id = (self.lookup)(&self.bytes[at..end]);
        self.named(id, EMOJI, at, end)
    }

    // ---- lines ----

    /// A line break: the end of a block, a list item, a line that was meant to end, or white space.
    fn newline(&mut self, at: usize) -> usize {
        let next = self.skip(at + 1, |b| b == b' ' || b == b'\t' || b == b'\r');
        match self.bytes.get(next) {
            None | Some(b'\n') => {
                self.close(at);
                (self.double, self.single, self.widest) = (None, None, None);
                let end = self.skip(next, |b| b.is_ascii_whitespace());
                return self.line_start(end);
            }
            Some(_) => {}
        }
        let item = self.line_start(next);
        if item > next {
            self.close(at);
            return item;
        }
        if self.ending || self.meant(at, next) {
            self.close(at);
        }
        next
    }

    /// Steps over the marker of a list item.
    fn line_start(&mut self, at: usize) -> usize {
        let at = self.skip(at, |b| b == b' ' || b == b'\t');
        let rest = &self.bytes[at..];
        let marker = match rest {
            [b'-' | b'*' | b'+', ..] => 1,
            [b'#', ..] => rest.iter().position(|&b| b != b'#').unwrap_or(0),
            _ if rest.starts_with("•".as_bytes()) || rest.starts_with("–".as_bytes()) => 3,
            [b'a'..=b'z', b')', b' ', ..] => 2,
            _ => match rest.iter().position(|b| !b.is_ascii_digit()) {
                Some(n) if (1..=3).contains(&n) && matches!(rest[n], b'.' | b')') => n + 1,
                _ => 0,
            },
        };
        let space = self.text.get(at + marker..).and_then(|rest| rest.chars().next());
        match space.filter(|c| marker > 0 && c.is_whitespace() && !matches!(c, '\n' | '\r')) {
            Some(space) => at + marker + space.len_utf8(),
            None => at,
        }
    }

    /// Whether a line was meant to end where it does: the next word would have fitted on it.
    fn meant(&mut self, at: usize, next: usize) -> bool {
        let start = memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |i| i + 1);
        let word = self.skip(next, |b| !b.is_ascii_whitespace()) - next;
        let widest = *self.widest.get_or_insert_with(|| widest_line(&self.bytes[start..]));
        let line = self.bytes[start..at].trim_ascii_end();
        let capital = self.text[next..].chars().next().is_some_and(|c| !c.is_lowercase());
        let stopped = line.last().is_some_and(|b| b".,:;!?)".contains(b));
        line.len() + 1 + word <= widest && (capital || stopped)
    }
}

/// Nobody wraps lines at fewer columns than this.
const NARROWEST: usize = 40;

/// The longest line up to a blank one, in bytes; at least [`NARROWEST`].
fn widest_line(bytes: &[u8]) -> usize {
    let mut widest = NARROWEST;
    for line in bytes.split(|&b| b == b'\n') {
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break;
        }
        widest = widest.max(line.len());
    }
    widest
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'ʼ')
        || matches!(c, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}')
}

/// What people and their programs type for an apostrophe.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '′' | '´' | '`' | '＇')
}

/// A word without the marks in it that show nothing of their own.
pub(crate) fn bare(word: &str) -> Cow<'_, str> {
    if word.is_ascii() || !word.contains(is_mark) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.chars().filter(|&c| !is_mark(c)).collect())
}

/// Marks that show nothing of their own.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\u{FE00}'..='\u{FE0F}' | '\u{20E3}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{E0020}'..='\u{E007F}')
}
