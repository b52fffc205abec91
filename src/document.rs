//! From a file to the writer's own words.
//!
//! Only this module knows formats. A [`Region`] is the text of one reply as its reader will see it; what is not the writer's (quoted
//! history, signatures, code, front matter) is left out of it, and the way back to the file is kept.

mod data;
mod email;
mod fields;
mod format;
mod html;
mod language;
mod logic;
mod markdown;
mod placeholder;
pub mod profile;
mod record;
mod text;
mod thread;
mod waiver;
mod writer;

use crate::mapped::{Mapped, Object, Piece, PieceKind};
use crate::source::{Source, Span};
pub use data::Fault;
pub use fields::{Field, Fields, Role};
pub use format::{Format, Syntax};
pub use logic::Logic;
pub use placeholder::Dialect;
use placeholder::Foreign;
pub use profile::Asked;
use profile::Profile;
pub use record::{Record, TOO_LARGE};
pub use waiver::{Origin, Waiver};
use writer::Writer;

/// The replies in a source.
#[derive(Debug, Default)]
pub struct Document<'s> {
    /// One for each reply, in order. Empty when nothing in the source is a reply.
    pub regions: Vec<Region<'s>>,
    /// The same for a data file, in which each reply is a text of its own.
    pub records: Vec<Record>,
    /// The profile that a data file follows.
    pub profile: Option<String>,
    /// How many texts are left out because they are in another language.
    pub foreign: usize,
    /// A number that stands for all that a data file holds beside its replies: it changes when any of that does.
    pub rest: u64,
    /// What front matter says may stand in all of the replies.
    pub waiver: Option<Waiver>,
    /// What front matter says under the names that were asked for, in their order.
    pub told: Vec<Option<String>>,
    /// What of a data file may not be meant as it is read, such as a quotation mark that is never closed.
    pub doubts: Vec<Fault>,
}

/// How to read a source.
#[derive(Clone, Debug)]
pub struct Reading<'p> {
    /// How it is written.
    pub format: Format,
    /// Whether what it holds is still to be sent, or kept.
    pub mode: Mode,
    /// Where the replies stand in a data file; without it, the file's own shape tells.
    pub profile: Option<&'p Profile>,
    /// The code of the language that its texts are in; without it, the file's name and their words tell.
    pub language: Option<&'p str>,
    /// What else is to be told of each reply.
    pub asked: &'p [Asked],
}

/// What texts are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One reply to one customer: what is quoted in it is the customer's, and a mail program may have added to it.
    #[default]
    Draft,
    /// Kept to be used again: every word of it is the writer's.
    Template,
}

/// One reply: the writer's own words.
#[derive(Debug)]
pub struct Region<'s> {
    /// The text as its reader sees it. A blank line, which may hold white space, ends a block (paragraph, heading, list item); a single
    /// line break does not. Never only white space, and none at either end.
    pub text: Mapped<'s>,
    /// How many bytes of the text, at its start, are the subject of a mail.
    pub subject: usize,
    /// What placeholders say where they have no value, such as `there` for a name: each a text of its own, of which only the wording
    /// matters.
    pub fallbacks: Vec<Mapped<'s>>,
    /// What of the text is there under which conditions.
    pub logic: Logic,
    /// Tags of template logic without their other half, in bytes of the source.
    pub unbalanced: Vec<Span>,
    /// How placeholders are written in the file that it stands in, where that is known.
    pub dialect: Option<Dialect>,
    /// What the reply answers, where the source quotes it.
    pub customer: Option<Mapped<'s>>,
    /// How many bytes of that are the subject: alone, it is the customer's words, but no message.
    pub customer_subject: usize,
    /// The kind of reply that it is said to be, by `kind` in front matter or by the caller. Whether there is such a kind is for a rule
    /// set to say.
    pub kind: Option<String>,
    /// What it is sent over, such as `chat`, by `channel` in front matter or by the caller.
    pub channel: Option<String>,
    /// What comments in it say may stand in it.
    pub waivers: Vec<Waiver>,
}

