//! Audits, and what they remember of each other.

use super::{BySeverity, Record, Tool, VERSION};
use crate::audit::compare::{self, Print, Prints, Rank};
use crate::audit::{self, Group, Tenths, trend};
use crate::date::Date;
use crate::finding::Fingerprint;
use crate::rule::Severity;
use serde::{Deserialize, Serialize};

/// An audit.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The version of this struct.
    pub schema_version: u32,
    /// Who wrote it.
    pub tool: Tool,
    /// The sums over all replies.
    pub summary: Sums,
    /// What was not checked.
    pub unchecked: Unchecked,
    /// What changed since earlier runs, where a history tells.
    pub history: Option<History>,
    /// The rules that found something, what costs most first.
    pub rules: Vec<OfRule>,
    /// The moves that replies were to make, what costs most first.
    pub moves: Vec<Move>,
    /// The worst replies, the worst first.
    pub worst: Vec<Worst>,
    /// What can be mended at once.
    pub fixes: Fixes,
    /// The sums by what stands beside replies.
    pub by: Vec<Facet>,
    /// The findings by what stays the same of them, for a later audit to be compared with.
    pub findings: Vec<Known>,
    /// The rank that all of these are below, where there are too many to keep them all: a hash of file, rule and fingerprint.
    pub findings_below: Option<String>,
}

/// The sums over some replies.
#[derive(Clone, Debug, Serialize)]
pub struct Sums {
    /// How many files held them; for all replies only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// How many replies there are.
    pub replies: u64,
    /// How many words they hold.
    pub words: u64,
    /// How many findings there are.
    pub findings: u64,
    /// How many of each severity.
    pub by_severity: BySeverity,
    /// How many more are suppressed.
    pub suppressed: u64,
    /// Findings per 1,000 words.
    pub findings_per_1000_words: f64,
    /// How many replies have no finding.
    pub clean: u64,
    /// How many percent of them that is.
    pub clean_percent: f64,
    /// The scores.
    pub score: Scores,
}

/// How good replies are, 0 to 100.
#[derive(Clone, Debug, Serialize)]
pub struct Scores {
    /// The mean.
    pub mean: Option<f64>,
    /// The mean where each reply counts as often as it was used, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_by_usage: Option<f64>,
    /// The score that a tenth of them do not exceed.
    pub p10: Option<u32>,
    /// The one that half of them do not exceed.
    pub median: Option<u32>,
    /// The one that nine tenths of them do not exceed.
    pub p90: Option<u32>,
    /// How many have 0 to 9, 10 to 19, and so on; the last is 90 to 100.
    pub distribution: [u64; 10],
}

/// What was not checked.
#[derive(Clone, Debug, Serialize)]
pub struct Unchecked {
    /// What could not be read.
    pub errors: Vec<String>,
    /// How many lines of JSON Lines could not be read, or held no reply.
    pub lines: u64,
    /// Why the first of them could not.
    pub line_errors: Vec<String>,
    /// Files in which there was no reply to check.
    pub empty: Vec<String>,
    /// How many files met in folders were left out because they are not text.
    pub binary: u64,
    /// How many texts were left out because they are in another language.
    pub foreign: u64,
    /// How many texts are too long for a reply, so that only their wording was checked.
    pub long: u64,
    /// How many files were left out for other reasons.
    pub left_out: Vec<LeftOut>,
}

/// How many files were left out for a reason.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// The reason.
    pub why: &'static str,
    /// How many.
    pub files: u64,
}

/// Earlier runs over the same paths, and what changed.
#[derive(Clone, Debug, Serialize)]
pub struct History {
    /// Them, the oldest first, and this run at the end.
    pub runs: Vec<Run>,
    /// Whether the rules changed since the run before this one.
    pub rules_changed: bool,
}

/// What is remembered of a run. A line of a history is one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// The day of it: `2027-01-31`.
    pub date: String,
    /// The paths that were named.
    pub inputs: Vec<String>,
    /// What stands for the rules in use: 16 hexadecimal digits.
    pub rules: String,
    /// How many replies were checked.
    pub replies: u64,
    /// How many words they hold.
    pub words: u64,
    /// How many findings there were.
    pub error: u64,
    /// Of severity `warning`.
    pub warning: u64,
    /// Of severity `info`.
    pub info: u64,
    /// How many replies had none.
    pub clean: u64,
    /// The mean score.
    pub score: f64,
}

