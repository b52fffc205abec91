//! The automaton against reading a template directly, and what the compiler refuses.

use super::matcher::{Cache, Hit};
use super::program::Compiler;
use super::template::{Parser, Start, Template};
use super::*;
use crate::mapped::Mapped;
use crate::segment::{BOUND, COMMA, Interner, Lexicon, Tokens};
use crate::source::Span;
use crate::toml_file::{Literal, Place, asked};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Templates over one small lexicon, compiled together.
struct Small {
    lexicon: Lexicon,
    templates: Vec<Template>,
    program: Program,
}

fn small(texts: &[String]) -> Option<Small> {
    let empty = Lexicon::default();
    let interner = RefCell::new(Interner::over(&empty));
    let mut parser = Parser::new(|word: &str| interner.borrow_mut().intern(word), &[]);
    parser.define("ab", vec![Literal::bare("a"), Literal::bare("a b")]);
    let templates: Vec<_> = texts.iter().filter_map(|text| parser.template(text, &|_| Place::default()).ok()).collect();
    drop(parser);
    let interner = interner.into_inner();
    let letters = |id| interner.letters(id);
    let mut compiler = Compiler::new(interner.end(), &letters);
    for (number, template) in templates.iter().enumerate() {
        compiler.add(number as u32, template);
    }
    let program = compiler.finish();
    let vocabulary = interner.finish();
    let mut lexicon = Lexicon::default();
    lexicon.push(vocabulary);
    (!templates.is_empty()).then_some(Small { lexicon, templates, program })
}

impl Small {
    fn run(&self, ids: &[u32]) -> BTreeSet<(u32, u32, u32)> {
        let mut hits: Vec<Hit> = Vec::new();
        Cache::default().run(&self.program, ids, &mut hits);
        hits.iter().map(|h| (h.template, h.start, h.end)).collect()
    }

    /// The same by reading each template at each place, longest first.
    fn naive(&self, ids: &[u32]) -> BTreeSet<(u32, u32, u32)> {
        let letters = |id| self.lexicon.letters(id);
        let mut out = BTreeSet::new();
        for (number, template) in self.templates.iter().enumerate() {
            for start in 0..ids.len() {
                let first = ids[start];
                let opens = match template.start {
                    Start::Anywhere => true,
                    Start::Sentence => first == BOUND,
                    Start::Clause => crate::segment::is_clause_end(first),
                };
                let from = start + usize::from(template.start != Start::Anywhere);
                let end = (from..=ids.len()).rev().filter(|_| opens).find(|&end| {
                    let Some(to) = end.checked_sub(usize::from(template.end)) else { return false };
                    let closes = !template.end
                        || to < ids.len()
                            && matches!(ids[to], BOUND | crate::segment::QUESTION | crate::segment::EXCLAMATION);
                    closes && to >= from && template.matches(&ids[from..to], &letters)
                });
                if let Some(end) = end {
                    out.insert((number as u32, start as u32, end as u32));
                }
            }
        }
        out
    }
}

fn template_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("c".to_owned()),
        Just("not".to_owned()),
        Just(",".to_owned()),
        Just("@ab".to_owned()),
        Just("it is".to_owned()),
        Just("<word>".to_owned()),
        Just("…2".to_owned()),
        Just("……1".to_owned()),
    ];
    let part = word.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|v| format!("({})", v.join("|"))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|v| format!("[{}]", v.join(" "))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|v| v.join(" ")),
            inner.prop_map(|i| format!("<x: {i}>")),
        ]
    });
    (
        prop_oneof![Just(""), Just(""), Just("^ "), Just("^^ ")],
        prop::collection::vec(part, 1..4),
        prop_oneof![Just(""), Just(" $")],
    )
        .prop_map(|(start, parts, end)| format!("{start}{}{end}", parts.join(" ")))
}

fn draft() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just("x"),
        Just("not"),
        Just("it's"),
        Just("Sam's"),
        Just("isn't"),
        Just(","),
        Just("—"),
        Just(". "),
        Just("?"),
        Just(":"),
        Just("\n\n"),
    ];
    prop::collection::vec(piece, 0..25).prop_map(|v| v.join(" "))
}

proptest! {
    #[test]
    fn the_automaton_finds_what_reading_finds(texts in prop::collection::vec(template_text(), 1..6), draft in draft()) {
        if let Some(small) = small(&texts) {
            let tokens = Tokens::of(&Mapped::verbatim(&draft, Span::new(0, draft.len())), &small.lexicon);
            prop_assert_eq!(small.run(&tokens.ids), small.naive(&tokens.ids), "{:?} on {:?}", texts, draft);
        }
    }

    #[test]
    fn any_template_text_is_read_or_refused(text in "[a-c ()|@~…<>:^$\\[\\].,'0-9é-]{0,30}") {
        small(&[text]);
    }

    #[test]
    fn any_rule_file_is_read_or_refused(text in "(\\[rules\\.a\\.b\\]\n)?([a-z-]{1,8} = (\"[a-z(|@]{0,6}\"|\\[\"[a-z]{0,3}\"\\]|3|true)\n){0,6}") {
        let _ = Ruleset::default().extend(&[Source::new("x", text)]);
    }
}