/// What is known of replies from elsewhere than their file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'k> {
    /// What they answer.
    pub customer: Option<&'k str>,
    /// Of what kind they are.
    pub kind: Option<&'k str>,
    /// What they are sent over.
    pub channel: Option<&'k str>,
}

/// One way through a template.
#[derive(Debug)]
pub struct Path {
    /// What is sent there.
    pub text: Mapped<'static>,
    /// How many bytes of it, at its start, are the subject of a mail.
    pub subject: usize,
    /// By condition, whether it holds there.
    pub holds: Vec<bool>,
}

impl From<Format> for Reading<'_> {
    fn from(format: Format) -> Self {
        Self { format, mode: Mode::default(), profile: None, language: None, asked: &[] }
    }
}

impl<'s> Document<'s> {
    /// Takes the replies out of a text. What cannot be understood is left out; nothing fails. A data file holds none here.
    pub fn extract(source: &'s Source, format: Format) -> Self {
        Self::read(source, &format.into()).unwrap_or_default()
    }

    /// Takes the replies out of a source.
    ///
    /// # Errors
    /// Where a data file is not written as its format says. A text never fails.
    pub fn read(source: &'s Source, reading: &Reading<'_>) -> Result<Self, Fault> {
        let text = source.text();
        if let Format::Data(syntax) = reading.format {
            let found = record::extract(source, unmarked(text), syntax, reading)?;
            let record::Records { mut records, profile, foreign, dialect, rest, doubts } = found;
            let slots = records.iter().flat_map(|r| r.regions.iter().flat_map(|region| region.slots(r.source.text())));
            let dialect = dialect.or_else(|| Dialect::of_all(slots));
            records.iter_mut().flat_map(|r| &mut r.regions).for_each(|region| region.dialect = dialect);
            return Ok(Self { records, profile, foreign, rest, doubts, ..Self::default() });
        }
        let body = Span::new(front_matter(text), text.len());
        let (mode, blocks) = (reading.mode, Foreign::of(text));
        let mut regions = match reading.format {
            Format::Markdown => markdown::extract(text, body, mode, &blocks),
            Format::Html => html::extract(text, body, mode, &blocks).into_iter().collect(),
            Format::Email => email::extract(text, body, &blocks).into_iter().collect(),
            _ => text::extract(text, body, mode, &blocks).into_iter().collect(),
        };
        let foreign = match (mode, reading.language) {
            (_, Some(language)) => language::drop_other(language, &mut regions),
            (Mode::Template, None) => language::drop_foreign(source.name(), &mut regions),
            (Mode::Draft, None) => 0,
        };
        let said = |key| front_value(&text[..body.start], key).map(ToOwned::to_owned);
        for region in &mut regions {
            (region.kind, region.channel) = (said("kind"), said("channel"));
        }
        let dialect = Dialect::of_all(regions.iter().flat_map(|region| region.slots(text)));
        regions.iter_mut().for_each(|region| region.dialect = dialect);
        let waiver = Waiver::in_front_matter(text, Span::new(unmarked(text).start, body.start));
        let told = reading.asked.iter().map(|asked| said(asked.name())).collect();
        Ok(Self { regions, foreign: foreign + blocks.len(), waiver, told, ..Self::default() })
    }

    /// The profile that is given for a data file, or the one that it follows: for a file that is read part by part.
    ///
    /// # Errors
    /// Where the file is not written as its format says.
    pub fn profile(source: &Source, reading: &Reading<'_>) -> Result<Option<Profile>, Fault> {
        let (text, Format::Data(syntax)) = (source.text(), reading.format) else { return Ok(None) };
        record::profile(text, unmarked(text), syntax, reading.profile)
    }

    /// What was asked for, reply by reply.
    pub fn told(&self) -> impl Iterator<Item = &[Option<String>]> {
        let recorded = self.records.iter().flat_map(|record| record.regions.iter().map(|_| &record.told[..]));
        self.regions.iter().map(|_| &self.told[..]).chain(recorded)
    }

