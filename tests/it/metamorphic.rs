//! A text and the same text in another form give the same findings at the same places: with other signs, lines and markup, and in every
//! file that can hold it.
//!
//! A [`Change`] writes a text anew and keeps where each character went; one property runs all of them over all texts that the project
//! has: the examples of the rules, the good replies, and the corpus.

use crate::corpus;
use crate::records::Reply;
use replylint::document::{Format, Known};
use replylint::finding::Finding;
use replylint::fix::{self, Reviewer};
use replylint::linter::Linter;
use replylint::rule::Applicability;
use replylint::ruleset::Ruleset;
use replylint::source::{Source, Span};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// A way to write a text.
struct Change {
    /// What is done to it.
    name: &'static str,
    /// The file that holds it then; its name tells the format.
    file: &'static str,
    /// Writes it; `None` where that would say something else, or cannot be done.
    write: fn(&str) -> Option<Written>,
    /// What is not compared.
    spares: Spares,
}

/// What a change does bear on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Spares {
    /// Nothing: all findings stay.
    Nothing,
    /// Rules that look at signs one by one, as programs leave them.
    Signs,
    /// Rewrites: beside marks that may be markup, they are only shown.
    Rewrites,
    /// Rules that look at capitals, or at names.
    Capitals,
    /// Rules that look at placeholders and at names, and how the words found are shown.
    Names,
}

/// A text in another form, and where the characters of the text went.
#[derive(Default)]
struct Written {
    file: String,
    /// For each byte of the text, the bytes of the file that stand for its character.
    places: Vec<Range<usize>>,
}

impl Written {
    /// What the file holds before the text.
    fn after(markup: &str) -> Self {
        Self { file: markup.to_owned(), places: Vec::new() }
    }

    /// What the file holds beside the text.
    fn add(&mut self, markup: &str) {
        self.file.push_str(markup);
    }

    /// A stretch of the text, and how the file writes it.
    fn put(&mut self, text: &str, written: &str) {
        let start = self.file.len();
        self.file.push_str(written);
        self.places.extend(std::iter::repeat_n(start..self.file.len(), text.len()));
    }

    /// A stretch of the text as it is.
    fn keep(&mut self, text: &str) {
        text.split_inclusive(|_| true).for_each(|c| self.put(c, c));
    }

    /// The rest of the text, character by character.
    fn each(mut self, text: &str, write: impl Fn(char) -> String) -> Self {
        for c in text.split_inclusive(|_| true) {
            self.put(c, &c.chars().map(&write).collect::<String>());
        }
        self
    }

    /// What the file holds after the text.
    fn before(mut self, markup: &str) -> Option<Self> {
        self.file.push_str(markup);
        Some(self)
    }

    /// Where the file says something else than the text.
    fn renamed(&self, text: &str) -> Option<Range<usize>> {
        let other = |byte: &usize| self.file[self.places[*byte].clone()] != text[*byte..*byte + 1];
        let byte = (0..text.len())
            .filter(|byte| text.is_char_boundary(*byte) && text.is_char_boundary(byte + 1))
            .find(other)?;
        Some(self.places[byte].clone())
    }

    /// Where a stretch of the text stands in the file. Between two characters, any place between the two will do.
    fn place(&self, span: Span) -> Range<usize> {
        if !span.is_empty() {
            return self.places[span.start].start..self.places[span.end - 1].end;
        }
        let start = span.start.checked_sub(1).map_or(0, |byte| self.places[byte].end);
        start..self.places.get(span.start).map_or(self.file.len(), |place| place.start)
    }
}

/// Each character as itself, or as another.
fn swapped(text: &str, write: impl Fn(char) -> char) -> Option<Written> {
    let changed = text.chars().any(|c| write(c) != c);
    changed.then(|| Written::default().each(text, |c| write(c).to_string()))
}

/// Each of some characters as others.
fn replaced(text: &str, of: char, by: &str) -> Option<Written> {
    text.contains(of).then(|| Written::default().each(text, |c| if c == of { by.to_owned() } else { c.to_string() }))
}