#[test]
fn work_grows_with_the_text_alone() {
    let templates = ["a …8 b …4 c", "a ……8 (b|c) <word> a", "[a|b] c …8 @ab $", "^ a …3 , …3 c", "<word> …8 <number>"];
    let small = small(&templates.map(str::to_owned)).unwrap();
    for piece in
        ["a ", "a, ", ", , ,", "a b ", "a x b x c ", "a; b: ", "a. ", "( a ) ", "\"a\" ", "not a ", "a 1 ", "it's "]
    {
        let work = |times: usize| {
            let text = piece.repeat(times);
            let tokens = Tokens::of(&Mapped::verbatim(&text, Span::new(0, text.len())), &small.lexicon);
            let mut cache = Cache::default();
            cache.run(&small.program, &tokens.ids, &mut Vec::new());
            cache.taken
        };
        let (once, twice) = (work(2_000), work(4_000));
        assert!(twice <= 2 * once + 1_000, "{piece:?}: {once} steps, then {twice}");
    }
}

/// The faults of a rule file, each as `what is underlined: message`.
fn faults(text: &str) -> Vec<String> {
    let source = Source::new("x", text);
    let problems = Ruleset::default().extend(std::slice::from_ref(&source)).err().unwrap_or_default();
    let findings = problems.iter().flat_map(|p| &p.findings);
    findings.map(|f| format!("{}: {}", source.slice(f.span), f.message)).collect()
}

#[test]
fn faults_are_told_all_at_once_and_in_their_place() {
    let text = r#"
[lists]
loop = ["x @loop"]
[guards.g]
match = ["x"]
[rules.a.one]
titel = "t"
title = "t"
why = "w"
severity = "grave"
match = ["you (should|have", "@lits x", "…3 x", "[x]", "$ x", "<nmber>", "www.example.com", "<x: y"]
unless = ["@gg"]
regex = ["(x", "\\d+"]
[rules.a.two]
title = "t"
why = "w"
match = ["x"]
swap = { "y" = "z" }
[rules.a.one-more]
match-add = ["x"]
"#;
    let found = faults(text);
    for expected in [
        "@loop: the list `loop` holds itself, or lists nest more than 16 deep",
        "g: this guard needs `where`",
        "titel: a rule has no key `titel`; a similar name exists: `title`",
        "\"grave\": expected one of `info`, `warning`, `error`",
        "(: this bracket is not closed by `)`",
        "@lits: there is no list `lits`",
        "…3 x: a gap stands at its start or end; leave it out",
        "[x]: every part may be left out, so it would match anywhere; make one part fixed",
        "x: `x` does not belong here",
        "<: this capture is not closed by `>`",
        "<nmber>: there is no token class `<nmber>`; a similar name exists: `number`",
        "www.example.com: `www.example.com` holds nothing that can be matched as a word; a full stop is written `$`, a number `<number>`",
        "\"@gg\": there is no guard or list `gg`",
        "(: cannot read this expression: unclosed group",
        "\"\\\\d+\": every match of an expression must hold one of a few fixed words of two letters or more",
        "two: a rule is of one kind, and this one has wording (`match`, `regex`) and `swap`",
        "one-more: there is no rule `a.one-more` to change; a similar name exists: `a.one`",
    ] {
        assert!(found.iter().any(|f| f.starts_with(expected)), "{expected}\nnot in\n{}", found.join("\n"));
    }
    let deep: String = (0..20_000).map(|i| format!("l{i} = [\"x @l{}\"]\n", i + 1)).collect();
    assert!(faults(&format!("[lists]\n{deep}")).iter().any(|f| f.contains("nest more than")));
    let wide: String = (1..64).map(|i| format!("l{i} = [\"@l{0}\", \"x @l{0}\", \"@l{0} y\"]\n", i - 1)).collect();
    assert!(!faults(&format!("[lists]\nl0 = [\"a\", \"b c\"]\n{wide}")).is_empty());
    let twice = faults("[rules.a.b]\ntitle='t'\nwhy='w'\nmatch=['x']\n[rules.a.b]\nmatch=['y']\n");
    assert!(twice.iter().any(|f| f.contains("duplicate key")), "{twice:?}");
}

