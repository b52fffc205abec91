//! From a reply to its words, its figures and its claims.

use super::claim::{self, Item, What};
use super::figure::{self, Figure, Measure};
use super::{Reply, Word, hash, hash_all};
use crate::document::Region;
use crate::mapped::{Mapped, PieceKind};
use crate::segment::{self, Id, Interner, Lexicon, Part, Sentence, Tokens};
use crate::source::{LogicalPlace, Source};
use rust_stemmers::{Algorithm, Stemmer};
use std::fmt;

/// Reads replies to compare them. One serves any number of threads.
pub struct Reader {
    lexicon: Lexicon,
    stemmer: Stemmer,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

/// What stands between the two ends of a range: `3 to 5`.
const TO: &[&str] = &["to", "or", "and"];
/// What may stand between a figure and what it counts.
const WORKING: &[&str] = &["business", "working"];
const WHOLE: &[&str] = &["calendar", "consecutive", "full", "more", "further", "additional"];

/// What is told apart by numbers.
const NUMBERED: &[&str] = &[
    "error", "errors", "step", "steps", "version", "code", "room", "gate", "line", "page", "chapter", "section",
    "option", "level", "zone", "terminal", "platform", "floor", "unit", "model", "series", "phase", "class", "form",
    "part", "item", "plan", "tier", "size", "channel", "point", "question", "number", "no", "figure", "note", "ios",
    "android", "windows", "status", "type", "stage", "route", "bus", "flight",
];

impl Reader {
    /// One that knows the little words of English and no others.
    pub fn new() -> Self {
        let mut lexicon = Lexicon::default();
        let core = Interner::over(&lexicon).finish();
        lexicon.push(core);
        Self { lexicon, stemmer: Stemmer::create(Algorithm::English) }
    }

    /// Reads a reply of a source; `place` is where it stands in a data file.
    pub fn read(&self, source: &Source, region: &Region<'_>, place: Option<&LogicalPlace>) -> Reply {
        let mut tokens = Tokens::default();
        tokens.fill(&region.text, region.subject, &self.lexicon);
        let shown = Shown::new(source.text(), &region.text);
        let is_body = |sentence: &&Sentence| matches!(sentence.part, Part::Opening | Part::Body);
        let body: Vec<&Sentence> = tokens.sentences.iter().filter(is_body).collect();
        // Where the body begins and ends in what is shown.
        let (start, end) = match (body.first(), body.last()) {
            (Some(first), Some(last)) => (shown.at(first.span.start), shown.at(last.span.end)),
            _ => (0, 0),
        };
        let mut reply = Reply {
            home: home(source.name(), place),
            text: shown.text[start..end].into(),
            words: Vec::new(),
            frame: 0,
            denials: 0,
            names: Vec::new(),
            claims: Vec::new(),
        };
        let title = place.and_then(|place| place.title.as_deref()).unwrap_or_default();
        let told = claim::conditions(&title.to_lowercase());
        let mut before: Vec<u64> = Vec::new();
        for sentence in body {
            let text = region.text.text();
            let items = self.items(text, &tokens, sentence);
            let first = reply.words.len();
            reply.words.extend(items.iter().map(|item| Word {
                key: item.key,
                start: (shown.at(item.span.start) - start) as u32,
                end: (shown.at(item.span.end) - start) as u32,
            }));
            reply.denials += items.iter().filter(|item| item.what == What::Denial).count() as u32;
            let is_name =
                |item: &&Item| item.what == What::Word && text[item.span.start..].starts_with(char::is_uppercase);
            reply
                .names
                .extend(items.iter().skip(1).filter(is_name).filter(|item| item.word.len() > 1).map(|item| item.stem));
            let own = claim::conditions(&text[sentence.span.range()].to_lowercase());
            let mut context: Vec<u64> = told.iter().chain(&before).chain(&own).copied().collect();
            context.sort_unstable();
            context.dedup();
            if !sentence.question {
                let claims = claim::of(&items, first..reply.words.len(), hash_all(context));
                reply.claims.extend(claims);
            }
            before = own;
            reply.frame = hash_all([reply.frame, claim::frame(&items)]);
        }
        reply.names.sort_unstable();
        reply.names.dedup();
        reply
    }

