//! What an audit asks of replies beside their words, and replies with the answers.

use super::super::answers::known;
use super::super::config_flags::unreadable;
use super::super::desk::{self, At};
use super::super::lines::Line;
use replylint::audit::{self, Reply, Unchecked};
use replylint::baseline::Tally;
use replylint::document::profile::Profile;
use replylint::document::{Asked, Document, Fault, Format, Reading, Syntax};
use replylint::error::{Error, Result};
use replylint::likeness::Reader;
use replylint::linter::Linter;
use replylint::source::{Position, Source};
use std::path::Path;
use std::sync::Arc;

/// What is asked of each reply beside its words.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Breakdown")]
pub(super) struct Questions {
    /// Break the sums down by what stands beside replies under this name: a field of their records, a column, or a key of front
    /// matter. `kind`, `file` and `folder` are known of every reply. May be repeated
    #[arg(long, value_name = "FIELD")]
    pub(super) by: Vec<String>,
    /// The field that says how often a reply is used. The worst replies are those that cost most over all uses
    #[arg(long, value_name = "FIELD")]
    pub(super) usage: Option<String>,
    /// The field that holds the reply [default: as the file's shape tells, or `reply`]
    #[arg(long, value_name = "FIELD")]
    reply_field: Option<String>,
    /// The field that holds the customer's message [default: as the file's shape tells, or `customer`]
    #[arg(long, value_name = "FIELD")]
    customer_field: Option<String>,
    /// The field that holds the kind of reply, where it should not be told from the message
    #[arg(long, value_name = "FIELD", default_value = "kind")]
    kind_field: String,
    /// The field that names what the reply is sent over, for rules that ask
    #[arg(long, value_name = "FIELD", default_value = "channel")]
    channel_field: String,
}

/// The same, read.
pub(super) struct Asks<'a> {
    flags: &'a Questions,
    /// The kind and the channel, the usage if it is asked for, and what the sums are broken down by.
    asked: Vec<Asked>,
    /// What reads macros to compare them, if that is asked for.
    reader: Option<Reader>,
}

impl Questions {
    /// Reads the names of the fields.
    pub(super) fn asked(&self, compare: bool) -> Result<Asks<'_>> {
        let names = [&self.kind_field, &self.channel_field].into_iter().chain(&self.usage).chain(&self.by);
        let asked = names.map(|name| Asked::named(name).map_err(|fault| wrong(name, &fault))).collect::<Result<_>>()?;
        let fields = (self.reply_field.as_deref(), self.customer_field.as_deref());
        for name in [fields.0, fields.1].into_iter().flatten() {
            Asked::named(name).map_err(|fault| wrong(name, &fault))?;
        }
        Ok(Asks { flags: self, asked, reader: compare.then(Reader::new) })
    }

    /// A profile with the fields that flags name.
    fn named(&self, profile: Profile) -> Result<Profile> {
        let (reply, customer) = (self.reply_field.as_deref(), self.customer_field.as_deref());
        profile.with_fields(reply, customer).map_err(Error::new)
    }

    /// Whether flags say where replies stand in records.
    pub(super) fn name_fields(&self) -> bool {
        self.reply_field.is_some() || self.customer_field.is_some()
    }
}

fn wrong(name: &str, fault: &str) -> Error {
    Error::new(format!("cannot read the field `{name}`: {fault}"))
        .hint("put a key that is no path into quotes: `'a.b'`")
}

/// The name under which every reply says of what kind it is.
const KIND: &str = "kind";

/// The replies of a file, or of a part of one.
#[derive(Default)]
pub(super) struct Read {
    pub(super) replies: Vec<Reply>,
    /// How many texts in it are in another language.
    pub(super) foreign: usize,
    /// How many are too long for a reply.
    pub(super) long: usize,
    /// What may not be meant as it is read: the file, the place, and what is odd there.
    pub(super) doubts: Vec<(String, Position, String)>,
}

impl Read {
    /// Adds what was not checked of them.
    pub(super) fn count(&self, unchecked: &mut Unchecked) {
        unchecked.foreign += self.foreign as u64;
        unchecked.long += self.long as u64;
    }
}

/// What counts for one file, and what is asked of its replies.
pub(super) struct Desk<'a> {
    desk: desk::Desk<'a>,
    asks: &'a Asks<'a>,
    linter: Linter,
    at: At,
    reading: Reading<'a>,
    /// The profile of its records, where neither a configuration nor each part of it tells.
    profile: Option<Profile>,
}

impl<'a> Desk<'a> {
    /// That of a file which begins so.
    pub(super) fn new(desk: desk::Desk<'a>, asks: &'a Asks<'a>, head: &Source) -> Self {
        let linter = desk.linter.clone().with_detectors();
        let at = desk.brief.at(Path::new(head.name()));
        let reading = Reading { asked: &asks.asked, ..desk.says.reading(head) };
        Self { desk, asks, linter, at, reading, profile: None }
    }

    /// Whether the file is one of JSON Lines.
    pub(super) fn has_lines(&self) -> bool {
        self.reading.format == Format::Data(Syntax::JsonLines)
    }

