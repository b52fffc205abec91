//! What programs read: the structs behind the JSON outputs, version 1.
//!
//! They are apart from the types that they are made from so that those may change. A field here is never renamed or removed
//! within a version; new ones may be added.

pub mod audit;

use crate::rule::Applicability;
use crate::source::Source;
use crate::{baseline, document, finding, report, rule, source};
pub use audit::{Audit, Comparison, Run, prints};
use serde::Serialize;
use std::io::{self, Write};
use toml::de::{DeTable, DeValue};

/// The version of these structs, written as `schema_version`.
pub const VERSION: u32 = 1;

/// Writes a value as JSON over many lines, for people to look into.
///
/// # Errors
/// When what it is written to fails.
pub fn write(mut out: impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(Plain(&mut out), value)?;
    writeln!(out)
}

/// A value as JSON on one line. Strings, and structs of strings and numbers, always have such a form.
pub fn line(value: &(impl Serialize + ?Sized)) -> String {
    plain(serde_json::to_string(value).unwrap_or_default())
}

/// JSON that says the same, and in which nothing stands as it is that terminals, or servers that read logs, would heed: JSON escapes
/// the control characters of ASCII, and no others.
pub fn plain(json: String) -> String {
    if is_plain(json.as_bytes()) {
        return json;
    }
    let mut bytes = Vec::with_capacity(json.len());
    match Plain(&mut bytes).write_all(json.as_bytes()) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// Whether there is nothing of that in it.
fn is_plain(json: &[u8]) -> bool {
    let is_heeded = |at: usize| match json[at..] {
        [0x7f, ..] => true,
        [0xc2, next, ..] => next < 0xa0,
        [0xe2, 0x80, last, ..] => (0xa8..=0xae).contains(&last),
        [0xe2, 0x81, last, ..] => (0xa6..=0xa9).contains(&last),
        _ => false,
    };
    !memchr::memchr3_iter(0x7f, 0xc2, 0xe2, json).any(is_heeded) && memchr::memmem::find(json, b"##").is_none()
}

/// Writes JSON so. It is handed whole characters.
struct Plain<W>(W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(text) = str::from_utf8(bytes).ok().filter(|_| !is_plain(bytes)) else {
            return self.0.write(bytes);
        };
        let is_heeded = |c: &char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let mut brackets = super::terminal::brackets(text).peekable();
        let mut done = 0;
        for (at, c) in text.char_indices() {
            let is_bracket = brackets.next_if(|bracket| *bracket <= at).is_some();
            if is_bracket || is_heeded(&c) {
                self.0.write_all(&bytes[done..at])?;
                write!(self.0, "\\u{:04x}", u32::from(c))?;
                done = at + c.len_utf8();
            }
        }
        self.0.write_all(&bytes[done..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The file, as it was named on the command line. Absent where the text did not come from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the reply stands in the file's own terms, in a file that holds many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// The rule's id.
    pub rule: String,
    /// The part of it before the dot.
    pub category: String,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// What was found.
    pub title: String,
    /// Why it matters to the customer.
    pub why: String,
    /// The template, pattern or measure that fired.
    pub via: String,
    /// The text found, as the reader of the reply sees it.
    #[serde(rename = "match")]
    pub matched: String,
    /// Its first character.
    pub start: Position,
    /// The place after its last character.
    pub end: Position,
    /// The move that is absent, where that is the finding.
    #[serde(rename = "move")]
    pub missing: Option<String>,
    /// Rewrites, best first.
    pub suggestions: Vec<Suggestion>,
    /// What stays the same when the text around it moves: 16 hexadecimal digits.
    pub fingerprint: String,
    /// Why it may stand, if it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppression>,
}

/// Why a finding may stand.
#[derive(Clone, Debug, Serialize)]
pub struct Suppression {
    /// Where that is said: `config`, `front-matter`, `comment` or `baseline`.
    pub by: &'static str,
    /// The reason that is given; empty for what a baseline holds.
    pub reason: String,
}

/// Where a reply stands in a data file.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Which of the file's replies it is, from 0.
    pub index: usize,
    /// What the file knows it by.
    pub id: Option<String>,
    /// What the file calls it.
    pub title: Option<String>,
    /// The path of its value: `macros[3].actions[2].value`.
    pub path: String,
}

/// A rewrite.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// What it does, in the imperative.
    pub title: String,
    /// `safe`, `unsafe` or `manual`.
    pub applicability: &'static str,
    /// The edits that make it, sorted, not overlapping.
    pub edits: Vec<Edit>,
}

/// Replaces the text between two places.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    /// The first character replaced.
    pub start: Position,
    /// The place after the last character replaced.
    pub end: Position,
    /// What stands there afterwards.
    pub text: String,
}

