//! `explain`: what a rule finds, why, and what to write instead.

use super::{BOLD, Listing, RuleFiles, Stop, Terminal, UNDERLINE, print_as_json};
use replylint::output::safe;
use replylint::report::Outcome;
use replylint::rule::{Applicability, Rule, Text};
use replylint::selection::{Selection, named};
use std::collections::HashSet;
use std::io::{self, Write};

/// Say what a rule finds, why, and what to write instead
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    /// A rule's id, or a category
    #[arg(value_name = "RULE", required_unless_present = "all")]
    names: Vec<String>,
    /// Explain every rule
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Listing,
    #[command(flatten)]
    files: RuleFiles,
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let ruleset = self.files.load(terminal)?;
        let all = [Selection::ALL.to_string()];
        let mut wanted = HashSet::new();
        for selector in if self.all { &all[..] } else { &self.names } {
            wanted.extend(named(&ruleset, selector)?);
        }
        let rules: Vec<_> = ruleset
            .rules()
            .iter()
            .map(AsRef::as_ref)
            .filter(|rule: &&Rule| wanted.contains(rule.id.as_ref()))
            .collect();
        let mut out = terminal.stdout();
        match self.output_format {
            Listing::Json => print_as_json(&rules)?,
            Listing::Text => {
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
        writeln!(out, "severity {}, confidence {}\n", rule.severity, rule.confidence)?;
        self.paragraph("", &rule.why, out)?;
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
        let fixed: Vec<Text> =
            rule.examples.fixed.iter().map(|(before, after)| format!("{before} -> {after}").into()).collect();
        self.list("Fixes", &fixed, out)
    }

    fn list(&self, title: &str, texts: &[Text], out: &mut dyn Write) -> io::Result<()> {
        if texts.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
        texts.iter().try_for_each(|text| self.paragraph("  - ", text, out))
    }

    /// Writes a text in lines, the first after `lead` and the others below it.
    fn paragraph(&self, lead: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let margin = lead.chars().count();
        let (mut line, mut column) = (lead.to_string(), margin);
        for word in safe(text).split_whitespace() {
            let wide = word.chars().count();
            if column > margin && column + 1 + wide > self.width {
                writeln!(out, "{}", self.marked(&line))?;
                (line, column) = (" ".repeat(if lead.starts_with(' ') { margin } else { 0 }), margin);
            }
            if column > margin {
                line.push(' ');
                column += 1;
            }
            line.push_str(word);
            column += wide;
        }
        writeln!(out, "{}", self.marked(&line))
    }

    /// Underlines what stands in `[[…]]`, where that can be shown.
    fn marked(&self, text: &str) -> String {
        match self.underline {
            true => text.replace("[[", &format!("{UNDERLINE}")).replace("]]", &format!("{UNDERLINE:#}")),
            false => text.to_string(),
        }
    }
}