    /// What the baseline lets stand in the file, for one that is read part by part: from now on that is for the caller to count.
    pub(super) fn tally(&mut self) -> Option<Tally<'a>> {
        let local = self.at.local.take()?;
        self.desk.brief.known.map(|known| known.baseline.tally(&local))
    }

    /// Takes the profile from a part of the file; where that follows none, its replies are where `scan` reads them.
    pub(super) fn settle(&mut self, sample: &Source) -> Result<()> {
        let follows = Document::profile(sample, &self.reading).ok().flatten();
        self.profile = Some(self.asks.flags.named(follows.unwrap_or_else(Profile::of_records))?);
        Ok(())
    }

    /// The replies of a file.
    pub(super) fn replies(mut self, source: &Arc<Source>) -> Result<Read> {
        if self.asks.flags.name_fields() && self.reading.format.is_data() {
            self.settle(source)?;
        }
        let (reader, read) = (self.asks.reader.as_ref(), |fault: Fault| unreadable(source, &fault));
        self.read(source, reader).map_err(read)
    }

    /// The replies in a line of it, or why it cannot be read.
    pub(super) fn line(&self, line: &Line, name: &str) -> std::result::Result<Read, String> {
        let source = Arc::new(Source::new(name, line.text()?));
        let read = self
            .read(&source, None)
            .map_err(|fault| format!("{} (column {})", fault.message, source.position(fault.at).column))?;
        if read.replies.is_empty() && read.foreign == 0 {
            return Err("no reply was found".to_owned());
        }
        Ok(read)
    }

    fn read(&self, source: &Arc<Source>, reader: Option<&Reader>) -> std::result::Result<Read, Fault> {
        let reading = Reading { profile: self.profile.as_ref().or(self.reading.profile), ..self.reading.clone() };
        let mut document = Document::read(source, &reading)?;
        let ruleset = self.linter.ruleset();
        for record in &mut document.records {
            let [kind, channel, ..] = &record.told[..] else { continue };
            for region in &mut record.regions {
                region.kind = kind.clone().filter(|kind| known(ruleset, kind).is_ok());
                region.channel.clone_from(channel);
            }
        }
        document.presume(self.desk.says.known());
        self.desk.brief.context.tell(&mut document);
        let long = document.long_replies();
        let told: Vec<Vec<Option<String>>> = document.told().map(<[_]>::to_vec).collect();
        let paths = self.at.paths(self.desk.config);
        let (suppression, kinds) = (self.desk.brief.suppression, self.asks.flags.by.iter().any(|name| name == KIND));
        let mut replies = audit::replies(&self.linter, suppression, paths, source, &mut document, kinds);
        for (reply, told) in replies.iter_mut().zip(told) {
            self.answer(reply, told);
        }
        let compared = reader.map(|reader| reader.read_all(source, &document)).unwrap_or_default();
        for (reply, compared) in replies.iter_mut().zip(compared) {
            reply.compared = compared;
        }
        let doubt = |doubt: &Fault| (source.name().to_owned(), source.position(doubt.at), doubt.message.clone());
        let doubts = document.doubts.iter().map(doubt).collect();
        Ok(Read { replies, foreign: document.foreign, long, doubts })
    }

    /// Tells of a reply what was asked.
    fn answer(&self, reply: &mut Reply, told: Vec<Option<String>>) {
        // The kind and the channel are told by now.
        let mut told = told.into_iter().skip(2);
        if self.asks.flags.usage.is_some() {
            reply.usage = told.next().flatten().as_deref().and_then(number);
        }
        let path = Path::new(&*reply.place.path);
        let kind = reply.kind.as_ref();
        let other = |name: &str| match name {
            KIND => kind.cloned(),
            "file" => Some(path.display().to_string()),
            "folder" => path.parent().map(|folder| folder.display().to_string()),
            _ => None,
        };
        let value = |name: &String| Some(cut(told.next().flatten().or_else(|| other(name))?));
        reply.columns = self.asks.flags.by.iter().map(value).collect();
    }
}

/// The beginning of a value that is longer than any that is told apart.
fn cut(mut value: String) -> String {
    if let Some((end, _)) = value.char_indices().nth(MAX_VALUE) {
        value.truncate(end);
        value.push('…');
    }
    value
}

/// The longest value of a column, in code points.
const MAX_VALUE: usize = 200;

/// A number as exports write it: `1,204` or `17.0`; none where commas part anything but thousands, and none above [`MOST_USED`].
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let mut groups = text.split(['.']).next().unwrap_or_default().split(',');
    let is_grouped = groups.next().is_some_and(|first| first.len() <= 3) && groups.all(|group| group.len() == 3);
    if text.contains(',') && !is_grouped {
        return None;
    }
    let number: f64 = text.replace(',', "").parse().ok()?;
    (0.0..=MOST_USED).contains(&number).then(|| number.round() as u64)
}

/// The most that a reply can be used.
const MOST_USED: f64 = 1e12;

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_as_exports_write_them() {
        let read = ["7", " 1,204 ", "17.0", "1,204,000.0", "0"].map(number);
        assert_eq!(read, [Some(7), Some(1204), Some(17), Some(1_204_000), Some(0)]);
        assert_eq!(["-1", "", "many", "inf", "17,0", "1,5", "1e19"].map(number), [None; 7]);
    }
}