/// Something between the second and third letters of each word of five letters or more.
fn inside_words(text: &str, sign: &str) -> Option<Written> {
    let mut out = Written::default();
    // What stands in a tag is no word.
    for word in text.split_inclusive(char::is_whitespace).filter(|_| !text.contains('{')) {
        let bare = word.trim_end();
        let plain = bare.len() > 4 && bare.bytes().take(bare.len() - 1).all(|b| b.is_ascii_alphabetic());
        if plain {
            out.keep(&word[..2]);
            out.add(sign);
            out.keep(&word[2..]);
        } else {
            out.keep(word);
        }
    }
    (out.file.len() > text.len()).then_some(out)
}

/// Marks around every third word that is nothing but letters.
fn around_words(
    mut out: Written,
    text: &str,
    (open, close): (&str, &str),
    write: impl Fn(char) -> String,
) -> Option<Written> {
    let mut marked = false;
    for (number, word) in text.split_inclusive(char::is_whitespace).enumerate() {
        let bare = word.trim_end();
        let bare = bare.strip_suffix(['.', ',', ';', ':', '!', '?']).unwrap_or(bare);
        if number % 3 == 2 && !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_alphabetic()) {
            out.add(open);
            out = out.each(&word[..bare.len()], &write);
            out.add(close);
            out = out.each(&word[bare.len()..], &write);
            marked = true;
        } else {
            out = out.each(word, &write);
        }
    }
    marked.then_some(out)
}

/// Lines broken where a mail program might: before a small letter, after a letter.
fn wrapped(text: &str, end: &str) -> Option<Written> {
    let mut out = Written::default();
    for (number, word) in text.split_inclusive(' ').enumerate() {
        let bare = word.trim_end_matches(' ');
        out.keep(bare);
        let rest = &text[out.places.len()..];
        let next = rest.trim_start_matches(' ');
        let inner = next.split(' ').next().is_some_and(|next| !next.ends_with(')') && !next.contains('\n'));
        let soft =
            bare.ends_with(|c: char| c.is_ascii_lowercase()) && next.starts_with(|c: char| c.is_ascii_lowercase());
        let space = &word[bare.len()..];
        out.put(space, if number % 3 == 2 && soft && inner && !space.is_empty() { end } else { space });
    }
    out.file.contains(end).then_some(out)
}

/// Straight quotation marks in pairs as others.
fn quoted(text: &str, open: &str, close: &str) -> Option<Written> {
    let fits = text.contains('"') && text.matches('"').count().is_multiple_of(2) && !text.contains(['\n', '“', '”']);
    // `24"` is a size.
    let fits = fits && !text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1] == b'"');
    fits.then(|| {
        let mut out = Written::default();
        let mut opens = true;
        for c in text.split_inclusive(|_| true) {
            if c == "\"" {
                out.put(c, if opens { open } else { close });
                opens = !opens;
            } else {
                out.keep(c);
            }
        }
        out
    })
}

/// Another name, or a placeholder for it, in a greeting such as `Hi Ana,`.
fn greeted(text: &str, name: &str) -> Option<Written> {
    let greeting = ["Hi ", "Hello ", "Dear "].into_iter().find(|greeting| text.starts_with(greeting))?;
    let rest = &text[greeting.len()..];
    let old = &rest[..rest.find([',', '\n', '.', '!', ':'])?];
    let is_name = old.len() > 2 && old.starts_with(char::is_uppercase) && old.chars().skip(1).all(char::is_lowercase);
    // Words that are no names, and names that stand elsewhere too.
    let other = ["Sir", "Madam", "Customer", "There", "All", "Team", "Guest", "Patient", "Applicant", "Parents"];
    let other = other.contains(&old) || rest[old.len()..].contains(old) || !rest[old.len()..].starts_with(",\n");
    (is_name && !other).then(|| {
        let mut out = Written::default();
        out.keep(greeting);
        out.put(old, name);
        out.keep(&rest[old.len()..]);
        out
    })
}

