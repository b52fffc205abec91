//! Compiles the built-in rules to static arrays, so that a check of one reply does not pay for it.
//!
//! The modules are the library's own: what a user's rule file goes through when the program runs, the built-in one goes through here.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "the library uses all of these modules, the build script a part"
)]

#[path = "src"]
mod library {
    pub mod effort;
    pub mod error;
    pub mod finding;
    pub mod mapped;
    pub mod rule;
    pub mod ruleset;
    pub mod segment;
    pub mod source;
    pub mod toml_file;
}

// The modules call each other by `crate::…`.
use library::{effort, error, finding, mapped, rule, ruleset, segment, source, toml_file};
use ruleset::{Image, Ruleset};
use std::fmt::Write;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=rules.toml");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    let code = match source::Source::read(Path::new("rules.toml")) {
        Ok(source) => match Ruleset::image(&source) {
            Ok(image) => write(&image),
            Err(problems) => fail(&source, problems),
        },
        Err(error) => stop(&error.to_string()),
    };
    let out = std::env::var_os("OUT_DIR").map(|dir| Path::new(&dir).join("builtin.rs"));
    match out.map(|path| std::fs::write(path, code)) {
        Some(Ok(())) => {}
        _ => stop("cannot write the compiled rules"),
    }
}

fn stop(message: &str) -> ! {
    println!("cargo::error={message}");
    std::process::exit(1)
}

fn fail(source: &source::Source, problems: Vec<finding::Problems>) -> ! {
    for finding in problems.iter().flat_map(|p| &p.findings) {
        let at = source.position(finding.span.start);
        println!("cargo::error=rules.toml:{}:{}: {}", at.line, at.column, finding.message);
    }
    stop("rules.toml does not compile")
}

/// The image as a Rust expression. `Debug` of strings, numbers and what is made of numbers alone is Rust already; the rest is written
/// field by field.
fn write(image: &Image) -> String {
    let mut out = String::from("Image {\n");
    let mut field = |name: &str, code: String| writeln!(out, "{name}: {code},").expect("a string takes all");
    field("rules", slice(image.rules.iter().map(rule)));
    field("kinds", slice(image.kinds.iter().map(kind)));
    field("categories", slice(image.categories.iter().map(|c| text(c))));
    field("checks", slice(image.checks.iter().map(check)));
    field("entries", slice(image.entries.iter().map(|e| format!("{e:?}"))));
    field("templates", texts(&image.templates));
    field("extras", slice(image.extras.iter().map(extra)));
    field(
        "guards",
        slice(image.guards.iter().map(|g| {
            let (name, moves) = (text(&g.name), numbers(&g.moves));
            format!("Guard {{ name: {name}, scope: Scope::{:?}, like: {}, moves: {moves} }}", g.scope, g.like)
        })),
    );
    field(
        "patterns",
        slice(image.patterns.iter().map(|p| {
            let (start, end) = (p.anchored_start, p.anchored_end);
            format!("Pattern {{ role: Role::{:?}, anchored_start: {start}, anchored_end: {end} }}", p.role)
        })),
    );
    field(
        "regexes",
        slice(image.regexes.iter().map(|r| {
            let literals = slice(r.literals.iter().map(|l| text(l)));
            format!("RegexEntry {{ rule: {}, pattern: {}, literals: {literals} }}", r.rule, text(&r.pattern))
        })),
    );
    field(
        "lists",
        slice(image.lists.iter().map(|l| format!("List {{ name: {}, lines: {} }}", text(&l.name), text(&l.lines)))),
    );
    let v = &image.vocabulary;
    let (words, ends, keys, slots) = (&v.words, numbers(&v.ends), numbers(&v.keys), numbers(&v.slots));
    let tables = format!("ends: {ends}, keys: {keys}, slots: {slots}");
    field("vocabulary", format!("Vocabulary {{ words: Cow::Borrowed({words:?}), {tables}, first: {} }}", v.first));
    field("packs", slice(image.packs.iter().map(pack)));
    out + "}"
}

fn pack(pack: &ruleset::Pack) -> String {
    let p = &pack.program;
    let arrays = [
        ("class_ends", &p.class_ends),
        ("class_list", &p.class_list),
        ("edge_ends", &p.edge_ends),
        ("edge_class", &p.edge_class),
        ("edge_target", &p.edge_target),
        ("accept_ends", &p.accept_ends),
        ("accept", &p.accept),
    ];
    let masks = numbers(&p.class_masks);
    let arrays: Vec<_> = arrays.iter().map(|(name, array)| format!("{name}: {}", numbers(array))).collect();
    let program = format!("Program {{ class_masks: {masks}, {} }}", arrays.join(",\n"));
    format!("Pack {{ program: {program}, first: {}, side: Side::{:?} }}", pack.first, pack.side)
}

fn slice(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    format!("Cow::Borrowed(&[{}])", items.join(",\n"))
}

fn numbers<N: ToString>(all: &[N]) -> String {
    slice(all.iter().map(N::to_string)).replace(",\n", ",")
}

