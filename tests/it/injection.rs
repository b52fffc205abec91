//! Nothing that a stranger writes is more than text, wherever it comes out: not to a terminal, a browser, a spreadsheet, a shell, nor to a
//! server that reads a log. And of what is redacted, no word comes out at all.
//!
//! A folder holds the same sign in every place that strangers write; every command prints it in every format, and what is printed is read by
//! a parser of that format. What it holds beside text is then what it holds where a plain word stands in all of those places.
#![cfg(unix)]

use pulldown_cmark::{Event, Options, Parser};
use quick_xml::events::Event as Xml;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What strangers write, of each kind that somebody heeds.
const SIGNS: [&str; 42] = [
    // Terminals.
    "\u{1b}[2J\u{1b}[31m",
    "\u{1b}]8;;https://evil.example\u{1b}\\x\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{9b}31m",
    "\u{9d}0;x\u{9c}",
    "\u{7}\u{8}\u{c}\u{b}",
    "\u{7f}",
    "\u{85}",
    "\u{202e}x\u{202c}",
    "\u{2066}x\u{2069}",
    "\u{200b}\u{200d}\u{feff}",
    "\u{2028}\u{2029}",
    // Servers that read logs.
    "\n::error::x",
    "::set-output name=x::y",
    "\r\n::stop-commands::x",
    "##[add-mask]x",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[buildStatus text='x']",
    "%0A::error::x",
    "%25%0D%3A",
    // Pages and markup.
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</title></table></article><h1>x",
    "]]>",
    "<!--",
    "--><b>x",
    "&lt;b&gt;&#0;&bogus;",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example www.evil.example",
    "@everyone a@evil.example",
    "`` ` ``` x",
    "a|b|c",
    "a\\|b\\\\|c\\",
    "# x\n\n- y\n\n```\nz",
    // Shells and paths.
    "$(reboot)`reboot`;reboot'\"",
    "../../../etc/passwd",
];

/// What strangers write so that a text begins with it.
const BEGINNINGS: [&str; 6] = ["=cmd|'/c calc'!A0", "+1+cmd|x", "-1-cmd|x", "@SUM(1)", "\t=1\r=1\u{b}=1", "\u{ff1d}1"];

/// So many signs stand side by side.
const TOGETHER: usize = 6;

/// What stands in the same places where nothing is meant.
const WORD: &str = "plain words";

/// A word that stands in all places which `--redact` leaves out.
const CANARY: &str = "Xanthippe";

/// A folder with a sign in every place that strangers write.
struct House(tempfile::TempDir);

/// Whether the sign stands where `--redact` leaves it: in rules, in names of files, and in what the configuration says beside reasons.
#[derive(Clone, Copy, PartialEq)]
enum Everywhere {
    Yes,
    No,
}