/// The faults of a rule of one template.
fn of_template(template: &str) -> Vec<String> {
    faults(&format!("[rules.a.b]\ntitle='t'\nwhy='w'\nmatch=['{template}']\n"))
}

#[test]
fn a_gap_stands_between_words() {
    for template in ["a …3 x", "(a|b) …3 (c [d])", "a <x: …3> b", "a […3 b] c", "a (…3|b) c", "[a] b …3 c [d]"]
    {
        assert_eq!(of_template(template), [""; 0], "{template}");
    }
    for template in [
        "…3 x",
        "x …3",
        "<x: …3 y> z",
        "z <x: y …3>",
        "[a] …3 x",
        "x …3 [a]",
        "(…3 y|x) z",
        "z (x|y …3)",
        "z [y] <x: …2>",
        "...3 x",
        "<x: [a] <y: …3>> b",
    ] {
        let told = format!("{template}: a gap stands at its start or end; leave it out");
        assert_eq!(of_template(template), [told], "{template}");
    }
    for template in ["a …99 b", "a …0 b"] {
        assert!(of_template(template)[0].ends_with(": a gap has 1 to 12 words"), "{template}");
    }
    for template in ["a …2 b …2 c …2 d", "a …12 b …1 c"] {
        let told = format!("{template}: at most 2 gaps and 12 gap words fit in a template; split it");
        assert_eq!(of_template(template), [told], "{template}");
    }
}

#[test]
fn a_sign_that_means_nothing_is_a_fault() {
    for (template, told) in [
        ("x ^ y", "^: `^` may stand only at the start of a template"),
        ("x ~ y", "~: a verb must follow `~`"),
        ("x <y z", "<: this is not closed by `>`"),
        ("x () y", "(): an alternative is empty; write `[…]` for what may be left out"),
        ("x (", "(: an alternative is empty; write `[…]` for what may be left out"),
        ("x (y| ) z", "(y| ): an alternative is empty; write `[…]` for what may be left out"),
    ] {
        assert_eq!(of_template(template), [told]);
    }
}

#[test]
fn a_template_has_limits() {
    let nested = |depth: usize| format!("{}x{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(of_template(&nested(8)), [""; 0]);
    assert_eq!(of_template(&nested(9)), ["x: brackets nest more than 8 deep; name the inner part as a list"]);
    let deep = format!("{}👋{}", "(".repeat(9), ")".repeat(9));
    assert_eq!(of_template(&deep), ["👋: brackets nest more than 8 deep; name the inner part as a list"]);
    let long = |words: usize| vec!["x"; words].join(" ");
    assert_eq!(of_template(&long(40)), [""; 0]);
    assert_eq!(of_template(&long(41)), [format!("{}: it may match more than 40 tokens; split it", long(41))]);
}

#[test]
fn a_literal_of_an_image_is_found_again() {
    // What the build script makes and what the program makes of the same file is the same.
    let source = Source::new("x", "[rules.a.b]\ntitle='t'\nwhy='w'\nmatch=['you (~send|cannot) …2 <number>']\n");
    let image = Ruleset::image(&source).unwrap();
    let (built, read) = (Ruleset::from_image(image), Ruleset::default().extend(&[source]).unwrap());
    assert_eq!(built.packs[0].program.accept, read.packs[0].program.accept);
    assert_eq!(built.lexicon.end(), read.lexicon.end());
    assert!(built.lexicon.get(b"sent") > COMMA);
}

#[test]
fn what_is_not_toml_is_one_fault() {
    let text = "[lists]\nsoon = [\n  \"shortly\",\nlate = [\"overdue\"]\n\n[rules.vague.soon]\nmatch = [\"@soon\"]\n";
    let found = faults(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("="), "{found:#?}");
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let builtin = Source::new("rules.toml", include_str!("../../rules.toml"));
    let read = asked::by(|| drop(file::read(&builtin, 0, &mut Vec::new())));
    assert_eq!(asked::in_schema(SCHEMA), read);
}

#[test]
fn a_guard_like_another_looks_for_the_same_elsewhere() {
    let file = |own: &str| {
        let guards =
            "[guards.sorry]\nwhere = 'sentence'\nmatch = ['sorry']\n[guards.next]\nwhere = 'next'\nlike = 'sorry'\n";
        faults(&format!("{guards}{own}[moves.greet]\ntitle = 't'\nmatch = ['hi']\n"))
    };
    assert_eq!(file(""), [""; 0]);
    for own in ["match = ['x']\n", "moves = ['greet']\n"] {
        let found = file(own);
        assert!(found[0].contains("a guard that is like another has no `match` or `moves` of its own"), "{found:?}");
    }
}
