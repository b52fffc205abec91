//! The page of documentation on rules: `RULES.md`.

use crate::rule::{Rule, Text, capitalized};
use std::io::{self, Write};

/// How many examples of a kind are enough on a page; `explain RULE` shows more.
const SHOWN: usize = 4;

/// Writes Markdown: an index of categories, then each rule with its reason, source, examples and rewrites.
///
/// # Errors
/// When `out` fails.
pub fn write(rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Rules\n")?;
    writeln!(
        out,
        "<!-- written by `replylint explain --all --output-format markdown`; a test keeps it true -->\n\n\
         The rules that come with replylint, by category. `replylint explain RULE` shows the same in a terminal.\n"
    )?;
    writeln!(out, "| category | rules | error | warning | info |\n| --- | --: | --: | --: | --: |")?;
    let categories = || rules.chunk_by(|a, b| a.category() == b.category());
    for of in categories() {
        let count = |severity| of.iter().filter(|r| r.severity.word() == severity).count();
        let name = of[0].category();
        let (error, warning, info) = (count("error"), count("warning"), count("info"));
        writeln!(out, "| [{name}](#{name}) | {} | {error} | {warning} | {info} |", of.len())?;
    }
    for of in categories() {
        writeln!(out, "\n## {}", of[0].category())?;
        of.iter().try_for_each(|rule| self::rule(rule, out))?;
    }
    Ok(())
}

fn rule(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", rule.id)?;
    writeln!(
        out,
        "{} ({}, confidence {}). {}\n",
        capitalized(&escaped(&rule.title)),
        rule.severity,
        rule.confidence,
        escaped(&rule.why)
    )?;
    writeln!(out, "From: {}", escaped(&rule.source))?;
    list("Finds", &rule.examples.fires, out)?;
    list("Leaves alone", &rule.examples.quiet, out)?;
    list("Instead", &rule.suggest, out)?;
    let swaps: Vec<Text> = rule.swaps.iter().map(|(from, to)| format!("{from} → {to}").into()).collect();
    list("Replaces", &swaps, out)
}

fn list(title: &str, texts: &[Text], out: &mut dyn Write) -> io::Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:\n")?;
    texts.iter().take(SHOWN).try_for_each(|text| writeln!(out, "- {}", escaped(text).replace('\n', " ")))
}

/// Text without what Markdown would read as markup; a marked place is bold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("[[", "\u{1}").replace("]]", "\u{1}").chars() {
        match c {
            '\u{1}' => out.push_str("**"),
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}