/// A text as a string of JSON, which is one of TOML and YAML as well.
fn quoted(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    // TOML takes none of these as they are.
    let escaped = |c: char| if c.is_control() { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    quoted.chars().map(escaped).collect()
}

impl House {
    fn new(sign: &str, everywhere: Everywhere) -> Self {
        let house = Self(tempfile::tempdir().expect("a folder"));
        // A sign alone may be nothing but white space.
        let sign = &format!("{sign} x");
        let q = quoted(sign);
        let outer = if everywhere == Everywhere::Yes { sign } else { WORD };
        let o = quoted(outer);
        fs::create_dir(house.path(".git")).expect("a folder");
        let cell = format!("\"{}\"", sign.replace('"', "\"\""));
        let kindly =
            format!("Kindly wait for {sign} now. Do the needful for {sign} today. {sign} kindly wait, {sign}.\n");
        house.write("draft.txt", &kindly);
        house.write("draft.md", &kindly);
        house.write("page.html", &format!("<p>{kindly}</p>"));
        house.write("message.txt", &format!("I am furious about {sign}. Where is {sign}? {sign}"));
        // The name of a file holds no slash.
        let name: String = outer.replace('/', "_").chars().take(80).collect();
        house.write(&format!("named {name}.txt"), "Kindly wait.\n");
        house.write(&format!("{name}.empty.json"), "{\"kept\": 1}");
        house.write(
            "macros.json",
            &format!(
                "{{\"macros\": [{{\"id\": {q}, \"title\": {q}, \"question\": {q}, \"team\": {q}, \"body\": {body}}}, {{{q}: {{\"id\": {q}, \"title\": {q}, \"team\": {q}, \"body\": {body}}}}}]}}",
                body = quoted(&kindly)
            ),
        );
        house.write(
            "macros.csv",
            &format!("id,title,team,body,{cell}\n{cell},{cell},{cell},\"{}\",{cell}\n", kindly.replace('"', "\"\"")),
        );
        house.write(
            "sent.jsonl",
            &format!("{{\"id\": {q}, \"team\": {q}, \"customer\": {q}, {q}: {q}, \"reply\": {}}}\n", quoted(&kindly)),
        );
        house.write(
            "held.txt",
            &format!(
                "---\nreplylint: {{ ignore: [boilerplate.kindly], reason: {q} }}\n---\nKindly wait for {sign} now.\n"
            ),
        );
        let comment = sign.replace(['\n', '\r', '#'], " ");
        house.write(
            "held.md",
            &format!("{{# replylint: ignore[boilerplate.kindly] {comment} #}}\nKindly wait for {sign}.\n"),
        );
        house.write("waived.txt", &format!("Kindly wait for {sign} now.\n"));
        house.write(
            "replylint.toml",
            &format!(
                "rules = [\"rules.toml\"]\ndefault-rules = false\n\n[[ignore]]\nrule = \"boilerplate.kindly\"\npath = \"waived.txt\"\n\
                 reason = {q}\n\n[[ignore]]\nrule = \"boilerplate.kindly\"\npath = \"fine.txt\"\nmatch = {o}\nreason = {q}\n"
            ),
        );
        house.write("fine.txt", "All is fine.\n");
        house.write(
            "rules.toml",
            &format!(
                "[rules.boilerplate.kindly]\ntitle = {o}\nwhy = {o}\nsource = {o}\nconfidence = \"high\"\napply = \"safe\"\n\
                 swap = {{ \"kindly\" = \"please\", \"do the needful for <who: …2> today\" = \"help {{who}} today\" }}\n\
                 [rules.boilerplate.kindly.examples]\nfires = [{o}, \"Kindly.\"]\nquiet = [{o}]\n\n\
                 [rules.boilerplate.wait]\ntitle = {o}\nwhy = {o}\nmatch = [\"wait\"]\nsuggest = [{o}]\n\
                 [rules.boilerplate.wait.examples]\nfires = [\"[[Wait]].\"]\n"
            ),
        );
        house.write(
            "baseline.toml",
            &format!("version = 1\nfindings = [{{ path = {o}, rule = \"a.b\", fingerprint = \"0123456789abcdef\", count = 1 }}]\n"),
        );
        let run = |score| {
            format!(
                "{{\"date\":\"2026-01-01\",\"inputs\":[\".\"],\"rules\":{o},\"replies\":1,\"words\":1,\"error\":0,\"warning\":0,\"info\":0,\
                 \"clean\":1,\"score\":{score}}}\n"
            )
        };
        house.write("history", &format!("{}{}{o}\n", run(50), run(60)));
        let report = format!(
            "{{\"findings\": [{{\"path\": {o}, \"rule\": {o}, \"fingerprint\": \"0123456789abcdef\", \"count\": 2}}]}}"
        );
        house.write("old.json.report", &report);
        house.write("new.json.report", "{\"findings\": []}");
        // What cannot be read, and is told with the reason.
        house.write("broken/a.json", &format!("{{{q}: {q}, \"reply\": [{q} {q}"));
        house.write("broken/b.yaml", &format!("{q}: [{q}\n{q}: *{comment}\n"));
        house.write("broken/c.xml", &format!("<a><{comment}></b>"));
        house.write("broken/d.toml", &format!("a = {q}\n{comment} = = {q}\n"));
        house.write(
            "broken/e.jsonl",
            &format!("{q}\n{{\"reply\": {q}\n{{\"reply\": {{{q}: 1}}}}\n[{q}]\n{{\"id\": {q}}}\n"),
        );
        house.write("broken/f.po", &format!("msgid {q}\nmsgstr \"{comment}\n"));
        let odd = [
            ("g.toml", format!("{q} = 1\n{q} = 2\n")),
            ("h.toml", format!("[{q}]\na = 1\n[{q}]\n")),
            ("i.toml", format!("a = {comment}\n")),
            ("j.yaml", format!("{q}: 1\n{q}: !{comment}!x y\n")),
            ("k.yaml", format!("%{comment}\n---\na: &{comment}\n")),
            ("l.yaml", format!("a: '{comment}' {comment}\n")),
            ("m.xml", format!("<a {comment}={comment}>&{comment};</a></{comment}>")),
            ("n.xml", format!("<?xml {comment}='1'?><!DOCTYPE {comment} [<a>&{comment}</a>")),
            ("o.po", format!("msgid \"a\"\n{comment}\nmsgstr[{comment}] {q} {comment}\n")),
            ("p.json", format!("[{comment}, {q}: tru{comment}]")),
            ("q.json", format!("{{{q}: {q}, {q}: \"\\u{comment}\"}}")),
            ("r.csv", format!("\"{comment}\" {comment},\"{comment}\n")),
            ("s.md", format!("---\n{comment}: [{q}\nreplylint: {{ ignore: {q}, {q}: 1 }}\n---\nKindly wait.\n")),
        ];
        odd.iter().for_each(|(name, text)| house.write(&format!("broken/{name}"), text));
        house.write("broken/rules.toml.txt", &format!("[rules.{q}.{q}]\ntitle = {q}\n{q} = {q}\n[{q}]\n"));
        house.write("broken/config.toml.txt", &format!("{q} = {q}\nselect = [{q}]\nexclude = [{q}]\nextend = {q}\n"));
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// What a command writes to standard output and to standard error.
    fn run(&self, args: &[&str], color: bool) -> [String; 2] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
        for name in [
            "AI_AGENT",
            "AGENT",
            "REPLYLINT_OUTPUT_FORMAT",
            "NO_COLOR",
            "FORCE_COLOR",
            "GITHUB_STEP_SUMMARY",
            "COLUMNS",
        ] {
            command.env_remove(name);
        }
        if color {
            command.env("FORCE_COLOR", "1").env("FORCE_HYPERLINK", "1");
        }
        let out = command.args(args).current_dir(self.path("")).output().expect("it runs");
        assert!(out.status.code().is_some_and(|code| code < 3), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        [out.stdout, out.stderr].map(|bytes| String::from_utf8(bytes).unwrap_or_else(|_| panic!("{args:?}: not UTF-8")))
    }
}

/// How an output is read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Text,
    Github,
    Json,
    Csv,
    Xml,
    Html,
    Markdown,
}

/// Every command that prints what strangers write, in every format.
fn outputs() -> Vec<(Vec<&'static str>, Form)> {
    let named = |name: &str| match name {
        "json" | "jsonl" | "sarif" | "gitlab" | "rdjson" => Form::Json,
        "csv" => Form::Csv,
        "junit" => Form::Xml,
        "html" => Form::Html,
        "markdown" => Form::Markdown,
        "github" => Form::Github,
        _ => Form::Text,
    };
    let mut all = Vec::new();
    for (_, name, _) in replylint::output::Output::NAMED {
        all.push((
            vec!["check", ".", "--exclude", "broken", "-v", "--show-suppressed", "--output-format", name],
            named(name),
        ));
        all.push((
            vec!["check", "broken", "draft.txt", "--customer", "message.txt", "--output-format", name],
            named(name),
        ));
        all.push((vec!["check", ".", "--redact", "-v", "--show-suppressed", "--output-format", name], named(name)));
    }
    for (_, name, _) in replylint::output::audit::Format::NAMED {
        let format = ["--today", "2027-01-31", "--output-format", name];
        all.push((
            [&["audit", ".", "--by", "team", "--by", "file", "--history", "history"][..], &format].concat(),
            named(name),
        ));
        all.push(([&["audit", ".", "--redact"][..], &format].concat(), named(name)));
    }
    let json = ["--output-format", "json"];
    for args in [
        &["check", ".", "--statistics"][..],
        &["check", "waived.txt", "draft.txt", "--no-ignores", "--output-format", "full"],
        &["explain", "draft.txt", "macros.json", "--customer", "message.txt"],
        &["explain", "boilerplate.kindly", "--rules", "rules.toml", "--no-default-rules"],
        &["rules", "list", "--rules", "rules.toml", "--no-default-rules"],
        &["rules", "test", "rules.toml", "--no-default-rules"],
        &["rules", "test", "broken/rules.toml.txt"],
        &["fields", "macros.json", "macros.csv", "sent.jsonl", "broken/a.json"],
        &["config", "show"],
        &["config", "show", "--config", "broken/config.toml.txt"],
        &["check", ".", "--rules", "broken/rules.toml.txt"],
        &["check", ".", "--config", "broken/config.toml.txt"],
        &["baseline", "show", "--baseline", "baseline.toml"],
        &["baseline", "show", "--baseline", "broken/rules.toml.txt"],
        &["audit", "compare", "old.json.report", "new.json.report"],
        &["audit", "compare", "broken/a.json", "new.json.report"],
    ] {
        all.push((args.to_vec(), Form::Text));
    }
    for args in [
        &["explain", "boilerplate.kindly", "--rules", "rules.toml", "--no-default-rules"][..],
        &["rules", "list", "--rules", "rules.toml", "--no-default-rules"],
        &["fields", "macros.json", "macros.csv"],
        &["config", "show"],
        &["baseline", "show", "--baseline", "baseline.toml"],
        &["audit", "compare", "old.json.report", "new.json.report"],
    ] {
        all.push(([args, &json].concat(), Form::Json));
    }
    all.push((vec!["scan", "sent.jsonl", "broken/e.jsonl"], Form::Json));
    let page = ["explain", "--all", "--rules", "rules.toml", "--no-default-rules", "--output-format", "markdown"];
    all.push((page.to_vec(), Form::Markdown));
    all
}

/// What a terminal would heed in a text beside its letters, if anything: colours and links to files are ours.
fn heeded(text: &str, form: Form) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest
        .find(|c: char| c.is_control() && c != '\n' || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    {
        let found = &rest[at..];
        let color = found.strip_prefix("\u{1b}[").and_then(|rest| {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            rest.strip_prefix('m')
        });
        let link = found.strip_prefix("\u{1b}]8;;").and_then(|rest| {
            let (address, rest) = rest.split_once("\u{1b}\\")?;
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b);
            (address.is_empty() || address.strip_prefix("file:///")?.bytes().all(is_plain)).then_some(rest)
        });
        let row = found.strip_prefix("\r\n").filter(|_| form == Form::Csv);
        match color.or(link).or(row) {
            Some(after) => rest = after,
            None => return Some(found.chars().take(20).collect::<String>().escape_debug().to_string()),
        }
    }
    None
}