/// What a rule found.
#[derive(Clone, Debug, Serialize)]
pub struct OfRule {
    /// Its id.
    pub rule: String,
    /// The part of it before the dot.
    pub category: String,
    /// The gravest that a finding of it is: `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What it finds.
    pub title: String,
    /// How many findings it has.
    pub findings: u64,
    /// In how many replies.
    pub replies: u64,
    /// How many of the findings `check --fix` mends.
    pub safe_fixes: u64,
    /// How many more it mends with `--unsafe-fixes`.
    pub unsafe_fixes: u64,
    /// A few sentences before and after a rewrite.
    pub examples: Vec<Pair>,
}

/// A sentence before and after a rewrite.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// Where the reply stands.
    pub place: String,
    /// What stands there; empty where words are only added.
    pub before: String,
    /// What may stand there; empty where words are only taken out.
    pub after: String,
    /// `safe`, `unsafe` or `manual`.
    pub applicability: &'static str,
}

/// How often a move was called for.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// Its name.
    #[serde(rename = "move")]
    pub name: String,
    /// How many replies were to make it.
    pub asked: u64,
    /// How many of them do.
    pub made: u64,
    /// How many percent that is.
    pub percent: f64,
}

/// One of the worst replies.
#[derive(Clone, Debug, Serialize)]
pub struct Worst {
    /// The file.
    pub path: String,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// Where it stands in the file's own terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Its score.
    pub score: u32,
    /// How often it was used, where that is known.
    pub usage: Option<u64>,
    /// How many replies have this text.
    pub copies: u64,
    /// How many findings it has.
    pub findings: u64,
    /// The rules that found them, the gravest first.
    pub rules: Vec<String>,
    /// The moves that its kind calls for and it does not make.
    pub lacks: Vec<String>,
    /// The beginning of its text, unless it is redacted.
    pub text: Option<String>,
}

/// What can be mended at once.
#[derive(Clone, Debug, Serialize)]
pub struct Fixes {
    /// The command that does it.
    pub command: String,
    /// What it mends.
    pub safe: Mended,
    /// What more it mends with `--unsafe-fixes`.
    #[serde(rename = "unsafe")]
    pub risky: Mended,
}

/// What fixes mend.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Mended {
    /// How many findings.
    pub findings: u64,
    /// In how many replies.
    pub replies: u64,
}

/// The sums by what stands beside replies under a name.
#[derive(Clone, Debug, Serialize)]
pub struct Facet {
    /// The name.
    pub field: String,
    /// Its values, those with most replies first.
    pub values: Vec<Value>,
    /// The replies with all other values, where there are too many.
    pub others: Option<Value>,
}

/// The replies that share a value.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    /// The value; none for replies beside which there is none, and for all others.
    pub value: Option<String>,
    /// The rule that found most in them.
    pub top_rule: Option<String>,
    /// Their sums.
    #[serde(flatten)]
    pub sums: Sums,
}

/// Findings that are alike.
#[derive(Clone, Debug, Serialize)]
pub struct Known {
    /// The file.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// What stays the same when the text around it moves: 16 hexadecimal digits.
    pub fingerprint: String,
    /// How many there are.
    pub count: u64,
}

/// What became of the findings of one report in another.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The version of this struct.
    pub schema_version: u32,
    /// Who wrote it.
    pub tool: Tool,
    /// All of them.
    #[serde(flatten)]
    pub total: Change,
    /// By rule, those with most new findings first.
    pub by_rule: Vec<Named>,
    /// By file, likewise.
    pub by_file: Vec<Named>,
    /// The rank that all compared findings are below, where one of the reports does not hold all of its own.
    pub findings_below: Option<String>,
}

/// How many findings are gone, came, and stayed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Change {
    /// In the old report only.
    pub fixed: u64,
    /// In the new one only.
    pub new: u64,
    /// In both.
    pub unchanged: u64,
    /// In both by file and rule, in another sentence.
    pub reworded: u64,
}

/// The same of a rule or a file.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// The rule's id, or the file.
    pub name: String,
    /// How many of its findings.
    #[serde(flatten)]
    pub change: Change,
}