/// A place, in each unit that a reader may count in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// Bytes of UTF-8 from the start of the text.
    pub byte: usize,
    /// Code points from the start of the text.
    pub char: usize,
    /// UTF-16 units from the start of the text.
    pub utf16: usize,
}

/// The program that made a report.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// The sums of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// How many files held a reply.
    pub files: usize,
    /// How many replies were checked.
    pub replies: usize,
    /// How many words they hold.
    pub words: usize,
    /// How many findings there are.
    pub findings: usize,
    /// How many more are suppressed.
    pub suppressed: usize,
    /// How many of each severity.
    pub by_severity: BySeverity,
    /// How many of each rule, most often first.
    pub by_rule: Vec<RuleCount>,
    /// How many findings have a suggestion, by the best that it has.
    pub suggested: Suggested,
    /// Files in which there was no reply to check.
    pub empty: Vec<String>,
    /// How many files met in folders were left out because they are not text.
    pub binary: usize,
    /// How many texts were left out because they are in another language.
    pub foreign: usize,
    /// How many texts are too long to be judged as a reply; their wording was checked.
    pub long: usize,
    /// What could not be read.
    pub errors: Vec<String>,
}

/// What a baseline holds.
#[derive(Clone, Debug, Serialize)]
pub struct Baseline<'a> {
    /// The version of this struct.
    pub schema_version: u32,
    /// Who wrote it.
    pub tool: Tool,
    /// The baseline.
    pub path: &'a str,
    /// How many findings it holds.
    pub count: usize,
    /// Them, by file and rule.
    pub findings: Vec<Accepted<'a>>,
}

/// Findings of a baseline that are alike.
#[derive(Clone, Debug, Serialize)]
pub struct Accepted<'a> {
    /// The file, from the folder of the baseline.
    pub path: &'a str,
    /// The rule's id.
    pub rule: &'a str,
    /// What stays the same when the text around it moves: 16 hexadecimal digits.
    pub fingerprint: String,
    /// How many there are.
    pub count: usize,
}

impl<'a> Baseline<'a> {
    /// What the baseline of a path holds.
    pub fn new(path: &'a str, baseline: &'a baseline::Baseline) -> Self {
        let accepted = |(path, held): (&'a str, &'a baseline::Allowance)| {
            let one = move |((rule, print), count): (&'a (String, finding::Fingerprint), &usize)| Accepted {
                path,
                rule,
                fingerprint: print.to_string(),
                count: *count,
            };
            held.iter().map(one)
        };
        let findings = baseline.files().flat_map(accepted).collect();
        Self { schema_version: VERSION, tool: Tool::this(), path, count: baseline.count(), findings }
    }
}

/// The strings of a data file.
#[derive(Clone, Debug, Serialize)]
pub struct Fields<'a> {
    /// The file.
    pub path: &'a str,
    /// How it is written. All of a text is a reply.
    pub format: &'static str,
    /// The profile that it follows.
    pub profile: Option<&'a str>,
    /// Its strings, those in the same place of many records as one.
    pub fields: Vec<Field<'a>>,
    /// A `[[source]]` table that reads it so.
    pub source: Option<&'a str>,
}

/// Strings in the same place of many records.
#[derive(Clone, Debug, Serialize)]
pub struct Field<'a> {
    /// Their path.
    pub path: &'a str,
    /// `reply`, `subject`, `customer`, `id`, `title`, `lang` or `internal`.
    pub role: &'static str,
    /// How many there are.
    pub count: usize,
    /// How many of them have the role.
    pub of_role: usize,
    /// How many words they have, taken together.
    pub words: usize,
    /// The beginning of one.
    pub sample: &'a str,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BySeverity {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Advice.
    pub info: usize,
}