/// A line that a server which reads the log would obey, if there is one.
fn order(text: &str, form: Form) -> Option<&str> {
    let ours = ["::error file=", "::warning file=", "::notice file="];
    text.lines().find(|line| {
        let is_ours = form == Form::Github && ours.iter().any(|our| line.starts_with(our));
        let marked = line
            .split("##")
            .skip(1)
            .any(|rest| rest.trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric()).starts_with('['));
        !is_ours && (line.trim_start().starts_with("::") || marked)
    })
}

/// The kinds of things that an output holds beside text.
fn kinds(text: &str, form: Form) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    match form {
        _ if text.is_empty() => {}
        Form::Text | Form::Github => {}
        Form::Json => {
            let whole = serde_json::from_str::<Value>(text).map(|value| vec![value]);
            let lines = || text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
            let values = if text.is_empty() { Vec::new() } else { whole.or_else(|_| lines()).expect("JSON") };
            assert!(values.iter().all(|value| value.is_object() || value.is_array()));
        }
        Form::Csv => {
            for row in crate::sound::rows(text) {
                kinds.insert(format!("a row of {}", row.len()));
                for cell in row {
                    let is_number = cell.parse::<f64>().is_ok() && !cell.starts_with(['+', '-']);
                    let runs = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']);
                    assert!(is_number || !runs && !cell.starts_with(['\t', '\r', '\n']), "{cell:?}");
                    assert!(!cell.contains(['\n', '\r']), "{cell:?}");
                }
            }
        }
        Form::Xml => elements(text, &mut kinds),
        Form::Html => {
            // What a browser takes as it is ends with these words, and with no others.
            for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
                assert!(
                    text.matches(open).count() <= 1 && text.matches(close).count() == text.matches(open).count(),
                    "{open}"
                );
            }
            assert!(text.contains("default-src 'none'") && !text.to_lowercase().contains("<script "));
            let between = |text: &str, open: &str, close: &str| match text.split_once(open) {
                Some((before, rest)) => format!("{before}{}", rest.split_once(close).expect("an end").1),
                None => text.to_owned(),
            };
            let text = between(&between(text, "<style>", "</style>"), "<script>", "</script>");
            elements(text.trim_start_matches("<!doctype html>"), &mut kinds);
        }
        Form::Markdown => {
            for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
                match event {
                    Event::Start(tag) => drop(kinds.insert(format!("{:?}", tag.to_end()))),
                    // An empty comment parts what a forge would read as one word.
                    Event::InlineHtml(html) | Event::Html(html) if html.starts_with("<!-- ") => {}
                    Event::InlineHtml(html) | Event::Html(html) => drop(kinds.insert(html.to_string())),
                    Event::Text(text) => assert!(!text.contains("://") && !text.contains("www."), "{text} is a link"),
                    _ => {}
                }
            }
            let cells = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
            for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
                let counts: BTreeSet<_> = table.lines().map(cells).collect();
                assert_eq!(counts.len(), 1, "{table}");
            }
        }
    }
    kinds
}