/// A text without signs that mean something in Markdown or in HTML, or at the start of a line.
fn unmarked(text: &str) -> Option<&str> {
    let listed =
        |line: &str| line.starts_with(['-', '+', '*', '•', '–', '=']) || line.starts_with(|c: char| c.is_ascii_digit());
    let bare = lines(text)
        .filter(|text| !text.contains(['<', '>', '[', ']', '{', '}', '`', '|', '\\', '#', '~', '_', '*', '&']));
    bare.filter(|text| !text.lines().any(listed) && !text.contains("://") && !text.contains("www."))
}

/// The same, of whole paragraphs.
fn paragraphs(text: &str) -> Option<&str> {
    unmarked(text).filter(|text| !text.replace("\n\n", "").contains('\n'))
}

/// A text of one line, with nothing at its ends that a format would drop.
fn line(text: &str) -> Option<&str> {
    lines(text).filter(|text| !text.contains('\n'))
}

/// A text of whole lines, without white space at their ends.
fn lines(text: &str) -> Option<&str> {
    let bare = !text.contains(['\r', '\t']) && text.trim() == text;
    (bare && text.lines().all(|line| line.trim() == line)).then_some(text)
}

/// A text that is prose enough to be taken for a reply, without signs that only a draft has.
fn prose(text: &str) -> Option<&str> {
    let bare = !text.contains(['>', '`', '<']) && text.split_whitespace().count() >= 4;
    // Front matter, and lines that part one text from another.
    (bare && !text.starts_with("---") && !text.contains("\n--")).then_some(text)
}

/// A character as JSON writes it.
fn json(c: char) -> String {
    let quoted = serde_json::to_string(&c).expect("a string");
    quoted[1..quoted.len() - 1].to_owned()
}

fn utf_16(c: char) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn xml(c: char) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '\'' => "&#39;".to_owned(),
        _ => c.to_string(),
    }
}

/// The signs that HTML has names and numbers for.
fn entity(c: char) -> String {
    match c {
        '\'' => "&#x27;".to_owned(),
        '’' => "&rsquo;".to_owned(),
        '"' => "&quot;".to_owned(),
        '…' => "&hellip;".to_owned(),
        '—' => "&mdash;".to_owned(),
        '£' => "&pound;".to_owned(),
        '€' => "&#8364;".to_owned(),
        'w' => "&#119;".to_owned(),
        _ => c.to_string(),
    }
}

/// A character of a table's cell.
fn cell(c: char) -> String {
    if c == '"' { "\"\"".to_owned() } else { c.to_string() }
}

/// A text in a web page: paragraphs, and what stands around each.
fn page(text: &str, marks: (&str, &str), write: impl Fn(char) -> String) -> Option<Written> {
    let mut out = Written::after("<!doctype html>\n<html><body><p>");
    for (number, paragraph) in paragraphs(text)?.split("\n\n").enumerate() {
        if number > 0 {
            out.put("\n\n", "</p>\n<p>");
        }
        out = match marks {
            ("", "") => out.each(paragraph, &write),
            _ => around_words(out, paragraph, marks, &write)?,
        };
    }
    out.before("</p></body></html>\n")
}

/// A mail whose body is made fit for transport, with lines that end softly.
fn mail(text: &str, head: &str) -> Option<Written> {
    let fits = lines(text)?.lines().all(|line| !line.starts_with("--") && !line.starts_with("__"));
    let headed =
        text.lines().next().is_some_and(|line| line.split_once(':').is_some_and(|(key, _)| !key.contains(' ')));
    let mut out = Written::after(head);
    let (mut column, mut open) = (0, 0);
    for c in text.split_inclusive(|_| true) {
        let written = match c {
            "\n" => "\r\n".to_owned(),
            "=" => "=3D".to_owned(),
            _ if c.is_ascii() => c.to_owned(),
            _ => c.bytes().map(|byte| format!("={byte:02X}")).collect(),
        };
        // A placeholder is told as it is written.
        open = open + usize::from(c == "{") - usize::from(c == "}" && open > 0);
        if column + written.len() > 30 && c != "\n" && open == 0 && c != "}" {
            out.add("=\r\n");
            column = 0;
        }
        column = if c == "\n" { 0 } else { column + written.len() };
        out.put(c, &written);
    }
    if fits && !headed { out.before("\r\n") } else { None }
}