/// How many findings have a best suggestion of each applicability.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Suggested {
    /// Meaning and facts stay the same.
    pub safe: usize,
    /// The tone changes.
    #[serde(rename = "unsafe")]
    pub unsafe_: usize,
    /// Holds a blank, or is one way among many.
    pub manual: usize,
}

/// How often a rule found something.
#[derive(Clone, Debug, Serialize)]
pub struct RuleCount {
    /// The rule's id.
    pub rule: String,
    /// How many findings.
    pub count: usize,
}

/// A rule.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Its id.
    pub rule: String,
    /// The part of it before the dot.
    pub category: String,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// What it finds.
    pub title: String,
    /// Why it matters to the customer.
    pub why: String,
    /// The advice it comes from.
    pub source: String,
    /// The rewrites that it offers.
    pub suggest: Vec<String>,
    /// What is replaced and by what.
    pub swaps: Vec<(String, String)>,
    /// `safe`, `unsafe` or `manual`.
    pub applicability: &'static str,
    /// What it finds and what it leaves alone.
    pub examples: Examples,
}

/// The examples of a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Examples {
    /// Texts in which it finds something, with `[[…]]` around the place.
    pub fires: Vec<String>,
    /// Texts in which it finds nothing.
    pub quiet: Vec<String>,
    /// Texts before and after its fixes.
    pub fixed: Vec<(String, String)>,
}

impl Finding {
    /// A finding in a text.
    pub fn new(finding: &finding::Finding, source: &Source) -> Self {
        let place = |offset| Position::from(source.position(offset));
        Self {
            path: None,
            record: finding.recorded.as_ref().map(|recorded| Record::from(&*recorded.place)),
            rule: finding.rule.id.to_string(),
            category: finding.rule.category().to_string(),
            severity: finding.severity.word(),
            confidence: finding.rule.confidence.word(),
            title: finding.message.clone(),
            why: finding.rule.why.to_string(),
            via: finding.via.clone(),
            matched: finding.matched.clone(),
            start: place(finding.span.start),
            end: place(finding.span.end),
            missing: finding.missing.clone(),
            suggestions: finding
                .suggestions
                .iter()
                .map(|suggestion| Suggestion {
                    title: suggestion.title.clone(),
                    applicability: suggestion.applicability.word(),
                    edits: suggestion
                        .edits
                        .iter()
                        .map(|edit| Edit {
                            start: place(edit.span.start),
                            end: place(edit.span.end),
                            text: edit.text.clone(),
                        })
                        .collect(),
                })
                .collect(),
            fingerprint: finding.fingerprint.to_string(),
            suppressed: None,
        }
    }

    /// The same with the path of the file.
    #[must_use]
    pub fn in_file(self, source: &Source) -> Self {
        Self { path: Some(source.name().to_string()), ..self }
    }

    /// The same with why it may stand.
    #[must_use]
    pub fn suppressed(self, of: &finding::Suppressed) -> Self {
        Self { suppressed: Some(Suppression { by: by(of.by), reason: of.reason.clone() }), ..self }
    }
}

/// The word for where a finding is suppressed.
pub(super) const fn by(by: finding::By) -> &'static str {
    match by {
        finding::By::Config => "config",
        finding::By::FrontMatter => "front-matter",
        finding::By::Comment => "comment",
        finding::By::Baseline => "baseline",
    }
}

impl From<&source::LogicalPlace> for Record {
    fn from(place: &source::LogicalPlace) -> Self {
        Self { index: place.index, id: place.id.clone(), title: place.title.clone(), path: place.path.clone() }
    }
}

impl<'a> From<&'a document::Field> for Field<'a> {
    fn from(field: &'a document::Field) -> Self {
        let (path, sample, role) = (&field.path, &field.sample, field.role.word());
        Self { path, role, count: field.count, of_role: field.of_role, words: field.words, sample }
    }
}