/// The elements of a page or a document, and their attributes.
fn elements(text: &str, kinds: &mut BTreeSet<String>) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    loop {
        match reader.read_event().expect("well-formed") {
            Xml::Eof => return,
            Xml::Start(of) | Xml::Empty(of) => {
                let name = AsRef::<str>::as_ref(&of.name()).to_owned();
                for attribute in of.attributes() {
                    let attribute = attribute.expect("an attribute");
                    let (key, value): (&str, &str) = (attribute.key.as_ref(), &attribute.value);
                    assert!(!key.starts_with("on") && (key != "href" || value.starts_with('#')), "{key}={value}");
                    kinds.insert(format!("{name} {key}"));
                }
                kinds.insert(name);
            }
            Xml::Comment(_) | Xml::CData(_) | Xml::PI(_) | Xml::DocType(_) => panic!("more than elements: {text}"),
            _ => {}
        }
    }
}

#[test]
fn text_is_text_in_every_output() {
    let plain = House::new(WORD, Everywhere::Yes);
    let outputs = outputs();
    let known: Vec<_> = outputs
        .iter()
        .map(|(args, form)| {
            let [out, err] = plain.run(args, false);
            assert!(!out.is_empty() || err.contains("error: "), "{args:?}");
            (kinds(&out, *form), out.is_empty())
        })
        .collect();
    let signs = SIGNS.chunks(TOGETHER).map(|signs| signs.join(" ")).chain(BEGINNINGS.map(ToOwned::to_owned));
    for sign in signs {
        let house = House::new(&sign, Everywhere::Yes);
        for ((args, form), (known, nothing)) in outputs.iter().zip(&known) {
            let color = *form == Form::Text;
            let [out, err] = house.run(args, color);
            let case = format!("{} with {sign:?}", args.join(" "));
            for (text, form) in [(&out, *form), (&err, Form::Text)] {
                assert_eq!(heeded(text, form), None, "{case}\n{text}");
                assert_eq!(order(text, form), None, "{case}\n{text}");
            }
            assert_eq!(out.is_empty(), *nothing, "{case}\n{err}");
            let found = std::panic::catch_unwind(|| kinds(&out, *form)).unwrap_or_else(|_| panic!("{case}\n{out}"));
            let more: Vec<_> = found.difference(known).collect();
            assert!(more.is_empty(), "{case}: {more:?}\n{out}");
        }
    }
}

