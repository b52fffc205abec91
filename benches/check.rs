//! What a check costs: `cargo bench`. Whole processes are timed from outside; see CONTRIBUTING.md.

mod replies;
mod rules;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use replies::{Exchange, Replies};
use replylint::document::{Document, Format, Known};
use replylint::linter::Linter;
use replylint::mapped::Mapped;
use replylint::output::wire;
use replylint::ruleset::matcher::Cache;
use replylint::ruleset::{Ruleset, Side};
use replylint::segment::{Lexicon, Tokens};
use replylint::source::{Source, Span};
use serde::Deserialize;
use std::hint::black_box;

/// What most benches go through: too much for a cache to know all of its sentences. One reply in ten has faults.
const BYTES: usize = 1_000_000;
const FAULTS: f64 = 0.1;
const SEED: u64 = 7;

fn main() {
    divan::main();
}

fn drafts() -> Vec<Source> {
    let mut length = 0;
    let replies = Replies::new(SEED, FAULTS).map(|exchange: Exchange| exchange.reply);
    let replies = replies.take_while(|reply| {
        length += reply.len();
        length <= BYTES
    });
    replies.map(|reply| Source::new("reply", reply)).collect()
}

fn bytes_of(drafts: &[Source]) -> BytesCount {
    BytesCount::new(drafts.iter().map(|draft| draft.text().len()).sum::<usize>())
}

fn check(linter: &Linter, draft: &Source) -> usize {
    linter.check(draft, &Document::extract(draft, Format::Text)).len()
}

/// From nothing to the findings of one reply: what a process adds to its own start.
#[divan::bench]
fn one_reply_from_a_cold_start(bencher: Bencher<'_, '_>) {
    let draft = &drafts()[0];
    bencher.bench(|| check(&Linter::new(Ruleset::builtin()), draft));
}

/// One reply after another, each a draft of its own.
#[divan::bench(sample_count = 20)]
fn replies(bencher: Bencher<'_, '_>) {
    let (linter, drafts) = (Linter::new(Ruleset::builtin()), drafts());
    bencher.counter(bytes_of(&drafts)).bench(|| drafts.iter().map(|draft| check(&linter, draft)).sum::<usize>());
}

/// The same, with what is understood of each reply.
#[divan::bench(sample_count = 20)]
fn replies_understood(bencher: Bencher<'_, '_>) {
    let (linter, drafts) = (Linter::new(Ruleset::builtin()).with_detectors(), drafts());
    let understand = |draft: &Source| linter.understand(draft, &Document::extract(draft, Format::Text)).len();
    bencher.counter(bytes_of(&drafts)).bench(|| drafts.iter().map(understand).sum::<usize>());
}

/// What `scan` does with a line: reads it, understands the reply in the light of the message, and writes what was found.
#[divan::bench(sample_count = 20)]
fn scanned_lines(bencher: Bencher<'_, '_>) {
    #[derive(Deserialize)]
    struct Line {
        reply: String,
        customer: Option<String>,
    }
    let linter = Linter::new(Ruleset::builtin()).with_detectors();
    let lines = Replies::new(SEED, FAULTS).json_lines(BYTES);
    let answer = |line: &str| {
        let line: Line = serde_json::from_str(line).expect("a line is an object");
        let draft = Source::new("reply", line.reply);
        let mut document = Document::extract(&draft, Format::Text);
        document.tell(Known { customer: line.customer.as_deref(), ..Known::default() });
        let understood = linter.understand(&draft, &document);
        let findings = understood.iter().flat_map(|(findings, _)| findings);
        let findings: Vec<_> = findings.map(|finding| wire::Finding::new(finding, &draft)).collect();
        serde_json::to_string(&findings).map_or(0, |text| text.len())
    };
    bencher.counter(BytesCount::of_str(&lines)).bench(|| lines.lines().map(answer).sum::<usize>());
}

/// Texts of several lengths: as many bytes a second whatever the length, or time is not linear.
#[divan::bench(args = [1, 2, 4, 8], sample_count = 10)]
fn growing_text(bencher: Bencher<'_, '_>, times: usize) {
    let linter = Linter::new(Ruleset::builtin());
    let text = Source::new("text", Replies::new(SEED, FAULTS).text(BYTES / 4 * times));
    bencher.counter(BytesCount::of_str(text.text())).bench(|| check(&linter, &text));
}

/// The built-in rules, and as many templates again that find nothing.
#[divan::bench(args = [1, 2], sample_count = 20)]
fn growing_rules(bencher: Bencher<'_, '_>, times: usize) {
    let more = [Source::new("rules", rules::rule_file(rules::builtin_templates() * (times - 1), &[]))];
    let ruleset = Ruleset::builtin().extend(&more).expect("the rules are right");
    let (linter, drafts) = (Linter::new(ruleset), drafts());
    bencher.counter(bytes_of(&drafts)).bench(|| drafts.iter().map(|draft| check(&linter, draft)).sum::<usize>());
}

/// Words to numbers, sentences and parts, and nothing else.
#[divan::bench(sample_count = 20)]
fn tokens(bencher: Bencher<'_, '_>) {
    let drafts = drafts();
    let mut lexicon = Lexicon::default();
    lexicon.push(Ruleset::image(&Ruleset::builtin_source()).expect("the rules are right").vocabulary);
    bencher
        .counter(bytes_of(&drafts))
        .bench(|| drafts.iter().map(|draft| tokens_of(draft, &lexicon).ids.len()).sum::<usize>());
}

/// The automata of all templates over tokens, and nothing else.
#[divan::bench(sample_count = 20)]
fn matches(bencher: Bencher<'_, '_>) {
    let drafts = drafts();
    let image = Ruleset::image(&Ruleset::builtin_source()).expect("the rules are right");
    let mut lexicon = Lexicon::default();
    lexicon.push(image.vocabulary);
    let tokens: Vec<_> = drafts.iter().map(|draft| tokens_of(draft, &lexicon)).collect();
    let packs = image.packs.iter().filter(|pack| pack.side == Side::Reply);
    let mut runs: Vec<_> = packs.map(|pack| (pack, Cache::default())).collect();
    let mut hits = Vec::new();
    bencher.counter(bytes_of(&drafts)).bench_local(|| {
        for tokens in &tokens {
            for (pack, cache) in &mut runs {
                hits.clear();
                cache.run(&pack.program, &tokens.ids, &mut hits);
                black_box(&hits);
            }
        }
    });
}

fn tokens_of(draft: &Source, lexicon: &Lexicon) -> Tokens {
    let text = draft.text();
    Tokens::of(&Mapped::verbatim(text, Span::new(0, text.len())), lexicon)
}

/// Compiling a user's rule file over the built-in rules.
#[divan::bench(args = [100, 1000, 4000])]
fn user_templates(bencher: Bencher<'_, '_>, count: usize) {
    const COMMON: &[&str] =
        &["you", "we", "the", "order", "parcel", "refund", "send", "please", "wait", "team", "never", "account"];
    let source = [Source::new("rules", rules::rule_file(count, COMMON))];
    let builtin = Ruleset::builtin();
    bencher.counter(ItemsCount::new(count)).bench(|| builtin.extend(&source).is_ok());
}
