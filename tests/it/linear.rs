//! Work grows with what there is to read, and no faster, however it is made.
//!
//! Each text is doubled, and so at most is the work: steps of the library's own loops, which `effort` counts in every run of the tests,
//! and instructions of the whole program, which valgrind counts when it is asked to.

use crate::sound::{Desk, written};
use replylint::document::{Document, Format, Mode, Reading};
use replylint::effort;
use replylint::fix;
use replylint::linter::Linter;
use replylint::output::Output;
use replylint::report::Checked;
use replylint::rule::Applicability;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::sync::LazyLock;

/// What makes a text of a size, in repetitions, and the name that says how it is read.
type Text = (&'static str, &'static str, fn(usize) -> String);

/// A part again and again.
macro_rules! again {
    ($($file:literal, $name:literal: $part:expr;)*) => {
        &[$(($file, $name, |n| $part.repeat(n))),*]
    };
}

/// Parts of which many do harm where one does none. The first word is what it is called, and tells how much of it there is.
const REPEATED: &[Text] = again! {
    "a.txt", "quotes": "\"";
    "a.txt", "single quotes": "'";
    "a.txt", "curly quotes": "“";
    "a.txt", "quoted words": "\"a\" 'b' ";
    "a.txt", "you": "you ";
    "a.txt", "commas": "you, ";
    "a.txt", "marks": ",,, ";
    "a.txt", "dashes": "we - ";
    "a.txt", "one word": "a";
    "a.txt", "contractions without space": "can't";
    "a.txt", "contractions": "I'd've ";
    "a.txt", "questions": "Where is it? ";
    "a.txt", "exclamations": "!";
    "a.txt", "stops": "a.";
    "a.txt", "dots": ".";
    "a.txt", "abbreviations": "e.g. Dr. ";
    "a.txt", "hosts": "www.a.";
    "a.txt", "addresses": "a@";
    "a.txt", "links": "https://a/";
    "a.txt", "numbers": "1,2.";
    "a.txt", "order numbers": "AB-44882 ";
    "a.txt", "emoji": "😂";
    "a.txt", "accents": "e\u{301}";
    "a.txt", "no-break spaces": "\u{a0}";
    "a.txt", "spaces": " ";
    "a.txt", "line breaks": "\n";
    "a.txt", "lines": "a\n";
    "a.txt", "wrapped lines": "we are\n";
    "a.txt", "capitals": "THE THE ";
    "a.txt", "findings in a line": "kindly be advised that ";
    "a.txt", "sentences in a line": "Kindly wait. ";
    "a.txt", "sentences on lines": "Kindly wait.\n";
    "a.txt", "paragraphs": "We are sorry that you feel that way.\n\n";
    "a.txt", "round brackets": "(";
    "a.txt", "double brackets": "((";
    "a.txt", "square brackets": "[";
    "a.txt", "closing brackets": "]";
    "a.txt", "braces": "{";
    "a.txt", "double braces": "{{ a ";
    "a.txt", "tags without end": "{% a ";
    "a.txt", "conditions": "{% if a %}";
    "a.txt", "alternatives": "{% if a %}x{% else %}y{% endif %} ";
    "a.txt", "repetitions in alternatives": "{% if a %}the the{% else %}so we we are{% endif %} ";
    "a.txt", "unbalanced": "{% if a %}we are so very late {% endfor %} ";
    "a.txt", "comments of handlebars": "{{!-- ";
    "a.txt", "comments of liquid": "{% comment %}";
    "a.txt", "comments of html": "<!-- ";
    "a.txt", "waivers": "{# replylint: ignore[vague] x #}";
    "a.txt", "placeholders": "{{a}} ";
    "a.txt", "placeholders with fallbacks": "{{a | default: \"valued customer\"}} ";
    "a.txt", "percent": "%a";
    "a.txt", "dollars": "$contact.";
    "a.txt", "stars": "*|";
    "a.txt", "languages": "[[fr]]a";
    "a.txt", "ticks": "`";
    "a.txt", "ticks apart": "` ";
    "a.txt", "angles": "<";
    "a.txt", "tags": "<b ";
    "a.txt", "attributes": "<a b='";
    "a.txt", "quote marks": ">";
    "a.txt", "quoted lines": "> a\n";
    "a.txt", "quotes and blanks": "> a\n\n\n";
    "a.txt", "signatures": "-- \n";
    "a.txt", "bare signatures": "--\n";
    "a.txt", "rules and blanks": "-----\n\n";
    "a.txt", "headers": "From: a\n";
    "a.txt", "attributions": "On a\n";
    "a.txt", "attributions with colons": "On a:\n";
    "a.txt", "footers": "Sent from my iPhone\nThis message x\n";
    "a.txt", "fences": "```\na\n";
    "a.md", "emphasis": "*a ";
    "a.md", "strong emphasis": "**a";
    "a.md", "mixed emphasis": "*a_b ";
    "a.md", "strikes": "~~a ";
    "a.md", "links without end": "[a](";
    "a.md", "images": "![a";
    "a.md", "nested links": "[a";
    "a.md", "references": "[a]: b\n";
    "a.md", "used references": "[a][b] ";
    "a.md", "footnotes": "[^a] ";
    "a.md", "quotes of markdown": "> ";
    "a.md", "lists": "- ";
    "a.md", "lists on lines": "- a\n";
    "a.md", "tables": "|a";
    "a.md", "rows": "|a|b|\n|-|-|\n";
    "a.md", "html": "<b>";
    "a.md", "html blocks": "<div>\n";
    "a.md", "html comments": "<!-- a\n";
    "a.md", "escapes": "\\";
    "a.md", "escaped marks": "\\*a";
    "a.md", "entities": "&amp;";
    "a.md", "ticks of markdown": "`` a ` ";
    "a.md", "replies in fences": "```\nKindly wait till noon, then call us back.\n```\n\n";
    "a.md", "unbalanced replies in fences": "```\nKindly wait till {% if a %} noon, then call us back.\n```\n\n";
    "a.md", "headings": "# a\n";
    "a.md", "headings without end": "#";
    "a.html", "blocks": "<div>";
    "a.html", "blocks without end": "<div ";
    "a.html", "scripts": "<script>";
    "a.html", "raw elements": "<pre><code></code>";
    "a.html", "quotes of html": "<blockquote>";
    "a.html", "paragraphs of html": "<p>Kindly wait.";
    "a.html", "entities of html": "&rsquo;";
    "a.html", "half entities": "&#x";
    "a.html", "comments without end": "<!--";
    "a.html", "links of html": "<a href=\"x\">kindly</a> ";
    "a.eml", "header lines": "Subject: a\n";
    "a.eml", "folded headers": "Subject: a\n a\n";
    "a.csv", "cells": "a,";
    "a.csv", "half-quoted cells": "\"a,";
    "a.csv", "quoted cells": "\"a\",";
    "a.csv", "doubled quotes": "\"\"";
    "a.po", "messages": "msgid \"a\"\nmsgstr \"Kindly wait till noon.\"\n\n";
    "a.po", "continued messages": "msgid \"a\"\n\"a\"\n";
    "separated.txt", "titles": "--- a ---\nKindly wait till noon.\n";
    "a.jsonl", "records": "{\"reply\": \"Kindly wait till noon.\"}\n";
    "a.json", "lists without end": "[";
    "a.json", "maps without end": "{\"a\":";
    "a.yaml", "lists of yaml": "- a\n";
    "a.yaml", "lists in lists": "- ";
    "a.yaml", "flow lists": "[";
    "a.yaml", "flow maps": "{a: ";
    "a.yaml", "complex keys": "? ";
    "a.yaml", "documents": "---\nreply: Kindly wait till noon.\n";
    "a.yaml", "anchors": "&a ";
    "a.yaml", "tags of yaml": "!!a ";
    "a.xml", "elements": "<a>";
    "a.xml", "elements without end": "<a ";
    "a.xml", "sections": "<![CDATA[";
    "a.toml", "tables of toml": "[a]\n";
    "a.toml", "dotted keys": "a.";
    "a.toml", "lists of toml": "[";
    "a.toml", "same keys": "a = 1\n";
};