#[test]
fn a_name_that_is_typed_is_told_as_text() {
    let house = House::new(WORD, Everywhere::Yes);
    for sign in SIGNS.into_iter().chain(BEGINNINGS) {
        for args in [
            &["check", sign][..],
            &["check", "draft.txt", "--select", sign],
            &["check", "draft.txt", "--output-format", sign],
            &["check", "draft.txt", "--config", sign],
            &["check", "draft.txt", "--exclude", sign],
            &["check", "draft.txt", "--kind", sign],
            &["check", "draft.txt", "--output", sign],
            &["explain", sign],
            &["audit", ".", "--by", sign],
            &["rules", "list", "--rules", sign],
            &[sign],
        ] {
            let [out, err] = house.run(args, true);
            for text in [&out, &err] {
                assert_eq!(heeded(text, Form::Text), None, "{args:?}: {text}");
                assert_eq!(order(text, Form::Text), None, "{args:?}: {text}");
            }
        }
    }
}

/// Where a diff goes to no terminal it is a patch, and as such has every byte of the draft.
#[test]
fn a_patch_is_one_for_the_file_that_it_names() {
    let house = House::new(WORD, Everywhere::No);
    let name = "a\n--- b\t\"\u{1b}é.txt";
    house.write(name, "\u{1b}[31m Kindly wait.\r\n");
    let [out, _] = house.run(&["check", "--diff", name], false);
    let header = "a\\012--- b\\011\\\"\\033\\303\\251.txt\"";
    let hunk = "@@ -1 +1 @@\n-\u{1b}[31m Kindly wait.\r\n+\u{1b}[31m Please wait.\r\n";
    assert_eq!(out, format!("--- \"a/{header}\n+++ \"b/{header}\n{hunk}"));
}

