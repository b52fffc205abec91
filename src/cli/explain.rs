//! `explain`: what a rule finds, why, and what to write instead; or what was understood of a draft.

mod draft;

use super::answers::Answers;
use super::config_flags::ConfigFlags;
use super::rule_flags::{RuleFiles, print_as_json};
use super::terminal::{BOLD, Terminal, UNDERLINE};
use super::{STDIN, Stop};
use replylint::error::Error;
use replylint::output::{self, safe};
use replylint::report::Outcome;
use replylint::rule::{Applicability, Rule, Texts};
use replylint::ruleset::Ruleset;
use replylint::selection::named;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

/// Say what a rule finds, why, and what to write instead; or what is understood of a draft
///
/// Of a draft it shows what the customer's message says, the kind of reply that this calls for, the moves that each sentence makes,
/// what is called for and where it is done, and the score with its sum.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    /// A rule's id, a category, a detector such as `moves.apologise`, or a draft: a file, or `-` for standard input
    #[arg(value_name = "RULE|FILE", required_unless_present = "all")]
    names: Vec<String>,
    /// Explain every rule and detector
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Form,
    #[command(flatten)]
    answers: Answers,
    #[command(flatten)]
    config: ConfigFlags,
    #[command(flatten)]
    files: RuleFiles,
}

/// How rules are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// A page of documentation
    Markdown,
    /// One JSON object
    Json,
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let mut settings = self.config.load()?;
        let files = self.names.iter().filter(|name| Path::new(name).is_file());
        files.map(|name| settings.of(Path::new(name))).collect::<Result<Vec<_>, _>>()?;
        let linters = self.files.linters(&mut settings, terminal)?;
        let ruleset = linters.ruleset();
        let is_draft = |name: &&String| *name == STDIN || named(ruleset, name).is_err() && Path::new(name).is_file();
        let drafts: Vec<_> = self.names.iter().filter(is_draft).collect();
        if !drafts.is_empty() {
            if drafts.len() < self.names.len() || self.output_format != Form::Text {
                return Err(Error::new("drafts are explained by themselves, as text")
                    .hint("leave out what is no draft")
                    .into());
            }
            if drafts.iter().any(|name| *name == STDIN) && self.answers.read_stdin() {
                return Err(Error::new("standard input can be read only once").hint("use `-` in one place").into());
            }
            return draft::explain(&drafts, &self.answers, &mut settings, &linters, terminal);
        }
        let mut wanted = HashSet::new();
        for selector in &self.names {
            wanted.extend(named(ruleset, selector).map_err(|error| {
                let unknown = Error::new(format!("no rule, category or file is named `{selector}`"));
                match error.next_step() {
                    Some(hint) => unknown.hint(hint.to_owned()),
                    None => unknown,
                }
            })?);
        }
        let rules: Vec<_> = ruleset
            .rules_and_detectors()
            .map(AsRef::as_ref)
            .filter(|rule: &&Rule| self.all || wanted.contains(rule.id.as_ref()))
            .collect();
        let mut out = terminal.stdout();
        match self.output_format {
            Form::Json => print_as_json(&rules)?,
            Form::Markdown => {
                let sources = self.files.sources()?;
                let builtin = (!self.files.no_default_rules).then(Ruleset::builtin_source);
                let articles: Vec<_> = builtin.iter().chain(&sources).flat_map(Ruleset::advice).collect();
                output::rules_page(&rules, if self.all { &articles } else { &[] }, &mut out)?;
            }
            Form::Text => {
                let page = Page { width: terminal.style().width.min(100), underline: terminal.style().color };
                for (i, rule) in rules.iter().enumerate() {
                    if i > 0 {
                        writeln!(out, "\n")?;
                    }
                    page.rule(rule, &mut out)?;
                }
            }
        }
        out.flush()?;
        Ok(Outcome::Clean)
    }
}

/// How many texts of a kind are enough to get the idea.
const MAX_LISTED: usize = 8;

/// How a rule is set out.
struct Page {
    /// How many columns there are.
    width: usize,
    /// Whether a place in an example is underlined rather than left in its `[[…]]`.
    underline: bool,
}

