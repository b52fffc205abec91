//! What the program says to people passes its own rules.

use super::tidy::files;
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::rule::Severity;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// What a careful reviewer would send back in a text.
fn faults(name: &str, text: &str, format: Format) -> Vec<String> {
    let source = Source::new(name, text);
    let findings = LINTER.check(&source, &Document::extract(&source, format));
    // Readers of a changelog know what JSON is.
    let grave = findings.iter().filter(|f| f.severity > Severity::Info && f.rule.category() != "jargon");
    grave.map(|f| format!("{name}: {}: “{}” in “{}”", f.rule.id, f.matched, text.trim())).collect()
}

/// The sentences in a file of source code: string literals of three words and more and, where `helps`, the comments that the command
/// line shows as help. Those of tests are left out.
fn sentences(code: &str, helps: bool) -> Vec<String> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let mut out = Vec::new();
    let mut help = String::new();
    for line in code.lines().map(str::trim) {
        match line.strip_prefix("///").filter(|_| helps) {
            Some(text) => help += text,
            None if !help.is_empty() => out.push(std::mem::take(&mut help)),
            None => {}
        }
        if line.starts_with("#[allow") {
            continue;
        }
        let mut rest = line.split("//").next().unwrap_or_default();
        while let Some((_, after)) = rest.split_once('"') {
            let mut end = 0;
            while end < after.len() && !after[end..].starts_with('"') {
                let escaped = after[end..].starts_with('\\');
                end += after[end..].chars().take(1 + usize::from(escaped)).map(char::len_utf8).sum::<usize>();
            }
            let end = end.min(after.len());
            if after[..end].split_whitespace().count() >= 3 {
                out.push(told(&after[..end]));
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }
    out
}

/// A literal as it is read, with a word for what is filled in.
fn told(literal: &str) -> String {
    let mut out = String::new();
    for (i, part) in literal.split('{').enumerate() {
        let rest = if i == 0 { Some(part) } else { part.split_once('}').map(|(_, rest)| rest) };
        out += if i == 0 { "" } else { "it" };
        out += rest.unwrap_or_default();
    }
    out.replace("\\n", "\n").replace("\\\"", "\"")
}

#[test]
fn sentences_are_found_in_code() {
    let code = r#"
/// Says what is
/// wrong.
fn a() { b("one two {three:?}", "no", "say \"four five six\""); } // "not this one here"
#[cfg(test)]
let text = "not this one either";
"#;
    assert_eq!(sentences(code, true), [" Says what is wrong.", "one two it", "say \"four five six\""]);
    assert_eq!(sentences(code, false).len(), 2);
}

#[test]
fn what_the_program_says_passes_the_rules() {
    let mut found = Vec::new();
    let mut read = 0;
    for (path, code) in files(Path::new("src")) {
        if path.ends_with("tests.rs") {
            continue;
        }
        for sentence in sentences(&code, path.starts_with("src/cli")) {
            read += 1;
            found.extend(faults(&path, &sentence, Format::Text));
        }
    }
    assert!(read > 500, "{read} sentences were found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_pages_pass_the_rules() {
    let mut pages: Vec<_> = fs::read_dir("docs").expect("a folder").map(|e| e.expect("an entry").path()).collect();
    pages.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md"].map(Into::into));
    for page in pages {
        let text = fs::read_to_string(&page).expect("text");
        // A page on bad wording quotes it, in code and in tables.
        let text: String = text.lines().filter(|line| !line.starts_with('|')).map(|l| l.to_owned() + "\n").collect();
        let found = faults(&page.to_string_lossy(), &text, Format::Markdown);
        assert!(found.is_empty(), "{}", found.join("\n").chars().take(2000).collect::<String>());
    }
}