/// A text whose lines stand so far in.
fn indented(head: &str, text: &str, by: &str, end: &str) -> Written {
    let mut out = Written::after(head);
    out.add(by);
    for c in text.split_inclusive(|_| true) {
        if c == "\n" {
            out.put(c, end);
            out.add(by);
        } else {
            out.keep(c);
        }
    }
    out.add(end);
    out
}

macro_rules! changes {
    ($($file:literal { $($name:literal $(spares $spares:ident)?: $write:expr,)* })*) => {
        &[$($(Change { name: $name, file: $file, write: $write, spares: changes!(@ $($spares)?) },)*)*]
    };
    (@) => { Spares::Nothing };
    (@ $spares:ident) => { Spares::$spares };
}

const CHANGES: &[Change] = changes! {
    "a.txt" {
        "curly apostrophes": |text| replaced(text, '\'', "’"),
        "other apostrophes": |text| replaced(text, '\'', "ʼ"),
        "curly quotation marks": |text| quoted(text, "“", "”"),
        "guillemets": |text| quoted(text, "«", "»"),
        "no-break spaces": |text| swapped(text, |c| if c == ' ' { '\u{a0}' } else { c }),
        "thin spaces": |text| swapped(text, |c| if c == ' ' { '\u{2009}' } else { c }),
        "narrow no-break spaces": |text| swapped(text, |c| if c == ' ' { '\u{202f}' } else { c }),
        "doubled spaces": |text| replaced(text, ' ', "  "),
        "a space and a tab": |text| replaced(text, ' ', " \t"),
        "blanks at the ends of lines": |text| replaced(text, '\n', "  \n"),
        "carriage returns": |text| replaced(text, '\n', "\r\n"),
        "a byte order mark": |text| Some(Written::after("\u{feff}").each(text, String::from)),
        "blank lines around it": |text| {
            let out = Written::after(if text.starts_with(['-', '+']) { "" } else { "\n \n" });
            out.each(text, String::from).before("\n\n  \n")
        },
        "soft hyphens" spares Signs: |text| inside_words(text, "\u{ad}"),
        "zero-width spaces" spares Signs: |text| inside_words(text, "\u{200b}"),
        "word joiners" spares Signs: |text| inside_words(text, "\u{2060}"),
        "wrapped lines": |text| wrapped(text, "\n"),
        "wrapped lines, carriage returns": |text| wrapped(text, "\r\n"),
        "wrapped lines, indented": |text| wrapped(text, "\n  "),
        "asterisks" spares Rewrites: |text| {
            // Expressions see the signs themselves.
            let plain = unmarked(text).filter(|text| !text.contains('"'))?;
            around_words(Written::default(), plain, ("*", "*"), String::from)
        },
        "tags" spares Rewrites: |text| around_words(Written::default(), unmarked(text)?, ("<b>", "</b>"), String::from),
        "small letters" spares Capitals: |text| {
            // What may be an abbreviation ends a sentence only before a capital.
            let word = |before: &str| before.rsplit(' ').next().is_none_or(|word| word.len() < 2 || word.contains('.'));
            let clear = !text.split(". ").any(word);
            swapped(text, |c| c.to_ascii_lowercase()).filter(|_| clear)
        },
        "another name" spares Names: |text| greeted(text, "Zoë"),
        "a longer name" spares Names: |text| greeted(text, "Ms Ó Briain-Smythe"),
        "a placeholder for the name" spares Names: |text| greeted(text, "{{ ticket.requester.first_name }}"),
        "another placeholder for the name" spares Names: |text| greeted(text, "%{first_name}"),
    }
    "a.md" {
        "Markdown": |text| Some(Written::default().each(unmarked(text)?, String::from)),
        "emphasis": |text| around_words(Written::default(), unmarked(text)?, ("*", "*"), String::from),
        "strong emphasis": |text| around_words(Written::default(), unmarked(text)?, ("**", "**"), String::from),
        "underscores": |text| around_words(Written::default(), unmarked(text)?, ("__", "__"), String::from),
        "struck out": |text| around_words(Written::default(), unmarked(text)?, ("~~", "~~"), String::from),
        "links": |text| around_words(Written::default(), unmarked(text)?, ("[", "](https://example.com/a)"), String::from),
        "entities in Markdown": |text| Some(Written::default().each(unmarked(text)?, entity)),
        "backslashes": |text| {
            let escaped = |c: char| if "!,;:'\"()".contains(c) { format!("\\{c}") } else { c.to_string() };
            Some(Written::default().each(unmarked(text)?, escaped))
        },
        "tags in Markdown": |text| around_words(Written::default(), unmarked(text)?, ("<em>", "</em>"), String::from),
    }
    "a.html" {
        "a page": |text| page(text, ("", ""), xml),
        "a page with entities": |text| page(text, ("", ""), entity),
        "a page with no-break spaces": |text| page(text, ("", ""), |c| if c == ' ' { "&nbsp;".to_owned() } else { xml(c) }),
        "a page with wrapped lines": |text| page(text, ("", ""), |c| if c == ' ' { "\n    ".to_owned() } else { xml(c) }),
        "a page with tags": |text| page(text, ("<b>", "</b>"), xml),
        "a page with long tags": |text| page(text, ("<span class=\"a>b\" style='color: #333'>", "</span>"), xml),
        "a page with comments": |text| page(text, ("<!-- x -->", ""), xml),
    }
    "a.eml" {
        "a mail": |text| mail(text, "From: a@example.com\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"),
    }
    "a.json" {
        "JSON": |text| Written::after("[{\"title\": \"x\", \"reply\": \"").each(prose(text)?, json).before("\"}]"),
        "escaped JSON": |text| Written::after("{\"reply\": \"").each(prose(text)?, utf_16).before("\"}"),
        "JSON in JSON": |text| {
            let twice = |c| json(c).chars().map(json).collect();
            Written::after("[{\"x\": \"{\\\"reply\\\": \\\"").each(prose(text)?, twice).before("\\\"}\"}]")
        },
    }
    "a.jsonl" {
        "JSON Lines": |text| Written::after("{\"reply\": \"").each(prose(text)?, json).before("\"}\n"),
    }
    "a.yaml" {
        "YAML, plain": |text| {
            let plain = line(prose(text)?).filter(|text| text.starts_with(char::is_alphabetic));
            let plain = plain.filter(|text| !text.contains(": ") && !text.contains(" #") && !text.ends_with(':'));
            Written::after("reply: ").each(plain?, String::from).before("\n")
        },
        "YAML, double quotes": |text| Written::after("- title: x\n  reply: \"").each(prose(text)?, json).before("\"\n"),
        "YAML, single quotes": |text| {
            let doubled = |c| if c == '\'' { "''".to_owned() } else { String::from(c) };
            Written::after("reply: '").each(line(prose(text)?)?, doubled).before("'\n")
        },
        "YAML, literal": |text| Some(indented("replies:\n  - body: |-\n", lines(prose(text)?)?, "      ", "\n")),
        "YAML, literal, carriage returns": |text| Some(indented("reply: |-\r\n", lines(prose(text)?)?, "  ", "\r\n")),
        "YAML, folded": |text| Some(indented("reply: >-\n", line(prose(text)?)?, "  ", "\n")),
        "YAML, folded, wrapped": |text| {
            let single = line(prose(text)?)?;
            // Two spaces would be one too many.
            let single = (!single.contains("  ")).then_some(single)?;
            Written::after("reply: >-\n  ").each(single, |c| if c == ' ' { "\n  ".to_owned() } else { c.to_string() }).before("\n")
        },
    }
    "a.toml" {
        "TOML": |text| Written::after("[[macros]]\ntitle = \"x\"\nreply = \"").each(prose(text)?, json).before("\"\n"),
        "TOML, literal": |text| {
            let fits = !text.contains("'''") && !text.ends_with('\'');
            Written::after("reply = '''\n").each(prose(text).filter(|_| fits)?, String::from).before("'''\n")
        },
    }
    "a.csv" {
        "CSV": |text| Written::after("id,reply\r\n7,\"").each(prose(text)?, cell).before("\"\r\n"),
        "CSV, semicolons": |text| Written::after("id;reply\n7;\"").each(prose(text)?, cell).before("\"\n"),
        "JSON in CSV": |text| {
            let inner = |c| json(c).chars().map(cell).collect();
            Written::after("id,data\n7,\"{\"\"reply\"\": \"\"").each(prose(text)?, inner).before("\"\"}\"\n")
        },
    }
    "a.tsv" {
        "TSV": |text| {
            let fits = line(prose(text)?).filter(|text| !text.contains('"'))?;
            Written::after("id\treply\n7\t").each(fits, String::from).before("\n")
        },
    }
    "a.xml" {
        "XML": |text| Written::after("<?xml version=\"1.0\"?>\n<r><reply>").each(prose(text)?, xml).before("</reply></r>"),
        "XML, marked": |text| {
            let fits = prose(text).filter(|text| !text.contains("]]"))?;
            Written::after("<r><reply><![CDATA[").each(fits, String::from).before("]]></reply></r>")
        },
    }
    "a.po" {
        "gettext": |text| {
            let head = "msgid \"\"\nmsgstr \"Language: en\\n\"\n\nmsgid \"x\"\nmsgstr \"";
            Written::after(head).each(prose(text)?, json).before("\"\n")
        },
        "gettext, wrapped": |text| {
            let head = "msgid \"\"\nmsgstr \"Language: en\\n\"\n\nmsgid \"x\"\nmsgstr \"\"\n\"";
            let broken = |c| if c == ' ' { " \"\n\"".to_owned() } else { json(c) };
            Written::after(head).each(prose(text)?, broken).before("\"\n")
        },
    }
    "separated.txt" {
        "one of several": |text| {
            let fits = lines(prose(text)?).filter(|text| !text.contains("--") && !text.contains("=="))?;
            Written::after("--- One ---\n").each(fits, String::from).before("\n--- Two ---\nThe other text is here.\n")
        },
    }
};

