//! The page of documentation on rules: `RULES.md`.

use crate::rule::{Article, Rule, Severity, Texts, capitalized};
use std::io::{self, Write};

/// How many examples of a kind are enough on a page; `explain RULE` shows more.
const SHOWN: usize = 4;

/// Writes Markdown: an index of categories, the advice that rules see to, then each rule with its reason, source, examples and
/// rewrites.
///
/// # Errors
/// When `out` fails.
pub fn write(rules: &[&Rule], articles: &[Article], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Rules\n")?;
    writeln!(
        out,
        "<!-- written by `replylint explain --all --output-format markdown`; a test keeps it true -->\n\n\
         The rules that come with replylint, by category. `replylint explain RULE` shows the same in a terminal. `moves` and `customer` \
         are detectors: they report nothing, and tell rules what a reply does and what the customer's message shows.\n"
    )?;
    writeln!(out, "| category | rules | error | warning | info |\n| --- | --: | --: | --: | --: |")?;
    let categories = || rules.chunk_by(|a, b| a.category() == b.category());
    for of in categories() {
        let name = of[0].category();
        let count = |severity| match of.iter().filter(|r| !r.is_detector() && r.severity == severity).count() {
            0 => String::new(),
            count => count.to_string(),
        };
        let (error, warning, info) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
        writeln!(out, "| [{name}](#{name}) | {} | {error} | {warning} | {info} |", of.len())?;
    }
    if !articles.is_empty() {
        writeln!(out, "\n## Advice\n\nWhat the articles behind the rules say, and what sees to it.")?;
    }
    for article in articles {
        writeln!(out, "\n### {}\n\n| advice | seen to by |\n| --- | --- |", escaped(&article.title))?;
        for advice in &article.advice {
            let by: Vec<_> = advice.by.iter().map(|name| link(name)).collect();
            let by = advice
                .untold
                .as_ref()
                .map_or_else(|| by.join(", "), |why| format!("Text cannot show it: {}", escaped(why)));
            writeln!(out, "| {} | {by} |", escaped(&advice.quote))?;
        }
    }
    for of in categories() {
        writeln!(out, "\n## {}", of[0].category())?;
        of.iter().try_for_each(|rule| self::rule(rule, out))?;
    }
    Ok(())
}

/// A link to a rule, a detector or a category on the page.
fn link(name: &str) -> String {
    format!("[{name}](#{})", name.replace('.', ""))
}

fn rule(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", rule.id)?;
    let (title, why) = (capitalized(&escaped(&rule.title)), escaped(&rule.why));
    match rule.is_detector() {
        true => writeln!(out, "{title}. {why}")?,
        false => writeln!(out, "{title} ({}, confidence {}). {why}\n", rule.severity, rule.confidence)?,
    }
    if !rule.source.is_empty() {
        writeln!(out, "From: {}", escaped(&rule.source))?;
    }
    list("Finds", &rule.examples.fires, out)?;
    list("Leaves alone", &rule.examples.quiet, out)?;
    list("Instead", &rule.suggest, out)?;
    list("Replaces", &rule.replacements("→"), out)
}

fn list(title: &str, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:\n")?;
    texts.iter().take(SHOWN).try_for_each(|text| writeln!(out, "- {}", escaped(text)))
}

/// Text without what Markdown would read as markup, where it begins as well; a marked place is bold.
fn escaped(text: &str) -> String {
    let parts = text.trim().split("[[").flat_map(|part| part.split("]]"));
    parts.map(super::markdown::escaped).collect::<Vec<_>>().join("**")
}