    /// Lists the strings of a data file and what each is taken for. A text has none: all of it is a reply.
    ///
    /// # Errors
    /// Where the file is not written as its format says.
    pub fn fields(source: &Source, reading: &Reading<'_>) -> Result<Option<Fields>, Fault> {
        let (text, Format::Data(syntax)) = (source.text(), reading.format) else { return Ok(None) };
        fields::list(text, unmarked(text), syntax, reading.profile).map(Some)
    }

    /// All replies, those of a data file too.
    pub fn replies(&self) -> impl Iterator<Item = &Region<'s>> {
        let recorded = self.records.iter().flat_map(|record| &record.regions);
        self.regions.iter().chain(recorded)
    }

    /// How many replies are too long to be judged as a whole.
    pub fn long_replies(&self) -> usize {
        self.replies().filter(|region| region.is_long()).count()
    }

    /// Says of what kind replies are, and what they are sent over, where they do not say so themselves.
    pub fn presume(&mut self, known: Known<'_>) {
        fn presume(region: &mut Region<'_>, known: Known<'_>) {
            for (own, known) in [(&mut region.kind, known.kind), (&mut region.channel, known.channel)] {
                if own.is_none() {
                    *own = known.map(ToOwned::to_owned);
                }
            }
        }
        self.regions.iter_mut().for_each(|region| presume(region, known));
        self.recorded().for_each(|region| presume(region, known));
    }

    /// Says what is known of every reply, whatever it says itself.
    pub fn tell(&mut self, known: Known<'s>) {
        fn tell<'t>(region: &mut Region<'t>, known: Known<'_>, customer: Option<Mapped<'t>>) {
            if let Some(customer) = customer {
                region.customer = Some(customer);
                region.customer_subject = 0;
            }
            for (own, known) in [(&mut region.kind, known.kind), (&mut region.channel, known.channel)] {
                if let Some(known) = known {
                    *own = Some(known.to_owned());
                }
            }
        }
        let customer = known.customer.map(|text| Mapped::verbatim(text, Span::new(0, text.len())));
        self.regions.iter_mut().for_each(|region| tell(region, known, customer.clone()));
        self.recorded().for_each(|region| tell(region, known, customer.clone().map(Mapped::into_owned)));
    }

    /// The replies of a data file.
    fn recorded(&mut self) -> impl Iterator<Item = &mut Region<'static>> {
        self.records.iter_mut().flat_map(|record| &mut record.regions)
    }
}

impl<'s> Region<'s> {
    fn new(mut own: Writer<'s>, customer: Writer<'s>) -> Option<Self> {
        let (subject, customer_subject) = (own.subject(), customer.subject());
        let (fallbacks, (logic, unbalanced)) = (own.fallbacks(), own.logic());
        let waivers = own.waivers();
        let (text, customer) = (own.finish()?, customer.finish());
        Some(Self {
            text,
            subject,
            fallbacks,
            logic,
            unbalanced,
            dialect: None,
            customer,
            customer_subject,
            kind: None,
            channel: None,
            waivers,
        })
    }

    /// Its placeholders, as its source writes them.
    fn slots<'t>(&'t self, source: &'t str) -> impl Iterator<Item = &'t str> {
        let is_slot = |piece: &&Piece| matches!(piece.kind, PieceKind::Opaque(Object::Placeholder(_)));
        self.text.pieces().iter().filter(is_slot).filter_map(|piece| source.get(piece.source.range()))
    }

    /// What customers may read of it, according to its template logic; none where there is but one way through.
    pub fn paths(&self) -> Vec<Path> {
        let way = |holds: Vec<bool>| {
            let gone = self.logic.gone(&holds);
            let cut = gone.iter().map(|span| span.end.min(self.subject).saturating_sub(span.start)).sum();
            let text = self.text.without(&gone);
            // A way on which nothing is sent is no reply.
            (!text.text().is_empty()).then(|| Path { text, subject: self.subject.saturating_sub(cut), holds })
        };
        self.logic.paths().into_iter().filter_map(way).collect()
    }

    /// Whether it is too long to be one reply: then its wording is looked at, and it is not judged as a whole.
    pub fn is_long(&self) -> bool {
        self.text.text().len() > MAX_REPLY
    }

