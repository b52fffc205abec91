//! From a reply to its words, its figures and its claims.

use super::claim::{self, Item, What};
use super::figure::{self, Figure, Measure};
use super::{Reply, Word, hash, hash_all};
use crate::document::{Document, Region};
use crate::mapped::{Mapped, PieceKind};
use crate::segment::{self, Id, Interner, Lexicon, Part, Sentence, Tokens};
use crate::source::{LogicalPlace, Source, Span};
use rayon::prelude::*;
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

    /// Reads the replies of a document, in order. One that answers a message was sent once, to one customer, and is not to be compared.
    pub fn read_all(&self, source: &Source, document: &Document<'_>) -> Vec<Option<Reply>> {
        let is_kept = |region: &Region<'_>| region.customer.is_none();
        let recorded = document.records.par_iter().flat_map_iter(|record| {
            let (home, title) = (home_of_record(source.name(), &record.place), record.place.title.as_deref());
            let read = move |region| self.read(home, title.unwrap_or_default(), &record.source, region);
            record.regions.iter().map(move |region| is_kept(region).then(|| read(region)))
        });
        let alone = (0..).zip(&document.regions).map(|(number, region)| {
            is_kept(region).then(|| self.read(hash_all([home_of_file(source.name()), number]), "", source, region))
        });
        alone.chain(recorded.collect::<Vec<_>>()).collect()
    }

    /// Reads a reply with what it stands in, and its title there.
    fn read(&self, home: u64, title: &str, source: &Source, region: &Region<'_>) -> Reply {
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
            home,
            text: shown.text[start..end].into(),
            words: Vec::new(),
            frame: 0,
            denials: 0,
            names: Vec::new(),
            claims: Vec::new(),
        };
        let told = [claim::conditions(title), claim::regions(source.name())].concat();
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
            let is_capital = |item: &&Item| text[item.span.start..].starts_with(char::is_uppercase);
            let is_name = |item: &&Item| item.what == What::Word && item.word.len() > 1 && is_capital(item);
            reply.names.extend(items.iter().skip(1).filter(is_name).map(|item| item.stem));
            let own = claim::conditions(&text[sentence.span.range()]);
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
            let (word, span) = (token.word.clone(), token.span.cover(all[next - 1].span));
            at = next;
            if token.id == segment::DASH {
                continue;
            }
            let key = match what {
                What::Figure(figure) => figure.key(),
                What::Slot { .. } => hash(b"{}"),
                What::Denial | What::Word => hash(word.as_bytes()),
            };
            let stem = if what == What::Word { hash(self.stemmer.stem(&word).as_bytes()) } else { key };
            items.push(Item { key, stem, what, span, word });
        }
        items
    }
}

/// A token and the word that it is.
struct Token {
    id: Id,
    span: Span,
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

    /// The figure that it is, needing no other word.
    fn figure(&self) -> Option<Figure> {
        let address = |text: &str| (hash(text.as_bytes()), hash(text.as_bytes()));
        let (measure, range) = match self.id {
            segment::EMAIL => (Measure::Address, address(&self.word)),
            segment::URL => {
                let page = self.word.trim_start_matches("https://").trim_start_matches("http://");
                (Measure::Link, address(page.trim_end_matches('/')))
            }
            segment::AMOUNT => (Measure::Money, figure::number(&self.word)?.0),
            segment::CLOCK => (Measure::Clock, figure::clock(&self.word)?),
            _ => return None,
        };
        Some(Figure::new(measure, range))
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
    let is_to = |at: usize| all.get(at).is_some_and(|to| to.id == segment::DASH || TO.contains(&to.word.as_str()));
    if let Some(figure) = token.figure() {
        let upper = all.get(at + 2).and_then(Token::figure).filter(|upper| upper.measure == figure.measure);
        return Some(match upper.filter(|_| is_to(at + 1)) {
            Some(upper) => (figure.to(upper), at + 3),
            None => (figure, at + 1),
        });
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
    let (range, next) = match all.get(at + 2).and_then(Token::number) {
        Some((upper, "")) if is_to(at + 1) => ((range.0, upper.1), at + 3),
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

/// What a reply of a file stands in: the file, whatever its ending.
fn home_of_file(name: &str) -> u64 {
    let folder = name.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let end = name[folder..].rfind('.').map_or(name.len(), |dot| folder + dot);
    hash(&name.as_bytes()[..end])
}

/// What a reply of a data file stands in: what has its title there, or else what holds it.
fn home_of_record(name: &str, place: &LogicalPlace) -> u64 {
    let holder = || &place.path[..place.path.rfind(['.', '[']).unwrap_or(place.path.len())];
    let record = place.title.as_deref().or(place.id.as_deref()).unwrap_or_else(holder);
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
