//! `scan`: a stream of replies, one JSON object a line in, one a line out.

#[cfg(feature = "parquet")]
mod parquet;

use super::answers::known;
use super::config_flags::ConfigFlags;
use super::lines::{Line, Lines};
use super::rule_flags::{Wanted, no_rules};
use super::suppression_flags::IgnoreFlags;
use super::terminal::Terminal;
use super::{STDIN, Stop, Workers, jobs};
use replylint::document::{Document, Format, Known};
use replylint::error::{Error, Result};
use replylint::linter::Linter;
use replylint::output::wire::{self, line as json};
use replylint::report::{Count, Outcome};
use replylint::source::Source;
use replylint::suppression::{Paths, Suppression};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Check a stream of replies: JSON Lines in, JSON Lines out
///
/// Each line is an object with the reply's text in `reply` and, where it is known, the customer's message in `customer`. The
/// answer is the same object with `findings` and `score` added; its other fields are passed through unchanged. Answers come in the order of
/// the lines, one for each. A line that cannot be checked is answered by an object with `error` and `line`. Blank lines are
/// skipped. Offsets in findings count from the start of the reply. What a reply says of itself in comments or front matter is heeded: such
/// findings are left out and counted in `suppressed`. The score is that of the words as they stand.
///
/// Findings do not change the exit code.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    /// Files to read. `-`, or none, reads standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The field that identifies a reply; it is repeated beside an error
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// The field that holds the reply
    #[arg(long, value_name = "NAME", default_value = "reply")]
    reply_field: String,
    /// The field that holds the customer's message
    #[arg(long, value_name = "NAME", default_value = "customer")]
    customer_field: String,
    /// The field that holds the kind of reply, where it should not be told from the message
    #[arg(long, value_name = "NAME", default_value = "kind")]
    kind_field: String,
    /// The field that names what the reply is sent over, for rules that ask
    #[arg(long, value_name = "NAME", default_value = "channel")]
    channel_field: String,
    /// How many threads to use. The output is the same for any number [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = jobs())]
    jobs: Option<usize>,
    /// Read FILE as Parquet, and write it here with `findings`, as JSON, `score`, `suppressed` and `error` in columns of their own.
    /// For programs that are built with `--features parquet`
    #[arg(long, value_name = "PATH", requires = "files")]
    output_parquet: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigFlags,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    ignores: IgnoreFlags,
}