/// A text, and the message that it answers.
struct Text {
    reply: String,
    customer: Option<String>,
}

/// All texts, those of one kind after the other.
fn texts() -> Vec<Text> {
    let rules = LINTER.ruleset().rules();
    let examples = rules.flat_map(|rule| rule.examples.fires.iter().chain(rule.examples.quiet.iter()));
    // Lines of the customer's, and front matter, must stay what they are.
    let examples = examples.filter(|example| !example.starts_with('>') && !example.starts_with("---"));
    let examples = examples.map(|text| Text { reply: text.replace("[[", "").replace("]]", ""), customer: None });
    let good = std::fs::read_to_string("tests/replies/good.jsonl").expect("the replies");
    let good: Vec<serde_json::Value> = good.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let good = good.iter().map(|record| Text {
        reply: record["reply"].as_str().expect("a reply").to_owned(),
        customer: record["customer"].as_str().map(ToOwned::to_owned),
    });
    let corpus = corpus::replies().into_iter().map(|(reply, customer)| Text { reply, customer });
    examples.chain(good).chain(corpus).collect()
}

/// What is found in a file that holds one text, or that text before others.
fn check(source: &Source, customer: Option<&str>) -> Vec<Finding> {
    let mut document = Reply.read(source).unwrap_or_else(|fault| panic!("{fault} in {:?}", source.text()));
    document.tell(Known { customer, ..Known::default() });
    document.records.truncate(1);
    LINTER.check(source, &document)
}