    /// Its text cut to parts of at most [`MAX_PART`] bytes: where a blank line is, else a line or a word ends, else anywhere.
    pub(crate) fn parts(&self) -> Vec<Span> {
        let text = self.text.text();
        let mut parts = Vec::with_capacity(text.len() / MAX_PART + 1);
        let mut start = 0;
        while text.len() - start > MAX_PART {
            let most = text.floor_char_boundary(start + MAX_PART);
            let half = text.floor_char_boundary(start + MAX_PART / 2);
            let room = &text[half..most];
            let cut = room.rfind("\n\n").or_else(|| room.rfind('\n')).or_else(|| room.rfind(' '));
            let end = cut.map_or(most, |cut| half + cut + 1);
            parts.push(Span::new(start, end));
            start = end;
        }
        parts.push(Span::new(start, text.len()));
        parts
    }

    /// The same reply with places in what `inner`, which it was taken from, was derived from.
    fn through<'t>(self, inner: &Mapped<'_>) -> Region<'t> {
        self.map(|text| text.through(inner).into_owned(), |span| inner.to_source(span))
    }

    /// The same, without borrowing.
    fn into_owned(self) -> Region<'static> {
        self.map(Mapped::into_owned, |span| span)
    }

    /// The same with other texts, and with other places in the source.
    fn map<'t>(self, text: impl Fn(Mapped<'s>) -> Mapped<'t>, place: impl Fn(Span) -> Span) -> Region<'t> {
        Region {
            text: text(self.text),
            subject: self.subject,
            fallbacks: self.fallbacks.into_iter().map(&text).collect(),
            logic: self.logic,
            unbalanced: self.unbalanced.into_iter().map(&place).collect(),
            dialect: self.dialect,
            customer: self.customer.map(text),
            customer_subject: self.customer_subject,
            kind: self.kind,
            channel: self.channel,
            waivers: self.waivers.into_iter().map(|waiver| waiver.map(&place)).collect(),
        }
    }

    /// Its first byte in the source.
    fn start(&self) -> usize {
        self.text.to_source(Span::default()).start
    }
}

/// A text without its byte order mark.
fn unmarked(text: &str) -> Span {
    Span::new(text.len() - text.trim_start_matches('\u{feff}').len(), text.len())
}

/// Where the text begins: after a byte order mark and a block between `---` or `+++` lines that holds keys.
fn front_matter(text: &str) -> usize {
    let start = unmarked(text).start;
    let mut lines = text[start..].split_inclusive('\n').take(MAX_FRONT_MATTER);
    let fence = lines.next().map_or("", str::trim_end);
    if !matches!(fence, "---" | "+++") {
        return start;
    }
    let mut end = start + text[start..].find('\n').map_or(0, |i| i + 1);
    for (i, line) in lines.enumerate() {
        end += line.len();
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            return if i > 0 { end } else { start };
        }
        let keyed = line.split_once([':', '=']).is_some_and(|(key, _)| !key.trim().contains(' '));
        let inner = line.trim().is_empty() || line.starts_with([' ', '\t', '-', '#', '[', ']', '{', '}']);
        if !(keyed || i > 0 && inner) {
            break;
        }
    }
    start
}

/// The value of a key of front matter: a word or a quoted string on the key's line.
fn front_value<'t>(front: &'t str, key: &str) -> Option<&'t str> {
    front.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.trim_start().strip_prefix([':', '='])?;
        let value = value.trim().trim_matches(['"', '\'']);
        (1..=MAX_VALUE).contains(&value.len()).then_some(value)
    })
}

/// The longest value of front matter that says anything of the replies, in bytes.
const MAX_VALUE: usize = 500;

/// A longer text, in bytes, is no reply: it is forty times as long as the longest macros are.
pub const MAX_REPLY: usize = 1 << 18;

/// In parts of so many bytes, what is known of all words at once fits the caches of a core.
const MAX_PART: usize = 1 << 16;

/// The longest front matter, in lines.
const MAX_FRONT_MATTER: usize = 500;

#[cfg(test)]
mod tests;