impl Page {
    fn rule(&self, rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{BOLD}{}{BOLD:#}: {}", safe(&rule.id), safe(&rule.title))?;
        if rule.is_detector() {
            writeln!(out, "a detector: it reports nothing by itself\n")?;
        } else {
            writeln!(out, "severity {}, confidence {}\n", rule.severity, rule.confidence)?;
        }
        if !rule.why.is_empty() {
            self.paragraph("", &rule.why, out)?;
        }
        if !rule.source.is_empty() {
            self.paragraph("Source: ", &rule.source, out)?;
        }
        let rewrites = match rule.apply {
            Applicability::Safe => "Rewrites (safe: the meaning stays the same)",
            Applicability::Unsafe => "Rewrites (unsafe: the tone changes; read before you send)",
            Applicability::Manual => "Rewrites (manual: choose one and fill its blanks)",
        };
        self.list("Finds", &rule.examples.fires, out)?;
        self.list("Leaves alone", &rule.examples.quiet, out)?;
        self.list(rewrites, &rule.suggest, out)?;
        self.list("Replaces", &rule.replacements("->"), out)?;
        let fixed = rule.examples.fixed.iter().map(|(before, after)| format!("{before} -> {after}"));
        self.list("Fixes", &fixed.collect(), out)
    }

    fn list(&self, title: &str, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
        if texts.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
        texts.iter().take(MAX_LISTED).try_for_each(|text| self.paragraph("  - ", text, out))?;
        match texts.len().saturating_sub(MAX_LISTED) {
            0 => Ok(()),
            more => writeln!(out, "    and {more} more with `--output-format json`"),
        }
    }

    /// Writes a text in lines, the first after `lead` and, where that is indented, the others below it.
    fn paragraph(&self, lead: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let margin = if lead.starts_with(' ') { lead.chars().count() } else { 0 };
        let (mut column, mut first, mut marked) = (lead.chars().count(), true, false);
        write!(out, "{lead}")?;
        for word in safe(text).split_whitespace() {
            let (word, wide) = self.word(word, &mut marked);
            if !first && column + 1 + wide > self.width {
                write!(out, "\n{:margin$}{word}", "")?;
                column = margin + wide;
            } else {
                write!(out, "{}{word}", if first { "" } else { " " })?;
                column += wide + usize::from(!first);
            }
            first = false;
        }
        writeln!(out)
    }

    /// A word and its width. What stands in `[[…]]`, over one word or several, is underlined where that can be shown.
    fn word(&self, word: &str, marked: &mut bool) -> (String, usize) {
        if !self.underline {
            return (word.to_string(), word.chars().count());
        }
        let mut shown = word.replace("[[", &format!("{UNDERLINE}")).replace("]]", &format!("{UNDERLINE:#}"));
        if *marked {
            shown.insert_str(0, &format!("{UNDERLINE}"));
        }
        *marked = match (word.rfind("[["), word.rfind("]]")) {
            (None, None) => *marked,
            (open, close) => open > close,
        };
        if *marked {
            shown += &format!("{UNDERLINE:#}");
        }
        (shown, word.replace("[[", "").replace("]]", "").chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use replylint::rule::{Confidence, Examples, Severity};

    #[test]
    fn a_page_with_everything() {
        let rule = Rule {
            id: "blame.who".into(),
            severity: Severity::Error,
            confidence: Confidence::High,
            title: "a hunt for a culprit".into(),
            why: "It puts people on the defensive and solves nothing.".into(),
            source: "Tests".into(),
            suggest: ["What happened with {what}?"].into_iter().collect(),
            swaps: Default::default(),
            apply: Applicability::Manual,
            examples: Examples {
                fires: ["So [[who handled your case]], and when was that, roughly?"].into_iter().collect(),
                quiet: ["Who is it for?"].into_iter().collect(),
                fixed: vec![("Who?".into(), "What?".into())].into(),
            },
        };
        let page = |underline| {
            let mut out = Vec::new();
            Page { width: 40, underline }.rule(&rule, &mut out).expect("memory");
            String::from_utf8(out).expect("text")
        };
        let plain = anstream::adapter::strip_str(&page(false)).to_string();
        assert_eq!(
            plain,
            "\
blame.who: a hunt for a culprit
severity error, confidence high

It puts people on the defensive and
solves nothing.
Source: Tests

Finds
  - So [[who handled your case]], and
    when was that, roughly?

Leaves alone
  - Who is it for?

Rewrites (manual: choose one and fill its blanks)
  - What happened with {what}?

Fixes
  - Who? -> What?
"
        );
        let styled = page(true);
        assert!(styled.contains("So \u{1b}[4mwho\u{1b}[0m \u{1b}[4mhandled\u{1b}[0m"), "{styled:?}");
        assert!(styled.contains("\u{1b}[4mcase\u{1b}[0m, and"), "{styled:?}");
    }
}
