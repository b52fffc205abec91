//! What the compiler does not check about the source.

use replylint::config::{Config, Layer};
use replylint::date::Date;
use replylint::document::profile::Profile;
use replylint::document::{Document, Format};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use replylint::suppression::{Paths, Suppression};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The Rust files in a folder, and their texts.
pub(super) fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.to_string_lossy().replace('\\', "/"), fs::read_to_string(&path).expect("text")));
            }
        }
    }
    files
}

/// The Rust files of the library: all of `src` but the binary.
fn library() -> Vec<(String, String)> {
    let is_binary = |path: &str| path.starts_with("src/cli") || path == "src/main.rs";
    files(Path::new("src")).into_iter().filter(|(path, _)| !is_binary(path)).collect()
}

/// The code of a file, without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or_default())
}

#[test]
fn modules_name_only_those_above_them() {
    let lib = fs::read_to_string("src/lib.rs").expect("lib.rs");
    let order: Vec<_> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert!(order.len() > 5, "lib.rs lists its modules");
    for (path, text) in library() {
        let module = path["src/".len()..].trim_end_matches(".rs").split('/').next().unwrap_or_default();
        if module == "lib" {
            continue;
        }
        let place = |name: &str| order.iter().position(|listed| *listed == name);
        let own = place(module).unwrap_or_else(|| panic!("{path} is not a module of lib.rs"));
        let code: String = code(&text).collect::<Vec<_>>().join("\n");
        for rest in code.split("crate::").skip(1) {
            // Either one name or a list in braces, of which each item begins with a module's name.
            let names: Vec<_> = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![rest],
            };
            for name in names {
                let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(other) = place(&name) {
                    assert!(other <= own, "{path}: `{module}` names `{name}`, which lib.rs lists after it");
                }
            }
        }
    }
}

#[test]
fn the_library_keeps_to_itself() {
    for (path, text) in library() {
        for (i, line) in code(&text).enumerate() {
            for word in ["println!", "eprintln!", "print!(", "process::exit", "std::env", "current_dir"] {
                assert!(!line.contains(word), "{path}:{}: the library has no business with `{word}`", i + 1);
            }
        }
    }
}

#[test]
fn nothing_here_speaks_to_a_network() {
    let lock = fs::read_to_string("Cargo.lock").expect("the tree of dependencies");
    let names: Vec<_> = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.len() > 50 && names.contains(&"replylint"));
    let bans = fs::read_to_string("deny.toml").expect("what is banned");
    let banned = bans.split("\ndeny = [").nth(1).and_then(|list| list.split(']').next()).expect("a list");
    let banned: Vec<_> = banned.split('"').skip(1).step_by(2).collect();
    assert!(["reqwest", "hyper", "socket2", "rustls"].iter().all(|name| banned.contains(name)), "{banned:?}");
    let found: Vec<_> = banned.iter().filter(|name| names.contains(name)).collect();
    assert_eq!(found, [&""; 0], "these speak to a network");
    // Other programs are run in one place, which asks `git`; and nothing is brought in from elsewhere unseen.
    for (path, text) in
        files(Path::new("src")).into_iter().chain([("build.rs".into(), fs::read_to_string("build.rs").expect("text"))])
    {
        for (i, line) in code(&text).enumerate() {
            for word in ["std::net", "TcpStream", "UdpSocket", "os::unix::net", "extern \"C\""] {
                assert!(!line.contains(word), "{path}:{}: nothing here has any business with `{word}`", i + 1);
            }
            for word in ["process::Command", "Command::new("] {
                let is_ours = path == "src/cli/git.rs" || !line.contains(word) || line.contains("clap::Command");
                assert!(is_ours, "{path}:{}: only `src/cli/git.rs` runs programs", i + 1);
            }
        }
    }
}

/// The fenced blocks of a page that begin so.
fn blocks(page: &str, fence: &str) -> Vec<String> {
    let rest = page.split(fence).skip(1);
    rest.filter_map(|rest| rest.split("```").next()).map(str::trim).map(ToOwned::to_owned).collect()
}