    /// The words of a sentence, with figures and what they are counted in as one.
    fn items(&self, text: &str, tokens: &Tokens, sentence: &Sentence) -> Vec<Item> {
        let token = |token| Token::new(text, tokens, token, &self.lexicon);
        let all: Vec<Token> = sentence.tokens.clone().filter_map(token).collect();
        let mut items: Vec<Item> = Vec::with_capacity(all.len());
        let mut at = 0;
        while let Some(token) = all.get(at) {
            let (what, next) = match figure(&all, at) {
                Some((figure, next)) => (What::Figure(figure), next),
                None if segment::SLOTS.contains(&token.id) => {
                    (What::Slot { is_name: token.id == segment::SLOT_NAME }, at + 1)
                }
                None if matches!(token.word.as_str(), "not" | "never" | "no" | "non") => (What::Denial, at + 1),
                None => (What::Word, at + 1),
            };
            let span = token.span.cover(all[next - 1].span);
            at = next;
            if let What::Word = what {
                if token.id == segment::DASH {
                    continue;
                }
                let stem = hash(self.stemmer.stem(&token.word).as_bytes());
                items.push(Item { key: hash(token.word.as_bytes()), stem, what, span, word: token.word.clone() });
                continue;
            }
            let key = match what {
                What::Figure(figure) => figure.key(),
                What::Slot { .. } => 1,
                What::Denial | What::Word => hash(token.word.as_bytes()),
            };
            items.push(Item { key, stem: key, what, span, word: token.word.clone() });
        }
        items
    }
}

/// A token and the word that it is.
struct Token {
    id: Id,
    span: crate::source::Span,
    /// In lower case; for what is left of a word in a contraction, the whole of it.
    word: String,
    /// Whether it begins with a capital.
    is_capital: bool,
}

impl Token {
    fn new(text: &str, tokens: &Tokens, token: usize, lexicon: &Lexicon) -> Option<Self> {
        let (id, span) = (tokens.ids[token], tokens.span(token..token + 1));
        let word = match id {
            segment::DASH => "-".to_owned(),
            segment::APOSTROPHE_S | segment::APOSTROPHE_D | segment::SYMBOL | segment::EMOJI => return None,
            id if (segment::BOUND..=segment::PAREN).contains(&id) => return None,
            segment::APOSTROPHE_IS => "is".to_owned(),
            id => lexicon.word(id).map_or_else(|| text[span.range()].to_lowercase(), ToOwned::to_owned),
        };
        Some(Self { id, span, word, is_capital: text[span.start..].starts_with(char::is_uppercase) })
    }

