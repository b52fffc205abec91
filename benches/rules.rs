//! Rule files that nobody wrote, to measure with: the same for the same number of templates.

use replylint::ruleset::Ruleset;
use std::fmt::Write as _;

/// How many templates the built-in rules, guards and detectors have.
pub(crate) fn builtin_templates() -> usize {
    Ruleset::image(&Ruleset::builtin_source()).map_or(0, |image| image.patterns.len())
}

/// A rule file with so many templates, ten for each rule. A generator with a fixed seed picks their words: two in three of those given, the
/// others, and all of them where none is given, such as no reply holds.
pub(crate) fn rule_file(count: usize, words: &[&str]) -> String {
    let mut seed = 1_u32;
    let mut word = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let number = (seed >> 16) as usize;
        match words.get(number % words.len().max(1)) {
            Some(word) if !number.is_multiple_of(3) => (*word).to_owned(),
            _ => format!("word{}", number % 9973),
        }
    };
    let mut out = String::new();
    for rule in 0..count.div_ceil(10) {
        let _ = writeln!(out, "[rules.user.rule-{rule}]\ntitle = \"a title\"\nwhy = \"A reason.\"\nmatch = [");
        for _ in 0..10.min(count - rule * 10) {
            let (a, b, c, d, e) = (word(), word(), word(), word(), word());
            let _ = writeln!(out, "  \"({a}|{b}) [{c}] ~{d} …2 {e}\",");
        }
        out += "]\n";
    }
    out
}