/// What takes more than a part that is repeated.
const MADE: &[Text] = &[
    ("a.txt", "fences of all widths", |n| (3..n.isqrt() * 2).rev().map(|n| "`".repeat(n) + "\n").collect()),
    ("a.txt", "a comment that ends late", |n| "{% comment %}".repeat(n) + " endcomment"),
    ("a.txt", "conditions of all names", |n| {
        (0..n).map(|n| format!("{{% if a{n} %}}x{n}{{% else %}}y{n}{{% endif %}} ")).collect()
    }),
    ("a.txt", "deep conditions", |n| "{% if a %}".repeat(n) + &"{% endif %}".repeat(n)),
    ("a.txt", "a long word", |n| format!("Hi {},\n\nkindly wait.", "x".repeat(n))),
    ("a.txt", "a long name", |n| {
        format!("> Hi, where is it?\n>\n> Xan{0}\n\nHi Xam{0},\n\nkindly wait.", "x".repeat(n))
    }),
    ("a.txt", "long numbers", |n| format!("> Hi, where is 441{0}?\n\nHi, 442{0} is late.", "1".repeat(n))),
    ("a.txt", "a message of questions", |n| {
        let asked = (0..n).map(|n| format!("> Where is the lamp{n} chair{n}?\n"));
        let told = (0..n).map(|n| format!("The lamp sofa{n} table{n} is here.\n"));
        asked.chain(["\nHi,\n\n".to_owned()]).chain(told).collect()
    }),
    ("a.txt", "a long question", |n| {
        let asked: String = (0..n).map(|n| format!("chair{n} ")).collect();
        let told = (0..n).map(|n| format!("The sofa{n} is here.\n"));
        [format!("> Where is the {asked}?\n\nHi,\n\n")].into_iter().chain(told).collect()
    }),
    ("a.txt", "a question of many parts", |n| {
        format!("> {}x{}?\n\nHi, it is here.", "1 ".repeat(n), " ,is it".repeat(n))
    }),
    ("a.txt", "a message of findings", |n| format!("> {}\n\nHi,\n\nkindly wait.", "I am furious. ".repeat(n))),
    ("a.txt", "blanks after a mark", |n| format!("={}a", " =\t".repeat(n))),
    ("a.md", "deep lists", |n| (0..n.isqrt() * 2).map(|n| " ".repeat(2 * n) + "- a\n").collect()),
    ("a.md", "links with findings", |n| "[kindly](".repeat(n)),
    ("a.md", "long code", |n| format!("```\n{}```\n", "kindly wait\n".repeat(n))),
    ("a.eml", "parts in parts", |n| {
        let part = |n: usize| format!("Content-Type: multipart/mixed; boundary={n}\n\n--{n}\n");
        format!("Received: a\n{}", (0..n).map(part).collect::<String>())
    }),
    ("a.eml", "parts without name", |n| {
        format!("Received: a\nContent-Type: multipart/mixed; boundary=;\n\n{}", "--\nContent-Type: a/b\n\n".repeat(n))
    }),
    ("a.eml", "quoted signs", |n| {
        format!("Content-Transfer-Encoding: quoted-printable\nSubject: a\n\n{}", "=20=E2=80=99 =\n=".repeat(n))
    }),
    ("a.csv", "rows of replies", |n| format!("id,reply\n{}", "1,Kindly wait till noon.\n".repeat(n))),
    ("a.csv", "an unclosed cell", |n| format!("id,reply\n1,\"{}", "Kindly wait till noon.\n".repeat(n))),
    ("a.csv", "wide rows", |n| format!("reply{}\nKindly wait till noon{}\n", ",a".repeat(n), ",b".repeat(n))),
    ("a.json", "deep lists of json", |n| "[".repeat(n) + &"]".repeat(n)),
    ("a.json", "replies of json", |n| format!("[{}]", vec![r#"{"reply": "Kindly wait till noon."}"#; n].join(","))),
    ("a.json", "replies under one title", |n| {
        let reply = vec![r#"{"reply": "Kindly wait till noon."}"#; n].join(",");
        format!(r#"{{"title": "{0}", "id": "{0}", "replies": [{reply}]}}"#, "a".repeat(20 * n))
    }),
    ("a.json", "replies under one key", |n| {
        let reply = vec![r#"{"reply": "Kindly wait till noon."}"#; n].join(",");
        format!(r#"{{"{}": [{reply}]}}"#, "a".repeat(20 * n))
    }),
    ("a.json", "replies to one message", |n| {
        let reply = vec![r#"{"reply": "Kindly wait till noon."}"#; n].join(",");
        format!(r#"{{"customer": "{}", "replies": [{reply}]}}"#, "Where is it? ".repeat(2 * n))
    }),
    ("a.json", "keys of all spellings", |n| {
        let reply = |n: usize| format!(r#""reply{n:b}": "Kindly wait till noon.""#).replace('0', "-").replace('1', "_");
        format!("{{{}}}", (0..n).map(reply).collect::<Vec<_>>().join(","))
    }),
    ("a.json", "replies in a map", |n| {
        let reply = |n: usize| format!(r#""a{n}": {{"reply": "Kindly wait till noon."}}"#);
        format!("{{{}}}", (0..n).map(reply).collect::<Vec<_>>().join(","))
    }),
    ("a.json", "escapes of json", |n| format!("{{\"reply\": \"{}\"}}", "\\u004bindly \\n".repeat(n))),
    ("a.json", "json in json", |n| {
        let mut text = r#"{"reply": "Kindly wait till noon."}"#.to_owned();
        while text.len() < 20 * n {
            text = format!("{{\"a\": {}}}", serde_json::to_string(&text).expect("a string"));
        }
        text
    }),
    ("a.yaml", "laughs", |n| {
        let line = |n: usize| format!("a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1);
        format!("a0: &a0 Kindly wait till noon.\n{}", (0..n).map(line).collect::<String>())
    }),
    ("a.yaml", "replies by alias", |n| format!("reply: &a Kindly wait till noon.\nb:\n{}", "- reply: *a\n".repeat(n))),
    ("a.yaml", "deep maps of yaml", |n| (0..n.isqrt() * 2).map(|n| " ".repeat(n) + "a:\n").collect()),
    ("a.yaml", "a block", |n| format!("reply: |\n{}", "  Kindly wait.\n\n".repeat(n))),
    ("a.yaml", "a folded block", |n| format!("reply: >\n{}", "  Kindly wait.\n   a\n".repeat(n))),
    ("a.yaml", "a quoted text", |n| format!("reply: \"{}\"", "Kindly\\n wait.\n  ".repeat(n))),
    ("a.yaml", "a plain text", |n| format!("reply: a\n{}", "  Kindly wait.\n".repeat(n))),
    ("a.xml", "deep elements", |n| "<a>".repeat(n) + &"</a>".repeat(n)),
    ("a.xml", "replies of xml", |n| format!("<r>{}</r>", "<reply>Kindly &amp; wait till noon.</reply>".repeat(n))),
    ("a.xml", "expansions", |n| {
        let of = |n: usize| format!("<!ENTITY a{} \"&a{n};&a{n};&a{n};\">", n + 1);
        format!("<!DOCTYPE r [<!ENTITY a0 \"kindly\">{}]><r>&a{n};</r>", (0..n).map(of).collect::<String>())
    }),
    ("a.xml", "attributes of xml", |n| format!("<r {}/>", "a=\"b\" ".repeat(n))),
    ("a.toml", "deep tables", |n| format!("[{}a]\n", "a.".repeat(n))),
    ("a.toml", "tables of all names", |n| {
        (0..n).map(|n| format!("[a.b{n}]\nreply = \"Kindly wait till noon.\"\n")).collect()
    }),
    ("a.toml", "a list of tables", |n| "[[macro]]\nreply = \"Kindly wait till noon.\"\n".repeat(n)),
];

fn texts() -> impl Iterator<Item = &'static Text> {
    REPEATED.iter().chain(MADE)
}

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// The steps that it takes to read a text, check it, fix it and tell of it, as a draft and as one that is kept.
fn steps(file: &str, text: &str) -> u64 {
    let before = effort::spent();
    let source = Source::new(file, text);
    for mode in [Mode::Draft, Mode::Template] {
        let reading = Reading { mode, ..Format::detect(file, text).into() };
        let Ok(document) = Document::read(&source, &reading) else { continue };
        let findings = LINTER.check(&source, &document);
        // To draw is slow, and one in so many tells as much.
        let drawn = findings.iter().step_by(32).cloned().collect();
        written(Output::Full, vec![Checked::new(source.clone(), drawn)]);
        written(Output::Json, vec![Checked::new(source.clone(), findings)]);
        let desk = Desk { linter: &LINTER, reading };
        fix::fix(&source, Applicability::Unsafe, &desk).expect("what was read is read again");
    }
    effort::spent() - before
}

/// How a text grows: three of it, each twice as long as the one before. The first is longer than all windows that are looked through
/// for each place in a text.
fn doubled(make: fn(usize) -> String, first: usize) -> [String; 3] {
    let count = first * 64 / make(64).len().max(1);
    [1, 2, 4].map(|times| make(count.max(1) * times))
}

/// Whether what comes with the last doubling is little more than twice of what came with the one before.
fn is_linear([one, two, four]: [u64; 3], fixed: u64) -> bool {
    (four.saturating_sub(two)) as f64 <= 2.5 * two.saturating_sub(one) as f64 + fixed as f64
}

/// All on one thread, where it is counted.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread").install(work)
}

#[test]
fn twice_the_text_is_twice_the_work() {
    let counted: Vec<_> = alone(|| {
        texts().map(|(file, name, make)| (*name, doubled(*make, 4_000).map(|text| steps(file, &text)))).collect()
    });
    let steep: Vec<_> = counted.iter().filter(|(_, steps)| !is_linear(*steps, 20_000)).collect();
    assert!(steep.is_empty(), "{steep:#?}");
    let counts = |(_, steps): &&(&str, [u64; 3])| steps[0] > 1_000;
    // Some are refused at their first bytes.
    assert!(counted.iter().filter(counts).count() * 3 > counted.len() * 2, "what is not counted cannot grow");
}

/// What a rule is called that could ask for much, its wording, and what makes a text that gives it.
const RULES: &[Text] = &[
    ("a free mark before a gap", "match = ['(we|,) …6 (x|y) ……6 z']", |n| ", ".repeat(n)),
    ("dashes before a gap", "match = ['( - |we) …12 x']", |n| "we - ".repeat(n)),
    ("gaps side by side", "match = ['a …12 b']", |n| "a ".repeat(n)),
    ("optional words", "match = ['a [a] [a] [a] [a] [a] [a] [a] [a] b']", |n| "a ".repeat(n)),
    ("alternatives alike", "match = ['(a|a a|a a a|a a a a) (a|a a|a a a|a a a a) b']", |n| "a ".repeat(n)),
    ("captures", "match = [{ match = 'c <x: …6> a <y: …6> b', swap = '{x} {y}' }]", |n| "c a a b ".repeat(n)),
    ("a search for what is not there", "regex = ['.*[^a]bb|aa']", |n| "a".repeat(n)),
    ("a search to the end", "regex = ['aa.*zz|aa']", |n| "a".repeat(n)),
    ("repeats in repeats", "regex = ['(a{1,20}){1,20}bb']", |n| "a".repeat(n)),
    ("guards", "match = ['a']\nunless = ['b c', 'a …12 d']\nonly = ['@owned']", |n| "a b ".repeat(n)),
    ("counts", "limit = { of = ['a'], max = 1, per = 'sentence' }", |n| "a b ".repeat(n)),
    ("runs", "limit = { of = 'exclamation-marks', max = 1, per = 'run' }", |n| "a! ".repeat(n)),
    ("phrases", "repeat = { of = 'phrase', words = 2, max = 1 }", |n| "so we we are ".repeat(n)),
];

/// A rule file with a rule of this wording.
fn rule(wording: &str) -> Source {
    let fixed = if wording.contains("swap") { "fixed = [['x', 'x']]\n" } else { "" };
    let text = format!(
        "[guards.owned]\nwhere = 'near'\nmatch = ['a b']\n\n[rules.a.b]\nseverity = 'warning'\ntitle = 'x'\nwhy = 'x'\nsource = 'x'\n\
         no-suggest = 'x'\n{wording}\n[rules.a.b.examples]\nfires = ['x']\nquiet = ['y']\n{fixed}"
    );
    Source::new("rule.toml", text)
}

#[test]
fn no_rule_makes_more_of_a_text() {
    let counted: Vec<_> = alone(|| {
        let of = |(name, wording, make): &Text| {
            let rules = Ruleset::load(&[rule(wording)], true).unwrap_or_else(|e| panic!("{name}: {e:?}"));
            let linter = Linter::new(rules);
            let steps = doubled(*make, 8_000).map(|text| {
                let before = effort::spent();
                let source = Source::new("a.txt", text);
                linter.check(&source, &Document::extract(&source, Format::Text));
                effort::spent() - before
            });
            (*name, steps)
        };
        RULES.iter().map(of).collect()
    });
    let steep: Vec<_> = counted.iter().filter(|(_, steps)| !is_linear(*steps, 20_000)).collect();
    assert!(steep.is_empty(), "{steep:#?}");
}

/// The instructions that the program takes for some files.
fn instructions(args: &[&str], folder: &std::path::Path) -> u64 {
    let mut valgrind = std::process::Command::new("valgrind");
    valgrind.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    let program = std::env::var_os("REPLYLINT_MEASURED").unwrap_or_else(|| env!("CARGO_BIN_EXE_replylint").into());
    let run = valgrind.arg(program).args(args).current_dir(folder).env_remove("AI_AGENT").env_remove("AGENT");
    let out = run.output().expect("valgrind");
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.code().is_some_and(|code| code < 3), "{told}");
    let count = told.lines().find_map(|line| line.split_once("refs:")).expect("a count").1;
    count.trim().replace(',', "").parse().expect("a count")
}

/// Rule files and configurations that grow, and what they say of it.
const FILES: &[Text] = &[
    ("rules.toml", "many templates", |n| {
        rule(&format!("match = [{}]", (0..n).map(|n| format!("'word{n} x',")).collect::<String>())).text().into()
    }),
    ("rules.toml", "a template of many words", |n| {
        rule(&format!("match = ['({}) x']", (0..n).map(|n| format!("w{n}|")).collect::<String>() + "x")).text().into()
    }),
    ("rules.toml", "many inflections", |n| {
        rule(&format!("match = ['({}) x']", (0..n).map(|n| format!("~send{n}|")).collect::<String>() + "x"))
            .text()
            .into()
    }),
    ("rules.toml", "brackets without end", |n| rule(&format!("match = ['{}']", "(a|".repeat(n))).text().into()),
    ("rules.toml", "optional words in a row", |n| rule(&format!("match = ['{} x']", "[a] ".repeat(n))).text().into()),
    ("rules.toml", "alternatives in alternatives", |n| {
        rule(&format!("match = ['{}a{} x']", "(b|".repeat(n), ")".repeat(n))).text().into()
    }),
    ("rules.toml", "many expressions", |n| {
        rule(&format!("regex = [{}]", (0..n).map(|n| format!("'word{n}.*x',")).collect::<String>())).text().into()
    }),
    ("rules.toml", "brackets of an expression", |n| {
        rule(&format!("regex = ['{}aa{}']", "(".repeat(n), ")".repeat(n))).text().into()
    }),
    ("rules.toml", "many lists", |n| {
        (0..n)
            .map(|n| format!("[lists]\nword{n} = ['a{n}']\n"))
            .collect::<String>()
            .replacen("[lists]\n", "[list]", 1)
            .replace("[lists]\n", "")
            .replacen("[list]", "[lists]\n", 1)
    }),
    ("rules.toml", "lists in lists", |n| {
        format!(
            "[lists]\na0 = ['a']\n{}",
            (0..n).map(|n| format!("a{} = ['@a{n}', 'b{n}']\n", n + 1)).collect::<String>()
        )
    }),
    ("rules.toml", "many rules", |n| {
        (0..n)
            .map(|n| {
                rule(&format!("match = ['word{n} x']"))
                    .text()
                    .replace("[guards.owned]\nwhere = 'near'\nmatch = ['a b']\n", "")
                    .replace("a.b", &format!("a.b{n}"))
            })
            .collect()
    }),
    ("rules.toml", "names that are not there", |n| {
        rule(&format!("unless = [{}]\nmatch = ['a']", (0..n).map(|n| format!("'@owne{n}',")).collect::<String>()))
            .text()
            .into()
    }),
    ("rules.toml", "keys that are not there", |n| (0..n).map(|n| format!("key{n} = 1\n")).collect()),
    ("replylint.toml", "many overrides", |n| "[[override]]\nfiles = ['a*.md']\nselect = ['blame']\n".repeat(n)),
    ("replylint.toml", "many ignores", |n| {
        "[[ignore]]\nrules = ['blame']\npaths = ['a*.md']\nreason = 'x'\n".repeat(n)
    }),
    ("replylint.toml", "rules that are not there", |n| {
        format!("ignore = [{}]", (0..n).map(|n| format!("'blame.x{n}',")).collect::<String>())
    }),
];

#[test]
#[ignore = "needs valgrind, and a quarter of an hour"]
fn twice_the_text_is_twice_the_instructions() {
    let only = std::env::var("REPLYLINT_ONLY").unwrap_or_default();
    let folder = tempfile::tempdir().expect("a folder");
    let mut steep = Vec::new();
    for (file, name, make) in texts().chain(FILES).filter(|(_, name, _)| name.contains(&*only)) {
        let count = |text: String| {
            std::fs::write(folder.path().join(file), text).expect("written");
            std::fs::write(folder.path().join("draft.md"), "Kindly wait.\n").expect("written");
            let args: &[&str] = match *file {
                "rules.toml" => &["check", "--rules", file, "--no-default-rules", "draft.md"],
                "replylint.toml" => &["check", "draft.md"],
                // To draw what is found takes most of the time; one text tells how it grows.
                _ if *name == "findings in a line" => &["check", file, "--exit-zero", "--output-format", "full"],
                _ => &["check", file, "--exit-zero", "--output-format", "concise"],
            };
            let count = instructions(args, folder.path());
            std::fs::remove_file(folder.path().join(file)).expect("removed");
            count
        };
        let mut counts = doubled(*make, 6_000).map(count);
        if !is_linear(counts, 10_000_000) {
            // A bound may lie between two of them, such as that of a sentence that is rewritten: what is longer then costs less.
            counts = doubled(*make, 24_000).map(count);
        }
        println!(
            "{:>8.2} {counts:>12?} {name}",
            (counts[2].saturating_sub(counts[1])) as f64 / (counts[1].saturating_sub(counts[0])).max(1) as f64
        );
        if !is_linear(counts, 10_000_000) {
            steep.push((name, counts));
        }
    }
    assert!(steep.is_empty(), "{steep:#?}");
}