/// What two forms of a text must agree on, but for the place.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    rule: String,
    severity: &'static str,
    missing: bool,
    words: String,
    rewrites: Vec<(String, Vec<String>)>,
}

impl Told {
    fn of(finding: &Finding, spares: Spares) -> Self {
        let own = finding.in_reply();
        let rewrites = own.suggestions.iter().map(|suggestion| {
            let edits = suggestion.edits.iter().map(|edit| plain(&edit.text, spares));
            (if spares == Spares::Capitals { String::new() } else { plain(&suggestion.title, spares) }, edits.collect())
        });
        let rewritten = !matches!(spares, Spares::Names | Spares::Rewrites);
        Self {
            rule: finding.rule.id.to_string(),
            severity: finding.severity.word(),
            missing: finding.missing.is_some(),
            words: if spares == Spares::Names { String::new() } else { plain(&own.matched, spares) },
            rewrites: if rewritten { rewrites.collect() } else { Vec::new() },
        }
    }
}

/// Words without how apostrophes, spaces and invisible signs are written.
fn plain(text: &str, spares: Spares) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '*' => {}
            '’' | '‘' | 'ʼ' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            _ if c.is_whitespace() => out.push_str(if out.ends_with(' ') { "" } else { " " }),
            _ => out.push(c),
        }
    }
    for tag in ["<b>", "</b>"] {
        out = out.replace(tag, "");
    }
    if spares == Spares::Capitals { out.to_lowercase() } else { out.trim().to_owned() }
}