/// Everything that `--redact` can be asked of.
fn redacted() -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let check = ["check", ".", "--redact", "-v", "--show-suppressed", "--customer", "message.txt", "--output-format"];
    let audit = [
        "audit",
        ".",
        "--redact",
        "-v",
        "--today",
        "2027-01-31",
        "--history",
        "runs",
        "--by",
        "kind",
        "--output-format",
    ];
    let formats = replylint::output::Output::NAMED.iter().map(|(_, name, _)| (&check[..], *name));
    let forms = replylint::output::audit::Format::NAMED.iter().map(|(_, name, _)| (&audit[..], *name));
    for (args, name) in formats.chain(forms) {
        let wanted: Vec<String> = args.iter().chain([&name]).map(|arg| (*arg).to_owned()).collect();
        let whole = ["--exclude", "broken"].map(ToOwned::to_owned);
        all.push([&wanted[..], &whole].concat());
        all.push(wanted);
    }
    let more: [&[&str]; 4] = [
        &["check", ".", "--redact", "--statistics"],
        &["check", ".", "--redact", "--fix", "-v"],
        &["baseline", "create", ".", "-o", "known.toml", "--exclude", "broken"],
        &["baseline", "show", "--baseline", "known.toml"],
    ];
    all.extend(more.iter().map(|args| args.iter().map(|arg| (*arg).to_owned()).collect()));
    all
}

#[test]
fn of_what_is_redacted_no_word_comes_out() {
    let shows = |text: &str| text.to_lowercase().contains(&CANARY.to_lowercase());
    let house = House::new(CANARY, Everywhere::No);
    let (mut seen, mut hidden) = (0, 0);
    for args in redacted() {
        let open: Vec<&str> =
            args.iter().map(String::as_str).filter(|arg| !["--redact", "--fix"].contains(arg)).collect();
        seen += house.run(&open, false).iter().filter(|text| shows(text)).count();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        for text in house.run(&args, false) {
            assert!(!shows(&text), "{}\n{text}", args.join(" "));
            hidden += 1;
        }
    }
    assert!(seen > 15, "the word comes out of {seen} of {hidden} outputs that are not redacted");
    for name in ["runs", "known.toml"] {
        assert!(!shows(&fs::read_to_string(house.path(name)).expect("text")), "{name}");
    }
}

