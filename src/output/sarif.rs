//! SARIF 2.1.0, the interchange format of analysis tools, within what GitHub's code scanning takes.

use super::view::{self, View};
use super::{Out, Writer, wire};
use crate::error::Error;
use crate::finding::{self, By};
use crate::report::{Checked, Summary};
use crate::rule::{Applicability, Rule, Severity, capitalized};
use crate::source::{LogicalPlace, Source, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;

/// How many results GitHub keeps. Those that are suppressed go first, then the least grave.
const MAX_RESULTS: usize = 5_000;

/// How many characters of a description GitHub takes.
const MAX_DESCRIPTION: usize = 1_024;

/// What relative paths begin at: the root of the repository, which the reader knows.
const BASE: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    automation_details: Id,
    invocations: [Invocation; 1],
    results: Vec<Reported>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: [String; 1],
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Id {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reported {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns from 1, columns in code points, the end exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Text,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    justification: String,
}

pub(super) struct Sarif<'w> {
    rules: Vec<Descriptor>,
    /// By the id of a rule, its place in the list.
    index: HashMap<String, usize>,
    results: Vec<(Severity, Reported)>,
    left_out: usize,
    out: Out<'w>,
}

impl<'w> Sarif<'w> {
    pub(super) fn new(out: Out<'w>) -> Self {
        Self { rules: Vec::new(), index: HashMap::new(), results: Vec::new(), left_out: 0, out }
    }

    fn rule(&mut self, rule: &Rule) -> usize {
        *self.index.entry(rule.id.to_string()).or_insert_with(|| {
            self.rules.push(Descriptor::from(rule));
            self.rules.len() - 1
        })
    }
}

impl Writer for Sarif<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        for view in view::all(checked) {
            let rule = self.rule(&view.finding.rule);
            self.results.push((view.finding.severity, Reported::new(&view, rule)));
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if self.results.len() > MAX_RESULTS {
            self.results.sort_by_key(|(severity, result)| (!result.suppressions.is_empty(), Reverse(*severity)));
            self.left_out = self.results.drain(MAX_RESULTS..).len();
        }
        let error = |error: &Error| Notification { level: "error", message: Text::shown(error) };
        let tool = wire::Tool::this();
        let rules = std::mem::take(&mut self.rules);
        let run = Run {
            tool: Tool { driver: Driver { name: tool.name, semantic_version: tool.version, rules } },
            column_kind: "unicodeCodePoints",
            automation_details: Id { id: "replylint/" },
            invocations: [Invocation {
                execution_successful: summary.errors.is_empty(),
                tool_execution_notifications: summary.errors.iter().map(error).collect(),
            }],
            results: self.results.drain(..).map(|(_, result)| result).collect(),
        };
        let schema = "https://json.schemastore.org/sarif-2.1.0.json";
        wire::write(&mut self.out, &Log { schema, version: "2.1.0", runs: [run] })?;
        self.out.flush()
    }

    fn left_out(&self) -> usize {
        self.left_out
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

impl Text {
    fn new(text: impl ToString) -> Self {
        Self { text: text.to_string() }
    }

    /// What a viewer shows: two brackets side by side would be a link to it.
    fn shown(text: impl ToString) -> Self {
        Self::new(text.to_string().replace("](", "] ("))
    }

    /// A description, cut where it is longer than GitHub takes.
    fn description(text: &str) -> Self {
        let text = capitalized(&text.replace("](", "] ("));
        match text.char_indices().nth(MAX_DESCRIPTION - 1) {
            Some((end, _)) if text[end..].chars().nth(1).is_some() => Self { text: format!("{}…", &text[..end]) },
            _ => Self { text },
        }
    }
}

impl From<&Rule> for Descriptor {
    fn from(rule: &Rule) -> Self {
        let instead = |item: fn(&str) -> String| {
            let swap = |(from, to): &(Cow<'_, str>, Cow<'_, str>)| match to.is_empty() {
                true => format!("{from} → nothing"),
                false => format!("{from} → {to}"),
            };
            let swaps = rule.swaps.iter().map(swap);
            let lines: Vec<_> = rule.suggest.iter().map(ToString::to_string).chain(swaps).map(|s| item(&s)).collect();
            if lines.is_empty() { String::new() } else { format!("\n\nInstead:\n\n{}", lines.join("\n")) }
        };
        let why = if rule.why.is_empty() { capitalized(&rule.title) } else { rule.why.to_string() };
        Self {
            id: rule.id.to_string(),
            name: rule.name().to_owned(),
            short_description: Text::description(&rule.title),
            full_description: Text::description(&why),
            help: Help {
                text: Text::shown(format!("{why}{}", instead(|text| format!("- {text}")))).text,
                markdown: format!(
                    "{}{}",
                    super::markdown::escaped(&why),
                    instead(|text| { format!("- {}", super::markdown::escaped(text)) })
                ),
            },
            default_configuration: Configuration { level: level(rule.severity) },
            properties: Properties {
                tags: [rule.category().to_owned()],
                precision: rule.confidence.word(),
                severity: match rule.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "recommendation",
                },
            },
        }
    }
}

impl Reported {
    fn new(view: &View<'_>, rule_index: usize) -> Self {
        let finding = view.finding;
        let print = finding.fingerprint;
        let file = ArtifactLocation::from(view.source);
        let logical = |place: &LogicalPlace| LogicalLocation {
            name: place.title.clone().or_else(|| place.id.clone()),
            fully_qualified_name: place.path.clone(),
            kind: "value",
        };
        let message = match &*finding.rule.why {
            "" => capitalized(&view.message()),
            why => format!("{}. {why}", capitalized(&view.message())),
        };
        let fixes = finding.suggestions.iter().filter(|s| s.applicability > Applicability::Manual);
        Self {
            rule_id: finding.rule.id.to_string(),
            rule_index,
            level: level(finding.severity),
            message: Text::shown(message),
            locations: [Location {
                physical_location: PhysicalLocation {
                    artifact_location: file.clone(),
                    region: Region::new(view.source, finding.span),
                },
                logical_locations: view.place().map(logical).into_iter().collect(),
            }],
            partial_fingerprints: BTreeMap::from([
                // The one that GitHub tells findings apart by: like its own, it ends with the number among its equals.
                ("primaryLocationLineHash", format!("{print}:{}", view.occurrence)),
                ("replylint/v1", print.to_string()),
            ]),
            fixes: fixes.map(|suggestion| Fix::new(suggestion, &file, view.source)).collect(),
            suppressions: view.suppressed.map(Suppression::from).into_iter().collect(),
        }
    }
}

impl Fix {
    fn new(suggestion: &finding::Suggestion, file: &ArtifactLocation, source: &Source) -> Self {
        let replacement = |edit: &finding::Edit| Replacement {
            deleted_region: Region::new(source, edit.span),
            inserted_content: Text::new(&edit.text),
        };
        let replacements = suggestion.edits.iter().map(replacement).collect();
        let change = ArtifactChange { artifact_location: file.clone(), replacements };
        Self { description: Text::shown(capitalized(&suggestion.title)), artifact_changes: [change] }
    }
}

impl From<&finding::Suppressed> for Suppression {
    fn from(suppressed: &finding::Suppressed) -> Self {
        let kind = match suppressed.by {
            By::Config | By::Baseline => "external",
            By::FrontMatter | By::Comment => "inSource",
        };
        Self { kind, justification: suppressed.reason.clone() }
    }
}

impl From<&Source> for ArtifactLocation {
    fn from(source: &Source) -> Self {
        let uri = encoded(view::path(source).trim_start_matches("./"));
        match uri.starts_with('/') {
            true => Self { uri: format!("file://{uri}"), uri_base_id: None },
            false => Self { uri, uri_base_id: Some(BASE) },
        }
    }
}

impl Region {
    fn new(source: &Source, span: Span) -> Self {
        let (start, end) = (source.position(span.start), source.position(span.end));
        Self { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
    }
}

/// A path as that of a URI.
pub fn encoded(path: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    path.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_uris() {
        let location = |path: &str| ArtifactLocation::from(&Source::new(path, ""));
        assert_eq!(location("a b/ü%#?:.md").uri, "a%20b/%C3%BC%25%23%3F%3A.md");
        assert_eq!((location("./a.md").uri, location("a.md").uri_base_id), ("a.md".to_owned(), Some(BASE)));
        assert_eq!((location("/a.md").uri, location("/a.md").uri_base_id), ("file:///a.md".to_owned(), None));
        assert_eq!(location("<stdin>").uri, "%3Cstdin%3E");
    }

    #[test]
    fn descriptions_are_as_long_as_they_may_be() {
        for (length, cut) in [(10, 10), (1_024, 1_024), (1_025, 1_024), (5_000, 1_024)] {
            assert_eq!(Text::description(&"é".repeat(length)).text.chars().count(), cut);
        }
    }
}