impl From<source::Position> for Position {
    fn from(p: source::Position) -> Self {
        Self { line: p.line, column: p.column, byte: p.byte, char: p.char, utf16: p.utf16 }
    }
}

impl Tool {
    /// This program.
    pub const fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

impl Summary {
    /// The sums of a run.
    pub fn new(summary: &report::Summary) -> Self {
        Self {
            files: summary.files,
            replies: summary.replies,
            words: summary.words,
            findings: summary.findings(),
            suppressed: summary.suppressed,
            by_severity: BySeverity {
                error: summary.of_severity(rule::Severity::Error),
                warning: summary.of_severity(rule::Severity::Warning),
                info: summary.of_severity(rule::Severity::Info),
            },
            by_rule: summary
                .by_rule()
                .into_iter()
                .map(|(rule, count)| RuleCount { rule: rule.id.to_string(), count })
                .collect(),
            suggested: Suggested {
                safe: summary.with_suggestion(Applicability::Safe),
                unsafe_: summary.with_suggestion(Applicability::Unsafe),
                manual: summary.with_suggestion(Applicability::Manual),
            },
            empty: summary.empty.clone(),
            binary: summary.binary,
            foreign: summary.foreign,
            long: summary.long,
            errors: summary.errors.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&rule::Rule> for Rule {
    fn from(rule: &rule::Rule) -> Self {
        let texts = |texts: &rule::Texts| texts.iter().map(ToString::to_string).collect();
        Self {
            rule: rule.id.to_string(),
            category: rule.category().to_string(),
            severity: rule.severity.word(),
            confidence: rule.confidence.word(),
            title: rule.title.to_string(),
            why: rule.why.to_string(),
            source: rule.source.to_string(),
            suggest: texts(&rule.suggest),
            swaps: rule.swaps.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect(),
            applicability: rule.apply.word(),
            examples: Examples {
                fires: texts(&rule.examples.fires),
                quiet: texts(&rule.examples.quiet),
                fixed: rule.examples.fixed.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect(),
            },
        }
    }
}

/// A text of TOML as JSON; nothing where it is none. Dates are strings.
pub fn toml(text: &str) -> Option<serde_json::Value> {
    fn table(of: &DeTable<'_>) -> serde_json::Value {
        of.iter().map(|(key, of)| (key.get_ref().to_string(), value(of.get_ref()))).collect()
    }
    fn value(of: &DeValue<'_>) -> serde_json::Value {
        match of {
            DeValue::String(text) => text.as_ref().into(),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().into(),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok().into(),
            DeValue::Boolean(truth) => (*truth).into(),
            DeValue::Datetime(date) => date.to_string().into(),
            DeValue::Array(items) => items.iter().map(|item| value(item.get_ref())).collect(),
            DeValue::Table(of) => table(of),
        }
    }
    DeTable::parse(text).ok().map(|root| table(root.get_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_and_gives_no_orders() {
        let text = "a\u{7f}\u{80}\u{9f}\u{a0}\u{2027}\u{2028}\u{202e}\u{202f}\u{2066}\u{2069}\u{206a}’“é🙂 ##[x] ##vso[y]z[] ## #[ \n\u{1b}";
        let told = "\"a\\u007f\\u0080\\u009f\u{a0}\u{2027}\\u2028\\u202e\u{202f}\\u2066\\u2069\u{206a}’“é🙂 \
                    ##\\u005bx] ##vso\\u005by]z[] ## #[ \\n\\u001b\"";
        assert_eq!(line(text), told);
        let mut out = Vec::new();
        write(&mut out, &[text]).expect("memory takes all");
        assert_eq!(serde_json::from_slice::<[String; 1]>(&out).expect("JSON"), [text]);
        assert!(String::from_utf8(out).expect("UTF-8").contains(told));
        // Each sign is found where it stands alone.
        for c in ('\u{7e}'..='\u{a1}').chain('\u{2020}'..='\u{2070}') {
            let json = format!("\"{c}\"");
            assert_eq!(is_plain(json.as_bytes()), plain(json.clone()) == json, "{c:?}");
            assert_eq!(serde_json::from_str::<char>(&plain(json)).expect("JSON"), c);
        }
    }
}