/// The fields that are added.
const FINDINGS: &str = "findings";
const SCORE: &str = "score";
/// How many findings may stand, where some do.
const SUPPRESSED: &str = "suppressed";

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let mut settings = self.config.load()?;
        let linters = self.wanted.linters(&mut settings, terminal)?;
        let linter = linters.of(0, &settings.run().for_any_file());
        if linter.is_idle() {
            return Err(no_rules().into());
        }
        let linter = linter.with_detectors();
        let suppression = self.ignores.of_drafts();
        let workers = Workers::new(self.jobs)?;
        if let Some(to) = &self.output_parquet {
            let unchecked = self.copy(to, &workers, |record| self.judge(record, &linter, &suppression))?;
            if unchecked > 0 {
                terminal.note(format_args!("{} could not be checked; `error` says why.", Count(unchecked, "row")));
            }
            return Ok(Outcome::Clean);
        }
        let stdin = [PathBuf::from(STDIN)];
        let files = if self.files.is_empty() { &stdin[..] } else { &self.files };
        let mut out = io::stdout().lock();
        let mut unchecked = 0;
        for path in files {
            let unreadable = |error| Error::io("read", path, &error);
            let (input, name): (Box<dyn Read>, _) = match path.as_os_str() == STDIN {
                true => (Box::new(io::stdin().lock()), None),
                false => (Box::new(File::open(path).map_err(unreadable)?), Some(path.display().to_string())),
            };
            let mut lines = Lines::new(input);
            loop {
                let chunk = lines.chunk().map_err(unreadable)?;
                if chunk.is_empty() {
                    break;
                }
                let answers = workers.map(&chunk, |line| self.answer(line, name.as_deref(), &linter, &suppression));
                unchecked += answers.iter().filter(|answer| !answer.checked).count();
                let text: String = answers.into_iter().map(|answer| answer.text + "\n").collect();
                out.write_all(text.as_bytes())?;
                out.flush()?;
            }
        }
        if unchecked > 0 {
            terminal.note(format_args!("{} could not be checked; the output says why.", Count(unchecked, "line")));
        }
        Ok(Outcome::Clean)
    }

    /// The object that answers a line.
    fn answer(&self, line: &Line, file: Option<&str>, linter: &Linter, suppression: &Suppression<'_>) -> Answer {
        let mut id = None;
        match self.findings(line, linter, suppression, &mut id) {
            Ok(text) => Answer { text: wire::plain(text), checked: true },
            Err(reason) => {
                let place = file.map_or_else(String::new, |file| format!("{file}: "));
                let error = format!("{place}line {}: {reason}", line.number);
                let id = id.map_or_else(String::new, |id| format!("{}:{id},", json(&self.id_field)));
                let text = format!("{{{id}\"error\":{},\"line\":{}}}", json(&error), line.number);
                Answer { text: wire::plain(text), checked: false }
            }
        }
    }

    fn findings(
        &self,
        line: &Line,
        linter: &Linter,
        suppression: &Suppression<'_>,
        id: &mut Option<String>,
    ) -> std::result::Result<String, String> {
        let object: Object<'_> = serde_json::from_str(line.text()?).map_err(|e| reason("not a JSON object", &e))?;
        *id = object.field(&self.id_field).map(|raw| raw.get().to_string());

        let reply = object.field(&self.reply_field).ok_or_else(|| format!("no field `{}`", self.reply_field))?;
        let reply = string(reply, &self.reply_field)?;
        let customer = match object.field(&self.customer_field).filter(|raw| raw.get() != "null") {
            Some(raw) => Some(string(raw, &self.customer_field)?),
            None => None,
        };
        let word = |name: &str| match object.field(name).filter(|raw| raw.get().starts_with('"')) {
            Some(raw) => string(raw, name).map(Some),
            None => Ok(None),
        };
        let (kind, channel) = (word(&self.kind_field)?, word(&self.channel_field)?);
        let (customer, kind, channel) = (customer.as_deref(), kind.as_deref(), channel.as_deref());
        let judged = self.judge(&Record { reply: &reply, customer, kind, channel }, linter, suppression);

        let mut out = String::from("{");
        // What an earlier scan added makes way.
        for (name, value) in object.0.iter().filter(|(name, _)| ![FINDINGS, SCORE, SUPPRESSED].contains(&name.as_str()))
        {
            out += &format!("{}:{value},", json(name));
        }
        out += &format!("{}:{},{}:{}", json(FINDINGS), judged.findings, json(SCORE), json(&judged.score));
        if judged.suppressed > 0 {
            out += &format!(",{}:{}", json(SUPPRESSED), judged.suppressed);
        }
        out.push('}');
        Ok(out)
    }

    /// What is found in a reply.
    fn judge(&self, record: &Record<'_>, linter: &Linter, suppression: &Suppression<'_>) -> Judged {
        let reply = Source::new(&self.reply_field, record.reply);
        let kind = record.kind.filter(|kind| known(linter.ruleset(), kind).is_ok());
        let mut document = Document::extract(&reply, Format::Text);
        document.tell(Known { customer: record.customer, kind, channel: record.channel });
        let rated = linter.rate(&reply, &document);
        let score = rated.first().map(|(_, score)| score.total());
        let findings = rated.into_iter().flat_map(|(findings, _)| findings).collect();
        let parted = suppression.part(linter, Paths::default(), &reply, &document, findings);
        let findings: Vec<_> = parted.open.iter().map(|finding| wire::Finding::new(finding, &reply)).collect();
        Judged { findings: json(&findings), score, suppressed: parted.suppressed.len() }
    }

    /// Writes a table anew with what is found in its replies, and says how many could not be checked.
    fn copy(&self, to: &Path, workers: &Workers, judge: impl Fn(&Record<'_>) -> Judged + Send + Sync) -> Result<usize> {
        let [from] = &self.files[..] else {
            return Err(Error::new("`--output-parquet` asks for one file, and there are more"));
        };
        #[cfg(feature = "parquet")]
        return parquet::copy(from, to, self, workers, judge);
        #[cfg(not(feature = "parquet"))]
        {
            let _ = (to, workers, judge);
            let error = format!("cannot read `{}`: this program is built without Parquet", from.display());
            Err(Error::new(error).hint("build it with `--features parquet`, or pass JSON Lines"))
        }
    }
}

/// What is judged.
struct Record<'a> {
    reply: &'a str,
    customer: Option<&'a str>,
    kind: Option<&'a str>,
    channel: Option<&'a str>,
}

/// What is found in it.
struct Judged {
    /// As JSON.
    findings: String,
    score: Option<u32>,
    /// How many findings may stand.
    suppressed: usize,
}

/// What is written for a line.
struct Answer {
    text: String,
    checked: bool,
}

/// A JSON object whose values are kept as they are written: in order, and numbers to the last digit.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl Object<'_> {
    /// The value of a field; of its last mention, as most readers of JSON have it.
    fn field(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// The text of a field that must hold one.
fn string(raw: &RawValue, field: &str) -> std::result::Result<String, String> {
    let kind = match raw.get().as_bytes().first() {
        Some(b'"') => {
            return serde_json::from_str(raw.get()).map_err(|e| reason(&format!("cannot read `{field}`"), &e));
        }
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        _ => "a number",
    };
    Err(format!("`{field}` is {kind}, not a string"))
}

/// What `serde_json` says, without its own count of lines, of which there is one.
fn reason(what: &str, error: &serde_json::Error) -> String {
    let error = error.to_string();
    match error.split_once(" at line 1 column ") {
        Some((message, "0")) => format!("{what}: {message}"),
        Some((message, column)) => format!("{what}: {message} at column {column}"),
        None => format!("{what}: {error}"),
    }
}
