//! What was understood of a draft.

use super::super::answers::Answers;
use super::super::config_flags::{Settings, document};
use super::super::rule_flags::Linters;
use super::super::terminal::{BOLD, Terminal, cut};
use super::super::{Stop, read};
use replylint::document::Document;
use replylint::error::Error;
use replylint::output::safe;
use replylint::report::Outcome;
use replylint::rule::Rule;
use replylint::source::Source;
use replylint::understanding::{Evidence, Understanding};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

pub(super) fn explain(
    names: &[&String],
    answers: &Answers,
    settings: &mut Settings,
    linters: &Linters,
    terminal: &Terminal,
) -> std::result::Result<Outcome, Stop> {
    let context = answers.context(linters.ruleset())?;
    let mut out = terminal.stdout();
    let mut replies = 0;
    for name in names {
        let source = read(Path::new(name))?;
        let config = settings.of(Path::new(name))?;
        let says = settings.for_file(config, Path::new(name));
        let linter = linters.of(config, &says).with_detectors();
        let mut document = document(&source, &says)?;
        context.tell(&mut document);
        // Places in a reply of a data file are places in the reply's own text.
        let records = std::mem::take(&mut document.records);
        let recorded = records.into_iter().map(|record| {
            let (source, name) = (record.source.clone(), format!("{}, {}", source.name(), record.place));
            (Document { records: vec![record], ..Document::default() }, source, name)
        });
        let whole = linter.understand(&source, &document);
        let mut show = |understanding: &Understanding, source: &Source, name: &str| {
            if replies > 0 {
                writeln!(out)?;
            }
            replies += 1;
            write(understanding, source, name, terminal.style().width, &mut out)
        };
        for (_, understanding) in whole {
            show(&understanding, &source, source.name())?;
        }
        for (document, source, name) in recorded {
            for (_, understanding) in linter.understand(&source, &document) {
                show(&understanding, &source, &name)?;
            }
        }
    }
    out.flush()?;
    match replies {
        0 => Err(Error::new("no reply was found to explain").into()),
        _ => Ok(Outcome::Clean),
    }
}

/// How far sentences and their moves are set in.
const MARGIN: usize = 5;

/// How wide the column of what is called for is.
const DEMANDS: usize = 24;

fn write(of: &Understanding, source: &Source, name: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{BOLD}{}{BOLD:#}: ", safe(name))?;
    match &of.kind {
        Some(kind) if kind.given => writeln!(out, "{}, as you said", safe(&kind.title))?,
        Some(kind) if kind.because.is_empty() => writeln!(out, "{}", safe(&kind.title))?,
        Some(kind) => {
            let words: Vec<String> = kind.because.iter().take(3).map(|e| format!("“{}”", safe(&e.words))).collect();
            writeln!(out, "{}, told by {}", safe(&kind.title), words.join(", "))?;
        }
        None => writeln!(out, "a reply of no particular kind")?,
    }
    match &of.customer {
        Some(customer) => {
            writeln!(out, "\n{BOLD}The customer{BOLD:#} (anger {} of 3)", customer.anger)?;
            for shown in &customer.shows {
                writeln!(out, "  {}", evidence(shown))?;
            }
        }
        None => writeln!(out, "\nThe customer's message is not known; `--customer FILE` gives it.")?,
    }
    writeln!(out, "\n{BOLD}The reply{BOLD:#}")?;
    for (number, sentence) in of.sentences.iter().enumerate() {
        let mut does = names(&sentence.moves);
        for (vetoed, by) in sentence.vetoed.iter().filter(|(vetoed, _)| is_shown(vetoed)) {
            does.push(format!("no {} ({})", safe(vetoed.name()), safe(&by.id)));
        }
        let (shown, sign) = cut(source.slice(sentence.span), width.saturating_sub(MARGIN + 1).max(20));
        writeln!(out, "{:3}  {shown}{sign}", number + 1)?;
        if !does.is_empty() {
            writeln!(out, "{:MARGIN$}{}", "", does.join(", "))?;
        }
    }
    if !of.demands.is_empty() {
        writeln!(out, "\n{BOLD}Called for{BOLD:#}")?;
        for demand in &of.demands {
            let by = demand.by.map_or("missing".to_owned(), |by| format!("sentence {}", by + 1));
            writeln!(out, "  {:DEMANDS$} {by}", safe(&demand.rule.id))?;
        }
    }
    writeln!(out, "\n{}", of.score)
}

/// ``is angry (“third time”)``
fn evidence(of: &Evidence) -> String {
    format!("{} (“{}”)", safe(&of.detector.title), safe(&of.words))
}

/// The names of moves.
fn names(rules: &[Arc<Rule>]) -> Vec<String> {
    rules.iter().filter(|rule| is_shown(rule)).map(|rule| safe(rule.name())).collect()
}

/// A move that gives no reason is a mark for rules, and nothing that a reader would look for.
fn is_shown(rule: &Rule) -> bool {
    !rule.why.is_empty()
}