fn text(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn texts(all: &rule::Texts) -> String {
    format!("Texts {{ joined: {}, ends: {} }}", text(&all.joined), numbers(&all.ends))
}

fn option(value: &Option<rule::Text>) -> String {
    some(value.as_ref().map(|v| text(v)))
}

fn rule(r: &rule::Rule) -> String {
    let pairs =
        |all: &[(rule::Text, rule::Text)]| slice(all.iter().map(|(a, b)| format!("({}, {})", text(a), text(b))));
    let (fixed, swaps) = (pairs(&r.examples.fixed), pairs(&r.swaps));
    format!(
        "Rule {{ id: {}, severity: Severity::{:?}, confidence: Confidence::{:?}, title: {}, why: {}, source: {}, suggest: {}, swaps: {swaps}, \
         apply: Applicability::{:?}, examples: Examples {{ fires: {}, quiet: {}, fixed: {fixed} }} }}",
        text(&r.id),
        r.severity,
        r.confidence,
        text(&r.title),
        text(&r.why),
        text(&r.source),
        texts(&r.suggest),
        r.apply,
        texts(&r.examples.fires),
        texts(&r.examples.quiet),
    )
}

fn check(c: &ruleset::Check) -> String {
    let limit = c.limit.map(|l| format!("Limit {{ of: Measure::{:?}, max: {}, per: Per::{:?} }}", l.of, l.max, l.per));
    let repeat =
        c.repeat.map(|r| format!("RepeatSpec {{ of: Repeated::{:?}, words: {}, max: {} }}", r.of, r.words, r.max));
    let require = c
        .require
        .as_ref()
        .map(|r| format!("Require {{ beside: {}, moves: {}, at: At::{:?} }}", tags(&r.beside), tags(&r.moves), r.at));
    let order = c
        .order
        .as_ref()
        .map(|o| format!("Order {{ of: {}, after: {}, alone: {} }}", tags(&o.of), tags(&o.after), o.alone));
    format!(
        "Check {{ enabled: {}, limit: {}, repeat: {}, unless: {}, only: {}, mood: {}, parts: {}, replace: Replace::{:?}, at_least: {}, \
         detects: {}, category: {}, when: {}, veto: {}, anger: {}, trouble: {}, require: {}, misplaced: {}, order: {}, answer: {}, answered_by: {}, needs: {}, aside: {}, leftover: {}, lapse: {} }}",
        c.enabled,
        some(limit),
        some(repeat),
        numbers(&c.unless),
        numbers(&c.only),
        some(c.mood.map(|m| format!("Mood::{m:?}"))),
        slice(c.parts.iter().map(|p| format!("Part::{p:?}"))),
        c.replace,
        c.at_least,
        some(c.detects.map(|d| format!("Detects::{d:?}"))),
        c.category,
        slice(c.when.iter().map(condition)),
        tags(&c.veto),
        c.anger,
        c.trouble,
        some(require),
        tags(&c.misplaced),
        some(order),
        some(c.answer.map(|a| format!("Answer::{a:?}"))),
        slice(c.answered_by.iter().map(answers)),
        slice(c.needs.iter().map(answers)),
        tags(&c.aside),
        slice(c.leftover.iter().map(|l| format!("Leftover::{l:?}"))),
        some(c.lapse.map(|l| format!("Lapse::{l:?}"))),
    )
}

fn some(code: Option<String>) -> String {
    code.map_or("None".into(), |code| format!("Some({code})"))
}

fn tags(all: &[ruleset::Tag]) -> String {
    slice(all.iter().map(|tag| format!("Tag::{tag:?}")))
}

fn answers(a: &ruleset::Answers) -> String {
    format!("Answers {{ question: {}, by: {} }}", a.question, tags(&a.by))
}

fn condition(c: &ruleset::Condition) -> String {
    format!(
        "Condition {{ kind: {}, channel: {}, customer: {}, customer_lacks: {}, has: {}, lacks: {}, anger: {}, trouble: {}, message: {:?}, words: {} }}",
        numbers(&c.kind),
        slice(c.channel.iter().map(|c| text(c))),
        slice(c.customer.iter().map(|group| numbers(group))),
        numbers(&c.customer_lacks),
        slice(c.has.iter().map(|group| tags(group))),
        tags(&c.lacks),
        c.anger,
        c.trouble,
        c.message,
        c.words,
    )
}

fn kind(k: &ruleset::Kind) -> String {
    let (name, title, when) = (text(&k.name), text(&k.title), slice(k.when.iter().map(condition)));
    let score = slice(k.score.iter().map(|pair| format!("{pair:?}")));
    format!("Kind {{ name: {name}, title: {title}, when: {when}, score: {score} }}")
}

fn extra(e: &ruleset::Extra) -> String {
    let (replacement, mark) = (option(&e.replacement), option(&e.mark));
    let (unless, when) = (numbers(&e.unless), slice(e.when.iter().map(condition)));
    format!("Extra {{ replacement: {replacement}, unless: {unless}, mark: {mark}, when: {when} }}")
}