/// The rules that a change may well bear on, told by what their tables ask for.
static BOUND: LazyLock<HashMap<Spares, HashSet<String>>> = LazyLock::new(|| {
    let source = Ruleset::builtin_source();
    let file = toml::de::DeTable::parse(source.text()).expect("TOML").into_inner();
    let mut bound: HashMap<Spares, HashSet<String>> = HashMap::new();
    // Lists that hold words in capitals, or lists that do.
    let lists = file["lists"].get_ref().as_table().expect("a table");
    let lists = lists.iter().map(|(name, list)| (format!("@{}", name.get_ref()), &source.text()[list.span()]));
    let lists: Vec<_> = lists.collect();
    let mut capitals = vec!["<acronym>".to_owned()];
    let holds = |text: &str, known: &[String]| known.iter().any(|known| text.contains(known.as_str()));
    while let Some((name, _)) = lists.iter().find(|(name, list)| !capitals.contains(name) && holds(list, &capitals)) {
        capitals.push(name.clone());
    }
    for (category, rules) in file["rules"].get_ref().as_table().expect("a table") {
        for (name, rule) in rules.get_ref().as_table().expect("a table") {
            let rule = rule.get_ref().as_table().expect("a table");
            let written = |key: &str| rule.get(key).map_or("", |value| &source.text()[value.span()]);
            let id = format!("{}.{}", category.get_ref(), name.get_ref());
            let signs = !written("leftover").is_empty();
            let names = signs || !written("answer").is_empty();
            // A word twice in capitals is a place: `Wagga Wagga`.
            let counted = written("limit").contains("\"capitals\"") || written("repeat").contains("\"word\"");
            let loud = names || counted || holds(written("match"), &capitals);
            for (spares, holds) in [(Spares::Signs, signs), (Spares::Names, names), (Spares::Capitals, loud)] {
                if holds {
                    bound.entry(spares).or_default().insert(id.clone());
                }
            }
        }
    }
    bound
});