fn digits_of(rank: Rank) -> String {
    format!("{:016x}", rank.0)
}

const fn number(tenths: Tenths) -> f64 {
    tenths.0 as f64 / 10.0
}

impl Audit {
    /// An audit, with so many of the values that it is broken down by.
    pub fn new(audit: &audit::Audit) -> Self {
        let unchecked = &audit.unchecked;
        let known = |(print, count): (&Print, u64)| Known {
            path: print.path.to_string(),
            rule: print.rule.to_string(),
            fingerprint: print.fingerprint.to_string(),
            count,
        };
        let mended = |of: audit::Fixes| Mended { findings: of.findings, replies: of.replies };
        Self {
            schema_version: VERSION,
            tool: Tool::this(),
            summary: Sums { files: Some(audit.files), ..Sums::new(&audit.sums) },
            unchecked: Unchecked {
                errors: unchecked.errors.iter().map(ToString::to_string).collect(),
                lines: unchecked.lines,
                line_errors: unchecked.faults.clone(),
                empty: unchecked.empty.clone(),
                binary: unchecked.binary,
                foreign: unchecked.foreign,
                long: unchecked.long,
                left_out: unchecked.left_out.iter().map(|&(why, files)| LeftOut { why, files }).collect(),
            },
            history: audit.trend.as_ref().map(|trend| History {
                runs: trend.before.iter().chain([&trend.now]).map(Run::new).collect(),
                rules_changed: trend.rules_changed(),
            }),
            rules: audit.by_rule().into_iter().map(OfRule::from).collect(),
            moves: audit
                .by_move()
                .into_iter()
                .map(|(name, of)| Move {
                    name: name.to_owned(),
                    asked: of.asked,
                    made: of.made,
                    percent: number(of.share()),
                })
                .collect(),
            worst: audit.worst().map(Worst::from).collect(),
            fixes: Fixes { command: audit.mend.clone(), safe: mended(audit.safe), risky: mended(audit.risky) },
            by: audit.facets.iter().map(Facet::from).collect(),
            findings: audit.prints.iter().map(known).collect(),
            findings_below: audit.prints.below().map(digits_of),
        }
    }
}

impl Sums {
    fn new(sums: &audit::Sums) -> Self {
        let scores = &sums.scores;
        Self {
            files: None,
            replies: sums.replies,
            words: sums.words,
            findings: sums.findings(),
            by_severity: BySeverity {
                error: sums.of_severity(Severity::Error) as usize,
                warning: sums.of_severity(Severity::Warning) as usize,
                info: sums.of_severity(Severity::Info) as usize,
            },
            suppressed: sums.suppressed,
            findings_per_1000_words: number(sums.density()),
            clean: sums.clean,
            clean_percent: number(sums.clean_share()),
            score: Scores {
                mean: scores.mean().map(number),
                mean_by_usage: sums.used_score().map(number),
                p10: scores.percentile(10),
                median: scores.percentile(50),
                p90: scores.percentile(90),
                distribution: scores.tenths(),
            },
        }
    }
}

impl From<&audit::OfRule> for OfRule {
    fn from(of: &audit::OfRule) -> Self {
        let pair = |pair: &audit::Pair| Pair {
            place: pair.place.clone(),
            before: pair.before.clone(),
            after: pair.after.clone(),
            applicability: pair.applicability.word(),
        };
        Self {
            rule: of.rule.id.to_string(),
            category: of.rule.category().to_owned(),
            severity: of.severity.word(),
            title: of.rule.title.to_string(),
            findings: of.findings,
            replies: of.replies,
            safe_fixes: of.safe,
            unsafe_fixes: of.risky,
            examples: of.pairs.iter().map(pair).collect(),
        }
    }
}

impl From<&audit::Worst> for Worst {
    fn from(of: &audit::Worst) -> Self {
        Self {
            path: of.place.path.to_string(),
            line: of.place.line,
            record: of.place.record.as_deref().map(Record::from),
            score: of.score,
            usage: of.usage,
            copies: of.copies + 1,
            findings: of.findings,
            rules: of.rules.iter().map(ToString::to_string).collect(),
            lacks: of.lacks.clone(),
            text: of.excerpt.clone(),
        }
    }
}