    /// The number that it is, in hundredths, and what is written right behind it.
    fn number(&self) -> Option<((u64, u64), &str)> {
        match self.id {
            segment::NUMBER => figure::number(&self.word),
            _ => figure::in_words(&self.word).map(|number| ((100 * number, 100 * number), "")),
        }
    }
}

/// The figure that begins at a token, and the token after it.
fn figure(all: &[Token], at: usize) -> Option<(Figure, usize)> {
    let token = &all[at];
    match token.id {
        segment::EMAIL | segment::URL => {
            let address = token.word.trim_start_matches("https://").trim_start_matches("http://");
            let number = hash(address.trim_end_matches('/').as_bytes());
            let measure = if token.id == segment::URL { Measure::Link } else { Measure::Address };
            return Some((Figure::new(measure, (number, number)), at + 1));
        }
        segment::AMOUNT => {
            let (range, _) = figure::number(&token.word)?;
            return Some(joined(all, Figure::new(Measure::Money, range), at + 1, |next| {
                (next.id == segment::AMOUNT)
                    .then(|| figure::number(&next.word))?
                    .map(|(range, _)| (Measure::Money, range))
            }));
        }
        segment::CLOCK => {
            let range = figure::clock(&token.word)?;
            return Some(joined(all, Figure::new(Measure::Clock, range), at + 1, |next| {
                (next.id == segment::CLOCK).then(|| figure::clock(&next.word))?.map(|range| (Measure::Clock, range))
            }));
        }
        _ => {}
    }
    let (range, behind) = token.number()?;
    if behind == "%" {
        return Some((Figure::new(Measure::Percent, range), at + 1));
    }
    if let Some(minutes) = figure::minutes(behind) {
        let time = (range.0 * minutes, range.1 * minutes);
        return Some((Figure::new(Measure::Time { working: false }, time), at + 1));
    }
    // A telephone number is written in groups.
    let groups = all[at..].iter().take_while(|token| token.id == segment::NUMBER);
    let digits: String = groups.clone().flat_map(|token| token.word.chars().filter(char::is_ascii_digit)).collect();
    if digits.len() >= 7 {
        let number = hash(digits.as_bytes());
        return Some((Figure::new(Measure::Address, (number, number)), at + groups.count()));
    }
    if !behind.is_empty() {
        return None;
    }
    let (range, next) = match (all.get(at + 1), all.get(at + 2).and_then(Token::number)) {
        (Some(to), Some((upper, ""))) if to.id == segment::DASH || TO.contains(&to.word.as_str()) => {
            ((range.0, upper.1), at + 3)
        }
        _ => (range, at + 1),
    };
    counted(all, range, next).filter(|(figure, _)| figure.measure != Measure::Count || !is_name(all, at))
}

/// Whether a number is part of a name: `error 403 means`, `iOS 17 shows the`.
fn is_name(all: &[Token], at: usize) -> bool {
    let named = at
        .checked_sub(1)
        .is_some_and(|before| NUMBERED.contains(&all[before].word.as_str()) || before > 0 && all[before].is_capital);
    named || all.get(at + 2).is_some_and(|behind| matches!(behind.word.as_str(), "that" | "the"))
}

/// A number with what it counts, which begins at a token or behind a word for how it is counted.
fn counted(all: &[Token], range: (u64, u64), next: usize) -> Option<(Figure, usize)> {
    let word = |at: usize| all.get(at).map_or("", |token| token.word.as_str());
    let working = WORKING.contains(&word(next));
    let unit = next + usize::from(working || WHOLE.contains(&word(next)));
    if let Some(minutes) = figure::minutes(word(unit)) {
        let time = (range.0.checked_mul(minutes)?, range.1.checked_mul(minutes)?);
        return Some((Figure::new(Measure::Time { working }, time), unit + 1));
    }
    if matches!(word(next), "percent" | "%") {
        return Some((Figure::new(Measure::Percent, range), next + 1));
    }
    if matches!(word(next), "am" | "pm") {
        let hour = |hundredths: u64| hundredths / 100 % 12 + if word(next) == "pm" { 12 } else { 0 };
        return Some((Figure::new(Measure::Clock, (60 * hour(range.0), 60 * hour(range.1))), next + 1));
    }
    // What stands in the plural is counted, what stands in the singular is named: `5 photos`, `step 5`.
    let noun = word(next);
    let is_plural =
        noun.len() > 3 && noun.ends_with('s') && !noun.ends_with("ss") && !["this", "plus", "thus"].contains(&noun);
    is_plural.then_some((Figure::new(Measure::Count, range), next))
}

/// A figure with the upper end of its range, if one of its kind follows.
fn joined(
    all: &[Token],
    figure: Figure,
    next: usize,
    upper: impl Fn(&Token) -> Option<(Measure, (u64, u64))>,
) -> (Figure, usize) {
    match (all.get(next), all.get(next + 1).and_then(upper)) {
        (Some(to), Some((measure, range))) if to.id == segment::DASH || TO.contains(&to.word.as_str()) => {
            (figure.to(Figure::new(measure, range)), next + 2)
        }
        _ => (figure, next),
    }
}

/// What a reply stands in: its file, whatever the ending, or the record of a data file that has a name.
fn home(name: &str, place: Option<&LogicalPlace>) -> u64 {
    let Some(place) = place else {
        let folder = name.rfind(['/', '\\']).map_or(0, |at| at + 1);
        let end = name[folder..].rfind('.').map_or(name.len(), |dot| folder + dot);
        return hash(&name.as_bytes()[..end]);
    };
    let record = place.title.as_deref().or(place.id.as_deref());
    let record = record.unwrap_or_else(|| &place.path[..place.path.rfind(['.', '[']).unwrap_or(place.path.len())]);
    hash_all([hash(name.as_bytes()), hash(record.as_bytes())])
}

/// The text of a reply with its placeholders as its source writes them.
struct Shown {
    text: String,
    /// Where each piece begins in the derived text and here, and the ends of both.
    starts: Vec<(usize, usize)>,
}

impl Shown {
    fn new(source: &str, derived: &Mapped<'_>) -> Self {
        let pieces = derived.pieces();
        let (mut text, mut starts) =
            (String::with_capacity(derived.text().len()), Vec::with_capacity(pieces.len() + 1));
        for (number, piece) in pieces.iter().enumerate() {
            let end = pieces.get(number + 1).map_or(derived.text().len(), |next| next.at);
            starts.push((piece.at, text.len()));
            match piece.kind {
                PieceKind::Opaque(_) => text.push_str(&source[piece.source.range()]),
                _ => text.push_str(&derived.text()[piece.at..end]),
            }
        }
        starts.push((derived.text().len(), text.len()));
        Self { text, starts }
    }

    /// The place here of one in the derived text.
    fn at(&self, byte: usize) -> usize {
        let before = self.starts.partition_point(|(at, _)| *at <= byte).saturating_sub(1);
        self.starts.get(before).map_or(0, |(at, shown)| shown + byte - at)
    }
}