#[test]
fn the_pages_are_true() {
    let cases = fs::read_dir("tests/cli").expect("the cases").map(|entry| entry.expect("an entry").path());
    let cases = cases.filter(|path| path.extension().is_some_and(|extension| extension == "trycmd"));
    let cases: String = cases.map(|path| fs::read_to_string(path).expect("the cases")).collect();
    let mut pages: Vec<_> =
        fs::read_dir("docs").expect("the pages").map(|entry| entry.expect("an entry").path()).collect();
    // What the page itself runs has its files beside it.
    pages.push("README.md".into());
    let (mut tables, mut runs) = (0, 0);
    for path in pages {
        let page = fs::read_to_string(&path).expect("a page");
        let name = path.display();
        for block in blocks(&page, "```toml\n").iter().filter(|_| !path.ends_with("rule-files.md")) {
            let mut problems = Vec::new();
            let source = Source::new("replylint.toml", block.as_str());
            let layer = Layer::read(&source, 0, Path::new("/"), &mut problems);
            let config = Config::new(layer.into_iter().map(Arc::new).collect());
            assert!(problems.is_empty() && config.unknown(&Ruleset::builtin()).is_empty(), "{name}: {block}");
            tables += 1;
        }
        let own = if path.ends_with("README.md") { "```console,ignore\n" } else { "```console\n" };
        for block in blocks(&page, own) {
            assert!(cases.contains(&block), "no case of the command line shows this of {name}:\n{block}");
            runs += 1;
        }
    }
    assert!(tables > 3 && runs > 2, "{tables} configurations, {runs} runs");
}

#[test]
fn the_page_on_security_names_tests_that_there_are() {
    let page = fs::read_to_string("SECURITY.md").expect("the page");
    let names: Vec<_> = page.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::")).collect();
    let names: Vec<_> = names.into_iter().filter(|(module, _)| module.chars().any(char::is_alphabetic)).collect();
    assert!(names.len() > 15, "{names:?}");
    for (module, name) in names {
        let tests = fs::read_to_string(format!("tests/it/{module}.rs")).expect("a module of tests");
        let is_there = tests
            .match_indices(&format!("\nfn {name}("))
            .any(|(at, _)| tests[..at].rsplit("\n\n").next().is_some_and(|lines| lines.contains("#[test]")));
        assert!(is_there, "`{module}` has no test `{name}`");
    }
    for part in page.split("\n\n**").skip(1) {
        let part = part.split("\n\n").next().unwrap_or_default();
        assert!(part.contains("Held by `") || part.starts_with("- "), "no test holds this promise: {part}");
    }
}

#[test]
fn every_dependency_says_why_it_is_here() {
    let manifest = fs::read_to_string("Cargo.toml").expect("a manifest");
    let tables = manifest
        .split("\n[")
        .filter(|table| table.split(']').next().is_some_and(|name| name.ends_with("dependencies")));
    let lines = tables.flat_map(|table| table.lines().skip(1));
    let mut used: Vec<_> = lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect();
    let page = fs::read_to_string("ARCHITECTURE.md").expect("a page");
    let rows = page.split("## Dependencies").nth(1).expect("a chapter").lines().filter(|line| line.starts_with("| "));
    let names = rows.filter_map(|row| row.split('|').nth(1)).map(|cell| cell.split('(').next().unwrap_or_default());
    let mut listed: Vec<_> = names.flat_map(|cell| cell.split(',')).map(str::trim).skip(1).collect();
    listed.retain(|name| !name.starts_with('-'));
    listed.sort_unstable();
    used.sort_unstable();
    used.dedup();
    assert_eq!(listed, used);
}

#[test]
fn the_page_on_configuration_lists_the_profiles() {
    let page = fs::read_to_string("docs/configuration.md").expect("the page");
    let section = page.split("## Profiles").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the section");
    let listed: Vec<_> = section.split('`').skip(1).step_by(2).collect();
    let mut names: Vec<_> = Profile::names().collect();
    names.sort_unstable();
    assert_eq!(listed, names, "the profiles are listed in order");
}

#[test]
fn the_comments_on_the_page_on_suppression_count() {
    let page = fs::read_to_string("docs/suppression.md").expect("the page");
    // Each comment in the table is one, and needs nothing but the reason that stands there.
    let comments = page.lines().filter_map(|line| line.strip_prefix("| ")?.split('`').nth(1));
    let comments: Vec<_> = comments.filter(|comment| comment.contains("replylint:")).collect();
    assert!(comments.len() > 5);
    let linter = Linter::new(Ruleset::builtin());
    for comment in comments {
        let source = Source::new("x", format!("{comment}\nPlease be advised that it is late."));
        let document = Document::extract(&source, Format::Text);
        let suppression = Suppression::of_drafts(Date::at(0));
        let findings = linter.check(&source, &document);
        let parted = suppression.part(&linter, Paths::default(), &source, &document, findings);
        assert_eq!(parted.suppressed.len(), 1, "{comment}: {:?}", parted.open);
    }
}
