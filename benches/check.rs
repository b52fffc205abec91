//! What a check costs: `cargo bench`. Whole processes are timed from outside; see CONTRIBUTING.md.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;

const REPLY: &str = "Hi Sam,\n\nThank you for the photos of the lamp. I'm sorry it arrived with a cracked shade, and that you had to \
write twice. A new shade left our warehouse this morning and will be with you on Thursday; the driver will text you an hour before. \
If you would rather have a refund, tell me and I will send it today.\n\nAs I already told you, someone will get back to you soon about \
the second lamp. You should have read the label.\n\nKind regards,\nAda\n";

fn main() {
    divan::main();
}

/// From nothing to the findings of one reply: what a process adds to its own start.
#[divan::bench]
fn one_reply_from_a_cold_start() -> usize {
    let linter = Linter::new(Ruleset::builtin());
    let source = Source::new("reply", REPLY);
    linter.check(&source, &Document::extract(&source, Format::Text)).len()
}

/// Replies a second, once the automaton is warm.
#[divan::bench]
fn replies(bencher: Bencher<'_, '_>) {
    let linter = Linter::new(Ruleset::builtin());
    let source = Source::new("reply", REPLY);
    bencher
        .counter(BytesCount::of_str(REPLY))
        .bench(|| linter.check(&source, &Document::extract(&source, Format::Text)).len());
}

/// Compiling a user's rule file over the built-in rules.
#[divan::bench(args = [100, 1000, 4000])]
fn user_templates(bencher: Bencher<'_, '_>, count: usize) {
    let source = [Source::new("rules", rule_file(count))];
    let builtin = Ruleset::builtin();
    bencher.counter(ItemsCount::new(count)).bench(|| builtin.extend(&source).is_ok());
}

/// Ten templates a rule, of words that a generator with a fixed seed picks.
fn rule_file(count: usize) -> String {
    const WORDS: &[&str] =
        &["you", "we", "the", "order", "parcel", "refund", "send", "please", "wait", "team", "never", "account"];
    let mut seed = 1_u32;
    let mut word = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let number = seed >> 16;
        if number.is_multiple_of(3) {
            format!("word{}", number % 997)
        } else {
            WORDS[number as usize % WORDS.len()].to_owned()
        }
    };
    let mut out = String::new();
    for rule in 0..count.div_ceil(10) {
        out += &format!("[rules.user.rule-{rule}]\ntitle = \"a title\"\nwhy = \"A reason.\"\nmatch = [\n");
        for _ in 0..10.min(count - rule * 10) {
            let (a, b, c, d, e) = (word(), word(), word(), word(), word());
            out += &format!("  \"({a}|{b}|will) [{c}] ~{d} …2 {e}\",\n");
        }
        out += "]\n";
    }
    out
}