/// What `git` does in a repository that somebody prepared: each of these would leave a trace.
#[test]
#[ignore = "needs git"]
fn a_hostile_repository_runs_nothing() {
    let repository = crate::scopes::Repository::new();
    let trace = repository.path("../").join(format!("trace-{}", std::process::id()));
    let leave = format!("touch {}", trace.display());
    repository.write("old.md", "Kindly wait.\n");
    repository.write("--output=x.md", "Kindly wait.\n");
    repository.commit();
    repository.write("old.md", "Fine.\nKindly wait.\n");
    repository.write("--exit-zero", "Kindly wait.\n");
    repository.git(&["add", "-A"]);
    repository.write("old.md", "Fine.\nFine.\nKindly wait.\n");
    repository.write(".git/hooks/post-index-change", &format!("#!/bin/sh\n{leave}\n"));
    repository.write("watch", &format!("#!/bin/sh\n{leave}\n"));
    for file in [".git/hooks/post-index-change", "watch"] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(repository.path(file), mode).expect("a mode");
    }
    repository.write(".gitattributes", "*.md diff=evil\n");
    let watch = repository.path("watch");
    for (key, value) in [
        ("core.fsmonitor", watch.to_string_lossy().into_owned()),
        ("core.hooksPath", repository.path(".git/hooks").to_string_lossy().into_owned()),
        ("core.pager", leave.clone()),
        ("diff.external", leave.clone()),
        ("diff.evil.command", leave.clone()),
        ("diff.evil.textconv", leave.clone()),
        ("core.sshCommand", leave.clone()),
        ("alias.diff", format!("!{leave}")),
        ("remote.origin.url", format!("ext::sh -c {leave}")),
        ("remote.origin.promisor", "true".to_owned()),
        ("extensions.partialClone", "origin".to_owned()),
        ("protocol.ext.allow", "always".to_owned()),
    ] {
        repository.git(&["config", key, &value]);
    }
    let check = |folder: &Path, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
        let rules = fs::canonicalize("tests/cli/fix.in/kindly.toml").expect("rules");
        command.args(["check", "--no-default-rules", "--output-format", "concise", "--rules"]).arg(rules).args(args);
        let out = command.current_dir(folder).output().expect("it runs");
        [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
    };
    let top = repository.path("");
    let staged = check(&top, &["--staged"]);
    assert!(staged.contains("old.md:2:1: warning"), "{staged}");
    let since = check(&top, &["--since", "HEAD"]);
    assert!(since.contains("old.md:3:1: warning"), "{since}");
    // An object that is not here is not fetched.
    let head = String::from_utf8(repository.git(&["rev-parse", "HEAD^{tree}"]).stdout).expect("text");
    let (folder, file) = head.trim().split_at(2);
    fs::remove_file(repository.path(&format!(".git/objects/{folder}/{file}"))).expect("removed");
    let missing = check(&top, &["--since", "HEAD"]);
    assert!(missing.contains("error: git cannot tell which files are changed: "), "{missing}");
    assert!(!trace.exists(), "something was run");

    // A bare repository among the files of another is none of the user's.
    let other = crate::scopes::Repository::new();
    other.git(&["init", "-q", "--bare", "inner"]);
    other.git(&["--git-dir=inner", "config", "core.bare", "false"]);
    other.git(&["--git-dir=inner", "config", "core.worktree", ".."]);
    other.git(&["--git-dir=inner", "config", "core.fsmonitor", &watch.to_string_lossy()]);
    let refused = check(&other.path("inner"), &["--staged"]);
    assert!(refused.contains("error: git cannot tell which files are changed: "), "{refused}");
    assert!(!trace.exists(), "something was run");
}