impl From<&audit::Facet> for Facet {
    fn from(facet: &audit::Facet) -> Self {
        let value = |value: Option<&str>, group: &Group| Value {
            value: value.map(ToOwned::to_owned),
            top_rule: group.top_rule().map(|(rule, _)| rule.to_owned()),
            sums: Sums::new(&group.sums),
        };
        Self {
            field: facet.name.clone(),
            values: facet.ranked().into_iter().map(|(name, group)| value(name, group)).collect(),
            others: (facet.others.sums.replies > 0).then(|| value(None, &facet.others)),
        }
    }
}

impl Run {
    /// What is remembered of a run.
    pub fn new(run: &trend::Run) -> Self {
        let of = |severity: Severity| run.severities[severity as usize];
        Self {
            date: run.date.to_string(),
            inputs: run.inputs.clone(),
            rules: run.rules.clone(),
            replies: run.replies,
            words: run.words,
            error: of(Severity::Error),
            warning: of(Severity::Warning),
            info: of(Severity::Info),
            clean: run.clean,
            score: number(run.score),
        }
    }

    /// It as a line, without its end.
    pub fn line(&self) -> String {
        super::line(self)
    }

    /// The run that a line tells of, if it tells of one.
    pub fn read(line: &[u8]) -> Option<trend::Run> {
        let read: Self = serde_json::from_slice(line).ok()?;
        let mut severities = [0; Severity::ALL.len()];
        for (severity, count) in
            [(Severity::Error, read.error), (Severity::Warning, read.warning), (Severity::Info, read.info)]
        {
            severities[severity as usize] = count;
        }
        Some(trend::Run {
            date: Date::parse(&read.date)?,
            inputs: read.inputs,
            rules: read.rules,
            replies: read.replies,
            words: read.words,
            severities,
            clean: read.clean,
            score: Tenths((read.score * 10.0).round().clamp(0.0, 1_000.0) as u64),
        })
    }
}

/// The findings of a report: of an audit, or of `check` in JSON or JSON Lines.
///
/// # Errors
/// Where it is none, with what is wrong.
pub fn prints(text: &str) -> Result<Prints, String> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(default)]
        path: String,
        rule: String,
        fingerprint: String,
        #[serde(default = "one")]
        count: u64,
    }
    #[derive(Deserialize)]
    struct Report {
        findings: Vec<Found>,
        #[serde(default)]
        findings_below: Option<String>,
    }
    const fn one() -> u64 {
        1
    }
    let digits = |text: &str| u64::from_str_radix(text, 16).map_err(|_| format!("`{text}` is no fingerprint"));
    let report = match serde_json::from_str::<Report>(text) {
        Ok(report) => report,
        // Of JSON Lines, each says what it is.
        Err(error) => {
            let lines = text.lines().map(serde_json::from_str::<serde_json::Value>);
            let lines = lines.collect::<Result<Vec<_>, _>>().ok();
            let Some(lines) = lines.filter(|lines| lines.iter().any(|line| line.get("type").is_some())) else {
                return Err(error.to_string());
            };
            let found = lines.into_iter().filter(|line| line.get("type").is_some_and(|of| of == "finding"));
            let findings = found.map(serde_json::from_value).collect::<Result<_, _>>().map_err(|e| e.to_string())?;
            Report { findings, findings_below: None }
        }
    };
    let mut prints = Prints::kept(report.findings_below.as_deref().map(digits).transpose()?.map(Rank));
    for found in report.findings {
        let fingerprint = Fingerprint(digits(&found.fingerprint)?);
        let print = Print { fingerprint, rule: found.rule.into(), path: found.path.into() };
        prints.add(print, found.count);
    }
    Ok(prints)
}

impl Comparison {
    /// What became of the findings of one report in another.
    pub fn new(changes: &compare::Changes) -> Self {
        let change = |of: compare::Change| Change {
            fixed: of.fixed,
            new: of.new,
            unchanged: of.unchanged,
            reworded: of.reworded,
        };
        let named =
            |(name, of): &(std::sync::Arc<str>, compare::Change)| Named { name: name.to_string(), change: change(*of) };
        Self {
            schema_version: VERSION,
            tool: Tool::this(),
            total: change(changes.total),
            by_rule: changes.rules.iter().map(named).collect(),
            by_file: changes.files.iter().map(named).collect(),
            findings_below: changes.below.map(digits_of),
        }
    }
}