/// What is wrong with the findings in a text that is written in another way.
fn differs(text: &Text, found: &[Finding], change: &Change) -> Option<String> {
    let written = (change.write)(&text.reply)?;
    let source = Source::new(change.file, written.file.clone());
    let now = check(&source, text.customer.as_deref());
    let is_bound = |f: &Finding| BOUND.get(&change.spares).is_some_and(|bound| bound.contains(f.rule.id.as_ref()));
    // What is found in a name is about the name; what is found in the place of a bound rule may have stood in its shadow.
    let name = written.renamed(&text.reply).filter(|_| change.spares == Spares::Names);
    let named = |place: &Range<usize>| name.as_ref().is_some_and(|n| place.start < n.end && n.start < place.end);
    let shadows: Vec<_> =
        found.iter().filter(|f| is_bound(f)).map(|f| (f.rule.category(), written.place(f.span))).collect();
    let shadowed = |f: &Finding, at: &Range<usize>| {
        shadows.iter().any(|(category, of)| f.rule.category() == *category && of.start <= at.start && at.end <= of.end)
    };
    let spared = |f: &Finding, at: Range<usize>| is_bound(f) || named(&at) || shadowed(f, &at);
    let before: Vec<_> = found.iter().filter(|f| !spared(f, written.place(f.span))).collect();
    let after: Vec<_> = now.iter().filter(|f| !spared(f, f.span.range())).collect();
    let told = |findings: &[&Finding]| findings.iter().map(|f| Told::of(f, change.spares)).collect::<Vec<_>>();
    let (was, is) = (told(&before), told(&after));
    let moved = || {
        before.iter().zip(&after).find(|(old, new)| {
            let place = written.place(old.span);
            let (start, end) = (new.span.start, new.span.end);
            if old.span.is_empty() { start < place.start || end > place.end } else { place != new.span.range() }
        })
    };
    let why = if was != is {
        let lost: Vec<_> = was.iter().filter(|told| !is.contains(told)).collect();
        let new: Vec<_> = is.iter().filter(|told| !was.contains(told)).collect();
        format!("lost {lost:?}, new {new:?}")
    } else {
        let (old, new) = moved()?;
        format!(
            "{} moved: {:?} for {:?}",
            old.rule.id,
            source.text().get(new.span.range()),
            source.text().get(written.place(old.span))
        )
    };
    Some(format!("{}: {:?}\n  as {:?}\n  {why}", change.name, text.reply, source.text()))
}

/// Tries each change on one text in so many.
fn all_hold(one_in: usize) {
    let (mut tried, mut faults) = (vec![0; CHANGES.len()], Vec::new());
    for (number, text) in texts().iter().enumerate() {
        let mut found = None;
        for (way, change) in CHANGES.iter().enumerate().filter(|(way, _)| (number + 5 * way).is_multiple_of(one_in)) {
            let found =
                found.get_or_insert_with(|| check(&Source::new("a.txt", text.reply.clone()), text.customer.as_deref()));
            if (change.write)(&text.reply).is_some() {
                tried[way] += 1;
                faults.extend(differs(text, found, change));
            }
        }
    }
    let few: Vec<_> = CHANGES
        .iter()
        .zip(&tried)
        .filter(|(_, tried)| **tried * one_in < 20)
        .map(|(change, tried)| (change.name, tried))
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {} texts:\n{}",
        faults.len(),
        tried.iter().sum::<usize>(),
        faults[..faults.len().min(60)].join("\n")
    );
    assert!(few.is_empty(), "hardly tried: {few:?}");
}

#[test]
fn the_same_findings_however_a_text_is_written() {
    all_hold(4);
}

/// All changes of all texts: for whoever changes how texts are read.
#[test]
#[ignore = "takes minutes"]
fn the_same_findings_however_any_text_is_written() {
    all_hold(1);
}

#[test]
fn the_same_fixes_in_every_file() {
    let mut fixed = 0;
    for (number, text) in texts().iter().enumerate() {
        let plain = Source::new("a.txt", text.reply.clone());
        for change in CHANGES.iter().filter(|change| change.file != "a.txt").skip(number % 11).step_by(11) {
            let Some(written) = (change.write)(&text.reply) else { continue };
            let source = Source::new(change.file, written.file);
            if !Format::detect(source.name(), source.text()).is_data() {
                continue;
            }
            let document = Reply.read(&source).expect("a file");
            assert_eq!(document.records[0].source.text(), text.reply, "{}: {:?}", change.name, source.text());
            let done = fix::fix(&source, Applicability::Unsafe, &Reply).expect("what was read is read again");
            let alone = fix::fix(&plain, Applicability::Unsafe, &Reply).expect("a text");
            // Too few words are no reply any more, and are not written.
            if prose(alone.source.text()).is_none() {
                continue;
            }
            let told = (done.made.len(), done.rivals.len(), done.unwritten);
            assert_eq!(told, (alone.made.len(), alone.rivals.len(), 0), "{}: {:?}", change.name, source.text());
            if done.made.is_empty() {
                continue;
            }
            let read = Reply.read(&done.source).expect("a file");
            assert_eq!(read.records[0].source.text(), alone.source.text(), "{}: {:?}", change.name, source.text());
            fixed += 1;
        }
    }
    assert!(fixed > 50, "{fixed}");
}
